"""Seconds of model.train alone, after build_vocab, in fresh processes."""

from _common import SETTINGS
from _compare import add_rate, compare, fastest, ratio
from _programs import train

from w2v import _core

GENSIM = ("gensim corpus_file", "gensim sentences")
SKIP_GRAM = {**SETTINGS, "sg": 1}
TREE = {"hs": 1, "negative": 0}


def seconds(setup, package, settings, *options, **environment):
    """A function that trains once and returns the seconds that train() took, or None if not installed."""

    def measure():
        report = train(package, setup.corpus, settings, *options, peers=setup.peers, **environment)
        return report and report["train_s"]

    return measure


def result(setup, title, rows, ratios):
    """A benchmark's result, with millions of words of the text trained per second."""
    add_rate(rows, len(setup.corpus.read_bytes().split()) / 1e6)
    return {"title": title, "unit": "seconds", "rate_unit": "M words/s", "rows": rows, "ratios": ratios}


def against_gensim(setup, title, settings, what):
    variants = {
        "w2v": seconds(setup, "w2v", settings),
        "gensim corpus_file": seconds(setup, "gensim", without_kernel(settings)),
        "gensim sentences": seconds(setup, "gensim", without_kernel(settings), "--sentences"),
    }
    rows = compare(variants, setup.repetitions)
    ratios = ratio(f"{what} against gensim's best", fastest(rows, GENSIM), rows[0])
    return result(setup, title, rows, ratios)


def without_kernel(settings):
    return {name: value for name, value in settings.items() if name != "kernel"}


def skip_gram(setup):
    return against_gensim(setup, "skip-gram, training alone, 1 thread", SKIP_GRAM, "skip-gram")


def cbow(setup):
    return against_gensim(setup, "CBOW, training alone, 1 thread", {**SETTINGS, "sg": 0}, "CBOW")


def skip_gram_hs(setup):
    title = "skip-gram, hierarchical softmax, training alone, 1 thread"
    return against_gensim(setup, title, {**SKIP_GRAM, **TREE}, "skip-gram by the tree")


def cbow_hs(setup):
    title = "CBOW, hierarchical softmax, training alone, 1 thread"
    return against_gensim(setup, title, {**SETTINGS, "sg": 0, **TREE}, "CBOW by the tree")


def pairwise(setup):
    settings = {**SKIP_GRAM, "kernel": "pairwise"}
    title = 'skip-gram, kernel="pairwise", training alone, 1 thread'
    return against_gensim(setup, title, settings, "pairwise")


def kernel_sets(setup):
    """Every kernel set that this processor can run."""
    variants = {name: seconds(setup, "w2v", SKIP_GRAM, W2V_KERNELS=name) for name in _core.kernel_sets()}
    rows = compare(variants, setup.repetitions)
    ratios = ratio("time of AVX2 over AVX-512", fastest(rows, ["avx2"]), fastest(rows, ["avx512"]))
    return result(setup, "skip-gram, training alone, by kernel set", rows, ratios)


def loss(setup):
    settings = {
        "no loss": {**SKIP_GRAM, "no_loss": True},
        "of a sample (default)": SKIP_GRAM,
        "of every pair (compute_loss=True)": {**SKIP_GRAM, "compute_loss": True},
    }
    rows = compare({name: seconds(setup, "w2v", chosen) for name, chosen in settings.items()}, setup.repetitions)
    ratios = ratio("time with the sample's loss over without", rows[1], rows[0])
    ratios += ratio("time with every pair's loss over without", rows[2], rows[0])
    return result(setup, "skip-gram, training alone, with and without loss", rows, ratios)
