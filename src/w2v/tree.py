"""The Huffman tree over a vocabulary, and the attributes of words that follow from it and from their counts."""

from typing import Any

import numpy as np
import numpy.typing as npt

from w2v import _core
from w2v.vocab import Vocab

Array = npt.NDArray[Any]


def paths(vocab: Vocab) -> tuple[list[Array], list[Array]]:
    """Return the code of each word and its inner nodes, from the root (number n - 2) down. Words may be in any order.

    Examples
    --------
    >>> codes, points = paths(Vocab(["sat", "the", "cat"], [1, 5, 2]))
    >>> codes
    [array([0, 0], dtype=uint8), array([1], dtype=uint8), array([0, 1], dtype=uint8)]
    >>> points[0]
    array([1, 0], dtype=uint32)
    """
    order = np.argsort(-vocab.counts, kind="stable")  # the tree is built from falling counts
    codes, nodes, offsets = _core.huffman(vocab.counts[order])
    points = nodes.astype(np.uint32)
    places = np.empty(len(order), dtype=np.int64)
    places[order] = np.arange(len(order))
    spans = [slice(offsets[place], offsets[place + 1]) for place in places]
    return [codes[span] for span in spans], [points[span] for span in spans]


class WordAttributes(dict[str, Array]):
    """The attributes of a model's words; gensim's `code`, `point` and `sample_int` are made when they are asked for.

    Examples
    --------
    >>> vocab = Vocab(["the", "cat"], [5, 2])
    >>> attributes = WordAttributes({"count": vocab.counts}, vocab, sample=1e-3, tree=True)
    >>> list(attributes), attributes["code"]
    (['count'], array([array([1], dtype=uint8), array([0], dtype=uint8)], dtype=object))
    """

    def __init__(self, attributes: dict[str, Array], vocab: Vocab, sample: float, tree: bool) -> None:
        super().__init__(attributes)
        self._vocab, self._sample, self._tree = vocab, sample, tree
        self._made: dict[str, Array] = {}  # not among the items, which files keep

    def __missing__(self, name: str) -> Array:
        if name not in self._made:
            if name == "sample_int":
                self._made[name] = self._vocab.keep_thresholds(self._sample)
            elif name in ("code", "point") and self._tree:
                codes, points = paths(self._vocab)
                self._made.update(code=objects(codes), point=objects(points))
            else:
                raise KeyError(name)
        return self._made[name]


def objects(values: list[Array]) -> Array:
    """Return arrays of any lengths as one array of objects."""
    array = np.empty(len(values), dtype=object)
    for place, value in enumerate(values):  # not array[:], which would make one array of equally long ones
        array[place] = value
    return array
