"""What the compiled seam to C offers."""

import mmap
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Ids = NDArray[np.int32]

PADDING: int
LINE_END: int
UNKNOWN: int
LONGEST_SENTENCE: int
JOINED: int
MAX_INP: int
TALLY: np.dtype[np.void]

def kernel_sets() -> list[str]: ...
def alias_table(weights: NDArray[np.float64]) -> Ids: ...
def alias_draw(table: Ids, seed: int, count: int) -> Ids: ...
def learning_rate(alpha: float, min_alpha: float, done: int, all: int) -> float: ...

DIRECTIONS: int
MOST_USES: int

def leading_directions(
    rows: NDArray[np.float32],
    vector_size: int,
    kernels: str,
    rounds: int = 20,
    basis: NDArray[np.float32] | None = None,
) -> NDArray[np.float32]: ...
def corrected(
    change: NDArray[np.float32], basis: NDArray[np.float32], strength: float, parties: int, kernels: str
) -> NDArray[np.float32]: ...
def kept(
    change: NDArray[np.float32], basis: NDArray[np.float32], strength: float, kernels: str
) -> NDArray[np.float32]: ...

_Private = tuple[int, NDArray[np.uint8], float] | None

class Sharing:
    def __init__(
        self,
        vector_size: int,
        inputs: _Private,
        outputs: _Private,
        nodes: _Private,
        samples: tuple[NDArray[np.int64], NDArray[np.int64]],
        widest: int,
        weight_terms: float = 0.0,
    ) -> None: ...

def merging_factors(
    basis: NDArray[np.float32], strengths: Sequence[float] | NDArray[np.float64], shards: int, stride: int
) -> NDArray[np.float32]: ...

_Steps = tuple[NDArray[np.int32], NDArray[np.float32]]
_Changes = tuple[NDArray[np.int32], NDArray[Any], NDArray[np.uint16], int]  # of so many shards

def changed_rows(
    replicas: Sequence[NDArray[np.float32]], base: NDArray[np.float32], size: int, first: int, end: int
) -> tuple[NDArray[np.int32], NDArray[np.float32], NDArray[np.uint16]]: ...
def take_steps(
    base: NDArray[np.float32],
    replicas: Sequence[NDArray[np.float32]],
    rows: NDArray[np.int32],
    steps: NDArray[np.float32],
) -> None: ...

class Merging:
    def __init__(
        self,
        vector_size: int,
        basis: NDArray[np.float32],
        factors: NDArray[np.float32],
        classes: NDArray[np.uint8],
        kernels: str,
    ) -> None: ...
    def merge_rows(
        self, base: NDArray[np.float32], replicas: Sequence[NDArray[np.float32]], first: int, end: int
    ) -> None: ...
    def merge_changes(self, parts: Sequence[_Changes]) -> _Steps: ...

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
        tile_inputs: int,
        negative: int,
        seed: int,
        alpha: float,
        min_alpha: float,
        words: int,
        loss_every: int,
        chunk: int,
        block: int = 0,
        locks: NDArray[np.float32] | None = None,
        frozen_output: bool = False,
        cbow_corrected: int = False,
        nodes: NDArray[np.float32] | None = None,
        paths: tuple[Ids, NDArray[np.int64]] | None = None,
        log_noise: NDArray[np.float32] | None = None,
        biases: NDArray[np.float32] | None = None,
        positional: str | None = None,
        weights: NDArray[np.float32] | None = None,
        weight_rate: float = 1.0,
        side: int = 0,
        sentence_weights: NDArray[np.float32] | None = None,
        first_sentence: int = 0,
        first_token: int = 0,
        sharing: Sharing | None = None,
        lists: tuple[Ids, NDArray[np.int64]] | None = None,
        tags: tuple[Ids, NDArray[np.int64]] | None = None,
        tags_only: bool = False,
    ) -> None: ...
    def begin_epoch(self, epoch: int, words_before: int, first: int | None = None) -> None: ...
    def run(self, tallies: NDArray[np.void], mine: int) -> None: ...
    def stop(self) -> None: ...
    def pause(self) -> None: ...
    @property
    def n_sentences(self) -> int: ...
    @property
    def next_sentence(self) -> int | None: ...
    def downsample(self, sentence: int) -> Ids: ...

