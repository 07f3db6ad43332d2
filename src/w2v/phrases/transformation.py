"""What all models of phrases can do with sentences, in Python for subclasses and in C."""

import itertools
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from w2v._core import PhraseFinder
from w2v.base.files import Source, Target
from w2v.compat.phrase_names import OldNames
from w2v.inputs.passes import is_one_shot
from w2v.phrases import saving

_NOTHING = object()

KINDS: dict[str, Any] = {}  # the classes of models by their names in files; each adds itself


def checked_words(sentence: Any) -> Any:
    """The sentence; TypeError if it is a text, whose characters would be taken for words.

    Examples
    --------
    >>> checked_words("new york")
    Traceback (most recent call last):
    TypeError: expected a list of words, got the str 'new york': split it into words
    """
    if isinstance(sentence, str | bytes | bytearray):
        kind = type(sentence).__name__
        raise TypeError(f"expected a list of words, got the {kind} {sentence[:40]!r}: split it into words")
    return sentence


class Transformation:
    """Joins phrases in sentences. A class with another idea of what is a phrase replaces `score_candidate`.

    Parameters
    ----------
    connector_words : iterable of str
        Words that neither begin nor end a phrase, but may stand inside.
    """

    def __init__(self, connector_words: Iterable[str]) -> None:
        self.connector_words: frozenset[str] = frozenset(checked_words(connector_words))

    def score_candidate(self, word_a: str, word_b: str, in_between: list[str]) -> tuple[str | None, float | None]:
        """Return the phrase and its score, or (None, None) if this is none."""
        raise NotImplementedError

    def analyze_sentence(self, sentence: Iterable[str]) -> Iterator[tuple[str, float | None]]:
        """Yield the words of a sentence, phrases joined, each with its score or, if it is no phrase, None."""
        pending: list[str] = []  # a word that may begin a phrase, and connectors after it
        for word in checked_words(sentence):
            if word in self.connector_words:
                if pending:
                    pending.append(word)
                else:
                    yield word, None
                continue
            phrase, score = self.score_candidate(pending[0], word, pending[1:]) if pending else (None, None)
            if phrase is not None:
                yield phrase, score
                pending = []
            else:
                yield from zip(pending, itertools.repeat(None))
                pending = [word]
        yield from zip(pending, itertools.repeat(None))

    def __getitem__(self, sentence: Any) -> Any:
        """Return a sentence of str as a list with phrases joined; sentences as a stream of such lists."""
        checked_words(sentence)
        if isinstance(sentence, list | tuple) and sentence and isinstance(sentence[0], str):
            return self._join(sentence)
        items = iter(sentence)
        first = next(items, _NOTHING)
        if first is _NOTHING:
            return []
        if isinstance(first, str):
            return self._join([first, *items])
        return Stream(self, itertools.chain([first], items) if items is sentence else sentence)

    def _join(self, sentence: Iterable[str]) -> list[str]:
        return [word for word, _ in self.analyze_sentence(sentence)]

    def joined(self, sentences: Iterable[Iterable[str]]) -> Iterator[list[str]]:
        """Yield each sentence with phrases joined."""
        return map(self._join, sentences)

    def find_phrases(self, sentences: Iterable[Iterable[str]]) -> dict[str, float]:
        """Return the phrases found in sentences, each with its score."""
        found: dict[str, float] = {}
        for sentence in checked_words(sentences):
            found.update((word, score) for word, score in self.analyze_sentence(sentence) if score is not None)
        return found


class Stream:
    """Sentences with phrases joined, made while they are asked for."""

    def __init__(self, phrases: Transformation, sentences: Any) -> None:
        self.phrases = phrases
        self.sentences = sentences

    @property
    def one_shot(self) -> bool:
        """Whether it can be read once only, because the sentences can."""
        return is_one_shot(self.sentences)

    def __iter__(self) -> Iterator[list[str]]:
        return self.phrases.joined(self.sentences)

    def __len__(self) -> int:
        return len(self.sentences)

    def __getitem__(self, number: Any) -> Any:
        return self.phrases[self.sentences[number]]


class EditableDict(dict[str, Any]):
    """A dict that knows whether it was changed."""

    edited = False


def _noting(name: str) -> Callable[..., Any]:
    method = getattr(dict, name)

    def change(self: EditableDict, *args: Any, **kwargs: Any) -> Any:
        self.edited = True
        return method(self, *args, **kwargs)

    return change


