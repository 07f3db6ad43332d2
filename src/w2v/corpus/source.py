"""The corpus that a user gives: what kind it is, what is refused, and whether it is one whose ids are known already."""

from collections.abc import Callable, Iterable
from functools import cached_property, partial
from types import GeneratorType
from typing import Any

from w2v.base.paths import Path
from w2v.corpus.encode import (
    Words,
    count_rows,
    count_tokens,
    encode_paths,
    encode_rows,
    encode_tokens,
    source_keys,
)
from w2v.corpus.stream import StreamCorpus, id_parts, token_parts
from w2v.corpus.tokens import TokenCorpus
from w2v.corpus.vocab import Vocab
from w2v.inputs.cache import Storage
from w2v.inputs.files import expand, is_stream
from w2v.inputs.ids import IdBlocks, is_ids
from w2v.inputs.lines import Lines, plain_path
from w2v.inputs.passes import Passes, check_sentences, is_one_shot

Paths = Path | Iterable[Path]
Tokenizer = Callable[[Any], Any]
Corpus = TokenCorpus | StreamCorpus

_RULES = ("max_vocab_size", "max_final_vocab", "trim_rule")  # say which words stay; of ids, all do


class Source:
    """Sentences, ids, or paths of text files.

    Parameters
    ----------
    sentences : iterable of sequences of tokens, or `Ids`, 2-D array of ids, iterable of such, or callable
        A callable returns an iterable.
    corpus_file : path or sequence of paths
        Instead.
    passes : int
        How often gensim would read it. A generator must not be asked for more than once, although once would do here:
        programs that rely on it would fail elsewhere. Asking for a cache by name lifts this.
    cache, cache_dir
        As for `w2v.Word2Vec`.
    tokenizer : callable, optional
        Turns every item of `sentences` into a sequence of tokens.
    weights : sequence of float, optional
        Of the sentences.

    Raises
    ------
    TypeError
        Both or neither are given, or `sentences` is nothing that can be read, or not as often as needed.
    ValueError
        The cache is none that there is.

    Examples
    --------
    >>> from w2v.inputs.pruning import Pruning
    >>> vocab, corpus = Source([["to", "be"], ["or"]], None).encode(Pruning(min_count=1))
    >>> vocab.words
    ['or', 'be', 'to']
    """

    def __init__(
        self,
        sentences: Any,
        corpus_file: Paths | None,
        passes: int = 1,
        *,
        cache: Any = "auto",
        cache_dir: Path | None = None,
        tokenizer: Tokenizer | None = None,
        weights: Any = None,
    ) -> None:
        check_one_given(sentences, corpus_file, "sentences")
        for name, value in (("sentence_weights", weights), ("tokenizer", tokenizer)):
            if value is not None and corpus_file is not None:
                raise TypeError(f"{name}: expected sentences, not corpus_file; give LineSentence(path)")
        check_tokenizer(tokenizer)
        if weights is not None and cache is False:
            raise TypeError("sentence_weights: expected sentences that are kept, not cache=False")
        if corpus_file is None:
            check_readable(sentences, passes, cache)
        self._given, self._weights, self._passes = sentences, weights, None
        self._file = corpus_file
        if corpus_file is None and tokenizer is None and weights is None:
            self._file = plain_path(sentences)
        if self._file is None and not is_ids(sentences):
            self._passes = Passes(sentences, tokenizer)
        self._keep = cache is not False
        self._storage = Storage("memory" if cache is False else cache, cache_dir)

    @cached_property
    def paths(self) -> list[str]:
        """The files of text, if any; what names them, such as ``folder.glob("*.txt")``, may be readable once only."""
        if self._file is None:
            return []
        return expand(self._file)

    def encode(
        self, words: Words, *, workers: int = 1, progress: bool = False
    ) -> tuple[Vocab, TokenCorpus | StreamCorpus]:
        """Read it, by the words of a vocabulary or by those that a `Pruning` chooses."""
        rows = self._file is None if self._passes is None else is_ids(self._passes.first())
        if rows:
            _refuse(words)
        if not self._keep and (self._file is not None or self._passes is not None):
            return self._stream(words, rows, workers, progress)
        if rows:
            given = self._given if self._passes is None else self._passes
            vocab, kept = encode_rows(given, _known(words), self._storage, self._weights)
            return self._named(vocab, words), kept
        how: dict[str, Any] = {"workers": workers, "progress": progress, "storage": self._storage}
        if self._passes is None:
            return encode_paths(self.paths, words, **how)
        return encode_tokens(self._passes, words, **how, weights=self._weights)

    def _stream(self, words: Words, rows: bool, workers: int, progress: bool) -> tuple[Vocab, StreamCorpus]:
        """Count, but keep nothing: training will read it again."""
        for path in filter(is_stream, () if self._file is None else self.paths):
            raise TypeError(f"{path}: can be read once only; Word2Vec(..., cache=True) keeps what is read")
        passes = Lines(self.paths) if self._passes is None else self._passes
        if rows:
            vocab, n_words, n_words_raw, n_sentences = count_rows(passes, _known(words))
            vocab = self._named(vocab, words)
            parts = partial(id_parts, passes, len(vocab))
        else:
            vocab, n_words, n_words_raw, n_sentences = count_tokens(passes, words, workers=workers, progress=progress)
            parts = partial(token_parts, passes, vocab.words)
        source = self._given if self._file is None else source_keys(self.paths)
        return vocab, StreamCorpus(parts, n_words, n_words_raw, n_sentences, source)

    def _named(self, vocab: Vocab, words: Words) -> Vocab:
        """The vocabulary of ids, by the words that they stand for, if what was given says them."""
        names = self._given.words if isinstance(self._given, IdBlocks) else None
        if names is None:
            return vocab
        if vocab is not words:
            return Vocab(names, vocab.counts)
        if vocab.words[: len(names)] != names:
            raise ValueError("ids: expected those of the vocabulary's words, got ids that stand for other words")
        return vocab

    def is_of(self, corpus: TokenCorpus | StreamCorpus) -> bool:
        """Whether this is the corpus of the same file, which has not changed since, or is read anew anyhow."""
        if isinstance(corpus, StreamCorpus) and self._file is None:
            return not self._keep and corpus.source is self._given
        if self._file is None or corpus.source is None or isinstance(corpus, StreamCorpus) == self._keep:
            return False
        try:
            return bool(source_keys(self.paths) == corpus.source)
        except OSError:  # reading it will say why
            return False


