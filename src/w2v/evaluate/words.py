"""Words as evaluation sets spell them, and where their vectors are."""

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from w2v.base.arrays import Array
from w2v.base.norms import unit_rows

Numbers = npt.NDArray[np.intp]


def check_restrict_vocab(restrict_vocab: int | None) -> None:
    """Raise ValueError for fewer than no words, which a slice would take for all but the last ones."""
    if restrict_vocab is not None and restrict_vocab < 0:
        raise ValueError(f"restrict_vocab: expected how many of the first words to ask, got {restrict_vocab}")


def folding(case_insensitive: bool) -> Callable[[str], str]:
    """What makes words equal that differ in case only, if that is wanted."""
    return str.upper if case_insensitive else str


def grouped(words: Sequence[str], fold: Callable[[str], str]) -> tuple[Numbers, dict[str, int]]:
    """Number words, those equal after folding by the first of them; return the numbers and folded word -> number."""
    index: dict[str, int] = {}
    numbers = [index.setdefault(fold(word), number) for number, word in enumerate(words)]
    return np.array(numbers, dtype=np.intp), index


def unit_or_zero(vectors: Any) -> tuple[Array, Array]:
    """Vectors at length 1, as float32, those that are not finite as zeros; and which are finite, as an array (V,)."""
    unit = unit_rows(np.asarray(vectors), np.float32)
    finite = np.isfinite(unit.sum(axis=1))
    unit[~finite] = 0
    return unit, finite


class Words:
    """Words and their vectors, looked up once for many evaluation sets.

    Parameters
    ----------
    words : sequence of str
        The most frequent first: of words that are equal after folding, the first is found.
    vectors : array of shape (len(words), vector_size)
    case_insensitive : bool

    Examples
    --------
    >>> words = Words(["cat", "Cat", "new_york"], [[3.0, 4.0], [1.0, 0.0], [0.0, 2.0]])
    >>> words.row("CAT"), words.row("New York"), words.row("dog")
    (0, 2, None)
    """

    def __init__(self, words: Sequence[str], vectors: Any, case_insensitive: bool = True) -> None:
        self.words = words
        self.vectors = vectors
        self.fold: Callable[[str], str] = folding(case_insensitive)

    @cached_property
    def _grouped(self) -> tuple[Numbers, dict[str, int]]:
        return grouped(self.words, self.fold)

    @property
    def groups(self) -> Numbers:
        """For each word the first that is equal to it after folding, shape (V,)."""
        return self._grouped[0]

    @cached_property
    def _unit(self) -> tuple[Array, Array]:
        return unit_or_zero(self.vectors)

    @property
    def unit(self) -> Array:
        """The vectors at length 1, float32, shape (V, D); zeros for those that are not finite."""
        return self._unit[0]

    def row(self, word: str) -> int | None:
        """Where a word is; "new york" is also found as "new_york". None if it is unknown, or its vector not finite."""
        index, folded = self._grouped[1], self.fold(word)
        found = index.get(folded)
        found = index.get(folded.replace(" ", "_")) if found is None and " " in folded else found
        return found if found is None or self._unit[1][found] else None