for _name in ("__setitem__", "__delitem__", "__ior__", "clear", "pop", "popitem", "setdefault", "update"):
    setattr(EditableDict, _name, _noting(_name))


class CompiledTransformation(Transformation, OldNames):
    """What `Phrases` and `FrozenPhrases` share: sentences are searched in C, unless a subclass replaces how."""

    delimiter: str
    threshold: float

    def _finder(self) -> PhraseFinder:
        raise NotImplementedError

    @property
    def connector_words(self) -> frozenset[str]:
        """Words that neither begin nor end a phrase, but may stand inside."""
        return self._connector_words

    @connector_words.setter
    def connector_words(self, words: Iterable[str]) -> None:
        words = frozenset(checked_words(words))
        unfit = [word for word in words if not isinstance(word, str) or self.delimiter in word]
        if unfit:
            raise ValueError(
                f"connector_words: expected str without the delimiter {self.delimiter!r}, got {unfit[0]!r}"
            )
        self._connector_words = words

    @classmethod
    def replaced(cls) -> bool:
        """Whether a subclass has its own idea of what is a phrase."""
        names = ("analyze_sentence", "score_candidate")
        return not all(getattr(cls, name).__module__.startswith("w2v.phrase") for name in names)

    def analyze_sentence(self, sentence: Iterable[str]) -> Iterator[tuple[str, float | None]]:
        """Yield the words of a sentence, phrases joined, each with its score or, if it is no phrase, None.

        Examples
        --------
        >>> from w2v import Phrases
        >>> phrases = Phrases([["new", "york", "is"], ["new", "york"]], min_count=1, threshold=0.1)
        >>> list(phrases.analyze_sentence(["in", "new", "york"]))
        [('in', None), ('new_york', 1.25)]
        """
        if self.replaced():
            return super().analyze_sentence(sentence)
        return zip(*self._finder().analyze(sentence), strict=True)

    def _join(self, sentence: Iterable[str]) -> list[str]:
        return super()._join(sentence) if self.replaced() else self._finder().join(sentence)

    def joined(self, sentences: Iterable[Iterable[str]]) -> Iterator[list[str]]:
        """Yield each sentence with phrases joined."""
        return map(self._join if self.replaced() else self._finder().join, sentences)

    def find_phrases(self, sentences: Iterable[Iterable[str]]) -> dict[str, float]:
        """Return the phrases found in sentences, each with its score.

        Examples
        --------
        >>> from w2v import Phrases
        >>> phrases = Phrases([["new", "york", "is"], ["new", "york"]], min_count=1, threshold=0.1)
        >>> phrases.find_phrases([["new", "york"], ["york", "is"]])
        {'new_york': 1.25}
        """
        if self.replaced():
            return super().find_phrases(sentences)
        found: dict[str, float] = {}
        find = self._finder().find
        for sentence in checked_words(sentences):
            find(sentence, found)
        return found

    def save(
        self,
        fname_or_handle: Target,
        separately: Any = None,
        sep_limit: int = 0,
        ignore: Any = frozenset(),
        pickle_protocol: int = 4,
    ) -> None:
        """Save the model in w2v's own format: one file that never runs code when it is loaded.

        A scoring function of your own is saved by name only, so it must be one of a module.

        Parameters
        ----------
        fname_or_handle : path or binary file
        separately, sep_limit, ignore, pickle_protocol
            Accepted for gensim's sake; they have no use here, for all is in one file that is no pickle.

        Examples
        --------
        >>> import pathlib, tempfile
        >>> from w2v import Phrases
        >>> path = pathlib.Path(tempfile.mkdtemp(), "phrases.w2v")
        >>> Phrases([["new", "york"]], min_count=1).save(path)
        >>> print(Phrases.load(path))
        Phrases<3 vocab, min_count=1, threshold=10.0, max_vocab_size=40000000>
        """
        saving.save(self, fname_or_handle)

    @classmethod
    def load(cls, fname: Source, mmap: str | None = None, *, scoring: Any = None) -> Any:
        """Load a model that w2v or gensim saved; what was saved frozen comes back as `FrozenPhrases`.

        Parameters
        ----------
        fname : path or binary file
        mmap
            Accepted for gensim's sake; it has no use here.
        scoring : function, optional
            Needed if a function of your own was saved whose module is not loaded, or was saved by gensim.

        Raises
        ------
        FormatError
            The file is no such file, or it is damaged.
        """
        kind = next(base.__name__ for base in cls.__mro__ if base in KINDS.values())
        return saving.load(fname, scoring, {**KINDS, kind: cls})
