"""The vocabulary of a model: the words that are kept, and fresh weights for them."""

import logging
from collections.abc import Callable, Iterable, Sequence
from os import PathLike
from typing import Any, NoReturn

from w2v.corpus import TokenCorpus
from w2v.errors import VocabularyError
from w2v.keyedvectors import KeyedVectors
from w2v.settings import Settings, refuse_unknown
from w2v.source import Source
from w2v.vocab import Vocab
from w2v.weights import Matrix, padded_zeros, uniform

logger = logging.getLogger("w2v.model")

Path = str | PathLike[str]
Sentences = Iterable[Sequence[Any]]
TrimRule = Callable[[Any, int, int], int]


class Vocabulary(Settings):
    """What of `w2v.Word2Vec` makes its vocabulary and its weights."""

    wv: KeyedVectors
    vocab: Vocab
    syn1neg: Matrix
    effective_min_count: int
    corpus_count: int
    corpus_total_words: int
    _corpus: TokenCorpus | None

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
        >>> from w2v import Word2Vec
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
        syn1neg = padded_zeros(len(vocab), settings.vector_size)
        # The words and counts are copied because users may add to wv, which must not change the vocabulary.
        self.wv = KeyedVectors.from_pieces(list(vocab.words), vectors, {"count": vocab.counts.copy()})
        self.syn1neg, self.vocab, self._corpus = syn1neg, vocab, corpus
        self.effective_min_count = vocab.min_count
        self.corpus_count, self.corpus_total_words = corpus.n_sentences, corpus.n_words_raw
        self._forget_training()
        logger.info("vocabulary: %d words, from %d words of text", len(vocab), corpus.n_words_raw)

    def _forget_training(self) -> None:
        self.losses: list[float] = []
        self.train_count = 0
        self.total_train_time = self.running_training_loss = 0.0
