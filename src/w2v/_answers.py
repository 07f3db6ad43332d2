"""What a whole model can be asked: which words fit a context, how likely is a text, how much memory it takes."""

import logging
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from w2v import memory, tree
from w2v._training import Training

logger = logging.getLogger("w2v.model")

_DOMAIN = 2**31 - 1


class Answers(Training):
    """What of `w2v.Word2Vec` answers questions."""

    _cum_table: npt.NDArray[np.uint32] | None = None

    def predict_output_word(
        self, context_words_list: Iterable[Any], topn: int = 10
    ) -> list[tuple[Any, np.float32]] | None:
        """Return the words most likely in the middle of a context, with their probabilities.

        They are the softmax of the products of all output vectors with the mean of the context's vectors (their sum,
        if cbow_mean is 0).

        Parameters
        ----------
        context_words_list : iterable of words or of their positions
            Words that are not in the vocabulary are left out.
        topn : int, default 10

        Returns
        -------
        list of (word, probability), or None if no word of the context is known

        Raises
        ------
        RuntimeError
            The model was not trained with noise words, or has no output vectors.

        Examples
        --------
        >>> from w2v import Word2Vec
        >>> text = [["salt", "and", "pepper"], ["cup", "and", "saucer"]] * 300
        >>> model = Word2Vec(text, vector_size=16, alpha=0.1, sample=0)
        >>> model.predict_output_word(["salt", "and"], topn=1)[0][0]
        'pepper'
        """
        if not self.negative:
            raise RuntimeError("predict_output_word: expected a model that was trained with noise words (negative > 0)")
        if not len(self.vocab) or len(self.syn1neg) != len(self.wv):
            raise RuntimeError("predict_output_word: expected output vectors (syn1neg), one a word, got none")
        context = [context_words_list] if isinstance(context_words_list, str) else context_words_list
        places = [place for word in context if (place := self.wv.get_index(word, -1)) >= 0]
        if not places:
            logger.warning("All the input context words are out-of-vocabulary for the current model.")
            return None
        hidden = self.wv.vectors[places].sum(axis=0)
        if self.cbow_mean:
            hidden /= len(places)
        logits = self.syn1neg @ hidden
        chances = np.exp(logits - logits.max())
        chances /= chances.sum()
        best = np.argsort(-chances, kind="stable")[:topn]
        return [(self.wv.index_to_key[place], chances[place]) for place in best]

    def score(
        self,
        sentences: Iterable[Sequence[Any]],
        total_sentences: int = 1_000_000,
        chunksize: int = 100,
        queue_factor: int = 2,
        report_delay: float = 1,
    ) -> npt.NDArray[np.float32]:
        """Return the log-probability of each sentence, by hierarchical softmax (Taddy 2015, arXiv:1504.07295).

        For skip-gram it is the sum over all pairs of words within `window` of each other; for CBOW the sum over words,
        each given the mean (or sum) of those around it. Words that are not in the vocabulary are left out.

        Parameters
        ----------
        sentences : iterable of sequences of words
        total_sentences : int
            Score at most so many.
        chunksize, queue_factor, report_delay
            Accepted for gensim's sake; they have no use here.

        Returns
        -------
        float32 array, one a sentence

        Raises
        ------
        RuntimeError
            There is no vocabulary, or the model was not trained with hs=1.
        """
        self._need_vocabulary()
        if not self.hs:
            raise RuntimeError("score: expected a model with hierarchical softmax (hs=1), got hs=0")
        from w2v.scoring import Scorer

        scorer = Scorer(self)
        sentences = (sentence for _, sentence in zip(range(total_sentences), sentences, strict=False))
        return np.array([scorer.score(sentence) for sentence in sentences], dtype=np.float32)

    def estimate_memory(self, vocab_size: int | None = None, report: dict[str, int] | None = None) -> dict[str, int]:
        """Return how many bytes a model of these settings takes.

        Parameters
        ----------
        vocab_size : int, optional
            Number of words; without it, that of this model.
        report : dict, optional
            Put the numbers into it.

        Returns
        -------
        dict of str -> int
            `vocab` (words, counts and indices), `vectors`, `syn1neg` (output vectors), `syn1` (hierarchical softmax),
            `draws` (tables while it trains), `corpus` (ids that `build_vocab` keeps for `train`), and their `total`.

        Examples
        --------
        >>> from w2v import Word2Vec
        >>> Word2Vec(vector_size=100).estimate_memory(vocab_size=1_000_000)["vectors"]
        448000000
        """
        size = len(self.vocab) if vocab_size is None else vocab_size
        sizes = {} if report is None else report
        sizes.update(memory.estimate(self.checked(), size, self.vocab, self._corpus))
        return sizes

    # ---- what gensim shows of its insides ----

    @property
    def cum_table(self) -> npt.NDArray[np.uint32] | None:
        """gensim's table of noise: count**ns_exponent summed up, scaled to end at 2**31 - 1; training does without.

        None without a vocabulary, or without noise words.
        """
        if not self.negative or not len(self.vocab):
            return None
        if self._cum_table is None or len(self._cum_table) != len(self.vocab):
            self.make_cum_table()
        return self._cum_table

    def make_cum_table(self, domain: int = _DOMAIN) -> None:
        """Make `cum_table` anew, with `domain` as its last entry."""
        shares = np.cumsum(self.vocab.noise(self.ns_exponent).probabilities)
        self._cum_table = np.rint(shares / shares[-1] * domain).astype(np.uint32)

    def create_binary_tree(self) -> None:
        """Give the words their paths in the Huffman tree, as the attributes `code` and `point` of `wv`.

        Examples
        --------
        >>> from w2v import Word2Vec
        >>> model = Word2Vec([["to", "be", "or", "not", "to", "be"]], min_count=1, vector_size=8)
        >>> model.create_binary_tree()
        >>> model.wv.get_vecattr("to", "code")
        array([1, 1], dtype=uint8)
        """
        self.wv.expandos = tree.WordAttributes(self.wv.expandos, self.vocab, self.sample, tree=True)

    @property
    def random(self) -> np.random.RandomState:
        """A generator seeded by `seed`, a new one each time; training draws from its own."""
        return np.random.RandomState(self.seed % 2**32)
