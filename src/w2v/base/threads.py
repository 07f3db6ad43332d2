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
    work: Work, workers: int, watch: Call | None = None, cancel: Call | None = None, produce: Produce | None = None
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

    Raises
    ------
    BaseException
        The first error of any thread, or KeyboardInterrupt, or the error of `watch`, after the others were told to
        stop. A thread that hangs in a read from a pipe is not waited for.

    Examples
    --------
    >>> done = []
    >>> run_threads(lambda number, stop: done.append(number), 3)
    >>> sorted(done)
    [0, 1, 2]
    """
    stop = Event()
    # Not Thread.join, which up to Python 3.12 takes a thread for ended if Ctrl-C comes while it waits for it.
    ended = [Event() for _ in range(workers)]
    errors: list[BaseException] = []

    def end() -> None:
        stop.set()
        if cancel:
            cancel()

    def guarded(number: int) -> None:
        try:
            work(number, stop)
        except BaseException as error:
            errors.append(error)
            end()
        finally:
            ended[number].set()

    started = []
    try:
        for number in range(workers):
            threading.Thread(target=guarded, args=(number,), daemon=True).start()
            started.append(ended[number])
        if produce:
            produce(stop)
        _wait(ended, watch)
    except BaseException:
        end()
        for event in started:
            event.wait(1)
        raise
    if errors:
        raise errors[0]


def _wait(ended: list[Event], watch: Call | None) -> None:
    for event in ended:
        while not event.wait(_POLL):
            if watch:
                watch()
    if watch:
        watch()


def for_each(function: Callable[[Item], object], items: Iterable[Item], workers: int) -> None:
    """Call ``function(item)`` for every item, in up to `workers` threads.

    Examples
    --------
    >>> squares = []
    >>> for_each(lambda x: squares.append(x * x), range(4), workers=2)
    >>> sorted(squares)
    [0, 1, 4, 9]
    """
    waiting = deque(items)

    def work(number: int, stop: Event) -> None:
        while not stop.is_set():
            try:
                item = waiting.popleft()
            except IndexError:
                return
            function(item)

    run_threads(work, min(workers, len(waiting)))


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
