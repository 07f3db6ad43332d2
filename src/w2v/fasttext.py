"""FastText: a model whose words are made of their character n-grams, so that unknown words have vectors, too."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, ClassVar

import numpy as np

from w2v.base.files import Source, Target, open_to_read
from w2v.callbacks import Callback
from w2v.corpus.source import Paths
from w2v.corpus.vocab import Vocab
from w2v.errors import FormatError
from w2v.formats.fasttext_bin import load_fasttext_bin
from w2v.formats.fasttext_model import (
    LOSSES,
    MODELS,
    Arguments,
    FastTextModel,
    load_fasttext_model,
    save_fasttext_model,
)
from w2v.inputs.pruning import TrimRule
from w2v.keyedvectors import KeyedVectors
from w2v.model import Word2Vec
from w2v.subwordvectors import FastTextVectors
from w2v.training.saving import check_weights
from w2v.training.state import Sentences
from w2v.vectors.rows import keeping_rows

__all__ = [
    "FastText",
    "FastTextKeyedVectors",
    "FastTextVectors",
    "load_facebook_model",
    "load_facebook_vectors",
    "save_facebook_model",
]

FastTextKeyedVectors = FastTextVectors  # gensim's name


class FastText(Word2Vec):
    """Word vectors made of character n-grams (Bojanowski et al. 2017, arXiv:1607.04606), as fastText trains them.

    The input of a word is the mean of a row of its own and the rows of its n-grams. So words that are spelt alike learn
    from each other, and words that were never seen have vectors. All else is as in `w2v.Word2Vec`. Names and defaults
    are gensim's; those of fastText's program are ``sg=1, alpha=0.05, sample=1e-4``.

    Parameters
    ----------
    min_n, max_n : int
        Characters in an n-gram, among them < and > for the beginning and the end of the word. With max_n below min_n,
        or 0, there are none.
    bucket : int
        N-grams are numbered by their hash, modulo this; those that meet share a row. Only n-grams of the vocabulary
        take memory. 0: none.
    word_ngrams : 1
        For gensim's sake; fastText's classifier has others.
    sentences, corpus_file, sg, hs, vector_size, alpha, window, min_count, max_vocab_size, sample, seed, workers
        As for `w2v.Word2Vec`.
    min_alpha, negative, ns_exponent, cbow_mean, hashfxn, epochs, null_word, sorted_vocab, trim_rule, batch_words
        As for `w2v.Word2Vec`.
    callbacks, max_final_vocab, shrink_windows
        As for `w2v.Word2Vec`.
    **options
        The other parameters of `w2v.Word2Vec`. Not with n-grams: ``objective="softmax"``, ``kernel="mirror"``,
        ``positional`` for skip-gram, a card as the `device`, words in `freeze`, whose n-grams belong to others, and
        `train_pairs`.

    Attributes
    ----------
    wv : FastTextVectors
        The vectors, of unknown words, too; its `vectors_vocab` and `vectors_ngrams` are the rows that are trained.
    **others
        Those of `w2v.Word2Vec`.

    Examples
    --------
    >>> text = [["walk", "walked", "walking"], ["talk", "talked", "talking"]] * 50
    >>> model = FastText(text, vector_size=16, min_count=1, epochs=10, workers=1, bucket=1000)
    >>> "walker" in model.wv.key_to_index, model.wv["walker"].shape
    (False, (16,))
    >>> bool(model.wv.similarity("walker", "walk") > model.wv.similarity("walker", "talk"))
    True
    """

    wv: FastTextVectors
    _vectors: ClassVar[type[KeyedVectors]] = FastTextVectors

    def __init__(
        self,
        sentences: Sentences | None = None,
        corpus_file: Paths | None = None,
        sg: int = 0,
        hs: int = 0,
        vector_size: int = 100,
        alpha: float = 0.025,
        window: int | str = 5,
        min_count: int = 5,
        max_vocab_size: int | None = None,
        word_ngrams: int = 1,
        sample: float = 1e-3,
        seed: int = 1,
        workers: int = 3,
        min_alpha: float = 0.0001,
        negative: int = 5,
        ns_exponent: float = 0.75,
        cbow_mean: int = 1,
        hashfxn: Any = hash,
        epochs: int = 5,
        null_word: int = 0,
        min_n: int = 3,
        max_n: int = 6,
        sorted_vocab: int = 1,
        bucket: int = 2_000_000,
        trim_rule: TrimRule | None = None,
        batch_words: int = 10000,
        callbacks: Iterable[Callback] = (),
        max_final_vocab: int | None = None,
        shrink_windows: bool = True,
        **options: Any,
    ) -> None:
        if word_ngrams != 1:
            raise NotImplementedError(f"word_ngrams: expected 1, for word vectors have no others, got {word_ngrams!r}")
        if options.get("freeze") not in (None, "input", "output"):
            why = "n-grams of words belong to other words, too; wv.vectors_vocab_lockf has factors for their own rows"
            raise ValueError(f"freeze: expected None, 'input' or 'output', got {options['freeze']!r:.80}: {why}")
        self.word_ngrams: int = 1
        self._more = {"min_n": min_n, "max_n": max_n, "bucket": bucket}
        super().__init__(
            sentences,
            corpus_file,
            vector_size,
            alpha,
            window,
            min_count,
            max_vocab_size,
            sample,
            seed,
            workers,
            min_alpha,
            sg,
            hs,
            negative,
            ns_exponent,
            cbow_mean,
            hashfxn,
            epochs,
            null_word,
            trim_rule,
            sorted_vocab,
            batch_words,
            callbacks=callbacks,
            max_final_vocab=max_final_vocab,
            shrink_windows=shrink_windows,
            **options,
        )

    @classmethod
    def load_fasttext_format(cls, model_file: Source, encoding: str = "utf-8") -> "FastText":
        """Load fastText's .bin; `load_facebook_model` is the name of now."""
        return load_facebook_model(model_file, encoding)


