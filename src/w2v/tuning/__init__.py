"""Which settings suit a corpus? Random search with successive halving, on a measure that you name."""

from w2v.tuning.ranges import RANGES, Range, candidates
from w2v.tuning.result import Trial, Tuning
from w2v.tuning.search import tune

__all__ = ["RANGES", "Range", "Trial", "Tuning", "candidates", "tune"]
