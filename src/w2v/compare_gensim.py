"""Compare a gensim model of yours with w2v on its corpus: ``python -m w2v.compare_gensim MODEL CORPUS``.

It trains w2v with the model's settings on CORPUS (a text file, a sentence a line) and prints speed, how many of the
nearest neighbours of frequent words each model shares with the first, and scores of analogies and word pairs, if you
give files of them. Two trainings never agree on all neighbours: the last row compares w2v with w2v, by another seed.
"""

import argparse
import sys
import time
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from w2v.base.arrays import Array
from w2v.evaluate import word_analogies, word_pairs
from w2v.model import Word2Vec

_SETTINGS = (
    "vector_size", "window", "min_count", "sg", "hs", "negative", "ns_exponent", "cbow_mean", "sample", "epochs",
    "min_alpha", "shrink_windows", "max_vocab_size", "max_final_vocab", "seed",
)  # fmt: skip
_NEIGHBOURS = 10


class Trained(NamedTuple):
    """One set of vectors: a name, the words, their vectors (n, d), and seconds of training, if they are known."""

    name: str
    words: list[Any]
    vectors: Array
    seconds: float | None
    n_words: int


def load(path: str) -> Any:
    """Load the model by gensim itself.

    Raises
    ------
    ImportError
        gensim is not installed.
    """
    try:
        from gensim.models import Word2Vec as Theirs  # type: ignore[import-not-found,import-untyped,unused-ignore]
    except ImportError as error:
        raise ImportError("comparing with a gensim model needs gensim: pip install gensim") from error
    return Theirs.load(path)


def settings_of(model: Any, alpha: float | None) -> dict[str, Any]:
    """Return the settings of a gensim model as arguments for `w2v.Word2Vec`."""
    settings = {name: getattr(model, name) for name in _SETTINGS if hasattr(model, name)}
    return settings | {"alpha": model.alpha if alpha is None else alpha}


def trained(name: str, maker: Any, corpus: str, settings: dict[str, Any]) -> Trained:
    """Train a model (ours, or gensim's) on a file."""
    started = time.perf_counter()
    model = maker(corpus_file=corpus, **settings)
    words = model.corpus_total_words * model.epochs
    return Trained(name, model.wv.index_to_key, model.wv.vectors, time.perf_counter() - started, words)


def shared_rows(several: Sequence[Trained], n_words: int) -> list[Array]:
    """Return the vectors of the same words, the most frequent of those that all have, at length 1.

    Examples
    --------
    >>> one = Trained("one", ["a", "b"], np.array([[2.0, 0], [0, 3]]), None, 0)
    >>> other = Trained("other", ["b", "c"], np.array([[0.0, 1], [1, 1]]), None, 0)
    >>> shared_rows([one, other], 10)
    [array([[0., 1.]]), array([[0., 1.]])]
    """
    places = [{word: place for place, word in enumerate(model.words)} for model in several]
    shared = [word for word in several[0].words if all(word in place for place in places)][:n_words]
    rows = [model.vectors[[place[word] for word in shared]] for model, place in zip(several, places, strict=True)]
    return [row / np.maximum(np.linalg.norm(row, axis=1, keepdims=True), 1e-12) for row in rows]


def overlap(a: Array, b: Array, queries: int = 1000) -> float:
    """Return the share of the ten nearest neighbours that two sets of unit vectors agree on, over the first queries.

    Examples
    --------
    >>> rows = np.eye(20)
    >>> overlap(rows, rows)
    1.0
    """
    topn = min(_NEIGHBOURS, len(a) - 1)
    if topn < 1:
        return float("nan")
    pairs = zip(_nearest(a, queries, topn), _nearest(b, queries, topn), strict=True)
    agreed = [len(np.intersect1d(x, y)) for x, y in pairs]
    return float(np.mean(agreed)) / topn


def _nearest(unit: Array, queries: int, topn: int) -> Array:
    cosines = unit[:queries] @ unit.T
    np.fill_diagonal(cosines, -np.inf)
    return np.argpartition(-cosines, topn - 1, axis=1)[:, :topn]


def table(models: Sequence[Trained], n_words: int, analogies: str | None, pairs: str | None) -> list[dict[str, str]]:
    """Return a row of text for each model, compared with the first; the last is compared with the one before it."""
    rows = shared_rows(models, n_words)
    references = [rows[0]] * (len(models) - 1) + [rows[-2]]
    lines = []
    for model, unit, reference in zip(models, rows, references, strict=True):
        line = {"model": model.name, "words": str(len(model.words))}
        line["seconds"] = "?" if model.seconds is None else f"{model.seconds:.1f}"
        line["M words/s"] = "?" if not model.seconds else f"{model.n_words / model.seconds / 1e6:.2f}"
        line["same neighbours"] = "" if model is models[0] else f"{overlap(reference, unit):.3f}"
        words = [str(word) for word in model.words]
        if analogies:
            line["analogies"] = f"{word_analogies(words, model.vectors, analogies)[0]:.3f}"
        if pairs:
            line["word pairs"] = f"{word_pairs(words, model.vectors, pairs)[1][0]:.3f}"
        lines.append(line)
    return lines


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the comparison and print a table in markdown; see ``--help``."""
    parser = argparse.ArgumentParser(prog="python -m w2v.compare_gensim", description=__doc__.split(":")[0])
    parser.add_argument("model", help="what gensim's Word2Vec.save wrote")
    parser.add_argument("corpus", help="the text it was trained on: plain, a sentence a line")
    parser.add_argument("--retrain", action="store_true", help="train gensim again here, to compare speed")
    parser.add_argument("--alpha", type=float, help="first learning rate, if the model does not remember it")
    parser.add_argument("--workers", type=int, default=1, help="threads of each training (default 1)")
    parser.add_argument("--words", type=int, default=30_000, help="look at so many frequent words (default 30000)")
    parser.add_argument("--analogies", help="file of questions, as questions-words.txt")
    parser.add_argument("--pairs", help="file of word pairs with scores, separated by tabs")
    given = parser.parse_args(arguments)
    theirs = load(given.model)
    settings = settings_of(theirs, given.alpha) | {"workers": given.workers}
    n_words = (theirs.corpus_total_words or 0) * theirs.epochs
    wv, seconds = theirs.wv, theirs.total_train_time
    models = [Trained("gensim, your model", wv.index_to_key, wv.vectors, seconds, n_words)]
    if given.retrain:
        models.append(trained("gensim, trained here", type(theirs), given.corpus, settings))
    models.append(trained("w2v", Word2Vec, given.corpus, settings))
    settings["seed"] += 1
    models.append(trained("w2v, other seed, beside w2v", Word2Vec, given.corpus, settings))
    lines = table(models, given.words, given.analogies, given.pairs)
    for line in [list(lines[0]), ["---"] * len(lines[0]), *(list(line.values()) for line in lines)]:
        print(f"| {' | '.join(line)} |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
