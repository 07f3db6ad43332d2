"""Doc2Vec: vectors of documents, learnt with those of words, and inferred for documents that are new."""

import warnings
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any, ClassVar, NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

from w2v.base.norms import unit
from w2v.base.paths import Path
from w2v.base.threads import available_workers
from w2v.callbacks import Callback
from w2v.corpus.documents import DocumentSource
from w2v.corpus.remote import RemoteSource
from w2v.corpus.source import Paths
from w2v.formats.registry import BY_NAME
from w2v.formats.saved import SavedVectors
from w2v.inputs.documents import TaggedBrownCorpus, TaggedDocument, TaggedLineDocument
from w2v.inputs.pruning import TrimRule
from w2v.keyedvectors import KeyedVectors
from w2v.model import Word2Vec
from w2v.training import documents as tagged
from w2v.training import saving
from w2v.training.inference import Inference
from w2v.training.settings import SETTINGS, Settings, check_real, check_whole
from w2v.training.state import Scanned

__all__ = ["Doc2Vec", "TaggedBrownCorpus", "TaggedDocument", "TaggedLineDocument"]

Self = TypeVar("Self", bound="Doc2Vec")
Documents = Iterable[Any] | Callable[[], Iterable[Any]]


class Doc2Vec(Word2Vec):
    """Vectors of documents: paragraph vectors (Le and Mikolov 2014, arXiv:1405.4053).

    Every tag has a vector of its own, which helps to predict the words of its documents. Names and defaults are
    gensim's.

    Parameters
    ----------
    documents : iterable of `TaggedDocument`, or callable, optional
        Anything with the attributes `words` and `tags` will do. A callable is called, without arguments, for every
        pass.
    corpus_file : path or sequence of paths, optional
        In place of documents: text in UTF-8, one document a line, whose tag is the number of its line, from 0 on.
    vector_size : int
        Dimensions of all vectors.
    dm : {1, 0}
        1: distributed memory (PV-DM): the mean of a document's tags and the words around predicts each word. 0:
        distributed bag of words (PV-DBOW): each tag predicts each word of its documents; faster, and nearly always the
        better vectors.
    dm_mean : {1, 0}, optional
        With dm=1: mean or sum; without, the mean.
    dbow_words : {0, 1}
        With dm=0: 1 trains vectors of words, too, by skip-gram.
    dm_concat : 0
        For gensim's sake: vectors side by side, in place of their mean, are not to be had here.
    dm_tag_count
        Accepted for gensim's sake; it has no use here.
    window, epochs, comment, trim_rule, callbacks, shrink_windows
        As for `w2v.Word2Vec`.
    **options
        The other parameters of `w2v.Word2Vec`: `alpha`, `min_alpha`, `min_count`, `sample`, `seed`, `workers`, `hs`,
        `negative`, `ns_exponent`, ... Not with documents: a card as the `device`, `positional`, ``cache=False``,
        ``objective="softmax"``, and kernels other than "batched".

    Attributes
    ----------
    dv : KeyedVectors
        The vectors of tags: ``model.dv[tag]``, ``model.dv.most_similar(tag)``, and all else that `w2v.KeyedVectors`
        has. Its attributes `doc_count` and `word_count` say how many documents and words had each tag; `vectors_lockf`
        is as that of `wv`.
    wv : KeyedVectors
        The vectors of words; random ones after PV-DBOW without `dbow_words`.
    **others
        Those of `w2v.Word2Vec`.

    Raises
    ------
    NotImplementedError
        ``dm_concat=1``, or `build_vocab` with ``update=True``.

    Examples
    --------
    >>> texts = [["cat", "dog", "pet"], ["car", "bus", "road"]] * 30
    >>> documents = [TaggedDocument(words, [number]) for number, words in enumerate(texts)]
    >>> model = Doc2Vec(documents, dm=0, vector_size=16, min_count=1, sample=0, epochs=40, workers=1)
    >>> print(model)
    Doc2Vec<dbow,d16,n5>
    >>> bool(model.dv.similarity(0, 2) > model.dv.similarity(0, 1))
    True
    """

    _more: Mapping[str, int] = MappingProxyType({"documents": 1})
    dm_concat: ClassVar[int] = 0

    def __init__(
        self,
        documents: Documents | None = None,
        corpus_file: Paths | None = None,
        vector_size: int = 100,
        dm_mean: int | None = None,
        dm: int = 1,
        dbow_words: int = 0,
        dm_concat: int = 0,
        dm_tag_count: int = 1,
        dv: KeyedVectors | None = None,
        dv_mapfile: Any = None,
        comment: str | None = None,
        trim_rule: TrimRule | None = None,
        callbacks: Iterable[Callback] = (),
        window: int | str = 5,
        epochs: int = 10,
        shrink_windows: bool = True,
        **options: Any,
    ) -> None:
        if dm not in (0, 1):
            raise ValueError(f"dm: expected 0 or 1, got {dm!r:.80}")
        if dm_concat and dm:
            why = "vectors side by side make a far larger model; dm_concat=0 takes their mean, dm=0 is best"
            raise NotImplementedError(f"dm_concat: expected 0, got {dm_concat!r}: {why}")
        if dv_mapfile is not None:
            raise NotImplementedError(f"dv_mapfile: expected None, for vectors are in memory, got {dv_mapfile!r:.80}")
        if dm_mean is not None:
            options["cbow_mean"] = dm_mean
        self.dm_tag_count = dm_tag_count
        self._inference: tuple[_Same, Inference] | None = None
        self._more = {"documents": 1, "dbow_words": dbow_words}
        self.dv = tagged.fresh([], vector_size, 0) if dv is None else dv
        super().__init__(
            documents,
            corpus_file,
            vector_size,
            sg=int(not dm),
            comment=comment,
            trim_rule=trim_rule,
            callbacks=callbacks,
            window=window,
            epochs=epochs,
            shrink_windows=shrink_windows,
            **options,
        )

    @classmethod
    def _empty(cls: type[Self]) -> Self:
        model = cls.__new__(cls)
        Doc2Vec.__init__(model)
        return model

    @property
    def dm(self) -> bool:
        """Whether this is distributed memory."""
        return not self.sg

    @property
    def dbow(self) -> bool:
        """Whether this is the distributed bag of words."""
        return bool(self.sg)

    @property
    def docvecs(self) -> KeyedVectors:
        """gensim 3's name for `dv`."""
        warnings.warn("model.docvecs is deprecated: use model.dv", DeprecationWarning, stacklevel=2)
        return self.dv

    @docvecs.setter
    def docvecs(self, vectors: KeyedVectors) -> None:
        warnings.warn("model.docvecs is deprecated: use model.dv", DeprecationWarning, stacklevel=2)
        self.dv = vectors

    def __getitem__(self, tag: Any) -> npt.NDArray[Any]:
        """The vector of a word, or else of a tag; those of a list of these."""
        if isinstance(tag, list | tuple | np.ndarray):
            return np.vstack([self[one] for one in tag])
        vectors = self.wv if tag in self.wv.key_to_index else self.dv
        return vectors[tag]

    def infer_vectors(
        self,
        documents: Iterable[Any],
        alpha: float | None = None,
        min_alpha: float | None = None,
        epochs: int | None = None,
        *,
        tokenizer: Callable[[Any], Any] | None = None,
        workers: int | None = None,
    ) -> npt.NDArray[np.float32]:
        """Find the vectors of new documents; the model stays as it is.

        The same words have the same vector, whatever else is asked for with them, in any order, by any number of
        workers. Words that the model does not know are left out; a document without any gets zeros.

        Parameters
        ----------
        documents : iterable of lists of words, or of `TaggedDocument`
        alpha, min_alpha : float, optional
            The learning rate falls from alpha in the first epoch to min_alpha in the last; by default the model's.
        epochs : int, optional
            Passes over each document; by default the model's. More are better, for short documents above all.
        tokenizer : callable, optional
            Gives the words of each of `documents`, such as `str.split`.
        workers : int, optional
            Threads; by default, as many as there are processors.

        Returns
        -------
        float32 array of shape (number of documents, vector_size)

        Raises
        ------
        VocabularyError
            The model has not learnt anything yet.
        DivergedError
            The learning rate was so high that a vector overflowed.

        Examples
        --------
        >>> texts = [["cat", "dog", "pet"], ["car", "bus", "road"]] * 30
        >>> documents = [TaggedDocument(words, [number]) for number, words in enumerate(texts)]
        >>> model = Doc2Vec(documents, dm=0, vector_size=16, min_count=1, sample=0, epochs=40, workers=1)
        >>> vectors = model.infer_vectors([["pet", "cat"], ["road", "bus"]])
        >>> [model.dv.similar_by_vector(vector, topn=1)[0][0] % 2 for vector in vectors]
        [0, 1]
        """
        workers = available_workers() if workers is None else check_whole("workers", workers)
        rates = {
            "epochs": check_whole("epochs", self.epochs if epochs is None else epochs),
            "alpha": check_real("alpha", self.alpha if alpha is None else alpha),
            "min_alpha": check_real("min_alpha", self.min_alpha if min_alpha is None else min_alpha),
        }
        return self._inferring().vectors(documents, tokenizer, workers, **rates)

    def infer_vector(
        self,
        doc_words: Iterable[Any],
        alpha: float | None = None,
        min_alpha: float | None = None,
        epochs: int | None = None,
    ) -> npt.NDArray[np.float32]:
        """Find the vector of one new document (vector_size,), always the same; for many, `infer_vectors` is faster.

        Parameters are those of `infer_vectors`; as in gensim, 0 counts as not given.

        Raises
        ------
        TypeError
            This is a text, not a list of words.
        """
        if isinstance(doc_words, str):
            raise TypeError("Parameter doc_words of infer_vector() must be a list of strings (not a single string).")
        rates = alpha or None, min_alpha or None, epochs or None
        vector: npt.NDArray[np.float32] = self.infer_vectors([list(doc_words)], *rates, workers=1)[0]
        return vector

    def _inferring(self) -> Inference:
        """What infers by the weights as they are now, which users may have replaced."""
        before = self._inference
        if before is not None and before[0] == self._weighing():
            return before[1]
        self._need_vocabulary()
        saving.check_weights(self)
        inp, _ = tagged.inputs(self.wv, self.dv, None, len(self.vocab))
        self._outputs = self._outputs.trainable()
        made = Inference(self.checked(), self.vocab, inp, self._outputs)
        self._inference = self._weighing(), made
        return made

    def _weighing(self) -> "_Same":
        """All that inference depends on."""
        settings = [getattr(self, name) for name in SETTINGS]
        return _Same([self.vocab, self.wv.vectors, *dict(self._outputs).values()], settings)

    def similarity_unseen_docs(
        self,
        doc_words1: Iterable[Any],
        doc_words2: Iterable[Any],
        alpha: float | None = None,
        min_alpha: float | None = None,
        epochs: int | None = None,
    ) -> float:
        """Return the cosine of the vectors that `infer_vector` finds for two documents.

        Examples
        --------
        >>> documents = [TaggedDocument(["to", "be"], [0]), TaggedDocument(["or", "not"], [1])]
        >>> model = Doc2Vec(documents, dm=0, vector_size=16, min_count=1, sample=0)
        >>> round(model.similarity_unseen_docs(["to", "be"], ["to", "be"]), 3)
        1.0
        """
        one, other = (self.infer_vector(words, alpha, min_alpha, epochs) for words in (doc_words1, doc_words2))
        return float(unit(one) @ unit(other))

    # Documents are read, and tags get vectors, where those of sentences are, and of words.

    def _source(  # type: ignore[override]
        self,
        sentences: Any,
        corpus_file: Paths | None,
        passes: int = 1,
        tokenizer: Any = None,
        sentence_weights: Any = None,
    ) -> DocumentSource:
        if isinstance(sentences, RemoteSource):
            raise TypeError("documents: expected an iterable of documents, got one of a cluster, which trains words")
        kept = {"cache": self.cache, "cache_dir": self.cache_dir}
        how = {"tokenizer": tokenizer, "weights": sentence_weights}
        return DocumentSource(sentences, corpus_file, self._row_of, passes, **how, **kept)

    def _row_of(self, tag: Any) -> int:
        return self.dv.get_index(tag, -1)

    def _adopt(self, found: Scanned, settings: Settings, update: bool, n_words: int) -> None:
        if update:
            why = "a tag that is not there is what infer_vectors is for"
            raise NotImplementedError(f"build_vocab(update=True): expected update=False for documents: {why}")
        super()._adopt(found, settings, update, n_words)
        if found.corpus is not None:
            self.dv = tagged.vectors_of(found.corpus.tags, settings.vector_size, settings.seed)

    def init_weights(self) -> None:
        """Start afresh with the vocabulary and the tags there are: random vectors, output vectors zero."""
        super().init_weights()
        attributes, self.dv = self.dv.expandos, tagged.fresh(self.dv.index_to_key, self.vector_size, self.seed)
        self.dv.expandos = attributes

    def reset_from(self, other_model: Any) -> None:
        """Take over the vocabulary and the tags of another model, with fresh weights."""
        super().reset_from(other_model)
        self.dv = tagged.fresh(list(other_model.dv.index_to_key), self.vector_size, self.seed)
        self.dv.expandos = dict(other_model.dv.expandos)

    def estimate_memory(self, vocab_size: int | None = None, report: dict[str, int] | None = None) -> dict[str, int]:
        """Return how many bytes a model takes, as `w2v.Word2Vec` does, with `doctag_lookup` and `doctag_syn0`."""
        sizes = super().estimate_memory(vocab_size, report)
        row = 4 * -(-self.vector_size // 16) * 16
        own = {"doctag_lookup": self.estimated_lookup_memory(), "doctag_syn0": row * len(self.dv)}
        sizes.update(own, total=sizes["total"] + sum(own.values()))
        return sizes

    def estimated_lookup_memory(self) -> int:
        """Return about how many bytes the tags take, without their vectors."""
        return 140 * len(self.dv)

    def save_word2vec_format(
        self,
        fname: Path,
        doctag_vec: bool = False,
        word_vec: bool = True,
        prefix: str = "*dt_",
        fvocab: Path | None = None,
        binary: bool = False,
    ) -> None:
        """Save vectors of words, of tags, or of both as word2vec's file; tags get a prefix that no word has.

        On any error, what was there before stays.
        """
        if not word_vec:
            if doctag_vec:
                self.dv.save_word2vec_format(fname, fvocab, binary, prefix=prefix, sort_attr="doc_count")
            return
        how: dict[str, Any] = {"fvocab": fvocab}
        if doctag_vec:
            how |= {"then": SavedVectors.of(self.dv), "then_prefix": prefix, "then_sort_attr": "doc_count"}
        BY_NAME["word2vec-binary" if binary else "word2vec-text"].write(SavedVectors.of(self.wv), fname, **how)

    def __str__(self) -> str:
        kind = ("dbow+w" if self.dbow_words else "dbow") if self.sg else ("dm/m" if self.cbow_mean else "dm/s")
        parts = [f'"{self.comment}"'] if self.comment else []
        parts += [kind, f"d{self.vector_size}"]
        shown = {"n": self.negative, "hs": self.hs and "", "w": self.window if not self.sg or self.dbow_words else 0}
        shown |= {"mc": self.min_count if self.min_count > 1 else 0, "s": f"{self.sample:g}" if self.sample else 0}
        shown |= {"t": self.workers if self.workers > 1 else 0}
        parts += [f"{letter}{value}" for letter, value in shown.items() if value != 0]
        return f"{type(self).__name__}<{','.join(parts)}>"


class _Same(NamedTuple):
    """Objects that are the same if they are the very same, and values."""

    objects: list[Any]
    values: list[Any]

    def __eq__(self, other: Any) -> bool:
        same = all(one is another for one, another in zip(self.objects, other.objects, strict=True))
        return same and bool(self.values == other.values)
