"""Python threads around long C calls: their errors come back, and Ctrl-C ends them all."""

import _thread
import os
import queue
import sys
import threading
import time
import weakref
from collections import deque
from collections.abc import Callable, Iterable
from functools import partial
from threading import Event
from typing import TypeVar

__all__ = ["Thread", "available_workers", "feed", "for_each", "run_threads"]

Item = TypeVar("Item")
Call = Callable[[], object]
Work = Callable[[int, Event], object]
Produce = Callable[[Event], object]

_POLL = 0.1  # seconds between looks at the threads, so that Ctrl-C is answered well within a second


class _Token:
    """Belongs to a thread, and goes with it: it is among the arguments that Python keeps until the thread has ended."""

    __slots__ = ("__weakref__",)


class Thread:
    """A thread that has begun when `start` returns, and that is known to have ended however it did.

    `threading.Thread.start` waits for ever for a thread that found no memory for its first line. What is done here
    where a thread begins and ends takes hardly any. At the end of Python, threads are not waited for.

    Parameters
    ----------
    work : callable
        What the thread does, without arguments.
    failed : callable, optional
        Called in the thread with the error that `work` ended with, which is kept as `error`.

    Examples
    --------
    >>> done = []
    >>> thread = Thread(lambda: done.append(5))
    >>> thread.start()
    >>> thread.wait()
    True
    >>> done
    [5]
    """

    def __init__(self, work: Call, failed: Callable[[BaseException], object] | None = None) -> None:
        self.error: BaseException | None = None
        self._work, self._failed, self._is_done = work, failed, False
        self._began, self._ended = _thread.allocate_lock(), _thread.allocate_lock()  # the thread releases them
        self._began.acquire()
        self._ended.acquire()
        self._tokens = [_Token()]  # until the start; one that is interrupted leaves it here, or nowhere
        self._token = weakref.ref(self._tokens[0])

    def start(self) -> None:
        """Return when the thread has begun; RuntimeError if there can be no more, MemoryError if it could not begin."""
        try:
            _thread.start_new_thread(self._run, (self._tokens.pop(),))
        except Exception:  # not Ctrl-C, which may come when the thread has been started
            self._is_done = True
            raise
        while not self._began.acquire(timeout=_POLL):
            if self.has_ended():  # since it was looked at, or without having begun
                if self._began.acquire(blocking=False):
                    return
                raise MemoryError("a thread ended before its first line: no memory was left")

    def has_ended(self) -> bool:
        """Whether it does nothing any more, or was never started."""
        return self._is_done or bool(self._tokens) or self._token() is None

    def wait(self, patience: float | None = None) -> bool:
        """Wait until the thread has ended, at most so many seconds; return whether it has."""
        deadline = None if patience is None else time.monotonic() + patience
        while not self.has_ended():
            if self._ended.acquire(timeout=_POLL if patience is None else min(_POLL, patience)):
                self._ended.release()  # for whoever else waits
            elif deadline is not None and time.monotonic() >= deadline:
                return False
        return True

    def _run(self, token: _Token) -> None:
        try:
            self._began.release()
            trace, profile = threading.gettrace(), threading.getprofile()
            if trace or profile:  # debuggers and coverage want to see all threads
                sys.settrace(trace)
                sys.setprofile(profile)
            self._work()
        except BaseException as error:
            self.error = error
            if self._failed:
                self._failed(error)
        finally:
            self._is_done = True
            self._ended.release()


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
        for thread in team.threads:
            thread.start()
        if produce:
            produce(team.stop)
        team.wait(watch)
    except BaseException:
        _insist(team.end_all)
        raise
    if error := team.error():
        _insist(team.end_all)
        raise error


class _Team:
    """Threads at work."""

    def __init__(self, work: Work, workers: int, cancel: Call | None, patience: float | None) -> None:
        self.work, self.cancel, self.patience = work, cancel, patience
        self.stop = Event()
        self.first: BaseException | None = None  # error
        self.threads = [Thread(partial(self.begin, number), self.failed) for number in range(workers)]

    def begin(self, number: int) -> None:
        """Do a thread's work, unless all are to stop already."""
        if not self.stop.is_set():
            self.work(number, self.stop)

    def failed(self, error: BaseException) -> None:
        """Keep the first error, and end the others."""
        if self.first is None:
            self.first = error
        self.end()

    def wait(self, watch: Call | None) -> None:
        """Return when all have ended, or one of them has told the others to stop."""
        for thread in self.threads:
            while not self.stop.is_set() and not thread.wait(_POLL):
                if watch:
                    watch()
        if watch:
            watch()

    def end(self) -> None:
        """Tell all to stop."""
        try:
            self.stop.set()
        finally:
            if self.cancel:
                self.cancel()

    def end_all(self) -> None:
        """Return when all have ended, as far as patience goes."""
        self.end()
        for thread in self.threads:
            thread.wait(self.patience)

    def error(self) -> BaseException | None:
        """Return the first error, if any."""
        return self.first or next((thread.error for thread in self.threads if thread.error), None)


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
