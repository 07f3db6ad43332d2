"""Training a model on pairs of its own words."""

from typing import Any

from w2v.base.weights import padded
from w2v.cuda.device import check_available
from w2v.training import saving
from w2v.training.pairs import Pairs, train_epochs
from w2v.training.state import State
from w2v.vectors.rows import changing_in_place


class PairTraining(State):
    """What of `w2v.Word2Vec` trains on pairs."""

    def train_pairs(self, center: Any, context: Any, weight: Any = None, *, epochs: int | None = None) -> int:
        """Train on pairs of words of the vocabulary, in the order given, by skip-gram with negative sampling.

        `w2v.PairModel` has a vocabulary for each side. Windows, thinning and `freeze` play no part here.

        Parameters
        ----------
        center, context : integer arrays of shape (n,), or sequences of n tokens
            Integers of an array are rows. Pairs with other words than the vocabulary's are left out.
        weight : sequence of n floats, optional
            Factors of the learning rate.
        epochs : int, optional
            In place of the model's.

        Returns
        -------
        int
            Pairs that were trained in each epoch.

        Raises
        ------
        VocabularyError
            There is no vocabulary yet.
        ValueError
            The lengths differ, a row is not there, or the model learns otherwise than by negative sampling alone, or
            n-grams.

        Examples
        --------
        >>> from w2v import Word2Vec
        >>> model = Word2Vec(vector_size=8, min_count=1, workers=1)
        >>> model.build_vocab([["cat", "dog"], ["car", "bus"]])
        >>> model.train_pairs(["cat", "car", "cow"], ["dog", "bus", "cat"], weight=[1, 0.5, 1])
        2
        """
        self._need_vocabulary()
        if self.bucket:
            raise ValueError(f"train_pairs learns vectors of words alone, got n-grams: bucket={self.bucket}")
        settings = self.checked(**({} if epochs is None else {"epochs": epochs}))
        other = settings.objective != "negative" or settings.hs or settings.positional or settings.kernel == "mirror"
        if other:
            names = ("objective", "hs", "positional", "negative", "kernel")
            got = ", ".join(f"{name}={getattr(settings, name)!r}" for name in names)
            raise ValueError(f"train_pairs learns by negative sampling alone, as w2v's own kernels do; got {got}")
        check_available(settings.device)
        saving.check_weights(self)
        pairs = Pairs(center, context, weight, (self.vocab, self.vocab))
        if len(pairs):
            self.wv.vectors, self.syn1neg = padded(self.wv.vectors), padded(self.syn1neg)
            told = ("epochs", "workers", "negative", "seed", "alpha", "min_alpha", "device", "warps")
            given = {name: getattr(settings, name) for name in told}
            noise = self.vocab.noise(settings.ns_exponent)
            with changing_in_place(self.wv):
                self.losses += train_epochs(self.wv.vectors, self.syn1neg, pairs, noise, **given)
        return len(pairs)
