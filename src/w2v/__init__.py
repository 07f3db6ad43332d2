"""word2vec, more than ten times faster, with gensim's interface."""

from w2v.callbacks import CallbackAny2Vec, StopTraining
from w2v.config import __version__, active_kernels, kernels, show_config
from w2v.corpus import LineSentence, TokenCorpus
from w2v.errors import DivergedError, FormatError, TruncatedError, VocabularyError
from w2v.keyedvectors import KeyedVectors
from w2v.model import Word2Vec
from w2v.postprocess import align
from w2v.vocab import Noise, Vocab

__all__ = [
    "CallbackAny2Vec",
    "DivergedError",
    "FormatError",
    "KeyedVectors",
    "LineSentence",
    "Noise",
    "StopTraining",
    "TokenCorpus",
    "TruncatedError",
    "Vocab",
    "VocabularyError",
    "Word2Vec",
    "__version__",
    "active_kernels",
    "align",
    "kernels",
    "show_config",
]
