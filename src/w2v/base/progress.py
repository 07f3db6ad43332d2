"""Progress bars, which all come from here; and how far training is, as a bar over all epochs and lines in the log."""

import logging
import sys
import time
from collections.abc import Iterable, Iterator, Sized
from contextlib import contextmanager
from typing import Any, Protocol, TypeVar

import numpy as np
import numpy.typing as npt

logger = logging.getLogger("w2v.model")

#: What a bar shows, in the order of its worth: narrow terminals cut off the end.
_SHAPE = "{desc}: {percentage:.0f}%, {remaining} left{postfix} |{bar}| {n_fmt}/{total_fmt} {rate_fmt}"

Tallies = npt.NDArray[np.void]
Item = TypeVar("Item")


class Show(Protocol):
    """What a bar is moved by."""

    def __call__(self, done: int, **values: object) -> None:
        """Move it to what is done, and write values behind it."""


def open_bar(what: str, unit: str, total: int | None = None, items: Any = None, delay: float = 1.0) -> Any:
    """Return a bar of tqdm on standard error, which appears after `delay` seconds; over `items`, if they are given."""
    from tqdm.auto import tqdm  # takes a tenth of a second

    many = total is None or total > 9999
    shape = _SHAPE if total else None
    return tqdm(items, total=total, unit=unit, unit_scale=many, delay=delay, desc=what, bar_format=shape)


@contextmanager
def progress_bar(wanted: bool, what: str, unit: str, total: int | None = None, delay: float = 1.0) -> Iterator[Show]:
    """Give a function ``show(done, **values)`` that moves the bar to what is done, and writes values behind it.

    Examples
    --------
    >>> with progress_bar(False, "reading", "B", total=5) as show:
    ...     show(3)
    """
    if not wanted:
        yield lambda done, **values: None
        return
    with open_bar(what, unit, total, delay=delay) as bar:

        def show(done: int, **values: object) -> None:
            if values:
                bar.set_postfix(values, refresh=False)
            bar.update(done - bar.n)

        yield show


@contextmanager
def watched(items: Iterable[Item], wanted: bool, what: str, unit: str) -> Iterator[Iterable[Item]]:
    """Give the items themselves, or, if a bar is wanted, the same with a bar that shows how many were taken.

    Examples
    --------
    >>> with watched([1, 2], False, "reading", " sentences") as items:
    ...     sum(items)
    3
    """
    if not wanted:
        yield items
        return
    total = len(items) if isinstance(items, Sized) else None
    with open_bar(what, unit, total, items) as bar:
        yield bar


def print_above(line: str) -> None:
    """Print a line on standard error, above the bar that is there."""
    from tqdm.auto import tqdm

    tqdm.write(line, file=sys.stderr)


class Bar:
    """Shows words, words a second, time left and mean loss: as a bar if it is wanted, in the log at the level INFO.

    Parameters
    ----------
    total : int
        Words of all epochs.
    wanted : bool
        Whether there is a bar.
    report_delay : float
        Seconds between lines in the log.
    done : int
        Words that have been trained before.
    """

    def __init__(self, total: int, wanted: bool, report_delay: float = 1.0, done: int = 0) -> None:
        self._total, self._report_delay = total, report_delay
        self._done = done
        self._bar: Any = None
        if wanted:
            self._bar = open_bar("training", " words", total, delay=0.5)

    def __enter__(self) -> "Bar":
        return self

    def __exit__(self, *error: object) -> None:
        if self._bar is not None:
            self._bar.close()

    def watch(self, tallies: Tallies, epoch: int = 0) -> Any:
        """Return a function that shows how far an epoch is which begins now; None if nobody looks."""
        logs = logger.isEnabledFor(logging.INFO)
        if self._bar is None and not logs:
            return None
        before, started = self._done, time.perf_counter()
        reported = started

        def show() -> None:
            nonlocal reported
            tokens = int(tallies["tokens"].sum())
            now = time.perf_counter()
            self._done = before + tokens
            if self._bar is not None:
                self._update(tallies)
            if logs and now - reported >= self._report_delay:
                reported = now
                percent = 100 * self._done / self._total
                rate = tokens / (now - started)
                logger.info("EPOCH %d - PROGRESS: at %.2f%% words, %.0f words/s", epoch, percent, rate)

        return show

    def _update(self, tallies: Tallies) -> None:
        pairs = tallies["pairs"].sum()
        if pairs:
            self._bar.set_postfix(loss=f"{tallies['loss'].sum() / pairs:.4f}", refresh=False)
        self._bar.update(self._done - self._bar.n)
