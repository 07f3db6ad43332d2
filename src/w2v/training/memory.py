"""How many bytes a model takes."""

import math
import sys
from collections.abc import Sequence
from typing import Any

import numpy as np

from w2v.corpus.vocab import Vocab
from w2v.training import subwords
from w2v.training.outputs import Outputs
from w2v.training.settings import Settings
from w2v.training.sharing import copied_rows

_OBJECT = 16  # Python's allocator rounds up to this
_TYPICAL_WORD = 56  # bytes: a str of up to seven ASCII letters
_SAMPLE = 10_000  # words whose sizes are looked at
_TYPICAL_NGRAMS = 22  # of a word: of English ones by the usual settings
_DRAWS = 8 + 4  # a cell of the noise table, and a threshold


def estimate(settings: Settings, n_words: int, vocab: Vocab, corpus: Any) -> dict[str, int]:
    """Return bytes by what they are for; see `w2v.Word2Vec.estimate_memory`.

    The words of `vocab` serve as examples; `corpus` is None or ids that are kept for training.
    """
    row = 4 * -(-settings.vector_size // 16) * 16
    dicts = 2 if "index" in vars(vocab) else 1  # it is made when it is needed; that of wv always is there
    sizes = {"vocab": n_words * _bytes_a_word(vocab.words) + dicts * _dict_bytes(n_words), "vectors": n_words * row}
    sizes |= Outputs.nbytes(settings, n_words)
    if settings.bucket:
        sizes |= _subword_bytes(settings, n_words, vocab, row)
    sizes["draws"] = round(n_words * (_DRAWS + (_path_bytes(n_words) if settings.hs else 0)))
    if copies := copied_rows(settings, n_words):
        sizes["copies"] = 2 * row * copies  # as they are, and as they were when they last were merged
    if settings.shards and settings.shards > 1:
        sizes["replicas"] = settings.shards * (n_words * row + sum(Outputs.nbytes(settings, n_words).values()))
    sizes["corpus"] = 0 if corpus is None else corpus.ids.nbytes + corpus.offsets.nbytes
    sizes["total"] = sum(sizes.values())
    return sizes


def _subword_bytes(settings: Settings, n_words: int, vocab: Vocab, row: int) -> dict[str, int]:
    """Bytes of vectors and of the rows they are made of, and of the lists of these while it trains.

    As many n-grams as the words of `vocab` have, for each word; without words all there can be.
    """
    numbers, starts = subwords.no_rows(settings).numbers(vocab.words)
    each = int(starts[-1]) / max(1, len(vocab)) if len(vocab) else _TYPICAL_NGRAMS
    used = len(np.unique(numbers)) / len(vocab) * n_words if len(vocab) else settings.bucket
    ngrams = 4 * settings.bucket + row * (1 + round(min(used, settings.bucket)))
    vectors = n_words * 4 * settings.vector_size
    lists = n_words * (8 + round(4 * (1 + each)))
    return {"vectors": vectors, "vectors_vocab": n_words * row, "vectors_ngrams": ngrams, "lists": lists}


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
