"""Analogies: "a is to b as c is to ?"."""

from collections.abc import Callable, Sequence
from os import PathLike
from typing import Any

import numpy as np

from w2v.base.arrays import Array
from w2v.base.paths import Path
from w2v.evaluate.named import set_path
from w2v.evaluate.words import Numbers, check_restrict_vocab, folding, grouped, unit_or_zero
from w2v.inputs.texts import text_lines

_COSINES = 1 << 20  # kept at once: 4 MB
_QUESTIONS = 64  # scored at once: with a thousand words in questions, 64 x 1024 scores are a quarter of a MB

Question = tuple[str, str, str, str]
Section = tuple[str, list[Question]]


def word_analogies(
    words: Sequence[str],
    vectors: Any,
    questions_path: Path,
    restrict_vocab: int | None = 30000,
    case_insensitive: bool = True,
    dummy4unknown: bool = False,
    similarity_function: str = "most_similar",
) -> tuple[float, list[dict[str, Any]]]:
    """Answer the questions "a is to b as c is to ?" of a file.

    The answer is the word nearest to unit(b) - unit(a) + unit(c), other than a, b and c themselves (Mikolov, Yih and
    Zweig 2013).

    Parameters
    ----------
    words : sequence of str
        The vocabulary, most frequent first.
    vectors : array of shape (len(words), vector_size)
        A word whose vector is not finite counts as unknown.
    questions_path : path, or name of a set that gensim brings
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
    check_restrict_vocab(restrict_vocab)
    fold = folding(case_insensitive)
    named = isinstance(questions_path, str | PathLike)
    sections = _read(set_path(questions_path) if named else questions_path, fold)
    words = words[:restrict_vocab]
    groups, index = grouped(words, fold)
    unit, finite = unit_or_zero(np.asarray(vectors)[: len(words)])
    index = {word: row for word, row in index.items() if finite[row]}
    known = [question for _, asked in sections for question in asked if all(word in index for word in question)]
    rows = np.array([[index[word] for word in question] for question in known], dtype=np.intp).reshape(-1, 4)
    right = answers(unit, groups, rows, similarity_function)
    return _grade(sections, dict(zip(known, right.tolist(), strict=True)), dummy4unknown)


def _read(path: Path, fold: Callable[[str], str]) -> list[Section]:
    """Names and questions of the sections of a file, the words folded."""
    sections: list[Section] = []
    for number, line in enumerate(text_lines(path), 1):
        if line.startswith(":"):
            sections.append((line[1:].strip(), []))
            continue
        if not sections:
            raise ValueError(f"{path}: line {number}: expected a section (': name'), got {line.strip()!r}")
        words = line.split()
        if len(words) == 4:
            a, b, c, d = map(fold, words)
            sections[-1][1].append((a, b, c, d))
    return sections


def _grade(
    sections: list[Section], right: dict[Question, bool], dummy4unknown: bool
) -> tuple[float, list[dict[str, Any]]]:
    """The score and gensim's form of sections; right maps every question of known words to whether it was answered."""
    graded: list[dict[str, Any]] = []
    total: dict[str, Any] = {"section": "Total accuracy", "correct": [], "incorrect": []}
    for name, questions in sections:
        result: dict[str, Any] = {"section": name, "correct": [], "incorrect": []}
        for question in questions:
            if question in right or dummy4unknown:
                result["correct" if right.get(question) else "incorrect"].append(question)
        for kind in ("correct", "incorrect"):
            total[kind] += result[kind]
        graded.append(result)
    answered = len(total["correct"]) + len(total["incorrect"])
    return len(total["correct"]) / answered if answered else 0.0, [*graded, total]


# ---- answering ----


def _sums(table: Array, a: Numbers, b: Numbers, c: Numbers) -> Array:
    """How near words are to unit(b) - unit(a) + unit(c), by the cosines of each word with the words of a table."""
    tile: Array = table[b]
    tile -= table[a]
    tile += table[c]
    return tile


def _products(table: Array, a: Numbers, b: Numbers, c: Numbers) -> Array:
    """(similarity to b) (similarity to c) / (similarity to a), similarity being (1 + cosine) / 2."""
    near_a, tile, near_c = ((1 + table[word]) / 2 for word in (a, b, c))
    tile *= near_c
    tile /= near_a + np.float32(1e-6)
    return tile


_SCORES = {"most_similar": _sums, "most_similar_cosmul": _products}


def answers(unit: Array, groups: Numbers, asked: Numbers, method: str = "most_similar") -> Array:
    """Whether the word found for each question a, b, c, d is d.

    The words of all questions are few, so that their cosines with all words, which are computed once, take a tenth of
    the time that products for each question would take.

    Parameters
    ----------
    unit : array of shape (V, D)
        Vectors of length 1.
    groups : array of shape (V,)
        For each word the first that counts as the same.
    asked : array of shape (n, 4)
        Words, each the first of its group.
    method : "most_similar" or "most_similar_cosmul"

    Returns
    -------
    bool array of shape (n,)

    Examples
    --------
    >>> unit, _ = unit_or_zero([[1, 0, 0], [0, 1, 0], [1, 0, 1], [0, 1, 1]])
    >>> answers(unit, np.arange(4), np.array([[0, 2, 1, 3], [2, 0, 3, 2]])).tolist()
    [True, False]
    """
    score = _SCORES[method]
    words, places = np.unique(asked[:, :3], return_inverse=True)
    places = places.reshape(-1, 3)
    width = max(64, _COSINES // max(1, len(words)))
    best = np.full(len(asked), -np.inf, dtype=np.float32)
    found = np.zeros(len(asked), dtype=np.intp)
    struck = _Struck(groups, asked, width)
    for left in range(0, len(unit), width):
        table = unit[words] @ unit[left : left + width].T
        for first in range(0, len(asked), _QUESTIONS):
            block = slice(first, first + _QUESTIONS)
            tile = score(table, *places[block].T)
            lines, rows = struck.inside(first, left)
            tile[lines - first, rows - left] = -np.inf
            nearest = tile.argmax(axis=1)
            highest = tile[np.arange(len(tile)), nearest]
            better = highest > best[block]
            np.copyto(best[block], highest, where=better)
            np.copyto(found[block], nearest + left, where=better)
    right: Array = (groups[found] == asked[:, 3]) & (best > -np.inf) if len(asked) else np.zeros(0, dtype=bool)
    return right


class _Struck:
    """Words that are no answer to a question: those that it names, and their variants in case."""

    def __init__(self, groups: Numbers, asked: Numbers, width: int) -> None:
        """Sort them by blocks of words (`width` wide) and of questions."""
        sizes = np.bincount(groups, minlength=len(groups))
        members, ends = np.argsort(groups, kind="stable"), np.cumsum(sizes)
        given = asked[:, :3].ravel()
        counts = sizes[given]
        inside = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
        rows = members[np.repeat(ends[given] - counts, counts) + inside]
        questions = np.repeat(np.arange(len(given)) // 3, counts)
        self._width, self._blocks = width, len(asked) // _QUESTIONS + 1
        places = rows // width * self._blocks + questions // _QUESTIONS
        order = np.argsort(places, kind="stable")
        self._places, self._questions, self._rows = places[order], questions[order], rows[order]

    def inside(self, first: int, left: int) -> tuple[Numbers, Numbers]:
        """Questions and words, pair by pair, of the blocks that begin with these."""
        place = left // self._width * self._blocks + first // _QUESTIONS
        begin, end = np.searchsorted(self._places, [place, place + 1])
        return self._questions[begin:end], self._rows[begin:end]
