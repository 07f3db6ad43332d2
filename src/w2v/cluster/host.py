"""A host: the process on a node that holds some of the shards, reads and trains them, and merges its share of rows."""

import os
import platform
import time
from collections.abc import Sequence
from itertools import chain
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from w2v import _core
from w2v.base.threads import for_each
from w2v.base.weights import padded_zeros
from w2v.cluster.share import ChangesOf, Merged, Rows, narrowed, rows_of_owners, widened
from w2v.config import __version__
from w2v.corpus.stream import Part
from w2v.corpus.vocab import Vocab
from w2v.inputs.reading import Encoded
from w2v.inputs.spans import count_spans, encode_spans, spans_of
from w2v.training.jobs import Jobs, Totals
from w2v.training.outputs import Outputs
from w2v.training.settings import Settings
from w2v.training.shards.memory import check_memory
from w2v.training.shards.merging import Bases, Round, Steps, belonging, mergings
from w2v.training.shards.plan import Piece, cut, group_of
from w2v.training.shards.replica import Replica, all_matrices, apply_to, changes_of, trained_matrices
from w2v.training.shards.strengths import Strengths, strengths

__all__ = ["Host", "Measured", "Setup", "State", "Text"]


class Text(NamedTuple):
    """Files, and in how many parts of about as many bytes they are read."""

    paths: list[str]
    parts: int


class Measured(NamedTuple):
    """A part of the text by the words of a vocabulary: words that are in it, all words, lines, stored sentences."""

    words: int
    all_words: int
    lines: int
    sentences: int


class Setup(NamedTuple):
    """What a host must know to hold shards: all but where training stands. Each has a key of its own."""

    key: str
    settings: Settings
    words: list[Any]
    counts: npt.NDArray[np.int64]
    totals: Totals
    locks: npt.NDArray[np.float32] | None
    frozen_output: bool
    rounds: int  # of an epoch
    measured: list[Measured]  # of each part of the text
    starts: list[int]  # sentences at which shards begin, and the end of the last
    narrow: bool  # whether changes travel as float16


class State(NamedTuple):
    """All weights after some rounds of an epoch, by the names that `_core.TrainJob` has; none: those that are there."""

    epoch: int
    round: int
    matrices: dict[str, npt.NDArray[np.float32]]


class _Held(NamedTuple):
    """A model of which a host holds shards."""

    setup: Setup
    jobs: Jobs
    strengths: Strengths

    @classmethod
    def of(cls, setup: Setup) -> "_Held":
        """Return it, with weights that are still zero."""
        settings, vocab = setup.settings, Vocab(setup.words, setup.counts)
        vectors, outputs = padded_zeros(len(vocab), settings.vector_size), Outputs.fresh(settings, vocab)
        jobs = Jobs(settings, vocab, setup.totals, vectors, outputs.trainable(), setup.locks, setup.frozen_output)
        return cls(setup, jobs, strengths(settings, vocab, setup.totals, setup.locks))


