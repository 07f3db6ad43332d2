"""Python threads around long C calls: their errors come back, and Ctrl-C ends them all."""

import os
import queue
import threading
from collections import deque
from collections.abc import Callable, Iterable
from threading import Event
from typing import TypeVar

__all__ = ["available_workers", "feed", "for_each", "run_threads"]

Item = TypeVar("Item")
Call = Callable[[], object]
Work = Callable[[int, Event], object]
Produce = Callable[[Event], object]

_POLL = 0.1  # seconds between looks at the threads, so that Ctrl-C is answered well within a second


def run_threads(
    work: Work,
    workers: int,
    watch: Call | None = None,
    cancel: Call | None = None,
    produce: Produce | None = None,
    patience: float | None = None,
) -> None:
    """Call ``work(number, stop)`` in `workers` threads, numbered from 0, and return when all have ended.

    Parameters
    ----------
    work : callable
        Must return soon once the event `stop` is set.
    workers : int
    watch : callable, optional
        Called without arguments from the caller's thread every tenth of a second, and once at the end.
    cancel : callable, optional
        Called without arguments when `stop` is set, for work that cannot look at it.
    produce : callable, optional
        ``produce(stop)`` is called from the caller's thread, once the others have begun.
    patience : float, optional
        After an error, seconds to wait for each thread, which may hang in a read from a pipe; without it, all are
        waited for until they have ended.

    Raises
    ------
    BaseException
        The first error of any thread, or KeyboardInterrupt, or the error of `watch`, after the others were told to
        stop, and have ended.

    Examples
    --------
    >>> done = []
    >>> run_threads(lambda number, stop: done.append(number), 3)
    >>> sorted(done)
    [0, 1, 2]
    """
    team = _Team(work, workers, cancel, patience)
    try:
        for number in range(workers):
            threading.Thread(target=team.guarded, args=(number,), daemon=True).start()
        if produce:
            produce(team.stop)
        team.wait(watch)
    except BaseException:
        _insist(team.end_all)
        raise
    if team.errors:
        _insist(team.end_all)
        raise team.errors[0]


class _Team:
    """Threads at work. Each begins before it is waited for, or never: its start may be interrupted halfway."""

    def __init__(self, work: Work, workers: int, cancel: Call | None, patience: float | None) -> None:
        self.work, self.cancel, self.patience = work, cancel, patience
        self.stop = Event()
        # Not Thread.join, which up to Python 3.12 takes a thread for ended if Ctrl-C comes while it waits for it.
        self.ended = [Event() for _ in range(workers)]
        self.begun: list[int] = []
        self.gate = threading.Lock()
        self.errors: list[BaseException] = []

    def guarded(self, number: int) -> None:
        """Do a thread's work."""
        with self.gate:
            if self.stop.is_set():
                return
            self.begun.append(number)
        try:
            self.work(number, self.stop)
        except BaseException as error:
            self.errors.append(error)
            self.end()
        finally:
            self.ended[number].set()

    def wait(self, watch: Call | None) -> None:
        """Return when all have ended, or one of them has told the others to stop."""
        for event in self.ended:
            while not self.stop.is_set() and not event.wait(_POLL):
                if watch:
                    watch()
        if watch:
            watch()

    def end(self) -> None:
        """Tell all to stop."""
        self.stop.set()
        if self.cancel:
            self.cancel()

    def end_all(self) -> None:
        """Return when all have ended, as far as patience goes."""
        with self.gate:
            self.stop.set()
        self.end()
        for number in self.begun:
            self.ended[number].wait(self.patience)


def _insist(call: Call) -> None:
    """Call a function, again if Ctrl-C comes while it runs: its caller is on the way out because of one already."""
    while True:
        try:
            call()
            return
        except KeyboardInterrupt:
            continue


def for_each(
    function: Callable[[Item], object],
    items: Iterable[Item],
    workers: int,
    watch: Call | None = None,
    cancel: Call | None = None,
    produce: Produce | None = None,
    to_the_end: bool = False,
) -> None:
    """Call ``function(item)`` for every item, in up to `workers` threads.

    `watch`, `cancel` and `produce` are as for `run_threads`. `to_the_end`: all items are done, even if Ctrl-C comes.

    Examples
    --------
    >>> squares = []
    >>> for_each(lambda x: squares.append(x * x), range(4), workers=2)
    >>> sorted(squares)
    [0, 1, 4, 9]
    """
    waiting = deque(items)

    def work(number: int, stop: Event) -> None:
        while to_the_end or not stop.is_set():
            try:
                item = waiting.popleft()
            except IndexError:
                return
            function(item)

    run_threads(work, min(workers, len(waiting)), watch, cancel, produce)


class _End:
    """What comes after the last item."""


def feed(
    items: Iterable[Item],
    work: Callable[[int, Item], object],
    workers: int,
    watch: Call | None = None,
    cancel: Call | None = None,
) -> None:
    """Call ``work(number, item)`` for every item in `workers` threads, while the calling thread takes items ahead.

    `watch` and `cancel` are as for `run_threads`; `watch` is called whenever an item has been taken, too.

    Examples
    --------
    >>> squares = []
    >>> feed(range(4), lambda number, x: squares.append(x * x), workers=2)
    >>> sorted(squares)
    [0, 1, 4, 9]
    """
    waiting: queue.Queue[Item | _End] = queue.Queue(maxsize=workers + 1)

    def take(number: int, stop: Event) -> None:
        while not stop.is_set():
            try:
                item = waiting.get(timeout=_POLL)
            except queue.Empty:
                continue
            if isinstance(item, _End):
                return
            work(number, item)

    def put(item: Item | _End, stop: Event) -> None:
        while not stop.is_set():
            try:
                return waiting.put(item, timeout=_POLL)
            except queue.Full:
                continue

    def produce(stop: Event) -> None:
        for item in items:
            if stop.is_set():
                return
            put(item, stop)
            if watch:
                watch()
        for _ in range(workers):
            put(_End(), stop)

    run_threads(take, workers, watch, cancel, produce)


def available_workers() -> int:
    """Return the number of processors that this process may use.

    Examples
    --------
    >>> available_workers() >= 1
    True
    """
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
