"""What the compiled seam to C offers."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Ids = NDArray[np.int32]

TALLY: np.dtype[np.void]

def kernel_sets() -> list[str]: ...
def alias_table(weights: NDArray[np.float64]) -> Ids: ...
def alias_draw(table: Ids, seed: int, count: int) -> Ids: ...

class TrainJob:
    def __init__(
        self,
        inp: NDArray[np.float32],
        out: NDArray[np.float32],
        vector_size: int,
        ids: Ids,
        offsets: NDArray[np.int64],
        keep: NDArray[np.uint32] | None,
        noise: Ids,
        *,
        kernels: str,
        kernel: str,
        sg: bool,
        cbow_mean: bool,
        shrink_windows: bool,
        window: int,
        negative: int,
        seed: int,
        alpha: float,
        min_alpha: float,
        words: int,
        loss_every: int,
        chunk: int,
    ) -> None: ...
    def begin_epoch(self, epoch: int, words_before: int) -> None: ...
    def run(self, tallies: NDArray[np.void], mine: int) -> None: ...
    def stop(self) -> None: ...
    def downsample(self, sentence: int) -> Ids: ...

# Text to ids; every `text` is followed by PADDING readable bytes.

PADDING: int

def trim() -> None: ...
def last_space_end(text: bytearray | bytes, n: int) -> int: ...
def remap(ids: Any, map: Ids | None, line_open: bool, ends: NDArray[np.int64]) -> tuple[int, int, int]: ...

class WordTable:
    def __init__(self, limit: int = 0) -> None: ...
    def __len__(self) -> int: ...
    @property
    def dropped(self) -> bool: ...
    def count(self, text: bytearray, n: int, offset: int, ids: Ids) -> tuple[int, int]: ...
    def encode(self, text: bytearray, n: int, ids: Ids) -> tuple[int, int]: ...
    def add(self, words: Sequence[bytes]) -> None: ...
    def merge(self, other: WordTable) -> Ids: ...
    def list(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]: ...
    def spell(self, ids: Ids) -> bytes: ...

# Files of vectors.

def read_rows(
    text: bytes | bytearray | memoryview,
    last: bool,
    binary: bool,
    out: NDArray[np.float32],
    words: NDArray[np.int64],
) -> tuple[int, int]: ...
def write_rows(words: bytes, ends: NDArray[np.int64], vectors: NDArray[np.float32]) -> memoryview: ...
