"""Epochs, threads and progress around the compiled trainer."""

import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from w2v import _core
from w2v.base.progress import Bar
from w2v.base.threads import feed, run_threads
from w2v.base.weights import Matrix
from w2v.corpus.source import Corpus
from w2v.corpus.stream import Part, StreamCorpus, whole_groups
from w2v.corpus.tokens import TokenCorpus
from w2v.corpus.vocab import Vocab
from w2v.errors import DivergedError
from w2v.training.jobs import CHUNK, ONE_THREAD, Jobs, Totals
from w2v.training.outputs import Outputs
from w2v.training.place import BEGINNING, Pauses, Place, Tallies
from w2v.training.settings import Settings
from w2v.training.sharing import shared
from w2v.training.subwords import Lists

logger = logging.getLogger("w2v.model")


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
    `locks`, `frozen_output` and `lists` are as for `Jobs`. `tags`: rows of `inp` that each sentence has, too, as lists;
    then the corpus is kept.
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
        lists: Lists | None = None,
        tags: Lists | None = None,
    ) -> None:
        self.settings, self.vocab = settings, vocab
        self.weights = finite_weights(inp if lists or tags else inp[: len(vocab)], outputs)
        totals = Totals.of(corpus)
        self.words = corpus.n_words * settings.epochs
        self.workers = settings.workers if corpus.n_words > ONE_THREAD and settings.shards != 1 else 1
        self._jobs = Jobs(settings, vocab, totals, inp, outputs, locks, frozen_output, lists, tags)
        sizes = self.workers, corpus.n_words, corpus.n_sentences
        sharing = shared(settings, vocab, *sizes, totals.heaviest)
        if sharing is not None:
            self._jobs.tables["sharing"] = sharing
        self._parts = corpus.parts if isinstance(corpus, StreamCorpus) else None
        self._job = None
        if isinstance(corpus, TokenCorpus):
            self._job = self._make_job(corpus.ids, corpus.offsets, self.workers, sentence_weights=corpus.weights)

    def _make_job(self, ids: Any, offsets: Any, threads: int, **part: Any) -> _core.TrainJob:
        chunk = max(1, min(CHUNK, (len(offsets) - 1) // (64 * threads)))
        return self._jobs.make(ids, offsets, self.words, chunk, **part)

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
            self._stream(told(self._parts(), place.epoch + 1, self.settings.epochs), epoch)
        return ended(tallies, self.weights, self._jobs, place.epoch)

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
        groups = whole_groups(parts, max(self._jobs.block, _core.JOINED))
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
        warn_of_nothing(epoch.tallies, epoch.place.epoch)


def finite_weights(inp: Matrix, outputs: Outputs) -> list[Matrix]:
    """Return all that training changes; ValueError if there are numbers in it that are not finite."""
    weights = [inp, *dict(outputs).values()]
    if not are_finite(weights):
        raise ValueError("the weights are not finite, so they cannot be trained: build_vocab gives fresh ones")
    return weights


def ended(tallies: Tallies, weights: Iterable[Matrix], jobs: Jobs, epoch: int) -> Epoch:
    """Return what an epoch, numbered from 0, did; DivergedError if weights are not finite any more."""
    pairs, loss = int(tallies["pairs"].sum()), float(tallies["loss"].sum())
    if not (np.isfinite(loss) and are_finite(weights)):
        raise diverged(jobs.settings, epoch)
    return Epoch(int(tallies["words"].sum()), loss / max(1, pairs), loss * jobs.loss_every)


def are_finite(weights: Iterable[Matrix]) -> bool:
    """Return whether all numbers are.

    Examples
    --------
    >>> are_finite([np.zeros(2, np.float32)]), are_finite([np.float32([np.inf, -np.inf])])
    (True, False)
    """
    with np.errstate(over="ignore", invalid="ignore"):  # inf - inf
        return all(np.isfinite(matrix.sum()) for matrix in weights)


def warn_of_nothing(tallies: Tallies, epoch: int) -> None:
    """Say in the log that an epoch of a corpus that is read anew, numbered from 0, had no words."""
    if not tallies["tokens"].sum():
        why = "the corpus gave no words of the vocabulary; it must give its sentences anew each time"
        logger.warning("epoch %d had nothing to train: %s", epoch + 1, why)


def told(parts: Iterator[Part], epoch: int, epochs: int) -> Iterator[Part]:
    """Yield the parts; an error of whoever reads the corpus says in which pass it came, of epochs numbered from 1."""
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
