"""Training by `w2v.reference.softmax`, block by block as the compiled trainer goes: slow, to check it."""

from collections.abc import Sequence

from w2v.base.arrays import Int32Array, Int64Array
from w2v.reference.draws import Stream, downsample
from w2v.reference.replay import Keep, Settings
from w2v.reference.sigmoids import Ids, Rows
from w2v.reference.softmax import softmax_cbow_loss, softmax_cbow_step, softmax_loss, softmax_step

__all__ = ["block_size", "draw_columns", "train"]


def block_size(n_words: int) -> int:
    """Return how many inputs are trained together: one for each 16 words of the vocabulary, at least 1, at most 16.

    Examples
    --------
    >>> block_size(50), block_size(10_000)
    (3, 16)
    """
    return max(1, min(16, n_words // 16))


def draw_columns(
    ids: Ids | Int32Array, keep: Keep, settings: Settings, epoch: int = 0, sentence: int = 0
) -> list[tuple[int, list[int]]]:
    """Return what a sentence trains, in order: a list of (word, others).

    For skip-gram a context word and the centres that it is to predict, those whose windows reach it; for CBOW a centre
    and its context words.

    Parameters
    ----------
    ids : sequence of int
    keep : uint32 array or None
        Thresholds, as `Vocab.keep_thresholds` makes them; None keeps all.
    settings : w2v.reference.replay.Settings
    epoch, sentence : int
        Numbers from 0.

    Examples
    --------
    >>> from w2v.reference.replay import Settings
    >>> draw_columns([3, 4, 5], None, Settings(window=1))
    [(3, [4]), (4, [3, 5]), (5, [4])]
    """
    stream = Stream(settings.seed, epoch, sentence)
    kept = [int(word) for word in ids] if keep is None else downsample(stream, ids, keep)
    shrunk, window = settings.shrink_windows, settings.window
    reach = [1 + ((stream.next() >> 32) * window >> 32) if shrunk else window for _ in kept]
    columns = []
    for i, word in enumerate(kept):
        ends = ((j, i) if settings.sg else (i, j) for j in range(len(kept)))  # of pairs: centre and context
        around = [
            centre + place - i
            for centre, place in ends
            if centre != place and abs(centre - place) <= reach[centre] and (place - centre) * settings.side >= 0
        ]
        if around:
            columns.append((word, [kept[j] for j in around]))
    return columns


def train(
    inp: Rows,
    out: Rows,
    ids: Ids | Int32Array,
    offsets: Sequence[int] | Int64Array,
    keep: Keep,
    settings: Settings,
    epoch: int = 0,
    words_before: int = 0,
    weights: Sequence[float] | None = None,
) -> tuple[float, int]:
    """Train one epoch, in place; return the summed loss and the number of pairs (of centres, for CBOW).

    Parameters
    ----------
    inp, out : float64 arrays of shape (words, size)
    ids, offsets : int arrays
        Sentence s is ``ids[offsets[s]:offsets[s + 1]]``.
    keep, settings, epoch
        As for `draw_columns`.
    words_before : int
        Tokens of earlier epochs; the learning rate of a sentence follows the tokens before it.
    weights : sequence of float, optional
        Of the sentences: factors of the learning rate.

    Examples
    --------
    >>> import numpy as np
    >>> from w2v.reference.replay import Settings
    >>> inp, out = np.full((2, 1), 0.5), np.zeros((2, 1))
    >>> ids, offsets = np.array([0, 1, 0, 1]), np.array([0, 4])
    >>> loss, pairs = train(inp, out, ids, offsets, None, Settings(window=1, words=4))
    >>> round(loss / pairs, 2), pairs
    (0.7, 6)
    """
    columns = []
    for s in range(len(offsets) - 1):
        done = (words_before + int(offsets[s])) / settings.words
        alpha = settings.alpha - (settings.alpha - settings.min_alpha) * done
        alpha *= 1 if weights is None else weights[s]
        drawn = draw_columns(ids[offsets[s] : offsets[s + 1]], keep, settings, epoch, s)
        columns += [(word, others, alpha) for word, others in drawn]
    loss, pairs, size = 0.0, 0, block_size(len(inp))
    for start in range(0, len(columns), size):
        block_loss, block_pairs = _train_block(inp, out, columns[start : start + size], settings)
        loss, pairs = loss + block_loss, pairs + block_pairs
    return loss, pairs


def _train_block(
    inp: Rows, out: Rows, columns: list[tuple[int, list[int], float]], settings: Settings
) -> tuple[float, int]:
    if settings.sg:
        pairs = [(word, target, alpha) for word, targets, alpha in columns for target in targets]
        contexts, centres, alphas = (list(part) for part in zip(*pairs, strict=True))
        loss = softmax_loss(inp, out, contexts, centres)
        softmax_step(inp, out, contexts, centres, alphas)
    else:
        centres, contexts, alphas = (list(part) for part in zip(*columns, strict=True))
        loss = softmax_cbow_loss(inp, out, contexts, centres, settings.cbow_mean)
        softmax_cbow_step(inp, out, contexts, centres, alphas, settings.cbow_mean, settings.cbow_corrected)
    return loss, len(centres)
