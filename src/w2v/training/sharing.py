"""Private copies of frequent rows for each thread: which rows, and for how many uses before their change is merged."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from w2v import _core
from w2v.base.arrays import Float64Array, Int64Array
from w2v.corpus.huffman import Huffman
from w2v.corpus.vocab import Vocab
from w2v.training.outputs import WEIGHT_RATE
from w2v.training.settings import ALL, Settings

__all__ = ["copied_rows", "shared", "uses_of"]

MOST_ROWS = 512  # of inputs, of outputs and of nodes: the copies of more do not fit into a core's cache
_INPUT_USES = 16  # an input's use is an occurrence in a sentence, with a step for each centre near it
_MERGES = 32  # of a row's copy in a thread's whole training, at least: rarer words have fewer uses between two merges
_SAMPLES = 1024  # rows by which the directions of all are found
_RENEWALS = 40  # of the directions in an epoch
_LEAST_SPACING = 100_000  # tokens between them: one takes about as long as 10,000 tokens
_CHUNK = 64  # sentences between two times that threads share weights of positions


class _Frequencies(NamedTuple):
    """How often things come up for a token of the text: words that stay, by word, noise words, nodes of the tree."""

    kept: Float64Array
    noise: Float64Array
    nodes: Float64Array


def uses_of(expected: Float64Array, most: int) -> npt.NDArray[np.uint8]:
    """Return uses before a merge, powers of two, of rows that a thread is expected to use so often: of the first ones.

    Those end where a row comes up too seldom to gain by a copy.

    Examples
    --------
    >>> uses_of(np.array([1e6, 1000.0, 120.0, 10.0]), most=16)
    array([16, 16], dtype=uint8)
    """
    uses = np.clip(expected[:MOST_ROWS] / _MERGES, 1, most)
    powers = (2 ** np.floor(np.log2(uses))).astype(np.uint8)
    worth = np.flatnonzero(powers > 2)
    return powers[: worth[-1] + 1] if len(worth) else powers[:0]


def shared(
    settings: Settings, vocab: Vocab, threads: int, n_words: int, n_sentences: int, heaviest: float = 1.0
) -> _core.Sharing | None:
    """Return what `threads` threads share on a corpus of so many words; None if they all work on the rows themselves.

    `heaviest` is the largest weight of a sentence.
    """
    if threads < 2 or not _has_copies(settings) or not n_words:
        return None
    often = _frequencies(settings, vocab)
    kept, used = often.kept.sum(), often.kept + settings.negative * often.noise * often.kept.sum()
    contexts = _contexts(settings, kept * n_words / max(1, n_sentences))
    each = n_words * settings.epochs / threads
    pairs, outputs = _terms(settings, contexts, often.nodes.sum() / kept)
    by_pair = contexts if settings.kernel != "batched" and settings.sg else 1
    placed = settings.positional == "outputs"
    entries = contexts if placed and settings.sg else 1
    inputs = uses_of(often.kept * each * entries, _INPUT_USES), heaviest * pairs / entries
    words = uses_of(used * each * by_pair, _core.MOST_USES if settings.negative and not placed else 1)
    top = uses_of(often.nodes[::-1] * each, _core.MOST_USES)[::-1]
    return _core.Sharing(
        vector_size=settings.vector_size,
        parties=threads,
        inputs=(0, *inputs),
        outputs=(0, words, heaviest * outputs / by_pair),
        nodes=(max(0, len(often.nodes) - len(top)), top.copy(), heaviest * outputs),
        samples=_samples(settings, often, used),
        spacing=max(n_words // _RENEWALS, _LEAST_SPACING),
        weight_terms=_weight_terms(settings, contexts, kept * n_words / max(1, n_sentences)),
    )


def copied_rows(settings: Settings, n_words: int) -> int:
    """Return how many rows all threads together have copies of, at most."""
    kinds = 2  # inputs and outputs
    threads = settings.workers if settings.workers > 1 and _has_copies(settings) else 0
    return threads * kinds * min(n_words, MOST_ROWS)


def _has_copies(settings: Settings) -> bool:
    """Whether copies leave the vectors as good as those of one thread.

    Measured with 16 threads on 17 million words: skip-gram against noise words got .349 of the analogies (one thread:
    .353), but CBOW .260 (.275), and skip-gram by hierarchical softmax .300 (.353).
    """
    return bool(settings.sg and settings.negative and not settings.hs and settings.positional is None)


def _frequencies(settings: Settings, vocab: Vocab) -> _Frequencies:
    kept = vocab.counts / max(1, vocab.total)
    if settings.sample:
        kept = kept * vocab.keep_probabilities(settings.sample)
    noise = vocab.noise(settings.ns_exponent).probabilities if settings.negative else np.zeros(len(kept))
    nodes = _visits(vocab.huffman(), kept) if settings.hs else np.zeros(0)
    return _Frequencies(kept, noise, nodes)


def _visits(tree: Huffman, kept: Float64Array) -> Float64Array:
    """How often each inner node is on the path to a word; the root is the last."""
    visits = np.bincount(tree.points, weights=np.repeat(kept, np.diff(tree.starts)), minlength=max(0, len(kept) - 1))
    return visits.astype(np.float64)


def _contexts(settings: Settings, mean_length: float) -> float:
    """Contexts of a centre, on average, or a few more."""
    longest = max(1.0, mean_length - 1)
    if settings.window == ALL:
        return longest
    reach = (int(settings.window) + 1) / 2 if settings.shrink_windows else int(settings.window)
    return max(1.0, min(longest, reach * (2 if settings.window_side == "both" else 1)))


def _terms(settings: Settings, contexts: float, path: float) -> tuple[float, float]:
    """Steps that an occurrence of an input takes, and a centre's for each of its outputs."""
    against = (1 + settings.negative if settings.negative else 0) + path
    if settings.sg:
        return contexts * against, contexts
    return contexts * against, 1.0 if settings.cbow_mean else contexts**2


def _weight_terms(settings: Settings, contexts: float, mean_length: float) -> float:
    share = 1 / contexts if settings.cbow_mean else 1.0
    return WEIGHT_RATE * share**2 * (1 + settings.negative) * _CHUNK * mean_length


def _samples(settings: Settings, often: _Frequencies, used: Float64Array) -> tuple[Int64Array, Int64Array]:
    """Rows by how often inputs meet them, outputs and then nodes (-1 - row); and inputs by how often they come up."""
    places = (np.arange(_SAMPLES) + 0.5) / _SAMPLES
    met = np.cumsum(np.concatenate([used if settings.negative else np.zeros(0), often.nodes]))
    found = np.minimum(np.searchsorted(met, places * met[-1]), len(met) - 1)
    n_outputs = len(used) if settings.negative else 0
    positions = 2 * int(settings.window) if settings.positional == "outputs" else 1
    rows = np.where(found < n_outputs, found * positions + np.arange(_SAMPLES) % positions, n_outputs - 1 - found)
    meeting = np.cumsum(often.kept)
    inputs = np.minimum(np.searchsorted(meeting, places * meeting[-1]), len(meeting) - 1)
    return rows.astype(np.int64), inputs.astype(np.int64)
