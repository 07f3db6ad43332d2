"""Corpora of other shapes than one file with a sentence a line: folders, text8, the Brown corpus."""

import itertools
import os
from collections.abc import Iterator
from typing import Any

from w2v._core import LONGEST_SENTENCE
from w2v.base.paths import Path
from w2v.inputs.files import OPENERS
from w2v.inputs.lines import LineSentence

__all__ = ["BrownCorpus", "PathLineSentences", "Text8Corpus"]

_CHUNK = 1 << 16  # bytes


class PathLineSentences:
    """The lines of all files of a folder, in the order of their names, as lists of words.

    Parameters
    ----------
    source : path
        A folder, whose subfolders are passed over, or a single file. The files are read as by `LineSentence`.
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
        self.source: str = os.fspath(source)
        self.max_sentence_length = max_sentence_length
        self.limit = limit
        if os.path.isdir(self.source):
            paths = (os.path.join(self.source, name) for name in sorted(os.listdir(self.source)))
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
        Text in UTF-8; names in .gz, .bz2 or .xz are decompressed.
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
        self.fname = fname
        self.max_sentence_length = max_sentence_length

    def __iter__(self) -> Iterator[list[str]]:
        sentence: list[str] = []
        with _opened(self.fname) as file:
            for words in _words(file):
                sentence += words
                while len(sentence) >= self.max_sentence_length:
                    yield sentence[: self.max_sentence_length]
                    del sentence[: self.max_sentence_length]
        if sentence:
            yield sentence


def _opened(path: Path) -> Any:
    opener = OPENERS.get(os.path.splitext(path)[1], open)
    return opener(path, "rt", encoding="utf-8-sig")


def _words(file: Any) -> Iterator[list[str]]:
    """The words of an open text, some at a time."""
    rest = ""
    for text in itertools.chain(iter(lambda: file.read(_CHUNK), ""), [" "]):
        words = (rest + text).split()
        rest = "" if text[-1].isspace() or not words else words.pop()
        yield words


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
        self.dirname = dirname

    def __iter__(self) -> Iterator[list[str]]:
        for name in sorted(os.listdir(self.dirname)):
            path = os.path.join(self.dirname, name)
            if not os.path.isfile(path):
                continue
            with _opened(path) as file:
                for line in file:
                    pairs = (token.split("/") for token in line.split() if token.count("/") == 1)
                    words = [f"{word.lower()}/{tag[:2]}" for word, tag in pairs if tag[:2].isalpha()]
                    if words:
                        yield words
