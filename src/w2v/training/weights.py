"""The weights of a model: fresh ones for its vocabulary, or more for words that are new."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple, cast

import numpy as np

from w2v.base.weights import Matrix, extended, uniform
from w2v.corpus import growth
from w2v.corpus.vocab import Vocab
from w2v.formats.subwords import Subwords
from w2v.subwordvectors import FastTextVectors
from w2v.training import freezing, subwords
from w2v.training.outputs import Outputs
from w2v.training.settings import Settings
from w2v.training.state import State


class Made(NamedTuple):
    """All that a model trains: vectors (words, vector_size), outputs, and locks, (1,) or (words,).

    `vectors` have more rows after these if users have added words to `wv`, which are named in `added`, with their
    attribute `count`.
    """

    vectors: Matrix
    outputs: Outputs
    locks: freezing.Locks
    added: Mapping[Any, int] = MappingProxyType({})
    ngrams: Subwords | None = None  # of a model with n-grams, whose `vectors` are made of these


def nbytes(settings: Settings, n_words: int) -> int:
    """Return how many bytes the matrices take.

    Examples
    --------
    >>> from w2v import Word2Vec
    >>> nbytes(Word2Vec(vector_size=100, negative=5).checked(), 1000) == 2 * 1000 * 112 * 4
    True
    """
    return n_words * 4 * -(-settings.vector_size // 16) * 16 + sum(Outputs.nbytes(settings, n_words).values())


def fresh(model: State, vocab: Vocab, settings: Settings) -> Made:
    """Return weights as they are before training, or taken from `init_from`."""
    outputs = Outputs.fresh(settings, vocab)
    locks = freezing.row_locks(model.freeze, vocab.words)
    if not settings.bucket:
        vectors = uniform(len(vocab), settings.vector_size, settings.seed % 2**64)
        freezing.start_from(model._init_from, model.freeze, vocab.words, vectors, outputs.syn1neg)
        return Made(vectors, outputs, locks)
    ngrams = subwords.grown(subwords.no_rows(settings), vocab, settings.seed % 2**64)
    subwords.taken_from(model._init_from, vocab.words, ngrams)
    vectors = ngrams.vectors(vocab.words)
    wanted = vectors.copy()
    freezing.start_from(model._init_from, model.freeze, vocab.words, wanted, outputs.syn1neg)
    subwords.impose(ngrams, vocab.words, vectors, wanted)
    return Made(vectors, outputs, locks, ngrams=ngrams)


def grown(model: State, vocab: Vocab, settings: Settings) -> Made:
    """Return the model's weights with rows for the words that are new, which keep the vectors that users gave them."""
    wv = model.wv
    known = min(len(model.vocab), len(wv))
    fresh_rows, ngrams = _fresh_rows(model, vocab, settings, known)
    wanted = fresh_rows.copy()
    given = dict(zip(wv.index_to_key[known:], range(known, len(wv)), strict=True))
    for row, word in zip(wanted, vocab.words[known:], strict=True):
        if word in given:
            row[:] = wv.vectors[given.pop(word)]
    if ngrams is not None:
        subwords.impose(ngrams, vocab.words[known:], fresh_rows, wanted, known)
    counts = wv.expandos["count"]
    rows = np.concatenate([wanted, wv.vectors[list(given.values())]]) if given else wanted
    locks = freezing.grown_locks(freezing.locks_of(wv), known, model.freeze, vocab.words)
    added = {word: int(counts[place]) for word, place in given.items()}
    vectors = extended(wv.vectors[:known], rows)
    return Made(vectors, model._outputs.grown(settings, vocab), locks, added, ngrams)


def _fresh_rows(model: State, vocab: Vocab, settings: Settings, known: int) -> tuple[Matrix, Subwords | None]:
    """Vectors of the words from number `known` on; and all n-grams, of a model that has any."""
    seed = settings.seed % 2**64
    if not settings.bucket:
        stream = int(np.random.SeedSequence([seed, known]).generate_state(1, np.uint64)[0])
        return uniform(len(vocab) - known, settings.vector_size, stream), None
    subwords.check(model.wv, settings, known)
    ngrams = subwords.grown(cast(FastTextVectors, model.wv).subwords, vocab, seed)
    assert ngrams.own is not None
    return ngrams._replace(own=ngrams.own[known:]).vectors(vocab.words[known:]), ngrams


class Weights(State):
    """What of `w2v.Word2Vec` makes its weights."""

    def reset_from(self, other_model: State) -> None:
        """Take over the vocabulary of another model, with fresh weights of this model's own vector_size.

        Examples
        --------
        >>> from w2v import Word2Vec
        >>> model, other = Word2Vec(vector_size=8), Word2Vec(vector_size=4, min_count=1)
        >>> other.build_vocab([["to", "be"]])
        >>> model.reset_from(other)
        >>> model.wv.vectors.shape
        (2, 8)
        """
        other_model._need_vocabulary()
        self._install(other_model.vocab, *fresh(self, other_model.vocab, self.checked()))
        self._forget_training()
        self._corpus, self.corpus_count = other_model._corpus, other_model.corpus_count
        self.effective_min_count = other_model.effective_min_count

    def prepare_weights(self, update: bool = False) -> None:
        """Make weights for the vocabulary, afresh or (update) for the words that have none; `build_vocab` does it."""
        self.update_weights() if update else self.init_weights()

    def init_weights(self) -> None:
        """Start afresh with the vocabulary there is: vectors uniform in ±1/vector_size, output vectors zero."""
        self._install(self.vocab, *fresh(self, self.vocab, self.checked()))
        self._forget_training()

    def update_weights(self) -> None:
        """Give words of the vocabulary that have no weights yet random vectors, and output vectors of zeros."""
        self._need_vocabulary()
        if len(self.wv.vectors) < len(self.vocab):
            self._install(self.vocab, *grown(self, self.vocab, self.checked()))

    def add_null_word(self) -> None:
        r"""Add the word ``"\0"`` at the end of the vocabulary, with the count 1; ``null_word=1`` does it."""
        self._need_vocabulary()
        vocab = growth.with_null_word(self.vocab)
        self._install(vocab, *grown(self, vocab, self.checked()))
