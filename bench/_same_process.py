"""What `w2v.cluster` uses of Ray, by threads of this process, which hand arrays over as they are."""

import threading
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace


class _Unheard(Exception):
    """Never raised: nothing is lost here."""


class _Result:
    """What a call gives, or one of several things that it gives."""

    def __init__(self, future, part=None):
        self.future, self.part = future, part

    def value(self):
        found = self.future.result()
        return found if self.part is None else found[self.part]


class _Method:
    def __init__(self, actor, name, results=1):
        self.actor, self.name, self.results = actor, name, results

    def options(self, num_returns):
        return _Method(self.actor, self.name, num_returns)

    def remote(self, *given):
        def call():
            values = [one.value() if isinstance(one, _Result) else one for one in given]
            with self.actor.cores:
                return getattr(self.actor.object, self.name)(*values)

        future = self.actor.thread.submit(call)
        return _Result(future) if self.results == 1 else [_Result(future, part) for part in range(self.results)]


class _Actor:
    """An object whose methods run one after another, and with those of others on so many cores."""

    def __init__(self, made, cores):
        self.object, self.cores, self.thread = made, cores, ThreadPoolExecutor(1)

    def __getattr__(self, name):
        return _Method(self, name)


class SameProcess:
    """A cluster of so many nodes, all in this process, which share so many cores."""

    def __init__(self, nodes, cores):
        self._nodes, self._cores = nodes, threading.Semaphore(cores)
        errors = dict.fromkeys(("RayError", "RayTaskError", "OutOfDiskError"), _Unheard)
        self.exceptions = SimpleNamespace(**errors)
        strategies = SimpleNamespace(NodeAffinitySchedulingStrategy=lambda **options: None)
        self.util = SimpleNamespace(scheduling_strategies=strategies)

    def is_initialized(self):
        return True

    def nodes(self):
        about = {"Alive": True, "Resources": {"CPU": 1.0}}
        return [{"NodeID": str(n), "NodeManagerHostname": str(n), **about} for n in range(self._nodes)]

    def remote(self, cls):
        made = SimpleNamespace(remote=lambda *given: _Actor(cls(*given), self._cores))
        return SimpleNamespace(options=lambda **options: made)

    def put(self, value):
        return _Result(SimpleNamespace(result=lambda: value))

    def get(self, given, timeout=None):
        return [one.value() for one in given] if isinstance(given, list) else given.value()

    def wait(self, references, timeout=None):
        return references, []

    def kill(self, actor):
        actor.thread.shutdown()
