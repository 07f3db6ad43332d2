"""What gensim shows of a model: its memory, the table of noise, the Huffman tree, a generator of random numbers."""

import numpy as np
import numpy.typing as npt

from w2v import combining
from w2v.corpus import attributes
from w2v.keyedvectors import KeyedVectors
from w2v.training import memory
from w2v.training.state import State

_DOMAIN = 2**31 - 1


class Insides(State):
    """What of `w2v.Word2Vec` tells about itself."""

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
            `vocab` (words, counts and indices), `vectors`, those of the outputs (`syn1neg`, `syn1`, `syn1neg_bias`,
            `syn1pos`, `position_weights`) that the settings use, with n-grams `vectors_vocab` and `vectors_ngrams`
            (without a vocabulary, as if every number of an n-gram were in use), `corpus` (ids that `build_vocab` keeps
            for `train`), and their `total`; while it trains, `lists` (of rows, with n-grams), `draws` (tables),
            `copies` (of frequent rows, with several workers) and `replicas` (with shards).

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

    def with_outputs(self) -> KeyedVectors:
        """Return the sum of each word's vector and its output vector, both at length 1: better vectors for most uses.

        The output vectors (`syn1neg`) know which words a word is near to in the text (Levy, Goldberg and Dagan 2015).

        Returns
        -------
        KeyedVectors
            New vectors; the model stays as it is, and can go on learning.

        Raises
        ------
        ValueError
            The words of this model have no output vectors: it has hierarchical softmax alone, or outputs by position.

        Examples
        --------
        >>> from w2v import Word2Vec
        >>> model = Word2Vec([["to", "be", "or", "not"]] * 9, min_count=1, vector_size=8, workers=1)
        >>> model.with_outputs()["be"].shape
        (8,)
        """
        if not len(self.syn1neg):
            raise ValueError("with_outputs: expected noise words or the full softmax, got outputs of no words")
        return combining.with_outputs(self.wv, self.syn1neg)

    def has_outputs(self) -> bool:
        """Whether its words have output vectors, or will have them, for `with_outputs`."""
        return self.positional != "outputs" and bool(self.negative or self.objective == "softmax")

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
        self.wv.expandos = attributes.WordAttributes(self.wv.expandos, self.vocab, self.sample, tree=True)

    @property
    def random(self) -> np.random.RandomState:
        """A generator seeded by `seed`, a new one each time; training draws from its own."""
        return np.random.RandomState(self.seed % 2**32)
