"""What each kind of evaluation set is measured by."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from w2v.base.arrays import Array
from w2v.evaluate.analogies import answers
from w2v.evaluate.clusters import contingency, k_means, mutual_information, purity
from w2v.evaluate.outliers import outlier_positions
from w2v.evaluate.retrieval import retrieve
from w2v.evaluate.sets import EvaluationSet
from w2v.evaluate.statistics import Bootstrap, correlation, ranks
from w2v.evaluate.words import Words

_NO_INTERVAL = (math.nan, math.nan)


class Score(NamedTuple):
    """One number of a report: NaN where nothing could be asked.

    ``low`` and ``high`` are the confidence interval; ``used`` of ``total`` items had all their words in the vocabulary,
    with vectors and a judgement that are finite.
    """

    set: str
    kind: str
    section: str
    measure: str
    value: float
    low: float
    high: float
    used: int
    total: int

    @property
    def place(self) -> str:
        """The set, or set/section."""
        return f"{self.set}/{self.section}" if self.section else self.set

    @property
    def name(self) -> str:
        """The place and the measure, as in "wordsim353.spearman"."""
        return f"{self.place}.{self.measure}"


@dataclass
class Asked:
    """What is asked, and how."""

    words: Words
    bootstrap: Bootstrap
    restrict_vocab: int | None
    similarity_function: str
    topn: int
    known: Sequence[tuple[Any, Any]]
    undirected: bool


Items = list[tuple[Any, ...]]
Interval = tuple[float, float]
Line = tuple[str, float, Interval, int, int]  # a measure, its value and interval, items used and in all


def measure(one: EvaluationSet, asked: Asked) -> list[Score]:
    """All scores of a set: the whole first, then its sections, if it has several."""
    lines: list[tuple[str, Line]] = _MEASURES[one.kind](one.sections, asked)
    return [
        Score(one.name, one.kind, section, name, value, *interval, used, total)
        for section, (name, value, interval, used, total) in lines
    ]


def _analogies(sections: dict[str, Items], asked: Asked) -> list[tuple[str, Line]]:
    """Share of questions answered right."""
    words, most = asked.words, asked.restrict_vocab
    most = len(words.words) if most is None else most
    rows = {name: _known(items, words, most) for name, items in sections.items()}
    questions = np.array([row for section in rows.values() for row in section], dtype=np.intp).reshape(-1, 4)
    right = answers(words.unit[:most], words.groups[:most], questions, asked.similarity_function)
    return _shares("accuracy", sections, np.split(right, np.cumsum([len(section) for section in rows.values()])), asked)


def _known(items: Items, words: Words, most: int) -> list[tuple[int, ...]]:
    """Rows of the words of each item, if they are all there and among the most frequent."""
    found = (tuple(words.row(word) for word in item) for item in items)
    return [row for row in found if all(word is not None and word < most for word in row)]  # type: ignore[misc]


def _shares(name: str, sections: dict[str, Items], right: Sequence[Array], asked: Asked) -> list[tuple[str, Line]]:
    """Shares of right answers, in all and for each of several sections."""
    parts = list(zip(sections, right, strict=False))
    everything = np.concatenate([np.zeros(0, dtype=bool), *(answered for _, answered in parts)])
    total = sum(map(len, sections.values()))
    lines = [("", _share(name, everything, total, asked))]
    if len(sections) > 1:
        lines += [(section, _share(name, answered, len(sections[section]), asked)) for section, answered in parts]
    return lines


def _share(name: str, right: Array, total: int, asked: Asked) -> Line:
    count = int(np.count_nonzero(right))
    value = count / len(right) if len(right) else math.nan
    return name, value, asked.bootstrap.share(count, len(right)), len(right), total


def _similarity(sections: dict[str, Items], asked: Asked) -> list[tuple[str, Line]]:
    """Correlation of cosines and judgements, by ranks and as they are."""
    items, words = sections[""], asked.words
    known = [(words.row(a), words.row(b), value) for a, b, value in items]
    pairs = [(a, b, value) for a, b, value in known if a is not None and b is not None and math.isfinite(value)]
    if len(pairs) < 2:
        return [("", (name, math.nan, _NO_INTERVAL, len(pairs), len(items))) for name in ("spearman", "pearson")]
    first, second = (words.unit[[pair[side] for pair in pairs]].astype(np.float64) for side in (0, 1))
    cosines = np.clip(np.einsum("ij,ij->i", first, second), -1, 1)
    judgements = np.array([pair[2] for pair in pairs])
    spearman = correlation(ranks(cosines), ranks(judgements)).statistic
    pearson = correlation(cosines, judgements).statistic
    bootstrap = asked.bootstrap
    lines: list[Line] = [
        ("spearman", spearman, bootstrap.spearman(cosines, judgements), len(pairs), len(items)),
        ("pearson", pearson, bootstrap.pearson(cosines, judgements), len(pairs), len(items)),
    ]
    return [("", line) for line in lines]


def _outliers(sections: dict[str, Items], asked: Asked) -> list[tuple[str, Line]]:
    """Outliers found, and their mean positions; of a group, the known words count."""
    results, words = [], asked.words
    for items in sections.values():
        rows = [([words.row(word) for word in group], words.row(outlier)) for group, outlier in items]
        there = [([word for word in group if word is not None], outlier) for group, outlier in rows]
        usable = [(group, outlier) for group, outlier in there if len(group) > 1 and outlier is not None]
        results.append(outlier_positions([(words.unit[group], words.unit[outlier]) for group, outlier in usable]))
    lines = _shares("accuracy", sections, [result.found for result in results], asked)
    positions = np.concatenate([result.positions for result in results])
    opp = float(positions.mean()) if len(positions) else math.nan
    whole: Line = ("opp", opp, asked.bootstrap.mean(positions), len(positions), lines[0][1][4])
    return [lines[0], ("", whole), *lines[1:]]


def _categories(sections: dict[str, Items], asked: Asked) -> list[tuple[str, Line]]:
    """Agreement of categories with as many clusters, found by k-means among vectors of length 1."""
    items, words = sections[""], asked.words
    known = [(row, category) for row, category in ((words.row(word), name) for word, name in items) if row is not None]
    categories = [category for _, category in known]
    if len(known) < 2:
        return [("", (name, math.nan, _NO_INTERVAL, len(known), len(items))) for name in ("purity", "nmi")]
    rows = words.unit[[row for row, _ in known]]
    found = contingency(k_means(rows, len(set(categories)), seed=asked.bootstrap.seed), categories)
    lines: list[Line] = [
        ("purity", float(purity(found)), asked.bootstrap.cells(found, purity), len(known), len(items)),
        ("nmi", mutual_information(found), _NO_INTERVAL, len(known), len(items)),
    ]
    return [("", line) for line in lines]


def _pairs(sections: dict[str, Items], asked: Asked) -> list[tuple[str, Line]]:
    """How high held-out items come among all."""
    items, words = sections[""], asked.words
    held_out = _by_query(items, words, asked.undirected)
    known = _by_query(asked.known, words, asked.undirected)
    used = sum(1 for a, b in items if words.row(a) is not None and words.row(b) is not None)
    found = retrieve(words.unit, held_out, known, asked.topn)
    measured = {f"hr@{asked.topn}": found.hits, "mrr": found.reciprocal_ranks, f"ndcg@{asked.topn}": found.ndcg}
    return [
        ("", (name, float(values.mean()), asked.bootstrap.mean(values), used, len(items)))
        if len(values)
        else ("", (name, math.nan, _NO_INTERVAL, used, len(items)))
        for name, values in measured.items()
    ]


def _by_query(pairs: Sequence[tuple[Any, ...]], words: Words, undirected: bool) -> dict[int, list[int]]:
    """Rows of the items of each query; unknown words and pairs of a word with itself are left out."""
    found: dict[int, list[int]] = {}
    for pair in pairs:
        query, item = (words.row(str(word)) for word in pair[:2])
        if query is not None and item is not None and query != item:
            found.setdefault(query, []).append(item)
            if undirected:
                found.setdefault(item, []).append(query)
    return found


_MEASURES: dict[str, Callable[[dict[str, Items], Asked], list[tuple[str, Line]]]] = {
    "analogies": _analogies,
    "similarity": _similarity,
    "outliers": _outliers,
    "categories": _categories,
    "pairs": _pairs,
}
