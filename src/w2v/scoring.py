"""The log-probability of a sentence by hierarchical softmax."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from w2v import tree


class Scorer:
    """Scores sentences by a model's `syn1`; see `w2v.Word2Vec.score`."""

    def __init__(self, model: Any) -> None:
        self.vectors, self.syn1, self.index = model.wv.vectors, model.syn1, model.vocab.index
        self.window, self.sg, self.cbow_mean = model.window, model.sg, model.cbow_mean
        self.codes, self.points = tree.paths(model.vocab)

    def score(self, sentence: Sequence[Any]) -> float:
        """Return the log-probability of a sentence."""
        words = [self.index[word] for word in sentence if word in self.index]
        total = 0.0
        for at, word in enumerate(words):
            around = words[max(0, at - self.window) : at] + words[at + 1 : at + 1 + self.window]
            if around:
                total += self._log_probability(word, around)
        return total

    def _log_probability(self, word: int, around: list[int]) -> float:
        """Of a word, given each of the words around it (skip-gram), or all together (CBOW)."""
        hidden = self.vectors[around].astype(np.float64)
        if not self.sg:
            hidden = hidden.mean(axis=0, keepdims=True) if self.cbow_mean else hidden.sum(axis=0, keepdims=True)
        products = hidden @ self.syn1[self.points[word]].astype(np.float64).T  # (words around or 1, nodes on the path)
        signs = 1 - 2 * self.codes[word].astype(np.float64)  # code 0 is the sigmoid's side
        return float(-np.logaddexp(0, -signs * products).sum())
