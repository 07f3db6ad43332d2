"""What a model knows: the probabilities of words given others, and of whole sentences."""

import logging
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from w2v.base.weights import Matrix
from w2v.corpus.vocab import Vocab
from w2v.errors import VocabularyError
from w2v.keyedvectors import KeyedVectors
from w2v.training.settings import ALL, Settings

__all__ = ["Predictions"]

logger = logging.getLogger("w2v.model")

Array = npt.NDArray[Any]

_CELLS = 2_000_000  # numbers that one step of the work makes


class Predictions(Settings):
    """What `w2v.Word2Vec` answers about probabilities.

    What they are depends on the objective:

    - ``objective="softmax"``: the probabilities that were trained, exactly.
    - ``hs=1``: products of sigmoids along the paths of the Huffman tree; they sum to 1 (Morin and Bengio 2005).
    - ``objective="nce"``: e^(product + bias), which training brings near to probabilities, scaled to sum to 1.
    - negative sampling trains no probabilities. Where it has converged, a product is the pointwise mutual information
      under the noise distribution, less log(negative) (Levy and Goldberg 2014); so noise probability times e^product,
      scaled to sum to 1, estimates them. The exception is `predict_output_word`, which leaves the noise out, as gensim
      does.

    With both hs=1 and noise words, the tree's are taken, but in `predict_output_word`, as in gensim.

    With ``positional=``, CBOW needs to know where the words of a context stand: the first half (of an odd number, the
    smaller half) before the word in question, the others after it. None, and words that are not in the vocabulary,
    keep a place free: ``["sat", "on", None, "mat"]``. Skip-gram then predicts each position by itself; its context
    is any of them, the near ones as much more often as the windows of training cover them.
    """

    wv: KeyedVectors
    vocab: Vocab
    syn1neg: Matrix
    syn1: Matrix
    syn1neg_bias: Array
    syn1pos: Array
    position_weights: Matrix

    def predict_output_word(
        self, context_words_list: Iterable[Any], topn: int | None = 10
    ) -> list[tuple[Any, np.float32]] | None:
        """Return the words most likely in the middle of a context, with their probabilities.

        The context's mean vector (its sum, if cbow_mean is 0) stands for it, for skip-gram too. With negative sampling
        the numbers are the softmax of its products with the output vectors: these sum to 1, but are no probabilities
        that training aims at (`log_prob` has those).

        Parameters
        ----------
        context_words_list : iterable of words or of their positions
            Words that are not in the vocabulary are left out.
        topn : int or None, default 10
            How many; None: all words.

        Returns
        -------
        list of (word, float32), the most likely first, or None if no word of the context is known

        Raises
        ------
        RuntimeError
            There is no vocabulary, or no output vectors.

        Examples
        --------
        >>> from w2v import Word2Vec
        >>> text = [["salt", "and", "pepper"], ["cup", "and", "saucer"]] * 300
        >>> model = Word2Vec(text, vector_size=16, alpha=0.1, sample=0, objective="softmax")
        >>> [(word, chance)] = model.predict_output_word(["salt", "pepper"], topn=1)
        >>> word, bool(chance > 0.9)
        ('and', True)
        """
        knowledge = self._knowledge("predict_output_word", as_gensim=True)
        context = [context_words_list] if isinstance(context_words_list, str) else context_words_list
        places = [self.wv.get_index(word, -1) for word in context]
        if not any(place >= 0 for place in places):
            logger.warning("All the input context words are out-of-vocabulary for the current model.")
            return None
        return self._best(np.exp(knowledge.all(self._hidden([places])))[0], topn)

    def predict_context(self, word: Any, topn: int | None = 10) -> list[tuple[Any, np.float32]]:
        """Return the words most likely within the window around a word, with their probabilities.

        Parameters
        ----------
        word : a word of the vocabulary
        topn : int or None, default 10
            How many; None: all words, whose probabilities sum to 1.

        Returns
        -------
        list of (word, float32), the most likely first

        Raises
        ------
        KeyError
            The word is not in the vocabulary.
        RuntimeError
            The model is CBOW, which predicts from all context words together; or there is no vocabulary.

        Examples
        --------
        >>> from w2v import Word2Vec
        >>> text = [["salt", "pepper"], ["cup", "saucer"]] * 300
        >>> model = Word2Vec(text, vector_size=16, alpha=0.1, sample=0, sg=1, hs=0, objective="softmax")
        >>> [(word, chance)] = model.predict_context("cup", topn=1)
        >>> word, bool(chance > 0.9)
        ('saucer', True)
        """
        knowledge = self._knowledge("predict_context")
        if not self.sg:
            raise RuntimeError("predict_context: expected skip-gram (sg=1), got CBOW; use predict_output_word")
        return self._best(np.exp(knowledge.all(self._hidden([[self._place(word)]])))[0], topn)

    def log_prob(self, word: Any, context: Any) -> float:
        """Return the natural logarithm of the probability of a word, given its context.

        Parameters
        ----------
        word : a word of the vocabulary
        context : word, or list of words
            For skip-gram one word: the probability is that of `predict_context`. For CBOW all words around.

        Raises
        ------
        KeyError
            A word is not in the vocabulary.
        ValueError
            The context is empty, or has several words for skip-gram, which predicts from one at a time.
        RuntimeError
            There is no vocabulary, or no output vectors.

        Examples
        --------
        >>> from w2v import Word2Vec
        >>> text = [["salt", "pepper"], ["cup", "saucer"]] * 300
        >>> model = Word2Vec(text, vector_size=16, alpha=0.1, sample=0, sg=1, objective="softmax")
        >>> model.log_prob("saucer", "cup") > model.log_prob("pepper", "cup")
        True
        """
        knowledge = self._knowledge("log_prob")
        several = isinstance(context, list) or (isinstance(context, tuple) and context not in self.vocab)
        around = context if several else [context]
        if not around or (self.sg and len(around) > 1):
            expected = "one word for skip-gram" if self.sg else "a word or more"
            raise ValueError(f"context: expected {expected}, got {len(around)}")
        free = self.positional is not None and not self.sg  # places may be
        places = [-1 if free and other is None else self._place(other) for other in around]
        if max(places) < 0:
            raise ValueError("context: expected a word or more, got none")
        hidden = self._hidden([places])
        return float(knowledge.some(hidden, np.zeros(1, dtype=int), np.array([self._place(word)]))[0])

    def score(
        self,
        sentences: Iterable[Sequence[Any]],
        total_sentences: int = 1_000_000,
        chunksize: int = 100,
        queue_factor: int = 2,
        report_delay: float = 1,
    ) -> npt.NDArray[np.float32]:
        """Return the log-likelihood of each sentence under the model (Taddy 2015, arXiv:1504.07295).

        For skip-gram the sum over all pairs of words within `window` of each other, for CBOW the sum over words, each
        given those around it. Words that are not in the vocabulary are left out. So sentences score lower the longer
        they are; compare models, or divide by the number of words.

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
            There is no vocabulary, or the objective defines no likelihood: hs=1 and objective="softmax" do.

        Examples
        --------
        >>> from w2v import Word2Vec
        >>> text = [["salt", "pepper"], ["cup", "saucer"]] * 300
        >>> model = Word2Vec(text, vector_size=16, alpha=0.1, sample=0, sg=1, objective="softmax")
        >>> likely, unlikely = model.score([["cup", "saucer"], ["cup", "pepper"]])
        >>> bool(likely > unlikely)
        True
        """
        knowledge = self._knowledge("score")
        if not (self.hs or self.objective == "softmax"):
            raise RuntimeError(
                'score: expected a model whose objective defines a likelihood (hs=1 or objective="softmax"), '
                "got one that was trained against noise"
            )
        scores = [self._score(knowledge, sentence) for sentence in islice(sentences, total_sentences)]
        return np.array(scores, dtype=np.float32)

    # ---- how ----

    def _score(self, knowledge: "Knowledge", sentence: Sequence[Any]) -> float:
        index = self.vocab.index
        words = [index[word] for word in sentence if word in index]
        reach = len(words) if self.window == ALL else int(self.window)
        before, after = (reach * (self.window_side != other) for other in ("right", "left"))
        around = [
            [*range(max(0, at - before), at), *range(at + 1, min(len(words), at + after + 1))]
            for at in range(len(words))
        ]
        if not any(around):
            return 0.0
        if self.sg:
            inputs: list[list[int]] = [[word] for word in words]
            pairs = [(other, word) for at, word in enumerate(words) for other in around[at]]
        else:
            inputs = [[words[other] for other in others] for others in around if others]
            predicted = [word for word, others in zip(words, around, strict=True) if others]
            pairs = list(enumerate(predicted))
        rows, targets = np.array(pairs).T
        return float(knowledge.some(self._hidden(inputs), rows, targets).sum())

    def _place(self, word: Any) -> int:
        try:
            return self.vocab.index[word]
        except KeyError:
            raise KeyError(f"{word!r} is not in the vocabulary of {len(self.vocab)} words") from None

    def _hidden(self, contexts: list[list[int]]) -> Array:
        """What stands for each context: the mean of its vectors, or their sum. Places below 0 are free."""
        if self.positional == "outputs" and not self.sg:
            return np.array([self._side_by_side(places) for places in contexts])
        rows = []
        for places in contexts:
            vectors = self.wv.vectors[[place for place in places if place >= 0]]
            if self.positional == "weights":
                vectors = vectors * self.position_weights[[position for position, _ in self._stand(places)]]
            total = vectors.sum(axis=0)
            rows.append(total / np.float32(len(vectors)) if self.cbow_mean else total)
        return np.array(rows, dtype=np.float32)

    @property
    def _width(self) -> int:
        """The window of a model in which positions differ: always a number."""
        return int(self.window)

    def _stand(self, places: list[int]) -> list[tuple[int, int]]:
        """The words of a context as (position, place), without those that are free."""
        first = self._width - len(places) // 2
        if not 0 <= first <= first + len(places) <= 2 * self._width:
            raise ValueError(f"context: expected up to {2 * self._width} words, for the window, got {len(places)}")
        return [(first + i, place) for i, place in enumerate(places) if place >= 0]

    def _side_by_side(self, places: list[int]) -> Array:
        """The vectors of a context, each in the columns of its position."""
        row = np.zeros((2 * self._width, self.vector_size), dtype=np.float32)
        for position, place in self._stand(places):
            row[position] = self.wv.vectors[place]
        return row.ravel()

    def _best(self, chances: Array, topn: int | None) -> list[tuple[Any, np.float32]]:
        best = np.argsort(-chances, kind="stable")[:topn]
        return [(self.wv.index_to_key[place], np.float32(chances[place])) for place in best]

    def _knowledge(self, asked: str, as_gensim: bool = False) -> "Knowledge":
        """The model's distribution over words; with `as_gensim`, that of predict_output_word."""
        if not len(self.vocab):
            raise VocabularyError(f"{asked}: there is no vocabulary yet: call build_vocab and train first")
        if self.positional == "outputs":
            return self._placed_knowledge(asked, as_gensim)
        outputs = self.syn1 if self.hs and not (as_gensim and self.negative) else self.syn1neg
        if not len(self.wv) == len(self.vocab) == len(outputs):
            raise RuntimeError(
                f"{asked}: expected one input and one output vector for each of {len(self.vocab)} words, got "
                f"{len(self.wv)} and {len(outputs)}"
            )
        if outputs is not self.syn1neg:
            return _Tree(self.syn1, self.vocab)
        if self.objective == "nce":
            return _Softmax(outputs, self.syn1neg_bias if len(self.syn1neg_bias) else None)
        if self.objective == "softmax" or as_gensim:
            return _Softmax(outputs)
        return _Softmax(outputs, self._log_noise())

    def _placed_knowledge(self, asked: str, as_gensim: bool) -> "Knowledge":
        """The same, where each position has outputs of its own."""
        expected = (2 * self._width, len(self.vocab), self.vector_size)
        if len(self.wv) != len(self.vocab) or self.syn1pos.shape != expected:
            raise RuntimeError(f"{asked}: expected syn1pos of shape {expected}, got {self.syn1pos.shape}")
        bias = None if as_gensim else self._log_noise()
        if not self.sg:
            return _Softmax(self.syn1pos.swapaxes(0, 1).reshape(len(self.vocab), -1), bias)
        distance = np.abs([*range(-self._width, 0), *range(1, self._width + 1)])
        covered = self._width + 1 - distance if self.shrink_windows else np.ones(len(distance))
        return _Mixture([_Softmax(outputs, bias) for outputs in self.syn1pos], np.log(covered / covered.sum()))

    def _log_noise(self) -> Array:
        with np.errstate(divide="ignore"):  # words that are never noise
            return np.log(self.vocab.noise(self.ns_exponent).probabilities)


