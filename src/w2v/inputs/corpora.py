"""Corpora of other shapes than one file with a sentence a line: folders, text8, the Brown corpus."""

import os
from collections.abc import Iterator
from contextlib import closing

from w2v._core import LONGEST_SENTENCE
from w2v.base.paths import Path, path_of
from w2v.inputs.blocks import BlockReader, reader_buffer
from w2v.inputs.lines import LineSentence
from w2v.inputs.texts import not_text, place_of, text_lines

__all__ = ["BrownCorpus", "PathLineSentences", "Text8Corpus", "brown_lines"]

_CHUNK = 1 << 16  # bytes


class PathLineSentences:
    """The lines of all files of a folder, in the order of their names, as lists of words.

    Parameters
    ----------
    source : path
        A folder, whose subfolders and hidden files are passed over, or a single file. The files are read as by
        `LineSentence`.
    max_sentence_length : int
        Longer lines come in pieces of this many words.
    limit : int or None
        Read only this many lines of each file.

    Raises
    ------
    ValueError
        There is neither a file nor a folder of this name.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> folder = pathlib.Path(tempfile.mkdtemp())
    >>> for name, text in (("b", "to be"), ("a", "or not")):
    ...     _ = (folder / name).write_text(text)
    >>> list(PathLineSentences(folder))
    [['or', 'not'], ['to', 'be']]
    """

    def __init__(self, source: Path, max_sentence_length: int = LONGEST_SENTENCE, limit: int | None = None) -> None:
        self.source: str = path_of(source, "source")
        self.max_sentence_length = max_sentence_length
        self.limit = limit
        if os.path.isdir(self.source):
            names = (name for name in sorted(os.listdir(self.source)) if not name.startswith("."))
            paths = (os.path.join(self.source, name) for name in names)
            self.input_files: list[str] = [path for path in paths if not os.path.isdir(path)]
        elif os.path.exists(self.source):
            self.input_files = [self.source]
        else:
            raise ValueError(f"{self.source}: input is neither a file nor a path of a folder")

    def __iter__(self) -> Iterator[list[str]]:
        for path in self.input_files:
            yield from LineSentence(path, self.max_sentence_length, self.limit)


class Text8Corpus:
    """The words of a file, whatever its lines, in sentences of equal length: for text8, which is one line.

    Parameters
    ----------
    fname : path
        Text in UTF-8, compressed or not.
    max_sentence_length : int
        Words in a sentence; the last may have fewer.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> path = pathlib.Path(tempfile.mkdtemp(), "text")
    >>> _ = path.write_text("to be or\\nnot to be")
    >>> list(Text8Corpus(path, max_sentence_length=4))
    [['to', 'be', 'or', 'not'], ['to', 'be']]
    """

    def __init__(self, fname: Path, max_sentence_length: int = LONGEST_SENTENCE) -> None:
        self.fname: str = path_of(fname, "fname")
        self.max_sentence_length = max_sentence_length

    def __iter__(self) -> Iterator[list[str]]:
        sentence: list[str] = []
        for words in _words(self.fname):
            sentence += words
            while len(sentence) >= self.max_sentence_length:
                yield sentence[: self.max_sentence_length]
                del sentence[: self.max_sentence_length]
        if sentence:
            yield sentence


def _words(path: str) -> Iterator[list[str]]:
    """The words of a text, some at a time."""
    reader, buffer = BlockReader([path], _CHUNK), reader_buffer(_CHUNK)
    with closing(reader):
        while block := reader.next(buffer):
            words = bytes(buffer[: block.length])
            try:
                yield words.decode("utf-8").split()
            except UnicodeDecodeError as error:
                raise not_text(error, place_of(path, block.offset + error.start), words) from None


class BrownCorpus:
    """The sentences of the Brown corpus, as NLTK has it, words with their tags: ``word/tg``.

    Words are in lower case, tags cut to two letters; words whose tags are not letters, such as punctuation, are left
    out, and lines without words.

    Parameters
    ----------
    dirname : path
        The folder; its files are read in the order of their names.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> folder = pathlib.Path(tempfile.mkdtemp())
    >>> _ = (folder / "ca01").write_text("The/at jury/nn said/vbd ./.")
    >>> list(BrownCorpus(folder))
    [['the/at', 'jury/nn', 'said/vb']]
    """

    def __init__(self, dirname: Path) -> None:
        self.dirname: str = path_of(dirname, "dirname")

    def __iter__(self) -> Iterator[list[str]]:
        return (words for _, _, words in brown_lines(self.dirname))


def brown_lines(dirname: str) -> Iterator[tuple[str, int, list[str]]]:
    """Yield the lines of a folder's files that have words: the path, the number of the line, from 0 on, and the words.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> folder = pathlib.Path(tempfile.mkdtemp())
    >>> _ = (folder / "ca01").write_text("./.\\nThe/at jury/nn-hl said/vbd ./.")
    >>> [(number, words) for path, number, words in brown_lines(str(folder))]
    [(1, ['the/at', 'jury/nn', 'said/vb'])]
    """
    for name in sorted(os.listdir(dirname)):
        path = os.path.join(dirname, name)
        for number, line in enumerate(text_lines(path) if os.path.isfile(path) else ()):
            if words := _brown_words(line):
                yield path, number, words


def _brown_words(line: str) -> list[str]:
    pairs = (token.split("/") for token in line.split() if token.count("/") == 1)
    return [f"{word.lower()}/{tag[:2]}" for word, tag in pairs if tag[:2].isalpha()]
