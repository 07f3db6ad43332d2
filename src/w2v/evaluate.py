"""How good vectors are: analogy questions and word similarity, by numpy alone."""

import math
from typing import Any, NamedTuple

import numpy as np

__all__ = ["Correlation", "word_analogies", "word_pairs"]

_BLOCK = 256  # questions scored at once: 256 rows of 30,000 float32 scores are 30 MB


class Correlation(NamedTuple):
    """A correlation coefficient and the two-sided p-value of there being none."""

    statistic: float
    pvalue: float


def word_analogies(
    words,
    vectors,
    questions_path,
    restrict_vocab=30000,
    case_insensitive=True,
    dummy4unknown=False,
    similarity_function="most_similar",
):
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
    similarity_function : "most_similar" or "most_similar_cosmul"
        The latter answers by the highest product of similarities (3CosMul of Levy and Goldberg 2014).

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
    if similarity_function not in _SCORES:
        expected = " or ".join(map(repr, _SCORES))
        raise ValueError(f"similarity_function: expected {expected}, got {similarity_function!r}")
    fold = str.upper if case_insensitive else str
    sections = _read_questions(questions_path, fold)
    words = words[:restrict_vocab]
    groups, index = _group(words, fold)
    questions = (question for section in sections for question in section["questions"])
    known = [question for question in questions if all(word in index for word in question)]
    asked = np.array([[index[word] for word in question] for question in known], dtype=np.intp).reshape(-1, 4)
    unit = _unit_rows(np.asarray(vectors)[: len(words)])
    right = _answer(unit, groups, asked, _SCORES[similarity_function])
    return _grade(sections, dict(zip(known, right, strict=True)), dummy4unknown)


def word_pairs(
    words,
    vectors,
    path,
    delimiter="\t",
    restrict_vocab=300000,
    case_insensitive=True,
    dummy4unknown=False,
    encoding="utf8",
):
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
    encoding : str
        Encoding of the file.

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
    pairs = _read_pairs(path, delimiter, encoding, fold)
    similarities, judgements, unknown = [], [], 0
    for first, second, judgement in pairs:
        if first in index and second in index:
            similarities.append(_cosine(vectors[index[first]], vectors[index[second]]))
        else:
            unknown += 1
            if not dummy4unknown:
                continue
            similarities.append(0.0)
        judgements.append(judgement)
    if not similarities:
        found = f"{len(pairs)} pairs, {unknown} of them unknown"
        raise ValueError(f"{path}: expected pairs of known words with a judgement, got {found}")
    pearson = _correlation(similarities, judgements)
    spearman = _correlation(_ranks(similarities), _ranks(judgements))
    return pearson, spearman, 100.0 * unknown / len(pairs)


def _group(words, fold):
    """Number words, those equal after folding by the first of them; return the numbers and folded word -> number."""
    index: dict[str, int] = {}
    numbers = [index.setdefault(fold(word), number) for number, word in enumerate(words)]
    return np.array(numbers, dtype=np.intp), index


