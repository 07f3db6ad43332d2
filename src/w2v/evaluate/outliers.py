"""Outlier detection: which of these words does not belong?"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from w2v.base.arrays import Array


class Outliers(NamedTuple):
    """How outliers were told from a group.

    ``accuracy`` is the share of questions whose outlier was found, ``opp`` the mean outlier position, as a share of
    the last one; ``found`` and ``positions`` have these question for question.
    """

    accuracy: float
    opp: float
    found: Array
    positions: Array


def outlier_positions(questions: Sequence[tuple[Array, Array]]) -> Outliers:
    """Tell the word that does not belong from a group of words (Camacho-Collados and Navigli 2016).

    A word's compactness score is the mean similarity of all pairs of the *other* words: leaving out the outlier leaves
    the most compact group. That ranks words as the sum of their similarities to the others does, turned round. With n
    words in the group the outlier's position is from 0 to n, and n if it is found. Ties count against it.

    Parameters
    ----------
    questions : sequence of (group, outlier)
        Vectors of length 1, of shape (n, D), n at least 2, and (D,).

    Returns
    -------
    Outliers
        Numbers are NaN without questions.

    Examples
    --------
    >>> group = np.array([[1.0, 0.0], [0.8, 0.6], [0.6, 0.8]])
    >>> result = outlier_positions([(group, np.array([-1.0, 0.0])), (group, np.array([0.8, 0.6]))])
    >>> result.accuracy, round(result.opp, 3)
    (0.5, 0.5)
    """
    positions = np.empty(len(questions))
    for number, (group, outlier) in enumerate(questions):
        rows = np.vstack([group, outlier]).astype(np.float64)
        near = rows @ rows.T
        np.fill_diagonal(near, 0)
        sums = near.sum(axis=1)
        # Equal rows have sums that differ by rounding: what is not clearly higher counts as a tie.
        positions[number] = np.count_nonzero(sums[:-1] > sums[-1] + 1e-6) / len(group)
    found = positions == 1
    if len(questions) == 0:
        return Outliers(np.nan, np.nan, found, positions)
    return Outliers(float(found.mean()), float(positions.mean()), found, positions)
