"""How fast vectors answer: w2v and gensim side by side, alternating; prints tables and writes JSON.

python bench/queries.py                        everything; the index takes minutes to build
python bench/queries.py --only one,many --reps 5
python bench/queries.py --reuse                the same, with the index of an earlier run
python bench/queries.py --smoke                one tiny round of everything, without gensim
"""

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path

import _narrow
from _common import BENCH, DATA
from _compare import compare, fastest, ratio
from _programs import PEERS, python_of
from _scores import make_sets
from _several import benchmark_parser, parse_benchmarks, run_benchmarks
from _vectors import trained

PACKAGES = {"w2v": "w2v", "gensim": "gensim.models"}


@dataclass
class Setup:
    """What a benchmark needs to know: sizes of vectors, questions, how often, and where things are."""

    small: tuple[int, int]
    large: tuple[int, int]
    many: int  # questions at once
    sample: int  # of those, how many gensim is asked
    sets: Path
    repetitions: int
    peers: Path
    reuse: bool
    smoke_folder: Path | None

    def vectors(self, shape):
        return trained(*shape, self.smoke_folder)


class Asked:
    """The worker process of a package, with vectors loaded."""

    def __init__(self, package, vectors, words, peers):
        self.python = python_of(package, peers)
        if self.python:
            command = [self.python, BENCH / "_query_worker.py", PACKAGES[package]]
            self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            self.ask("load", vectors=str(vectors), words=str(words))

    def ask(self, name, **arguments):
        """The answer to a question, or None if the package is not installed."""
        if not self.python:
            return None
        self.process.stdin.write(json.dumps([name, arguments]) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def close(self):
        if self.python:
            self.process.stdin.close()
            self.process.wait()


def side_by_side(setup, shape, questions):
    """Ask both packages in turn; questions(package) is the name and arguments. Returns rows, and the last answers."""
    vectors, words = setup.vectors(shape)
    workers = {package: Asked(package, vectors, words, setup.peers) for package in PACKAGES}
    answers = {}

    def measure(package):
        name, arguments = questions(package)
        answers[package] = workers[package].ask(name, **arguments)
        return answers[package] and answers[package]["seconds"]

    try:
        rows = compare({package: lambda p=package: measure(p) for package in PACKAGES}, setup.repetitions)
    finally:
        for worker in workers.values():
            worker.close()
    return rows, answers


def keys(setup, shape, count):
    """`count` words, evenly spread over the vocabulary."""
    names = setup.vectors(shape)[1].read_text().split()
    return names[:: max(1, len(names) // count)][:count]


def scaled(rows, factor):
    """The same rows in another unit."""
    for row in rows:
        row["values"] = [value * factor for value in row["values"]]
        for name in ("median", "spread"):
            row[name] = row[name] and row[name] * factor
    return rows


def one(setup):
    """One question at a time, in both sizes."""
    rows, ratios = [], []
    for shape in (setup.small, setup.large):
        size = "{:,} x {}".format(*shape)
        asked = keys(setup, shape, 30)
        measured, _ = side_by_side(setup, shape, lambda package, asked=asked: ("one", {"keys": asked}))
        ratios += ratio(f"most_similar, {size}", fastest(measured, ["gensim"]), measured[0])
        rows += [{**row, "name": f"{row['name']}, {size}"} for row in scaled(measured, 1000)]
    return {"title": "one question: most_similar", "unit": "ms", "rows": rows, "ratios": ratios}


def many(setup):
    """Many questions at once; gensim has only a loop, whose time for a sample is multiplied."""
    asked = keys(setup, setup.large, setup.many)
    sample = asked[:: len(asked) // setup.sample][: setup.sample]
    questions = {"w2v": ("many", {"keys": asked}), "gensim": ("many", {"keys": sample})}
    rows, _ = side_by_side(setup, setup.large, questions.get)
    scaled(rows[1:], len(asked) / len(sample))
    rows[1]["note"] = rows[1]["note"] or f"{len(sample)} questions, times {len(asked) / len(sample):g}"
    title = "{:,} questions at once, {:,} x {}".format(len(asked), *setup.large)
    ratios = ratio("gensim's loop over one batch", fastest(rows, ["gensim"]), rows[0])
    return {"title": title, "unit": "seconds", "rows": rows, "ratios": ratios}


def analogies(setup):
    """Google's questions within the first 30,000 words."""
    question = ("analogies", {"questions": str(setup.sets / "questions-words.txt"), "restrict": 30000})
    rows, answers = side_by_side(setup, setup.small, lambda package: question)
    for row in rows:
        if row["values"]:
            answer, first = answers[row["name"]], answers["w2v"]
            same = (
                "" if answer is first else ", same sections" if answer["sections"] == first["sections"] else ", OTHERS"
            )
            row["note"] = f"score {answer['score']:.6f}{same}"
    title = "analogies within 30,000 words, {:,} x {}".format(*setup.small)
    ratios = ratio("analogies", fastest(rows, ["gensim"]), rows[0])
    return {"title": title, "unit": "seconds", "rows": rows, "ratios": ratios}


BENCHMARKS = {
    "one": one,
    "many": many,
    "analogies": analogies,
    "approximate": _narrow.approximate,
    "narrow": _narrow.narrow,
}


def parse_arguments():
    parser = benchmark_parser(__doc__, BENCHMARKS, "queries", "few vectors, once, no gensim", repetitions=5)
    parser.add_argument("--sets", type=Path, default=DATA / "eval", help="folder of the evaluation sets")
    parser.add_argument("--peers", type=Path, default=PEERS, help="where peers.sh installed gensim")
    parser.add_argument("--reuse", action="store_true", help="take the approximate index of an earlier run")
    return parse_benchmarks(parser, BENCHMARKS)


def prepare(options, folder):
    if options.smoke:
        return Setup((180, 16), (300, 24), 20, 10, make_sets(folder), 1, folder / "no-peers", False, folder)
    sizes = (68_000, 100), (400_000, 300)
    return Setup(*sizes, 1000, 100, options.sets, options.reps, options.peers, options.reuse, None)


if __name__ == "__main__":
    run_benchmarks(parse_arguments(), BENCHMARKS, prepare)