GROUP: int
BAG_NOISE: int
NOISE_POOL: int
NOISE_STARTS: int
MEMORY_NOISE: int

class InferenceJob(TrainJob):
    def infer(
        self,
        ids: Ids,
        offsets: NDArray[np.int64],
        vectors: NDArray[np.float32],
        *,
        alpha: float,
        min_alpha: float,
        epochs: int,
    ) -> None: ...

class SoftmaxJob(TrainJob): ...

PAIR_TALLY: np.dtype[np.void]

class PairJob:
    def __init__(
        self,
        inp: NDArray[np.float32],
        out: NDArray[np.float32],
        vector_size: int,
        centers: Ids,
        contexts: Ids,
        weights: NDArray[np.float32] | None,
        noise: Ids,
        *,
        kernels: str,
        negative: int,
        seed: int,
        alpha: float,
        min_alpha: float,
        pairs: int,
        loss_every: int,
    ) -> None: ...
    def begin_epoch(self, epoch: int, pairs_before: int) -> None: ...
    def run(self, tallies: NDArray[np.void], mine: int) -> None: ...
    def stop(self) -> None: ...

# Text to ids; every `text` is followed by PADDING readable bytes.

def trim() -> None: ...
def last_space_end(text: bytearray | bytes, n: int) -> int: ...
def remap(ids: Any, map: Ids | None, line_open: bool, ends: NDArray[np.int64]) -> tuple[int, int, int]: ...

class WordTable:
    def __new__(cls, limit: int = 0) -> WordTable: ...
    def __len__(self) -> int: ...
    @property
    def dropped(self) -> bool: ...
    def count(self, text: bytearray, n: int, offset: int, ids: Ids) -> tuple[int, int]: ...
    def encode(self, text: bytearray | bytes, n: int, ids: Ids, every_end: bool = False) -> tuple[int, int]: ...
    def add(self, words: Sequence[bytes]) -> None: ...
    def merge(self, other: WordTable) -> Ids: ...
    def list(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]: ...
    def spell(self, ids: Ids) -> bytes: ...

# Tokens one by one; ids that are there already.

TAG_INT: bytes
TAG_BYTES: bytes
TAG_OTHER: bytes
TAG_EMPTY: bytes

class TokenBlock:
    text: NDArray[np.uint8]
    lengths: NDArray[np.int32]
    n_bytes: int
    n_items: int
    number: int
    place: int
    def __init__(self, n_bytes: int, n_items: int) -> None: ...

class TokenReader:
    n_sentences: int
    n_items: int
    n_blocks: int
    all_str: bool
    def __init__(
        self,
        sentences: Iterable[Any],
        key_of: Callable[[Any], bytes] | None,
        tokens_of: Callable[[Any, int], Any] | None = None,
    ) -> None: ...
    def read(self, block: TokenBlock) -> bool: ...

class TokenTable(WordTable):
    def count_tokens(self, block: TokenBlock, ids: Ids) -> None: ...
    def find_tokens(self, block: TokenBlock, ids: Ids) -> None: ...
    def lengths(self, ids: Ids) -> NDArray[np.int64]: ...

def tally_ids(ids: Ids, counts: NDArray[np.int64]) -> int: ...
def pack_walks(walks: NDArray[np.int32], ids: Ids, offsets: NDArray[np.int64]) -> int: ...

# Files of vectors.

