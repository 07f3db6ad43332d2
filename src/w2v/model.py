"""Word2Vec: the model and its settings; its parts are in `w2v.training`."""

import logging
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar, NoReturn, TypeVar

from w2v.base.paths import Path
from w2v.callbacks import Callback
from w2v.compat.model_names import OldNames
from w2v.corpus.source import Paths, Tokenizer
from w2v.cuda.device import check_available
from w2v.inputs.pruning import TrimRule
from w2v.keyedvectors import KeyedVectors
from w2v.training import freezing
from w2v.training.display import Display
from w2v.training.epochs import Training
from w2v.training.files import Files
from w2v.training.files import only_on_the_class as _only_on_the_class  # noqa: F401  by which older pickles know it
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

Self = TypeVar("Self", bound="Word2Vec")


class Word2Vec(Vocabulary, Weights, Training, PairTraining, Predictions, Insides, Files, Display, State, OldNames):
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
        Of initial vectors, thinning, windows and noise words. One worker, or shards, one seed, one version: the same
        bits.
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
    device : str
        "cpu"; "cuda", "cuda:1", ...: an NVIDIA card (``w2v[cuda]``); "auto": a card if there is one and it pays.
    shards : int, optional
        Train so many replicas of the model, each on its own part of the text, which meet a few dozen times in all. The
        result depends on this number, the seed and the text, but not on workers: the same bits on 1 core or 100. With
        1, those of one worker. Takes memory for the replicas; docs/guide-reproducibility.md says when to use it.
    warps : int, optional
        Of a card: how many sentences train at once. More are faster, and from some number on learn worse; without
        it, w2v chooses by alpha, vocabulary and corpus.
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
    checkpoint : path, optional
        While it trains, write a file from which `resume` can go on, should the process end. It is the whole run, more
        than a model, and can be loaded as a model, too; the last one says that all is done.
    checkpoint_every : float
        Seconds from one checkpoint to the next.
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

    _vectors: ClassVar[type[KeyedVectors]] = KeyedVectors
    _more: Mapping[str, int] = MappingProxyType({})  # settings that w2v.FastText and w2v.Doc2Vec have in addition

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
        device: str = "cpu",
        shards: int | None = None,
        warps: int | None = None,
        cache: Any = "auto",
        cache_dir: Path | None = None,
        tokenizer: Tokenizer | None = None,
        sentence_weights: Any = None,
        progress: bool = False,
        init_from: Any = None,
        freeze: Any = None,
        checkpoint: Path | None = None,
        checkpoint_every: float = 60.0,
        **unknown: NoReturn,
    ) -> None:
        given = with_new_names(type(self).__name__, unknown, {"vector_size": vector_size, "epochs": epochs})
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
            device=device,
            shards=shards,
            warps=warps,
            **self._more,
        )
        super().__init__(settings)
        self.hashfxn = hashfxn
        self._init_from, self.freeze = init_from, freezing.checked(freeze)
        self.cache, self.cache_dir = cache, cache_dir
        if sentences is not None or corpus_file is not None:
            inputs = {"tokenizer": tokenizer, "sentence_weights": sentence_weights}
            check_available(self.device)
            self._source(sentences, corpus_file, self.epochs + 1, **inputs)  # refuses before anything is read
            self.build_vocab(sentences, corpus_file, trim_rule=trim_rule, progress=progress, **inputs)
            self.train(callbacks=callbacks, progress=progress, checkpoint=checkpoint, checkpoint_every=checkpoint_every)
        elif trim_rule is not None or callbacks or checkpoint is not None:
            kept = "trim_rule, callbacks and checkpoint are not kept"
            logger.warning("%s: without a corpus, give them to build_vocab and train", kept)
        self.add_lifecycle_event("created", params=str(self))

    @classmethod
    def _empty(cls: type[Self]) -> Self:
        model = cls.__new__(cls)
        Word2Vec.__init__(model)
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
