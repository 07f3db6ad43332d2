"""A shard's own copy of a model: trains pieces of text, tells what changed, takes what was merged."""

import copy
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from w2v import _core
from w2v.base.weights import padded_zeros
from w2v.config import active_kernels
from w2v.training.jobs import Jobs
from w2v.training.shards.merging import Bases, Changes
from w2v.training.shards.plan import Piece
from w2v.training.shards.strengths import Strengths

__all__ = ["Replica", "all_matrices", "apply_to", "changes_of", "trained_matrices"]

_MATRICES = ("inp", "out", "nodes", "weights", "biases")
_ITERATIONS = 20  # of the search for directions, which begins anew in each round: so nothing need be kept

Matrix = npt.NDArray[np.float32]


def all_matrices(jobs: Jobs) -> dict[str, Matrix]:
    """Return the weights of jobs, by the names that `_core.TrainJob` has: (rows, stride); biases (rows,)."""
    return {name: jobs.tables[name] for name in _MATRICES if jobs.tables.get(name) is not None}


def trained_matrices(jobs: Jobs) -> dict[str, Matrix]:
    """Return those that jobs change."""
    frozen = ("out", "nodes", "biases") if jobs.tables["frozen_output"] else ()
    return {name: matrix for name, matrix in all_matrices(jobs).items() if name not in frozen}


class Replica:
    """A replica of the weights of `jobs`, which are those that all replicas had when they last met.

    Parameters
    ----------
    jobs : Jobs
        Of the merged weights: in one process those of the model, which all replicas share; elsewhere the replica's own.

    Attributes
    ----------
    merged, own : dict of str -> float32 array
        What is trained, as it was when replicas met, and as it is now; see `trained_matrices`.
    """

    def __init__(self, jobs: Jobs) -> None:
        self.merged = trained_matrices(jobs)
        self.own = {name: _like(matrix) for name, matrix in self.merged.items()}
        self._jobs = copy.copy(jobs)
        self._jobs.tables = {**jobs.tables, **self.own}
        self._job: _core.TrainJob | None = None

    @property
    def vector_size(self) -> int:
        """Numbers of a vector."""
        return int(self._jobs.tables["vector_size"])

    def take_over(self) -> None:
        """Become what the merged weights are."""
        for name, matrix in self.merged.items():
            np.copyto(self.own[name], matrix)

    def train(self, piece: Piece, epoch: int, tallies: Any, mine: int) -> None:
        """Train what this shard has in a round, adding up in tallies[mine] (dtype `_core.TALLY`), without the GIL."""
        part = piece.part
        if len(part.offsets) < 2:
            return
        place = {"first_sentence": part.first_sentence, "first_token": int(part.offsets[0])}
        words = piece.words * self._jobs.settings.epochs
        job = self._jobs.make(part.ids, part.offsets, words, sentence_weights=part.weights, **place)
        job.begin_epoch(epoch, piece.words * epoch - piece.origin)
        self._job = job
        job.run(tallies, mine)

    def stop(self) -> None:
        """Make `train`, which runs in another thread, return soon."""
        if self._job is not None:
            self._job.stop()

    def bases(self, strengths: Strengths) -> Bases:
        """Return the steep directions of what inputs meet, and of inputs, as they are now."""
        met, meeting = strengths.samples
        size, kernels = self._jobs.tables["vector_size"], active_kernels()
        stride = self.matrix("inp").shape[1]
        found = []
        for rows in (_sampled(met, self._outputs(), stride), _sampled(meeting, {"out": self.matrix("inp")}, stride)):
            found.append(_core.leading_directions(rows, size, kernels, _ITERATIONS))
        return np.stack(found)

    def matrix(self, name: str) -> Matrix:
        """Return a matrix as it is now, trained or not."""
        matrix: Matrix = self._jobs.tables[name]
        return matrix

    def _outputs(self) -> Mapping[str, Matrix]:
        return {name: self._jobs.tables[name] for name in ("out", "nodes") if self._jobs.tables.get(name) is not None}

    def changes(self, name: str, first: int = 0, end: int | None = None) -> Changes:
        """Return which rows of a matrix (of a range) have changed since replicas met, and by how much."""
        return changes_of([self], name, first, end)

    def apply(self, name: str, rows: npt.NDArray[np.int32], steps: Matrix) -> None:
        """Move rows of the merged weights by their steps, and become the same there, once all have given changes."""
        apply_to([self], name, rows, steps)


def changes_of(replicas: Sequence[Replica], name: str, first: int = 0, end: int | None = None) -> Changes:
    """Return the sum of what replicas changed that share merged weights, of shards that belong together."""
    merged = _by_row(replicas[0].merged[name])
    columns = 1 if name == "biases" else replicas[0].vector_size
    own = [_by_row(replica.own[name]) for replica in replicas]
    found = _core.changed_rows(own, merged, columns, first, len(merged) if end is None else end)
    return Changes(*found, len(replicas))


def apply_to(replicas: Sequence[Replica], name: str, rows: npt.NDArray[np.int32], steps: Matrix) -> None:
    """Have replicas that share merged weights take steps, as `Replica.apply` does for one; without the GIL."""
    own = [_by_row(replica.own[name]) for replica in replicas]
    _core.take_steps(_by_row(replicas[0].merged[name]), own, rows, steps)


def _like(matrix: Matrix) -> Matrix:
    return np.zeros_like(matrix) if matrix.ndim == 1 else padded_zeros(*matrix.shape)


def _by_row(matrix: Matrix) -> Matrix:
    return matrix.reshape(len(matrix), -1)


def _sampled(rows: npt.NDArray[np.int64], matrices: Mapping[str, Matrix], stride: int) -> Matrix:
    """Rows of outputs, or for numbers below 0 of nodes (-1 - row), as the kernels want them."""
    found = padded_zeros(len(rows), stride)
    for name, chosen, numbers in (("out", rows >= 0, rows), ("nodes", rows < 0, -1 - rows)):
        if chosen.any():
            found[chosen] = matrices[name][numbers[chosen]]
    return found
