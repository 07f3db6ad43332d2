"""Successive halving: many settings on a small part of the corpus, the best of them on a larger one, and so on."""

import math
import os
import pathlib
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from os import PathLike
from typing import Any

from w2v import KeyedVectors, Word2Vec
from w2v.base.paths import Path
from w2v.base.progress import Show, progress_bar
from w2v.base.threads import available_workers
from w2v.errors import VocabularyError
from w2v.evaluate.report import evaluate_sets
from w2v.inputs.files import expand, is_stream
from w2v.tuning.journal import Journal
from w2v.tuning.parts import write_part
from w2v.tuning.ranges import RANGES, Range, candidates
from w2v.tuning.result import Trial, Tuning, sorted_trials

Metric = str | Callable[[Word2Vec], float]


def tune(
    corpus_file: Path | Sequence[Path],
    metric: Metric,
    sets: Any = None,
    *,
    ranges: str | Mapping[str, Range] = "text",
    settings: Mapping[str, Any] | None = None,
    trials: int = 27,
    reduction: int = 3,
    rungs: int = 3,
    confirm: int = 3,
    seed: int = 1,
    workers: int | None = None,
    journal: Path | None = None,
    progress: bool = False,
    **options: Any,
) -> Tuning:
    """Look for settings with a high score, by successive halving (Jamieson and Talwalkar 2016).

    With the defaults, 27 sets of settings train on a ninth of the lines, the 9 best of them on a third, the 3 best on
    the whole corpus: as much work as 9 trainings. Trial 0 has the settings to start from, the others are spread over
    the ranges (`candidates`). In the end the best one and number 0 train again with new seeds.

    Settings found on a part of the corpus serve the whole of it well, if not best (Chamberlain et al. 2020):
    `Tuning.agreement` says how far that is so here. No model of the score proposes the next trial: halving keeps up
    with such optimisers (Li et al. 2018), and gives the same trials in any order, so that it can go on after a break.

    Parameters
    ----------
    corpus_file : path, or sequence of paths
        Text in UTF-8, one sentence a line; also compressed, folders and patterns, as `w2v.Word2Vec` takes them.
    metric : str or callable
        Higher is better. A name as in `w2v.evaluate.Report.names`, such as "wordsim353" or "pairs.mrr", or several,
        joined by commas, for their mean; or ``metric(model) -> float``.
    sets : path or sequence of paths, optional
        As for `w2v.evaluate.evaluate_sets`; needed if the metric is a name.
    ranges : "text", "items" or mapping of setting -> Range
        What is tried: see `RANGES`.
    settings : mapping, optional
        All other settings of `w2v.Word2Vec`, and values of those in ranges for trial 0.
    trials : int
        How many sets of settings.
    reduction : int
        One in so many goes on, with so many times the text.
    rungs : int
        Sizes of the corpus; 1 for the whole of it only.
    confirm : int
        New seeds at the end; 0 for none.
    seed : int
        Of the trials' settings and trainings.
    workers : int, optional
        Threads; by default one for each core.
    journal : path, optional
        A file that keeps every finished training: the same call with the same file goes on where it was interrupted.
    progress : bool
        Show a progress bar.
    **options
        Of `w2v.evaluate.evaluate_sets`.

    Returns
    -------
    Tuning
        After Ctrl-C too, with what was found until then, if something was; its ``complete`` is False.

    Raises
    ------
    ValueError
        Settings, ranges or the metric make no sense, or the corpus is a pipe, which could be read once only.
    FormatError
        The journal belongs to another search.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> path = pathlib.Path(tempfile.mkdtemp(), "corpus.txt")
    >>> _ = path.write_text("a b c\\nb c d\\n" * 100)
    >>> found = tune(path, lambda model: model.wv.similarity("a", "d"), ranges={"window": Range(1, 4, whole=True)},
    ...              settings={"vector_size": 8, "min_count": 1}, trials=4, reduction=2, rungs=2, confirm=0)
    >>> found.complete, sorted(found.best), len(found.trials)
    (True, ['min_count', 'vector_size', 'window'], 4)
    """
    steps = _steps(trials, reduction, rungs)
    chosen, fixed, start = _split(ranges, dict(settings or {}))
    measure = _measure(metric, sets, options)
    points = [start, *candidates(chosen, trials - 1, seed)]
    shown = metric if isinstance(metric, str) else getattr(metric, "__name__", "score")
    corpus = [os.fspath(path) for path in ([corpus_file] if isinstance(corpus_file, str | PathLike) else corpus_file)]
    task = _task(corpus, shown, sets, options, points, fixed, seed)
    search = _Search(measure, fixed, workers or available_workers(), Journal(journal, task), seed)
    search.trials = {number: Trial(number, point) for number, point in enumerate(points)}
    result = Tuning(shown, [], fixed=fixed, seed=seed)
    total = sum(max(1, trials // step) for step in steps) + 2 * confirm
    bar = progress_bar(progress, "tuning", " trainings", total, delay=0)
    with bar as search.show, tempfile.TemporaryDirectory(prefix="w2v-tune-") as folder:
        try:
            search.halve(corpus, pathlib.Path(folder), steps, reduction)
            result.confirmed = search.confirm(corpus, confirm)
            result.complete = True
        except KeyboardInterrupt:
            if not any(trial.scores for trial in search.trials.values()):
                raise
    result.trials = sorted_trials(search.trials)
    return result


def _steps(trials: int, reduction: int, rungs: int) -> list[int]:
    """What the corpus is divided by on each rung, so that the last has all of it."""
    for name, value, least in (("trials", trials, 1), ("reduction", reduction, 2), ("rungs", rungs, 1)):
        if value < least:
            raise ValueError(f"{name}: expected {least} or more, got {value}")
    return [reduction**rung for rung in reversed(range(rungs))]


class _Search:
    """Trials and their trainings, each of which is done once and written down."""

    show: Show
    trials: dict[int, Trial]

    def __init__(
        self, measure: Callable[[Word2Vec], float], fixed: dict[str, Any], workers: int, journal: Journal, seed: int
    ) -> None:
        self._measure, self._fixed, self._workers, self._journal, self._seed = measure, fixed, workers, journal, seed
        self._best, self._done = -math.inf, 0

    def halve(self, corpus: list[str], folder: pathlib.Path, steps: list[int], reduction: int) -> None:
        """Train all trials on the smallest part, the best ones on the next."""
        alive = list(self.trials.values())
        for rung, step in enumerate(steps):
            part = [str(folder / f"part{step}.txt")] if step > 1 else corpus
            if step > 1:
                write_part(corpus, part[0], step, self._seed)
            for trial in alive:
                found = self._train(f"trial {trial.number} on 1/{step}", part, trial, self._seed)
                trial.scores[step], trial.seconds[step] = found["score"], found["seconds"]
                trial.error = found["error"]
            keep = max(1, len(self.trials) // reduction ** (rung + 1))
            alive = sorted(alive, key=lambda trial: trial.scores[step], reverse=True)[:keep]
        if all(math.isinf(trial.scores[steps[0]]) for trial in self.trials.values()):
            raise ValueError(f"no trial could be trained; the first: {self.trials[0].error}")

    def confirm(self, corpus: list[str], seeds: int) -> dict[int, list[float]]:
        """Train the best trial and the first one with new seeds; their scores."""
        scores: dict[int, list[float]] = {}
        for number in dict.fromkeys([sorted_trials(self.trials)[0].number, 0]) if seeds else ():
            scores[number] = [
                self._train(f"trial {number} with seed {seed}", corpus, self.trials[number], seed)["score"]
                for seed in range(self._seed + 1, self._seed + 1 + seeds)
            ]
        return scores

    def _train(self, name: str, corpus: list[str], trial: Trial, seed: int) -> dict[str, Any]:
        """Score and seconds of a training, from the journal or by doing it; -inf and the reason if it fails."""
        found = self._journal.get(name)
        if found is None:
            started = time.perf_counter()
            found = {"score": None, "error": ""}
            settings = {"workers": self._workers, "seed": seed, **self._fixed, **trial.settings}
            try:
                score = float(self._measure(Word2Vec(corpus_file=corpus, **settings)))
                found["score"] = score if math.isfinite(score) else None
            except (ValueError, VocabularyError, MemoryError) as error:  # diverged, or no word is left
                found["error"] = str(error) or type(error).__name__
            found["seconds"] = time.perf_counter() - started
            self._journal.add(name, found)
        found = {**found, "score": -math.inf if found["score"] is None else found["score"]}
        self._best = max(self._best, found["score"])
        self._done += 1
        self.show(self._done, best=f"{self._best:.4f}")
        return found


def _split(
    ranges: str | Mapping[str, Range], settings: dict[str, Any]
) -> tuple[Mapping[str, Range], dict[str, Any], dict[str, Any]]:
    """Ranges, settings that all trials share, and the point that trial 0 has; all are checked."""
    if isinstance(ranges, str):
        if ranges not in RANGES:
            raise ValueError(f"ranges: expected one of {', '.join(RANGES)} or a mapping, got {ranges!r}")
        ranges = RANGES[ranges]
    if not ranges:
        raise ValueError("ranges: expected at least one, got none")
    for reserved in ("workers", "seed", "corpus_file", "sentences"):
        if reserved in settings or reserved in ranges:
            raise ValueError(f"{reserved}: expected among the arguments of tune, got it as a setting")
    defaults = Word2Vec(**settings)
    unknown = [name for name in ranges if not hasattr(defaults, name)]
    if unknown:
        raise ValueError(f"ranges: expected settings of Word2Vec, got {unknown[0]!r}")
    for end in ("low", "high"):
        Word2Vec(**{**settings, **{name: getattr(one, end) for name, one in ranges.items()}})
    start = {name: getattr(defaults, name) for name in ranges}
    return ranges, {name: value for name, value in settings.items() if name not in ranges}, start


def _measure(metric: Metric, sets: Any, options: dict[str, Any]) -> Callable[[Word2Vec], float]:
    """A function that scores a model."""
    if not isinstance(metric, str):
        if options:
            raise TypeError(f"tune() got an unexpected argument {next(iter(options))!r}")
        return metric
    if sets is None:
        raise ValueError(f"metric {metric!r}: expected sets, in which to look for it, got none")
    names = [name.strip() for name in metric.split(",")]

    def scores(vectors: Any) -> list[float]:
        report = evaluate_sets(vectors, sets, **{"resamples": 0, **options})
        return [report[name].value for name in names]

    nobody = KeyedVectors(1)
    nobody.add_vector("\0", [1.0])
    try:
        scores(nobody)  # are the names there?
    except KeyError as error:
        raise ValueError(f"metric: {error.args[0]}") from None
    return lambda model: sum(scores(model)) / len(names)


def _task(
    corpus: list[str], metric: str, sets: Any, options: Any, points: Any, fixed: Any, seed: int
) -> dict[str, Any]:
    """What tells one search from another."""
    files = expand(corpus)
    if any(map(is_stream, files)):
        raise ValueError(f"corpus_file: expected files, which are read again and again, got {', '.join(files)}")
    size = sum(map(os.path.getsize, files))
    paths = [os.fspath(sets)] if isinstance(sets, str | PathLike) else [os.fspath(path) for path in sets or ()]
    given = {name: repr(value) for name, value in options.items()}
    task = {"corpus": corpus, "bytes": size, "metric": metric, "sets": paths, "seed": seed, "options": given}
    return {**task, "settings": {name: repr(value) for name, value in fixed.items()}, "trials": points}
