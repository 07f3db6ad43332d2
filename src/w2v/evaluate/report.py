"""Vectors before a folder of evaluation sets: a score for each, with its coverage and confidence interval."""

import pathlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from os import PathLike
from typing import Any

from w2v.base.html import html_table
from w2v.base.paths import Path
from w2v.errors import FormatError
from w2v.evaluate.measures import Asked, Score, measure
from w2v.evaluate.named import set_path
from w2v.evaluate.sets import EvaluationSet, read_set
from w2v.evaluate.statistics import Bootstrap
from w2v.evaluate.table import table
from w2v.evaluate.words import Words, check_restrict_vocab

Pairs = Sequence[tuple[Any, Any]]


@dataclass
class Report:
    """Scores of vectors, set by set; `str()` makes a table of them.

    Attributes
    ----------
    scores : list of Score
        The main measure of a set is the first of its scores, then come its other measures, then its sections.
    skipped : dict of str -> str
        Files that are no evaluation sets, and why.

    Examples
    --------
    >>> score = Score("wordsim353", "similarity", "", "spearman", 0.63, 0.57, 0.69, 350, 353)
    >>> report = Report([score])
    >>> report["wordsim353"].value, report["wordsim353.spearman"].total
    (0.63, 353)
    >>> print(report)
    set         measure   score  95% interval    asked
    wordsim353  spearman  0.630  0.570 to 0.690  350 of 353
    """

    scores: list[Score]
    skipped: dict[str, str] = field(default_factory=dict)
    confidence: float = 0.95

    def __getitem__(self, name: str) -> Score:
        """The score of a name as in `names`: "set", "set.measure", "set/section" or "set/section.measure"."""
        for score in self.scores:
            if name in (score.name, score.place):
                return score
        raise KeyError(f"expected one of {', '.join(self.names)}, got {name!r}")

    @property
    def names(self) -> list[str]:
        """What the scores are called."""
        return [score.name for score in self.scores]

    def __str__(self) -> str:
        return "\n".join([table(self._rows()), *(f"not a set: {file}: {why}" for file, why in self.skipped.items())])

    def _repr_html_(self) -> str:
        names, *rows = self._rows()
        return html_table(f"{len(self.scores)} scores", names, rows)

    def _rows(self) -> list[list[str]]:
        """Names of columns, and a row for each score."""
        rows = [["set", "measure", "score", f"{100 * self.confidence:g}% interval", "asked"]]
        for score in self.scores:
            within = "" if score.low != score.low else f"{score.low:.3f} to {score.high:.3f}"
            value = "" if score.value != score.value else f"{score.value:.3f}"
            place = f"  {score.section}" if score.section else score.set
            rows.append([place, score.measure, value, within, f"{score.used} of {score.total}"])
        return rows

    def as_dict(self) -> dict[str, Any]:
        """Everything in lists, dicts, strings and numbers, as for JSON; what is undefined is None."""
        scores = [
            {name: None if value != value else value for name, value in score._asdict().items()}
            for score in self.scores
        ]
        return {"confidence": self.confidence, "scores": scores, "skipped": dict(self.skipped)}


