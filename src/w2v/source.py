"""The corpus that a user gives: what is refused, and whether it is one whose ids are known already."""

from collections.abc import Iterable
from functools import partial
from os import PathLike
from types import GeneratorType
from typing import Any

from w2v.blocks import source_key
from w2v.corpus import TokenCorpus, encode_file, encode_iterable, plain_path
from w2v.vocab import Vocab


class Source:
    """Either an iterable of sentences or the path of a text file.

    Parameters
    ----------
    sentences : iterable of sequences of tokens, or None
    corpus_file : path or None
    passes : int
        How often gensim would read it. A generator must not be asked for more than once, although once would do here:
        programs that rely on it would fail elsewhere.

    Raises
    ------
    TypeError
        Both or neither are given, or `sentences` is not iterable, or a generator where others need several passes.

    Examples
    --------
    >>> vocab, corpus = Source([["to", "be"], ["or"]], None).encode(min_count=1)
    >>> vocab.words
    ['or', 'be', 'to']
    """

    def __init__(self, sentences: Any, corpus_file: str | PathLike[str] | None, passes: int = 1) -> None:
        if (sentences is None) == (corpus_file is None):
            both = "both" if corpus_file is not None else "neither"
            raise TypeError(f"expected either an iterable of sentences or corpus_file, got {both}")
        if corpus_file is None and not isinstance(sentences, Iterable):
            raise TypeError(f"expected an iterable of sentences, got {type(sentences).__name__}")
        if isinstance(sentences, GeneratorType) and passes > 1:
            raise TypeError("a generator can be read once only: pass a list, or an object whose __iter__ starts anew")
        self._encode = partial(encode_iterable, sentences) if corpus_file is None else partial(encode_file, corpus_file)
        self._path = plain_path(sentences) if corpus_file is None else corpus_file

    def encode(self, **options: Any) -> tuple[Vocab, TokenCorpus]:
        """Read it; the options are those of `w2v.corpus.encode_file`."""
        encoded: tuple[Vocab, TokenCorpus] = self._encode(**options)
        return encoded

    def is_of(self, corpus: TokenCorpus) -> bool:
        """Whether these are the ids of the same file, which has not changed since."""
        if self._path is None or corpus.source is None:
            return False
        try:
            return bool(source_key(self._path) == corpus.source)
        except OSError:  # reading it will say why
            return False
