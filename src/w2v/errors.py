"""The exceptions that are w2v's own. Each is also the built-in one that gensim users already catch."""

from collections.abc import Callable
from typing import Any


class FormatError(ValueError):
    """A file is not what it claims to be: truncated, malformed or damaged. The message says where."""


class TruncatedError(FormatError, EOFError):
    """A file ends before what it promises is there."""


class EncodingError(FormatError, UnicodeDecodeError):
    """A word of a file is not in the encoding that it should be in. The message says where, and what can be done."""

    @classmethod
    def of(cls, error: UnicodeDecodeError, place: str, word: bytes) -> "EncodingError":
        """The same error with the file and the place in it, such as "vectors.txt: line 3"."""
        what = f"expected a word in {error.encoding}, got {word[:60]!r} ({error.reason})"
        message = f"{place}: {what}; unicode_errors='replace' reads on, and encoding= names another"
        return cls(error.encoding, error.object, error.start, error.end, message)

    def __str__(self) -> str:
        return self.reason


class WrongKindError(FormatError, AttributeError):
    """A file holds something else than what was asked for: vectors instead of a model. gensim: AttributeError."""


class ClassifierError(FormatError, NotImplementedError):
    """A file of fastText holds a classifier, not vectors of words. gensim: NotImplementedError."""


class VocabularyError(RuntimeError):
    """The vocabulary is missing or empty where one is needed."""


class MissingKeyError(KeyError):
    """A key that is not there. Its message asks "did you mean ...?", for which keys are looked through when it is read.

    So a program that asks for many unknown words, and catches the error, pays for no search.
    """

    def __init__(self, key: Any, hint: Callable[[Any], str] | None = None) -> None:
        super().__init__(f"Key {key!r} not present")
        self.key, self._hint = key, hint

    def __str__(self) -> str:
        return f"{self.args[0]}{self._hint(self.key) if self._hint else ''}"

    def __reduce__(self) -> tuple[type[KeyError], tuple[str]]:
        return KeyError, (str(self),)  # not all the keys


class MissingFileError(FileNotFoundError, TypeError):
    """A corpus file does not exist. gensim raises TypeError for it."""


class DivergedError(ValueError):
    """Training made the weights overflow: the learning rate was too high for the data."""


class DeviceError(RuntimeError):
    """A card cannot be used: there is no driver or no such card, it is too old, or its memory is too small."""


class ClusterError(RuntimeError):
    """Nodes of a cluster are lost, or do not fit together. The message says which."""
