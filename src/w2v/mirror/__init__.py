"""word2vec.c to the bit: its training, phrases, queries and files."""

from w2v.mirror.training import MirrorResult, Settings, Vocabulary, Watch, classes, fit, learn_vocabulary, train

__all__ = ["MirrorResult", "Settings", "Vocabulary", "Watch", "classes", "fit", "learn_vocabulary", "train"]
