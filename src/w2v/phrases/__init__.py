"""Phrases: words and pairs are counted, and those that belong together are joined, as in gensim."""

from w2v.phrases.phrases import FrozenPhrases, Phraser, Phrases
from w2v.phrases.scoring import ENGLISH_CONNECTOR_WORDS, npmi_scorer, original_scorer

__all__ = ["ENGLISH_CONNECTOR_WORDS", "FrozenPhrases", "Phraser", "Phrases", "npmi_scorer", "original_scorer"]
