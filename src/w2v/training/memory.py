"""How many bytes a model takes."""

import math
import sys
from collections.abc import Sequence
from typing import Any

from w2v.corpus.vocab import Vocab
from w2v.training.outputs import Outputs
from w2v.training.settings import Settings
from w2v.training.sharing import copied_rows

_OBJECT = 16  # Python's allocator rounds up to this
_TYPICAL_WORD = 56  # bytes: a str of up to seven ASCII letters
_SAMPLE = 10_000  # words whose sizes are looked at
_DRAWS = 8 + 4  # a cell of the noise table, and a threshold


def estimate(settings: Settings, n_words: int, vocab: Vocab, corpus: Any) -> dict[str, int]:
    """Return bytes by what they are for; see `w2v.Word2Vec.estimate_memory`.

    The words of `vocab` serve as examples; `corpus` is None or ids that are kept for training.
    """
    row = 4 * -(-settings.vector_size // 16) * 16
    dicts = 2 if "index" in vars(vocab) else 1  # it is made when it is needed; that of wv always is there
    sizes = {"vocab": n_words * _bytes_a_word(vocab.words) + dicts * _dict_bytes(n_words), "vectors": n_words * row}
    sizes |= Outputs.nbytes(settings, n_words)
    sizes["draws"] = round(n_words * (_DRAWS + (_path_bytes(n_words) if settings.hs else 0)))
    if copies := copied_rows(settings, n_words):
        sizes["copies"] = 2 * row * copies  # as they are, and as they were when they last were merged
    if settings.shards and settings.shards > 1:
        sizes["replicas"] = settings.shards * (n_words * row + sum(Outputs.nbytes(settings, n_words).values()))
    sizes["corpus"] = 0 if corpus is None else corpus.ids.nbytes + corpus.offsets.nbytes
    sizes["total"] = sum(sizes.values())
    return sizes


def _bytes_a_word(words: Sequence[Any]) -> int:
    """Bytes of the word itself, its place in two lists, and its two counts."""
    some = words[:: max(1, len(words) // _SAMPLE)]
    sizes = [-(-sys.getsizeof(word) // _OBJECT) * _OBJECT for word in some] or [_TYPICAL_WORD]
    return sum(sizes) // len(sizes) + 2 * 8 + 2 * 8


def _path_bytes(n_words: int) -> float:
    """Bytes of a word's path in the tree of hierarchical softmax: int32 numbers of nodes, and where they begin.

    Paths of words as frequent as those of natural text are about two nodes longer than in a tree of even depth.
    """
    return 4 * (math.log2(max(1, n_words)) + 2) + 8


def _dict_bytes(entries: int) -> int:
    """Bytes of a dict from str to int: a power of two of places, at most two thirds of them in use, and the ints."""
    doublings = max(0, entries.bit_length() - 17)
    places = sys.getsizeof({str(i): i for i in range(entries >> doublings)}) << doublings
    return places + 32 * entries
