"""What a model is told and what it has: each attribute of `w2v.Word2Vec`, once, with its shape."""

import logging
import platform
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType
from typing import Any, ClassVar, Generic, NamedTuple, TypeVar, overload

import numpy as np
import numpy.typing as npt

from w2v.base.paths import Path
from w2v.base.weights import Matrix
from w2v.config import __version__
from w2v.corpus.attributes import WordAttributes
from w2v.corpus.remote import RemoteSource
from w2v.corpus.source import Corpus, Paths, Source, Tokenizer
from w2v.corpus.vocab import Vocab
from w2v.errors import VocabularyError
from w2v.formats.subwords import Subwords
from w2v.inputs.ids import Ids
from w2v.keyedvectors import KeyedVectors
from w2v.subwordvectors import FastTextVectors
from w2v.training import freezing, subwords
from w2v.training.mirror_text import Mirror
from w2v.training.outputs import NAMES, Outputs
from w2v.training.settings import SETTINGS, Settings

logger = logging.getLogger("w2v.model")

Sentences = Iterable[Sequence[Any]] | Ids | Callable[[], Iterable[Any]]
Value = TypeVar("Value")
Self = TypeVar("Self", bound="State")

_PASSING = (
    "_corpus",
    "_scanned",
    "_init_from",
    "_mirror",
    "_inference",
)  # not for pickles: they may be large, or files


class Scanned(NamedTuple):
    """Words with counts, and the corpus they were counted in as their ids: nothing is known of it if it is None."""

    vocab: Vocab
    corpus: Any


class _Part(Generic[Value]):
    """An attribute that belongs to a part of the model."""

    part: str  # the part's own attribute

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    @overload
    def __get__(self, model: None, owner: type) -> "_Part[Value]": ...
    @overload
    def __get__(self, model: object, owner: type) -> Value: ...
    def __get__(self, model: Any, owner: type) -> Any:
        return self if model is None else getattr(getattr(model, self.part), self.name)

    def __set__(self, model: Any, value: Value) -> None:
        setattr(getattr(model, self.part), self.name, value)


class _Setting(_Part[Value]):
    part = "_settings"


class _Output(_Part[Value]):
    part = "_outputs"


