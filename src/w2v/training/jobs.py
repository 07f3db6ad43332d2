"""What the compiled trainer is told: jobs for parts of a corpus, by the settings and for the weights of a model."""

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from w2v import _core
from w2v.base.weights import Matrix, whole_rows
from w2v.config import active_kernels
from w2v.corpus.source import Corpus
from w2v.corpus.vocab import Vocab
from w2v.training.outputs import Outputs
from w2v.training.settings import ALL, SIDES, Settings
from w2v.training.subwords import Lists

__all__ = ["CHUNK", "ONE_THREAD", "Jobs", "Totals", "loss_every", "noise_block", "tile_inputs"]

ONE_THREAD = 10_000  # words: smaller corpora train in one thread, so that they reproduce whatever `workers` says
# Of so many centres one is tallied, unless all are asked for: costs about one hundredth of the time. Primes, or else
# sentences that are all of one length would show the same few of their places again and again.
_LOSS_EVERY = (509, 251, 127, 61, 31, 13, 7, 3, 1)
_LOSS_CENTRES = 4096  # small corpora are tallied more often, to have about this many
CHUNK = 64  # sentences that a thread takes at a time, fewer where there are few
_FEW_WORDS = 512  # contexts of so few words are trained one by one: several at a time often are the same, and overshoot
_TREE_INPUTS = 4  # contexts trained at a time with a Huffman tree: nodes near its root are in every step, too
_POOLED_WORDS = _FEW_WORDS  # smaller vocabularies draw fresh noise for every centre: their rows are at hand anyway
_BLOCK = 64  # sentences that share a pool of noise, fewer where ...
_BLOCK_TOKENS = 4096  # ... they would have more tokens
_WIDEST = 2**30  # windows end with the sentence, so that no wider one makes a difference


class Totals(NamedTuple):
    """What whoever trains a part of a corpus must know of the whole: words, sentences, and weights of its words."""

    words: int
    sentences: int
    mean_weight: float = 1.0
    heaviest: float = 1.0

    @classmethod
    def of(cls, corpus: Corpus) -> "Totals":
        """Return those of a corpus.

        Examples
        --------
        >>> from w2v.corpus.encode import encode_iterable
        >>> Totals.of(encode_iterable([["to", "be"], ["to"]], min_count=1, weights=[1, 4])[1])
        Totals(words=3, sentences=2, mean_weight=2.0, heaviest=4.0)
        """
        if corpus.weights is None or not corpus.n_words:
            return cls(corpus.n_words, corpus.n_sentences)
        mean = float(corpus.weights.astype(np.float64) @ np.diff(corpus.offsets)) / corpus.n_words
        return cls(corpus.n_words, corpus.n_sentences, mean, max(1.0, float(corpus.weights.max(initial=1.0))))

    @property
    def mean_length(self) -> float:
        """Words of a sentence."""
        return self.words / max(1, self.sentences)


class Jobs:
    """Makes jobs that train `inp` and the outputs in place.

    `locks` are factors for the changes of each row of `inp`; `frozen_output` leaves the outputs as they are. With
    `lists`, a word's input is the mean of the rows of `inp` that its list names; with `tags`, the list of each sentence
    names rows that are inputs, too, which come after those of words.
    """

    def __init__(
        self,
        settings: Settings,
        vocab: Vocab,
        totals: Totals,
        inp: Matrix,
        outputs: Outputs,
        locks: npt.NDArray[np.float32] | None = None,
        frozen_output: bool = False,
        lists: Lists | None = None,
        tags: Lists | None = None,
    ) -> None:
        self.settings, self.n_words = settings, len(vocab)
        exact = settings.objective == "softmax"
        self.loss_every = 1 if settings.compute_loss or exact else loss_every(totals.words)
        # fresh noise for documents: all words of one meet its tag, which a pool would show the same words again
        noise = settings.kernel == "batched" and settings.negative and not exact and not settings.documents
        self.block = noise_block(len(vocab), totals.mean_length) if noise else 0
        self.tables: dict[str, Any] = {
            # rows after those of the vocabulary are of words that users have added: they stay
            "inp": whole_rows(inp)[: None if lists or tags else len(vocab)],
            "lists": lists,
            "tags": tags,
            "tags_only": bool(tags and settings.sg and not settings.dbow_words),
            "vector_size": inp.shape[1],
            "keep": vocab.keep_thresholds(settings.sample) if settings.sample else None,
            "noise": vocab.noise(settings.ns_exponent).table,
            "locks": locks,
            "frozen_output": frozen_output,
            **outputs.tables(settings, vocab),
        }

    def make(
        self, ids: Any, offsets: Any, words: int, chunk: int = CHUNK, kind: Any = None, **part: Any
    ) -> _core.TrainJob:
        """Return a job for a corpus or a part of one; the learning rate reaches its end after so many words."""
        settings = self.settings
        exact = settings.objective == "softmax"
        whole = settings.window == ALL
        return (kind or (_core.SoftmaxJob if exact else _core.TrainJob))(
            ids=ids,
            offsets=offsets,
            kernels=active_kernels(),
            kernel=settings.kernel,
            sg=bool(settings.sg),
            cbow_mean=bool(settings.cbow_mean),
            shrink_windows=settings.shrink_windows and not whole,
            window=_WIDEST if whole else min(int(settings.window), _WIDEST),
            side=SIDES[settings.window_side],
            tile_inputs=tile_inputs(self.n_words, bool(settings.hs)),
            negative=1 if exact else settings.negative,
            seed=settings.seed % 2**64,
            alpha=settings.alpha,
            min_alpha=settings.min_alpha,
            words=words,
            loss_every=self.loss_every,
            chunk=chunk,
            block=self.block,
            **self.tables,
            **part,
        )


def tile_inputs(n_words: int, hs: bool) -> int:
    """Return how many contexts of a word batched skip-gram trains at a time, all from what they were before.

    Examples
    --------
    >>> tile_inputs(100, hs=False), tile_inputs(100_000, hs=False), tile_inputs(100_000, hs=True)
    (1, 32, 4)
    """
    if n_words < _FEW_WORDS:
        return 1
    return _TREE_INPUTS if hs else _core.MAX_INP


def noise_block(n_words: int, mean_length: float) -> int:
    """Return how many sentences share a pool of noise; 0: fresh noise for every centre.

    Examples
    --------
    >>> noise_block(100, 20.0), noise_block(100_000, 20.0), noise_block(100_000, 10_000.0)
    (0, 64, 1)
    """
    if n_words < _POOLED_WORDS:
        return 0
    block = _BLOCK
    while block > 1 and block * mean_length > _BLOCK_TOKENS:
        block //= 2
    return block


def loss_every(words: int) -> int:
    """Return of how many centres one is tallied, in a corpus of so many words.

    Examples
    --------
    >>> loss_every(1000), loss_every(10_000_000)
    (1, 509)
    """
    return next(every for every in _LOSS_EVERY if every * _LOSS_CENTRES <= words or every == 1)
