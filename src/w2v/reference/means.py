r"""Inputs that are means of rows: a word's own and those of its n-grams (Bojanowski et al. 2017).

The input of a word is :math:`h = \frac1n \sum_{r \in R} z_r`; a row that stands twice in the list :math:`R` counts
twice. The gradient of a loss by :math:`z_r` is :math:`1/n` of that by :math:`h`; as in fastText, each row takes the
whole step :math:`-\alpha \, \partial L / \partial h` instead, so that the mean moves as a row would.

A mean is made when its word comes into the window and serves while it is there; then what has changed is added to each
of its rows. Words of a window that share rows do not see each other's steps before that.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import numpy as np

from w2v.reference.sigmoids import Ids, Rows

__all__ = ["Lists", "Means", "gather", "spread"]

Lists = Sequence[Ids]  # of each word: its rows


def gather(rows: Rows, places: Ids) -> Rows:
    """Return the mean of the rows at these places, which may repeat.

    Examples
    --------
    >>> gather(np.array([[0.0], [3.0]]), [0, 1, 1])
    array([2.])
    """
    mean: Rows = rows[list(places)].mean(0)
    return mean


def spread(rows: Rows, places: Ids, change: Rows) -> None:
    """Add the change of a mean to each of its rows.

    Examples
    --------
    >>> rows = np.array([[0.0], [3.0]])
    >>> spread(rows, [0, 1, 1], np.ones(1))
    >>> rows
    array([[1.],
           [5.]])
    """
    np.add.at(rows, list(places), change)


class Means:
    """The means of a sentence's words, one after the other, while a window moves over it.

    Parameters
    ----------
    rows : float64 array of shape (any, size)
    lists : sequence of lists of int
        The rows of each word of the sentence.
    window : int
    """

    def __init__(self, rows: Rows, lists: Lists, window: int) -> None:
        self.rows, self.lists, self.window = rows, lists, window
        self.means, self.before = np.zeros((2, len(lists), rows.shape[1]))
        self.gathered = self.done = 0

    @contextmanager
    def of_window(self, centre: int) -> Iterator[Rows]:
        """Within, the means around a centre may be changed; row i is that of word i of the sentence."""
        self._finish_before(centre - self.window)
        for i in range(self.gathered, min(centre + self.window + 1, len(self.lists))):
            self.means[i] = self.before[i] = gather(self.rows, self.lists[i])
            self.gathered = i + 1
        yield self.means

    def finish(self) -> None:
        """Give all rows what has changed."""
        self._finish_before(self.gathered)

    def _finish_before(self, end: int) -> None:
        for i in range(self.done, end):
            spread(self.rows, self.lists[i], self.means[i] - self.before[i])
            self.done = i + 1
