"""Word2Vec: settings, vocabulary, training. The place where the user's words become arrays."""

import logging
import time
from collections.abc import Iterable, Sequence
from functools import partial
from os import PathLike
from types import GeneratorType
from typing import Any, TypeVar

from w2v import training
from w2v.blocks import source_key
from w2v.checks import check_settings
from w2v.corpus import TokenCorpus, encode_file, encode_iterable, plain_path
from w2v.errors import FormatError, VocabularyError
from w2v.formats import native
from w2v.keyedvectors import KeyedVectors
from w2v.training import Settings
from w2v.vocab import Vocab
from w2v.weights import Matrix, padded, padded_zeros, uniform

logger = logging.getLogger(__name__)

Path = str | PathLike[str]
Sentences = Iterable[Sequence[Any]]
Self = TypeVar("Self", bound="Word2Vec")


class Word2Vec:
    """Word vectors by skip-gram or CBOW with negative sampling (Mikolov et al. 2013, arXiv:1310.4546).

    Given sentences or a corpus file, the model counts, builds its vocabulary and trains; else call `build_vocab` and
    `train`. Names and defaults are gensim's.

    Parameters
    ----------
    sentences : iterable of sequences of tokens, optional
        Tokens are str or other hashables, such as the int nodes of a graph.
    corpus_file : path, optional
        In place of sentences: a text in UTF-8, one sentence a line, words between white space.
    vector_size : int
        Dimensions of the vectors.
    alpha, min_alpha : float
        The learning rate falls linearly from alpha to min_alpha.
    window : int
        Words on either side that may count as context.
    min_count : int
        Leave out words that occur less often.
    max_vocab_size : int, optional
        While counting: above this many words, drop the rarest, to bound the memory.
    sample : float
        Thin out words above this share of the corpus; 0 keeps all, from 1 on it is a count.
    seed : int
        Of initial vectors, thinning, windows and noise words. One worker, one seed, one version: the same bits
        anywhere.
    workers : int
        Threads. A corpus of up to 10,000 words trains in one.
    sg : {0, 1}
        1: skip-gram; 0: CBOW.
    hs : {0}
        Hierarchical softmax is not there yet.
    negative : int
        Noise words for each word, 1 or more.
    ns_exponent : float
        Noise words are drawn in proportion to count**ns_exponent.
    cbow_mean : {0, 1}
        1: the mean of the context vectors; 0: their sum.
    epochs : int
        Passes over the corpus.
    trim_rule : callable, optional
        ``trim_rule(word, count, min_count)`` returns 0 (let min_count decide), 1 (drop) or 2 (keep).
    sorted_vocab : {0, 1}
        1: most frequent word first; 0: in order of first appearance.
    compute_loss : bool
        Tally the loss of every word; else of every 512th, which costs nothing to speak of.
    comment : str, optional
        Anything; it is saved with the model.
    max_final_vocab : int, optional
        Raise min_count as far as needed to keep at most this many words.
    shrink_windows : bool
        True: for each word the window is drawn from 1..window; False: it always is `window`.
    kernel : {"batched", "pairwise", "blas"}
        "batched": the noise words of a word are shared by its contexts; fastest, and at least as good. "pairwise":
        fresh noise words for every pair, as in word2vec.c. "blas": the same through scipy's BLAS.
    progress : bool
        Show progress bars for what takes long.
    callbacks : sequence of objects
        Each has the methods on_train_begin, on_epoch_begin, on_epoch_end and on_train_end, called with the model.
    hashfxn, null_word, batch_words
        Accepted for gensim's sake; they have no use here.

    Attributes
    ----------
    wv : KeyedVectors
    syn1neg : float32 array of shape (n, vector_size)
        The output vectors.
    vocab : Vocab
    losses : list of float
        Mean loss a pair (for CBOW: a word) of every epoch so far: -log sigmoid(u·v) - sum over noise log sigmoid(-n·v).
    corpus_count, corpus_total_words : int
        Sentences and words of the corpus that the vocabulary was built from.

    Raises
    ------
    VocabularyError
        No word is left.
    DivergedError
        The learning rate was so high that the weights overflowed.

    Examples
    --------
    >>> sentences = [["the", "cat", "sat"], ["the", "dog", "sat"]] * 50
    >>> model = Word2Vec(sentences, vector_size=16, min_count=1, epochs=10, workers=1)
    >>> print(model)
    Word2Vec<vocab=4, vector_size=16, alpha=0.025>
    >>> model.wv["cat"].shape
    (16,)
    """

    # What a saved model remembers beside its words and matrices.
    _SETTINGS = (
        *("vector_size", "alpha", "window", "min_count", "max_vocab_size", "sample", "seed", "workers", "min_alpha"),
        *("sg", "hs", "negative", "ns_exponent", "cbow_mean", "epochs", "null_word", "sorted_vocab", "batch_words"),
        *("compute_loss", "comment", "max_final_vocab", "shrink_windows", "kernel"),
    )
    _HISTORY = (
        *("corpus_count", "corpus_total_words", "train_count"),
        *("total_train_time", "running_training_loss", "losses"),
    )

    vector_size: int
    alpha: float
    window: int
    min_count: int
    max_vocab_size: int | None
    sample: float
    seed: int
    workers: int
    min_alpha: float
    sg: int
    hs: int
    negative: int
    ns_exponent: float
    cbow_mean: int
    epochs: int
    sorted_vocab: int
    compute_loss: bool
    comment: str | None
    max_final_vocab: int | None
    shrink_windows: bool
    kernel: str

    def __init__(
        self,
        sentences: Sentences | None = None,
        corpus_file: Path | None = None,
        vector_size: int = 100,
        alpha: float = 0.025,
        window: int = 5,
        min_count: int = 5,
        max_vocab_size: int | None = None,
        sample: float = 1e-3,
        seed: int = 1,
        workers: int = 3,
        min_alpha: float = 0.0001,
        sg: int = 0,
        hs: int = 0,
        negative: int = 5,
        ns_exponent: float = 0.75,
        cbow_mean: int = 1,
        hashfxn: Any = hash,
        epochs: int = 5,
        null_word: int = 0,
        trim_rule: Any = None,
        sorted_vocab: int = 1,
        batch_words: int = 10000,
        compute_loss: bool = False,
        callbacks: Sequence[Any] = (),
        comment: str | None = None,
        max_final_vocab: int | None = None,
        shrink_windows: bool = True,
        *,
        kernel: str = "batched",
        progress: bool = False,
    ) -> None:
        given = locals()
        settings = {name: given[name] for name in self._SETTINGS}
        check_settings(settings)
        self.__dict__.update(settings, hashfxn=hashfxn, layer1_size=vector_size)
        self.corpus_count = self.corpus_total_words = self.train_count = 0
        self.total_train_time = self.running_training_loss = 0.0
        self.losses: list[float] = []
        self.wv = KeyedVectors(vector_size)
        self.syn1neg: Matrix = padded_zeros(0, vector_size)
        self.vocab = Vocab([], [])
        self._corpus: TokenCorpus | None = None
        if sentences is not None or corpus_file is not None:
            _refuse_generator(sentences, epochs + 1)
            self.build_vocab(sentences, corpus_file, trim_rule=trim_rule, progress=progress)
            self.train(callbacks=callbacks, progress=progress)

    def __str__(self) -> str:
        return f"{type(self).__name__}<vocab={len(self.wv)}, vector_size={self.vector_size}, alpha={self.alpha}>"

    # ---- vocabulary ----

    def build_vocab(
        self,
        corpus_iterable: Sentences | None = None,
        corpus_file: Path | None = None,
        *,
        trim_rule: Any = None,
        progress: bool = False,
    ) -> None:
        """Count the words, keep those that qualify, and start from fresh weights.

        The corpus is read once: its ids are kept, and `train` uses them if it is given the same file, or nothing.

        Parameters
        ----------
        corpus_iterable, corpus_file, trim_rule, progress
            As for the constructor; one of the first two.

        Raises
        ------
        TypeError
            Both or neither of corpus_iterable and corpus_file are given, or it is no such thing.
        VocabularyError
            No word is left; the model is as it was.

        Examples
        --------
        >>> model = Word2Vec(vector_size=8, min_count=2)
        >>> model.build_vocab([["to", "be", "or", "not", "to", "be"]])
        >>> model.wv.index_to_key
        ['be', 'to']
        """
        check_settings(self.__dict__)
        encode = _encoder(corpus_iterable, corpus_file)
        rules = {name: getattr(self, name) for name in ("min_count", "max_vocab_size", "max_final_vocab", "workers")}
        vocab, corpus = encode(**rules, sorted_vocab=bool(self.sorted_vocab), trim_rule=trim_rule, progress=progress)
        if not len(vocab):
            n_words = corpus.n_words_raw
            cause = f"none occurs min_count={self.min_count} times" if n_words else "there are no words in it"
            raise VocabularyError(f"the vocabulary is empty: the corpus has {n_words} words, {cause}")
        vectors = uniform(len(vocab), self.vector_size, self.seed % 2**64)
        self.syn1neg = padded_zeros(len(vocab), self.vector_size)
        self.wv = KeyedVectors.from_pieces(vocab.words, vectors, {"count": vocab.counts})
        self.vocab, self._corpus = vocab, corpus
        self.corpus_count, self.corpus_total_words = corpus.n_sentences, corpus.n_words_raw
        self.losses = []
        logger.info("vocabulary: %d words, from %d words of text", len(vocab), corpus.n_words_raw)

    # ---- training ----

    def train(
        self,
        corpus_iterable: Sentences | None = None,
        corpus_file: Path | None = None,
        total_examples: int | None = None,
        total_words: int | None = None,
        epochs: int | None = None,
        start_alpha: float | None = None,
        end_alpha: float | None = None,
        word_count: int = 0,
        queue_factor: int = 2,
        report_delay: float = 1.0,
        compute_loss: bool | None = None,
        callbacks: Sequence[Any] = (),
        *,
        progress: bool = False,
    ) -> tuple[int, int]:
        """Train on a corpus; words outside the vocabulary are left out.

        Ctrl-C ends it within a second and leaves a usable model.

        Parameters
        ----------
        corpus_iterable, corpus_file
            As for the constructor. Without either, the corpus that the vocabulary was built from.
        epochs, start_alpha, end_alpha, compute_loss : optional
            In place of the model's epochs, alpha, min_alpha and compute_loss, which become these.
        callbacks, progress
            As for the constructor.
        total_examples, total_words, word_count, queue_factor, report_delay
            Accepted for gensim's sake; they have no use here, because the corpus is counted.

        Returns
        -------
        words, raw_words : int
            Words trained (after thinning) and words seen, over all epochs.

        Raises
        ------
        VocabularyError
            There is no vocabulary yet.
        DivergedError
            The learning rate was so high that the weights overflowed.

        Examples
        --------
        >>> model = Word2Vec(vector_size=8, min_count=1, sample=0)
        >>> model.build_vocab([["to", "be", "or", "not", "to", "be"]])
        >>> model.train(epochs=2)
        (12, 12)
        >>> len(model.losses)
        2
        """
        changes = {"epochs": epochs, "alpha": start_alpha, "min_alpha": end_alpha, "compute_loss": compute_loss}
        changes = {name: value for name, value in changes.items() if value is not None}
        check_settings({**self.__dict__, **changes})
        if not len(self.vocab):
            raise VocabularyError("there is no vocabulary to train: call build_vocab first")
        _refuse_generator(corpus_iterable, self.epochs if epochs is None else epochs)
        corpus = self._find_corpus(corpus_iterable, corpus_file, progress)
        self.__dict__.update(changes)
        return self._train_on(corpus, callbacks, progress)

    def _find_corpus(self, corpus_iterable: Sentences | None, corpus_file: Path | None, progress: bool) -> TokenCorpus:
        if corpus_iterable is None and corpus_file is None and self._corpus is not None:
            return self._corpus
        encode = _encoder(corpus_iterable, corpus_file)
        path = corpus_file if corpus_file is not None else plain_path(corpus_iterable)
        known = self._corpus.source if self._corpus else None
        if path is not None and known is not None and source_key(path) == known:
            return self._corpus  # type: ignore[return-value]
        return encode(vocab=self.vocab, workers=self.workers, progress=progress)[1]  # type: ignore[no-any-return]

    def _train_on(self, corpus: TokenCorpus, callbacks: Sequence[Any], progress: bool) -> tuple[int, int]:
        def call(hook: str) -> None:
            for callback in callbacks:
                getattr(callback, hook)(self)

        call("on_train_begin")
        self.running_training_loss = 0.0
        started, words = time.perf_counter(), 0
        if not len(corpus.ids):
            logger.warning("training on nothing: no word of the corpus is in the vocabulary")
        try:
            passes = training.epochs(self._settings(), self.vocab, corpus, *self._weights(), progress)
            for _ in range(self.epochs if len(corpus.ids) else 0):
                call("on_epoch_begin")
                epoch = next(passes)
                words += epoch.words
                self.losses.append(epoch.loss)
                self.running_training_loss += epoch.total_loss
                call("on_epoch_end")
        finally:
            self.wv.norms = None
            self.total_train_time += time.perf_counter() - started
        self.train_count += 1
        call("on_train_end")
        return words, corpus.n_words_raw * self.epochs

    def _settings(self) -> Settings:
        return Settings(**{name: getattr(self, name) for name in Settings.__dataclass_fields__})

    def _weights(self) -> tuple[Matrix, Matrix]:
        """The matrices to train, padded; what the user put in their place is taken over."""
        expected = (len(self.vocab), self.vector_size)
        for name, matrix in (("wv.vectors", self.wv.vectors), ("syn1neg", self.syn1neg)):
            if matrix.shape != expected:
                raise ValueError(f"{name}: expected shape {expected} to train, got {matrix.shape}")
        vectors, self.syn1neg = padded(self.wv.vectors), padded(self.syn1neg)
        if vectors is not self.wv.vectors:
            self.wv.vectors = vectors
        return vectors, self.syn1neg

    def get_latest_training_loss(self) -> float:
        """Return the loss summed over the last call of `train`: estimated from a sample, unless compute_loss is set."""
        return self.running_training_loss

    # ---- files ----

    def save(self, fname: Path) -> None:
        """Save the whole model to one file, all or nothing; see `w2v.formats.native`.

        Examples
        --------
        >>> import pathlib, tempfile
        >>> path = pathlib.Path(tempfile.mkdtemp(), "model.w2v")
        >>> Word2Vec([["to", "be", "or", "not", "to", "be"]], vector_size=8, min_count=1).save(path)
        >>> len(Word2Vec.load(path).wv)
        4
        """
        settings = {name: getattr(self, name) for name in self._SETTINGS + self._HISTORY}
        matrices = {"vectors": self.wv.vectors, "syn1neg": self.syn1neg}
        native.save_model(fname, settings=settings, words=self.vocab.words, counts=self.vocab.counts, matrices=matrices)

    @classmethod
    def load(cls: type[Self], fname: Path, mmap: str | None = None) -> Self:
        """Load what `save` wrote; the model can be trained on.

        Parameters
        ----------
        fname : path
        mmap : None or "r", default None
            "r" maps the file into memory, read-only, until the model is trained.

        Raises
        ------
        FormatError
            The file is no such file, holds vectors alone, or is truncated or damaged.
        """
        pieces = native.load_model(fname, mmap=mmap is not None)
        if pieces.counts is None or not {"vectors", "syn1neg"} <= set(pieces.matrices):
            raise FormatError(f"{fname}: expected a whole model, got vectors alone; load them with KeyedVectors.load")
        unknown = set(pieces.settings) - set(cls._SETTINGS + cls._HISTORY)
        if unknown:
            raise FormatError(f"{fname}: settings: got unknown ones, {', '.join(sorted(unknown))}")
        model = cls.__new__(cls)
        Word2Vec.__init__(model)
        model.__dict__.update(pieces.settings, layer1_size=pieces.settings["vector_size"])
        model.vocab = Vocab(pieces.words, pieces.counts)
        model.wv = KeyedVectors.from_pieces(pieces.words, pieces.matrices["vectors"], {"count": pieces.counts})
        model.syn1neg = pieces.matrices["syn1neg"]
        return model

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_corpus": None}


def _encoder(corpus_iterable: Sentences | None, corpus_file: Path | None) -> Any:
    """The function that encodes whichever corpus was given."""
    if (corpus_iterable is None) == (corpus_file is None):
        both = "both" if corpus_file is not None else "neither"
        raise TypeError(f"expected either an iterable of sentences or corpus_file, got {both}")
    if corpus_file is not None:
        return partial(encode_file, corpus_file)
    if not isinstance(corpus_iterable, Iterable):
        raise TypeError(f"expected an iterable of sentences, got {type(corpus_iterable).__name__}")
    return partial(encode_iterable, corpus_iterable)


def _refuse_generator(sentences: Any, passes: int) -> None:
    if isinstance(sentences, GeneratorType) and passes > 1:
        raise TypeError("a generator can be read once only: pass a list, or an object whose __iter__ starts anew")
