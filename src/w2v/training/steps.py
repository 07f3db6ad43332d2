"""How often the rows of a model are moved, and which of them stand for all: what merging of changes must know."""

from typing import NamedTuple

import numpy as np

from w2v.base.arrays import Float64Array, Int64Array
from w2v.corpus.huffman import Huffman
from w2v.corpus.vocab import Vocab
from w2v.training.outputs import WEIGHT_RATE
from w2v.training.settings import ALL, Settings

__all__ = ["Frequencies", "contexts_of", "frequencies", "samples", "terms", "used_outputs", "weight_steps"]

_UNIT = 4  # steps of a sigmoid that are as steep as one of a softmax over all words
_SAMPLES = 1024  # rows by which the directions of all are found


class Frequencies(NamedTuple):
    """How often things come up for a token of the text: words that stay, by word, noise words, nodes of the tree."""

    kept: Float64Array
    noise: Float64Array
    nodes: Float64Array


def frequencies(settings: Settings, vocab: Vocab) -> Frequencies:
    """Return them for a vocabulary, whose counts are taken to be those of the text."""
    kept = vocab.counts / max(1, vocab.total)
    if settings.sample:
        kept = kept * vocab.keep_probabilities(settings.sample)
    noise = vocab.noise(settings.ns_exponent).probabilities if settings.negative else np.zeros(len(kept))
    nodes = _visits(vocab.huffman(), kept) if settings.hs else np.zeros(0)
    return Frequencies(kept, noise, nodes)


def _visits(tree: Huffman, kept: Float64Array) -> Float64Array:
    """How often each inner node is on the path to a word; the root is the last."""
    visits = np.bincount(tree.points, weights=np.repeat(kept, np.diff(tree.starts)), minlength=max(0, len(kept) - 1))
    return visits.astype(np.float64)


def contexts_of(settings: Settings, mean_length: float) -> float:
    """Contexts of a centre, on average, or a few more."""
    longest = max(1.0, mean_length - 1)
    if settings.window == ALL:
        return longest
    reach = (int(settings.window) + 1) / 2 if settings.shrink_windows else int(settings.window)
    return max(1.0, min(longest, reach * (2 if settings.window_side == "both" else 1)))


def used_outputs(settings: Settings, often: Frequencies) -> Float64Array:
    """How often each output of a word is moved: as the right one and as noise; by the softmax, as probable as it is."""
    if settings.objective == "softmax":
        return _UNIT * often.kept
    used: Float64Array = often.kept + settings.negative * often.noise * often.kept.sum()
    return used


def terms(settings: Settings, contexts: float, path: float) -> tuple[float, float]:
    """Steps that an occurrence of an input takes, and a centre's for each of its outputs."""
    against = (1 + settings.negative if settings.negative else 0) + path
    if settings.objective == "softmax":
        against = _UNIT
    if settings.sg:
        return contexts * against, contexts
    return contexts * against, 1.0 if settings.cbow_mean else contexts**2


def weight_steps(settings: Settings, contexts: float) -> float:
    """Steps that a centre's weight of a position takes."""
    share = 1 / contexts if settings.cbow_mean else 1.0
    return WEIGHT_RATE * share**2 * (1 + settings.negative)


def samples(settings: Settings, often: Frequencies, used: Float64Array) -> tuple[Int64Array, Int64Array]:
    """Rows by how often inputs meet them, outputs and then nodes (-1 - row); and inputs by how often they come up."""
    places = (np.arange(_SAMPLES) + 0.5) / _SAMPLES
    by_word = settings.negative or settings.objective == "softmax"
    met = np.cumsum(np.concatenate([used if by_word else np.zeros(0), often.nodes]))
    found = np.minimum(np.searchsorted(met, places * met[-1]), len(met) - 1)
    n_outputs = len(used) if by_word else 0
    positions = 2 * int(settings.window) if settings.positional == "outputs" else 1
    rows = np.where(found < n_outputs, found * positions + np.arange(_SAMPLES) % positions, n_outputs - 1 - found)
    meeting = np.cumsum(often.kept)
    inputs = np.minimum(np.searchsorted(meeting, places * meeting[-1]), len(meeting) - 1)
    return rows.astype(np.int64), inputs.astype(np.int64)
