"""What a kernel is told (source/job.h) as a numpy record, and the shapes it is compiled and launched in."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

# The fields of source/job.h, in its order; a test compares them.
_ADDRESSES = (
    "ids", "offsets", "keep", "kept", "n_kept", "noise", "paths", "path_starts", "locks", "sentence_weights",
    "inp", "out", "nodes", "next", "stop", "tally",
)  # fmt: skip
_LONG = ("n_sentences", "first_sentence", "first_token", "words_before", "words", "loss_every", "block")
_SHORT = (
    "n_words", "size4", "stride4", "window", "shrink", "side", "negative", "most_outputs", "tile",
    "cbow", "cbow_mean", "cbow_corrected", "frozen_output",
)  # fmt: skip
JOB = np.dtype(
    [
        *((name, np.uint64) for name in _ADDRESSES),
        *((name, np.int64) for name in _LONG),
        *((name, np.uint64) for name in ("seed", "epoch")),
        *((name, np.float32) for name in ("alpha", "min_alpha")),
        *((name, np.int32) for name in _SHORT),
    ],
    align=True,
)
PAIR_JOB = np.dtype(
    [
        *((name, np.uint64) for name in ("centers", "context_words", "weights", "pair_tally")),
        *((name, np.int64) for name in ("n_pairs", "first_pair", "pairs_before", "pairs")),
        ("job", JOB),
    ],
    align=True,
)
PAIR_TALLY = np.dtype([("pairs", np.uint64), ("weight", np.float64), ("loss", np.float64)])
TALLY = np.dtype([("tokens", np.uint64), ("words", np.uint64), ("pairs", np.uint64), ("loss", np.float64)])

MOST_NOISE, LARGEST = 64, 1024  # noise words and dimensions that the kernels are made for
# By float4s of a row in a lane: output rows that fit the registers, and input rows that meet them at a time.
_IN_REGISTERS = {1: (16, 2), 2: (6, 4), 3: (6, 3), 4: (4, 2), 5: (3, 1), 6: (3, 1), 7: (2, 1), 8: (2, 1)}
_SMALL_ROWS = (6, 5)  # of up to 128 dimensions with up to 5 noise words: more inputs at a time


def why_not_a_card(vector_size: int, negative: int) -> str | None:
    """Return which of these sizes the kernels are not made for, and what they are; None if they are made for both.

    Examples
    --------
    >>> why_not_a_card(100, 65)
    'expected negative of at most 64, got 65'
    """
    sizes = {"vector_size": (vector_size, LARGEST), "negative": (negative, MOST_NOISE)}
    wrong = ((name, most, got) for name, (got, most) in sizes.items() if got > most)
    return next((f"expected {name} of at most {most}, got {got}" for name, most, got in wrong), None)


@dataclass(frozen=True)
class Shape:
    """How kernels are compiled, and what memory a warp's lists and rows take."""

    vectors: int
    outputs: int
    inputs: int
    shared: int

    @property
    def macros(self) -> dict[str, int]:
        """The macros that kernels.cu wants."""
        return {"VECTORS": self.vectors, "OUTPUTS": self.outputs, "INPUTS": self.inputs}


def shape_of(vector_size: int, most_outputs: int, tile: int, cbow: bool) -> Shape:
    """Return the shape for rows of so many dimensions, outputs of a centre, and contexts trained at a time.

    Examples
    --------
    >>> shape_of(100, most_outputs=6, tile=10, cbow=False)
    Shape(vectors=1, outputs=6, inputs=5, shared=4392)
    """
    size4 = -(-vector_size // 4)
    vectors = -(-size4 // 32)
    outputs, inputs = _SMALL_ROWS if vectors == 1 and most_outputs <= _SMALL_ROWS[0] else _IN_REGISTERS[vectors]
    outputs = min(outputs, most_outputs)
    return Shape(vectors, outputs, min(inputs, 32 // outputs), shared_bytes(size4, most_outputs, tile, cbow))


def shared_bytes(size4: int, most_outputs: int, tile: int, cbow: bool) -> int:
    """Return the shared memory of a warp, laid out by `lay_out` in source/train.h."""
    rows, errors = (0, 1) if cbow else (tile, tile)
    return 16 * rows * size4 + 4 * errors * most_outputs + 8 * tile + 12 * most_outputs


def tile_that_fits(size4: int, most_outputs: int, tile: int, shared: int) -> int:
    """Return `tile`, or as many contexts as shared memory has room for.

    Examples
    --------
    >>> tile_that_fits(25, 6, 10, 48 << 10), tile_that_fits(256, 6, 32, 48 << 10)
    (10, 11)
    """
    return max(n for n in range(1, tile + 1) if n == 1 or shared_bytes(size4, most_outputs, n, False) <= shared)


def job_of(**fields: Any) -> npt.NDArray[np.void]:
    """Return a record with these fields, the others 0."""
    job = np.zeros((), dtype=JOB)
    for name, value in fields.items():
        job[name] = value
    return job
