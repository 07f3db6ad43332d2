"""Where training stands: what it needs, besides the model, to go on as if it had not stopped."""

from typing import Any, NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

Tallies = npt.NDArray[np.void]


class Place(NamedTuple):
    """A quiet point: between sentences, with nothing under way in any thread."""

    epoch: int = 0  # epochs that are done
    sentence: int = 0  # of the epoch after these: the first that has not been trained
    tallies: tuple[Any, ...] = ()  # of that epoch: tokens, words, pairs and loss of each thread
    words: int = 0  # trained in the epochs that are done
    round: int = 0  # of shards, in place of `sentence`

    def within(self, sentence: int, tallies: Tallies) -> "Place":
        """Return a later place in the same epoch."""
        return self._replace(sentence=sentence, tallies=_kept(tallies))

    def after_round(self, number: int, tallies: Tallies) -> "Place":
        """Return the place before a round of shards in the same epoch."""
        return self._replace(round=number, tallies=_kept(tallies))

    @property
    def is_within(self) -> bool:
        """Whether the epoch has begun."""
        return bool(self.sentence or self.round)

    @property
    def tokens(self) -> int:
        """Words of the epoch that have been trained, before thinning."""
        return sum(tally[0] for tally in self.tallies)

    def fill(self, tallies: Tallies) -> None:
        """Put the tallies of this place into those of a trainer, which may have another number of threads."""
        for number, tally in enumerate(self.tallies):
            row = tallies[number % len(tallies)]
            for name, value in zip(tallies.dtype.names or (), tally, strict=False):
                row[name] += value

    @classmethod
    def read(cls, saved: Any) -> "Place":
        """Return the place that `as_json` wrote; ValueError if it is none."""
        saved = {"round": 0, **saved} if isinstance(saved, dict) else saved  # which older ones do not have
        if not isinstance(saved, dict) or saved.keys() != set(cls._fields):
            raise ValueError(f"place: expected {', '.join(cls._fields)}, got {saved!r:.80}")
        for name in ("epoch", "sentence", "words", "round"):
            if not isinstance(saved[name], int) or saved[name] < 0:
                raise ValueError(f"place: {name}: expected a whole number of at least 0, got {saved[name]!r:.80}")
        tallies = saved["tallies"]
        if not isinstance(tallies, list) or not all(map(_is_tally, tallies)):
            raise ValueError(f"place: tallies: expected lists of {_TALLIED} numbers, got {tallies!r:.80}")
        return cls(**saved)

    def as_json(self) -> dict[str, Any]:
        """Return what `read` reads."""
        return self._asdict()


BEGINNING = Place()
_TALLIED = 4


def _kept(tallies: Tallies) -> tuple[Any, ...]:
    return tuple(list(row)[:_TALLIED] for row in tallies.tolist())


def _is_tally(value: Any) -> bool:
    return (
        isinstance(value, list)
        and len(value) == _TALLIED
        and all(isinstance(number, int | float) and not isinstance(number, bool) for number in value)
    )


class Pauses(Protocol):
    """Whoever wants training to pause at a quiet point."""

    def due(self) -> bool:
        """Whether it is time; asked about ten times a second."""

    def save(self, place: Place) -> None:
        """Called when all threads have returned."""