def read_rows(
    text: bytes | bytearray | memoryview,
    last: bool,
    binary: bool,
    out: NDArray[np.float32],
    words: NDArray[np.int64],
) -> tuple[int, int]: ...
def write_rows(words: bytes, ends: NDArray[np.int64], vectors: NDArray[np.float32]) -> memoryview: ...
def index_words(
    text: bytes | bytearray | memoryview | NDArray[np.uint8],
    spans: NDArray[np.int64],
    errors: str,
    words: list[str],
    index: dict[str, int],
) -> None: ...
def roomy_dict(n: int) -> dict[Any, Any]: ...
def subword_vectors(
    words: bytes,
    ends: NDArray[np.int64],
    own: NDArray[np.uint8] | None,
    ngrams: NDArray[np.uint8] | None,
    kept: NDArray[np.int32] | None,
    buckets: int,
    shortest: int,
    longest: int,
    out: NDArray[np.float32],
) -> None: ...
def subword_numbers(
    words: bytes, ends: NDArray[np.int64], buckets: int, shortest: int, longest: int
) -> tuple[Ids, NDArray[np.int64]]: ...

_Factored = tuple[NDArray[np.float32], NDArray[np.float32]]

def sum_rows(
    ids: Ids, known: _Factored, more: _Factored, sums: NDArray[np.float32], counts: NDArray[np.int64]
) -> None: ...

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

class MirrorPhrases:
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

# Graphs and walks.

def graph_rows(
    froms: Ids, tos: Ids, weights: NDArray[np.float32] | None, both: bool, n: int
) -> tuple[NDArray[np.int64], Ids, NDArray[np.float32] | None]: ...
def walk_order(n: int, seed: int, number: int) -> Ids: ...

class WalkGraph:
    starts: NDArray[np.int64]
    neighbours: Ids
    weights: NDArray[np.float32] | None
    cells: Ids | None
    def __init__(self, starts: NDArray[np.int64], neighbours: Ids, weights: NDArray[np.float32] | None) -> None: ...
    def walk(self, order: Ids, number: int, first: int, seed: int, p: float, q: float, out: Ids) -> None: ...

# Words and phrases.

CANDIDATE: np.dtype[np.void]

def number_words(table: WordTable, words: Iterable[Any], add: bool = True) -> Ids: ...

class PhraseTable:
    n_words: int
    def __new__(cls, n_connectors: int = 0, limit: int = 0) -> PhraseTable: ...
    def __len__(self) -> int: ...
    @property
    def total(self) -> int: ...
    @property
    def threshold(self) -> int: ...
    def count(self, ids: Ids, n_words: int, longest: int) -> None: ...
    def count_sentences(self, sentences: Iterable[Iterable[str]], words: WordTable) -> int: ...
    def add(self, words: Ids, offsets: NDArray[np.int64], counts: NDArray[np.int64]) -> None: ...
    def reserve(self, n: int) -> None: ...
    def add_others(self, words: Ids, offsets: NDArray[np.int64], counts: NDArray[np.int64]) -> None: ...
    def add_pairs(
        self, words: Ids, offsets: NDArray[np.int64], counts: NDArray[np.int64], first: int, last: int
    ) -> None: ...
    def prune(self, threshold: int) -> None: ...
    def list(self) -> tuple[Ids, NDArray[np.int64], NDArray[np.int64]]: ...
    def phrases(
        self, connector: bytearray, kind: str, threshold: float, min_count: float, n_vocab: float, n_words: float
    ) -> tuple[NDArray[np.void], Ids]: ...

class PhraseFinder:
    def __init__(
        self,
        table: PhraseTable,
        words: WordTable,
        connector: bytearray,
        delimiter: str,
        kind: str,
        threshold: float,
        min_count: float = 0,
        n_vocab: float = 0,
        n_words: float = 0,
        scorer: Any = None,
        scores: NDArray[np.float64] | None = None,
        joined: Sequence[str] | None = None,
    ) -> None: ...
    def join(self, sentence: Iterable[str]) -> list[str]: ...
    def analyze(self, sentence: Iterable[str]) -> tuple[list[str], list[float | None]]: ...
    def find(self, sentence: Iterable[str], found: dict[str, float]) -> None: ...
    def look_up(self, tokens: Iterable[str]) -> int: ...
