"""The compiled trainer's draws in plain Python, number for number, and passes over a corpus by `w2v.reference`.

So a run can be replayed word by word, to check the trainer or to see what it does: slow, for corpora of a few thousand
words.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from w2v.base.arrays import Int32Array, Int64Array
from w2v.reference import objectives as definition
from w2v.reference.draws import Noise, Pool, Stream, downsample
from w2v.reference.means import Lists, Means
from w2v.reference.sigmoids import Ids, Rows, Squash, sigmoid, table_sigmoid

__all__ = [
    "Outputs",
    "Settings",
    "draw_corpus",
    "draw_places",
    "draw_reach",
    "draw_sentence",
    "places_around",
    "train",
    "train_sentence",
]

Keep = npt.NDArray[np.uint32] | None  # thresholds, as `Vocab.keep_thresholds` makes them; None keeps all
Drawn = tuple[int, list[int], list[list[int]]]  # a centre, its contexts and noise words
Placed = tuple[
    list[int], list[Drawn]
]  # words of a sentence; the same with places in it for the centre and its contexts


@dataclass(frozen=True)
class Settings:
    """What a training run is told, in gensim's words.

    `pairwise` is the kernel: fresh noise for every pair, and the sigmoid by table. `block` is the number of sentences
    that share a `Pool` of noise, unless pairwise; 0: fresh noise for every centre. `nce`: noise-contrastive estimation
    in place of negative sampling. Whether there is hierarchical softmax the `Outputs` say. `side` is -1 if only the
    words before the centre are contexts, 1 if only those after it are. `tile_inputs`: contexts that batched skip-gram
    trains at a time; a longer window is cut into such tiles. `words` is the number of tokens over which the
    learning rate falls from `alpha` to `min_alpha`. `tags_only`: of a document's words, only its tags are contexts.
    """

    sg: bool = True
    pairwise: bool = False
    cbow_mean: bool = True
    cbow_corrected: bool = False
    nce: bool = False
    shrink_windows: bool = True
    side: int = 0
    window: int = 5
    tile_inputs: int = 32
    negative: int = 5
    alpha: float = 0.025
    min_alpha: float = 0.0001
    words: int = 1
    seed: int = 1
    block: int = 0
    tags_only: bool = False


@dataclass(frozen=True)
class Outputs:
    """What inputs are trained against; what an objective does not use is None.

    Parameters
    ----------
    out : float64 array of shape (words, size)
    log_noise, bias : arrays of shape (words,)
        For noise-contrastive estimation, as `w2v.reference` has them.
    nodes : float64 array of shape (words, size)
    paths : list of (code, points)
        Of each word.
    """

    out: Any = None
    log_noise: Any = None
    bias: Any = None
    nodes: Any = None
    paths: Any = None


def places_around(i: int, reach: int, n: int, side: int) -> list[int]:
    """Return where the contexts of word i of n words stand.

    Examples
    --------
    >>> places_around(2, 2, 4, side=0), places_around(2, 2, 4, side=-1)
    ([0, 1, 3], [0, 1])
    """
    begin = i if side > 0 else max(i - reach, 0)
    end = i + 1 if side < 0 else min(i + reach + 1, n)
    return [at for at in range(begin, end) if at != i]


def draw_reach(stream: Stream, settings: Settings) -> int:
    """Return how many words on either side are contexts.

    Examples
    --------
    >>> draw_reach(Stream(1, 0, 0), Settings(shrink_windows=False))
    5
    """
    return 1 + ((stream.next() >> 32) * settings.window >> 32) if settings.shrink_windows else settings.window


def draw_places(
    ids: Ids | Int32Array,
    keep: Keep,
    table: Int32Array,
    settings: Settings,
    epoch: int = 0,
    sentence: int = 0,
    pool: Pool | None = None,
    tagged: bool = False,
) -> Placed:
    """Return the words that a sentence keeps, and what `draw_sentence` does, with places among these for words.

    Words without contexts are left out, unless the sentence is `tagged`.

    Examples
    --------
    >>> import numpy as np
    >>> table = np.array([[-1, 0], [-1, 1]], dtype=np.int32)  # two words, equally likely
    >>> draw_places([1, 0], None, table, Settings(negative=2))
    ([1, 0], [(0, [1], [[0, 0]]), (1, [0], [[1, 1]])])
    """
    stream = Stream(settings.seed, epoch, sentence)
    kept = [int(word) for word in ids] if keep is None else downsample(stream, ids, keep)
    avoided: Sequence[int | None] = [None] * len(kept) if settings.nce else kept
    reach, drawn_noise, first, placed = {}, {}, {}, []
    noise = Noise(stream, table, settings.negative, pool)

    def draw_centre(i: int) -> None:
        if i < len(kept):
            reach[i] = 0 if settings.tags_only else draw_reach(stream, settings)
            drawn_noise[i] = noise.draw(i)

    def find_noise(i: int) -> None:
        if i < len(kept):
            first[i] = noise.other_than(avoided[i], drawn_noise[i], i)

    draw_centre(0)
    draw_centre(1)
    find_noise(0)
    for i in range(len(kept)):
        draw_centre(i + 2)
        find_noise(i + 1)
        places = places_around(i, reach[i], len(kept), settings.side)
        words = [first[i]]
        if settings.sg and settings.pairwise:
            words += [noise.other_than(avoided[i], noise.draw(i), i) for at in places if at < max(places[-1], i)]
        if places or tagged:
            placed.append((i, places, words[: max(1, len(places))]))
    if pool:
        pool.at += len(kept)
    return kept, placed


def draw_sentence(
    ids: Ids | Int32Array,
    keep: Keep,
    table: Int32Array,
    settings: Settings,
    epoch: int = 0,
    sentence: int = 0,
    pool: Pool | None = None,
) -> list[Drawn]:
    """Return what a sentence trains: a list of (centre, contexts, noise).

    `noise` is a list of lists: one for each context if the settings are pairwise skip-gram, else only one. The order of
    draws is the compiled trainer's, which draws windows and noise bits two centres ahead, redraws one centre ahead,
    and later pairs of a centre when it trains the pair before (also one that the sentence's end then cuts off).

    Parameters
    ----------
    ids : sequence of int
    keep : uint32 array or None
        Thresholds, as `Vocab.keep_thresholds` makes them; None keeps all.
    table : int32 array of shape (words, 2)
        Alias table of the noise, as `Noise.table`.
    settings : Settings
    epoch, sentence : int
        Numbers from 0.
    pool : Pool, optional
        Where noise comes from, which goes on by the words that the sentence keeps. None: fresh noise.

    Examples
    --------
    >>> import numpy as np
    >>> table = np.array([[-1, 0], [-1, 1]], dtype=np.int32)  # two words, equally likely
    >>> draw_sentence([0, 1], None, table, Settings(negative=2))
    [(0, [1], [[1, 1]]), (1, [0], [[0, 0]])]
    """
    kept, placed = draw_places(ids, keep, table, settings, epoch, sentence, pool)
    return _as_words(kept, placed)


def _placed_corpus(
    ids: Ids | Int32Array,
    offsets: Sequence[int] | Int64Array,
    keep: Keep,
    table: Int32Array,
    settings: Settings,
    epoch: int = 0,
    tags: Lists | None = None,
) -> Iterator[Placed]:
    pool = None
    for s in range(len(offsets) - 1):
        if settings.block and not settings.pairwise and s % settings.block == 0:
            pool = Pool(table, settings.seed, epoch, s // settings.block)
        tagged = tags is not None and len(tags[s]) > 0
        yield draw_places(ids[offsets[s] : offsets[s + 1]], keep, table, settings, epoch, s, pool, tagged)


def _as_words(kept: Sequence[int], placed: Sequence[Drawn], tags: Ids = ()) -> list[Drawn]:
    return [(kept[i], [*(kept[at] for at in places), *tags], noise) for i, places, noise in placed]


def draw_corpus(
    ids: Ids | Int32Array,
    offsets: Sequence[int] | Int64Array,
    keep: Keep,
    table: Int32Array,
    settings: Settings,
    epoch: int = 0,
) -> Iterator[list[Drawn]]:
    """Yield what each sentence trains, with its noise from the pool of its block.

    Parameters are those of `train`.

    Examples
    --------
    >>> import numpy as np
    >>> table = np.array([[-1, 0], [-1, 1]], dtype=np.int32)
    >>> list(draw_corpus([0, 1], [0, 2], None, table, Settings(negative=2, block=64)))
    [[(0, [1], [[1, 1]]), (1, [0], [[0, 0]])]]
    """
    return (_as_words(*drawn) for drawn in _placed_corpus(ids, offsets, keep, table, settings, epoch))


def _train_tile(
    inp: Rows,
    outputs: Outputs,
    contexts: Ids,
    centre: int,
    noise: Ids,
    settings: Settings,
    alpha: float,
    sigmoid: Squash,
) -> float:
    """Take a step for each objective, one after the other; return the sum of the losses before each."""
    kind, mean, sizes = "skipgram", {}, {}
    if not settings.sg:
        kind, mean = "cbow", {"cbow_mean": settings.cbow_mean}
        sizes = {**mean, "corrected": settings.cbow_corrected}

    def step(name: str, rows: Any, targets: tuple[Any, ...], *tables: Any) -> float:
        loss: float = getattr(definition, f"{kind}{name}_loss")(inp, rows, contexts, *targets, *tables, **mean)
        take = getattr(definition, f"{kind}{name}_step")
        take(inp, rows, contexts, *targets, alpha, *tables, sigmoid=sigmoid, **sizes)
        return loss

    total = 0.0
    if outputs.nodes is not None:
        total += step("_hs", outputs.nodes, outputs.paths[centre])
    if settings.nce:
        total += step("_nce", outputs.out, (centre, noise), outputs.log_noise, outputs.bias)
    elif outputs.out is not None:
        total += step("", outputs.out, (centre, noise))
    return total


def train_sentence(
    inp: Rows,
    outputs: Outputs,
    drawn: list[Drawn],
    settings: Settings,
    alpha: float,
    table_sigmoid: Squash = table_sigmoid,
) -> float:
    """Train what `draw_sentence` returned, in place; return the sum of the losses before each step."""
    squash = table_sigmoid if settings.pairwise else sigmoid
    loss = 0.0
    for centre, contexts, noise in drawn:
        room = settings.tile_inputs
        if settings.pairwise or not settings.sg:
            room = 1 if settings.sg else len(contexts)
        tiles = [contexts[at : at + room] for at in range(0, len(contexts), room)]
        for tile, words in zip(tiles, noise * len(tiles) if len(noise) < len(tiles) else noise, strict=True):
            loss += _train_tile(inp, outputs, tile, centre, words, settings, alpha, squash)
    return loss


def train(
    inp: Rows,
    outputs: Outputs,
    ids: Ids | Int32Array,
    offsets: Sequence[int] | Int64Array,
    keep: Keep,
    table: Int32Array,
    settings: Settings,
    epoch: int = 0,
    words_before: int = 0,
    weights: Sequence[float] | None = None,
    table_sigmoid: Squash = table_sigmoid,
    lists: Lists | None = None,
    tags: Lists | None = None,
) -> tuple[float, int]:
    """Train one epoch, in place; return the summed loss and the number of pairs (of centres, for CBOW).

    Parameters
    ----------
    inp : float64 array of shape (words, size), or with `lists` of more rows
    outputs : Outputs
    ids, offsets : int arrays
        Sentence s is ``ids[offsets[s]:offsets[s + 1]]``.
    keep, table, settings, epoch
        As for `draw_sentence`.
    words_before : int
        Tokens of earlier epochs; the learning rate of a sentence follows the tokens before it.
    weights : sequence of float, optional
        Of the sentences: factors of the learning rate.
    table_sigmoid : function, optional
        For pairwise training.
    lists : sequence of lists of int, optional
        Of each word: which rows of `inp` make up its input, as in `w2v.reference.means`.
    tags : sequence of lists of int, optional
        Of each sentence: which rows of `inp` are contexts of all its words, after those around them. Not with `lists`.

    Examples
    --------
    >>> import numpy as np
    >>> inp, outputs = np.full((2, 1), 0.5), Outputs(out=np.zeros((2, 1)))
    >>> table = np.array([[-1, 0], [-1, 1]], dtype=np.int32)
    >>> ids, offsets = np.array([0, 1, 0, 1]), np.array([0, 4])
    >>> settings = Settings(window=1, negative=1, words=4)
    >>> loss, pairs = train(inp, outputs, ids, offsets, None, table, settings)
    >>> round(loss / pairs, 1), pairs
    (1.4, 6)
    """
    loss, pairs = 0.0, 0
    for s, (kept, placed) in enumerate(_placed_corpus(ids, offsets, keep, table, settings, epoch, tags)):
        own = () if tags is None else tags[s]
        done = (words_before + int(offsets[s])) / settings.words
        alpha = settings.alpha - (settings.alpha - settings.min_alpha) * done
        alpha *= 1 if weights is None else weights[s]
        if lists is None:
            loss += train_sentence(inp, outputs, _as_words(kept, placed, own), settings, alpha, table_sigmoid)
        else:
            means = Means(inp, [lists[word] for word in kept], settings.window)
            for i, places, noise in placed:
                with means.of_window(i) as rows:
                    loss += train_sentence(rows, outputs, [(kept[i], places, noise)], settings, alpha, table_sigmoid)
            means.finish()
        pairs += sum(len(places) + len(own) for _, places, _ in placed) if settings.sg else len(placed)
    return loss, pairs
