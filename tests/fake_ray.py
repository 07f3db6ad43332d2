"""What `w2v.cluster` uses of Ray, in one process: nodes and actors that can be killed, everything is pickled."""

import pickle
from types import SimpleNamespace


class RayError(Exception):
    """Anything that Ray says."""


class RayTaskError(RayError):
    """A call failed."""

    def __init__(self, cause):
        super().__init__(str(cause))
        self.cause = cause


class OutOfDiskError(RayError):
    """A disk is full."""


class Reference:
    """A result: pickled, or an error; it is lost with its actor."""

    def __init__(self, call, actor=None):
        self.actor = actor
        try:
            self.data, self.error = pickle.dumps(call()), None
        except Exception as error:
            self.data, self.error = b"", error

    def value(self):
        if self.error is not None:
            raise self.error if isinstance(self.error, RayError) else RayTaskError(self.error)
        if self.actor is not None and self.actor.dead:
            raise RayError("the object is lost")
        return pickle.loads(self.data)


class Method:
    """A method of an actor."""

    def __init__(self, actor, name, results=1):
        self.actor, self.name, self.results = actor, name, results

    def options(self, num_returns):
        return Method(self.actor, self.name, num_returns)

    def remote(self, *given):
        def call():
            self.actor.cluster.before(self.actor, self.name)
            if self.actor.dead:
                raise RayError("the actor is dead")
            values = [value.value() if isinstance(value, Reference) else value for value in given]
            return getattr(self.actor.object, self.name)(*pickle.loads(pickle.dumps(values)))

        whole = Reference(call, self.actor)
        if self.results == 1:
            return whole
        return [Reference(lambda i=i: whole.value()[i], self.actor) for i in range(self.results)]


class Actor:
    """An object on a node."""

    def __init__(self, cluster, node, object):
        self.cluster, self.node, self.object, self.killed = cluster, node, object, False

    @property
    def dead(self):
        return self.killed or self.node not in self.cluster.alive

    def __getattr__(self, name):
        return Method(self, name)


class FakeRay:
    """A cluster of so many nodes; `before(actor, method)` may kill something before a call."""

    def __init__(self, nodes):
        self.alive = [f"node{i}" for i in range(nodes)]
        self.started, self.calls, self.is_shut = [], [], False
        self.plan = {}  # (method, how often it was called) to what then happens
        self.exceptions = SimpleNamespace(RayError=RayError, RayTaskError=RayTaskError, OutOfDiskError=OutOfDiskError)
        strategies = SimpleNamespace(NodeAffinitySchedulingStrategy=lambda node_id, soft: node_id)
        self.util = SimpleNamespace(scheduling_strategies=strategies)

    def before(self, actor, name):
        self.calls.append(name)
        then = self.plan.pop((name, self.calls.count(name)), None)
        if then is not None:
            then(actor)

    def is_initialized(self):
        return False

    def init(self, **options):
        self.options = options

    def shutdown(self):
        self.is_shut = True

    def nodes(self):
        known = {"Alive": True, "Resources": {"CPU": 2.0}}
        return [{"NodeID": node, "NodeManagerHostname": node, **known} for node in self.alive]

    def remote(self, cls):
        def options(**options):
            def start(*given):
                self.started.append(
                    Actor(self, options["scheduling_strategy"], cls(*pickle.loads(pickle.dumps(given))))
                )
                return self.started[-1]

            return SimpleNamespace(remote=start)

        return SimpleNamespace(options=options)

    def put(self, value):
        return Reference(lambda: value)

    def get(self, given, timeout=None):
        return [one.value() for one in given] if isinstance(given, list) else given.value()

    def wait(self, references, timeout=None):
        return references, []

    def kill(self, actor):
        actor.killed = True
