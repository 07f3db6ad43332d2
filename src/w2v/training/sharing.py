"""Private copies of frequent rows for each thread: which rows, and for how many uses before their change is merged."""

import numpy as np
import numpy.typing as npt

from w2v import _core
from w2v.base.arrays import Float64Array
from w2v.corpus.vocab import Vocab
from w2v.training.settings import Settings
from w2v.training.steps import contexts_of, frequencies, samples, terms, used_outputs, weight_steps

__all__ = ["copied_rows", "shared", "uses_of"]

MOST_ROWS = 512  # of inputs, of outputs and of nodes: the copies of more do not fit into a core's cache
_INPUT_USES = 16  # an input's use is an occurrence in a sentence, with a step for each centre near it
_MERGES = 32  # of a row's copy in a thread's whole training, at least: rarer words have fewer uses between two merges
_RENEWALS = 20  # of the directions in an epoch, at least
_LEAST_SPACING = 100_000  # tokens between them where they change no more: one takes about as long as 10,000 tokens
_CHUNK = 64  # sentences between two times that threads share weights of positions


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
    if not n_words or not _has_copies(settings, threads):
        return None
    often = frequencies(settings, vocab)
    kept, used = often.kept.sum(), used_outputs(settings, often)
    contexts = contexts_of(settings, kept * n_words / max(1, n_sentences))
    each = n_words * settings.epochs / threads
    pairs, outputs = terms(settings, contexts, often.nodes.sum() / kept)
    by_pair = contexts if settings.kernel != "batched" and settings.sg else 1
    placed = settings.positional == "outputs"
    entries = contexts if placed and settings.sg else 1
    alone = 1 if settings.bucket else _INPUT_USES  # inputs that share rows have no copies
    inputs = uses_of(often.kept * each * entries, alone), heaviest * pairs / entries
    words = uses_of(used * each * by_pair, _core.MOST_USES if settings.negative and not placed else 1)
    top = uses_of(often.nodes[::-1] * each, _core.MOST_USES)[::-1]
    return _core.Sharing(
        vector_size=settings.vector_size,
        inputs=(0, *inputs),
        outputs=(0, words, heaviest * outputs / by_pair),
        nodes=(max(0, len(often.nodes) - len(top)), top.copy(), heaviest * outputs),
        samples=samples(settings, often, used),
        widest=max(n_words // _RENEWALS, _LEAST_SPACING),
        weight_terms=weight_steps(settings, contexts) * _CHUNK * (kept * n_words / max(1, n_sentences)),
    )


def copied_rows(settings: Settings, n_words: int) -> int:
    """Return how many rows all threads together have copies of, at most."""
    if settings.shards or not _has_copies(settings, settings.workers):
        return 0
    return settings.workers * 2 * min(n_words, MOST_ROWS)  # inputs and outputs


def _has_copies(settings: Settings, threads: int) -> bool:
    """Whether copies make so many threads faster, and leave the vectors as good as those of one.

    Measured on 17 million words, analogies, means of three seeds: skip-gram against noise words gets .359 with copies
    by 2 threads and .354 by 16 (one thread: .358, seeds .353 to .362). CBOW loses: .273 by 2, .271 by 8, .264 by 16
    (without copies .275 to .276), and so does skip-gram by hierarchical softmax, .300 by 16 (.353).
    """
    alone = not settings.hs and settings.positional is None and not settings.documents
    return bool(threads > 1 and settings.sg and settings.negative and alone)
