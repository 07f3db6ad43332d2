"""How good vectors are: analogies, similarity, outliers, clusters, retrieval; by numpy alone."""

from w2v.evaluate.analogies import word_analogies
from w2v.evaluate.clusters import k_means, mutual_information, purity
from w2v.evaluate.measures import Score
from w2v.evaluate.outliers import outlier_positions
from w2v.evaluate.report import Report, evaluate_sets
from w2v.evaluate.retrieval import retrieve
from w2v.evaluate.runs import Runs, evaluate_runs
from w2v.evaluate.sets import read_set
from w2v.evaluate.similarity import word_pairs
from w2v.evaluate.statistics import Bootstrap, Correlation

__all__ = [
    "Bootstrap",
    "Correlation",
    "Report",
    "Runs",
    "Score",
    "evaluate_runs",
    "evaluate_sets",
    "k_means",
    "mutual_information",
    "outlier_positions",
    "purity",
    "read_set",
    "retrieve",
    "word_analogies",
    "word_pairs",
]
