"""Helpers that scripts import with the corpora: text to words, corpora repeated or cut, verdicts of a trim_rule."""

import itertools
import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Any

from w2v.base.files import open_to_write
from w2v.base.paths import Path
from w2v.inputs.pruning import RULE_DEFAULT, RULE_DISCARD, RULE_KEEP

__all__ = [
    "RULE_DEFAULT",
    "RULE_DISCARD",
    "RULE_KEEP",
    "ClippedCorpus",
    "RepeatCorpus",
    "any2unicode",
    "any2utf8",
    "deaccent",
    "save_as_line_sentence",
    "simple_preprocess",
    "to_unicode",
    "to_utf8",
    "tokenize",
]

_WORD = re.compile(r"[^\W\d]+")


def deaccent(text: str) -> str:
    """Return text without accents and other marks that combine with letters.

    Examples
    --------
    >>> deaccent("Šéf chomutovských komunistů")
    'Sef chomutovskych komunistu'
    """
    decomposed = unicodedata.normalize("NFD", text)
    return unicodedata.normalize("NFC", "".join(c for c in decomposed if unicodedata.category(c) != "Mn"))


def to_unicode(text: str | bytes, encoding: str = "utf8", errors: str = "strict") -> str:
    """Return text as str: bytes are decoded.

    Examples
    --------
    >>> to_unicode(b"caf\\xc3\\xa9"), to_unicode("café")
    ('café', 'café')
    """
    return text if isinstance(text, str) else text.decode(encoding, errors)


def to_utf8(text: str | bytes, errors: str = "strict", encoding: str = "utf8") -> bytes:
    """Return text as bytes in UTF-8; bytes in another encoding are converted.

    Examples
    --------
    >>> to_utf8("é"), to_utf8(b"\\xe9", encoding="latin-1")
    (b'\\xc3\\xa9', b'\\xc3\\xa9')
    """
    return to_unicode(text, encoding, errors).encode("utf8")


any2unicode, any2utf8 = to_unicode, to_utf8  # gensim has both names of each


def tokenize(text: str | bytes, lowercase: bool = False, deacc: bool = False, errors: str = "strict") -> Iterator[str]:
    """Yield runs of letters and underscores of a text; bytes are UTF-8, decoded with `errors`.

    Examples
    --------
    >>> list(tokenize("Don't stop at 300 Km!", lowercase=True))
    ['don', 't', 'stop', 'at', 'km']
    """
    text = to_unicode(text, errors=errors)
    if lowercase:
        text = text.lower()
    if deacc:
        text = deaccent(text)
    return (found.group() for found in _WORD.finditer(text))


def simple_preprocess(doc: str | bytes, deacc: bool = False, min_len: int = 2, max_len: int = 15) -> list[str]:
    """Return the words of a text in lower case, without those too short or too long, or beginning with "_".

    Parameters
    ----------
    doc : str or bytes
        Bytes are UTF-8; what is not is left out.
    deacc : bool
        Take off accents.
    min_len, max_len : int
        Length of the words to keep, in characters.

    Examples
    --------
    >>> simple_preprocess("A Café in Paris: 24 _hours_!", deacc=True)
    ['cafe', 'in', 'paris']
    """
    words = tokenize(doc, lowercase=True, deacc=deacc, errors="ignore")
    return [word for word in words if min_len <= len(word) <= max_len and word[0] != "_"]


def save_as_line_sentence(corpus: Iterable[Iterable[str]], filename: Path) -> None:
    """Write sentences into a file that `LineSentence` and corpus_file read: one a line, words between blanks.

    The file appears when it is complete; names in .gz, .bz2 or .xz are compressed.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> path = pathlib.Path(tempfile.mkdtemp(), "text")
    >>> save_as_line_sentence([["to", "be"], ["or", "not"]], path)
    >>> path.read_text()
    'to be\\nor not\\n'
    """
    with open_to_write(filename) as file:
        file.writelines(_line(sentence, number) for number, sentence in enumerate(corpus))


def _line(sentence: Iterable[str], number: int) -> bytes:
    if isinstance(sentence, str | bytes):
        got = f"{type(sentence).__name__} {sentence[:40]!r}"
        raise TypeError(f"sentence {number}: expected a list of words, got the {got}: split it into words")
    try:
        return f"{' '.join(sentence)}\n".encode()
    except TypeError as error:
        raise TypeError(f"sentence {number}: expected words of type str: {error}") from None


class RepeatCorpus:
    """Items of a corpus over and over again, `reps` of them.

    Examples
    --------
    >>> list(RepeatCorpus([["a"], ["b"]], 3))
    [['a'], ['b'], ['a']]
    """

    def __init__(self, corpus: Iterable[Any], reps: int) -> None:
        self.corpus = corpus
        self.reps = reps

    def __iter__(self) -> Iterator[Any]:
        return itertools.islice(itertools.cycle(self.corpus), self.reps)


class ClippedCorpus:
    """The first `max_docs` items of a corpus; None for all.

    Examples
    --------
    >>> list(ClippedCorpus([["a"], ["b"]], 1))
    [['a']]
    """

    def __init__(self, corpus: Any, max_docs: int | None = None) -> None:
        self.corpus = corpus
        self.max_docs = max_docs

    def __iter__(self) -> Iterator[Any]:
        return itertools.islice(self.corpus, self.max_docs)

    def __len__(self) -> int:
        return len(self.corpus) if self.max_docs is None else min(self.max_docs, len(self.corpus))
