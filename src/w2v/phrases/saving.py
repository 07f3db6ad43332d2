"""Models of phrases to a file and back."""

from typing import Any

import numpy as np

from w2v._core import PhraseTable, number_words
from w2v.base.files import Source, Target, open_to_read
from w2v.errors import FormatError
from w2v.formats.detect import expect
from w2v.formats.phrases import SavedPhrases, load_phrases, save_phrases
from w2v.phrases.counts import PhraseCounts, named_paths
from w2v.phrases.scoring import check_progress_per, scorer_name, scorer_named, scorer_of

_BOTH = ("min_count", "threshold", "delimiter")
_COUNTED = ("max_vocab_size", "progress_per", "corpus_word_count", "min_reduce")


def save(model: Any, path: Target) -> None:
    """Save a `Phrases` or `FrozenPhrases` model."""
    counted = hasattr(model, "corpus_word_count")
    settings = {name: _plain(getattr(model, name)) for name in (*_BOTH, *(_COUNTED if counted else ()))}
    settings["kind"] = "Phrases" if counted else "FrozenPhrases"
    settings["scoring"] = scorer_name(model.scoring)
    settings["connector_words"] = sorted(model.connector_words)
    if counted:
        counts = model._current()
        save_phrases(path, settings, counts.names(), *counts.table.list())
    else:
        phrases = model._current()
        counts = PhraseCounts(model.delimiter)
        scores = np.fromiter(phrases.values(), dtype=np.float64, count=len(phrases))
        words, offsets = counts.number(phrases)
        save_phrases(path, settings, counts.names(), words, offsets, scores)


def load(source: Source, scoring: Any, classes: dict[str, Any]) -> Any:
    """Load a model, ours or gensim's; `classes` are those to make of "Phrases" and of "FrozenPhrases"."""
    saved: Any
    with open_to_read(source) as file:
        path = str(file)
        if expect(file, ["phrases", "gensim-phrases", "gensim"], "phrases").name == "phrases":
            saved, fill = load_phrases(file), _fill
        else:
            from w2v.formats.gensim_phrases import load_gensim_phrases

            saved, fill = load_gensim_phrases(file, scoring is not None), _fill_from_gensim
    name = str(saved.settings.get("scoring"))
    scorer = scorer_named(name) if scoring is None else scoring
    if scorer is None:
        raise FormatError(f"{path}: scored by {name:.80}, which is not loaded: import it first, or give scoring=")
    try:
        kind = saved.settings["kind"]
        model = classes[kind].__new__(classes[kind])
        _set(model, saved.settings, kind == "Phrases", scorer)
        fill(model, saved)
        return model
    except (KeyError, TypeError, ValueError) as error:
        raise FormatError(f"{path}: {type(error).__name__}: {error}") from error


def _set(model: Any, settings: dict[str, Any], counted: bool, scorer: Any) -> None:
    for name in (*_BOTH, *(_COUNTED if counted else ())):
        kind = str if name == "delimiter" else int | float
        if not isinstance(settings[name], kind) or settings[name] == "":
            raise TypeError(f"{name}: expected {kind}, got {settings[name]!r:.80}")
        setattr(model, name, settings[name])
    if counted:
        check_progress_per(model.progress_per)
    model.scoring = scorer_of(scorer, model.threshold)
    model.connector_words = settings["connector_words"]


def _fill(model: Any, saved: SavedPhrases) -> None:
    counted, table = saved.settings["kind"] == "Phrases", PhraseTable()  # which checks the paths
    if counted != (saved.values.dtype.kind == "i"):
        raise ValueError(f"expected counts for Phrases, scores for FrozenPhrases, got {saved.values.dtype}")
    if counted:
        table.add(saved.path_words, saved.path_offsets, saved.values)
        model._counts = PhraseCounts(model.delimiter)
        number_words(model._counts.words, saved.words)
        model._counts.table = table
    else:
        table.add(saved.path_words, saved.path_offsets, np.ones(len(saved.values), dtype=np.int64))
        paths = named_paths(saved.words, saved.path_words, saved.path_offsets)
        model._set(dict(zip(map(tuple, paths), saved.values.tolist(), strict=True)))


def _fill_from_gensim(model: Any, saved: Any) -> None:
    """Phrases that gensim kept as strings may be cut in any way, as by gensim itself."""
    if saved.settings["kind"] == "Phrases":
        model._counts = PhraseCounts(model.delimiter)
        model._counts.add_strings(saved.values)
    else:
        model.phrasegrams = saved.values
        model._current()  # which refuses what cannot be cut


def _plain(value: Any) -> Any:
    """A number that the user took from numpy as Python's own, which JSON can hold."""
    return value.item() if isinstance(value, np.generic) else value
