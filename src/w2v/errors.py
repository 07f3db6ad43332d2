"""The exceptions that are w2v's own. Each is also the built-in one that gensim users already catch."""


class FormatError(ValueError):
    """A file is not what it claims to be: truncated, malformed or damaged. The message says where."""


class TruncatedError(FormatError, EOFError):
    """A file ends before what it promises is there."""


class WrongKindError(FormatError, AttributeError):
    """A file holds something else than what was asked for: vectors instead of a model. gensim: AttributeError."""


class VocabularyError(RuntimeError):
    """The vocabulary is missing or empty where one is needed."""


class MissingFileError(FileNotFoundError, TypeError):
    """A corpus file does not exist. gensim raises TypeError for it."""


class DivergedError(ValueError):
    """Training made the weights overflow: the learning rate was too high for the data."""
