"""Seconds of model.train alone, after build_vocab, in fresh processes."""

from _common import SETTINGS
from _compare import add_rate, compare, fastest, ratio
from _programs import train

from w2v import _core

GENSIM = ("gensim corpus_file", "gensim sentences")
SKIP_GRAM = {**SETTINGS, "sg": 1}
TREE = {"hs": 1, "negative": 0}


def seconds(setup, package, settings, *options, corpus=None, **environment):
    """A function that trains once and returns the seconds that train() took, or None if not installed."""

    def measure():
        report = train(package, corpus or setup.corpus, settings, *options, peers=setup.peers, **environment)
        return report and report["train_s"]

    return measure


def result(title, rows, corpus, ratios):
    """A benchmark's result, with millions of words of the text trained per second."""
    add_rate(rows, len(corpus.read_bytes().split()) / 1e6)
    return {"title": title, "unit": "seconds", "rate_unit": "M words/s", "rows": rows, "ratios": ratios}


def against_gensim(setup, title, settings, what, **bars):
    variants = {
        "w2v": seconds(setup, "w2v", settings),
        "gensim corpus_file": seconds(setup, "gensim", without_kernel(settings)),
        "gensim sentences": seconds(setup, "gensim", without_kernel(settings), "--sentences"),
    }
    rows = compare(variants, setup.repetitions)
    ratios = ratio(f"{what} against gensim's best", fastest(rows, GENSIM), rows[0], **bars)
    return result(title, rows, setup.corpus, ratios)


def without_kernel(settings):
    return {name: value for name, value in settings.items() if name != "kernel"}


def skip_gram(setup):
    return against_gensim(setup, "skip-gram, training alone, 1 thread", SKIP_GRAM, "skip-gram", bar=13, aim=20)


def cbow(setup):
    return against_gensim(setup, "CBOW, training alone, 1 thread", {**SETTINGS, "sg": 0}, "CBOW", bar=6.5, aim=10)


def skip_gram_hs(setup):
    title = "skip-gram, hierarchical softmax, training alone, 1 thread"
    return against_gensim(setup, title, {**SKIP_GRAM, **TREE}, "skip-gram by the tree", bar=6, aim=10)


def cbow_hs(setup):
    title = "CBOW, hierarchical softmax, training alone, 1 thread"
    return against_gensim(setup, title, {**SETTINGS, "sg": 0, **TREE}, "CBOW by the tree", bar=4, aim=6)


def pairwise(setup):
    settings = {**SKIP_GRAM, "kernel": "pairwise"}
    title = 'skip-gram, kernel="pairwise", training alone, 1 thread'
    return against_gensim(setup, title, settings, "pairwise", bar=4, aim=5)


def threads(setup):
    variants = {
        name: seconds(setup, "w2v", {**SKIP_GRAM, "workers": workers}, corpus=setup.large)
        for name, workers in (("1 thread", 1), ("2 threads", 2))
    }
    rows = compare(variants, setup.repetitions)
    ratios = ratio("2 threads over 1", rows[0], rows[1], bar=1.8, aim=1.95)
    return result("skip-gram, training alone, by threads", rows, setup.large, ratios)


def kernel_sets(setup):
    """Every kernel set that this processor can run."""
    variants = {name: seconds(setup, "w2v", SKIP_GRAM, W2V_KERNELS=name) for name in _core.kernel_sets()}
    rows = compare(variants, setup.repetitions)
    ratios = ratio(
        "time of AVX2 over AVX-512",
        fastest(rows, ["avx2"]),
        fastest(rows, ["avx512"]),
        bar="below 1.6",
        aim="below 1.3",
    )
    return result("skip-gram, training alone, by kernel set", rows, setup.corpus, ratios)


def loss(setup):
    settings = {
        "no loss": {**SKIP_GRAM, "no_loss": True},
        "of a sample (default)": SKIP_GRAM,
        "of every pair (compute_loss=True)": {**SKIP_GRAM, "compute_loss": True},
    }
    rows = compare({name: seconds(setup, "w2v", chosen) for name, chosen in settings.items()}, setup.repetitions)
    ratios = ratio("time with the sample's loss over without", rows[1], rows[0], bar="below 1.02")
    ratios += ratio("time with every pair's loss over without", rows[2], rows[0])
    return result("skip-gram, training alone, with and without loss", rows, setup.corpus, ratios)
