"""Training on a card: words a second beside all cores, gensim and w2v-accel; quality over warps; the card's own limits.

python bench/cuda.py                           everything: about six minutes with 16 cores beside an H100
python bench/cuda.py --only speed,ceilings
python bench/cuda.py --smoke                   one tiny round; without a card an emulated one, whose times mean nothing
"""

import re
import statistics
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from _cards import ROUNDS, card_for, copy_seconds, describe_card, row_seconds, train_on_card
from _common import DATA, alternate, corpus_5m, corpus_17m, make_corpus, median, spread
from _programs import PEERS, python_of, run, train
from _scores import MEASURES, make_sets
from _several import benchmark_parser, parse_benchmarks, run_benchmarks

from w2v import Word2Vec
from w2v.base.threads import available_workers
from w2v.evaluate import word_analogies, word_pairs

SETTINGS = {"window": 5, "negative": 5, "sample": 1e-3, "min_count": 5, "epochs": 5, "seed": 1}
SHAPES = [{"sg": 1, "vector_size": 100}, {"sg": 1, "vector_size": 300}, {"sg": 0, "vector_size": 100}]
WARPS = (132, 528, 1056, 2112)
QUALITY = [{"sg": sg, "alpha": alpha} for sg in (1, 0) for alpha in (0.025, 0.05)]
ACCEL = """
import os, sys, w2v_accel
corpus, output, folder = sys.argv[1:]
os.chdir(folder)  # where it keeps its cache of the corpus
w2v_accel.train_word2vec(corpus, output, size=128, window=5, negative=5, sample=1e-3, min_count=5, iter=5)
"""


@dataclass
class Setup:
    """What a benchmark needs to know."""

    corpora: dict  # text by name; the last is the largest
    sets: Path
    repetitions: int
    peers: Path
    folder: Path
    smoke: bool

    @property
    def corpus(self):
        return [*self.corpora.values()][-1]

    @property
    def seeds(self):
        return range(1, 2 if self.smoke else 4)

    @property
    def more(self):
        """Settings of models."""
        return {"epochs": 1, "warps": 1, "vector_size": 20} if self.smoke else {}


def named(shape):
    return f"{'skip-gram' if shape['sg'] else 'CBOW'}, d={shape['vector_size']}"


def built(corpus, **settings):
    model = Word2Vec(**{"workers": available_workers(), **SETTINGS, **settings})
    model.build_vocab(corpus_file=corpus)
    return model


def fresh(base, **settings):
    """A model with fresh weights, and the vocabulary and corpus of another one."""
    model = Word2Vec(**{"workers": available_workers(), **SETTINGS, **settings})
    model.reset_from(base)
    return model


def seconds_of(model):
    started = time.perf_counter()
    model.train()
    return time.perf_counter() - started


def row(name, values, words, note=""):
    middle = median(values)
    spread_of = spread(values)
    return {
        "name": name,
        "values": values,
        "median": middle,
        "spread": spread_of,
        "rate": words / middle if middle else None,
        "note": note if values else "not installed",
    }


def result(title, rows, rate_unit="M words/s", ratios=()):
    return {"title": title, "unit": "seconds", "rate_unit": rate_unit, "rows": rows, "ratios": [*ratios]}


def speed(setup):
    """An epoch of training alone, the card beside all cores of this machine and gensim's."""
    rows = []
    base = built(setup.corpus)
    words = base._corpus.n_words / 1e6
    for shape in SHAPES[:1] if setup.smoke else SHAPES:
        settings = shape | setup.more
        train_on_card(fresh(base, device="cuda", **settings))  # compiles
        epochs, whole = [], []
        for _ in range(setup.repetitions):
            seconds, all_seconds = train_on_card(fresh(base, device="cuda", **settings))
            epochs += seconds
            whole.append(all_seconds)
        rows.append(row(f"{named(shape)}, card", epochs, words, f"{median(whole):.2f} s with start and copies"))
        cpu = [seconds_of(fresh(base, **settings | {"epochs": 1})) for _ in range(setup.repetitions)]
        rows.append(row(f"{named(shape)}, {available_workers()} cores", cpu, words))
        gensim = {**SETTINGS, **shape, "epochs": 1, "workers": available_workers()}
        report = train("gensim", setup.corpus, gensim, peers=setup.peers)
        rows.append(row(f"{named(shape)}, gensim, all cores", [report["train_s"]] if report else [], words))
    return result("training alone, one epoch", rows)


