"""Names found by midstream in the own sentences of prose.txt: exact span and kind, by section and by kind.

    cargo build --release -p midstream-cli
    python3 bench/names/prose.py target/release/midstream [MODEL] [-v]

MODEL is `standard`, `tiny` or a file. With -v, each sentence in which something is missed or wrong is shown.
"""

import json
import re
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

KINDS = {"P": "PERSON", "O": "ORGANIZATION", "L": "LOCATION"}


def main():
    options = [option for option in sys.argv[1:] if option != "-v"]
    binary, model = options[0], (options[1:] or ["standard"])[0]
    sentences = read(Path(__file__).with_name("prose.txt"))
    found = midstream(binary, model, [text for _, text, _ in sentences])
    tallies = defaultdict(lambda: [0, 0, 0])
    for (section, text, gold), guess in zip(sentences, found):
        gold, guess = ({without_article(text, name) for name in names} for names in (gold, guess))
        for kind in KINDS.values():
            wanted, guessed = ({name for name in names if name[2] == kind} for names in (gold, guess))
            for key in (section, kind, "all"):
                counts = (len(wanted & guessed), len(guessed), len(wanted))
                tallies[key] = [a + b for a, b in zip(tallies[key], counts)]
        if gold != guess and "-v" in sys.argv:
            show = lambda names: [(text[start:end], kind) for start, end, kind in sorted(names)]
            print(f"{text}\n  missed {show(gold - guess)}, wrong {show(guess - gold)}")
    print("| section or kind | P | R | F1 |\n|---|---|---|---|")
    for key, (right, guessed, wanted) in tallies.items():
        share = lambda part, whole: f"{100 * part / max(whole, 1):.1f}"
        print(f"| {key} | {share(right, guessed)} | {share(right, wanted)} | {share(2 * right, guessed + wanted)} |")


def read(path):
    section, sentences = "", []
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            section = line.removeprefix("# ")
            continue
        text, names = "", []
        for literal, kind, name in re.findall(r"([^\[]*)(?:\[([POL]) ([^\]]+)\])?", line):
            text += literal
            if kind:
                names.append((len(text), len(text) + len(name), KINDS[kind]))
            text += name
        sentences.append((section, text, names))
    return sentences


def without_article(text, name):
    start, end, kind = name
    return (start + 4 if text[start : start + 4].lower() == "the " else start), end, kind


def midstream(binary, model, texts):
    lines = "".join(json.dumps({"id": at, "text": text}) + "\n" for at, text in enumerate(texts))
    command = [binary, "entities", "--jsonl", "--offsets", "chars", "--model", model, "-"]
    out = subprocess.run(command, input=lines.encode(), capture_output=True, check=True).stdout.decode()
    answers = [json.loads(line)["entities"] for line in out.splitlines()]
    return [[(e["start"], e["end"], e["type"]) for e in found if e["type"] in KINDS.values()] for found in answers]


main()
