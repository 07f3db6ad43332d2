"""`w2v.Word2Vec` with kernel="mirror": what word2vec.c trains, to the bit, as a model like any other."""

import logging
import time
from collections.abc import Iterable
from typing import Any

from w2v import _core, mirror
from w2v.base.progress import Show, progress_bar
from w2v.base.weights import padded
from w2v.corpus.vocab import Vocab
from w2v.mirror.settings import as_original
from w2v.training import freezing
from w2v.training.mirror_text import Mirror, Text
from w2v.training.outputs import Outputs
from w2v.training.settings import Settings
from w2v.training.state import State

logger = logging.getLogger("w2v.model")


def refuse(**given: Any) -> None:
    """Raise ValueError for what `build_vocab` and `train` can do but word2vec.c cannot: anything that is not false.

    Examples
    --------
    >>> refuse(update=True)
    Traceback (most recent call last):
    ValueError: kernel="mirror" does what word2vec.c does: expected no update, got True
    """
    for name, value in given.items():
        if value is not None and value is not False:
            raise ValueError(f'kernel="mirror" does what word2vec.c does: expected no {name}, got {value!r}')


def build_vocab(model: State, settings: Settings, sentences: Any, corpus_file: Any) -> None:
    """Give a model the vocabulary that word2vec.c makes of a text, and the weights that it begins with.

    Raises
    ------
    ValueError
        The text is compressed, or a token is no plain word, or the model is told to start from other vectors.
    """
    refuse(init_from=model._init_from, freeze=model.freeze)
    kept = Mirror(settings, sentences, corpus_file)
    words, counts, core = kept.vocabulary
    s = as_original(settings)
    start = _core.Mirror(core, s.size, s.window, s.hs, s.negative, s.iter, s.cbow, s.rate, s.sample)
    vocab = Vocab(words, counts)
    model._forget_training()
    model._install(vocab, padded(start.syn0), Outputs.fresh(settings, vocab), freezing.row_locks(None, words))
    model._corpus, model._mirror = None, kept
    model.min_count, model.sample = settings.min_count, settings.sample
    model.effective_min_count = settings.min_count
    model.corpus_count, model.corpus_total_words = int(counts[0]), kept.vocabulary.total
    logger.info("vocabulary: %d words, which occur %d times", len(vocab), kept.vocabulary.total)


def train(
    model: State, settings: Settings, corpus: tuple[Any, Any], callbacks: Iterable[Any], progress: bool
) -> tuple[int, int]:
    """Train a fresh model as word2vec.c does; an error or Ctrl-C leaves it untrained.

    Parameters
    ----------
    model : Word2Vec
    settings : Settings
        With which to train.
    corpus : sentences and corpus_file, one of them None
        Both None: the text of the vocabulary. Another text is trained as word2vec.c does with -read-vocab.
    callbacks : iterable
        Must be empty.
    progress : bool
        Show a progress bar.

    Returns
    -------
    words, words : int
        Words of the text, over all epochs; how many are left after thinning the original does not tell.
    """
    refuse(callbacks=list(callbacks) or None, vectors_lockf=(freezing.locks_of(model.wv) != 1).any() or None)
    kept = model._mirror
    if kept is None or not kept.is_of(model):
        raise ValueError(
            'kernel="mirror": expected a vocabulary that was built with it, and not trained yet, for word2vec.c '
            "cannot go on with a model: call build_vocab"
        )
    text = kept.text if corpus == (None, None) else Text(*corpus)
    words = kept.vocabulary.total * settings.epochs
    started = time.perf_counter()
    with progress_bar(progress, "training", " words", words, delay=0.5) as show:
        result = mirror.fit(text.path, as_original(settings), vocabulary=kept.vocabulary, watch=_Bar(show))
    vectors = padded(model.wv.vectors)
    vectors[: len(result.vectors)] = result.vectors
    model.wv.vectors = vectors
    for name in ("syn1neg", "syn1"):
        trained = getattr(result, name)
        if trained is not None:
            setattr(model, name, padded(trained))
    model._settings = settings
    model.total_train_time += time.perf_counter() - started
    model.train_count += 1
    return words, words


class _Bar(mirror.Watch):
    """Shows how far training is."""

    def __init__(self, show: Show) -> None:
        self._show = show

    def training(self, alpha: float, words: int, vocabulary: mirror.Vocabulary) -> None:
        """Move the bar."""
        self._show(words)
