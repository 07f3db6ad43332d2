"""Epochs of a model on a cluster: the bits of `training.shards.trainer.ShardTrainer`, whatever is lost on the way."""

import logging
import uuid
from statistics import median
from typing import Any

import numpy as np
import numpy.typing as npt

from w2v import _core
from w2v.base.progress import Bar
from w2v.base.weights import Matrix
from w2v.cluster.crew import Crew, Lost
from w2v.cluster.host import Measured, Setup, State
from w2v.corpus.remote import RemoteCorpus
from w2v.corpus.vocab import Vocab
from w2v.errors import ClusterError
from w2v.training.jobs import Jobs, Totals
from w2v.training.outputs import Outputs
from w2v.training.place import BEGINNING, Pauses, Place, Tallies
from w2v.training.settings import Settings
from w2v.training.shards.merging import basis_shard, round_of
from w2v.training.shards.plan import at_groups, group_of, marks, rounds_in_epoch
from w2v.training.shards.replica import all_matrices
from w2v.training.trainer import Epoch, ended, finite_weights

__all__ = ["ClusterTrainer"]

logger = logging.getLogger("w2v.model")

_SLOW = 1.5  # times the median of the seconds a token takes


class ClusterTrainer:
    """Trains `inp` and the outputs of a model by the hosts of a crew; the methods are those of `ShardTrainer`.

    This process moves references. Weights come here at the end of an epoch, for a checkpoint, and when training ends.
    """

    def __init__(
        self,
        crew: Crew,
        measured: list[Measured],
        narrow: bool,
        settings: Settings,
        vocab: Vocab,
        corpus: RemoteCorpus,
        inp: Matrix,
        outputs: Outputs,
        locks: npt.NDArray[np.float32] | None = None,
        frozen_output: bool = False,
    ) -> None:
        self.settings, self.vocab, self.weights = settings, vocab, finite_weights(inp[: len(vocab)], outputs)
        self.words, self._totals, self._crew = corpus.n_words * settings.epochs, Totals.of(corpus), crew
        self._jobs = Jobs(settings, vocab, self._totals, inp, outputs, locks, frozen_output)
        group, shards = group_of(self._jobs.block), crew.text.parts
        self.rounds = rounds_in_epoch(self._totals, settings.epochs, shards, group)
        starts = _starts(crew, vocab, measured, group)
        key, given = uuid.uuid4().hex, (self._totals, locks, frozen_output, self.rounds, measured, starts, narrow)
        self._setup = crew.ray.put(Setup(key, settings, vocab.words, vocab.counts, *given))
        self._known: State | None = None  # what the hosts have, if this process does
        self._begun: Any = None  # a reference to the weights that this epoch began with
        self._after: Tallies = np.zeros(shards, dtype=_core.TALLY)  # tallies, once the round under way is done
        self._pace: dict[str, list[float]] = {}  # seconds and tokens of each node

    def run_epoch(self, bar: Bar, place: Place = BEGINNING, pauses: Pauses | None = None) -> Epoch:
        """Train one epoch, from a round of it to its end; see `w2v.training.trainer.Trainer.run_epoch`."""
        tallies = np.zeros(self._crew.text.parts, dtype=_core.TALLY)
        place.fill(tallies)
        begun, watch = tallies.copy(), bar.watch(tallies, place.epoch)
        self._begin(place)
        number, end = place.round, self.rounds
        while number < end:
            try:
                self._round(place.epoch, number, tallies)
                number, tallies[:], self._crew.losses = number + 1, self._after, 0
            except Lost as loss:
                number, tallies[:] = self._recover(loss, place, number, tallies, begun, pauses)
                continue
            if watch:
                watch()
            if number < end and pauses and pauses.due():
                self.collect()
                pauses.save(place.after_round(number, tallies))
        self.collect()
        self._tell_slow()
        return ended(tallies, self.weights, self._jobs, place.epoch)

    def collect(self) -> None:
        """Bring the newest weights here, from whichever host answers."""
        if self._known is not None or self._begun is None:
            return
        found = self._crew.positions()
        for node in sorted(found, key=lambda node: found[node], reverse=True):
            member = next(member for member in self._crew.members if member.node == node)
            try:
                self._known = self._crew.get(member.actor.state.remote())
                break
            except Lost:
                continue
        if self._known is None:
            logger.warning("cluster: no host is left; the model is as it was when this epoch began")
            return
        for name, matrix in all_matrices(self._jobs).items():
            np.copyto(matrix, self._known.matrices[name])

    def close(self) -> None:
        """Give back what only this training needs; hosts stay."""
        self._known = self._begun = None

    def _begin(self, place: Place) -> None:
        """Have all hosts hold their shards, with the weights that are here."""
        here = State(place.epoch, place.round, all_matrices(self._jobs))
        same = self._known is not None and all(
            np.array_equal(matrix, self._known.matrices[name]) for name, matrix in here.matrices.items()
        )
        self._begun = self._crew.ray.put(here)
        given = State(place.epoch, place.round, {}) if same else self._begun
        try:
            self._hold()
            self._crew.get([member.actor.load.remote(given) for member in self._crew.members])
        except Lost as loss:
            self._recover(loss, place, place.round, self._after, self._after, None)
        self._known = None

    def _hold(self) -> None:
        self._crew.get([member.actor.hold.remote(member.ranks, self._setup) for member in self._crew.members])

    def _round(self, epoch: int, number: int, tallies: Tallies) -> None:
        """Have a round trained and merged; afterwards `_after` has its tallies, too."""
        crew, members = self._crew, self._crew.members
        n, self._known = len(members), None
        after = tallies.copy()
        done = crew.get([member.actor.train.remote(epoch, number) for member in members])
        for member, (found, seconds) in zip(members, done, strict=True):
            for rank, tally in found.items():
                for name in ("tokens", "words", "pairs", "loss"):
                    after[name][rank] += tally[name][0]
            self._watch_pace(member.name, seconds, sum(int(tally["tokens"][0]) for tally in found.values()))
        self._after, tokens = after, after["tokens"] - tallies["tokens"]
        rank = basis_shard(number, tokens.tolist())
        bases = next(member.actor.bases.remote(rank) for member in members if rank in member.ranks)
        trained = round_of(self.settings, self._totals.words, epoch, int(tallies["tokens"].sum()), int(tokens.sum()))
        changes = [member.actor.changes.options(num_returns=n).remote(n) for member in members]
        parts = [given if n > 1 else [given] for given in changes]
        merged = [
            member.actor.merge.remote(bases, trained, *(part[owner] for part in parts))
            for owner, member in enumerate(members)
        ]
        crew.get([member.actor.apply.remote(epoch, number, *merged) for member in members])

    def _recover(
        self, loss: Lost, place: Place, number: int, tallies: Tallies, begun: Tallies, pauses: Pauses | None
    ) -> tuple[int, Tallies]:
        """Replace what is lost and bring all hosts to where the newest is; return the next round and the tallies."""
        while True:
            try:
                found = self._crew.recover(loss)
                newest = max(found, key=lambda node: found[node], default=None)
                fresh = newest is None or found[newest][0] < place.epoch
                reached = place.round if newest is None or fresh else found[newest][1]
                state = self._begun
                for member in self._crew.members:
                    if member.node == newest and not fresh:
                        state = member.actor.state.remote()
                self._hold()
                self._crew.get([member.actor.load.remote(state) for member in self._crew.members])
                logger.warning("cluster: epoch %d goes on from its round %d", place.epoch + 1, reached + 1)
                return reached, begun if fresh else self._after if reached > number else tallies
            except Lost as another:
                loss = another
            except ClusterError:
                self._stop(place, number, tallies, pauses)
                raise

    def _stop(self, place: Place, number: int, tallies: Tallies, pauses: Pauses | None) -> None:
        """Leave a checkpoint, if there are any: of what the hosts that are left have."""
        reached = max(self._crew.positions().values(), default=(-1, -1))
        if pauses and reached[0] == place.epoch:
            self.collect()
            pauses.save(place.after_round(reached[1], self._after if reached[1] > number else tallies))

    def _watch_pace(self, name: str, seconds: float, tokens: int) -> None:
        pace = self._pace.setdefault(name, [0.0, 0.0])
        pace[0] += seconds
        pace[1] += tokens

    def _tell_slow(self) -> None:
        """Say in the log which nodes take much longer than most for a token."""
        each = {name: seconds / max(1.0, tokens) for name, (seconds, tokens) in self._pace.items()}
        usual = median(each.values()) if each else 0.0
        for name, seconds in each.items():
            if seconds > _SLOW * usual and self._pace[name][0] >= 1:
                logger.warning("cluster: %s takes %.1f times as long as most nodes", name, seconds / usual)
        self._pace.clear()


def _starts(crew: Crew, vocab: Vocab, measured: list[Measured], group: int) -> list[int]:
    """Where shards begin: what `plan.boundaries` says of the whole text, found where its parts are."""
    shards = crew.text.parts
    total, sentences = sum(part.words for part in measured), sum(part.sentences for part in measured)
    wanted = marks(total, shards)
    words = crew.ray.put(vocab.words)
    bases = np.cumsum([0, *(part.words for part in measured)])

    def find() -> list[Any]:
        return list(
            crew.get(
                [
                    member.actor.find.remote(rank, words, wanted - bases[rank])
                    for rank in range(shards)
                    for member in crew.members
                    if rank in member.ranks
                ]
            )
        )

    found, first = np.full(shards + 1, sentences), 0
    for part, places in zip(measured, crew.insist(find), strict=True):
        found = np.where(places <= part.sentences, np.minimum(found, first + places), found)
        first += part.sentences
    return at_groups(found, group, 0, sentences)
