"""Training a model: which corpus, with which settings, epoch after epoch, with callbacks in between."""

import logging
import time
from collections.abc import Iterable
from typing import NoReturn

from w2v import saving
from w2v._vocabulary import Path, Sentences, Vocabulary
from w2v.callbacks import Callback, Hooks
from w2v.corpus import TokenCorpus
from w2v.errors import VocabularyError
from w2v.settings import refuse_unknown
from w2v.source import Source
from w2v.training import Bar, Trainer
from w2v.weights import padded

logger = logging.getLogger("w2v.model")


class Training(Vocabulary):
    """What of `w2v.Word2Vec` trains."""

    def train(
        self,
        corpus_iterable: Sentences | None = None,
        corpus_file: Path | None = None,
        total_examples: int | None = None,
        total_words: int | None = None,
        epochs: int | None = None,
        start_alpha: float | None = None,
        end_alpha: float | None = None,
        word_count: int = 0,
        queue_factor: int = 2,
        report_delay: float = 1.0,
        compute_loss: bool | None = None,
        callbacks: Iterable[Callback] = (),
        *,
        progress: bool = False,
        **unknown: NoReturn,
    ) -> tuple[int, int]:
        """Train on a corpus; words outside the vocabulary are left out.

        Ctrl-C ends it within a second and leaves a usable model.

        Parameters
        ----------
        corpus_iterable, corpus_file
            As for the constructor. Without either, the corpus that the vocabulary was built from.
        epochs, start_alpha, end_alpha, compute_loss : optional
            In place of the model's epochs, alpha, min_alpha and compute_loss, which become these.
        callbacks, progress
            As for the constructor.
        total_examples, total_words, word_count, queue_factor, report_delay
            Accepted for gensim's sake; they have no use here, because the corpus is counted.

        Returns
        -------
        words, raw_words : int
            Words trained (after thinning) and words seen, over all epochs.

        Raises
        ------
        VocabularyError
            There is no vocabulary yet.
        DivergedError
            The learning rate was so high that the weights overflowed.

        Examples
        --------
        >>> from w2v import Word2Vec
        >>> model = Word2Vec(vector_size=8, min_count=1, sample=0)
        >>> model.build_vocab([["to", "be", "or", "not", "to", "be"]])
        >>> model.train(epochs=2)
        (12, 12)
        >>> len(model.losses)
        2
        """
        refuse_unknown("train", unknown)
        changes = {"epochs": epochs, "alpha": start_alpha, "min_alpha": end_alpha, "compute_loss": compute_loss}
        settings = self.checked(**{name: value for name, value in changes.items() if value is not None})
        if not len(self.vocab):
            raise VocabularyError("there is no vocabulary to train: call build_vocab first")
        hooks = Hooks(callbacks, self)
        if corpus_iterable is None and corpus_file is None and self._corpus is not None:
            corpus = self._corpus
        else:
            corpus = self._encoded(Source(corpus_iterable, corpus_file, settings.epochs), progress)
        raw_words = corpus.n_words_raw * settings.epochs
        if not len(corpus.ids):
            logger.warning("there is nothing to train on: no word of the corpus is in the vocabulary")
            return 0, raw_words
        saving.check_weights(self)
        self.wv.vectors, self.syn1neg = padded(self.wv.vectors), padded(self.syn1neg)
        trainer = Trainer(settings, self.vocab, corpus, self.wv.vectors, self.syn1neg)
        vars(self).update(vars(settings))
        with Bar(trainer.words, progress) as bar:
            return self._run(trainer, bar, hooks), raw_words

    def _encoded(self, source: Source, progress: bool) -> TokenCorpus:
        """The corpus as ids: those of build_vocab if it is the same one, else encoded now."""
        if self._corpus is not None and source.is_of(self._corpus):
            return self._corpus
        return source.encode(vocab=self.vocab, workers=self.workers, progress=progress)[1]

    def _run(self, trainer: Trainer, bar: Bar, hooks: Hooks) -> int:
        """Train all epochs; returns the number of words trained."""
        hooks.call("on_train_begin")
        started, words = time.perf_counter(), 0
        self.running_training_loss = 0.0
        try:
            for number in range(trainer.settings.epochs):
                hooks.call("on_epoch_begin")
                self.wv.norms = None
                epoch = trainer.run_epoch(number, bar)
                words += epoch.words
                self.losses.append(epoch.loss)
                self.running_training_loss += epoch.total_loss
                hooks.call("on_epoch_end")
        finally:
            self.total_train_time += time.perf_counter() - started
        self.train_count += 1
        hooks.call("on_train_end")
        return words

    def get_latest_training_loss(self) -> float:
        """Return the loss summed over the last call of `train`: estimated from a sample, unless compute_loss is set."""
        return self.running_training_loss