class Knowledge(Protocol):
    """Natural logarithms of probabilities of words, given rows that stand for contexts."""

    def all(self, hidden: Array) -> Array:
        """Of all words: shape (rows, words)."""

    def some(self, hidden: Array, rows: Array, targets: Array) -> Array:
        """Of word targets[i] given hidden[rows[i]], for each i."""


class _Softmax:
    """Proportional to e^(product with a word's output row + its bias)."""

    def __init__(self, outputs: Array, bias: Array | None = None) -> None:
        self.outputs, self.bias = outputs, bias

    def all(self, hidden: Array) -> Array:
        logits = (hidden @ self.outputs.T).astype(np.float64)
        if self.bias is not None:
            logits += self.bias
        logits -= logits.max(axis=1, keepdims=True)
        return logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))

    def some(self, hidden: Array, rows: Array, targets: Array) -> Array:
        logs = np.empty(len(rows))
        order = np.argsort(rows, kind="stable")
        for piece in _pieces(len(hidden), len(self.outputs)):
            mine = order[slice(*np.searchsorted(rows[order], [piece.start, piece.stop]))]
            logs[mine] = self.all(hidden[piece])[rows[mine] - piece.start, targets[mine]]
        return logs


class _Mixture:
    """Each of several, with the probabilities whose logarithms are given."""

    def __init__(self, parts: list[_Softmax], log_shares: Array) -> None:
        self.parts, self.log_shares = parts, log_shares

    def all(self, hidden: Array) -> Array:
        return self._mix([part.all(hidden) for part in self.parts])

    def some(self, hidden: Array, rows: Array, targets: Array) -> Array:
        return self._mix([part.some(hidden, rows, targets) for part in self.parts])

    def _mix(self, logs: list[Array]) -> Array:
        shifted = [log + share for log, share in zip(logs, self.log_shares, strict=True)]
        return np.asarray(np.logaddexp.reduce(shifted, axis=0))


