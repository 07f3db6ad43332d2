"""Training a model: which corpus, with which settings, epoch after epoch, with callbacks in between."""

import logging
import time
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

import numpy as np

from w2v import _core
from w2v.base.paths import Path
from w2v.base.progress import Bar
from w2v.base.weights import padded
from w2v.callbacks import Callback, Checkpoint, Hooks
from w2v.corpus.remote import RemoteCorpus
from w2v.corpus.source import Corpus, Paths, Tokenizer
from w2v.corpus.vocab import Vocab
from w2v.cuda.device import check_available, on_card
from w2v.training import checkpoints, documents, freezing, identity, mirror_kernel, saving, subwords
from w2v.training.place import BEGINNING, Pauses, Place
from w2v.training.settings import SETTINGS, Settings, with_new_names
from w2v.training.shards.trainer import ShardTrainer
from w2v.training.state import Sentences, State
from w2v.training.trainer import Trainer
from w2v.vectors.rows import changing_in_place

if TYPE_CHECKING:
    from w2v.cuda.card import Card
    from w2v.training.cuda_trainer import CudaTrainer

    AnyTrainer = Trainer | ShardTrainer | CudaTrainer

logger = logging.getLogger("w2v.model")

Self = TypeVar("Self", bound="Training")


class Training(State):
    """What of `w2v.Word2Vec` trains."""

    def train(
        self,
        corpus_iterable: Sentences | None = None,
        corpus_file: Paths | None = None,
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
        tokenizer: Tokenizer | None = None,
        sentence_weights: Any = None,
        progress: bool = False,
        checkpoint: Path | None = None,
        checkpoint_every: float = 60.0,
        **unknown: NoReturn,
    ) -> tuple[int, int]:
        """Train on a corpus; words outside the vocabulary are left out.

        Ctrl-C ends it within a second and leaves a usable model. A call that is refused changes nothing.

        Parameters
        ----------
        corpus_iterable, corpus_file
            As for the constructor. Without either, the corpus that the vocabulary was built from.
        total_examples, total_words : int, optional
            Sentences and words of the corpus, which is counted anyhow: if these are others, the log warns.
        epochs, start_alpha, end_alpha, compute_loss : optional
            In place of the model's epochs, alpha, min_alpha and compute_loss, which become these.
        report_delay : float, default 1.0
            Seconds between lines about progress in the log, at the level INFO.
        callbacks, tokenizer, sentence_weights, progress, checkpoint, checkpoint_every
            As for the constructor.
        word_count, queue_factor
            Accepted for gensim's sake; they have no use here.

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
        given = with_new_names("train", unknown, {"corpus_iterable": corpus_iterable})
        changes = {"epochs": epochs, "alpha": start_alpha, "min_alpha": end_alpha, "compute_loss": compute_loss}
        settings = self.checked(**{name: value for name, value in changes.items() if value is not None})
        self._need_something_to_train()
        check_available(settings.device)
        if settings.kernel == "mirror":
            mirror_kernel.refuse(checkpoint=checkpoint)
            return mirror_kernel.train(self, settings, (given["corpus_iterable"], corpus_file), callbacks, progress)
        hooks = hooks_of(callbacks, self, checkpoint, checkpoint_every)
        inputs = {"tokenizer": tokenizer, "sentence_weights": sentence_weights}
        corpus = self._as_ids(given["corpus_iterable"], corpus_file, settings, progress, inputs)
        self._compare_totals(corpus, total_examples, total_words)
        if not corpus.n_words:
            self._warn_of_nothing(corpus)
            return 0, corpus.n_words_raw * settings.epochs
        return self._begin(settings, corpus, hooks, progress, report_delay)

    @classmethod
    def resume(
        cls: type[Self],
        path: Path,
        sentences: Sentences | None = None,
        corpus_file: Paths | None = None,
        *,
        tokenizer: Tokenizer | None = None,
        sentence_weights: Any = None,
        callbacks: Iterable[Callback] = (),
        progress: bool = False,
        checkpoint_every: float | None = None,
        force: bool = False,
    ) -> Self:
        """Train to its end what was interrupted, from its last checkpoint on, and return the model.

        With workers=1 or with shards it ends with the bits of training that was not interrupted; else with the same
        draws.
        Checkpoints go on to be written to the same file.

        Parameters
        ----------
        path : path
            What ``checkpoint=`` named. One that is complete gives the finished model.
        sentences, corpus_file, tokenizer, sentence_weights
            The corpus, given as it was then. It can be left out if it was one of files, which still are there.
        callbacks : iterable of objects
            Theirs is to begin anew: `on_train_begin` is called, and `on_epoch_begin` unless the epoch had begun.
        progress : bool
            Show progress bars.
        checkpoint_every : float, optional
            Seconds, if others than before.
        force : bool, default False
            Go on with another corpus, from the same place in it.

        Raises
        ------
        ValueError
            It is not the corpus that training began with: other files, or files that have been written since.
        FormatError
            The file is no checkpoint, or damaged.

        Examples
        --------
        >>> import pathlib, tempfile
        >>> from w2v import Word2Vec
        >>> path = pathlib.Path(tempfile.mkdtemp(), "run.ckpt")
        >>> sentences = [["to", "be"], ["or", "not"]] * 20
        >>> model = Word2Vec(sentences, vector_size=8, workers=1, checkpoint=path)
        >>> again = Word2Vec.resume(path, sentences)
        >>> bool((again.wv.vectors == model.wv.vectors).all())
        True
        """
        model = cls._empty()
        run = checkpoints.load(model, path)
        hooks = hooks_of(callbacks, model, path, run.every if checkpoint_every is None else checkpoint_every)
        inputs = {"tokenizer": tokenizer, "sentence_weights": sentence_weights}
        model._go_on(run, (sentences, corpus_file), inputs, hooks, progress, force)
        return model

    def _begin(
        self, settings: Settings, corpus: Corpus, hooks: Hooks, progress: bool, report_delay: float
    ) -> tuple[int, int]:
        """Train from the beginning, with settings that become the model's."""
        trainer = self._trainer(settings, corpus)
        self._warn_of_settings(settings)
        self._settings = replace(settings)  # a copy: what callbacks assign counts from the next epoch on
        self.running_training_loss = 0.0
        with Bar(trainer.words, progress, report_delay) as bar:
            return self._run(trainer, corpus, bar, hooks, BEGINNING)

    def _go_on(
        self,
        run: checkpoints.Run,
        given: tuple[Any, Paths | None],
        inputs: dict[str, Any],
        hooks: Hooks,
        progress: bool,
        force: bool,
    ) -> None:
        """Train to the end what a checkpoint, from which this model comes, has begun; see `w2v.Word2Vec.resume`."""
        if run.place.epoch >= run.epochs:
            return
        settings = self.checked(epochs=run.epochs)
        self.cache = run.cache
        if given[0] is None and given[1] is None:
            given = None, identity.files(run.corpus)
        if given[0] is None and given[1] is None:
            raise TypeError("expected the corpus that training began with, which is not one of files: give it again")
        source = self._source(*given, settings.epochs - run.place.epoch, **inputs)
        if not force:
            identity.check_files(run.corpus, source.paths)
        corpus = source.encode(self.vocab, workers=settings.workers, progress=progress)[1]
        if not force:
            identity.check(run.corpus, corpus)
        trainer = self._trainer(settings, corpus)
        done = corpus.n_words * run.place.epoch + run.place.tokens
        with Bar(trainer.words, progress, done=done) as bar:
            self._run(trainer, corpus, bar, hooks, run.place)

    def _need_something_to_train(self) -> None:
        if len(self.wv) and not len(self.vocab):
            advice = "use build_vocab, and init_from= to start from these vectors"
            raise ValueError(f"wv: expected the words of a vocabulary, got vectors without one: {advice}")
        self._need_vocabulary()

    def _as_ids(
        self, sentences: Any, corpus_file: Paths | None, settings: Settings, progress: bool, inputs: dict[str, Any]
    ) -> Corpus:
        """The corpus as ids: those of build_vocab if it is the same one, else encoded now."""
        if sentences is None and corpus_file is None and self._corpus is not None:
            return self._corpus
        source = self._source(sentences, corpus_file, settings.epochs, **inputs)
        if self._corpus is not None and source.is_of(self._corpus):
            return self._corpus
        return source.encode(self.vocab, workers=settings.workers, progress=progress)[1]

    def _compare_totals(self, corpus: Corpus, total_examples: int | None, total_words: int | None) -> None:
        message = "supplied %s count (%d) did not equal expected count (%d), which has no effect here"
        if total_examples is not None and total_examples != corpus.n_sentences:
            logger.warning(message, "example", corpus.n_sentences, total_examples)
        if total_words is not None and total_words != corpus.n_words_raw:
            logger.warning(message, "raw word", corpus.n_words_raw, total_words)

    def _warn_of_nothing(self, corpus: Corpus) -> None:
        if corpus.n_sentences == 0:
            logger.warning("train() called with an empty iterator: it must give its sentences anew each time")
        else:
            logger.warning("there is nothing to train on: no word of the corpus is in the vocabulary")

    def _warn_of_settings(self, settings: Settings) -> None:
        if settings.hs and settings.negative:
            logger.warning(
                "Both hierarchical softmax and negative sampling are activated. "
                "This is probably a mistake. Set hs=0 or negative=0 to train with one of them."
            )
        if self.train_count and settings.alpha > self.min_alpha_yet_reached:
            logger.warning("Effective 'alpha' higher than previous training cycles")

    def _trainer(self, settings: Settings, corpus: Corpus) -> "AnyTrainer":
        """A trainer of the weights as they are now, which users may have replaced, on the device that was chosen."""
        saving.check_weights(self)
        lists = tags = None
        if self.bucket:
            inp, locks, lists = subwords.inputs(self.wv, self.freeze, self.vocab.words)
        elif self.documents:
            inp, locks = documents.inputs(self.wv, self.dv, self.freeze, len(self.vocab))
            tags = documents.lists(corpus, len(self.wv.vectors))
        else:
            locks = freezing.input_locks(freezing.locks_of(self.wv), self.freeze, len(self.vocab))
            inp = self.wv.vectors = padded(self.wv.vectors)
        self._outputs = self._outputs.trainable()
        frozen_output = self.freeze == "output"
        if frozen_output and settings.positional == "outputs":
            raise ValueError('freeze="output" is not for the output matrices of positional="outputs": set freeze=None')
        given = settings, self.vocab, corpus, inp, self._outputs, locks, frozen_output
        if isinstance(corpus, RemoteCorpus) and corpus.trainer is not None:
            trainer: ShardTrainer = corpus.trainer(*given)
            return trainer
        card_trainer = _cuda_trainer(*given)
        if card_trainer is not None:
            return card_trainer
        return ShardTrainer(*given) if (settings.shards or 1) > 1 else Trainer(*given, lists, tags)

    def _after_hooks(self, trainer: "AnyTrainer", corpus: Corpus, state: Any) -> tuple["AnyTrainer", Any]:
        """The trainer to go on with, and what it was made of: another one if a callback changed the model."""
        now = self._state()
        if now == state:
            return trainer, state
        if self.vocab.words[: len(trainer.vocab)] != trainer.vocab.words:
            raise RuntimeError("a callback replaced the vocabulary that is being trained; it may only add to it")
        settings = self.checked(epochs=trainer.settings.epochs)
        trainer.close()
        return self._trainer(settings, corpus), self._state()

    def _state(self) -> Any:
        """What a callback may change in the middle of training."""
        settings = {name: getattr(self, name) for name in SETTINGS if name != "epochs"}
        locks = np.asarray(freezing.locks_of(self.wv)).tobytes()
        matrices = (self.wv.vectors, *dict(self._outputs).values())
        more = documents.state(self.dv) if self.documents else subwords.state(self.wv)
        return settings, self.freeze, locks, more, id(self.vocab), [id(matrix) for matrix in matrices]

    def _run(self, trainer: "AnyTrainer", corpus: Corpus, bar: Bar, hooks: Hooks, place: Place) -> tuple[int, int]:
        """Train all epochs, unless a callback ends them; return the numbers of words trained and seen."""
        started, epochs, asked = time.perf_counter(), trainer.settings.epochs, hooks.checkpoint
        writer = None if asked is None else checkpoints.Writer(asked, self, corpus, epochs)
        self.add_lifecycle_event("train", msg=_summary(trainer))
        state = self._state()
        try:
            stop = hooks.call("on_train_begin")
            while place.epoch < epochs and not stop and (place.is_within or not hooks.call("on_epoch_begin")):
                trainer, state = self._after_hooks(trainer, corpus, state)
                with changing_in_place(*self._trained):
                    words = self._run_epoch(trainer, bar, place, writer)
                    if hooks.are_there:
                        trainer.collect()
                        self._adjust_vectors()
                place = Place(place.epoch + 1, words=place.words + words)
                stop = hooks.call("on_epoch_end")
                if writer and place.epoch < epochs and not stop and writer.due():
                    writer.save(place)
        finally:
            try:
                with changing_in_place(*self._trained):
                    trainer.collect()
                    self._adjust_vectors()
            finally:
                trainer.close()
            self.total_train_time += time.perf_counter() - started
            if writer:
                writer.wait()
        self.train_count += 1
        hooks.call("on_train_end")
        if writer:
            writer.finish(place)
        return place.words, corpus.n_words_raw * place.epoch

    def _run_epoch(self, trainer: "AnyTrainer", bar: Bar, begun: Place, pauses: Pauses | None) -> int:
        """Train one epoch, or what is left of it, and remember how it went; return the number of words trained."""
        started, settings, number = time.perf_counter(), trainer.settings, begun.epoch
        epoch = trainer.run_epoch(bar, begun, pauses)
        self.losses.append(epoch.loss)
        self.running_training_loss += epoch.total_loss
        done = number + 1, settings.epochs
        self.min_alpha_yet_reached = _core.learning_rate(settings.alpha, settings.min_alpha, *done)
        took = time.perf_counter() - started
        rate = epoch.words / took
        logger.info("EPOCH %d: training on %d words took %.1fs, %.0f words/s", number, epoch.words, took, rate)
        return epoch.words

    def get_latest_training_loss(self) -> float:
        """Return the loss summed over the last call of `train`: estimated from a sample, unless compute_loss is set."""
        return self.running_training_loss


