"""How many steps each row of a model takes for a token of the text, by counts of words: what merging must know."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from w2v.base.arrays import Float64Array, Int64Array
from w2v.corpus.vocab import Vocab
from w2v.training.jobs import Totals
from w2v.training.settings import Settings
from w2v.training.steps import contexts_of, frequencies, samples, terms, used_outputs, weight_steps

__all__ = ["Rows", "Strengths", "strengths"]

_QUARTERS = 4  # classes for each doubling of steps: they are known no better
_LEAST = -44  # doublings: fewer steps for a token than 2**-44 are as good as none


class Rows(NamedTuple):
    """The class of each row of a matrix, and of each class how many steps such a row takes for a token of the text."""

    classes: npt.NDArray[np.uint8]
    steps: Float64Array


class Strengths(NamedTuple):
    """Those of all matrices, by the names that `_core.TrainJob` has for them; and rows that stand for all.

    `samples` are rows of outputs (and of nodes: -1 - row) by how often inputs meet them, and of inputs by how often
    they come up.
    """

    rows: dict[str, Rows]
    samples: tuple[Int64Array, Int64Array]


def strengths(settings: Settings, vocab: Vocab, totals: Totals, locks: npt.NDArray[np.float32] | None) -> Strengths:
    """Return them for a model; `locks` are factors of the changes of each input row."""
    often = frequencies(settings, vocab)
    kept = max(float(often.kept.sum()), 1e-30)
    used = used_outputs(settings, often)
    contexts = contexts_of(settings, kept * totals.mean_length)
    inputs, outputs = terms(settings, contexts, often.nodes.sum() / kept)
    steps = {"inp": often.kept * inputs * (1 if locks is None else np.abs(locks.astype(np.float64)))}
    if settings.negative or settings.objective == "softmax":
        steps["out"] = used * outputs
        steps["biases"] = used * (contexts if settings.sg else 1)
    if settings.positional == "outputs":
        positions = 2 * int(settings.window)
        steps["out"] = np.repeat(used * (contexts / positions), positions)
    if settings.hs:
        steps["nodes"] = np.append(often.nodes * outputs, 0.0)  # there is a last row that is not used
    if settings.positional == "weights":
        steps["weights"] = np.full(2 * int(settings.window), weight_steps(settings, contexts) * kept)
    rows = {name: rows_of(totals.mean_weight * values) for name, values in steps.items()}
    return Strengths(rows, samples(settings, often, used))


def rows_of(steps: Float64Array) -> Rows:
    """Return the classes of rows that take so many steps: four for each doubling.

    By operations that are exact, so that all machines have the same classes.

    Examples
    --------
    >>> rows_of(np.array([1.0, 1.1, 8.0]))
    Rows(classes=array([0, 0, 1], dtype=uint8), steps=array([1.125, 9.   ]))
    """
    fractions, doublings = np.frexp(steps)
    parts = (doublings - _LEAST) * _QUARTERS + np.floor((fractions - 0.5) * 2 * _QUARTERS).astype(np.int64)
    found, classes = np.unique(np.clip(np.where(steps > 0, parts, 0), 0, 255), return_inverse=True)
    middles = 0.5 + (found % _QUARTERS + 0.5) / (2 * _QUARTERS)
    return Rows(classes.astype(np.uint8), np.ldexp(middles, found // _QUARTERS + _LEAST))
