"""Attributes of a model's words that follow from their counts, made when they are asked for."""

import numpy as np

from w2v.base.arrays import Array
from w2v.corpus.vocab import Vocab


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
                huffman = self._vocab.huffman()
                points, ends = huffman.points.astype(np.uint32), huffman.starts[1:-1]
                self._made["code"] = objects(np.split(huffman.codes, ends))
                self._made["point"] = objects(np.split(points, ends))
            else:
                raise KeyError(name)
        return self._made[name]


def objects(values: list[Array]) -> Array:
    """Return arrays of any lengths as one array of objects."""
    array = np.empty(len(values), dtype=object)
    for place, value in enumerate(values):  # not array[:], which would make one array of equally long ones
        array[place] = value
    return array
