"""How good the relations are that midstream finds: CaRB's score (Bhardwaj, Aggarwal, Mausam 2019).

    cargo build --profile dist -p midstream-cli
    python3 bench/relations/score.py DATA target/dist/midstream

DATA is a folder with `openie/data_dev.txt`, sentences, and `openie/data_gold_dev.tsv`, their annotated tuples. The scoring is
that of CaRB's `carb.py` with its default matcher (`binary_linient_tuple_match`), step for step, without its dependencies:
tuples are compared word by word, case and all, the arguments behind the first as one; each found tuple counts for the one
annotated tuple that it was matched with (precision), each annotated one for the found tuple that covers most of it (recall);
F1 is given at the confidence that is best, as CaRB does, and of all tuples.
"""

import json
import re
import string
import subprocess
import sys
from pathlib import Path

PUNCTUATION = re.compile("[%s]" % re.escape(string.punctuation))
FORMS_OF_BE = ["be", "is", "am", "are", "was", "were", "been", "being"]
SAYING = ["said", "told", "added", "adds", "says"]


def main():
    data, binary = Path(sys.argv[1]) / "openie", sys.argv[2]
    sentences = (data / "data_dev.txt").read_text(encoding="utf-8").splitlines()
    found = {}
    for sentence, relations in zip(sentences, midstream(binary, sentences)):
        found.setdefault(key(sentence), []).extend(relations)
    report(gold(data / "data_gold_dev.tsv"), found)


def midstream(binary, sentences):
    """For each sentence, its tuples: (confidence, predicate, [subject, object, adjunct...])."""
    lines = "".join(json.dumps({"id": at, "text": text}) + "\n" for at, text in enumerate(sentences))
    command = [binary, "relations", "--jsonl", "-"]
    out = subprocess.run(command, input=lines.encode(), capture_output=True, check=True).stdout.decode()
    for line in out.splitlines():
        yield [
            (r["confidence"], r["predicate"]["text"],
             [part["text"] for part in [r["subject"], r["object"], *r.get("adjuncts", [])]])
            for r in json.loads(line)["relations"]
        ]


def key(sentence):
    for mark, escape in [("(", "-LRB-"), (")", "-RRB-"), ("[", "-LSB-"), ("]", "-RSB-"), ("{", "-LCB-"), ("}", "-RCB-")]:
        sentence = sentence.replace(" ", "").replace(escape, mark)
    return PUNCTUATION.sub("", sentence)


def gold(path):
    tuples = {}
    for line in path.read_text(encoding="utf-8").split("\n"):
        if line.strip():
            sentence, predicate, *arguments = line.strip().split("\t")
            arguments = [argument.strip() for argument in arguments if "C: " not in argument]
            tuples.setdefault(key(sentence.strip()), []).append((predicate.strip(), arguments))
    return tuples


def report(gold, found):
    points = curve(gold, found)
    for name, (precision, recall, f1, confidence) in [("best", max(points, key=lambda p: p[2])), ("all", points[0])]:
        print(f"{name}: precision {precision:.4f}, recall {recall:.4f}, F1 {f1:.4f}, confidence from {confidence}")
    print(f"AUC {area(points):.4f}; {sum(map(len, found.values()))} tuples found, {sum(map(len, gold.values()))} annotated")


def curve(gold, found):
    """Precision, recall and F1 of the tuples of at least each confidence, ascending."""
    levels = sorted({confidence for tuples in found.values() for confidence, *_ in tuples})
    index = {level: at for at, level in enumerate(levels)}
    sums = [[0.0, 0, 0.0, 0] for _ in levels]
    for sentence, wanted in gold.items():
        tuples = found.get(sentence, [])
        scores = [[match(g, t) for t in tuples] for g in wanted]
        last = 0
        for level in sorted({confidence for confidence, *_ in tuples}):
            kept = [at for at, (confidence, *_) in enumerate(tuples) if confidence >= level]
            recall = sum(max(row[at][1] for at in kept) for row in scores)
            precision = assigned(scores, kept)
            for at in range(last, index[level] + 1):
                sums[at] = [a + b for a, b in zip(sums[at], (precision, len(kept), recall, len(wanted)))]
            last = index[level] + 1
        for at in range(last, len(levels)):
            sums[at][3] += len(wanted)
    points = []
    for level, (p, pn, r, rn) in zip(levels, sums):
        precision, recall = p / pn if pn else 1.0, r / rn if rn else 0.0
        points.append((precision, recall, 2 * precision * recall / max(precision + recall, 1e-12), level))
    return points


def assigned(scores, kept):
    """The sum of precisions where each tuple is matched with an annotated one, the best pair first."""
    rows, columns, total = set(range(len(scores))), list(kept), 0.0
    for _ in range(min(len(scores), len(kept))):
        best = (-1, None, None)
        for row in sorted(rows):
            for column in columns:
                if scores[row][column][0] > best[0]:
                    best = (scores[row][column][0], row, column)
        total += best[0]
        rows.remove(best[1])
        columns.remove(best[2])
    return total


def match(gold, found):
    _, predicate, arguments = found
    straight = lenient(gold, predicate, arguments[0], " ".join(arguments[1:]))
    if any(verb in gold[0] for verb in SAYING):
        return max(straight, lenient(gold, predicate, " ".join(arguments[1:]), arguments[0]))
    return straight


def lenient(gold, predicate, subject, rest):
    """The shares of the found tuple's and of the annotated tuple's words that they have in common."""
    wanted, wanted_arguments = gold
    wanted_arguments = [wanted_arguments[0], " ".join(wanted_arguments[1:])] if len(wanted_arguments) > 1 else wanted_arguments
    words, left = wanted.split(), predicate.split()
    found, annotated = len(left), len(words)
    common = take(words, left)
    if "be" in left and any(form in words for form in FORMS_OF_BE):
        common += 1
    if common == 0:
        return [0, 0]
    for words, left in zip(wanted_arguments, [subject, rest]):
        words, left = words.split(), left.split()
        found, annotated = found + len(left), annotated + len(words)
        common += take(words, left)
    return [common / found, common / annotated]


def take(words, left):
    """How many of `words` are in `left`, each of which counts once and is taken out."""
    common = 0
    for word in words:
        if word in left:
            common += 1
            left.remove(word)
    return common


def area(points):
    points = [(recall, precision) for precision, recall, *_ in points] + [(0, 1)]
    return abs(sum((b[0] - a[0]) * (a[1] + b[1]) / 2 for a, b in zip(points, points[1:])))


if __name__ == "__main__":
    main()
