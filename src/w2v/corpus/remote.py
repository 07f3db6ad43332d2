"""A corpus whose text is read, kept and trained elsewhere, by other processes: here only its numbers are known."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from w2v.corpus.encode import Words
from w2v.corpus.stream import Part, StreamCorpus
from w2v.corpus.vocab import Vocab

__all__ = ["RemoteCorpus", "RemoteSource", "not_here"]


@dataclass(frozen=True, eq=False)
class RemoteCorpus(StreamCorpus):
    """What is known of such a corpus, and who trains it.

    Parameters
    ----------
    trainer : callable
        Makes what trains a model on it, of the arguments that `w2v.training.trainer.Trainer` takes.
    """

    trainer: Callable[..., Any] | None = None


class RemoteSource(ABC):
    """Stands where `w2v.corpus.source.Source` does: a model that is given one is built and trained by it."""

    paths: list[str]

    @abstractmethod
    def encode(self, words: Words, *, workers: int = 1, progress: bool = False) -> tuple[Vocab, RemoteCorpus]:
        """Have it read, by the words of a vocabulary or by those that a `Pruning` chooses."""

    def is_of(self, corpus: Any) -> bool:
        """Whether this is the corpus that was read before: never, for it is read once."""
        return False


def not_here() -> Iterator[Part]:
    """Stand for the parts of a corpus whose text is elsewhere.

    Raises
    ------
    RuntimeError
        Always.
    """
    raise RuntimeError("this text is on other machines, which train it: it cannot be read here")
