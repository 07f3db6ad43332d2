"""The text of a cluster: files that every node can read, of which each reads its own bytes."""

from collections.abc import Iterable
from functools import partial
from typing import Any

import numpy as np

from w2v.cluster.crew import Crew
from w2v.cluster.host import Measured, Text
from w2v.cluster.trainer import ClusterTrainer
from w2v.corpus.encode import Words, source_keys
from w2v.corpus.remote import RemoteCorpus, RemoteSource, not_here
from w2v.corpus.source import Paths
from w2v.corpus.vocab import Vocab
from w2v.errors import EncodingError, FormatError, MissingFileError
from w2v.inputs.files import expand, open_bytes
from w2v.inputs.pruning import Pruning
from w2v.inputs.spans import spans_of

__all__ = ["ClusterText", "merged_counts"]


class ClusterText(RemoteSource):
    """Text that a model is given in place of sentences, to be read and trained by a cluster.

    Parameters are as for `w2v.cluster.train`; `close` ends what it has started.
    """

    def __init__(
        self,
        texts: Paths,
        shards: int,
        address: str | None = None,
        *,
        deadline: float = 60.0,
        on_loss: str = "fewer",
        exchange: str = "float32",
    ) -> None:
        for name, value, known in (
            ("on_loss", on_loss, ("fewer", "stop")),
            ("exchange", exchange, ("float32", "float16")),
        ):
            if value not in known:
                raise ValueError(f"{name}: expected {' or '.join(known)}, got {value!r}")
        if shards < 2:
            raise ValueError(f"shards: expected 2 or more on a cluster, got {shards}")
        self.paths = expand(texts)
        for path in self.paths:
            _check_there(path)
        spans_of(self.paths, 0, shards)  # refuses what cannot be read in parts
        self.shards, self._narrow = shards, exchange == "float16"
        self._rules: tuple[str | None, float, str] = (address, deadline, on_loss)
        self._crew: Crew | None = None

    def encode(self, words: Words, *, workers: int = 1, progress: bool = False) -> tuple[Vocab, RemoteCorpus]:
        """Start the hosts and have them read the text, by the words of a vocabulary or by those that are chosen."""
        if isinstance(words, Pruning) and words.limit:
            raise ValueError("max_vocab_size: expected None on a cluster, for what it drops depends on who counts what")
        self.close()
        self._crew = crew = Crew(Text(self.paths, self.shards), workers, *self._rules)
        if isinstance(words, Pruning):
            chosen = words.choose_words(*merged_counts(crew.each_rank("count")))
            _check_words(chosen.words)
            words = Vocab.from_chosen(chosen)
        measured = [Measured(*part) for part in crew.each_rank("measure", crew.ray.put(words.words))]
        known, every, lines, _ = (sum(numbers) for numbers in zip(*measured, strict=True))
        trainer = partial(ClusterTrainer, crew, measured, self._narrow)
        return words, RemoteCorpus(not_here, known, every, lines, source_keys(self.paths), trainer=trainer)

    def close(self) -> None:
        """End the hosts."""
        if self._crew is not None:
            self._crew.close()
        self._crew = None


def merged_counts(parts: Iterable[tuple[list[str], Any]]) -> tuple[list[str], Any]:
    """Return all words in the order of first appearance in the whole text, and their counts.

    Examples
    --------
    >>> merged_counts([(["to", "be"], np.array([2, 1])), (["or", "to"], np.array([1, 1]))])
    (['to', 'be', 'or'], array([3, 1, 1]))
    """
    counts: dict[str, int] = {}
    for words, numbers in parts:
        for word, number in zip(words, numbers.tolist(), strict=True):
            counts[word] = counts.get(word, 0) + number
    return list(counts), np.fromiter(counts.values(), dtype=np.int64, count=len(counts))


def _check_there(path: str) -> None:
    try:
        open_bytes(path).close()
    except FileNotFoundError as error:
        raise MissingFileError(*error.args, error.filename) from None


def _check_words(words: list[str]) -> None:
    """Refuse words that stay but are no text, as reading in one process does."""
    for word in words:
        if "\0" in word:
            raise FormatError(f"expected text, got the word {word!r:.80}: text has no NUL bytes")
        try:
            word.encode("utf-8")
        except UnicodeEncodeError:
            spelled = word.encode("utf-8", "surrogateescape")
            try:
                spelled.decode("utf-8")
            except UnicodeDecodeError as error:
                raise EncodingError.of(error, "text of the cluster", spelled) from None