def evaluate_sets(
    vectors: Any,
    sets: Path | Sequence[Path],
    *,
    kinds: Mapping[str, str] | None = None,
    restrict_vocab: int | None = 30000,
    case_insensitive: bool = True,
    similarity_function: str = "most_similar",
    topn: int = 10,
    known: Pairs = (),
    undirected: bool = False,
    resamples: int = 1000,
    confidence: float = 0.95,
    seed: int = 1,
) -> Report:
    """Ask vectors all that is in files or folders of evaluation sets.

    What a file is, `w2v.evaluate.sets` tells from its content. A folder in a folder is one set, if all its files are
    analogies or all are outliers, and they are its sections.

    Parameters
    ----------
    vectors : KeyedVectors, Word2Vec or path
    sets : path or sequence of paths
        Files or folders; or names such as "questions-words", "wordsim353" and "simlex999", whose files gensim brings.
    kinds : mapping, optional
        Name of a set (its file without extension) -> one of `w2v.evaluate.sets.KINDS`, where the content misleads.
    restrict_vocab : int or None
        Ask and answer analogies among so many words, the most frequent ones, as word2vec's own scripts do; None: all.
    case_insensitive : bool
        Take words that differ in case only for the same; the most frequent one counts.
    similarity_function : "most_similar" or "most_similar_cosmul"
        How analogies are answered, as in `word_analogies`.
    topn : int
        The k of HR@k and NDCG@k.
    known : sequence of pairs
        What the model was trained on, to be left out of what is retrieved.
    undirected : bool
        Ask held-out pairs both ways, as for edges of a graph that have no direction.
    resamples, confidence, seed
        Of the confidence intervals: see `w2v.evaluate.Bootstrap`.

    Returns
    -------
    Report

    Raises
    ------
    FormatError
        A file that was named, not found in a folder, is no evaluation set; or there is none in all the folders.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> from w2v import KeyedVectors
    >>> kv = KeyedVectors(2)
    >>> kv.add_vectors(["cat", "dog", "cow", "car"], [[1, 0], [0.9, 0.1], [0.5, 0.5], [0, 1]])
    >>> path = pathlib.Path(tempfile.mkdtemp(), "animals.tsv")
    >>> _ = path.write_text("cat\\tdog\\t9\\ncat\\tcow\\t7\\ncat\\tcar\\t1\\ncat\\temu\\t5\\n")
    >>> score = evaluate_sets(kv, path)["animals"]
    >>> score.kind, score.measure, round(score.value, 6), score.used, score.total
    ('similarity', 'spearman', 1.0, 3, 4)
    """
    check_restrict_vocab(restrict_vocab)
    bootstrap = Bootstrap(resamples, confidence, seed)
    found, skipped = find_sets([sets] if isinstance(sets, str | PathLike) else sets, kinds or {})
    asked = Asked(
        words_of(vectors, case_insensitive), bootstrap, restrict_vocab, similarity_function, topn, known, undirected
    )
    return Report([score for one in found for score in measure(one, asked)], skipped, confidence)


def words_of(vectors: Any, case_insensitive: bool = True) -> Words:
    """The words of KeyedVectors, of a model's, or of those in a file."""
    if isinstance(vectors, str | PathLike):
        from w2v import formats

        vectors = formats.load(vectors, mmap="r")
    vectors = getattr(vectors, "wv", vectors)
    return Words([str(key) for key in vectors.index_to_key], vectors._values(slice(len(vectors))), case_insensitive)


def find_sets(paths: Sequence[Path], kinds: Mapping[str, str]) -> tuple[list[EvaluationSet], dict[str, str]]:
    """All sets in files and folders, and the files in folders that are none, with the reason."""
    found: list[EvaluationSet] = []
    skipped: dict[str, str] = {}
    for path in map(set_path, paths):
        if not path.is_dir():
            found.append(read_set(path, kinds.get(path.stem)))
            continue
        for entry in _entries(path):
            if entry.is_dir():
                found += _of_folder(entry, kinds, skipped)
            else:
                found += _try(entry, kinds, skipped)
    if not found:
        raise FormatError(f"{', '.join(map(str, paths))}: expected evaluation sets, found none")
    unknown = [name for name in kinds if name not in {one.name for one in found}]
    if unknown:
        raise ValueError(f"kinds: expected names among {', '.join(one.name for one in found)}, got {unknown[0]!r}")
    return found, skipped


def _entries(folder: pathlib.Path) -> list[pathlib.Path]:
    return sorted(entry for entry in folder.iterdir() if not entry.name.startswith("."))


def _try(path: pathlib.Path, kinds: Mapping[str, str], skipped: dict[str, str]) -> list[EvaluationSet]:
    try:
        return [read_set(path, kinds.get(path.stem))]
    except FormatError as error:
        skipped[str(path)] = str(error).removeprefix(f"{path}: ")
        return []


def _of_folder(folder: pathlib.Path, kinds: Mapping[str, str], skipped: dict[str, str]) -> list[EvaluationSet]:
    """The sets of a folder in a folder; one, if they are all analogies or all outliers."""
    files = [entry for entry in _entries(folder) if entry.is_file()]
    sets = [one for file in files for one in _try(file, kinds, skipped)]
    for kind in ("analogies", "outliers"):
        if sets and all(one.kind == kind for one in sets):
            sections = {name or one.name: items for one in sets for name, items in one.sections.items()}
            return [EvaluationSet(folder.name, kind, sections)]
    return [one._replace(name=f"{folder.name}/{one.name}") for one in sets]
