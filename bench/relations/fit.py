"""Fits the weights of a relation's confidence (`crates/midstream/src/relation/confidence.rs`) by logistic regression.

    cargo build --profile dist -p midstream-cli
    python3 bench/relations/fit.py DATA target/dist/midstream

In: what `midstream relations` finds in CaRB's development sentences (see score.py). A tuple counts as right where an annotated
one shares at least half of its words, and it at least half of the annotated one's. The features are those of confidence.rs, in
its order, told from offsets alone; the sentences are cut at spaces, as CaRB's are. Newton's method with an L2 penalty of 1,
from zero: the same weights every time. Prints them, and the mean log loss beside that of the share of right tuples alone, by
ten-fold cross-validation over sentences.
"""

import json
import math
import subprocess
import sys
from pathlib import Path

import score


def main():
    data, binary = Path(sys.argv[1]) / "openie", sys.argv[2]
    gold = score.gold(data / "data_gold_dev.tsv")
    examples = []
    for at, (sentence, relations) in enumerate(run(binary, (data / "data_dev.txt").read_text(encoding="utf-8").splitlines())):
        for relation in relations:
            parts = [relation["subject"], relation["object"], *relation.get("adjuncts", [])]
            found = (0, relation["predicate"]["text"], [part["text"] for part in parts])
            scores = [score.match(wanted, found) for wanted in gold.get(score.key(sentence), [])]
            examples.append((at, features(sentence, relation), float(any(min(pair) >= 0.5 for pair in scores))))
    share = sum(right for *_, right in examples) / len(examples)
    losses = []
    for fold in range(10):
        weights = fit([example for example in examples if example[0] % 10 != fold])
        losses += [loss(probability(weights, x), right) for at, x, right in examples if at % 10 == fold]
    base = sum(loss(share, right) for *_, right in examples) / len(examples)
    print(f"{len(examples)} tuples, {share:.3f} right; log loss {sum(losses) / len(losses):.4f}, {base:.4f} without features")
    print(", ".join(f"{weight:.2f}" for weight in fit(examples)))


def run(binary, sentences):
    lines = "".join(json.dumps({"id": at, "text": text}) + "\n" for at, text in enumerate(sentences))
    out = subprocess.run([binary, "relations", "--jsonl", "-"], input=lines.encode(), capture_output=True, check=True).stdout
    return [(sentence, json.loads(line)["relations"]) for sentence, line in zip(sentences, out.decode().splitlines())]


def features(sentence, relation):
    encoded = sentence.encode()
    word = lambda byte: encoded[:byte].decode().count(" ")
    stretch = lambda part: (word(part["start"]), word(part["end"]) + 1)
    length = lambda part: stretch(part)[1] - stretch(part)[0]
    subject, predicate, object = relation["subject"], relation["predicate"], relation["object"]
    verbless = relation["kind"] in ("apposition", "possession")
    words = 0 if verbless else len(predicate["text"].split())
    between = 0 if verbless else max(stretch(predicate)[0] - stretch(subject)[1], 0)
    behind = 0 if verbless else max(stretch(object)[0] - stretch(predicate)[1], 0)
    return [float(x) for x in [
        1,
        relation["kind"] == "copula",
        relation["kind"] == "apposition",
        relation["kind"] == "possession",
        1 <= between < 4,
        between >= 4,
        behind > 0,
        not verbless and stretch(object)[1] <= stretch(predicate)[0],
        length(subject) == 1,
        length(subject) > 5,
        length(object) == 1,
        length(object) > 7,
        words > 1,
        words > 3,
        min(len(relation.get("adjuncts", [])), 3),
        min(len(sentence.split()), 60) / 10,
    ]]


def fit(examples):
    size = len(examples[0][1])
    weights = [0.0] * size
    for _ in range(20):
        gradient = [-weight for weight in weights]
        hessian = [[float(row == column) for column in range(size)] for row in range(size)]
        for _, x, right in examples:
            p = probability(weights, x)
            for row in range(size):
                gradient[row] += (right - p) * x[row]
                for column in range(size):
                    hessian[row][column] += p * (1 - p) * x[row] * x[column]
        weights = [weight + step for weight, step in zip(weights, solve(hessian, gradient))]
    return weights


def solve(matrix, vector):
    """Gaussian elimination; the matrix is positive definite."""
    rows = [row[:] + [value] for row, value in zip(matrix, vector)]
    for at in range(len(rows)):
        for other in range(len(rows)):
            if other != at:
                factor = rows[other][at] / rows[at][at]
                rows[other] = [a - factor * b for a, b in zip(rows[other], rows[at])]
    return [row[-1] / row[at] for at, row in enumerate(rows)]


def probability(weights, x):
    return 1 / (1 + math.exp(-sum(weight * feature for weight, feature in zip(weights, x))))


def loss(p, right):
    return -math.log(p if right else 1 - p)


main()
