"""Settings that were measured to go well together (bench/presets.py); what they leave out is as in `w2v.Word2Vec`."""

from typing import Any

__all__ = ["ABOUT", "DIMENSIONS", "ENSEMBLES", "PRESETS", "trainings"]

_GOOD = {"sg": 1, "alpha": 0.05, "sample": 1e-4, "epochs": 10}

PRESETS: dict[str, dict[str, Any]] = {
    "default": _GOOD,
    "fast": {**_GOOD, "epochs": 5},
    "quality": {**_GOOD, "vector_size": 200, "sg": 0, "window": 10, "negative": 10},
    "gensim": {},
    "word2vec": {"alpha": 0.05, "kernel": "pairwise"},
}
"""Of one training, by the names that `w2v train --preset` takes: ``Word2Vec(text, **PRESETS["quality"])``."""

ENSEMBLES: dict[str, list[dict[str, Any]]] = {
    "best": [
        {**_GOOD, "vector_size": 300, "window": 10, "add_outputs": True},
        {**_GOOD, "vector_size": 300, "window": 2},
        {**_GOOD, "vector_size": 300, "window": 8, "sg": 0, "negative": 10, "add_outputs": True},
    ],
}
"""Of several trainings, whose vectors become one set, for `w2v.train_vectors`. `add_outputs` is no setting of a model:
it says that sums with the output vectors stand for the vectors. Wide windows and outputs tell what words are near to,
narrow windows what they are like, and CBOW errs otherwise than skip-gram."""

DIMENSIONS = {"best": 400}
"""Of the vectors that an ensemble makes; a `vector_size` that is given counts for them and for each training."""

ABOUT = {
    "default": "good vectors in little time",
    "fast": "half the time, on large texts nearly as good",
    "quality": "better vectors in hardly more time, for texts of millions of words",
    "best": "one set of vectors from three trainings, in six times the time",
    "gensim": "gensim's defaults",
    "word2vec": "word2vec.c's defaults",
}


def trainings(preset: str) -> list[dict[str, Any]]:
    """Return the settings of each training of a preset.

    Raises
    ------
    ValueError
        There is no such preset.

    Examples
    --------
    >>> [training["window"] for training in trainings("best")]
    [10, 2, 8]
    """
    if preset in ENSEMBLES:
        return ENSEMBLES[preset]
    if preset not in PRESETS:
        raise ValueError(f"preset: expected one of {', '.join(ABOUT)}, got {preset!r}")
    return [PRESETS[preset]]
