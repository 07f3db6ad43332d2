"""What a user has, as ids: text files and iterables of sentences become a Vocab and a TokenCorpus."""

import itertools
import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from w2v.blocks import OPENERS, source_key
from w2v.encode import encode_files
from w2v.errors import MissingFileError
from w2v.numbering import encode_sentences
from w2v.pruning import Pruning
from w2v.vocab import Vocab

__all__ = ["LineSentence", "TokenCorpus", "encode_file", "encode_iterable"]

_LONGEST_SENTENCE = 10000
_UNREADABLE = (*OPENERS, ".zst", ".lz4")  # as a corpus file; a LineSentence reads some of them


@dataclass(frozen=True, eq=False)
class TokenCorpus:
    """Sentences as ids of a vocabulary, one after another; words outside the vocabulary are left out.

    Parameters
    ----------
    ids : int32 array
    offsets : int64 array
        Sentence i is ``ids[offsets[i]:offsets[i + 1]]``; none is empty, and none longer than 10,000: longer ones are
        stored as several. ``len(corpus)`` counts these.
    n_sentences : int
        Sentences of the source: lines with at least one word, or items of the iterable.
    n_words_raw : int
        Words of the source, in the vocabulary or not.
    source : tuple or None
        (absolute path, size, mtime_ns) of the file, by which the same text is known again.

    Examples
    --------
    >>> vocab, corpus = encode_iterable([["to", "be"], ["or"], ["not", "to", "be"]], min_count=2)
    >>> [[vocab.words[id] for id in sentence] for sentence in corpus]
    [['to', 'be'], ['to', 'be']]
    >>> len(corpus), corpus.n_sentences, corpus.n_words_raw
    (2, 3, 6)
    """

    ids: np.ndarray
    offsets: np.ndarray
    n_sentences: int
    n_words_raw: int
    source: tuple[str, int, int] | None = None

    def __len__(self):
        return len(self.offsets) - 1

    def __getitem__(self, number):
        """Return a sentence as a view of its ids."""
        if not -len(self) <= number < len(self):
            raise IndexError(f"sentence {number} of {len(self)}")
        number %= len(self)
        return self.ids[self.offsets[number] : self.offsets[number + 1]]


class LineSentence:
    """The lines of a file as lists of words, as often as they are asked for.

    Parameters
    ----------
    source : path or file
        Text in UTF-8; names in .gz, .bz2 or .xz are decompressed. An open file, of bytes or text, is rewound each time.
    max_sentence_length : int
        Longer lines come in pieces of this many words.
    limit : int or None
        Read only this many lines.

    Examples
    --------
    >>> import io
    >>> list(LineSentence(io.StringIO("to be or\\n\\nnot to be\\n"), max_sentence_length=2))
    [['to', 'be'], ['or'], ['not', 'to'], ['be']]
    """

    def __init__(
        self, source: Any, max_sentence_length: int = _LONGEST_SENTENCE, limit: int | None = None
    ) -> None:
        self.source = source
        self.max_sentence_length = max_sentence_length
        self.limit = limit

    def __iter__(self) -> Iterator[list[str]]:
        if isinstance(self.source, str | os.PathLike):
            opener = OPENERS.get(os.path.splitext(self.source)[1], open)
            with opener(self.source, "rb") as file:
                yield from self._sentences(file)
        else:
            self.source.seek(0)
            yield from self._sentences(self.source)

    def _sentences(self, file: Any) -> Iterator[list[str]]:
        for number, line in enumerate(itertools.islice(file, self.limit)):
            if isinstance(line, bytes):
                line = line.decode("utf-8-sig" if number == 0 else "utf-8")
            words = line.split()
            for start in range(0, len(words), self.max_sentence_length):
                yield words[start : start + self.max_sentence_length]


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
):
    """Turn a text file into ids, reading it once.

    The text is UTF-8, a sentence a line, words between whitespace, as in ``line.split()``; bytes that are not UTF-8 are
    an error only in words that stay. The result does not depend on the number of workers.

    Parameters
    ----------
    path : path
        ``"-"`` is standard input.
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
    path = os.fspath(path)
    if path.endswith(_UNREADABLE):
        raise TypeError(f"{path}: expected plain text, got a compressed file; LineSentence reads those")
    pruning = Pruning(min_count, max_vocab_size, max_final_vocab, sorted_vocab, trim_rule)
    if vocab is None and trim_rule is not None and max_vocab_size:
        return _encode_sentences(LineSentence(path), None, pruning, progress)  # C cannot ask the rule while it counts
    return _encode_path(path, vocab, pruning, workers, progress)


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
):
    """Turn sentences into ids in one pass; a `LineSentence` over a path takes the road of `encode_file`.

    Parameters
    ----------
    sentences : iterable of sequences
        Each a sequence of tokens, str or other hashables.
    vocab, min_count, max_vocab_size, max_final_vocab, workers, sorted_vocab, trim_rule, progress
        As for `encode_file`. If max_vocab_size made words drop, the sentences are read a second time; where they cannot
        be (a generator), words that were dropped and came back lack the tokens from before.

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
    if path is not None and not (vocab is None and trim_rule is not None and max_vocab_size):
        return _encode_path(path, vocab, pruning, workers, progress)
    return _encode_sentences(sentences, vocab, pruning, progress)


def plain_path(sentences):
    """Return the path of a `LineSentence` that stands for a whole plain file; None for anything else.

    Examples
    --------
    >>> plain_path(LineSentence("text")), plain_path(LineSentence("text", limit=3))
    ('text', None)
    """
    if (
        type(sentences) is LineSentence
        and isinstance(sentences.source, str | os.PathLike)
        and sentences.max_sentence_length == _LONGEST_SENTENCE
        and sentences.limit is None
    ):
        return os.fspath(sentences.source)
    return None


def _encode_path(path, vocab, pruning, workers, progress):
    try:
        source = source_key(path)
        words = None if vocab is None else vocab.words
        chosen, encoded = encode_files([path], pruning, workers, words, progress)
    except FileNotFoundError as error:
        raise MissingFileError(*error.args, error.filename) from None
    if source is not None and source_key(path) != source:
        raise OSError(f"{path}: changed while it was read")
    return _result(vocab, chosen, encoded, source)


def _encode_sentences(sentences, vocab, pruning, progress):
    chosen, encoded = encode_sentences(sentences, pruning, None if vocab is None else vocab.index, progress)
    return _result(vocab, chosen, encoded, None)


def _result(vocab, chosen, encoded, source):
    vocab = Vocab._chosen(chosen) if vocab is None else vocab
    return vocab, TokenCorpus(encoded.ids, encoded.offsets, encoded.n_lines, encoded.n_words, source)
