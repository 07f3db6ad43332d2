"""Two sets of vectors compared: shared neighbours, distance after the best rotation, and the words that moved most."""

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from w2v.base.html import html_table
from w2v.base.norms import unit_rows
from w2v.keyedvectors import KeyedVectors
from w2v.postprocess import align

__all__ = ["Comparison", "Moved", "compare"]

_BLOCK = 16384  # rows whose cosines are computed at once


class Moved(NamedTuple):
    """A word, the cosine of its two vectors after rotation, and its nearest words in the one set and in the other."""

    word: Any
    cosine: float
    in_a: list[Any]
    in_b: list[Any]


class Comparison(NamedTuple):
    """What `compare` found; the last three are None, None and [] for vectors of two sizes."""

    shared: int  # words that both have, or the most frequent of them
    overlap: float  # of the nearest words of a word in the one, the share that is near in the other, too: 0 to 1
    cosine: float | None  # mean cosine of the two vectors of a word, after rotating a onto b
    distance: float | None  # Procrustes: root mean square distance of vectors of length 1 after that; 0 to sqrt 2
    moved: list[Moved]  # lowest cosine first

    def _repr_html_(self) -> str:
        apart = "" if self.distance is None else f", distance {self.distance:.3f}"
        caption = f"{self.shared} shared words, overlap of neighbours {self.overlap:.3f}{apart}: what moved most"
        rows = [(word, cosine, ", ".join(map(str, a)), ", ".join(map(str, b))) for word, cosine, a, b in self.moved]
        return html_table(caption, ["word", "cosine", "near it in the one", "in the other"], rows)


def compare(
    a: KeyedVectors, b: KeyedVectors, *, words: int = 10_000, asked: int = 1000, near: int = 10, topn: int = 10
) -> Comparison:
    """Compare two sets of vectors by the words that both have.

    Parameters
    ----------
    a, b : KeyedVectors
    words : int, default 10,000
        Use at most so many shared words: those that come first in `a`, the most frequent ones as a rule.
    asked : int, default 1000
        Of so many words, evenly spaced among them, the neighbours are compared.
    near : int, default 10
        Neighbours of each.
    topn : int, default 10
        How many words that moved are told, with three neighbours each.

    Returns
    -------
    Comparison

    Raises
    ------
    ValueError
        They share fewer than two words, or fewer than that are asked for.

    Examples
    --------
    >>> a, b = KeyedVectors(2), KeyedVectors(2)
    >>> a.add_vectors(["cat", "dog", "car", "bus"], [[1, 0], [0.9, 0.1], [0, 1], [0.1, 0.9]])
    >>> b.add_vectors(["cat", "dog", "car", "bus"], [[0, 1], [0.1, 0.9], [1, 0], [0.9, 0.1]])
    >>> found = compare(a, b, near=1)
    >>> found.shared, found.overlap, round(found.cosine, 3), round(found.distance, 3)
    (4, 1.0, 1.0, 0.0)
    """
    for name, value, least in (("words", words, 2), ("asked", asked, 1), ("near", near, 1), ("topn", topn, 0)):
        if value < least:
            raise ValueError(f"{name}: expected {least} or more, got {value}")
    shared = [key for key in a.index_to_key if key in b.key_to_index][:words]
    if len(shared) < 2:
        raise ValueError(f"expected two words or more that are in both, got {len(shared)}")
    here, there = (kv.vectors_for_all(shared, allow_inference=False) for kv in (a, b))
    keys = [shared[place] for place in np.unique(np.linspace(0, len(shared) - 1, asked).astype(int))]
    overlap = _overlap(here, there, keys, min(near, len(shared) - 1))
    if a.vector_size != b.vector_size:
        return Comparison(len(shared), overlap, None, None, [])
    cosines = _cosines(align(here, there).vectors, there)
    distance = float(np.sqrt(np.maximum(2 - 2 * cosines, 0).mean()))
    moved = [shared[place] for place in np.argsort(cosines, kind="stable")[:topn]]
    told = [
        Moved(word, float(cosines[here.key_to_index[word]]), *(_nearest(kv, word) for kv in (here, there)))
        for word in moved
    ]
    return Comparison(len(shared), overlap, float(cosines.mean()), distance, told)


def _overlap(a: KeyedVectors, b: KeyedVectors, keys: list[Any], near: int) -> float:
    """Share of the nearest words in the one that are among those in the other."""
    answers = (kv.most_similar_batch(keys, topn=near) for kv in (a, b))
    shared = [len({key for key, _ in one} & {key for key, _ in other}) for one, other in zip(*answers, strict=True)]
    return sum(shared) / (near * len(keys))


def _cosines(rotated: KeyedVectors, kv: KeyedVectors) -> npt.NDArray[np.float64]:
    """Cosine of each row and the vector in the same place; 0 for vectors of zeros."""
    cosines = np.zeros(len(rotated))
    for start in range(0, len(rotated), _BLOCK):
        place = slice(start, start + _BLOCK)
        one, other = (unit_rows(rows._values(place), np.float64) for rows in (rotated, kv))
        cosines[place] = np.einsum("ij,ij->i", one, other)
    return np.clip(cosines, -1, 1, out=cosines)


def _nearest(kv: KeyedVectors, word: Any) -> list[Any]:
    return [key for key, _ in kv.most_similar([word], topn=3)]
