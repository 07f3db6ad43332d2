"""kernel="mirror": which settings of a model word2vec.c has, and what it calls them."""

from typing import Any

from w2v import mirror

__all__ = ["as_original", "check"]

# What word2vec.c does whatever it is told, by the settings that would change it.
_FIXED = {
    "workers": 1,
    "objective": "negative",
    "positional": None,
    "min_alpha": 0.0001,
    "seed": 1,
    "ns_exponent": 0.75,
    "cbow_mean": 1,
    "cbow_corrected": False,
    "shrink_windows": True,
    "window_side": "both",
    "device": "cpu",
    "warps": None,
    "sorted_vocab": 1,
    "max_vocab_size": None,
    "max_final_vocab": None,
    "null_word": 0,
    "compute_loss": False,
}


def check(settings: Any) -> None:
    """Raise ValueError for settings of a model that word2vec.c does not have.

    Examples
    --------
    >>> from w2v import Word2Vec
    >>> Word2Vec(kernel="mirror", workers=4)
    Traceback (most recent call last):
    ValueError: kernel="mirror" does what word2vec.c does: expected workers=1, got 4
    """
    for name, value in _FIXED.items():
        given = getattr(settings, name)
        if given != value:
            raise ValueError(f'kernel="mirror" does what word2vec.c does: expected {name}={value!r}, got {given!r}')
    if settings.window == "all":
        raise ValueError('kernel="mirror" does what word2vec.c does: expected window to be a number, got "all"')
    as_original(settings)


def as_original(settings: Any) -> mirror.Settings:
    """Return the settings by word2vec.c's names.

    Examples
    --------
    >>> from w2v import Word2Vec
    >>> as_original(Word2Vec(kernel="mirror", workers=1, sg=1, epochs=3)).iter
    3
    """
    return mirror.Settings(
        size=settings.vector_size,
        window=settings.window,
        sample=settings.sample,
        hs=settings.hs,
        negative=settings.negative,
        iter=settings.epochs,
        min_count=settings.min_count,
        alpha=settings.alpha,
        cbow=1 - settings.sg,
    )
