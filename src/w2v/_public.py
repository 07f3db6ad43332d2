"""The public names, and nothing else."""

from w2v.callbacks import CallbackAny2Vec, StopTraining
from w2v.combining import ensemble
from w2v.config import __version__, active_kernels, kernels, show_config
from w2v.corpus.noise import Noise
from w2v.corpus.tokens import TokenCorpus
from w2v.corpus.vocab import Vocab
from w2v.doc2vec import Doc2Vec, TaggedDocument
from w2v.ensembles import train_vectors
from w2v.errors import ClusterError, DeviceError, DivergedError, FormatError, TruncatedError, VocabularyError
from w2v.fasttext import FastText
from w2v.graphs import Graph, Walks, walks
from w2v.inputs.columns import JsonLines, ParquetColumn
from w2v.inputs.corpora import BrownCorpus, PathLineSentences, Text8Corpus
from w2v.inputs.ids import Ids
from w2v.inputs.lines import LineSentence
from w2v.keyedvectors import KeyedVectors
from w2v.model import Word2Vec
from w2v.phrases.phrases import ENGLISH_CONNECTOR_WORDS, FrozenPhrases, Phraser, Phrases
from w2v.postprocess import align
from w2v.training.pairs import PairModel
from w2v.utils import simple_preprocess

__all__ = [
    "ENGLISH_CONNECTOR_WORDS",
    "BrownCorpus",
    "CallbackAny2Vec",
    "ClusterError",
    "DeviceError",
    "DivergedError",
    "Doc2Vec",
    "FastText",
    "FormatError",
    "FrozenPhrases",
    "Graph",
    "Ids",
    "JsonLines",
    "KeyedVectors",
    "LineSentence",
    "Noise",
    "PairModel",
    "ParquetColumn",
    "PathLineSentences",
    "Phraser",
    "Phrases",
    "StopTraining",
    "TaggedDocument",
    "Text8Corpus",
    "TokenCorpus",
    "TruncatedError",
    "Vocab",
    "VocabularyError",
    "Walks",
    "Word2Vec",
    "__version__",
    "active_kernels",
    "align",
    "ensemble",
    "kernels",
    "show_config",
    "simple_preprocess",
    "train_vectors",
    "walks",
]
