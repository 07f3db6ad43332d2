"""Word2Vec: the model and its settings; its parts are in `w2v.training`."""

import logging
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

from w2v.base.files import Source, Target
from w2v.base.paths import Path
from w2v.callbacks import Callback
from w2v.compat.model_names import OldNames
from w2v.corpus.source import Paths, Tokenizer
from w2v.inputs.pruning import TrimRule
from w2v.keyedvectors import KeyedVectors
from w2v.training import freezing, saving
from w2v.training.epochs import Training
from w2v.training.insides import Insides
from w2v.training.pair_training import PairTraining
from w2v.training.prediction import Predictions
from w2v.training.settings import Settings, with_new_names
from w2v.training.state import Sentences, State
from w2v.training.vocabulary import Vocabulary
from w2v.training.weights import Weights

logger = logging.getLogger("w2v.model")

if TYPE_CHECKING:
    from w2v.plot import ModelPlots

    _class_only = classmethod
else:

    class _class_only(classmethod):
        """A class method that an instance answers by an error, because it would not change the instance."""

        def __get__(self, instance: Any, owner: Any = None) -> Any:
            return super().__get__(None, owner) if instance is None else _only_on_the_class


Self = TypeVar("Self", bound="Word2Vec")


class Word2Vec(Vocabulary, Weights, Training, PairTraining, Predictions, Insides, State, OldNames):
    """Word vectors by skip-gram or CBOW (Mikolov et al. 2013, arXiv:1310.4546).

    Given sentences or a corpus file, the model counts, builds its vocabulary and trains; else call `build_vocab` and
    `train`. Names and defaults are gensim's.

    Parameters
    ----------
    sentences : iterable of sequences of tokens, 2-D int array, `Ids`, or callable, optional
        Tokens are str or other hashables. The rows of an array are walks over ids, which are rows of the vectors; an
        iterable may also give arrays, block by block. A callable is called, without arguments, for every pass.
    corpus_file : path or sequence of paths, optional
        In place of sentences: text in UTF-8, one sentence a line, words between white space. Paths of files (also .gz,
        .bz2, .xz, .zst), folders or patterns; "-" is standard input.
    vector_size : int
        Dimensions of the vectors.
    alpha, min_alpha : float
        The learning rate falls linearly from alpha to min_alpha.
    window : int or "all"
        Words on either side that may count as context; "all": the whole sentence, such as a basket, whose order then
        does not matter.
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
        1: hierarchical softmax; alone with negative=0, else together with negative sampling.
    negative : int
        Noise words for each word; 0: no negative sampling.
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
    kernel : {"batched", "pairwise", "blas", "mirror"}
        "batched": the noise words of a word are shared by its contexts; fastest, and at least as good. "pairwise":
        fresh noise words for every pair, as in word2vec.c. "blas": the same through scipy's BLAS. "mirror": the very
        bits of word2vec.c, slowly, with workers=1 and what settings it has (its own alpha for CBOW is 0.05).
    objective : {"negative", "nce", "softmax"}
        "negative": negative sampling, hierarchical softmax, or both, as `negative` and `hs` say. "nce":
        noise-contrastive estimation (Mnih and Kavukcuoglu 2013): products come to be log-probabilities.
        "softmax": predict each word among all words, exactly; the time grows with the vocabulary, and `negative` and
        `ns_exponent` play no part.
    nce_bias : bool
        With "nce": train an output bias for each word, too.
    cbow_corrected : bool
        With sg=0, cbow_mean=1: divide the error by the number of context words; that is the gradient, where word2vec.c
        and gensim give every word all of it (İrsoy et al. 2021).
    positional : {None, "outputs", "weights"}
        What each relative position has of its own. "outputs": an output matrix; with sg=1 this is structured skip-gram,
        with sg=0 CWindow (Ling et al. 2015). "weights": a vector that multiplies the context vectors, element by
        element: position-weighted CBOW (Mikolov et al. 2018), best with shrink_windows=False. For negative sampling
        with the batched kernel.
    window_side : {"both", "left", "right"}
        Which words are contexts: those on either side, only those before a word, or only those after it.
    cache : {"auto", "memory", "disk", True, False} or int
        Where ids are kept. "auto": in memory up to half of what is free, beyond that in a temporary file that is mapped
        into memory. True: the same, and a generator will do, because it is read only once. An int: so many bytes in
        memory. False: nowhere; the corpus is read anew in every epoch, ahead of the threads that train.
    cache_dir : path, optional
        Folder of the temporary files.
    tokenizer : callable, optional
        Turns every item of `sentences` into a sequence of tokens, as in ``tokenizer=str.split``.
    sentence_weights : sequence of float, optional
        One for each of `sentences`: a factor of its learning rate.
    progress : bool
        Show progress bars for what takes long.
    init_from : KeyedVectors or Word2Vec, optional
        Start from the vectors of the words it has, instead of random ones; a Word2Vec gives its output vectors, too.
    freeze : "input", "output" or list of words, optional
        What training leaves as it is: all vectors, all output vectors, or the vectors of some words. See
        ``wv.vectors_lockf`` for factors of your own.
    callbacks : iterable of objects
        Each has the methods on_train_begin, on_epoch_begin, on_epoch_end and on_train_end, called with the model; to
        end training, they return True or raise `StopTraining`. See `w2v.callbacks`.
    null_word : {0, 1}
        1: the word "\\0" stands at the end of the vocabulary, with the count 1.
    hashfxn, batch_words
        Accepted for gensim's sake; they have no use here.

    Attributes
    ----------
    wv : KeyedVectors
        In a model, it has `vectors_lockf`: a float32 array by whose entry ``row % len`` the changes of each vector are
        multiplied in training. 0 freezes, 1 trains; one 1 for all rows costs nothing.
    syn1neg : float32 array of shape (n, vector_size)
        The output vectors; without rows if negative=0 or positional="outputs".
    syn1 : float32 array of shape (n, vector_size)
        The vectors of the inner nodes of `vocab.huffman()`, and a last row that is not used; without rows if hs=0.
    syn1neg_bias : float32 array of shape (n,)
        The output biases; empty without nce_bias.
    syn1pos : float32 array of shape (2 * window, n, vector_size)
        With positional="outputs", which has no syn1neg: the output vectors of each position of a context word, from
        -window to window without 0; else empty.
    position_weights : float32 array of shape (2 * window, vector_size)
        With positional="weights": those of the same positions; else without rows.
    vocab : Vocab
    losses : list of float
        Mean loss a pair (for CBOW: a word) of every epoch so far: -log sigmoid(u·v) - sum over noise log sigmoid(-n·v),
        and with hs=1 the sum over the path of -log sigmoid(±p·v); for the softmax the cross-entropy -log p(u | v), in
        nats. docs/objectives.md says what they tend to.
    corpus_count, corpus_total_words : int
        Sentences and words of the corpus that the vocabulary was built from; None where an old model of gensim's has
        none.
    raw_vocab : dict or None
        Counts of all words, if `scan_vocab` or keep_raw_vocab asked for them; emptied by a vocabulary without.
    lifecycle_events : list of dict
        What was done with the model, and when.

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

    _vectors = KeyedVectors

    def __init__(
        self,
        sentences: Sentences | None = None,
        corpus_file: Paths | None = None,
        vector_size: int = 100,
        alpha: float = 0.025,
        window: int | str = 5,
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
        positional: str | None = None,
        window_side: str = "both",
        cache: Any = "auto",
        cache_dir: Path | None = None,
        tokenizer: Tokenizer | None = None,
        sentence_weights: Any = None,
        progress: bool = False,
        init_from: Any = None,
        freeze: Any = None,
        **unknown: NoReturn,
    ) -> None:
        given = with_new_names("Word2Vec", unknown, {"vector_size": vector_size, "epochs": epochs})
        settings = Settings(
            vector_size=given["vector_size"],
            alpha=alpha,
            window=window,
            min_count=min_count,
            max_vocab_size=max_vocab_size,
            sample=sample,
            seed=seed,
            workers=workers,
            min_alpha=min_alpha,
            sg=sg,
            hs=hs,
            negative=negative,
            ns_exponent=ns_exponent,
            cbow_mean=cbow_mean,
            epochs=given["epochs"],
            null_word=null_word,
            sorted_vocab=sorted_vocab,
            batch_words=batch_words,
            compute_loss=compute_loss,
            comment=comment,
            max_final_vocab=max_final_vocab,
            shrink_windows=shrink_windows,
            kernel=kernel,
            objective=objective,
            nce_bias=nce_bias,
            cbow_corrected=cbow_corrected,
            positional=positional,
            window_side=window_side,
        )
        super().__init__(settings)
        self.hashfxn = hashfxn
        self._init_from, self.freeze = init_from, freezing.checked(freeze)
        self.cache, self.cache_dir = cache, cache_dir
        if sentences is not None or corpus_file is not None:
            inputs = {"tokenizer": tokenizer, "sentence_weights": sentence_weights}
            self._source(sentences, corpus_file, self.epochs + 1, **inputs)  # refuses before anything is read
            self.build_vocab(sentences, corpus_file, trim_rule=trim_rule, progress=progress, **inputs)
            self.train(callbacks=callbacks, progress=progress)
        elif trim_rule is not None or callbacks:
            logger.warning("trim_rule and callbacks are not kept: without a corpus, give them to build_vocab and train")
        self.add_lifecycle_event("created", params=str(self))

    def __str__(self) -> str:
        return f"{type(self).__name__}<vocab={len(self.wv)}, vector_size={self.vector_size}, alpha={self.alpha}>"

    def save(
        self,
        fname_or_handle: Target,
        separately: Any = None,
        sep_limit: int = 0,
        ignore: Any = frozenset(),
        pickle_protocol: int = 4,
    ) -> None:
        """Save the whole model to one file, all or nothing; see `w2v.formats.native`.

        Parameters
        ----------
        fname_or_handle : path or binary file
            Compressed if it is a path that ends in .gz, .bz2, .xz or .zst; such files load slowly and are not mapped.
        separately, sep_limit, ignore, pickle_protocol
            Accepted for gensim's sake; they have no use here, for all is in one file that is no pickle.

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
        saving.save(self, fname_or_handle)

    @_class_only
    def load(cls: type[Self], fname: Source, mmap: str | None = None, rethrow: bool = False) -> Self:
        """Load what `save` wrote; the model can be trained on. Call it on the class: an instance has no `load`.

        Parameters
        ----------
        fname : path or binary file
        mmap : None or "r", default None
            "r" maps the file into memory, read-only, until the model is trained; not if it is compressed, or a stream.
        rethrow
            Accepted for gensim's sake; it has no use here.

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
        model.add_lifecycle_event("loaded", fname=str(fname))
        return model

    @property
    def plot(self) -> "ModelPlots":
        """Pictures of the training, as matplotlib figures; those of the vectors are at ``model.wv.plot``.

        Examples
        --------
        >>> from w2v import Word2Vec
        >>> model = Word2Vec([["to", "be", "or", "not", "to", "be"]] * 20, vector_size=8, min_count=1)
        >>> model.plot.losses().savefig("losses.svg")  # doctest: +SKIP
        """
        from w2v.plot import ModelPlots

        return ModelPlots(self)


def _only_on_the_class(*args: Any, **kwargs: Any) -> NoReturn:
    raise AttributeError("load is a method of the class, not of a model: call Word2Vec.load(path)")
