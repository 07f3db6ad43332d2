"""Which of the counted words stay, and in which order."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from w2v.base.arrays import Int64Array

__all__ = ["RULE_DEFAULT", "RULE_DISCARD", "RULE_KEEP", "Chosen", "Pruning", "TrimRule"]

RULE_DEFAULT, RULE_DISCARD, RULE_KEEP = 0, 1, 2

TrimRule = Callable[[Any, int, int], int | None]


class Chosen(NamedTuple):
    """The words that stay, their counts, and the min_count in force."""

    words: list[Any]
    counts: Int64Array
    min_count: int


@dataclass(frozen=True)
class Pruning:
    """Settings that decide which words stay.

    Parameters
    ----------
    min_count : int
        Drop words seen less often.
    max_vocab_size : int or None
        While counting: above this many words, drop those below a rising threshold (1, 2, ...).
    max_final_vocab : int or None
        Raise min_count as far as needed to keep at most this many words.
    sorted_vocab : bool
        Most frequent word first (equally frequent ones in reversed order of first appearance, as gensim has them), or
        all in order of first appearance.
    trim_rule : callable or None
        ``trim_rule(word, count, min_count)`` returns RULE_KEEP, RULE_DISCARD, or anything else for min_count to decide.

    Examples
    --------
    >>> counts, first = np.array([2, 1, 2, 3]), np.array([0, 10, 20, 30])
    >>> Pruning(min_count=2).choose(counts, first, list)
    (array([3, 2, 0]), 2)
    """

    min_count: int = 5
    max_vocab_size: int | None = None
    max_final_vocab: int | None = None
    sorted_vocab: bool | int = True
    trim_rule: TrimRule | None = None

    def choose_words(self, words: Sequence[Any], counts: Int64Array) -> Chosen:
        """Return those of the words that stay (`Chosen`); their order is that of first appearance."""
        order, min_count = self.choose(counts, np.arange(len(words)), lambda: words)
        return Chosen([words[number] for number in order], counts[order], min_count)

    def choose(
        self, counts: Int64Array, first: Int64Array, spell: Callable[[], Sequence[Any]]
    ) -> tuple[Int64Array, int]:
        """Return the ids of the words that stay, in their final order, and the min_count in force.

        Parameters
        ----------
        counts, first : array
            Count and place of first appearance, by id.
        spell : callable
            Returns all words by id; called for a trim_rule only.
        """
        min_count = self.effective_min_count(counts)
        kept = counts >= min_count
        if self.trim_rule is not None:
            for number, word in enumerate(spell()):
                kept[number] = self.keeps(word, int(counts[number]), min_count)
        ids = np.flatnonzero(kept)
        ids = ids[np.argsort(first[ids], kind="stable")]
        if self.sorted_vocab:
            ids = ids[::-1]
            ids = ids[np.argsort(-counts[ids], kind="stable")]
        return ids, min_count

    def effective_min_count(self, counts: Int64Array) -> int:
        """Return min_count, raised until at most max_final_vocab of these counts reach it."""
        limit = self.max_final_vocab
        if limit is None or limit >= len(counts):
            return self.min_count
        falling = np.sort(counts)[::-1]
        return max(self.min_count, int(falling[limit]) + 1)

    def keeps(self, word: Any, count: int, min_count: int) -> bool:
        """Say whether a word with this count stays."""
        if self.trim_rule is not None:
            verdict = self.trim_rule(word, count, min_count)
            if verdict in (RULE_KEEP, RULE_DISCARD):
                return verdict == RULE_KEEP
        return count >= min_count

    @property
    def limit(self) -> int:
        """max_vocab_size as C wants it: 0 for none."""
        return min(self.max_vocab_size or 0, 2**31 - 1)

    @property
    def asks_while_counting(self) -> bool:
        """Whether the trim_rule is asked before all is counted, which C cannot do."""
        return self.trim_rule is not None and self.limit > 0
