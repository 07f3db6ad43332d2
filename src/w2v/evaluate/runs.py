"""Several trainings with different seeds: how much of a score is luck?"""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

from w2v.base.html import html_table
from w2v.evaluate.report import Report, evaluate_sets
from w2v.evaluate.statistics import spread
from w2v.evaluate.table import table


class Summary(NamedTuple):
    """One measure over all runs: ``sd`` is the standard deviation of a sample, NaN for a single run."""

    name: str
    mean: float
    sd: float
    values: tuple[float, ...]


@dataclass
class Runs:
    """Reports about vectors that differ by their seeds only; `str()` makes a table of means and deviations.

    Examples
    --------
    >>> from w2v.evaluate import Score
    >>> reports = [Report([Score("men", "similarity", "", "spearman", value, 0, 1, 9, 9)]) for value in (0.7, 0.8)]
    >>> print(Runs(reports))
    set           mean   sd     lowest  highest  runs
    men.spearman  0.750  0.071  0.700   0.800    2
    """

    reports: list[Report]

    @property
    def summaries(self) -> list[Summary]:
        """Mean and standard deviation of every measure that all reports have."""
        shared = [name for name in self.reports[0].names if all(name in report.names for report in self.reports)]
        found = []
        for name in shared:
            values = tuple(report[name].value for report in self.reports)
            found.append(Summary(name, *spread(values), values))
        return found

    def __getitem__(self, name: str) -> Summary:
        """The summary of a measure, by a name as in `Report.names`, or that of a set's main measure."""
        for one in self.summaries:
            if name in (one.name, one.name.rpartition(".")[0]):
                return one
        raise KeyError(f"expected one of {', '.join(one.name for one in self.summaries)}, got {name!r}")

    def __str__(self) -> str:
        return table(self._rows())

    def _repr_html_(self) -> str:
        names, *rows = self._rows()
        return html_table(f"{len(self.reports)} runs", names, rows)

    def _rows(self) -> list[list[str]]:
        """Names of columns, and a row for each measure."""
        rows = [["set", "mean", "sd", "lowest", "highest", "runs"]]
        for one in self.summaries:
            numbers = [one.mean, one.sd, min(one.values), max(one.values)]
            cells = ["" if math.isnan(number) else f"{number:.3f}" for number in numbers]
            rows.append([one.name, *cells, str(len(one.values))])
        return rows

    def as_dict(self) -> dict[str, Any]:
        """Everything in lists, dicts, strings and numbers, as for JSON; what is undefined is None."""
        return {
            "runs": len(self.reports),
            "summaries": [
                {name: None if value != value else value for name, value in one._asdict().items()}
                for one in self.summaries
            ],
        }


def evaluate_runs(train: Callable[[int], Any], sets: Any, seeds: int | Iterable[int] = 5, **options: Any) -> Runs:
    """Train with several seeds and evaluate each time.

    Differences between settings that are not clearly larger than the standard deviation here are luck.

    Parameters
    ----------
    train : callable
        ``train(seed)`` returns a model or vectors.
    sets : path or sequence of paths
        As for `evaluate_sets`.
    seeds : int or iterable of int
        The seeds, or how many: 1, 2, 3, ...
    **options
        Of `evaluate_sets`.

    Returns
    -------
    Runs

    Examples
    --------
    >>> import pathlib, tempfile
    >>> from w2v import Word2Vec
    >>> path = pathlib.Path(tempfile.mkdtemp(), "letters.tsv")
    >>> _ = path.write_text("a\\tb\\t9\\na\\tc\\t7\\nb\\tc\\t1\\n")
    >>> walks = [["a", "b", "c"], ["b", "c", "d"]] * 50
    >>> runs = evaluate_runs(lambda seed: Word2Vec(walks, vector_size=8, min_count=1, seed=seed), path, seeds=3)
    >>> len(runs["letters.spearman"].values)
    3
    """
    numbers = range(1, seeds + 1) if isinstance(seeds, int) else seeds
    reports = [evaluate_sets(train(seed), sets, **options) for seed in numbers]
    if not reports:
        raise ValueError(f"seeds: expected at least one, got {seeds!r}")
    return Runs(reports)
