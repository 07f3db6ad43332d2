"""What a user has, as ids: text files and iterables of sentences become a Vocab and a TokenCorpus."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import numpy as np

from w2v.base.arrays import Float32Array, Int64Array
from w2v.base.paths import Path
from w2v.corpus.tokens import TokenCorpus
from w2v.corpus.vocab import Vocab
from w2v.errors import MissingFileError
from w2v.inputs.blocks import SourceKey, source_key
from w2v.inputs.cache import Storage
from w2v.inputs.files import expand
from w2v.inputs.ids import as_ids, count_blocks, encode_blocks, encode_ids, is_ids
from w2v.inputs.lines import Lines, plain_path
from w2v.inputs.objects import count_objects, encode_sentences
from w2v.inputs.pruning import Chosen, Pruning, TrimRule
from w2v.inputs.reading import Encoded, encode_files

Words = Vocab | Pruning  # those that there are, or what chooses them among those that are read


def encode_file(
    path: Path | Iterable[Path],
    *,
    vocab: Vocab | None = None,
    min_count: int = 5,
    max_vocab_size: int | None = None,
    max_final_vocab: int | None = None,
    workers: int = 1,
    sorted_vocab: bool = True,
    trim_rule: TrimRule | None = None,
    progress: bool = False,
    storage: Storage | None = None,
) -> tuple[Vocab, TokenCorpus]:
    """Turn text files into ids, reading them once.

    The text is UTF-8, a sentence a line, words between whitespace, as in ``line.split()``; bytes that are not UTF-8 are
    an error only in words that stay. The result does not depend on the number of workers.

    Parameters
    ----------
    path : path or sequence of paths
        Of files, folders (their files by name; not those of folders within) or patterns such as ``"part-*.txt"``.
        Compressed files (gzip, bzip2, xz, zstd, a zip archive of one file) are known by their content; ``"-"`` is
        standard input.
    vocab : Vocab or None
        Only encode, by this vocabulary; settings that choose words are not used.
    min_count : int
        Drop words seen less often.
    max_vocab_size : int or None
        While counting: above this many words, drop those seen less often than a threshold that rises by one each time.
        Bounds the memory, and counts in one thread; if anything was dropped, the file is read a second time.
    max_final_vocab : int or None
        Raise min_count as far as needed to keep at most this many words.
    workers : int
        Threads.
    sorted_vocab : bool
        Most frequent words first; else in order of first appearance.
    trim_rule : callable or None
        ``trim_rule(word, count, min_count)`` returns 0 to leave the word to min_count, 1 to drop it, 2 to keep it.
    progress : bool
        Show a progress bar if it takes long.
    storage : w2v.inputs.cache.Storage or None
        Where the ids are kept; None: in memory.

    Returns
    -------
    vocab : Vocab
    corpus : TokenCorpus

    Examples
    --------
    >>> import pathlib, tempfile
    >>> path = pathlib.Path(tempfile.mkdtemp(), "text")
    >>> _ = path.write_text("to be or not to be\\nto do\\n")
    >>> vocab, corpus = encode_file(path, min_count=2)
    >>> vocab.words, corpus.ids, corpus.offsets
    (['to', 'be'], array([0, 1, 0, 1, 0], dtype=int32), array([0, 4, 5]))
    """
    pruning = Pruning(min_count, max_vocab_size, max_final_vocab, sorted_vocab, trim_rule)
    words = pruning if vocab is None else vocab
    return encode_paths(expand(path), words, workers=workers, progress=progress, storage=storage)


def encode_iterable(
    sentences: Iterable[Any],
    *,
    vocab: Vocab | None = None,
    min_count: int = 5,
    max_vocab_size: int | None = None,
    max_final_vocab: int | None = None,
    workers: int = 1,
    sorted_vocab: bool = True,
    trim_rule: TrimRule | None = None,
    progress: bool = False,
    storage: Storage | None = None,
    weights: Any = None,
) -> tuple[Vocab, TokenCorpus]:
    """Turn sentences into ids in one pass; a `LineSentence` over a path takes the road of `encode_file`.

    Parameters
    ----------
    sentences : iterable of sequences
        Each a sequence of tokens: str, int, and what else can be saved, such as tuples and dates.
    vocab, min_count, max_vocab_size, max_final_vocab, workers, sorted_vocab, trim_rule, progress, storage
        As for `encode_file`. If max_vocab_size made words drop, the sentences are read a second time; where they cannot
        be (a generator), words that were dropped and came back lack the tokens from before.
    weights : sequence of float, optional
        One for each sentence: how much it counts in training.

    Returns
    -------
    vocab : Vocab
    corpus : TokenCorpus

    Examples
    --------
    >>> vocab, corpus = encode_iterable([[1, 2], [2, 3, 2]], min_count=1)
    >>> vocab.words, corpus.ids
    ([2, 3, 1], array([2, 0, 0, 1, 0], dtype=int32))
    """
    pruning = Pruning(min_count, max_vocab_size, max_final_vocab, sorted_vocab, trim_rule)
    words = pruning if vocab is None else vocab
    path = plain_path(sentences) if weights is None else None
    if path is not None:
        return encode_paths([path], words, workers=workers, progress=progress, storage=storage)
    return encode_tokens(sentences, words, workers=workers, progress=progress, storage=storage, weights=weights)


def encode_paths(
    paths: list[str], words: Words, *, workers: int = 1, progress: bool = False, storage: Storage | None = None
) -> tuple[Vocab, TokenCorpus]:
    """Read files by the words of a vocabulary, or by those that a `Pruning` chooses among what is read.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> path = pathlib.Path(tempfile.mkdtemp(), "text")
    >>> _ = path.write_text("to be")
    >>> encode_paths([str(path)], Pruning(min_count=1))[0].words
    ['be', 'to']
    """
    if isinstance(words, Pruning) and words.asks_while_counting:
        return encode_tokens(Lines(paths), words, workers=workers, progress=progress, storage=storage)
    try:
        source = source_keys(paths)
        chosen, encoded = encode_files(paths, _rule(words), workers, progress, storage)
    except FileNotFoundError as error:
        raise MissingFileError(*error.args, error.filename) from None
    if source is not None and source_keys(paths) != source:
        raise OSError(f"{', '.join(paths)}: changed while being read")
    return _vocab(words, chosen), _corpus(encoded, source)


def encode_tokens(
    sentences: Iterable[Any],
    words: Words,
    *,
    workers: int = 1,
    progress: bool = False,
    storage: Storage | None = None,
    weights: Any = None,
    origins: bool = False,
) -> tuple[Vocab, TokenCorpus]:
    """Read sentences, sequences of tokens, likewise; `weights` are as for `encode_iterable`.

    `origins`: let the corpus know which sentences of the source those are that it stores.

    Examples
    --------
    >>> encode_tokens([["to", "be"], ["to"]], Vocab(["to"], [2]))[1].ids
    array([0, 0], dtype=int32)
    """
    chosen, encoded = encode_sentences(sentences, _rule(words), workers, progress, storage)
    vocab, corpus = _vocab(words, chosen), _corpus(encoded, None, weights)
    return vocab, replace(corpus, origins=_origins(encoded)) if origins else corpus


def encode_rows(
    ids: Any, vocab: Vocab | None = None, storage: Storage | None = None, weights: Any = None
) -> tuple[Vocab, TokenCorpus]:
    """Take ids as they are: they are rows of the vectors, so the vocabulary is all ids from 0 to the largest.

    Parameters
    ----------
    ids : Ids, 2-D integer array, or iterable of such
    vocab : Vocab or None
        Only take ids, which must be positions of this vocabulary.
    storage, weights
        As for `encode_iterable`.

    Returns
    -------
    vocab : Vocab
    corpus : TokenCorpus

    Examples
    --------
    >>> vocab, corpus = encode_rows(np.array([[0, 2], [2, -1]]))
    >>> vocab.words, vocab.counts, corpus.ids
    ([0, 1, 2], array([1, 0, 2]), array([0, 2, 2], dtype=int32))
    """
    n_words = None if vocab is None else len(vocab)
    if is_ids(ids):
        chosen, encoded = encode_ids(as_ids(ids), n_words)
    else:
        chosen, encoded = encode_blocks(ids, n_words, storage or Storage("memory"))
    return _vocab(vocab, chosen), _corpus(encoded, None, weights)


def count_tokens(
    sentences: Iterable[Any], words: Words, *, workers: int = 1, progress: bool = False
) -> tuple[Vocab, int, int, int]:
    """Count sentences without keeping them.

    Returns the vocabulary, and the numbers of words in it, of words and of sentences.

    Examples
    --------
    >>> count_tokens([["to", "be"], ["to"]], Pruning(min_count=2))
    (Vocab<1 words, 2 tokens>, 2, 3, 2)
    """
    chosen, *numbers = count_objects(sentences, _rule(words), workers, progress)
    n_known, n_words, n_sentences = numbers
    return _vocab(words, chosen), n_known, n_words, n_sentences


def count_rows(blocks: Iterable[Any], vocab: Vocab | None = None) -> tuple[Vocab, int, int, int]:
    """Count blocks of ids likewise.

    Examples
    --------
    >>> count_rows([np.array([[0, 1], [1, -1]])])
    (Vocab<2 words, 3 tokens>, 3, 3, 2)
    """
    chosen, n_words, n_sentences = count_blocks(blocks, None if vocab is None else len(vocab))
    return _vocab(vocab, chosen), n_words, n_words, n_sentences


def source_keys(paths: list[str]) -> tuple[SourceKey, ...] | None:
    """Return `source_key` of every path, or None where one has none.

    Examples
    --------
    >>> source_keys(["-"]) is None
    True
    """
    keys = [key for key in map(source_key, paths) if key is not None]
    return tuple(keys) if len(keys) == len(paths) else None


def _rule(words: Words) -> list[Any] | Pruning:
    return words if isinstance(words, Pruning) else words.words


def _vocab(words: Words | None, chosen: Chosen | None) -> Vocab:
    """The vocabulary that there was, or that of the words that were chosen."""
    if isinstance(words, Vocab):
        return words
    assert chosen is not None
    return Vocab.from_chosen(chosen)


def _corpus(encoded: Encoded, source: tuple[SourceKey, ...] | None, weights: Any = None) -> TokenCorpus:
    if weights is not None:
        weights = _weights_of(weights, encoded)
    return TokenCorpus(encoded.ids, encoded.offsets, encoded.n_lines, encoded.n_words, source, weights)


def _weights_of(weights: Any, encoded: Encoded) -> Float32Array:
    """The weights of the stored sentences, from those of all, before empty ones went and long ones were cut."""
    try:
        array: Float32Array = np.asarray(weights, dtype=np.float32)
    except (TypeError, ValueError):
        kind = type(weights).__name__
        raise TypeError(f"sentence_weights: expected a sequence of numbers, got {kind}") from None
    if array.shape != encoded.ends.shape:
        n, shape = len(encoded.ends), array.shape
        raise ValueError(f"sentence_weights: expected one for each of {n} sentences, got an array of shape {shape}")
    if not (np.isfinite(array).all() and (array >= 0).all()):
        raise ValueError("sentence_weights: expected finite numbers of at least 0")
    return array[_origins(encoded)]


def _origins(encoded: Encoded) -> Int64Array:
    """The numbers of the stored sentences among all, of which empty ones went and long ones were cut."""
    return np.searchsorted(encoded.ends, encoded.offsets[:-1], side="right")
