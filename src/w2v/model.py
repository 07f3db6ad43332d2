"""Word2Vec: settings, vocabulary, training. The place where the user's words become arrays."""

import logging
import time
from collections.abc import Callable, Iterable, Sequence
from os import PathLike
from typing import Any, NoReturn, TypeVar

from w2v import outputs, saving
from w2v.callbacks import Callback, Hooks
from w2v.corpus import TokenCorpus
from w2v.errors import VocabularyError
from w2v.keyedvectors import KeyedVectors
from w2v.settings import SETTINGS, Settings, refuse_unknown
from w2v.source import Source
from w2v.training import Bar, Trainer
from w2v.vocab import Vocab
from w2v.weights import Matrix, padded, uniform

logger = logging.getLogger(__name__)

Path = str | PathLike[str]
Sentences = Iterable[Sequence[Any]]
TrimRule = Callable[[Any, int, int], int]
Self = TypeVar("Self", bound="Word2Vec")


class Word2Vec(Settings):
    """Word vectors by skip-gram or CBOW (Mikolov et al. 2013, arXiv:1310.4546).

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
        Of initial vectors, thinning, windows and noise words. One worker, one seed, one version: the same bits.
    workers : int
        Threads. A corpus of up to 10,000 words trains in one.
    sg : {0, 1}
        1: skip-gram; 0: CBOW.
    hs : {0, 1}
        1: hierarchical softmax: predict a word by the way to it in a Huffman tree.
    negative : int
        Noise words for each word. 0: none, which needs hs=1. Both together train one after the other.
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
        Tally the loss of every word; else of a sample, every 509th in large corpora, at next to no cost.
    comment : str, optional
        Anything; it is saved with the model.
    max_final_vocab : int, optional
        Raise min_count as far as needed to keep at most this many words.
    shrink_windows : bool
        True: for each word the window is drawn from 1..window; False: it always is `window`.
    kernel : {"batched", "pairwise", "blas"}
        "batched": the noise words of a word are shared by its contexts; fastest, and at least as good. "pairwise":
        fresh noise words for every pair, as in word2vec.c. "blas": the same through scipy's BLAS.
    objective : {"negative", "nce"}
        "negative": negative sampling, hierarchical softmax, or both, as `negative` and `hs` say. "nce":
        noise-contrastive estimation (Mnih and Kavukcuoglu 2013): products come to be log-probabilities.
    nce_bias : bool
        With "nce": train an output bias for each word, too.
    cbow_corrected : bool
        With sg=0, cbow_mean=1: divide the error by the number of context words; that is the gradient, where word2vec.c
        and gensim give every word all of it (İrsoy et al. 2021).
    progress : bool
        Show progress bars for what takes long.
    callbacks : iterable of objects
        Each has the methods on_train_begin, on_epoch_begin, on_epoch_end and on_train_end, called with the model.
    hashfxn, null_word, batch_words
        Accepted for gensim's sake; they have no use here.

    Attributes
    ----------
    wv : KeyedVectors
    syn1neg : float32 array of shape (n, vector_size)
        The output vectors; without rows if negative=0.
    syn1 : float32 array of shape (n, vector_size)
        The vectors of the inner nodes of `vocab.huffman()`, and a last row that is not used; without rows if hs=0.
    syn1neg_bias : float32 array of shape (n,)
        The output biases; empty without nce_bias.
    vocab : Vocab
    losses : list of float
        Mean loss a pair (for CBOW: a word) of every epoch so far: -log sigmoid(u·v) - sum over noise log sigmoid(-n·v),
        and with hs=1 the sum over the path of -log sigmoid(±p·v).
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
        trim_rule: TrimRule | None = None,
        sorted_vocab: int = 1,
        batch_words: int = 10000,
        compute_loss: bool = False,
        callbacks: Iterable[Callback] = (),
        comment: str | None = None,
        max_final_vocab: int | None = None,
        shrink_windows: bool = True,
        *,
        kernel: str = "batched",
        objective: str = "negative",
        nce_bias: bool = False,
        cbow_corrected: bool = False,
        progress: bool = False,
        **unknown: NoReturn,
    ) -> None:
        given = locals()
        refuse_unknown("Word2Vec", unknown)
        super().__init__(**{name: given[name] for name in SETTINGS})
        self.hashfxn = hashfxn
        self.wv = KeyedVectors(self.vector_size)
        self.vocab = Vocab([], [])
        self.syn1neg: Matrix
        self.syn1: Matrix
        self.syn1neg_bias: Matrix
        vars(self).update(outputs.fresh(self, self.vocab))
        self.effective_min_count = self.min_count
        self.corpus_count = self.corpus_total_words = 0
        self._corpus: TokenCorpus | None = None
        self._forget_training()
        if sentences is not None or corpus_file is not None:
            Source(sentences, corpus_file, self.epochs + 1)  # refuses before anything is read
            self.build_vocab(sentences, corpus_file, trim_rule=trim_rule, progress=progress)
            self.train(callbacks=callbacks, progress=progress)
        elif trim_rule is not None or callbacks:
            logger.warning("trim_rule and callbacks are not kept: without a corpus, give them to build_vocab and train")

    def _forget_training(self) -> None:
        self.losses: list[float] = []
        self.train_count = 0
        self.total_train_time = self.running_training_loss = 0.0

    def __str__(self) -> str:
        return f"{type(self).__name__}<vocab={len(self.wv)}, vector_size={self.vector_size}, alpha={self.alpha}>"

    # ---- vocabulary ----

    def build_vocab(
        self,
        corpus_iterable: Sentences | None = None,
        corpus_file: Path | None = None,
        update: bool = False,
        progress_per: int = 10000,
        keep_raw_vocab: bool = False,
        trim_rule: TrimRule | None = None,
        *,
        progress: bool = False,
        **unknown: NoReturn,
    ) -> None:
        """Count the words, keep those that qualify, and start afresh, with new weights.

        The corpus is read once: its ids are kept, and `train` uses them if it is given the same file, or nothing.

        Parameters
        ----------
        corpus_iterable, corpus_file, trim_rule, progress
            As for the constructor, whose `sentences` is `corpus_iterable` here; one of the first two.
        update : False
            A vocabulary cannot grow yet.
        progress_per, keep_raw_vocab
            Accepted for gensim's sake; they have no use here.

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
        refuse_unknown("build_vocab", unknown)
        if update:
            raise NotImplementedError("update=True: a vocabulary cannot grow yet; build it from all texts")
        settings = self.checked()
        source = Source(corpus_iterable, corpus_file)
        rules = ("min_count", "max_vocab_size", "max_final_vocab", "sorted_vocab", "workers")
        options = {name: getattr(settings, name) for name in rules}
        vocab, corpus = source.encode(**options, trim_rule=trim_rule, progress=progress)
        if not len(vocab):
            words = f"{corpus.n_words_raw} words, none of them often enough" if corpus.n_words_raw else "no words"
            raise VocabularyError(f"the vocabulary is empty: {words} (min_count={settings.min_count})")
        vectors = uniform(len(vocab), settings.vector_size, settings.seed % 2**64)
        fresh = outputs.fresh(settings, vocab)
        # The words and counts are copied because users may add to wv, which must not change the vocabulary.
        self.wv = KeyedVectors.from_pieces(list(vocab.words), vectors, {"count": vocab.counts.copy()})
        self.vocab, self._corpus = vocab, corpus
        vars(self).update(fresh)
        self.effective_min_count = vocab.min_count
        self.corpus_count, self.corpus_total_words = corpus.n_sentences, corpus.n_words_raw
        self._forget_training()
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
        callbacks: Iterable[Callback] = (),
        *,
        progress: bool = False,
        **unknown: NoReturn,
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
        refuse_unknown("train", unknown)
        changes = {"epochs": epochs, "alpha": start_alpha, "min_alpha": end_alpha, "compute_loss": compute_loss}
        settings = self.checked(**{name: value for name, value in changes.items() if value is not None})
        if not len(self.vocab):
            raise VocabularyError("there is no vocabulary to train: call build_vocab first")
        hooks = Hooks(callbacks, self)
        if corpus_iterable is None and corpus_file is None and self._corpus is not None:
            corpus = self._corpus
        else:
            corpus = self._encoded(Source(corpus_iterable, corpus_file, settings.epochs), progress)
        raw_words = corpus.n_words_raw * settings.epochs
        if not len(corpus.ids):
            logger.warning("there is nothing to train on: no word of the corpus is in the vocabulary")
            return 0, raw_words
        saving.check_weights(self)
        self.wv.vectors = padded(self.wv.vectors)
        vars(self).update(outputs.trainable(outputs.of(self)))
        trainer = Trainer(settings, self.vocab, corpus, self.wv.vectors, outputs.of(self))
        vars(self).update(vars(settings))
        with Bar(trainer.words, progress) as bar:
            return self._run(trainer, bar, hooks), raw_words

    def _encoded(self, source: Source, progress: bool) -> TokenCorpus:
        """The corpus as ids: those of build_vocab if it is the same one, else encoded now."""
        if self._corpus is not None and source.is_of(self._corpus):
            return self._corpus
        return source.encode(vocab=self.vocab, workers=self.workers, progress=progress)[1]

    def _run(self, trainer: Trainer, bar: Bar, hooks: Hooks) -> int:
        """Train all epochs; returns the number of words trained."""
        hooks.call("on_train_begin")
        started, words = time.perf_counter(), 0
        self.running_training_loss = 0.0
        try:
            for number in range(trainer.settings.epochs):
                hooks.call("on_epoch_begin")
                self.wv.norms = None
                epoch = trainer.run_epoch(number, bar)
                words += epoch.words
                self.losses.append(epoch.loss)
                self.running_training_loss += epoch.total_loss
                hooks.call("on_epoch_end")
        finally:
            self.total_train_time += time.perf_counter() - started
        self.train_count += 1
        hooks.call("on_train_end")
        return words

    def get_latest_training_loss(self) -> float:
        """Return the loss summed over the last call of `train`: estimated from a sample, unless compute_loss is set."""
        return self.running_training_loss

    # ---- files ----

    def save(self, fname: Path) -> None:
        """Save the whole model to one file, all or nothing; see `w2v.formats.native`.

        Raises
        ------
        ValueError
            `wv` has other words than the vocabulary, or a matrix has another shape.
        TypeError
            A word is neither str nor int, or the comment is nothing that JSON can hold.

        Examples
        --------
        >>> import pathlib, tempfile
        >>> path = pathlib.Path(tempfile.mkdtemp(), "model.w2v")
        >>> Word2Vec([["to", "be", "or", "not", "to", "be"]], vector_size=8, min_count=1).save(path)
        >>> len(Word2Vec.load(path).wv)
        4
        """
        saving.save(self, fname)

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

        Examples
        --------
        >>> import pathlib, tempfile
        >>> path = pathlib.Path(tempfile.mkdtemp(), "model.w2v")
        >>> Word2Vec([["to", "be", "or", "not", "to", "be"]], vector_size=8, min_count=1, sample=0).save(path)
        >>> model = Word2Vec.load(path, mmap="r")
        >>> model.train([["to", "be"], ["not", "to", "me"]], epochs=1)
        (4, 5)
        """
        model = cls.__new__(cls)
        Word2Vec.__init__(model)
        saving.load_into(model, fname, mmap)
        return model

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_corpus": None}
