"""Vectors with n-grams: how fast on one thread, and how good, also for rare and unknown words; a table and JSON.

python bench/subwords.py speed            w2v, gensim and fastText on five million words (about 15 minutes)
python bench/subwords.py quality          fastText's defaults, seeds 1, 2, 3; fastText has no seeds, and runs as often
python bench/subwords.py quality --corpus text.txt --programs w2v,fasttext
python bench/subwords.py --smoke          one tiny round, without peers

Every program writes fastText's .bin, which one reader reads. "rare": pairs of WordSim-353 and SimLex-999 of which a
word occurs less than 100 times; "unknown": the same pairs after a training in which such words are left out, so that
n-grams alone tell of them.
"""

import argparse
import json
import sys
import tempfile
from collections import Counter
from pathlib import Path

import numpy as np
from _common import BENCH, DATA, corpus_5m, describe, keep_result, machine, make_corpus, table
from _programs import python_of, run
from _scores import make_sets

from w2v import KeyedVectors
from w2v.evaluate import word_analogies, word_pairs

PROGRAMS = ["w2v", "gensim", "fasttext"]
SPEED = {"sg": 1, "vector_size": 100, "window": 5, "min_count": 5, "negative": 5, "sample": 1e-3, "alpha": 0.05}
SPEED |= {"epochs": 1, "workers": 1}
QUALITY = {**SPEED, "sample": 1e-4, "epochs": 5}  # fastText's defaults
RARE = 100


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", nargs="?", default="speed", choices=["speed", "quality"])
    parser.add_argument("--programs", default=",".join(PROGRAMS))
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--cbow", action="store_true")
    parser.add_argument("--corpus", type=Path, help="text (default: five million words of the benchmark corpus)")
    parser.add_argument("--sets", type=Path, default=DATA / "eval", help="folder of the evaluation sets")
    parser.add_argument("--out", type=Path, default=BENCH / "results" / "subwords.json")
    parser.add_argument("--smoke", action="store_true", help="a tiny text, no peers, nothing written")
    options = parser.parse_args()
    options.programs = options.programs.split(",")
    return options


def train(program, corpus, settings, save=None):
    """Train in a process of its own; return its report, or None if the program is not installed."""
    python = python_of(program)
    if python is None:
        return None
    command = [python, BENCH / "_subwords_worker.py", program, corpus, json.dumps(settings)]
    return json.loads(run(command + ["--save", save] * (save is not None)).splitlines()[-1])


def rare_pairs(corpus, sets, folder):
    """A file of the pairs that have a rare word, which the text has all the same."""
    with open(corpus, encoding="utf-8") as text:
        counts = Counter(word for line in text for word in line.split())
    kept = []
    for name in ("wordsim353.tsv", "simlex999.txt"):
        for line in (sets / name).read_text(encoding="utf-8").lower().splitlines():
            if line.startswith("#") or line.count("\t") != 2:
                continue
            first, second, mark = line.split("\t")
            least = min(counts[first], counts[second])
            if 5 <= least < RARE:
                kept.append(f"{first}\t{second}\t{mark}")
    path = folder / "rare.tsv"
    path.write_text("\n".join(kept) + "\n", encoding="utf-8")
    return path


def correlation(vectors, words, pairs):
    known = [word for word in words if word in vectors]
    return float(word_pairs(known, np.array([vectors[word] for word in known]), pairs)[1].statistic)


def score(path, unknown, sets, rare):
    """Scores of a model, and of one that does not know rare words."""
    vectors, without = (KeyedVectors.load_fasttext(each) for each in (path, unknown))
    words = sorted({word for line in rare.read_text().splitlines() for word in line.split("\t")[:2]})
    scores = {"analogies": word_analogies(vectors.index_to_key, vectors.vectors, sets / "questions-words.txt")[0]}
    for name, file in (("WordSim-353", "wordsim353.tsv"), ("SimLex-999", "simlex999.txt")):
        scores[name] = float(word_pairs(vectors.index_to_key, vectors.vectors, sets / file)[1].statistic)
    if words != [""]:
        scores["rare"] = correlation(vectors, words, rare)
        scores["unknown"] = correlation(without, words, rare)
    return scores


def speed(options):
    """Seconds of every repetition, by program."""
    results = {}
    for program in options.programs:
        settings = {**SPEED, "sg": int(not options.cbow), "workers": options.threads}
        reports = [train(program, options.corpus, settings) for _ in range(options.repeat)]
        results[program] = [report for report in reports if report]
        print(program, results[program], file=sys.stderr, flush=True)
    return results


def quality(options, folder):
    """Scores of every seed, by program."""
    rare = rare_pairs(options.corpus, options.sets, folder)
    results = {}
    for program in options.programs:
        results[program] = []
        for seed in range(1, options.repeat + 1):
            settings = {**QUALITY, "sg": int(not options.cbow), "seed": seed, "workers": options.threads}
            paths = folder / "all.bin", folder / "frequent.bin"
            done = [train(program, options.corpus, settings, paths[0])]
            done.append(done[0] and train(program, options.corpus, {**settings, "min_count": RARE}, paths[1]))
            if done[1]:
                results[program].append(score(*paths, options.sets, rare))
                print(program, seed, results[program][-1], file=sys.stderr, flush=True)
    return results


def render(results):
    """Means, and highest less lowest, of all that was measured."""
    columns = next((list(runs[0]) for runs in results.values() if runs), [])
    rows = []
    for program, runs in results.items():
        values = [[run[name] for run in runs if name in run] for name in columns]
        cells = [f"{np.median(of):.4g} ({max(of) - min(of):.3g})" if of else "" for of in values]
        rows.append([program, *(cells if runs else ["not installed"])])
    return table(["median (spread)", *columns], rows)


def main():
    options = parse_arguments()
    info = machine()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if options.smoke:
            options.corpus, options.sets = make_corpus(folder / "text.txt"), make_sets(folder)
            options.programs, options.repeat = ["w2v"], 1
        options.corpus = options.corpus or corpus_5m()
        parts = ["speed", "quality"] if options.smoke else [options.what]
        for part in parts:
            results = speed(options) if part == "speed" else quality(options, folder)
            kind = "cbow" if options.cbow else "sg"
            print(f"\n## {part}: {kind}\n\n{render(results)}\n\n{describe(info)}")
            if not options.smoke:
                keep_result(options.out, f"{part} {kind}", {"results": results, "machine": info})


if __name__ == "__main__":
    main()
