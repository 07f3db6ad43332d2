"""Documents: words with tags, and corpora of them."""

import os
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from w2v.base.paths import Path, path_of
from w2v.inputs.corpora import brown_lines
from w2v.inputs.texts import text_lines

__all__ = ["TaggedBrownCorpus", "TaggedDocument", "TaggedLineDocument"]


class TaggedDocument(NamedTuple):
    """The words of a document, and its tags: names or numbers, under which its vector is learnt.

    Parameters
    ----------
    words : list of str
    tags : list of str or int
        Usually one of its own. Documents may share tags, such as a label or an author. Ints are rows of the vectors:
        number them from 0 on.

    Examples
    --------
    >>> TaggedDocument(["to", "be"], [0])
    TaggedDocument(words=['to', 'be'], tags=[0])
    """

    words: Sequence[Any]
    tags: Sequence[Any]

    def __str__(self) -> str:
        return f"{type(self).__name__}<{self.words}, {self.tags}>"


class TaggedLineDocument:
    """The lines of a file as documents, words between white space; the tag is the number of the line, from 0 on.

    Parameters
    ----------
    source : path or file
        Text in UTF-8, compressed or not. An open file is rewound each time.

    Examples
    --------
    >>> import io
    >>> [document.tags for document in TaggedLineDocument(io.StringIO("to be\\n\\nor not\\n"))]
    [[0], [1], [2]]
    """

    def __init__(self, source: Any) -> None:
        if not isinstance(source, str | os.PathLike) and not hasattr(source, "seek"):
            raise TypeError(f"source: expected a path or an open file, got {type(source).__name__}")
        self.source = source

    def __iter__(self) -> Iterator[TaggedDocument]:
        if not isinstance(self.source, str | os.PathLike):
            self.source.seek(0)
        for number, line in enumerate(text_lines(self.source)):
            yield TaggedDocument(line.split(), [number])


class TaggedBrownCorpus:
    """The sentences of the Brown corpus as documents, words with their tags: ``word/tg``; see `w2v.BrownCorpus`.

    The tag is ``file_SENT_number``.

    Parameters
    ----------
    dirname : path
        The folder.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> folder = pathlib.Path(tempfile.mkdtemp())
    >>> _ = (folder / "ca01").write_text("The/at jury/nn said/vbd ./.")
    >>> [document.words for document in TaggedBrownCorpus(folder)]
    [['the/at', 'jury/nn', 'said/vb']]
    """

    def __init__(self, dirname: Path) -> None:
        self.dirname: str = path_of(dirname, "dirname")

    def __iter__(self) -> Iterator[TaggedDocument]:
        for path, number, words in brown_lines(self.dirname):
            yield TaggedDocument(words, [f"{path}_SENT_{number}"])
