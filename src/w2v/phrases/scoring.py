"""How likely words that come together are a phrase: scores from their counts."""

import inspect
import math
import sys
from collections.abc import Callable
from numbers import Real
from typing import Any

ENGLISH_CONNECTOR_WORDS = frozenset(
    ("a", "an", "the", "for", "of", "with", "without", "at", "from", "to", "in", "on", "by", "and", "or")
)
"""English articles, prepositions and conjunctions that may stand inside a phrase."""

_PARAMETERS = ("worda_count", "wordb_count", "bigram_count", "len_vocab", "min_count", "corpus_word_count")

Scorer = Callable[..., float]


def original_scorer(
    worda_count: int, wordb_count: int, bigram_count: int, len_vocab: int, min_count: float, corpus_word_count: int
) -> float:
    """Return (bigram_count - min_count) / (worda_count * wordb_count) * len_vocab, the score of Mikolov et al. (2013).

    Parameters
    ----------
    worda_count, wordb_count, bigram_count : int
        How often the first word, the last word and the phrase occur.
    len_vocab : int
        Number of different words and phrases.
    min_count : float
    corpus_word_count : int
        Not used.

    Examples
    --------
    >>> original_scorer(10, 10, 9, len_vocab=1000, min_count=5, corpus_word_count=5000)
    40.0
    """
    if worda_count * wordb_count == 0:
        return -math.inf
    return (bigram_count - min_count) / float(worda_count * wordb_count) * len_vocab


def npmi_scorer(
    worda_count: int, wordb_count: int, bigram_count: int, len_vocab: int, min_count: float, corpus_word_count: int
) -> float:
    """Return the normalized pointwise mutual information of Bouma (2009), from -1 to 1: ln(p / (p_a * p_b)) / -ln(p).

    Each p is a count / corpus_word_count. Below min_count, or where a count is 0, the score is -infinity.

    Parameters
    ----------
    worda_count, wordb_count, bigram_count : int
        How often the first word, the last word and the phrase occur.
    len_vocab : int
        Not used.
    min_count : float
    corpus_word_count : int
        Number of words in the text.

    Examples
    --------
    >>> round(npmi_scorer(10, 10, 10, len_vocab=0, min_count=5, corpus_word_count=1000), 12)
    1.0
    """
    if bigram_count < min_count or not (worda_count and wordb_count and bigram_count and corpus_word_count):
        return -math.inf
    total = float(corpus_word_count)
    p = bigram_count / total
    if p == 1:
        return 1.0  # what it tends to for words that only come together
    return math.log(p / (worda_count / total * (wordb_count / total))) / -math.log(p)


SCORERS: dict[str, Scorer] = {"default": original_scorer, "npmi": npmi_scorer}


def check_numbers(min_count: Any, threshold: Any, max_vocab_size: Any, progress_per: Any) -> None:
    """Raise TypeError or ValueError, by name, for what will not do as a setting of `w2v.Phrases`.

    Examples
    --------
    >>> check_numbers(min_count=5, threshold=10.0, max_vocab_size=40_000_000, progress_per=0)
    Traceback (most recent call last):
    ValueError: progress_per: expected at least 1 sentence, got 0
    """
    numbers = {"min_count": min_count, "threshold": threshold, "max_vocab_size": max_vocab_size}
    for name, number in {**numbers, "progress_per": progress_per}.items():
        if not isinstance(number, Real):
            raise TypeError(f"{name}: expected a number, got {number!r}")
    if not min_count > 0:
        raise ValueError(f"min_count should be at least 1, got {min_count}")
    check_progress_per(progress_per)


def check_progress_per(sentences: float) -> None:
    """Raise ValueError unless there is progress to tell of after so many sentences."""
    if not sentences >= 1:
        raise ValueError(f"progress_per: expected at least 1 sentence, got {sentences}")


def scorer_of(scoring: Any, threshold: float) -> Scorer:
    """Return the scoring function for a name or a function; ValueError if it or the threshold will not do.

    Examples
    --------
    >>> scorer_of("npmi", 0.5).__name__
    'npmi_scorer'
    """
    if scoring == "default" and not threshold > 0:
        raise ValueError(f"threshold should be positive for default scoring, got {threshold}")
    if scoring == "npmi" and not -1 <= threshold <= 1:
        raise ValueError(f"threshold should be between -1 and 1 for npmi scoring, got {threshold}")
    if isinstance(scoring, str):
        if scoring not in SCORERS:
            raise ValueError(f"unknown scoring method string {scoring} specified; expected 'default' or 'npmi'")
        return SCORERS[scoring]
    if not callable(scoring):
        raise TypeError(f"scoring: expected 'default', 'npmi' or a function, got {type(scoring).__name__}")
    parameters = inspect.signature(scoring).parameters
    if not any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters.values()):
        missing = [name for name in _PARAMETERS if name not in parameters]
        if missing:
            raise ValueError(f"scoring function missing expected parameters {missing}")
    scorer: Scorer = scoring
    return scorer


def scorer_name(scorer: Scorer) -> str:
    """Return the name by which files know a scoring function: "default", "npmi" or "module:function".

    Examples
    --------
    >>> scorer_name(npmi_scorer)
    'npmi'
    """
    for name, known in SCORERS.items():
        if scorer is known:
            return name
    name = f"{getattr(scorer, '__module__', '')}:{getattr(scorer, '__qualname__', '')}"
    if _loaded(name) is not scorer:
        raise ValueError(f"scoring: expected a function of a module, which can be named in a file, got {scorer!r}")
    return name


def scorer_named(name: str) -> Scorer | None:
    """Return the scoring function of this name, or None if it is not loaded: no file can make us import anything."""
    scorer = SCORERS.get(name) or _loaded(name)
    try:
        return scorer_of(scorer, 0)
    except (TypeError, ValueError):
        return None


def _loaded(name: str) -> Any:
    module, _, path = name.partition(":")
    found: Any = sys.modules.get(module)
    for part in path.split("."):
        found = getattr(found, part, None)
    return found
