"""What the compiled seam to C offers."""

import mmap
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
        out: NDArray[np.float32] | None,
        vector_size: int,
        ids: Ids,
        offsets: NDArray[np.int64],
        keep: NDArray[np.uint32] | None,
        noise: Ids,
        *,
        kernels: str,
        kernel: str,
        sg: int,
        cbow_mean: int,
        shrink_windows: int,
        window: int,
        negative: int,
        seed: int,
        alpha: float,
        min_alpha: float,
        words: int,
        loss_every: int,
        chunk: int,
        threads: int = 1,
        cbow_corrected: int = False,
        nodes: NDArray[np.float32] | None = None,
        paths: tuple[Ids, NDArray[np.int64]] | None = None,
        log_noise: NDArray[np.float32] | None = None,
        biases: NDArray[np.float32] | None = None,
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
    def __new__(cls, limit: int = 0) -> WordTable: ...
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

# word2vec.c and its companions.

def huffman(counts: NDArray[np.int64]) -> tuple[NDArray[np.uint8], NDArray[np.int32], NDArray[np.int64]]: ...

class MirrorVocab:
    finished: bool
    def count(self, text: bytes | bytearray | mmap.mmap, limit: int, hash_size: int) -> bool: ...
    def read(self, text: bytes | bytearray | mmap.mmap) -> None: ...
    def finish(self, min_count: int) -> tuple[bytes, NDArray[np.int64], NDArray[np.int64]]: ...

class Mirror:
    syn0: NDArray[np.float32]
    syn1neg: NDArray[np.float32] | None
    syn1: NDArray[np.float32] | None
    def __new__(
        cls,
        vocab: MirrorVocab,
        size: int,
        window: int,
        hs: int,
        negative: int,
        epochs: int,
        cbow: int,
        alpha: float,
        sample: float,
    ) -> Mirror: ...
    @property
    def alpha(self) -> float: ...
    @property
    def words_done(self) -> int: ...
    def train(self, text: bytes | bytearray | mmap.mmap) -> bool: ...

def mirror_noise_words(counts: NDArray[np.int64], cells: NDArray[np.uint32]) -> NDArray[np.int32]: ...
def mirror_classes(vectors: NDArray[np.float32], n_classes: int) -> NDArray[np.int32]: ...

class Phrases:
    finished: bool
    @property
    def kept(self) -> int: ...
    @property
    def words(self) -> int: ...
    def count(self, text: bytes | bytearray | mmap.mmap, limit: int, hash_size: int) -> bool: ...
    def finish(self, min_count: int) -> None: ...
    def join(
        self, text: bytes | bytearray | mmap.mmap, threshold: float, limit: int, out: bytearray
    ) -> tuple[int, bool]: ...