class Host:
    """Holds shards. Nothing here knows of Ray: whoever calls the methods may be in the same process."""

    def __init__(self, text: Text, workers: int) -> None:
        self._text, self._workers = text, workers
        self._encoded: dict[int, Encoded] = {}  # parts of the text, until shards are made of them
        self._held: _Held | None = None
        self._replicas: dict[int, Replica] = {}
        self._parts: dict[int, Part] = {}
        self._pieces: tuple[int, dict[int, list[Piece]]] = -1, {}  # of an epoch
        self._at = -1, -1  # epoch, and rounds of it that are done

    def describe(self) -> dict[str, Any]:
        """Return what must be alike on all nodes, and what tells hosts apart."""
        return {"w2v": __version__, "node": platform.node(), "process": os.getpid()}

    def position(self) -> tuple[int, int]:
        """Return the epoch, and how many rounds of it are done; (-1, -1) before there are weights."""
        return self._at

    # ---- the text ----

    def count(self, part: int) -> tuple[list[str], npt.NDArray[np.int64]]:
        """Count the words of a part of the text, in order of first appearance."""
        return count_spans(spans_of(*self._text_part(part)), self._workers)

    def measure(self, part: int, words: list[Any]) -> Measured:
        """Read a part of the text by the words of a vocabulary."""
        self._encoded[part] = found = encode_spans(spans_of(*self._text_part(part)), words, self._workers)
        return Measured(len(found.ids), found.n_words, found.n_lines, len(found.offsets) - 1)

    def find(self, part: int, words: list[Any], places: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """Return the first stored sentence of a part that has at least so many of its words before it."""
        return np.searchsorted(self._read(part, words).offsets, places)

    def _text_part(self, part: int) -> tuple[list[str], int, int]:
        return self._text.paths, part, self._text.parts

    def _read(self, part: int, words: list[Any]) -> Encoded:
        if part not in self._encoded:
            self.measure(part, words)
        return self._encoded[part]

    def _sentences(self, setup: Setup, first: int, end: int) -> Part:
        """Sentences of the whole text, wherever its parts have them."""
        ids, offsets = [np.empty(0, dtype=np.int32)], []
        sentences = words = 0
        for number, measured in enumerate(setup.measured):
            begin, stop = max(first, sentences) - sentences, min(end, sentences + measured.sentences) - sentences
            if begin < stop:
                part = self._read(number, setup.words)
                ids.append(part.ids[part.offsets[begin] : part.offsets[stop]])
                offsets.append(part.offsets[begin:stop] + words)
                last = int(part.offsets[stop]) + words
            sentences += measured.sentences
            words += measured.words
        if not offsets:
            return Part(ids[0], np.zeros(1, dtype=np.int64), first)
        return Part(np.concatenate(ids), np.concatenate([*offsets, [last]]), first)

    # ---- shards ----

    @property
    def _model(self) -> _Held:
        assert self._held is not None, "hold comes first"
        return self._held

    def hold(self, ranks: Sequence[int], setup: Setup) -> None:
        """Hold these shards, and no others, from now on; those that are new have no weights yet."""
        if self._held is None or self._held.setup.key != setup.key:
            self._held = _Held.of(setup)
            self._replicas, self._parts, self._at = {}, {}, (-1, -1)
        jobs = self._model.jobs
        check_memory(trained_matrices(jobs), max(1, len(set(ranks) - set(self._replicas))))
        for rank in set(self._replicas) - set(ranks):
            del self._replicas[rank], self._parts[rank]
        for rank in ranks:
            if rank not in self._replicas:
                self._parts[rank] = self._sentences(setup, setup.starts[rank], setup.starts[rank + 1])
                self._replicas[rank] = Replica(jobs)
        self._encoded.clear()
        self._pieces = -1, {}

    def state(self) -> State:
        """Return the weights, as they were when replicas last met."""
        return State(*self._at, {name: np.array(matrix) for name, matrix in all_matrices(self._model.jobs).items()})

    def load(self, state: State | None) -> None:
        """Take the weights of a state; without one, go back to when replicas last met."""
        if state is not None:
            own = all_matrices(self._model.jobs)
            for name, matrix in state.matrices.items():
                np.copyto(own[name], matrix)
            self._at = state.epoch, state.round
        for replica in self._replicas.values():
            replica.take_over()

    # ---- a round ----

    def train(self, epoch: int, number: int) -> tuple[dict[int, Any], float]:
        """Train the round of all shards here; return their tallies, (1,) each, and the seconds that it took."""
        started = time.perf_counter()
        pieces = self._pieces_of(epoch)
        tallies = {rank: np.zeros(1, dtype=_core.TALLY) for rank in self._replicas}

        def train(rank: int) -> None:
            self._replicas[rank].train(pieces[rank][number], epoch, tallies[rank], 0)

        for_each(train, self._replicas, self._workers)
        return tallies, time.perf_counter() - started

    def _pieces_of(self, epoch: int) -> dict[int, list[Piece]]:
        if self._pieces[0] != epoch:
            sizes = self._model.setup.rounds, group_of(self._model.jobs.block)
            self._pieces = epoch, {rank: cut(part, *sizes) for rank, part in self._parts.items()}
        return self._pieces[1]

    def bases(self, rank: int) -> Bases:
        """Return the steep directions as a shard here sees them."""
        return self._replicas[rank].bases(self._model.strengths)

    def changes(self, owners: int) -> Any:
        """Return what changed in this round, an object for each owner of rows, as Ray has several results."""
        groups = belonging(self._replicas, self._text.parts)
        found: list[ChangesOf] = [{group[0]: {} for group in groups} for _ in range(owners)]

        def find(item: tuple[range, int, Rows]) -> None:
            group, owner, rows = item
            changes = changes_of([self._replicas[rank] for rank in group], *rows)
            if self._model.setup.narrow:
                changes = changes._replace(sums=narrowed(changes.sums))
            found[owner][group[0]][rows] = changes

        pieces = list(rows_of_owners(trained_matrices(self._model.jobs), owners))
        for_each(find, [(group, *piece) for group in groups for piece in pieces], self._workers)
        return found if owners > 1 else found[0]

    def merge(self, bases: Bases, trained: Round, *given: ChangesOf) -> Merged:
        """Merge the changes of all shards in the rows that are this host's: a pure function of what is given."""
        setup, jobs, strengths = self._model
        names, size = list(trained_matrices(jobs)), jobs.tables["vector_size"]
        changes = dict(chain.from_iterable(part.items() for part in given))
        rules = mergings(strengths, names, bases, trained, self._text.parts, size)
        found: Merged = {}

        def merge(rows: Rows) -> None:
            parts = [changes[first][rows] for first in sorted(changes)]
            moved, steps = rules[rows.name].merge_changes([part._replace(sums=widened(part.sums)) for part in parts])
            found[rows] = moved, narrowed(steps) if setup.narrow else steps

        for_each(merge, changes[0], self._workers)
        return found

    def apply(self, epoch: int, number: int, *merged: Merged) -> None:
        """Take what was merged; then this round is done. Either all of it happens, or the process has died."""
        replicas = list(self._replicas.values())

        def take(item: tuple[Rows, Steps]) -> None:
            rows, (moved, steps) = item
            apply_to(replicas, rows.name, moved, widened(steps))

        for_each(take, chain.from_iterable(part.items() for part in merged), self._workers, to_the_end=True)
        self._at = epoch, number + 1
