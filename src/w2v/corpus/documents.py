"""Documents to ids: words as those of sentences, tags as rows of their vectors."""

import logging
from array import array
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import chain
from typing import Any

import numpy as np

from w2v.base.keys import check_key
from w2v.base.paths import Path
from w2v.corpus.encode import Words, encode_tokens, source_keys
from w2v.corpus.source import Paths, Tokenizer, check_one_given, check_readable, check_tokenizer
from w2v.corpus.tokens import Tags, TokenCorpus
from w2v.corpus.vocab import Vocab
from w2v.inputs.cache import Storage
from w2v.inputs.documents import TaggedDocument
from w2v.inputs.files import expand
from w2v.inputs.ids import check_rows
from w2v.inputs.passes import Passes
from w2v.inputs.texts import text_lines

logger = logging.getLogger("w2v.doc2vec")

Find = Callable[[Any], int]


class DocumentSource:
    """Documents, or the path of a file with one a line.

    Parameters
    ----------
    documents : iterable of objects with the attributes `words` and `tags`, or callable that returns one
    corpus_file : path or sequence of paths
        Instead; the tags are numbers of lines.
    find : callable
        Returns the row of a tag that is known, or -1; for a vocabulary that is known.
    passes, cache, cache_dir, tokenizer, weights
        As for `w2v.corpus.source.Source`; the tokenizer takes the words.

    Raises
    ------
    TypeError
        Both or neither are given, or they cannot be read, or not as often as needed.
    """

    def __init__(
        self,
        documents: Any,
        corpus_file: Paths | None,
        find: Find,
        passes: int = 1,
        *,
        cache: Any = "auto",
        cache_dir: Path | None = None,
        tokenizer: Tokenizer | None = None,
        weights: Any = None,
    ) -> None:
        check_one_given(documents, corpus_file, "documents")
        if cache is False:
            raise TypeError("cache: expected ids of documents to be kept, not cache=False")
        check_tokenizer(tokenizer)
        if corpus_file is None:
            check_readable(documents, passes, cache)
        self.paths = [] if corpus_file is None else expand(corpus_file)
        self._documents = _Lines(self.paths) if documents is None else Passes(documents)
        self._find, self._tokenizer, self._weights = find, tokenizer, weights
        self._storage = Storage(cache, cache_dir)

    def encode(self, words: Words, *, workers: int = 1, progress: bool = False) -> tuple[Vocab, TokenCorpus]:
        """Read them, by the words and tags that are known, or by words that a `Pruning` chooses and all tags."""
        reader = _Reader(self._documents, self._find if isinstance(words, Vocab) else None, self._tokenizer)
        source = source_keys(self.paths) if self.paths else None
        how: dict[str, Any] = {"workers": workers, "progress": progress, "storage": self._storage}
        vocab, corpus = encode_tokens(reader, words, **how, weights=self._weights, origins=True)
        assert corpus.origins is not None
        return vocab, replace(corpus, source=source, origins=None, tags=reader.tags().of(corpus.origins))

    def is_of(self, corpus: Any) -> bool:
        """Whether this is the corpus of the same file, which has not changed since."""
        return bool(self.paths) and corpus.source is not None and source_keys(self.paths) == corpus.source


class _Lines:
    """The lines of files as documents, numbered from the first on."""

    one_shot = False

    def __init__(self, paths: list[str]) -> None:
        self._paths = paths

    def __iter__(self) -> Iterator[Any]:
        for number, line in enumerate(chain.from_iterable(map(text_lines, self._paths))):
            yield TaggedDocument(line.split(), [number])


class _Reader:
    """Yields the words of documents, and remembers their tags: numbers from 0 on as they are, names as -1, -2, ..."""

    def __init__(self, documents: Any, find: Find | None, tokenizer: Tokenizer | None) -> None:
        self.one_shot = documents.one_shot
        self._documents, self._find, self._tokenizer = documents, find, tokenizer
        self._forget()

    def _forget(self) -> None:
        self._names: dict[Any, int] = {}
        self._codes, self._ends, self._lengths = array("q"), array("q"), array("q")
        self._largest = -1

    def __iter__(self) -> Iterator[Any]:
        self._forget()
        for number, document in enumerate(self._documents):
            words, tags = _parts(document, number)
            if self._tokenizer is not None:
                words = self._tokenizer(words)
            for tag in tags if len(tags) < 2 else dict.fromkeys(tags):
                code = self._code(tag, number) if self._find is None else self._find(tag)
                if code >= 0 or self._find is None:
                    self._codes.append(code)
            self._ends.append(len(self._codes))
            self._lengths.append(len(words))
            yield words

    def _code(self, tag: Any, number: int) -> int:
        if isinstance(tag, int | np.integer):
            if tag < 0:
                raise ValueError(f"document {number}: expected numbers of at least 0 as tags, or names, got {tag}")
            if tag > self._largest:
                check_rows(int(tag) + 1)
                self._largest = int(tag)
            return int(tag)
        if tag not in self._names:
            try:
                check_key(tag)
            except TypeError as error:
                raise TypeError(f"document {number}: tags: {error}") from None
            self._names[tag] = len(self._names)
        return -1 - self._names[tag]

    def tags(self) -> Tags:
        """The tags of all documents: rows of numbers first, up to the largest, then those of names as they came."""
        codes = np.array(self._codes, dtype=np.int64)
        starts = np.concatenate([[0], np.array(self._ends, dtype=np.int64)])
        lengths = np.array(self._lengths, dtype=np.int64)
        n_numbers = self._largest + 1
        rows = np.where(codes < 0, n_numbers - 1 - codes, codes)
        keys = [*range(n_numbers), *self._names]
        n = len(keys) if self._find is None else int(rows.max(initial=-1)) + 1
        words = np.bincount(rows, np.repeat(lengths, np.diff(starts)), minlength=n).astype(np.int64)
        if n_numbers > max(len(lengths), 1):
            logger.warning(
                "Highest int doctag (%i) larger than count of documents (%i): rows without documents are made, too",
                self._largest,
                len(lengths),
            )
        return Tags(keys, rows.astype(np.int32), starts, np.bincount(rows, minlength=n), words)


def _parts(document: Any, number: int) -> tuple[Any, Any]:
    """The words and tags of a document."""
    try:
        words, tags = document.words, document.tags
    except AttributeError:
        kind = type(document).__name__
        raise TypeError(f"document {number}: expected a TaggedDocument(words, tags), got {kind}") from None
    if isinstance(tags, str | bytes):
        raise TypeError(f"document {number}: tags: expected a list, as in [{tags!r:.80}], got the text alone")
    try:
        return words, tags if hasattr(tags, "__len__") else list(tags)
    except TypeError:
        raise TypeError(f"document {number}: tags: expected a list, as in [{tags!r:.80}], got no list") from None