def accel(setup):
    """The package w2v-accel, by the seconds that it prints: its second run, which finds its own cache of the corpus."""
    base = built(setup.corpus)
    words = base._corpus.n_words * SETTINGS["epochs"] / 1e6
    settings = {"sg": 1, "vector_size": 128} | setup.more
    train_on_card(fresh(base, device="cuda", **settings))
    ours = [sum(train_on_card(fresh(base, device="cuda", **settings))[0]) for _ in range(setup.repetitions)]
    theirs = []
    python = python_of("w2v-accel", setup.peers) or (sys.executable if _has("w2v_accel") else None)
    for number in range(setup.repetitions + 1 if python else 0):
        printed = run([python, "-c", ACCEL, setup.corpus.resolve(), setup.folder / "accel.bin", setup.folder])
        if number:
            theirs.append(float(re.search(r"Total training time: ([\d.]+)", printed)[1]))
    rows = [row("w2v, skip-gram, d=128", ours, words), row("w2v-accel, d=128", theirs, words)]
    ratios = [{"name": "w2v-accel / w2v", "value": median(theirs) / median(ours)}] if theirs else []
    return result("against w2v-accel, five epochs", rows, ratios=ratios)


def _has(module):
    import importlib.util

    return importlib.util.find_spec(module) is not None


def scores_of(model, sets):
    words, vectors = model.wv.index_to_key, model.wv.vectors
    analogies = word_analogies(words, vectors, sets / "questions-words.txt")[0]
    pairs = [word_pairs(words, vectors, sets / name)[1].statistic for name in ("wordsim353.tsv", "simlex999.txt")]
    return [analogies, *map(float, pairs)]


def scored_row(name, seconds, scores, words):
    """Means over seeds, and their spreads."""
    columns = zip(MEASURES, zip(*scores, strict=True), strict=True)
    note = ", ".join(f"{name} {statistics.mean(values):.3f} ± {spread(values):.3f}" for name, values in columns)
    return {**row(name, seconds, words, note), "scores": scores}


def quality(setup):
    """Scores over warps and learning rates, as means of three seeds."""
    rows = []
    for corpus_name, corpus in setup.corpora.items():
        base = built(corpus)
        words = base._corpus.n_words * SETTINGS["epochs"] / 1e6
        for changes in QUALITY[:1] if setup.smoke else QUALITY:
            for warps in (1,) if setup.smoke else (*WARPS, None):
                settings = changes | {"vector_size": 100, "warps": warps} | setup.more
                seconds, scores = [], []
                for seed in setup.seeds:
                    model = fresh(base, seed=seed, device="cuda", **settings)
                    seconds.append(sum(train_on_card(model)[0]))
                    scores.append(scores_of(model, setup.sets))
                what = f"{warps} warps" if warps else "warps chosen by w2v"
                rows.append(scored_row(f"{corpus_name}, {_named(changes)}, {what}", seconds, scores, words))
    return result("quality over warps, five epochs", rows)


def _named(changes):
    return f"{'skip-gram' if changes['sg'] else 'CBOW'}, alpha {changes['alpha']}"


def _on_one_core(corpus, sets, settings):
    model = built(corpus, **{"workers": 1} | settings)
    return seconds_of(model), scores_of(model, sets)


