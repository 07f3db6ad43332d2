"""Pictures of vectors and models, by matplotlib: ``pip install "w2v[plot]"``.

``kv.plot(["king", "paris"])`` and ``model.plot.losses()`` are the short ways; the functions here take the same options.
Each returns a matplotlib Figure: notebooks show it, and ``figure.savefig("map.svg")`` writes it. To draw into a figure
of your own, give its axes as `ax`.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from w2v.base.paths import Path
from w2v.plot.charts import analogies, losses, similarity, zipf
from w2v.plot.maps import movement, word_map

if TYPE_CHECKING:
    from w2v.keyedvectors import KeyedVectors
    from w2v.model import Word2Vec

__all__ = ["ModelPlots", "Plots", "analogies", "losses", "movement", "similarity", "word_map", "zipf"]


class Plots:
    """The pictures of vectors, as ``kv.plot``: called, it is `word_map`; its methods are the others.

    Examples
    --------
    >>> kv.plot(["monday", "london"]).savefig("map.svg")  # doctest: +SKIP
    >>> kv.plot.similarity(["monday", "friday", "london"]).savefig("cosines.svg")  # doctest: +SKIP
    """

    def __init__(self, kv: "KeyedVectors") -> None:
        self._kv = kv

    def __call__(self, keys: Any = None, **options: Any) -> Any:
        """Words and their neighbours on a plane; see `w2v.plot.word_map`."""
        return word_map(self._kv, keys, **options)

    def similarity(self, keys: Iterable[Any], **options: Any) -> Any:
        """Cosines of words with each other as a heat map; see `w2v.plot.similarity`."""
        return similarity(self._kv, keys, **options)

    def zipf(self, keys: Iterable[Any] = (), **options: Any) -> Any:
        """Counts of the words by rank; see `w2v.plot.zipf`."""
        return zipf(self._kv, keys, **options)

    def analogies(self, questions: Path, **options: Any) -> Any:
        """Shares of a file's analogies answered right, section by section; see `w2v.plot.analogies`."""
        return analogies(self._kv.evaluate_word_analogies(questions)[1], **options)

    def movement(self, after: "KeyedVectors", keys: Iterable[Any] | None = None, **options: Any) -> Any:
        """Where words went from these vectors to others; see `w2v.plot.movement`."""
        return movement(self._kv, after, keys, **options)


class ModelPlots:
    """The pictures of a model, as ``model.plot``; those of its vectors are at ``model.wv.plot``.

    Examples
    --------
    >>> model.plot.losses().savefig("losses.svg")  # doctest: +SKIP
    """

    def __init__(self, model: "Word2Vec") -> None:
        self._model = model

    def losses(self, **options: Any) -> Any:
        """Mean loss of every epoch, and the learning rate; see `w2v.plot.losses`."""
        return losses(self._model, **options)
