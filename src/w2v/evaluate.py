"""How good vectors are: analogy questions and word similarity, by numpy alone."""

import math
from typing import NamedTuple

import numpy as np

__all__ = ["Correlation", "word_analogies", "word_pairs"]

_BLOCK = 256  # questions scored at once: 256 rows of 30,000 float32 scores are 30 MB


class Correlation(NamedTuple):
    """A correlation coefficient and the two-sided p-value of there being none."""

    statistic: float
    pvalue: float


def word_analogies(words, vectors, questions_path, restrict_vocab=30000, case_insensitive=True, dummy4unknown=False):
    """Answer the questions "a is to b as c is to ?" of a file.

    The answer is the word nearest to unit(b) - unit(a) + unit(c), other than a, b and c themselves.

    Parameters
    ----------
    words : sequence of str
        The vocabulary, most frequent first.
    vectors : array of shape (len(words), vector_size)
    questions_path : path
        Lines of four words, in sections that start with a line ``: name``. Other lines are skipped.
    restrict_vocab : int or None
        Use only this many words, the most frequent ones.
    case_insensitive : bool
        Compare words in upper case; of words that differ in case only, the most frequent is asked.
    dummy4unknown : bool
        Count questions with an unknown word as wrong, instead of leaving them out.

    Returns
    -------
    score : float
        Correct answers over all answers; 0.0 if there are none.
    sections : list of dict
        ``section`` (name), ``correct`` and ``incorrect`` (tuples of the four words); the last is "Total accuracy".

    Examples
    --------
    >>> import pathlib, tempfile
    >>> path = pathlib.Path(tempfile.mkdtemp(), "questions.txt")
    >>> _ = path.write_text(": royals\\nman king woman queen\\n")
    >>> words = ["man", "woman", "king", "queen"]
    >>> vectors = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [1.0, 0.0, 1.0], [0.0, 1.0, 1.0]]
    >>> score, sections = word_analogies(words, vectors, path)
    >>> score, sections[0]["correct"]
    (1.0, [('MAN', 'KING', 'WOMAN', 'QUEEN')])
    """
    fold = str.upper if case_insensitive else str
    sections = _read_questions(questions_path, fold)
    words = words[:restrict_vocab]
    groups, index = _group(words, fold)
    known = [question for section in sections for question in section["questions"] if all(word in index for word in question)]
    asked = np.array([[index[word] for word in question] for question in known], dtype=np.intp).reshape(-1, 4)
    right = _answer(_unit_rows(np.asarray(vectors)[: len(words)]), groups, asked)
    return _grade(sections, dict(zip(known, right, strict=True)), dummy4unknown)


def word_pairs(words, vectors, path, delimiter="\t", restrict_vocab=300000, case_insensitive=True, dummy4unknown=False):
    """Compare cosine similarities with people's judgements.

    Parameters
    ----------
    words, vectors, restrict_vocab, case_insensitive
        As for `word_analogies`.
    path : path
        Lines of word, word, judgement. Lines that start with ``#`` or do not parse are skipped.
    delimiter : str
        What separates the three.
    dummy4unknown : bool
        Give pairs with an unknown word the similarity 0, instead of leaving them out.

    Returns
    -------
    pearson, spearman : Correlation
        Of similarities and judgements, and of their ranks; NaN where either does not vary.
    oov_ratio : float
        Percentage of pairs with an unknown word.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> path = pathlib.Path(tempfile.mkdtemp(), "pairs.tsv")
    >>> _ = path.write_text("cat\\tdog\\t9\\ncat\\tcow\\t7\\ncat\\tcar\\t1\\n")
    >>> vectors = [[1.0, 0.0], [0.9, 0.1], [0.5, 0.5], [0.0, 1.0]]
    >>> pearson, spearman, oov_ratio = word_pairs(["cat", "dog", "cow", "car"], vectors, path)
    >>> round(spearman.statistic, 6), oov_ratio
    (1.0, 0.0)
    """
    fold = str.upper if case_insensitive else str
    words = words[:restrict_vocab]
    _, index = _group(words, fold)
    pairs = _read_pairs(path, delimiter, fold)
    known = [(index[a], index[b], judged) for a, b, judged in pairs if a in index and b in index]
    kept = len(pairs) if dummy4unknown else len(known)
    if not kept:
        raise ValueError(f"{path}: expected pairs of known words with a judgement, got {len(pairs)} pairs, none of them known")
    first, second, judged = (np.array(column) for column in zip(*known, strict=True)) if known else ([], [], [])
    similarity = _cosines(np.asarray(vectors), first, second)
    if dummy4unknown:
        unknown = [judgement for a, b, judgement in pairs if a not in index or b not in index]
        judged = np.append(judged, unknown)
        similarity = np.append(similarity, np.zeros(len(unknown)))
    oov_ratio = 100.0 * (len(pairs) - len(known)) / len(pairs)
    return _correlation(similarity, judged), _correlation(_ranks(similarity), _ranks(judged)), oov_ratio
