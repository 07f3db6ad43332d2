"""FrozenPhrases: the phrases of a model alone, without the counts that they came from."""

import logging
import time
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from w2v._core import PhraseFinder, PhraseTable
from w2v.phrases.counts import PhraseCounts
from w2v.phrases.scoring import Scorer
from w2v.phrases.transformation import KINDS, CompiledTransformation, EditableDict, checked_words

__all__ = ["FrozenPhrases", "best_scores"]

logger = logging.getLogger(__name__)

_WAYS = 50_000  # words, and eighths of characters, in all ways to cut phrases, beyond one for each character of theirs


def best_scores(phrases: Mapping[tuple[str, ...], float], delimiter: str) -> dict[str, float]:
    """The highest score of each phrase as a string."""
    best: dict[str, float] = {}
    for words, score in phrases.items():
        phrase = delimiter.join(words)
        best[phrase] = max(score, best.get(phrase, score))
    return best


class FrozenPhrases(CompiledTransformation):
    """The phrases of a `Phrases` model without its counts.

    Parameters
    ----------
    phrases_model : Phrases

    Examples
    --------
    >>> from w2v import FrozenPhrases, Phrases
    >>> frozen = FrozenPhrases(Phrases([["new", "york", "is"], ["new", "york"]], min_count=1, threshold=0.1))
    >>> frozen.phrasegrams
    {'new_york': 1.25}
    """

    threshold: float
    min_count: float
    delimiter: str
    scoring: Scorer
    _made: tuple[Any, PhraseFinder] | None = None
    _phrasegrams: EditableDict | None = None

    def __init__(self, phrases_model: Any) -> None:
        if not isinstance(phrases_model, KINDS["Phrases"]):
            raise TypeError(f"expected Phrases, which have counts, got {type(phrases_model).__name__}")
        start = time.perf_counter()
        self.threshold = phrases_model.threshold
        self.min_count = phrases_model.min_count
        self.delimiter = phrases_model.delimiter
        self.scoring = phrases_model.scoring
        super().__init__(phrases_model.connector_words)
        logger.info("exporting phrases from %s", phrases_model)
        if phrases_model.replaced():
            self.phrasegrams = phrases_model.export_phrases()
        else:
            self._set(phrases_model._phrases())
        logger.info("exported %s from %s in %.2f s", self, phrases_model, time.perf_counter() - start)

    def __str__(self) -> str:
        settings = f"min_count={self.min_count}, threshold={self.threshold}"
        return f"{type(self).__name__}<{len(self.phrasegrams)} phrases, {settings}>"

    def __repr__(self) -> str:
        return str(self)

    def _set(self, phrases: dict[tuple[str, ...], float]) -> None:
        self._phrases = phrases
        self._phrasegrams = self._made = None

    @property
    def phrasegrams(self) -> dict[str, float]:
        """Scores of phrases by string. Change it to add phrases or to take some out."""
        if self._phrasegrams is None:
            self._phrasegrams = EditableDict(best_scores(self._phrases, self.delimiter))
        return self._phrasegrams

    @phrasegrams.setter
    def phrasegrams(self, scores: Mapping[str, float]) -> None:
        self._phrasegrams = EditableDict(scores)
        self._phrasegrams.edited = True
        self._made = None

    def _current(self) -> dict[tuple[str, ...], float]:
        """The phrases by their words, as changed through `phrasegrams`: such a phrase may be cut in any way."""
        if self._phrasegrams is not None and self._phrasegrams.edited:
            self._phrases, self._made = self._cut(self._phrasegrams), None
            self._phrasegrams.edited = False
        return self._phrases

    def _cut(self, scores: Mapping[str, float]) -> dict[tuple[str, ...], float]:
        """Phrases by their words, from strings; ValueError if one of many words can be cut in ways without end."""
        phrases = {}
        left = _WAYS + sum(map(len, scores))
        for phrase, score in scores.items():
            for words in _ways(phrase.split(self.delimiter), self.delimiter, self.connector_words):
                left -= len(words) + sum(map(len, words)) // 8
                if left < 0:
                    raise ValueError(f"{phrase[:40]!r}: expected a phrase of few words, got too many ways to cut it")
                phrases[words] = score
        return phrases

    def _finder(self) -> PhraseFinder:
        phrases = self._current()
        settings = (self.threshold, self.connector_words)
        if self._made is None or self._made[0] != settings:
            self._made = settings, self._make_finder(phrases)
        return self._made[1]

    def _make_finder(self, phrases: dict[tuple[str, ...], float]) -> PhraseFinder:
        counts = PhraseCounts(self.delimiter)
        words, offsets = counts.number(phrases)
        table = PhraseTable()
        table.add(words, offsets, np.arange(1, len(phrases) + 1))
        flags = counts.connector_flags(self.connector_words)
        scores = np.fromiter(phrases.values(), dtype=np.float64, count=len(phrases))
        joined = list(map(self.delimiter.join, phrases))
        return PhraseFinder(
            table, counts.words, flags, self.delimiter, "given", self.threshold, scores=scores, joined=joined
        )

    def score_candidate(self, word_a: str, word_b: str, in_between: list[str]) -> tuple[str | None, float | None]:
        """Return the phrase and its score, or (None, None) if this is none."""
        score = self._current().get((word_a, *checked_words(in_between), word_b))
        if score is None or not score > self.threshold:
            return None, None
        return self.delimiter.join([word_a, *in_between, word_b]), score

    def __getstate__(self) -> dict[str, Any]:
        self._current()
        return {name: value for name, value in vars(self).items() if name not in ("_phrasegrams", "_made")}


KINDS["FrozenPhrases"] = FrozenPhrases


def _ways(pieces: list[str], delimiter: str, connectors: frozenset[str]) -> Iterator[tuple[str, ...]]:
    """All ways to see pieces as a word, connectors, a word."""
    for end in range(1, len(pieces)):
        for start in range(end, len(pieces)):
            if start > end and pieces[start - 1] not in connectors:
                break
            first, last = delimiter.join(pieces[:end]), delimiter.join(pieces[start:])
            if first not in connectors and last not in connectors:
                yield first, *pieces[end:start], last
