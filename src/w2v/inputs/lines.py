"""LineSentence: the lines of a text file as lists of words."""

import itertools
import os
from collections.abc import Iterator, Sequence
from typing import Any

from w2v._core import LONGEST_SENTENCE
from w2v.inputs.files import is_stream
from w2v.inputs.texts import text_lines


class LineSentence:
    """The lines of a file as lists of words, as often as they are asked for.

    Parameters
    ----------
    source : path or file
        Text in UTF-8, compressed or not; "-" is standard input. An open file, of bytes or text, is rewound each time.
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
        if not isinstance(source, str | os.PathLike) and not (hasattr(source, "seek") or hasattr(source, "read")):
            raise TypeError(f"source: expected a path or an open file, got {type(source).__name__}")
        self.source = source
        self.max_sentence_length = max_sentence_length
        self.limit = limit
        self._begun = False

    @property
    def one_shot(self) -> bool:
        """Whether it can be read once only: from standard input, from a pipe, from a file that cannot be rewound."""
        if isinstance(self.source, str | os.PathLike):
            return is_stream(os.fspath(self.source))
        return not getattr(self.source, "seekable", lambda: True)()

    def __iter__(self) -> Iterator[list[str]]:
        if not isinstance(self.source, str | os.PathLike):
            self._rewind()
        for line in itertools.islice(text_lines(self.source), self.limit):
            words = line.split()
            for start in range(0, len(words), self.max_sentence_length):
                yield words[start : start + self.max_sentence_length]

    def _rewind(self) -> None:
        """Go to the beginning of an open file."""
        if not self.one_shot:
            self.source.seek(0)
        elif self._begun:
            name = getattr(self.source, "name", type(self.source).__name__)
            raise ValueError(f"{name}: can be read once only, and has been; Word2Vec(..., cache=True) keeps it")
        self._begun = True


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