def load_facebook_model(path: Source, encoding: str = "utf-8") -> FastText:
    """Load a model that fastText trained, from its .bin; it can be trained on.

    Parameters
    ----------
    path : path or binary file
        Also compressed. Settings are those that the file has, and the model's defaults (`alpha` is none of them).
    encoding : str, default "utf-8"
        Of the words; what is nothing in it becomes replacement characters.

    Raises
    ------
    FormatError
        The file is no such file, damaged, truncated or quantised, or a classifier.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> path = pathlib.Path(tempfile.mkdtemp(), "model.bin")
    >>> save_facebook_model(FastText([["to", "be"]] * 5, vector_size=8, bucket=100), path)
    >>> load_facebook_model(path).wv["bee"].shape
    (8,)
    """
    with open_to_read(path) as file:
        loaded = load_fasttext_model(file, encoding)
        try:
            model = _model_of(loaded)
        except ValueError as error:
            raise FormatError(f"{file}: {error}") from error
    model.add_lifecycle_event("loaded", fname=str(path))
    return model


def _model_of(loaded: FastTextModel) -> FastText:
    """A model of the pieces of a file; ValueError if it has numbers that no model can have."""
    told = loaded.arguments
    hs = LOSSES[told.loss] == "hs"
    model = FastText(
        vector_size=told.dim,
        window=told.ws,
        epochs=told.epoch,
        min_count=told.minCount,
        negative=0 if hs else told.neg,
        hs=int(hs),
        sg=int(MODELS[told.model] == "sg"),
        sample=told.t,
        bucket=loaded.subwords.buckets,
        min_n=told.minn,
        max_n=told.maxn,
    )
    vocab = Vocab(loaded.words, loaded.counts)
    outputs = replace(model._outputs, **{"syn1" if hs else "syn1neg": loaded.outputs})
    locks = np.ones(1, dtype=np.float32)
    if model.bucket:
        model._install(vocab, loaded.subwords.vectors(vocab.words), outputs, locks, ngrams=loaded.subwords)
    else:
        model._install(vocab, np.array(loaded.subwords.own), outputs, locks)
    model.corpus_total_words, model.raw_vocab = loaded.tokens, {}
    return model


def load_facebook_vectors(path: Source, encoding: str = "utf-8") -> FastTextVectors:
    """Load the vectors of fastText's .bin, without what only training needs: `KeyedVectors.load_fasttext`.

    Parameters are those of `load_facebook_model`.
    """
    if encoding.lower().replace("-", "") != "utf8":
        return load_facebook_model(path, encoding).wv
    return FastTextVectors.from_subwords(load_fasttext_bin(path))


def save_facebook_model(
    model: FastText, path: Target, encoding: str = "utf-8", lr_update_rate: int = 100, word_ngrams: int = 1
) -> None:
    """Save a model as fastText's .bin, which fastText loads; its vectors are the same there.

    The file has a row for each of `bucket` n-grams: 0.8 GB for two million rows of 100. Those that no word has are
    zeros.

    Parameters
    ----------
    model : FastText
        Of negative sampling or hierarchical softmax, not of both.
    path : path or binary file
    encoding : str, default "utf-8"
    lr_update_rate, word_ngrams : int
        Numbers of fastText's that stand in the file.

    Raises
    ------
    ValueError
        The model is one that fastText has not, or has words that are not text, or have white space in them.
    """
    if not isinstance(model, FastText):
        raise TypeError(f"model: expected a FastText model, got {type(model).__name__}")
    why = {
        "hs=0 or negative=0": bool(model.hs and model.negative),
        "objective='negative'": model.objective != "negative",
        "positional=None": model.positional is not None,
        "a window of words": not isinstance(model.window, int),
        "words that all are of the vocabulary": len(model.wv) != len(model.vocab),
    }
    if any(why.values()):
        raise ValueError(f"expected a model that fastText can have, with {next(name for name in why if why[name])}")
    with keeping_rows(model.wv):
        check_weights(model)
        words, subwords = list(model.wv.index_to_key), model.wv.subwords
    if not model.bucket:
        subwords = subwords._replace(own=model.wv.vectors)
    numbers = {"dim": model.vector_size, "ws": int(model.window), "epoch": model.epochs, "minCount": model.min_count}
    numbers |= {"neg": model.negative, "wordNgrams": word_ngrams, "loss": 1 if model.hs else 2}
    numbers |= {"model": 2 if model.sg else 1, "bucket": model.bucket}
    numbers |= {"minn": model.min_n, "maxn": model.max_n} if model.bucket else {"minn": 0, "maxn": 0}
    told = Arguments(**numbers, lrUpdateRate=lr_update_rate, t=model.sample)
    outputs = model.syn1 if model.hs else model.syn1neg
    tokens = model.corpus_total_words or 0
    pieces = FastTextModel(told, words, model.vocab.counts, subwords, outputs, tokens)
    save_fasttext_model(pieces, path, encoding)
