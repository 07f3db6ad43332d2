"""LineSentence: the lines of a text file as lists of words."""

import itertools
import os
from collections.abc import Iterator, Sequence
from typing import Any

from w2v._core import LONGEST_SENTENCE
from w2v.inputs.files import is_stream, open_file


class LineSentence:
    """The lines of a file as lists of words, as often as they are asked for.

    Parameters
    ----------
    source : path or file
        Text in UTF-8; names in .gz, .bz2, .xz or .zst are decompressed, "-" is standard input. An open file, of bytes
        or text, is rewound each time.
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

    def __init__(self, source: Any, max_sentence_length: int = LONGEST_SENTENCE, limit: int | None = None) -> None:
        if not isinstance(source, str | os.PathLike) and not hasattr(source, "seek"):
            raise TypeError(f"source: expected a path or an open file, got {type(source).__name__}")
        self.source = source
        self.max_sentence_length = max_sentence_length
        self.limit = limit

    @property
    def one_shot(self) -> bool:
        """Whether it can be read once only: from standard input, from a pipe."""
        return isinstance(self.source, str | os.PathLike) and is_stream(os.fspath(self.source))

    def __iter__(self) -> Iterator[list[str]]:
        if isinstance(self.source, str | os.PathLike):
            with open_file(os.fspath(self.source)) as file:
                yield from self._sentences(file)
        else:
            self.source.seek(0)
            yield from self._sentences(self.source)

    def _sentences(self, file: Any) -> Iterator[list[str]]:
        for number, line in enumerate(itertools.islice(file, self.limit)):
            if isinstance(line, bytes):
                try:
                    line = line.decode("utf-8-sig" if number == 0 else "utf-8")
                except UnicodeDecodeError as error:
                    name = getattr(file, "name", "") if file is self.source else self.source
                    error.reason += f" ({name}: line {number + 1}: expected UTF-8)"
                    raise
            words = line.split()
            for start in range(0, len(words), self.max_sentence_length):
                yield words[start : start + self.max_sentence_length]


class Lines:
    """The lines of files as lists of words."""

    def __init__(self, paths: Sequence[str]) -> None:
        self.paths = paths

    @property
    def one_shot(self) -> bool:
        """Whether they can be read once only: from standard input, from a pipe."""
        return any(map(is_stream, self.paths))

    def __iter__(self) -> Iterator[list[str]]:
        for path in self.paths:
            yield from LineSentence(path)


def plain_path(sentences: Any) -> str | None:
    """Return the path of a `LineSentence` that stands for a whole plain file; None for anything else.

    Examples
    --------
    >>> plain_path(LineSentence("text")), plain_path(LineSentence("text", limit=3))
    ('text', None)
    """
    if (
        type(sentences) is LineSentence
        and isinstance(sentences.source, str | os.PathLike)
        and sentences.max_sentence_length == LONGEST_SENTENCE
        and sentences.limit is None
    ):
        return os.fspath(sentences.source)
    return None
