"""What a model knows: the probabilities of words given others, and of whole sentences."""

import logging
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any

import numpy as np
import numpy.typing as npt

from w2v.base.arrays import Array
from w2v.training.contexts import hidden
from w2v.training.knowledge import Knowledge, knowledge_of
from w2v.training.settings import ALL
from w2v.training.state import State
from w2v.vectors.asking import count_of, key_list, keys_of

logger = logging.getLogger("w2v.model")


class Predictions(State):
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
        knowledge = knowledge_of(self, "predict_output_word", as_gensim=True)
        context = keys_of(self.wv, context_words_list)
        if isinstance(context_words_list, str) and context_words_list not in self.wv and " " in context_words_list:
            key_list(self.wv, context_words_list, "context_words_list")  # says that a text is no list
        places = [self.wv.get_index(word, -1) for word in context]
        if not any(place >= 0 for place in places):
            logger.warning("All the input context words are out-of-vocabulary for the current model.")
            return None
        return _best(self, np.exp(knowledge.all(hidden(self, [places])))[0], topn)

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
        knowledge = knowledge_of(self, "predict_context")
        if not self.sg:
            raise RuntimeError("predict_context: expected skip-gram (sg=1), got CBOW; use predict_output_word")
        return _best(self, np.exp(knowledge.all(hidden(self, [[_place(self, word)]])))[0], topn)

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
        knowledge = knowledge_of(self, "log_prob")
        around = keys_of(self.wv, context)
        if not around or (self.sg and len(around) > 1):
            expected = "one word for skip-gram" if self.sg else "a word or more"
            raise ValueError(f"context: expected {expected}, got {len(around)}")
        free = self.positional is not None and not self.sg  # places may be
        places = [-1 if free and other is None else _place(self, other) for other in around]
        if max(places) < 0:
            raise ValueError("context: expected a word or more, got none")
        rows = hidden(self, [places])
        return float(knowledge.some(rows, np.zeros(1, dtype=int), np.array([_place(self, word)]))[0])

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
        knowledge = knowledge_of(self, "score")
        if not (self.hs or self.objective == "softmax"):
            raise RuntimeError(
                'score: expected a model whose objective defines a likelihood (hs=1 or objective="softmax"), '
                "got one that was trained against noise"
            )
        scores = [_score(self, knowledge, sentence) for sentence in islice(sentences, total_sentences)]
        return np.array(scores, dtype=np.float32)


def _score(model: State, knowledge: Knowledge, sentence: Sequence[Any]) -> float:
    index = model.vocab.index
    if isinstance(sentence, str):  # as in gensim, and said as build_vocab says it
        logger.warning("score: expected sentences that are lists of words, got %.80r: its letters are scored", sentence)
    else:
        sentence = key_list(model.wv, sentence, "sentence")
    words = [index[word] for word in sentence if word in index]
    reach = len(words) if model.window == ALL else int(model.window)
    before, after = (reach * (model.window_side != other) for other in ("right", "left"))
    around = [
        [*range(max(0, at - before), at), *range(at + 1, min(len(words), at + after + 1))] for at in range(len(words))
    ]
    if not any(around):
        return 0.0
    if model.sg:
        inputs: list[list[int]] = [[word] for word in words]
        pairs = [(other, word) for at, word in enumerate(words) for other in around[at]]
    else:
        inputs = [[words[other] for other in others] for others in around if others]
        predicted = [word for word, others in zip(words, around, strict=True) if others]
        pairs = list(enumerate(predicted))
    rows, targets = np.array(pairs).T
    return float(knowledge.some(hidden(model, inputs), rows, targets).sum())


def _place(model: State, word: Any) -> int:
    try:
        return model.vocab.index[word]
    except KeyError:
        raise KeyError(f"{word!r} is not in the vocabulary of {len(model.vocab)} words") from None


def _best(model: State, chances: Array, topn: int | None) -> list[tuple[Any, np.float32]]:
    best = np.argsort(-chances, kind="stable")[: count_of(topn)]
    return [(model.wv.index_to_key[place], np.float32(chances[place])) for place in best]
