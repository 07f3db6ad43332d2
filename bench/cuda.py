"""Training on a card: words a second beside all cores and gensim, quality over warps, the whole job, the card's memory.

python bench/cuda.py                           everything: about six minutes on an H100
python bench/cuda.py --only speed,ceilings
python bench/cuda.py --smoke                   one tiny round; without a card it says so and measures nothing
"""

import statistics
import sys
import time
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from _common import DATA, alternate, corpus_17m, make_corpus, median, spread
from _programs import PEERS, train
from _scores import MEASURES, make_sets
from _several import benchmark_parser, parse_benchmarks, run_benchmarks

from w2v import Word2Vec
from w2v.base.threads import available_workers
from w2v.cuda.card import Card
from w2v.errors import DeviceError
from w2v.evaluate import word_analogies, word_pairs
from w2v.training import cuda_trainer

SETTINGS = {"window": 5, "negative": 5, "sample": 1e-3, "min_count": 5, "epochs": 5, "seed": 1}
SHAPES = [{"sg": 1, "vector_size": 100}, {"sg": 1, "vector_size": 300}, {"sg": 0, "vector_size": 100}]
WARPS = (132, 528, 1056, 2112)


@dataclass
class Setup:
    """What a benchmark needs to know."""

    corpus: Path
    sets: Path
    repetitions: int
    peers: Path
    folder: Path
    smoke: bool


def named(shape):
    return f"{'skip-gram' if shape['sg'] else 'CBOW'}, d={shape['vector_size']}"


def built(corpus, **settings):
    model = Word2Vec(**{"workers": available_workers(), **SETTINGS, **settings})
    model.build_vocab(corpus_file=corpus)
    return model


def seconds_of(model):
    """Seconds of training alone."""
    started = time.perf_counter()
    model.train(total_examples=model.corpus_count, epochs=model.epochs)
    return time.perf_counter() - started


def row(name, values, words, note=""):
    middle = median(values)
    return {
        "name": name,
        "values": values,
        "median": middle,
        "spread": spread(values),
        "rate": words / middle,
        "note": note,
    }


def speed(setup):
    """Training alone, the card beside all cores of this machine and gensim's."""
    rows = []
    for shape in SHAPES[:1] if setup.smoke else SHAPES:
        models = {device: built(setup.corpus, device=device, **shape) for device in ("cuda", "cpu")}
        seconds_of(models["cuda"])  # compiles, and warms up
        gensim = {**SETTINGS, **shape, "epochs": 1, "workers": available_workers()}
        variants = {name: partial(seconds_of, model) for name, model in models.items()}
        seconds = alternate(variants, setup.repetitions)
        words = models["cuda"].corpus_total_words * SETTINGS["epochs"] / 1e6
        rows += [row(f"{named(shape)}, {name}", values, words) for name, values in seconds.items()]
        report = train("gensim", setup.corpus, gensim, peers=setup.peers)
        if report:
            rows.append(
                row(f"{named(shape)}, gensim, all cores", [report["train_s"]], words / SETTINGS["epochs"], "1 epoch")
            )
    return {"title": "training alone", "unit": "seconds", "rate_unit": "M words/s", "rows": rows, "ratios": []}


def scores_of(model, sets):
    words, vectors = model.wv.index_to_key, model.wv.vectors
    analogies = word_analogies(words, vectors, sets / "questions-words.txt")[0]
    pairs = [word_pairs(words, vectors, sets / name)[1].statistic for name in ("wordsim353.tsv", "simlex999.txt")]
    return [analogies, *map(float, pairs)]


def quality(setup):
    """Scores over warps and learning rates, as means of three seeds, beside one worker of the processor."""
    rows = []
    seeds = range(1, 2 if setup.smoke else 4)
    for sg, alpha in ((1, 0.025),) if setup.smoke else ((1, 0.025), (1, 0.05), (0, 0.025), (0, 0.05)):
        for warps in (None, 1) if setup.smoke else (None, *WARPS):
            cuda_trainer.WARPS = warps
            device = "cpu" if warps is None else "cuda"
            seconds, scores = [], []
            for seed in seeds:
                model = built(setup.corpus, sg=sg, alpha=alpha, seed=seed, device=device, vector_size=100)
                seconds.append(seconds_of(model))
                scores.append(scores_of(model, setup.sets))
            means = zip(MEASURES, map(statistics.mean, zip(*scores, strict=True)), strict=True)
            note = ", ".join(f"{name} {mean:.3f}" for name, mean in means)
            what = "processor" if warps is None else f"{warps} warps"
            words = model.corpus_total_words * SETTINGS["epochs"] / 1e6
            rows.append(row(f"{'skip-gram' if sg else 'CBOW'}, alpha {alpha}, {what}", seconds, words, note))
    cuda_trainer.WARPS = None
    return {"title": "quality over warps", "unit": "seconds", "rate_unit": "M words/s", "rows": rows, "ratios": []}


def whole(setup):
    """Text to saved vectors, in this process, so without the start of Python."""
    output = setup.folder / "vectors.bin"

    def job(device):
        started = time.perf_counter()
        model = Word2Vec(corpus_file=setup.corpus, sg=1, workers=available_workers(), device=device, **SETTINGS)
        model.wv.save_word2vec_format(output, binary=True)
        return time.perf_counter() - started

    seconds = alternate({device: partial(job, device) for device in ("cuda", "cpu")}, setup.repetitions)
    words = len(setup.corpus.read_bytes().split()) * SETTINGS["epochs"] / 1e6
    rows = [row(f"text to vectors, {device}", values, words) for device, values in seconds.items()]
    return {"title": "whole job", "unit": "seconds", "rate_unit": "M words/s", "rows": rows, "ratios": []}


def ceilings(setup):
    """What the card's memory gives: bytes copied within it, read and written ones counted."""
    size = 1 << (20 if setup.smoke else 31)
    card = Card()
    source, target = card.allocate(size), card.allocate(size)
    seconds = alternate({"copy": lambda: card.copy_seconds(source, target, size)}, setup.repetitions)["copy"]
    card.close()
    rows = [row("copies within the card's memory", seconds, 2 * size / 1e9)]
    return {"title": "ceilings", "unit": "seconds", "rate_unit": "GB/s", "rows": rows, "ratios": []}


BENCHMARKS = {"speed": speed, "quality": quality, "whole": whole, "ceilings": ceilings}


def setup(options, folder):
    if options.smoke:
        return Setup(make_corpus(folder / "text.txt"), make_sets(folder), 1, folder / "no-peers", folder, True)
    return Setup(options.corpus or corpus_17m(), options.sets, options.reps, PEERS, folder, False)


def parse_arguments():
    parser = benchmark_parser(__doc__, BENCHMARKS, "cuda", "a tiny text, once")
    parser.add_argument("--corpus", type=Path, help="text, one sentence a line (default: the benchmark corpus)")
    parser.add_argument("--sets", type=Path, default=DATA / "eval", help="folder of evaluation sets")
    return parse_benchmarks(parser, BENCHMARKS)


def main():
    options = parse_arguments()
    try:
        card = Card()
    except (ImportError, DeviceError) as error:
        print(f"nothing was measured: {error}")
        return
    print(card.facts, card.versions(), sep="\n")
    card.close()
    run_benchmarks(options, BENCHMARKS, setup)


if __name__ == "__main__":
    sys.exit(main())