class State:
    """The base of each part of `w2v.Word2Vec`, and what they share."""

    wv: KeyedVectors
    dv: KeyedVectors  # of w2v.Doc2Vec alone: of tags

    vector_size: _Setting[int] = _Setting()
    alpha: _Setting[float] = _Setting()
    window: _Setting[int | str] = _Setting()
    min_count: _Setting[int] = _Setting()
    max_vocab_size: _Setting[int | None] = _Setting()
    sample: _Setting[float] = _Setting()
    seed: _Setting[int] = _Setting()
    workers: _Setting[int] = _Setting()
    min_alpha: _Setting[float] = _Setting()
    sg: _Setting[int] = _Setting()
    hs: _Setting[int] = _Setting()
    negative: _Setting[int] = _Setting()
    ns_exponent: _Setting[float] = _Setting()
    cbow_mean: _Setting[int] = _Setting()
    epochs: _Setting[int] = _Setting()
    null_word: _Setting[int] = _Setting()
    sorted_vocab: _Setting[int] = _Setting()
    batch_words: _Setting[int] = _Setting()
    compute_loss: _Setting[bool] = _Setting()
    comment: _Setting[str | None] = _Setting()
    max_final_vocab: _Setting[int | None] = _Setting()
    shrink_windows: _Setting[bool] = _Setting()
    kernel: _Setting[str] = _Setting()
    objective: _Setting[str] = _Setting()
    nce_bias: _Setting[bool] = _Setting()
    cbow_corrected: _Setting[bool] = _Setting()
    positional: _Setting[str | None] = _Setting()
    window_side: _Setting[str] = _Setting()
    device: _Setting[str] = _Setting()
    shards: _Setting[int | None] = _Setting()
    warps: _Setting[int | None] = _Setting()
    min_n: _Setting[int] = _Setting()
    max_n: _Setting[int] = _Setting()
    bucket: _Setting[int] = _Setting()
    documents: _Setting[int] = _Setting()
    dbow_words: _Setting[int] = _Setting()

    syn1neg: _Output[Matrix] = _Output()
    syn1: _Output[Matrix] = _Output()
    syn1neg_bias: _Output[Matrix] = _Output()
    syn1pos: _Output[Matrix] = _Output()
    position_weights: _Output[Matrix] = _Output()

    _vectors: ClassVar[type[KeyedVectors]]  # the class of `wv`

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.hashfxn: Any = hash
        self.freeze: Any = None  # "input", "output" or a list of words
        self.cache: Any = "auto"
        self.cache_dir: Path | None = None

        self.vocab: Vocab = Vocab([], [])
        self.effective_min_count: int = settings.min_count
        self.corpus_count: int | None = 0  # sentences
        self.corpus_total_words: int | None = 0
        self.raw_vocab: dict[Any, int] | None = None

        self.wv = self._vectors(settings.vector_size)  # (words, vector_size), with `vectors_lockf`: (1,) or (words,)
        if isinstance(self.wv, FastTextVectors):
            self.wv.subwords = subwords.no_rows(settings)
        freezing.set_locks(self.wv, np.ones(1, dtype=np.float32))
        self._outputs = Outputs.fresh(settings, self.vocab)
        self._cum_table: npt.NDArray[np.uint32] | None = None  # (words,)

        self._corpus: Corpus | None = None  # what the vocabulary was built from, for `train`
        self._scanned: Scanned | None = None
        self._mirror: Mirror | None = None
        self._init_from: Any = None  # KeyedVectors or Word2Vec
        self.lifecycle_events: list[dict[str, Any]] | None = []
        self._forget_training()

    @classmethod
    def _empty(cls: type[Self]) -> Self:
        """A model with the default settings, to be filled."""
        raise NotImplementedError

    @property
    def layer1_size(self) -> int:
        """gensim's other name for vector_size."""
        return self.vector_size

    def checked(self, **changes: Any) -> Settings:
        """Return the settings as they are now, some of them changed, after the checks."""
        return replace(self._settings, **changes)

    def add_lifecycle_event(self, event_name: str, log_level: int | bool = logging.INFO, **event: Any) -> None:
        """Append an event to `lifecycle_events`, with time and versions, and log it.

        `created`, `build_vocab`, `prepare_vocab`, `train`, `saving` and `loaded` are added of themselves. Set
        `lifecycle_events` to None to keep none.

        Parameters
        ----------
        event_name : str
        log_level : int, default logging.INFO
            False for no line in the log.
        **event
            Anything that `str` makes sense of.

        Examples
        --------
        >>> from w2v import Word2Vec
        >>> model = Word2Vec()
        >>> model.add_lifecycle_event("reviewed", by="Ada")
        >>> [event["event"] for event in model.lifecycle_events]
        ['created', 'reviewed']
        """
        event["datetime"] = datetime.now().isoformat()
        event["w2v"], event["python"], event["platform"] = __version__, platform.python_version(), platform.platform()
        event["event"] = event_name
        if log_level:
            logger.log(log_level, "%s lifecycle event %s", type(self).__name__, event)
        if self.lifecycle_events is not None:
            self.lifecycle_events.append(event)

    def _need_vocabulary(self) -> None:
        if not len(self.vocab):
            raise VocabularyError("there is no vocabulary: you must first build vocabulary, by build_vocab")

    def _source(
        self,
        sentences: Any,
        corpus_file: Paths | None,
        passes: int = 1,
        tokenizer: Tokenizer | None = None,
        sentence_weights: Any = None,
    ) -> Source | RemoteSource:
        """What was given to read from; an error if it cannot be."""
        if isinstance(sentences, RemoteSource):
            return sentences
        kept = {"cache": self.cache, "cache_dir": self.cache_dir}
        return Source(sentences, corpus_file, passes, tokenizer=tokenizer, weights=sentence_weights, **kept)

    def _install(
        self,
        vocab: Vocab,
        vectors: Matrix,
        outputs: Outputs,
        locks: freezing.Locks,
        added: Mapping[Any, int] = MappingProxyType({}),
        ngrams: Subwords | None = None,
    ) -> None:
        """Take over words and weights; wv has copies of words and counts, and may have more words that users added."""
        counts = np.concatenate([vocab.counts, np.fromiter(added.values(), dtype=np.int64)])
        attributes = WordAttributes({"count": counts}, vocab, self.sample, bool(self.hs))
        before, self.wv = self.wv, self._vectors.from_pieces([*vocab.words, *added], vectors, attributes)
        if isinstance(self.wv, FastTextVectors):
            self.wv.subwords = ngrams or subwords.no_rows(self._settings)
            self.wv.vectors_ngrams_lockf = getattr(before, "vectors_ngrams_lockf", self.wv.vectors_ngrams_lockf)
        freezing.set_locks(self.wv, locks)
        self.vocab, self._outputs = vocab, outputs

    @property
    def _trained(self) -> tuple[KeyedVectors, ...]:
        """The vectors that training changes."""
        return (self.wv, self.dv) if self.documents else (self.wv,)

    def _adjust_vectors(self) -> None:
        """See that vectors that are made of n-grams' rows are what these have become."""
        if self.bucket and isinstance(self.wv, FastTextVectors):
            self.wv.adjust_vectors()

    def _forget_training(self) -> None:
        self.losses: list[float] = []  # a mean for each epoch
        self.train_count = 0  # calls of `train`
        self.total_train_time: float = 0.0  # seconds
        self.running_training_loss: float = 0.0  # summed over the last call
        self.min_alpha_yet_reached: float = self.alpha

    def __getstate__(self) -> dict[str, Any]:
        parts = {name: getattr(self, name) for name in SETTINGS + NAMES}
        kept = {name: value for name, value in self.__dict__.items() if name not in ("_settings", "_outputs")}
        return {**kept, **parts, **dict.fromkeys(_PASSING)}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self._settings, self._outputs = Settings.__new__(Settings), Outputs.__new__(Outputs)
        self.min_n = self.max_n = self.bucket = 0  # which older pickles need not have
        self.documents = self.dbow_words = 0  # these, too
        self._cum_table = None  # which older pickles need not have
        for name, value in state.items():
            if name != "load":  # a function that older pickles have
                setattr(self, name, value)
