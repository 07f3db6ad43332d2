"""What gensim's `Phrases.save` and `FrozenPhrases.save` write, of gensim 1 to 4.

Layout: a pickle of the object, read by `w2v.formats.pickles`, which runs nothing. What changed over the years:

    vocab           counts by word or joined phrase: str, in gensim 3 bytes
    phrasegrams     of FrozenPhrases (Phraser in gensim 3): joined phrase -> score; in gensim 3 tuple of bytes -> score
                    or (count, score)
    scoring         function; "default" or "npmi" in gensim 2; nothing before
    connector_words common_terms in gensim 3; nothing before
"""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from w2v.base.files import open_to_read
from w2v.base.paths import Path
from w2v.errors import FormatError
from w2v.formats.pickles import Name, Record, read_pickle

_CLASSES = {"Phrases": "Phrases", "FrozenPhrases": "FrozenPhrases", "Phraser": "FrozenPhrases"}
_SCORERS = {"original_scorer": "default", "npmi_scorer": "npmi"}
_ALLOWED = frozenset(
    [f"gensim.models.phrases.{name}" for name in (*_CLASSES, *_SCORERS)]
    + ["collections.defaultdict", "_codecs.encode", "numpy.dtype"]
    + [f"builtins.{name}" for name in ("int", "long", "set", "frozenset", "object")]
    + [f"numpy.{core}.multiarray.scalar" for core in ("core", "_core")]
    + ["copyreg._reconstructor"]
)
_DEFAULTS = {"max_vocab_size": 40_000_000, "progress_per": 10_000, "corpus_word_count": 0, "min_reduce": 1}


class GensimPhrases(NamedTuple):
    """Settings as in w2v's own format; counts or scores by word or joined phrase."""

    settings: dict[str, Any]
    values: dict[str, float]


def load_gensim_phrases(path: Path, scoring: Any = None) -> GensimPhrases:
    """Load phrases that gensim saved.

    Parameters
    ----------
    path : path
    scoring : function, optional
        Needed if the phrases were scored by a function that is not gensim's: nothing is imported.

    Raises
    ------
    FormatError
        The pickle is damaged, holds something else, or wants something that phrases do not need.
    """
    own = {f"{getattr(scoring, '__module__', '')}.{getattr(scoring, '__qualname__', '')}"} if scoring else set()
    with open_to_read(path) as file:
        found = read_pickle(memoryview(file.read()), path, _ALLOWED | own)
    try:
        return _phrases(found)
    except (TypeError, ValueError, KeyError, AttributeError) as error:
        raise FormatError(f"{path}: expected phrases of gensim, got {type(error).__name__}: {error}") from error


def _phrases(found: Any) -> GensimPhrases:
    if not isinstance(found, Record) or not isinstance(found.state, dict):
        raise TypeError(f"a pickled {type(found).__name__}")
    module, _, name = found.name.rpartition(".")
    if module != "gensim.models.phrases" or name not in _CLASSES:
        raise TypeError(f"an object of {found.name:.80}")
    state, kind = found.state, _CLASSES[name]
    delimiter = _text(state["delimiter"])
    settings = {
        **{name: state.get(name, default) for name, default in _DEFAULTS.items()},
        "kind": kind,
        "min_count": state["min_count"],
        "threshold": state["threshold"],
        "delimiter": delimiter,
        "scoring": _scoring(state.get("scoring", "default")),
        "connector_words": _texts(state.get("connector_words", state.get("common_terms", ()))),
    }
    if kind == "Phrases":
        return GensimPhrases(settings, {_text(key): _count(value) for key, value in _items(state["vocab"])})
    scores = {_joined(key, delimiter): _score(value) for key, value in _items(state["phrasegrams"])}
    return GensimPhrases(settings, scores)


def _items(found: Any) -> Iterable[tuple[Any, Any]]:
    """The items of a dict, or of a defaultdict."""
    if isinstance(found, Mapping):
        return found.items()
    if isinstance(found, Record) and found.name == "collections.defaultdict":
        return found.items
    raise TypeError(f"{type(found).__name__} in place of a dict")


def _text(found: Any) -> str:
    if isinstance(found, bytes | memoryview):
        return str(found, "utf-8")
    if not isinstance(found, str):
        raise TypeError(f"{type(found).__name__} in place of text")
    return found


def _texts(found: Any) -> list[str]:
    """The words of a set, which is a list in the pickle, or the record of a call."""
    if isinstance(found, Record) and found.name in ("builtins.set", "builtins.frozenset"):
        found = found.args[0] if found.args else ()
    if not isinstance(found, list | tuple):
        raise TypeError(f"{type(found).__name__} in place of a set")
    return sorted(map(_text, found))


def _joined(found: Any, delimiter: str) -> str:
    return delimiter.join(map(_text, found)) if isinstance(found, tuple) else _text(found)


def _count(found: Any) -> int:
    if not isinstance(found, int) or not 0 <= found < 2**63:
        raise ValueError(f"{found!r:.80} in place of a count")
    return found


def _score(found: Any) -> float:
    return float(found[1] if isinstance(found, tuple) else found)


def _scoring(found: Any) -> str:
    """The name of a scoring function as w2v's files have it."""
    if isinstance(found, Name):
        module, _, name = found.name.rpartition(".")
        return _SCORERS[name] if module == "gensim.models.phrases" else f"{module}:{name}"
    if found is None:
        return "default"
    return _text(found)
