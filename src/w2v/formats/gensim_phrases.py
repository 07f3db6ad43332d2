"""What gensim's `Phrases.save` and `FrozenPhrases.save` write, of gensim 0.12 to 4.

Layout: a pickle of the object, read by `w2v.formats.pickles`, which runs nothing. What changed over the years:

    vocab           counts by word or joined phrase: str, in gensim 3 bytes
    phrasegrams     of FrozenPhrases (Phraser in gensim 3): joined phrase -> score; in gensim 3 tuple of bytes -> score
                    or (count, score)
    scoring         function; "default" or "npmi" in gensim 2; nothing before
    connector_words common_terms in gensim 3; nothing before
"""

from typing import Any, NamedTuple

from w2v.base.files import Source, open_to_read
from w2v.errors import FormatError
from w2v.formats.pickle_values import Name, Record, described, items_of, mapping_of, plain
from w2v.formats.pickles import read_pickle

_SCORERS = {"original_scorer": "default", "npmi_scorer": "npmi"}  # by the names of gensim's functions
_DEFAULTS = {"max_vocab_size": 40_000_000, "progress_per": 10_000, "corpus_word_count": 0, "min_reduce": 1}


class GensimPhrases(NamedTuple):
    """Settings as in w2v's own format; counts or scores by word or joined phrase."""

    settings: dict[str, Any]
    values: dict[str, float]


def load_gensim_phrases(path: Source, scored: bool = False) -> GensimPhrases:
    """Load phrases that gensim saved.

    Parameters
    ----------
    path : path
    scored : bool, default False
        Whether the caller has a scoring function. Without one, that of the file must be gensim's: no file can make us
        import or call anything.

    Raises
    ------
    FormatError
        The pickle is damaged or holds something else, or names a scoring function of a user.
    """
    with open_to_read(path) as file:
        data = file.read()
    found = read_pickle(data, path)
    try:
        phrases = _phrases(found, 4 * len(data))
    except (TypeError, ValueError, KeyError, AttributeError) as error:
        raise FormatError(f"{path}: expected phrases of gensim, got {type(error).__name__}: {error}") from error
    scoring = phrases.settings["scoring"]
    if scoring not in _SCORERS.values() and not scored:
        raise FormatError(f"{path}: scored by {scoring[:120]}, which is not gensim's: give the function as scoring=")
    return phrases


def _phrases(found: Any, most: int) -> GensimPhrases:
    """What the record of phrases holds, if that is at most so many characters: tuples can repeat one text for ever."""
    state = found.attributes() if isinstance(found, Record) else {}
    if "delimiter" not in state or ("vocab" in state) == ("phrasegrams" in state):
        hint = "; Word2Vec.load or KeyedVectors.load reads it" if "wv" in state or "index_to_key" in state else ""
        raise TypeError(f"{described(found)}{hint}")
    kind = "Phrases" if "vocab" in state else "FrozenPhrases"
    values = mapping_of(state["vocab" if kind == "Phrases" else "phrasegrams"])
    if values is None:
        raise TypeError(f"{type(state.get('vocab', state.get('phrasegrams'))).__name__} in place of a dict")
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
        counts = {_text(key): _count(value) for key, value in values.items()}
        return GensimPhrases(settings, {text: count for text, count in counts.items() if count})  # 0: asked for once
    scores = {}
    for key, value in values.items():
        phrase = _joined(key, delimiter, most)
        most -= len(phrase)
        scores[phrase] = _score(value)
    return GensimPhrases(settings, scores)


def _text(found: Any) -> str:
    found = plain(found)
    if isinstance(found, bytes):
        return str(found, "utf-8")
    if not isinstance(found, str):
        raise TypeError(f"{described(found)} in place of text")
    return found


def _texts(found: Any) -> list[str]:
    """The words of a set."""
    items = items_of(found)
    if items is None:
        raise TypeError(f"{described(found)} in place of a set")
    return sorted(map(_text, items))


def _joined(found: Any, delimiter: str, most: int) -> str:
    """A phrase, which is a text, or a tuple of its words."""
    words = [_text(word) for word in found] if isinstance(found, tuple) else [_text(found)]
    if sum(map(len, words)) + len(delimiter) * len(words) > most:
        raise ValueError("more text than the length of the file explains")
    return delimiter.join(words)


def _count(found: Any) -> int:
    if not isinstance(found, int) or not 0 <= found < 2**63:
        raise ValueError(f"{described(found)} in place of a count")
    return found


def _score(found: Any) -> float:
    return float(found[1] if isinstance(found, tuple) else found)


def _scoring(found: Any) -> str:
    """The name of a scoring function as w2v's files have it."""
    if isinstance(found, Name):
        module, _, name = found.name.rpartition(".")
        return _SCORERS.get(name, found.name) if module == "gensim.models.phrases" else found.name
    if isinstance(found, Record):
        return found.name
    return "default" if found is None else _text(found)