class _Tree:
    """The product, along the path to a word, of sigmoid(+-product with the node's row): + where the code is 0."""

    def __init__(self, nodes: Array, vocab: Vocab) -> None:
        tree = vocab.huffman()
        self.nodes, self.starts, self.points = nodes, tree.starts, tree.points
        self.signs = 1.0 - 2.0 * tree.codes

    def all(self, hidden: Array) -> Array:
        products = (hidden @ self.nodes.T).astype(np.float64)
        steps = np.cumsum(-np.logaddexp(0, -self.signs * products[:, self.points]), axis=1)
        sums = np.concatenate([np.zeros((len(hidden), 1)), steps], axis=1)
        return np.diff(sums[:, self.starts], axis=1)

    def some(self, hidden: Array, rows: Array, targets: Array) -> Array:
        logs = np.empty(len(rows))
        longest = int(np.diff(self.starts).max(initial=1))
        for piece in _pieces(len(rows), longest * self.nodes.shape[1]):
            starts, lengths = self.starts[targets[piece]], np.diff(self.starts)[targets[piece]]
            pair = np.repeat(np.arange(len(lengths)), lengths)
            step = np.arange(len(pair)) + np.repeat(starts - (np.cumsum(lengths) - lengths), lengths)
            products = np.einsum("ij,ij->i", hidden[rows[piece]][pair], self.nodes[self.points[step]])
            terms = -np.logaddexp(0, -self.signs[step] * products)
            logs[piece] = np.bincount(pair, terms, minlength=len(lengths))
        return logs


def _pieces(n: int, cells: int) -> Iterator[slice]:
    """0..n - 1 in slices, of some million numbers if each has so many cells."""
    step = max(1, _CELLS // cells)
    return (slice(start, min(start + step, n)) for start in range(0, n, step))
