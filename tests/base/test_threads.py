"""Threads around long calls: whoever asked gets back when all of them have ended."""

import _thread
import threading
import time

import pytest

from w2v.base.threads import Thread, _Team, run_threads


def test_ctrl_c_at_any_moment_waits_for_all_threads():
    """From the first start to the last wait; a thread that works would go on to write."""
    for trial in range(100):
        working = set()

        def work(number, stop, working=working):
            working.add(number)
            while not stop.is_set():
                time.sleep(0.0001)
            time.sleep(0.002)  # what C needs to see the flag
            working.discard(number)

        timer = threading.Timer(trial * 0.00003, _thread.interrupt_main)
        try:
            timer.start()
            run_threads(work, 8)
        except KeyboardInterrupt:
            pass
        assert working == set()
        timer.join()


def test_a_second_ctrl_c_does_not_leave_them_alone():
    working = {0}

    def work(number, stop):
        _thread.interrupt_main()
        stop.wait()
        _thread.interrupt_main()
        time.sleep(0.3)
        working.discard(number)

    with pytest.raises(KeyboardInterrupt):
        run_threads(work, 1)
    assert working == set()


def test_a_thread_that_cannot_be_started_ends_the_others(monkeypatch):
    ended, started, start = [], [], _thread.start_new_thread

    def starts(function, arguments):
        if len(started) == 3:
            raise RuntimeError("can't start new thread")
        started.append(start(function, arguments))

    def work(number, stop):
        stop.wait()
        ended.append(number)

    monkeypatch.setattr(_thread, "start_new_thread", starts)
    with pytest.raises(RuntimeError, match="new thread"):
        run_threads(work, 9)
    assert sorted(ended) == [0, 1, 2]


def test_a_thread_that_ends_before_its_first_line_ends_the_others(monkeypatch):
    """Python drops the arguments of a thread that has ended, whether or not it came as far as to be called."""
    ended, started, start = [], [], _thread.start_new_thread

    def starts(function, arguments):
        started.append(None if len(started) == 2 else start(function, arguments))

    def work(number, stop):
        stop.wait()
        ended.append(number)

    monkeypatch.setattr(_thread, "start_new_thread", starts)
    with pytest.raises(MemoryError, match="before its first line"):
        run_threads(work, 9)
    assert sorted(ended) == [0, 1]


def test_a_thread_that_is_done_before_anybody_looks(monkeypatch):
    start = _thread.start_new_thread

    class Late:
        """A lock that is asked for a moment too early."""

        def __init__(self, lock):
            self.release, self.lock, self.asked = lock.release, lock, 0

        def acquire(self, blocking=True, timeout=-1):
            self.asked += 1
            return self.asked > 1 and self.lock.acquire(blocking, timeout)

    def starts(function, arguments):
        thread = function.__self__
        thread._began = Late(thread._began)
        start(function, arguments)
        while not thread.has_ended():
            time.sleep(0.001)

    done = []
    monkeypatch.setattr(_thread, "start_new_thread", starts)
    run_threads(lambda number, stop: done.append(number), 2)
    assert sorted(done) == [0, 1]


def test_an_error_before_the_work_is_not_lost(monkeypatch):
    """The first thing that a thread does may fail for lack of memory."""

    def begin(team, number):
        raise MemoryError("mine")

    monkeypatch.setattr(_Team, "begin", begin)
    with pytest.raises(MemoryError, match="mine"):
        run_threads(lambda number, stop: None, 2)


def test_what_watches_threads_is_told_of_each(monkeypatch):
    """As `threading.Thread` does it, for debuggers and coverage."""
    seen = []

    def traced():
        pass

    monkeypatch.setattr(threading, "_profile_hook", lambda frame, event, value: seen.append(frame.f_code))
    run_threads(lambda number, stop: traced(), 2)
    assert seen.count(traced.__code__) >= 2


def test_a_thread_that_hangs_in_a_pipe_is_waited_for_no_longer_than_said():
    released = threading.Event()

    def work(number, stop):
        if number:
            raise ValueError("mine")
        released.wait()

    with pytest.raises(ValueError, match="mine"):
        run_threads(work, 2, patience=0.01)
    released.set()


def test_a_thread_is_waited_for_as_long_as_said():
    released = threading.Event()
    thread = Thread(released.wait)
    assert thread.has_ended()
    thread.start()
    assert not thread.has_ended()
    assert not thread.wait(0.01)
    released.set()
    assert thread.wait()
    assert thread.has_ended()
    assert thread.error is None
