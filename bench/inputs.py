"""How fast each form of a corpus is: files, lists, generators, ids, pairs; prints tables and writes JSON.

python bench/inputs.py                            everything, 5 million words (about 20 minutes, most of them gensim's)
python bench/inputs.py --only forms,pairs --reps 5
python bench/inputs.py --smoke                    one tiny round of everything, without gensim
"""

import json
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from _common import BENCH, SETTINGS, corpus_5m, make_corpus
from _compare import add_rate, compare, ratio
from _programs import MODULES, PEERS, python_of, run
from _several import benchmark_parser, parse_benchmarks, run_benchmarks

SKIP_GRAM = {**SETTINGS, "sg": 1}
WALKS = {"walks": "ring of 10,000", "large walks": "ring of 1,000,000", "words": "words of the text"}
FORMS = ["file", "lists", "LineSentence", "generator", "walks"]


@dataclass
class Setup:
    """The text, how often, and where gensim is."""

    corpus: Path
    repetitions: int
    peers: Path


def report(setup, package, form, operation="whole", key="seconds", **changes):
    """A function that measures one form once: a number, or None if the package is not installed."""

    def measure():
        python = python_of(package, setup.peers)
        if python is None:
            return None
        settings = json.dumps({**SKIP_GRAM, **changes})
        command = [python, BENCH / "_inputs_worker.py", MODULES[package], form, setup.corpus, settings, operation]
        return json.loads(run(command))[key]

    return measure


def result(title, rows, ratios):
    return {"title": title, "unit": "seconds", "rows": rows, "ratios": ratios}


def forms(setup):
    """Word2Vec(...) from its call to its end; walks are other data, so that they have no ratio here."""
    rows = compare({form: report(setup, "w2v", form) for form in FORMS}, setup.repetitions)
    ratios = [ratio(f"{row['name']} over file", row, rows[0]) for row in rows[1:-1]]
    return result("a whole call, skip-gram, 1 worker", rows, [*chain(*ratios)])


def workers(setup):
    variants = {f"{form}, {number}": report(setup, "w2v", form, workers=number) for form in FORMS for number in (1, 2)}
    rows = compare(variants, setup.repetitions)
    ratios = [
        ratio(f"{form}: 1 worker over 2", one, two) for form, one, two in zip(FORMS, rows[::2], rows[1::2], strict=True)
    ]
    return result("a whole call, by workers", rows, [*chain(*ratios)])


def vocab(setup):
    """build_vocab against gensim's."""
    rows, ratios = [], []
    for form in ("lists", "LineSentence", "generator", "file"):
        variants = {f"{package}, {form}": report(setup, package, form, "vocab") for package in MODULES}
        ours, theirs = compare(variants, setup.repetitions)
        rows += [ours, theirs]
        ratios += ratio(f"build_vocab, {form}, against gensim", theirs, ours)
    return result("build_vocab, 1 worker", rows, ratios)


def walks(setup):
    """A whole call on rows of 80 ids: as an array by w2v, as lists of strings, made beforehand, by gensim."""
    rows, ratios = [], []
    for form, name in WALKS.items():
        variants = {  # of ids all are trained, so gensim does the same
            f"w2v, {name}": report(setup, "w2v", form, min_count=1),
            f"gensim, {name}": report(setup, "gensim", f"{form} as strings", min_count=1),
        }
        ours, theirs = compare(variants, setup.repetitions)
        rows += [ours, theirs]
        ratios += ratio(f"{name}, against gensim", theirs, ours)
    return result("arrays of ids by w2v, lists of strings by gensim", rows, ratios)


def pairs(setup):
    """The same pairs in the same order: given as arrays, or made by the pairwise kernel."""
    settings = {"sample": 0, "shrink_windows": False, "window": 2}
    variants = {
        "train_pairs": report(setup, "w2v", "pairs", "train", **settings),
        'kernel="pairwise"': report(setup, "w2v", "text", "train", kernel="pairwise", **settings),
    }
    rows = compare(variants, setup.repetitions)
    add_rate(rows, report(setup, "w2v", "pairs", "train", "pairs", **settings)() / 1e6)
    ratios = ratio("rate of train_pairs over the kernel's", rows[1], rows[0])
    return {**result("pairs, training alone", rows, ratios), "rate_unit": "M pairs/s"}


def short(setup):
    rows = compare({name: report(setup, "w2v", name) for name in ("short", "long")}, setup.repetitions)
    ratios = ratio("sentences of 5 words over those of 1000", *rows)
    return result("a whole call on lists, sentences of 5 and of 1000 words", rows, ratios)


def cache(setup):
    """Where ids are kept; "never": the text is read anew in each of three epochs."""
    kinds = {"memory": "memory", "disk": "disk", "never": False}
    variants = {name: report(setup, "w2v", "file", cache=kind, epochs=3) for name, kind in kinds.items()}
    rows = compare(variants, setup.repetitions)
    return result("a whole call on a file, 3 epochs, by cache", rows, ratio("disk over memory", rows[1], rows[0]))


BENCHMARKS = {
    "forms": forms,
    "workers": workers,
    "vocab": vocab,
    "walks": walks,
    "pairs": pairs,
    "short": short,
    "cache": cache,
}


def parse_arguments():
    parser = benchmark_parser(__doc__, BENCHMARKS, "inputs", "a tiny text, once, no gensim")
    parser.add_argument("--corpus", type=Path, help="text, one sentence a line (default: first 30 MB of the large one)")
    return parse_benchmarks(parser, BENCHMARKS)


def prepare(options, folder):
    if options.smoke:
        return Setup(make_corpus(folder / "text.txt"), 1, folder / "no-peers")
    return Setup(options.corpus or corpus_5m(), options.reps, PEERS)


if __name__ == "__main__":
    run_benchmarks(parse_arguments(), BENCHMARKS, prepare, place="inputs-")