def _cuda_trainer(settings: Settings, vocab: Vocab, corpus: Corpus, *given: Any) -> "CudaTrainer | None":
    """A trainer on the card that `device` means; None if it means the processor."""
    if settings.device == "cpu" or settings.why_not_a_card():
        return None

    def make(card: "Card", warps: int) -> "CudaTrainer":
        from w2v.training.cuda_trainer import CudaTrainer  # here, because most programs never need it

        return CudaTrainer(settings, vocab, corpus, *given, card=card, warps=warps)

    sizes = settings.alpha, corpus.n_words, settings.epochs, len(vocab)
    return on_card(settings.device, settings.warps, *sizes, make)


def hooks_of(callbacks: Any, model: State, checkpoint: Path | None, every: float) -> Hooks:
    """Return the hooks of the callbacks, of which one writes checkpoints to a path if it is given."""
    hooks = Hooks(callbacks, model)
    if checkpoint is not None and hooks.checkpoint is None:
        hooks.checkpoint = Checkpoint(checkpoint, every)
    return hooks


def _summary(trainer: "AnyTrainer") -> str:
    settings = trainer.settings
    names = ("sg", "hs", "sample", "negative", "window", "shrink_windows")
    given = " ".join(f"{name}={getattr(settings, name)}" for name in names)
    size = f"{len(trainer.vocab)} vocabulary and {settings.vector_size} features"
    shards = f" in {settings.shards} shards" if settings.shards else ""
    return f"training model with {settings.workers} workers{shards} on {size}, using {given}"