def processor(setup):
    """The same with one worker of the processor, as many at once as there are cores."""
    tasks = [
        (name, changes, seed)
        for name in [*setup.corpora][::-1]  # the longest first
        for changes in (QUALITY[:1] if setup.smoke else QUALITY)
        for seed in setup.seeds
    ]
    more = {"vector_size": 100} | setup.more
    with ProcessPoolExecutor(available_workers()) as pool:
        waiting = [
            pool.submit(_on_one_core, setup.corpora[name], setup.sets, changes | more | {"seed": seed})
            for name, changes, seed in tasks
        ]
        done = [(f"{task[0]}, {_named(task[1])}", future.result()) for task, future in zip(tasks, waiting, strict=True)]
    rows = []
    for name in dict.fromkeys(name for name, _ in done):
        seconds, scores = zip(*(found for other, found in done if other == name), strict=True)
        rows.append(scored_row(f"{name}, one core", [*seconds], scores, 0))
    return result("quality on the processor, five epochs", rows)


def whole(setup):
    """Text to saved vectors, in this process, so without the start of Python."""
    output = setup.folder / "vectors.bin"

    def job(device):
        started = time.perf_counter()
        settings = {"workers": available_workers(), **SETTINGS, "sg": 1, **setup.more}
        model = Word2Vec(corpus_file=setup.corpus, device=device, **settings)
        model.wv.save_word2vec_format(output, binary=True)
        return time.perf_counter() - started

    seconds = alternate({device: partial(job, device) for device in ("cuda", "cpu")}, setup.repetitions)
    words = len(setup.corpus.read_bytes().split()) * SETTINGS["epochs"] / 1e6
    rows = [row(f"text to vectors, {device}", values, words) for device, values in seconds.items()]
    return result("whole job, five epochs", rows)


def ceilings(setup):
    """What the card's memory gives: bytes copied within it, rows read and added to; both ways are counted."""
    size = 1 << (20 if setup.smoke else 31)
    copies = [copy_seconds(size) for _ in range(setup.repetitions)]
    rows = [row("copies within the card's memory", copies, 2 * size / 1e9)]
    noise = built(setup.corpus).vocab.noise(0.75)
    for vector_size in (100, 300):
        for warps in (1,) if setup.smoke else (WARPS[0], WARPS[-1]):
            seconds = [row_seconds(noise, vector_size, warps) for _ in range(setup.repetitions)]
            touched = 6 * ROUNDS * warps
            note = f"{touched / median(seconds) / 1e6:.0f} M rows/s"
            name = f"rows of {vector_size} read and added to, {warps} warps"
            rows.append(row(name, seconds, 2 * 4 * vector_size * touched / 1e9, note))
    return result("ceilings", rows, "GB/s")


BENCHMARKS = {
    "ceilings": ceilings,
    "speed": speed,
    "accel": accel,
    "whole": whole,
    "quality": quality,
    "processor": processor,
}


def setup(options, folder):
    if options.smoke:
        text = make_corpus(folder / "text.txt", sentences=40, words=30)
        return Setup({"text": text}, make_sets(folder), 1, folder / "no-peers", folder, True)
    archive = options.archive
    corpora = {"text": options.corpus} if options.corpus else {"5M": corpus_5m(archive), "17M": corpus_17m(archive)}
    return Setup(corpora, options.sets, options.reps, PEERS, folder, False)


def parse_arguments():
    parser = benchmark_parser(__doc__, BENCHMARKS, "cuda", "a tiny text, once")
    parser.add_argument("--corpus", type=Path, help="text, one sentence a line (default: the benchmark corpora)")
    parser.add_argument("--archive", type=Path, default=DATA / "wiki17m_sent.txt.xz", help="default: %(default)s")
    parser.add_argument("--sets", type=Path, default=DATA / "eval", help="folder of evaluation sets")
    return parse_benchmarks(parser, BENCHMARKS)


def main():
    options = parse_arguments()
    with card_for(options.smoke) as there_is_one:
        if there_is_one:
            print(describe_card(), flush=True)
            run_benchmarks(options, BENCHMARKS, setup)


if __name__ == "__main__":
    sys.exit(main())