def _read_questions(path, fold):
    """Sections of a questions file, as dicts of "section" and "questions" (tuples of four folded words)."""
    sections: list[dict[str, Any]] = []
    with open(path, encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            if line.startswith(":"):
                sections.append({"section": line[1:].strip(), "questions": []})
                continue
            if not sections:
                raise ValueError(f"{path}: line {number}: expected a section (': name'), got {line.strip()!r}")
            question = tuple(map(fold, line.split()))
            if len(question) == 4:
                sections[-1]["questions"].append(question)
    return sections


def _read_pairs(path, delimiter, encoding, fold):
    """(word, word, judgement) of every line that parses."""
    pairs = []
    with open(path, encoding=encoding) as lines:
        for line in lines:
            fields = line.split(delimiter)
            if line.startswith("#") or len(fields) != 3:
                continue
            try:
                judgement = float(fields[2])
            except ValueError:
                continue
            pairs.append((fold(fields[0]), fold(fields[1]), judgement))
    return pairs


def _unit_rows(vectors):
    """vectors scaled to length 1, as float32; rows of zeros stay."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return (vectors / np.where(lengths > 0, lengths, 1)).astype(np.float32)


def _sums(unit, a, b, c):
    """How near every word is to unit(b) - unit(a) + unit(c), as an array (questions, V)."""
    return (unit[b] - unit[a] + unit[c]) @ unit.T


def _products(unit, a, b, c):
    """(similarity to b) (similarity to c) / (similarity to a), for every word, as an array (questions, V)."""
    near_a, near_b, near_c = ((1 + unit[word] @ unit.T) / 2 for word in (a, b, c))
    near_b *= near_c
    near_b /= near_a + np.float32(1e-6)
    return near_b


_SCORES = {"most_similar": _sums, "most_similar_cosmul": _products}


def _answer(unit, groups, asked, score):
    """Whether the word found for each row (a, b, c, d) of asked is d. unit is (V, D), groups (V,), asked (n, 4)."""
    right = np.empty(len(asked), dtype=bool)
    for start in range(0, len(asked), _BLOCK):
        block = asked[start : start + _BLOCK]
        a, b, c, d = block.T
        found = _best_outside(score(unit, a, b, c), groups, block[:, :3])
        right[start : start + _BLOCK] = groups[found] == d
    return right


def _best_outside(scores, groups, given):
    """Column of the highest score in each row whose group is not among that row's given groups. Overwrites scores."""
    rows = np.arange(len(scores))
    scores[rows[:, None], given] = -np.inf
    best = scores.argmax(axis=1)
    while True:  # variants of a given word, like "The" for "the", are rare: strike them out as they come up
        struck = (groups[best][:, None] == given).any(axis=1) & (scores[rows, best] > -np.inf)
        if not struck.any():
            return best
        again = rows[struck]
        scores[again, best[again]] = -np.inf
        best[again] = scores[again].argmax(axis=1)


def _grade(sections, right, dummy4unknown):
    """The score and gensim's form of sections; right maps every question of known words to whether it was answered."""
    graded = []
    total = {"section": "Total accuracy", "correct": [], "incorrect": []}
    for section in sections:
        result = {"section": section["section"], "correct": [], "incorrect": []}
        for question in section["questions"]:
            if question in right or dummy4unknown:
                result["correct" if right.get(question) else "incorrect"].append(question)
        for kind in ("correct", "incorrect"):
            total[kind] += result[kind]
        graded.append(result)
    answered = len(total["correct"]) + len(total["incorrect"])
    return len(total["correct"]) / answered if answered else 0.0, [*graded, total]


def _cosine(first, second):
    first, second = np.asarray(first, dtype=np.float64), np.asarray(second, dtype=np.float64)
    lengths = np.linalg.norm(first) * np.linalg.norm(second)
    return float(first @ second / lengths) if lengths > 0 else 0.0


def _ranks(values):
    """Ranks from 1; equal values share the mean of their ranks."""
    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    return (last - (counts - 1) / 2)[place]


def _correlation(x, y):
    """Pearson's correlation of two equally long sequences."""
    x, y = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    x, y = x - x.mean(), y - y.mean()
    scale = math.sqrt((x @ x) * (y @ y))
    if scale == 0:
        return Correlation(math.nan, math.nan)
    statistic = min(1.0, max(-1.0, float(x @ y) / scale))
    return Correlation(statistic, _pvalue(statistic, len(x)))


def _pvalue(statistic, size):
    """Chance of a correlation at least this far from 0 between `size` pairs of independent normal values.

    The density of theta = arcsin(correlation) is proportional to cos(theta)**(size - 3). The trapezoid rule integrates
    it from the observed theta on, as far as it matters (to exp(-40) of where it starts), in units of its value there:
    good to five digits.
    """
    power = size - 3
    if power < 0:  # any two points lie on a line
        return 1.0
    start = math.asin(abs(statistic))
    if start == math.pi / 2:
        return 0.0
    slope = power * math.tan(start)
    reach = min(math.pi / 2 - start, 40 / slope if slope > 0 else math.inf, 9 / math.sqrt(max(power, 1)))
    theta = np.linspace(start, start + reach, 4001)
    decay = np.exp(power * (np.log(np.maximum(np.cos(theta), 1e-300)) - math.log(math.cos(start))))
    tail = float(decay.sum() - (decay[0] + decay[-1]) / 2) * reach / 4000
    log_whole = 0.5 * math.log(math.pi) + math.lgamma((power + 1) / 2) - math.lgamma(power / 2 + 1)
    return min(1.0, 2 * tail * math.exp(power * math.log(math.cos(start)) - log_whole))
