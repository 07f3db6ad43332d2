"""What a search found: the best settings, whether they beat the first ones by more than luck, all that was tried."""

import itertools
import math
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from w2v.base.html import html_table
from w2v.evaluate.statistics import correlation, ranks, spread
from w2v.evaluate.table import table

_UNLIKE_TRAIN = {"sg": 0, "alpha": 0.025, "sample": 1e-3, "epochs": 5}  # defaults that are others in w2v train
_SWITCHES = (
    "shrink_windows", "hs", "nce_bias", "cbow_mean", "cbow_corrected", "sorted_vocab", "null_word", "compute_loss",
)  # fmt: skip


@dataclass
class Trial:
    """One set of settings, and its scores: `scores` and `seconds` by the part of the corpus, 9 for a ninth.

    A score is -inf where training failed; `error` says why.
    """

    number: int
    settings: dict[str, Any]
    scores: dict[int, float] = field(default_factory=dict)
    seconds: dict[int, float] = field(default_factory=dict)
    error: str = ""

    @property
    def order(self) -> tuple[int, float]:
        """What trials are sorted by: how far it came, then its score there."""
        part = min(self.scores, default=1 << 30)
        return -part, self.scores.get(part, -math.inf)


@dataclass
class Tuning:
    """The result of `tune`; `str()` makes a table.

    Attributes
    ----------
    metric : str
    trials : list of Trial
        Best first. Number 0 has the settings to start from.
    confirmed : dict of int -> list of float
        Scores of new trainings, with other seeds, of the best trial and of number 0: these tell how much was gained,
        for the score that made a trial the best is partly luck.
    complete : bool
        Whether the search came to its end: it may have been interrupted.
    fixed : dict
        Settings that all trials share.
    seed : int
        Of the trials.
    """

    metric: str
    trials: list[Trial]
    confirmed: dict[int, list[float]] = field(default_factory=dict)
    complete: bool = False
    fixed: dict[str, Any] = field(default_factory=dict)
    seed: int = 1

    @property
    def best(self) -> dict[str, Any]:
        """The best settings, those that all share among them: arguments for `w2v.Word2Vec`."""
        return {**self.fixed, **self.trials[0].settings}

    @property
    def agreement(self) -> dict[tuple[int, int], float]:
        """Rank correlation of scores on a part of the corpus with those on the next larger one, for what came so far.

        Near 1, the small parts told what the large ones would say; near 0, choosing by them was choosing by lot.
        """
        parts = sorted({part for trial in self.trials for part in trial.scores}, reverse=True)
        found = {}
        for small, large in itertools.pairwise(parts):
            both = [(trial.scores[small], trial.scores[large]) for trial in self.trials if large in trial.scores]
            both = [pair for pair in both if all(map(math.isfinite, pair))]
            if len(both) > 2:
                x, y = zip(*both, strict=True)
                found[small, large] = correlation(ranks(x), ranks(y)).statistic
        return found

    def command(self, corpus: str = "TEXT", output: str = "vectors.w2v") -> str:
        """A command line that trains with the best settings."""
        words = ["w2v", "train", corpus, "-o", output]
        for name, value in {**_UNLIKE_TRAIN, **self.best, "seed": self.seed}.items():
            flag = "--" + name.replace("_", "-")
            if name == "sg":
                words.append("--sg" if value else "--cbow")
            elif name in _SWITCHES:
                words.append(flag if value else flag.replace("--", "--no-", 1))
            elif value is not None:
                words += [flag, _text(value)]
        return shlex.join(words)

    def __str__(self) -> str:
        return "\n".join([table(self._rows()), *self._notes()])

    def _repr_html_(self) -> str:
        names, *rows = self._rows()
        return html_table(f"{len(self.trials)} settings by {self.metric}", names, rows)

    def _rows(self) -> list[list[str]]:
        """Names of columns, and a row for each trial."""
        names = list(self.trials[0].settings) if self.trials else []
        rows = [["rank", *names, "corpus", self.metric, "seconds"]]
        for place, trial in enumerate(self.trials, 1):
            part = min(trial.scores, default=0)
            score = f"{trial.scores[part]:.4f}" if part and math.isfinite(trial.scores[part]) else trial.error or "-"
            values = [_text(value) for value in trial.settings.values()]
            share = "" if not part else "all" if part == 1 else f"1/{part}"
            rank = f"{place} (start)" if trial.number == 0 else str(place)
            rows.append([rank, *values, share, score, f"{trial.seconds.get(part, 0):.1f}"])
        return rows

    def _notes(self) -> list[str]:
        notes = []
        for number, scores in self.confirmed.items():
            mean, sd = spread(scores)
            what = "start" if number == 0 else "best"
            deviation = "" if math.isnan(sd) else f" ± {sd:.4f}"
            notes.append(f"{what}, {len(scores)} new seeds: {self.metric} {mean:.4f}{deviation}")
        for (small, large), rho in self.agreement.items():
            whole = "all" if large == 1 else f"1/{large}"
            notes.append(f"rank correlation of scores on 1/{small} and on {whole} of the corpus: {rho:.2f}")
        if not self.complete:
            notes.append("interrupted: this is the best so far")
        return notes

    def as_dict(self) -> dict[str, Any]:
        """Everything in lists, dicts, strings and numbers, as for JSON; what is undefined is None."""
        return {
            "metric": self.metric,
            "complete": self.complete,
            "seed": self.seed,
            "best": self.best,
            "confirmed": [
                {"trial": number, "scores": scores, "mean": spread(scores)[0], "sd": _plain(spread(scores)[1])}
                for number, scores in self.confirmed.items()
            ],
            "agreement": [{"parts": list(parts), "spearman": _plain(rho)} for parts, rho in self.agreement.items()],
            "trials": [
                {
                    "number": trial.number,
                    "settings": trial.settings,
                    "scores": {str(part): _plain(score) for part, score in trial.scores.items()},
                    "seconds": {str(part): seconds for part, seconds in trial.seconds.items()},
                    "error": trial.error,
                }
                for trial in self.trials
            ],
        }


def sorted_trials(trials: Mapping[int, Trial]) -> list[Trial]:
    """Trials that came far first, and among these, high scores."""
    return sorted(trials.values(), key=lambda trial: trial.order, reverse=True)


def _text(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _plain(value: float) -> float | None:
    return value if math.isfinite(value) else None
