"""The exceptions that are w2v's own. Each is also the built-in one that gensim users already catch."""


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


class VocabularyError(RuntimeError):
    """The vocabulary is missing or empty where one is needed."""


class MissingFileError(FileNotFoundError, TypeError):
    """A corpus file does not exist. gensim raises TypeError for it."""


class DivergedError(ValueError):
    """Training made the weights overflow: the learning rate was too high for the data."""
