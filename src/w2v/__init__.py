"""word2vec, more than ten times faster, with gensim's interface."""

from w2v.errors import FormatError, TruncatedError, VocabularyError
from w2v.keyedvectors import KeyedVectors

__all__ = ["FormatError", "KeyedVectors", "TruncatedError", "VocabularyError"]
