"""Epochs of a model in shards, in one process: threads train replicas, then each merges some of the rows."""

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from w2v import _core
from w2v.base.arrays import Int64Array
from w2v.base.progress import Bar
from w2v.base.threads import for_each
from w2v.base.weights import Matrix
from w2v.corpus.source import Corpus
from w2v.corpus.stream import StreamCorpus
from w2v.corpus.vocab import Vocab
from w2v.training.jobs import Jobs, Totals
from w2v.training.outputs import Outputs
from w2v.training.place import BEGINNING, Pauses, Place, Tallies
from w2v.training.settings import Settings
from w2v.training.shards.memory import check_memory
from w2v.training.shards.merging import basis_shard, mergings, round_of
from w2v.training.shards.plan import Piece, group_of, rounds_in_epoch
from w2v.training.shards.replica import Replica, apply_to, trained_matrices
from w2v.training.shards.strengths import strengths
from w2v.training.shards.texts import kept_rounds, read_rounds
from w2v.training.trainer import Epoch, ended, finite_weights, told, warn_of_nothing

_ROWS = 1024  # that a thread merges at a time


class _Round(NamedTuple):
    """A round under way."""

    epoch: int
    number: int  # in the epoch
    pieces: Sequence[Piece]
    tallies: Tallies
    before: Int64Array  # tokens that each shard had trained in this epoch when it began

    @property
    def tokens(self) -> Int64Array:
        tokens: Int64Array = self.tallies["tokens"] - self.before
        return tokens


class ShardTrainer:
    """Trains `inp` and the outputs in place on one corpus, which is not empty, by replicas that meet after each round.

    They change when replicas meet, and only then: what Ctrl-C leaves is the last meeting. See `w2v.training.shards`.
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
        self.settings, self.vocab, self.weights = settings, vocab, finite_weights(inp[: len(vocab)], outputs)
        self.words, self.shards = corpus.n_words * settings.epochs, settings.shards or 1
        self._corpus, self._totals = corpus, Totals.of(corpus)
        self._jobs = Jobs(settings, vocab, self._totals, inp, outputs, locks, frozen_output)
        self._merged = trained_matrices(self._jobs)
        self._strengths = strengths(settings, vocab, self._totals, locks)
        self._group = group_of(self._jobs.block)
        self.rounds = rounds_in_epoch(self._totals, settings.epochs, self.shards, self._group)
        check_memory(self._merged, self.shards)
        self._replicas = [Replica(self._jobs) for _ in range(self.shards)]

    def run_epoch(self, bar: Bar, place: Place = BEGINNING, pauses: Pauses | None = None) -> Epoch:
        """Train one epoch, from a round of it to its end; see `w2v.training.trainer.Trainer.run_epoch`.

        An epoch that is taken up somewhere ends with the bits of one that ran through.
        """
        for_each(Replica.take_over, self._replicas, self.settings.workers)
        tallies = np.zeros(self.shards, dtype=_core.TALLY)
        place.fill(tallies)
        watch = bar.watch(tallies, place.epoch)
        coming = islice(self._rounds(place.epoch), place.round, None)
        pieces, number = next(coming, None), place.round
        while pieces is not None:
            now = _Round(place.epoch, number, pieces, tallies, tallies["tokens"].copy())
            pieces = self._train(now, coming, watch)
            self._merge(now)
            number += 1
            if pieces is not None and pauses and pauses.due():
                pauses.save(place.after_round(number, tallies))
        found = ended(tallies, self.weights, self._jobs, place.epoch)
        warn_of_nothing(tallies, place.epoch)
        return found

    def collect(self) -> None:
        """Bring weights back that are elsewhere: here they are where they belong whenever replicas have met."""

    def close(self) -> None:
        """Give the replicas' memory back."""
        self._replicas = []

    def _rounds(self, epoch: int) -> Iterator[list[Piece]]:
        """The pieces of all shards, round after round."""
        sizes = self.shards, self.rounds, self._group
        if isinstance(self._corpus, StreamCorpus):
            parts = told(self._corpus.parts(), epoch + 1, self.settings.epochs)
            return read_rounds(parts, self._totals.words, *sizes)
        return kept_rounds(self._corpus, *sizes)

    def _train(
        self, now: _Round, coming: Iterator[list[Piece]], watch: Callable[[], None] | None
    ) -> list[Piece] | None:
        """Train what each replica has; return the pieces of the next round, which are read meanwhile."""
        ahead: list[Piece] | None = None

        def train(shard: int) -> None:
            self._replicas[shard].train(now.pieces[shard], now.epoch, now.tallies, shard)

        def stop() -> None:
            for replica in self._replicas:
                replica.stop()

        def read(stop: Any) -> None:
            nonlocal ahead
            ahead = next(coming, None)

        for_each(train, range(self.shards), self.settings.workers, watch, stop, read)
        return ahead

    def _merge(self, now: _Round) -> None:
        """Make all replicas, and the model's weights, what has become of them together.

        To its end, even if Ctrl-C comes: all rows are of the same round.
        """
        tokens = now.tokens
        shard = basis_shard(now.number, tokens.tolist())
        bases = self._replicas[shard].bases(self._strengths)
        trained = round_of(self.settings, self._totals.words, now.epoch, int(now.before.sum()), int(tokens.sum()))
        size = self._jobs.tables["vector_size"]
        rules = mergings(self._strengths, list(self._merged), bases, trained, self.shards, size)

        def merge(piece: tuple[str, int]) -> None:
            name, first = piece
            merged, replicas = self._merged[name], [replica.own[name] for replica in self._replicas]
            rules[name].merge_rows(merged, replicas, first, min(first + _ROWS, len(merged)))

        rows = {name: len(matrix) for name, matrix in self._merged.items() if matrix.ndim == 2}
        pieces = [(name, first) for name, n in rows.items() for first in range(0, n, _ROWS)]
        for_each(merge, pieces, self.settings.workers, to_the_end=True)
        if "biases" in rules:
            found, steps = rules["biases"].merge_changes([replica.changes("biases") for replica in self._replicas])
            apply_to(self._replicas, "biases", found, steps)
