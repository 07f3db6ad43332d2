"""Epochs, threads and progress around the compiled trainer."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from w2v import _core
from w2v.base.progress import Bar
from w2v.base.threads import feed, run_threads
from w2v.base.weights import Matrix, whole_rows
from w2v.config import active_kernels
from w2v.corpus.source import Corpus
from w2v.corpus.stream import Part, StreamCorpus, whole_groups
from w2v.corpus.tokens import TokenCorpus
from w2v.corpus.vocab import Vocab
from w2v.errors import DivergedError
from w2v.training.outputs import Outputs
from w2v.training.place import BEGINNING, Pauses, Place, Tallies
from w2v.training.settings import ALL, SIDES, Settings
from w2v.training.sharing import shared

logger = logging.getLogger("w2v.model")

_ONE_THREAD = 10_000  # words: smaller corpora train in one thread, so that they reproduce whatever `workers` says
# Of so many centres one is tallied, unless all are asked for: costs about one hundredth of the time. Primes, or else
# sentences that are all of one length would show the same few of their places again and again.
_LOSS_EVERY = (509, 251, 127, 61, 31, 13, 7, 3, 1)
_LOSS_CENTRES = 4096  # small corpora are tallied more often, to have about this many
_CHUNK = 64  # sentences that a thread takes at a time, fewer where there are few
_FEW_WORDS = 512  # contexts of so few words are trained one by one: several at a time often are the same, and overshoot
_TREE_INPUTS = 4  # contexts trained at a time with a Huffman tree: nodes near its root are in every step, too
_POOLED_WORDS = _FEW_WORDS  # smaller vocabularies draw fresh noise for every centre: their rows are at hand anyway
_BLOCK = 64  # sentences that share a pool of noise, fewer where ...
_BLOCK_TOKENS = 4096  # ... they would have more tokens
_WIDEST = 2**30  # windows end with the sentence, so that no wider one makes a difference


@dataclass(frozen=True)
class Epoch:
    """What one pass over the corpus did: words trained, mean loss, and (estimated) total loss."""

    words: int
    loss: float
    total_loss: float


class _Run(NamedTuple):
    """One epoch under way."""

    place: Place  # where it begins
    words_before: int
    tallies: Tallies
    watch: Any
    pauses: Pauses | None

    def pause(self, sentence: int) -> None:
        """Let whoever wanted the pause have it: the next sentence is this one."""
        if self.pauses:
            self.pauses.save(self.place.within(sentence, self.tallies))


class Trainer:
    """Trains `inp` and the outputs in place on one corpus, which is not empty, epoch after epoch.

    Everything is checked when it is made; from then on it refuses nothing, unless the corpus is read while it trains.
    `locks` are factors for the changes of each row of `inp`; `frozen_output` leaves the outputs as they are.
    """

    def __init__(
        self,
        settings: Settings,
        vocab: Vocab,
        corpus: Corpus,
        inp: Matrix,
        outputs: Outputs,
        locks: npt.NDArray[np.float32] | None = None,
        frozen_output: bool = False,
    ) -> None:
        known = len(vocab)  # rows after these are of words that users have added, and stay as they are
        self.settings, self.vocab, self.weights = settings, vocab, (inp[:known], *dict(outputs).values())
        if not self._is_finite():
            raise ValueError("the weights are not finite, so they cannot be trained: build_vocab gives fresh ones")
        self.words = corpus.n_words * settings.epochs
        self.workers = settings.workers if corpus.n_words > _ONE_THREAD else 1
        exact = settings.objective == "softmax"
        self.loss_every = 1 if settings.compute_loss or exact else loss_every(corpus.n_words)
        noise = settings.kernel == "batched" and settings.negative and not exact
        self.block = noise_block(len(vocab), corpus.n_words / max(1, corpus.n_sentences)) if noise else 0
        self._tables: dict[str, Any] = {
            "inp": whole_rows(inp)[:known],
            "vector_size": inp.shape[1],
            "keep": vocab.keep_thresholds(settings.sample) if settings.sample else None,
            "noise": vocab.noise(settings.ns_exponent).table,
            "locks": locks,
            "frozen_output": frozen_output,
            **outputs.tables(settings, vocab),
        }
        sizes = self.workers, corpus.n_words, corpus.n_sentences
        heaviest = 1.0 if corpus.weights is None else max(1.0, float(corpus.weights.max(initial=1.0)))
        sharing = shared(settings, vocab, *sizes, heaviest)
        if sharing is not None:
            self._tables["sharing"] = sharing
        self._parts = corpus.parts if isinstance(corpus, StreamCorpus) else None
        self._job = None
        if isinstance(corpus, TokenCorpus):
            self._job = self._make_job(corpus.ids, corpus.offsets, self.workers, sentence_weights=corpus.weights)

    def _make_job(self, ids: Any, offsets: Any, threads: int, **part: Any) -> _core.TrainJob:
        settings = self.settings
        exact = settings.objective == "softmax"
        whole = settings.window == ALL
        return (_core.SoftmaxJob if exact else _core.TrainJob)(
            ids=ids,
            offsets=offsets,
            kernels=active_kernels(),
            kernel=settings.kernel,
            sg=bool(settings.sg),
            cbow_mean=bool(settings.cbow_mean),
            shrink_windows=settings.shrink_windows and not whole,
            window=_WIDEST if whole else min(int(settings.window), _WIDEST),
            side=SIDES[settings.window_side],
            tile_inputs=tile_inputs(len(self._tables["inp"]), bool(settings.hs)),
            negative=1 if exact else settings.negative,
            seed=settings.seed % 2**64,
            alpha=settings.alpha,
            min_alpha=settings.min_alpha,
            words=self.words,
            loss_every=self.loss_every,
            chunk=max(1, min(_CHUNK, (len(offsets) - 1) // (64 * threads))),
            block=self.block,
            **self._tables,
            **part,
        )

    def run_epoch(self, bar: Bar, place: Place = BEGINNING, pauses: Pauses | None = None) -> Epoch:
        """Train one epoch, from a place in it to its end.

        Parameters
        ----------
        bar : Bar
        place : Place, optional
            With one thread, an epoch that is taken up somewhere ends with the bits of one that ran through.
        pauses : Pauses, optional
            Asked again and again whether training is to pause at a quiet point.

        Raises
        ------
        DivergedError
            The weights are not finite any more.
        """
        tallies = np.zeros(self.workers, dtype=_core.TALLY)
        place.fill(tallies)
        words_before = self.words // self.settings.epochs * place.epoch
        epoch = _Run(place, words_before, tallies, bar.watch(tallies, place.epoch), pauses)
        if self._job is not None:
            self._train(self._job, epoch)
        elif self._parts is not None:
            self._stream(_told(self._parts(), place.epoch + 1, self.settings.epochs), epoch)
        pairs, loss = int(tallies["pairs"].sum()), float(tallies["loss"].sum())
        if not (np.isfinite(loss) and self._is_finite()):
            raise diverged(self.settings, place.epoch)
        return Epoch(int(tallies["words"].sum()), loss / max(1, pairs), loss * self.loss_every)

    def collect(self) -> None:
        """Bring weights back that are elsewhere: here they always are where they belong."""

    def close(self) -> None:
        """Give back what only training needs: here nothing."""

    def _train(self, job: _core.TrainJob, epoch: _Run) -> None:
        """Train a corpus that is kept."""

        def look() -> None:
            if epoch.watch:
                epoch.watch()
            if epoch.pauses and job.next_sentence != first and epoch.pauses.due():
                job.pause()

        first: int | None = min(epoch.place.sentence, job.n_sentences)
        while first is not None:
            job.begin_epoch(epoch.place.epoch, epoch.words_before, first)
            run_threads(lambda worker, stop: job.run(epoch.tallies, worker), self.workers, look, job.stop)
            first = job.next_sentence
            if first is not None:
                epoch.pause(first)

    def _stream(self, parts: Iterator[Part], epoch: _Run) -> None:
        """Train a corpus that is read anew: this thread reads parts ahead, the others train one each."""
        jobs: set[_core.TrainJob] = set()
        groups = whole_groups(parts, max(self.block, _core.JOINED))
        coming = (part for part in groups if part.first_sentence >= epoch.place.sentence)
        part = next(coming, None)

        def read() -> Iterator[_core.TrainJob]:
            nonlocal part
            begin = part
            while part is not None and not (epoch.pauses and part is not begin and epoch.pauses.due()):
                place = {"first_sentence": part.first_sentence, "first_token": int(part.offsets[0])}
                job = self._make_job(part.ids, part.offsets, 1, **place)
                job.begin_epoch(epoch.place.epoch, epoch.words_before)
                jobs.add(job)
                part = next(coming, None)
                yield job

        def train(worker: int, job: _core.TrainJob) -> None:
            job.run(epoch.tallies, worker)
            jobs.discard(job)

        def stop() -> None:
            for job in [*jobs]:
                job.stop()

        while part is not None:
            feed(read(), train, self.workers, epoch.watch, stop)
            if part is not None:
                epoch.pause(part.first_sentence)
        if not epoch.tallies["tokens"].sum():
            why = "the corpus gave no words of the vocabulary; it must give its sentences anew each time"
            logger.warning("epoch %d had nothing to train: %s", epoch.place.epoch + 1, why)

    def _is_finite(self) -> bool:
        with np.errstate(over="ignore", invalid="ignore"):  # inf - inf
            return all(np.isfinite(weights.sum()) for weights in self.weights)


def _told(parts: Iterator[Part], epoch: int, epochs: int) -> Iterator[Part]:
    """The parts; an error of whoever reads the corpus says in which pass it came."""
    try:
        yield from parts
    except Exception as error:
        where = f"while the corpus was read for epoch {epoch} of {epochs}; the model keeps what it has learnt so far"
        logger.error("%s: %s, %s", type(error).__name__, error, where)
        if hasattr(error, "add_note"):  # from Python 3.11 on
            error.add_note(where)
        raise


def diverged(settings: Settings, epoch: int) -> DivergedError:
    """Return the error that weights of an epoch, numbered from 0, are not finite any more.

    Examples
    --------
    >>> from w2v import Word2Vec
    >>> str(diverged(Word2Vec().checked(), 0))
    'training diverged in epoch 1: use an alpha below 0.025; build_vocab gives fresh weights'
    """
    advice = f"use an alpha below {settings.alpha:g}; build_vocab gives fresh weights"
    return DivergedError(f"training diverged in epoch {epoch + 1}: {advice}")


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
