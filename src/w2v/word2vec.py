"""gensim's module of this name: ``from w2v import word2vec`` instead of ``from gensim.models import word2vec``."""

from w2v._core import LONGEST_SENTENCE
from w2v.inputs.corpora import BrownCorpus, PathLineSentences, Text8Corpus
from w2v.inputs.lines import LineSentence
from w2v.keyedvectors import KeyedVectors
from w2v.model import Word2Vec

__all__ = [
    "CORPUSFILE_VERSION",
    "FAST_VERSION",
    "MAX_WORDS_IN_BATCH",
    "BrownCorpus",
    "KeyedVectors",
    "LineSentence",
    "PathLineSentences",
    "Text8Corpus",
    "Word2Vec",
]

MAX_WORDS_IN_BATCH = LONGEST_SENTENCE  # sentences longer than that are trained in pieces; nothing is left out
FAST_VERSION = CORPUSFILE_VERSION = 1  # 0 and more says in gensim that compiled code is there