def check_one_given(items: Any, corpus_file: Any, kind: str) -> None:
    """Refuse both items and a file, and neither; `kind` is what the items are."""
    if (items is None) == (corpus_file is None):
        both = "both" if corpus_file is not None else "neither"
        raise TypeError(f"expected either an iterable of {kind} or corpus_file, got {both}")


def check_tokenizer(tokenizer: Any) -> None:
    """Refuse what is no function."""
    if tokenizer is not None and not callable(tokenizer):
        raise TypeError(f"tokenizer: expected a function, got {type(tokenizer).__name__}")


def check_readable(sentences: Any, passes: int, cache: Any) -> None:
    """Refuse what cannot be read, or not so often."""
    if isinstance(sentences, Iterable) or not callable(sentences):
        check_sentences(sentences)
    again = cache is False or (isinstance(cache, str) and cache == "auto" and isinstance(sentences, GeneratorType))
    if passes > 1 and again and is_one_shot(sentences):
        kind = type(sentences).__name__
        what = "a generator" if isinstance(sentences, GeneratorType) else f"an object of type {kind}"
        raise TypeError(
            f"{what} can be read once only: pass a list, or an object whose __iter__ starts anew, "
            "or a function that returns a fresh generator; or Word2Vec(..., cache=True), which keeps what is read"
        )


def _known(words: Words) -> Vocab | None:
    return words if isinstance(words, Vocab) else None


def _refuse(words: Words) -> None:
    given = [name for name in _RULES if getattr(words, name, None) is not None]
    if given:
        raise ValueError(f"{given[0]}: expected None for ids, which all stay, because they are rows of the vectors")
