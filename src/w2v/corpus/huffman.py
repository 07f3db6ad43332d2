"""The Huffman tree of a vocabulary, by which hierarchical softmax predicts words."""

from collections.abc import Iterable
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from w2v import _core
from w2v.base.arrays import Int32Array, Int64Array

__all__ = ["Huffman"]

_WIDEST = 200  # words in a drawing


class Huffman:
    """The Huffman tree over words with counts: word2vec.c's, to the last tie.

    Words are leaves; frequent ones are near the root. A word's code says which side, 0 or 1, the way from the root to
    it takes at each of its points, the inner nodes. Those are numbered from 0 in the order in which they arose, so that
    the root has the highest number. Row i of a model's `syn1` belongs to inner node i.

    `Vocab.huffman` makes it.

    Attributes
    ----------
    words : list
    counts : int64 array of shape (n,)
    lengths : int array of shape (n,)
        Of the codes.
    codes : uint8 array
        The codes of all words, one after the other.
    points : int32 array
        The points likewise.
    starts : int64 array of shape (n + 1,)
        The code of word i is ``codes[starts[i]:starts[i + 1]]``.

    Examples
    --------
    >>> from w2v import Vocab
    >>> tree = Vocab(["the", "cat", "sat"], [4, 2, 1]).huffman()
    >>> tree.path("cat")
    ([0, 1], [1, 0])
    >>> print(tree.draw())
    1 (7)
    ├─0─ 0 (3)
    │    ├─0─ sat (1)
    │    └─1─ cat (2)
    └─1─ the (4)
    """

    words: list[Any]
    counts: Int64Array
    lengths: Int64Array
    codes: npt.NDArray[np.uint8]
    points: Int32Array
    starts: Int64Array

    def __init__(self, words: Iterable[Any], counts: npt.ArrayLike) -> None:
        self.words, self.counts = list(words), np.asarray(counts, dtype=np.int64)
        order = _order(self.words, self.counts)
        codes, points, starts = _core.huffman(np.ascontiguousarray(self.counts[order]))
        lengths = np.diff(starts)
        if not np.array_equal(order, np.arange(len(order))):
            place = np.argsort(order)  # of each word in the order
            steps = _steps(starts[:-1][place], lengths[place])
            codes, points, lengths = codes[steps], points[steps], lengths[place]
            starts = np.concatenate([[0], np.cumsum(lengths)])
        self.codes, self.points, self.starts, self.lengths = codes, points, starts, lengths

    def __len__(self) -> int:
        """Return the number of words."""
        return len(self.words)

    def __repr__(self) -> str:
        return f"Huffman<{len(self)} words, longest code {self.lengths.max()}>"

    def path(self, word: Any) -> tuple[list[int], list[int]]:
        """Return the code and the points of a word, from the root down.

        Raises
        ------
        KeyError
            It is not in the vocabulary.

        Examples
        --------
        >>> Huffman(["a", "b"], [5, 3]).path("a")
        ([1], [0])
        """
        try:
            i = self._index[word]
        except KeyError:
            raise KeyError(f"{word!r} is not in the vocabulary of {len(self)} words") from None
        path = slice(self.starts[i], self.starts[i + 1])
        return self.codes[path].tolist(), self.points[path].tolist()

    def nested(self) -> Any:
        """Return the tree as pairs (side 0, side 1) of pairs and words.

        Examples
        --------
        >>> Huffman(["a", "b", "c"], [4, 2, 1]).nested()
        (('c', 'b'), 'a')
        """
        children, root = self._children()
        made: dict[int, Any] = {}
        for node in range(root + 1):  # children arise before their parent
            made[node] = tuple(made[child] if is_node else self.words[child] for child, is_node in children[node])
        return made[root] if made else self.words[0]

    def draw(self) -> str:
        """Return the tree as text, of a vocabulary of up to 200 words: nodes by number, words, and (counts).

        Raises
        ------
        ValueError
            There are more words; draw a smaller vocabulary, or use `nested`.

        Examples
        --------
        >>> print(Huffman(["a", "b"], [5, 3]).draw())
        0 (8)
        ├─0─ b (3)
        └─1─ a (5)
        """
        if len(self) > _WIDEST:
            raise ValueError(f"expected up to {_WIDEST} words to draw, got {len(self)}; see nested()")
        children, root = self._children()
        totals: dict[int, int] = {}
        for node in range(root + 1):
            totals[node] = sum(totals[c] if is_node else int(self.counts[c]) for c, is_node in children[node])
        lines: list[str] = []
        waiting = [(root, len(self) > 1, "", "")]  # what is drawn next: node, before its name, before its children
        while waiting:
            at, is_node, before, below = waiting.pop()
            name, count = (at, totals[at]) if is_node else (self.words[at], int(self.counts[at]))
            lines.append(f"{before}{name} ({count})")
            if is_node:
                (left, left_is_node), (right, right_is_node) = children[at]
                waiting.append((right, right_is_node, below + "└─1─ ", below + "     "))
                waiting.append((left, left_is_node, below + "├─0─ ", below + "│    "))
        return "\n".join(lines)

    @cached_property
    def _index(self) -> dict[Any, int]:
        return {word: i for i, word in enumerate(self.words)}

    def _children(self) -> tuple[dict[int, list[tuple[int, bool]]], int]:
        """Of every inner node, for side 0 and 1: the child and whether it is an inner node; and the root."""
        children: dict[int, list[tuple[int, bool]]] = {node: [(0, False)] * 2 for node in range(len(self) - 1)}
        for word in range(len(self)):
            codes = self.codes[self.starts[word] : self.starts[word + 1]].tolist()
            points = self.points[self.starts[word] : self.starts[word + 1]].tolist()
            for point, code, below in zip(points[:-1], codes[:-1], points[1:], strict=True):
                children[point][code] = below, True
            if points:
                children[points[-1]][codes[-1]] = word, False
        return children, max(len(self) - 2, 0) if len(self) > 1 else -1


def _order(words: list[Any], counts: Int64Array) -> Int64Array:
    """Positions by falling count. word2vec.c keeps "</s>" in front whatever its count; so do we."""
    first = int(len(words) > 0 and words[0] == "</s>")
    return np.concatenate([np.arange(first), first + np.argsort(-counts[first:], kind="stable")])


def _steps(starts: Int64Array, lengths: Int64Array) -> Int64Array:
    """The numbers of stretches one after the other: starts[0], starts[0] + 1, ..., starts[1], ..."""
    ends = np.cumsum(lengths)
    shifts: Int64Array = np.repeat(starts - (ends - lengths), lengths)
    return np.arange(len(shifts)) + shifts
