"""What a user has, as ids: text files and iterables of sentences become a Vocab and a TokenCorpus."""

import numpy as np

from w2v.corpus.tokens import TokenCorpus
from w2v.corpus.vocab import Vocab
from w2v.errors import MissingFileError
from w2v.inputs.blocks import source_key
from w2v.inputs.cache import Storage
from w2v.inputs.files import expand
from w2v.inputs.ids import as_ids, count_blocks, encode_blocks, encode_ids, is_ids
from w2v.inputs.lines import Lines, plain_path
from w2v.inputs.objects import count_objects, encode_sentences
from w2v.inputs.pruning import Pruning
from w2v.inputs.reading import encode_files

UNREADABLE = (".lz4", ".zip", ".7z")


def encode_file(
    path,
    *,
    vocab=None,
    min_count=5,
    max_vocab_size=None,
    max_final_vocab=None,
    workers=1,
    sorted_vocab=True,
    trim_rule=None,
    progress=False,
    storage=None,
):
    """Turn text files into ids, reading them once.

    The text is UTF-8, a sentence a line, words between whitespace, as in ``line.split()``; bytes that are not UTF-8 are
    an error only in words that stay. The result does not depend on the number of workers.

    Parameters
    ----------
    path : path or sequence of paths
        Of files, folders (their files by name; not those of folders within) or patterns such as ``"part-*.txt"``. Names
        ending in .gz, .bz2, .xz or .zst are decompressed, ``"-"`` is standard input.
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
    paths = expand(path)
    for path in paths:
        if path.endswith(UNREADABLE):
            raise TypeError(f"{path}: expected plain text, or one of .gz, .bz2, .xz, .zst, got another compressed file")
    pruning = Pruning(min_count, max_vocab_size, max_final_vocab, sorted_vocab, trim_rule)
    if vocab is None and trim_rule is not None and max_vocab_size:  # C cannot ask the rule while it counts
        return _encode_sentences(Lines(paths), None, pruning, workers, progress, storage)
    return _encode_paths(paths, vocab, pruning, workers, progress, storage)


def encode_iterable(
    sentences,
    *,
    vocab=None,
    min_count=5,
    max_vocab_size=None,
    max_final_vocab=None,
    workers=1,
    sorted_vocab=True,
    trim_rule=None,
    progress=False,
    storage=None,
    weights=None,
):
    """Turn sentences into ids in one pass; a `LineSentence` over a path takes the road of `encode_file`.

    Parameters
    ----------
    sentences : iterable of sequences
        Each a sequence of tokens, str or other hashables.
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
    path = plain_path(sentences)
    if path is not None and weights is None and not (vocab is None and trim_rule is not None and max_vocab_size):
        return _encode_paths([path], vocab, pruning, workers, progress, storage)
    return _encode_sentences(sentences, vocab, pruning, workers, progress, storage, weights)


def encode_rows(ids, vocab=None, storage=None, weights=None):
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
    return _result(vocab, chosen, encoded, None, weights)


def count_sentences(sentences, vocab=None, rows=False, workers=1, trim_rule=None, progress=False, **settings):
    """Count sentences, or blocks of ids that are `rows`, without keeping them.

    The other arguments are those of `encode_iterable`. Returns the vocabulary and the numbers of words in it, of words
    and of sentences.

    Examples
    --------
    >>> count_sentences([["to", "be"], ["to"]], min_count=2)
    (Vocab<1 words, 2 tokens>, 2, 3, 2)
    """
    if rows:
        chosen, n_words, n_sentences = count_blocks(sentences, None if vocab is None else len(vocab))
        return (vocab or Vocab._chosen(chosen)), n_words, n_words, n_sentences
    pruning = Pruning(trim_rule=trim_rule, **settings)
    words = None if vocab is None else vocab.words
    counted, *numbers = count_objects(sentences, pruning, words, workers, progress)
    return (vocab or Vocab._chosen(counted)), *numbers


def source_keys(paths):
    """Return `source_key` of every path, or None where one has none.

    Examples
    --------
    >>> source_keys(["-"]) is None
    True
    """
    keys = tuple(source_key(path) for path in paths)
    return None if None in keys else keys


def _encode_paths(paths, vocab, pruning, workers, progress, storage):
    try:
        source = source_keys(paths)
        words = None if vocab is None else vocab.words
        chosen, encoded = encode_files(paths, pruning, workers, words, progress, storage=storage)
    except FileNotFoundError as error:
        raise MissingFileError(*error.args, error.filename) from None
    if source is not None and source_keys(paths) != source:
        raise OSError(f"{', '.join(paths)}: changed while being read")
    return _result(vocab, chosen, encoded, source)


def _encode_sentences(sentences, vocab, pruning, workers, progress, storage, weights=None):
    words = None if vocab is None else vocab.words
    chosen, encoded = encode_sentences(sentences, pruning, words, workers, progress, storage)
    return _result(vocab, chosen, encoded, None, weights)


def _result(vocab, chosen, encoded, source, weights=None):
    vocab = Vocab._chosen(chosen) if vocab is None else vocab
    if weights is not None:
        weights = _weights_of(weights, encoded)
    return vocab, TokenCorpus(encoded.ids, encoded.offsets, encoded.n_lines, encoded.n_words, source, weights)


def _weights_of(weights, encoded):
    """The weights of the stored sentences, from those of all, before empty ones went and long ones were cut."""
    try:
        weights = np.asarray(weights, dtype=np.float32)
    except (TypeError, ValueError):
        kind = type(weights).__name__
        raise TypeError(f"sentence_weights: expected a sequence of numbers, got {kind}") from None
    if weights.shape != encoded.ends.shape:
        n, shape = len(encoded.ends), weights.shape
        raise ValueError(f"sentence_weights: expected one for each of {n} sentences, got an array of shape {shape}")
    if not (np.isfinite(weights).all() and (weights >= 0).all()):
        raise ValueError("sentence_weights: expected finite numbers of at least 0")
    return weights[np.searchsorted(encoded.ends, encoded.offsets[:-1], side="right")]
