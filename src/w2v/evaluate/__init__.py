"""How good vectors are: analogies, similarity, outliers, clusters, retrieval; by numpy alone."""

from w2v.evaluate._statistics import Correlation
from w2v.evaluate.analogies import word_analogies
from w2v.evaluate.similarity import word_pairs

__all__ = ["Correlation", "word_analogies", "word_pairs"]
