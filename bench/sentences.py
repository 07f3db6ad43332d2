"""How fast the vectors of many short sentences are made: w2v, loops of get_mean_vector, and fse; writes JSON.

python bench/sentences.py --readme                       a million sentences of ten words, two threads
python bench/sentences.py --only mean --reps 5
python bench/sentences.py --smoke                        one tiny round, without gensim and fse
"""

import functools
import itertools
import json
import sys
from dataclasses import dataclass
from pathlib import Path

from _common import BENCH, corpus_17m, make_corpus
from _compare import compare, fastest, ratio
from _programs import PEERS, python_of, run
from _several import benchmark_parser, parse_benchmarks, run_benchmarks

from w2v import Word2Vec

WORDS = 10  # in a sentence


@dataclass
class Setup:
    """What a benchmark needs to know: where vectors and sentences are, how many, and how often."""

    vectors: Path
    texts: Path
    count: int
    sample: int  # of the sentences, how many a loop is asked
    workers: int
    repetitions: int
    peers: Path


def seconds(setup, package, how, weighting):
    """Time for all sentences in a process of its own; None if the package is not installed."""
    python = python_of("fse" if how == "fse" else package, setup.peers)
    if python is None:
        return None
    given = [package, how, weighting, str(setup.vectors), str(setup.texts), setup.sample, setup.workers]
    printed = run([python, BENCH / "_sentences_worker.py", json.dumps(given)])
    return float(printed.split()[-1]) * setup.count


def measured(setup, weighting, variants):
    """Rows of a table: name -> (package, how)."""
    calls = {name: functools.partial(seconds, setup, *what, weighting) for name, what in variants.items()}
    return compare(calls, setup.repetitions)


OURS = {"w2v, lists of words": ("w2v", "lists"), "w2v, texts": ("w2v", "texts"), "w2v, a file": ("w2v", "file")}
LOOPS = {"w2v, loop of get_mean_vector": ("w2v", "loop"), "gensim, loop of get_mean_vector": ("gensim", "loop")}


def mean(setup):
    """Plain means."""
    rows = measured(setup, "mean", {**OURS, **LOOPS, "fse Average": ("gensim", "fse")})
    ratios = ratio("w2v's own loop", rows[3], rows[0])
    ratios += ratio("gensim's loop", rows[4], rows[0]) + ratio("fse", rows[5], rows[0])
    title = f"means, {setup.count:,} sentences of {WORDS} words, {setup.workers} threads"
    return {"title": title, "unit": "seconds", "rows": rows, "ratios": ratios}


def sif(setup):
    """Means weighted by SIF and uSIF, without the directions that texts share."""
    rows = []
    for weighting, name in (("sif", "SIF"), ("usif", "uSIF")):
        variants = {f"w2v {name}": ("w2v", "lists"), f"fse {name}": ("gensim", "fse")}
        rows += measured(setup, weighting, variants)
    ratios = ratio("fse SIF", fastest(rows, ["fse SIF"]), rows[0])
    return {"title": "SIF and uSIF, the same sentences", "unit": "seconds", "rows": rows, "ratios": ratios}


BENCHMARKS = {"mean": mean, "sif": sif}


def prepare(options, folder):
    """Train vectors, and cut the corpus into sentences of equal length."""
    corpus = make_corpus(folder / "words.txt") if options.smoke else corpus_17m()
    size = {"vector_size": 16, "min_count": 1} if options.smoke else {"vector_size": 100}
    model = Word2Vec(corpus_file=corpus, epochs=1, workers=2, seed=1, **size)
    vectors, texts = folder / "vectors.bin", folder / "texts.txt"
    model.wv.save_word2vec_format(vectors, f"{vectors}.vocab", binary=True)
    count = 2000 if options.smoke else options.sentences
    with open(corpus, encoding="utf-8") as lines, open(texts, "w", encoding="utf-8") as file:
        words = itertools.chain.from_iterable(map(str.split, lines))
        for _ in range(count):
            file.write(" ".join(itertools.islice(words, WORDS)) + "\n")
    repetitions = 1 if options.smoke else options.reps
    peers = folder if options.smoke else options.peers
    return Setup(vectors, texts, count, min(20_000, count), options.threads, repetitions, peers)


def main():
    parser = benchmark_parser(__doc__, BENCHMARKS, "sentences", "tiny vectors, once")
    parser.add_argument("--sentences", type=int, default=1_000_000, help="how many (default: %(default)s)")
    parser.add_argument("--threads", type=int, default=2, help="default: %(default)s")
    parser.add_argument("--peers", type=Path, default=PEERS, help="folder of gensim and fse (default: %(default)s)")
    run_benchmarks(parse_benchmarks(parser, BENCHMARKS), BENCHMARKS, prepare, "sentences-")


if __name__ == "__main__":
    sys.exit(main())
