"""Checkpoints: a model in the middle of its training, and where it stands, in a file that training goes on from."""

import atexit
import logging
import time
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from w2v.base.files import check_writable
from w2v.base.paths import Path
from w2v.base.threads import Thread
from w2v.callbacks import Checkpoint
from w2v.corpus.source import Corpus
from w2v.errors import FormatError, WrongKindError
from w2v.formats import native
from w2v.training import identity, saving
from w2v.training.place import Place
from w2v.training.state import State

logger = logging.getLogger("w2v.model")


class Run(NamedTuple):
    """What a checkpoint says besides the model: one call of `train`."""

    place: Place
    epochs: int  # of the whole call
    every: float  # seconds
    corpus: dict[str, Any]  # see `identity.of`
    cache: Any
    note: dict[str, Any] | None

    @classmethod
    def read(cls, saved: Any) -> "Run":
        """Return what a file says; ValueError if it makes no sense."""
        if not isinstance(saved, dict) or saved.keys() != set(cls._fields):
            raise ValueError(f"checkpoint: expected {', '.join(cls._fields)}, got {saved!r:.80}")
        kinds = {"epochs": int, "every": int | float, "corpus": dict, "note": dict | None, "cache": str | int | None}
        for name, kind in kinds.items():
            if not isinstance(saved[name], kind):
                raise ValueError(f"checkpoint: {name}: expected {kind}, got {saved[name]!r:.80}")
        return cls(**{**saved, "place": Place.read(saved["place"])})


def load(model: State, path: Path) -> Run:
    """Fill a new model with what a checkpoint holds; see `w2v.Word2Vec.resume`."""
    saved = saving.load_into(model, path, None)
    if saved is None:
        raise WrongKindError(f"{path}: expected a checkpoint, got a model that is complete: Word2Vec.load reads it")
    try:
        return Run.read(saved)
    except ValueError as error:
        raise FormatError(f"{path}: {error}") from error


class Writer:
    """Writes the checkpoints of one call of `train`, which waits for nothing but copies of the weights."""

    def __init__(self, asked: Checkpoint, model: State, corpus: Corpus, epochs: int) -> None:
        check_writable(asked.path)
        self._asked, self._model = asked, model
        self._fixed = {
            "epochs": epochs,
            "every": asked.every,
            "corpus": identity.of(corpus),
            "cache": model.cache,
            "note": asked.note,
        }
        self._began, self._last = time.perf_counter(), time.monotonic()
        self._thread: Thread | None = None

    def due(self) -> bool:
        """Whether it is time for another one."""
        if self._asked.ends:
            return True
        writing = self._thread is not None and not self._thread.has_ended()
        return time.monotonic() - self._last >= self._asked.every and not writing

    def save(self, place: Place) -> None:
        """Have a checkpoint written; KeyboardInterrupt if it is the last, because training is to stop."""
        self.wait()
        write = self._writing(place)
        if self._asked.ends:
            write()
            raise KeyboardInterrupt
        self._thread = Thread(write)
        atexit.register(self.wait)  # it is written to its end
        try:
            self._thread.start()
        except (MemoryError, RuntimeError):  # no memory for a thread: then training waits
            write()
        self._last = time.monotonic()

    def finish(self, place: Place) -> None:
        """Write that all is done, even if a callback has ended it early; for the model may not be saved yet."""
        self._writing(place._replace(epoch=self._fixed["epochs"]))()

    def wait(self) -> None:
        """Return when nothing is being written."""
        if self._thread is not None:
            self._thread.wait()
            atexit.unregister(self.wait)

    def _writing(self, place: Place) -> Callable[[], None]:
        """A function that writes what the model is now."""
        path = self._asked.path
        pieces = saving.pieces(self._model)
        with np.errstate(over="ignore", invalid="ignore"):
            if not all(np.isfinite(matrix.sum()) for matrix in pieces["matrices"].values()):
                return lambda: None  # training has diverged, and the checkpoint before is worth more
        pieces["settings"]["total_train_time"] += time.perf_counter() - self._began
        pieces["settings"][saving.CHECKPOINT] = {"place": place.as_json(), **self._fixed}
        try:
            pieces["matrices"] = {name: np.array(matrix) for name, matrix in pieces["matrices"].items()}
            pieces["subwords"] = pieces["subwords"] and pieces["subwords"].copied()
        except MemoryError:  # then training waits
            _write(path, pieces)
            return lambda: None
        return lambda: _write(path, pieces)


def _write(path: Path, pieces: dict[str, Any]) -> None:
    try:
        native.save_model(path, **pieces)
    except Exception as error:  # a full disk, or memory: training is worth more than its checkpoint
        logger.warning("%s: this checkpoint could not be written; the one before stays. %s", path, error)
