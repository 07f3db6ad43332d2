"""The best vectors from a text in one call: a preset's trainings, one after the other, made one set of vectors."""

import logging
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

import numpy as np

from w2v import presets
from w2v.base.files import Target
from w2v.base.progress import print_above
from w2v.callbacks import Callback
from w2v.combining import ensemble
from w2v.corpus.source import Paths, Tokenizer
from w2v.inputs.pruning import TrimRule
from w2v.keyedvectors import KeyedVectors
from w2v.model import Word2Vec
from w2v.training.state import Sentences

__all__ = ["Plan", "Planned", "Trained", "beside", "plan", "train_planned", "train_vectors"]

_FREQUENT = 30_000  # with all words of a large text, the many rare ones decide on the components

logger = logging.getLogger("w2v.model")


class Planned(NamedTuple):
    """A training that is to come."""

    model: Word2Vec  # without words yet
    add_outputs: bool  # whether sums with output vectors stand for its vectors


class Plan(NamedTuple):
    """Trainings to come, and the size of the vectors that they make together."""

    trainings: list[Planned]
    vector_size: int


class Trained(NamedTuple):
    """Vectors, and what is said of the trainings that they come from."""

    wv: KeyedVectors
    vector_size: int
    corpus_total_words: int
    epochs: int  # of all together
    losses: list[float]  # the last of each

    def save(self, path: Target) -> None:
        """Save the vectors."""
        self.wv.save(path)


def train_vectors(
    sentences: Sentences | None = None,
    corpus_file: Paths | None = None,
    preset: str = "best",
    *,
    trim_rule: TrimRule | None = None,
    tokenizer: Tokenizer | None = None,
    sentence_weights: Any = None,
    progress: bool = False,
    callbacks: Iterable[Callback] = (),
    **settings: Any,
) -> KeyedVectors:
    """Vectors from a text by a preset that was measured: by default the best ones, which several trainings make.

    The text is read once. Ctrl-C raises KeyboardInterrupt within a second. The vectors can be saved and asked, but
    cannot go on learning. docs/guide-quality.md says what each part of a preset is worth, and what it costs.

    Parameters
    ----------
    sentences, corpus_file, trim_rule, tokenizer, sentence_weights
        As for `w2v.Word2Vec`; one of the first two.
    preset : str
        A name in `w2v.presets.ABOUT`.
    progress : bool, default False
        Show progress bars.
    callbacks : iterable of objects
        As for `w2v.Word2Vec`; they are called in each training.
    **settings
        Other settings of `w2v.Word2Vec`, such as ``workers=8``, in place of the preset's, for each of its trainings.
        `seed` is that of the first; those of the others are drawn from it. `vector_size` is that of the result, too.

    Returns
    -------
    KeyedVectors

    Raises
    ------
    ValueError
        There is no such preset, or settings make no sense; nothing has been read then.
    VocabularyError
        No word is left.

    Examples
    --------
    >>> sentences = [["the", "cat", "sat"], ["the", "dog", "sat"]] * 50
    >>> kv = train_vectors(sentences, vector_size=8, min_count=1, epochs=2, workers=1)
    >>> kv.index_to_key[:2], kv.vector_size
    (['sat', 'the'], 8)
    """

    def begin(model: Word2Vec) -> None:
        inputs = {"tokenizer": tokenizer, "sentence_weights": sentence_weights}
        model.build_vocab(sentences, corpus_file, trim_rule=trim_rule, progress=progress, **inputs)

    hooks = list(callbacks)
    return train_planned(plan(preset, settings), begin, lambda: hooks, progress).wv


def plan(preset: str, settings: Mapping[str, Any], **more: Any) -> Plan:
    """Return the trainings of a preset, with other settings for each of them; what makes no sense is refused.

    Examples
    --------
    >>> [(planned.model.window, planned.add_outputs) for planned in plan("best", {"epochs": 3}).trainings]
    [(10, True), (2, False), (8, True)]
    """
    if preset in presets.ENSEMBLES and settings.get("kernel") == "mirror":
        raise ValueError(f"preset {preset!r}: expected another kernel than 'mirror', which reads its text each time")
    planned: list[Planned] = []
    for number, training in enumerate(presets.trainings(preset)):
        given = {**training, **settings, "seed": _seed(settings.get("seed", 1), number)}
        add_outputs = given.pop("add_outputs", False)
        model = Word2Vec(**given, **more)
        if add_outputs and not model.has_outputs():
            raise ValueError(f"preset {preset!r}: expected noise words or the full softmax, which give output vectors")
        planned.append(Planned(model, add_outputs))
    size = planned[0].model.vector_size
    return Plan(planned, size if "vector_size" in settings else presets.DIMENSIONS.get(preset, size))


def train_planned(
    planned: Plan,
    begin: Callable[[Word2Vec], object],
    callbacks: Callable[[], Iterable[Callback]] = tuple,
    progress: bool = False,
) -> Trained:
    """Train all, of which the first gets its words and text by `begin`, and make one set of them.

    Parameters
    ----------
    planned : Plan
        Its list is empty afterwards: the memory of a model is free as soon as its vectors are taken.
    begin : callable
        Called with the first model, which then has its vocabulary, and can be trained without naming a text.
    callbacks : callable
        Returns those of the next training.
    progress : bool
        Show progress bars.
    """
    trainings, total = planned.trainings, len(planned.trainings)
    sets, losses, epochs, words = [], [], 0, 0
    previous = None
    while trainings:
        model, add_outputs = trainings.pop(0)
        if total > 1:
            _announce(f"training {total - len(trainings)} of {total}: {_described(model)}", progress)
        if previous is None:
            begin(model)
            words = model.corpus_total_words or 0
        else:
            model.reset_from(previous)
        model.train(progress=progress, callbacks=callbacks())
        sets.append(model.with_outputs() if add_outputs else model.wv)
        losses += model.losses[-1:]
        epochs += model.epochs
        previous = model
    wv = sets[0] if total == 1 else beside(sets, planned.vector_size)
    return Trained(wv, planned.vector_size, words, epochs, losses)


def beside(sets: list[KeyedVectors], vector_size: int) -> KeyedVectors:
    """Return sets beside each other, in so many principal components of their frequent words, which come first."""
    return ensemble(sets, "concatenate").postprocess(dimensions=vector_size, restrict_vocab=_FREQUENT)


def _seed(seed: int, number: int) -> int:
    """The seed of training `number`: the first has that which was asked for."""
    if number == 0:
        return seed
    drawn = np.random.SeedSequence([seed % 2**64, number]).generate_state(1, np.uint64)
    return int(drawn[0] >> np.uint64(1))


def _described(model: Word2Vec) -> str:
    return f"{'skip-gram' if model.sg else 'CBOW'}, window {model.window}, {model.epochs} epochs"


def _announce(line: str, progress: bool) -> None:
    logger.info(line)
    if progress:
        print_above(line)
