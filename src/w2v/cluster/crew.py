"""The hosts of a cluster, by Ray: one process a node, which holds some of the shards; what is lost is replaced."""

import logging
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from w2v.cluster.host import Host, Text
from w2v.config import __version__
from w2v.errors import ClusterError

__all__ = ["Crew", "Lost", "Member", "import_ray"]

logger = logging.getLogger("w2v.model")

Found = TypeVar("Found")

_POLL = 0.5  # seconds
_START = 60.0  # seconds at least for hosts to begin, which depends on nothing that is lost
_LOSSES = 20  # in a row, without a round done in between: then something else is wrong


class Lost(Exception):
    """A host, or what it had to give, is lost."""


@dataclass(frozen=True)
class Member:
    """A host: its actor, the node that it is on, and the shards that it holds."""

    actor: Any
    node: str
    name: str  # of the machine
    ranks: tuple[int, ...]


def import_ray() -> Any:
    """Return Ray; ImportError with what to install if it is not there."""
    try:
        import ray
        import ray.util.scheduling_strategies
    except ImportError as error:
        raise ImportError('training on a cluster needs Ray, which is not installed: pip install "w2v[ray]"') from error
    return ray


class Crew:
    """Hosts on as many nodes as there are, one on each, at most one for each shard.

    Parameters
    ----------
    text : Text
    workers : int
        Threads of each host, at most as many as its node has processors for Ray.
    address : str or None
        Of a Ray cluster; None for the one that this process is connected to already, or else one of this machine alone.
    deadline : float
        Seconds that a lost node is waited for.
    on_loss : {"fewer", "stop"}
        What comes then: the other nodes take its shards, or training ends.
    """

    def __init__(self, text: Text, workers: int, address: str | None, deadline: float, on_loss: str) -> None:
        self.ray = import_ray()
        self.text, self._workers, self._deadline, self._on_loss = text, workers, deadline, on_loss
        self._own = not self.ray.is_initialized()
        if self._own:
            self.ray.init(address=address, log_to_driver=False, logging_level=logging.WARNING)
        self.members: list[Member] = []
        self.losses = 0
        try:
            self._gather(max(deadline, _START))
        except BaseException:
            self.close()
            raise

    def _gather(self, wait: float) -> None:
        """Start a host on each node, unless there are more than shards."""
        parts, nodes = self.text.parts, self._nodes()
        n = min(len(nodes), parts)
        if not n:
            raise ClusterError("expected nodes with at least one processor for Ray, got none")
        self.members = self._enlist([tuple(range(parts * i // n, parts * (i + 1) // n)) for i in range(n)], wait)
        if len(self.members) < n:
            raise ClusterError(f"expected a host on each of {n} nodes, got {len(self.members)} in {wait:g} seconds")

    def get(self, references: Any) -> Any:
        """Return what references stand for; `Lost` if a host is lost, or the error of the call if that failed."""
        errors = self.ray.exceptions
        try:
            return self.ray.get(references)
        except errors.OutOfDiskError as error:
            raise OSError(f"a disk of the cluster is full: {error}") from error
        except errors.RayTaskError as error:
            if isinstance(error.cause, errors.RayError):
                raise Lost(str(error)) from error
            raise error.cause from None
        except errors.RayError as error:
            raise Lost(str(error)) from error

    def each_rank(self, name: str, *given: Any) -> list[Any]:
        """Call ``name(rank, *given)`` where each shard is, and return the results by shard; again if a host is lost."""

        def call() -> list[Any]:
            calls = {rank: getattr(m.actor, name).remote(rank, *given) for m in self.members for rank in m.ranks}
            return list(self.get([calls[rank] for rank in range(self.text.parts)]))

        return self.insist(call)

    def insist(self, call: Callable[[], Found]) -> Found:
        """Return what ``call()`` returns; when hosts are lost, replace them and call it again."""
        while True:
            try:
                return call()
            except Lost as loss:
                self.recover(loss)

    def positions(self) -> dict[str, tuple[int, int]]:
        """Return, by node, where the hosts stand that answer."""
        asked = [(member, member.actor.position.remote()) for member in self.members]
        found = {}
        for member, reference in asked:
            try:
                found[member.node] = self.ray.get(reference, timeout=self._deadline + 60)
            except self.ray.exceptions.RayError:
                logger.warning("cluster: the host on %s is lost", member.name)
        return found

    def recover(self, loss: Lost) -> dict[str, tuple[int, int]]:
        """Replace hosts that are lost; return, by node, where those stand that are not.

        Raises
        ------
        ClusterError
            There are too few nodes for too long, and `on_loss` says to stop, or none is left.
        """
        self.losses += 1
        if self.losses > _LOSSES:
            raise ClusterError(f"hosts were lost {_LOSSES} times in a row, the last time by: {loss}")
        found = self.positions()
        lost = [member for member in self.members if member.node not in found]
        self._kill(member.actor for member in lost)
        self.members = [member for member in self.members if member.node in found]
        new = self._enlist([member.ranks for member in lost], self._deadline)
        orphans = [member.ranks for member in lost][len(new) :]
        self.members += new
        if orphans:
            self._give_to_others([rank for ranks in orphans for rank in ranks], loss)
        return found

    def close(self) -> None:
        """End the hosts, and Ray if it was started for them."""
        self._kill(member.actor for member in self.members)
        self.members = []
        if self._own:
            self.ray.shutdown()

    def _kill(self, actors: Iterable[Any]) -> None:
        for actor in actors:
            self.ray.kill(actor)

    def _give_to_others(self, ranks: list[int], loss: Lost) -> None:
        """Let the hosts that are left hold these shards, too: the bits stay the same."""
        if self._on_loss == "stop" or not self.members:
            names = ", ".join(member.name for member in self.members) or "none"
            raise ClusterError(
                f"a node was lost, and none came in {self._deadline:g} seconds (left: {names})"
            ) from loss
        for rank in ranks:
            fewest = min(range(len(self.members)), key=lambda i: len(self.members[i].ranks))
            member = self.members[fewest]
            self.members[fewest] = replace(member, ranks=(*member.ranks, rank))
        logger.warning("cluster: going on with %d nodes, which hold all shards", len(self.members))

    def _nodes(self) -> dict[str, Any]:
        """The nodes that are there, by their ids, which have processors."""
        nodes = {node["NodeID"]: node for node in self.ray.nodes() if node["Alive"]}
        return {name: node for name, node in nodes.items() if node["Resources"].get("CPU", 0) >= 1}

    def _enlist(self, groups: list[tuple[int, ...]], wait: float) -> list[Member]:
        """Start a host for each group of shards on a node that has none; fewer after so many seconds."""
        found: list[Member] = []
        pending: dict[Any, tuple[Any, str, str]] = {}  # by the reference to what it says of itself
        until = time.monotonic() + wait
        while len(found) < len(groups) and time.monotonic() < until:
            taken = {member.node for member in [*self.members, *found]} | {node for _, node, _ in pending.values()}
            for node, about in self._nodes().items():
                if node not in taken and len(found) + len(pending) < len(groups):
                    actor = self._start(node, about)
                    pending[actor.describe.remote()] = actor, node, about["NodeManagerHostname"]
            if not pending:
                time.sleep(_POLL)
                continue
            for reference in self.ray.wait(list(pending), timeout=_POLL)[0]:
                actor, node, name = pending.pop(reference)
                try:
                    self._check(self.get(reference))
                except Lost:
                    self._kill([actor])
                    time.sleep(_POLL)
                except BaseException:
                    self._kill([actor, *(member.actor for member in found), *(actor for actor, *_ in pending.values())])
                    raise
                else:
                    found.append(Member(actor, node, name, groups[len(found)]))
        self._kill(actor for actor, *_ in pending.values())
        return found

    def _start(self, node: str, about: Any) -> Any:
        threads = max(1, min(self._workers, int(about["Resources"]["CPU"])))
        there = self.ray.util.scheduling_strategies.NodeAffinitySchedulingStrategy(node_id=node, soft=False)
        options = {"num_cpus": threads, "max_restarts": 0, "max_task_retries": 0, "scheduling_strategy": there}
        return self.ray.remote(Host).options(**options).remote(self.text, threads)

    def _check(self, about: dict[str, Any]) -> None:
        if about["w2v"] != __version__:
            raise ClusterError(f"{about['node']}: expected w2v {__version__}, as here, got {about['w2v']}")
