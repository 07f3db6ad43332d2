"""Threads around long calls: whoever asked gets back when all of them have ended."""

import _thread
import threading
import time

import pytest

from w2v.base import threads
from w2v.base.threads import run_threads


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
    ended, start = [], threading.Thread.start

    def starts(thread):
        if threading.active_count() > before + 2:
            raise RuntimeError("can't start new thread")
        start(thread)

    def work(number, stop):
        stop.wait()
        ended.append(number)

    before = threading.active_count()
    monkeypatch.setattr(threads.threading.Thread, "start", starts)
    with pytest.raises(RuntimeError, match="new thread"):
        run_threads(work, 9)
    assert sorted(ended) == [0, 1, 2]


def test_a_thread_that_hangs_in_a_pipe_is_waited_for_no_longer_than_said():
    released = threading.Event()

    def work(number, stop):
        if number:
            raise ValueError("mine")
        released.wait()

    with pytest.raises(ValueError, match="mine"):
        run_threads(work, 2, patience=0.01)
    released.set()
