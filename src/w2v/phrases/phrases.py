"""Phrases: words that come together more often than chance would have it, found by their counts and joined."""

import logging
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, overload

import numpy as np

from w2v._core import PhraseFinder
from w2v.base.paths import Path
from w2v.compat.phrase_names import found_by_old_name, text_of_delimiter, with_new_names
from w2v.inputs.files import expand, is_stream
from w2v.inputs.lines import plain_path
from w2v.inputs.passes import check_sentences
from w2v.inputs.sentences import Sentences
from w2v.phrases.counts import PhraseCounts, count_files, count_sentences, named_paths
from w2v.phrases.frozen import FrozenPhrases, best_scores
from w2v.phrases.scoring import (
    ENGLISH_CONNECTOR_WORDS,
    SCORERS,
    Scorer,
    check_numbers,
    npmi_scorer,
    original_scorer,
    scorer_of,
)
from w2v.phrases.transformation import KINDS, CompiledTransformation, EditableDict, checked_words

__all__ = ["ENGLISH_CONNECTOR_WORDS", "FrozenPhrases", "Phraser", "Phrases", "npmi_scorer", "original_scorer"]

logger = logging.getLogger(__name__)


class Phrases(CompiledTransformation):
    """Counts words and pairs of words, and joins those that come together more often than chance would have it.

    Parameters
    ----------
    sentences : iterable of sequences of str, optional
        What to count. A `LineSentence` over a plain file is read in C, as corpus_file is.
    min_count : float, default 5
        Words and pairs seen less often are no phrases, or hardly: see the scores.
    threshold : float, default 10.0
        A phrase must score above this: higher means fewer phrases. Its scale is that of the score; above 0 for
        "default", from -1 to 1 for "npmi".
    max_vocab_size : int, default 40,000,000
        While counting: above this many words and pairs, drop those seen less often than a threshold that rises by one
        each time. Each needs about 25 bytes.
    delimiter : str, default "_"
        Joins the words of a phrase.
    progress_per : int
        Sentences from one log message to the next.
    scoring : "default", "npmi" or function
        `original_scorer`, `npmi_scorer`, or a function with their parameters, which is called by keywords.
    connector_words : iterable of str
        Words that neither begin nor end a phrase, but may stand inside: "bank of america". For English
        `ENGLISH_CONNECTOR_WORDS`.
    corpus_file : path, or sequence of paths, optional
        Count text files instead: UTF-8, a sentence a line, words between whitespace; also compressed (.gz, .bz2, .xz,
        .zst), folders of them, patterns, and "-" for standard input.
    workers : int, default 1
        Threads that count a file. The counts do not depend on it.
    progress : bool, default False
        Show a progress bar while a file is counted, if it takes long.

    Raises
    ------
    ValueError
        A setting makes no sense, or the scoring function lacks a parameter.

    Examples
    --------
    >>> sentences = [["new", "york", "is", "big"], ["in", "new", "york"], ["new", "ideas"]]
    >>> phrases = Phrases(sentences, min_count=1, threshold=1)
    >>> phrases[["i", "love", "new", "york"]]
    ['i', 'love', 'new_york']
    >>> list(phrases[sentences])
    [['new_york', 'is', 'big'], ['in', 'new_york'], ['new', 'ideas']]
    >>> phrases.export_phrases()
    {'new_york': 1.8333333333333333}
    """

    _vocab: EditableDict | None = None
    _made: tuple[Any, PhraseFinder] | None = None

    def __init__(
        self,
        sentences: Iterable[Iterable[str]] | None = None,
        min_count: float = 5,
        threshold: float = 10.0,
        max_vocab_size: int = 40_000_000,
        delimiter: str = "_",
        progress_per: int = 10_000,
        scoring: str | Scorer = "default",
        connector_words: Iterable[str] = frozenset(),
        *,
        corpus_file: Path | Sequence[Path] | None = None,
        workers: int = 1,
        progress: bool = False,
        **unknown: Any,
    ) -> None:
        connector_words = with_new_names(unknown, connector_words)
        delimiter = text_of_delimiter(delimiter)
        check_numbers(min_count, threshold, max_vocab_size, progress_per)
        if not isinstance(delimiter, str) or not delimiter:
            raise ValueError(f"delimiter: expected a str of at least one character, got {delimiter!r}")
        if sentences is not None and corpus_file is not None:
            raise TypeError("expected either sentences or corpus_file, got both")
        self.scoring: Scorer = scorer_of(scoring, threshold)
        self.min_count = min_count
        self.threshold = threshold
        self.max_vocab_size = max_vocab_size
        self.delimiter = delimiter
        self.progress_per = progress_per
        self.corpus_word_count: int = 0
        self.min_reduce: int = 1
        self._counts = PhraseCounts(delimiter)
        super().__init__(connector_words)
        if sentences is not None or corpus_file is not None:
            self.add_vocab(sentences, corpus_file=corpus_file, workers=workers, progress=progress)

    def __str__(self) -> str:
        settings = f"min_count={self.min_count}, threshold={self.threshold}, max_vocab_size={self.max_vocab_size}"
        return f"{type(self).__name__}<{len(self._current())} vocab, {settings}>"

    def __repr__(self) -> str:
        return str(self)

    @property
    def vocab(self) -> dict[str, int]:
        """Counts of words and phrases by string. Made when it is first asked for, then changed at will."""
        if self._vocab is None:
            self._vocab = EditableDict(self._counts.strings())
        return self._vocab

    @vocab.setter
    def vocab(self, counts: Mapping[str, int]) -> None:
        self._vocab = EditableDict(counts)
        self._vocab.edited = True

    def _current(self) -> PhraseCounts:
        """The counts, as changed through `vocab`."""
        if self._vocab is not None and self._vocab.edited:
            counts = PhraseCounts(self.delimiter)
            counts.add_strings(self._vocab)
            self._counts, self._vocab.edited = counts, False
        return self._counts

    def add_vocab(
        self,
        sentences: Iterable[Iterable[str]] | None = None,
        *,
        corpus_file: Path | Sequence[Path] | None = None,
        workers: int = 1,
        progress: bool = False,
    ) -> None:
        """Count more sentences, or text files. What fails to be read changes nothing.

        Examples
        --------
        >>> phrases = Phrases([["new", "york"]], min_count=1, threshold=0.1)
        >>> phrases.add_vocab([["new", "york"], ["new", "ideas"]])
        >>> phrases.vocab["new_york"]
        2
        """
        if (sentences is None) == (corpus_file is None):
            both = "neither" if sentences is None else "both"
            raise TypeError(f"expected either sentences or corpus_file, got {both}")
        if sentences is not None:
            check_sentences(sentences)
        start, counts = time.perf_counter(), self._current()
        plain = plain_path(sentences)
        paths = [plain] if plain is not None else expand(corpus_file) if corpus_file is not None else []
        logger.info("collecting all words and their counts")
        if paths:
            workers = 1 if any(map(is_stream, paths)) else workers  # several may have to read again
            counted = count_files(paths, self.connector_words, self.max_vocab_size, workers, progress=progress)
        else:
            assert sentences is not None
            counted, _ = count_sentences(self._watched(sentences), self.connector_words, self.max_vocab_size)
        logger.info(
            "collected %i token types (unigram + bigrams) from a corpus of %i words in %.2f s",
            len(counted.table),
            counted.n_words,
            time.perf_counter() - start,
        )
        threshold, merging = counted.table.threshold, len(counts) > 0
        counts.add(counted)
        self.corpus_word_count += counted.n_words
        self._vocab = None
        if merging:
            self.min_reduce = max(self.min_reduce, threshold)
            if len(counts) > self.max_vocab_size:
                counts.prune(self.min_reduce)
                self.min_reduce += 1
        logger.info("merged %s", self)

    def _watched(self, sentences: Iterable[Iterable[str]]) -> Iterator[Iterable[str]]:
        tokens_of = Sentences()
        for number, sentence in enumerate(sentences):
            if number % self.progress_per == 0:
                logger.info("PROGRESS: at sentence #%i", number)
            yield sentence if type(sentence) in (list, tuple) else tokens_of(sentence, number)

    def _scoring_in_c(self) -> tuple[str, float, float, int, int]:
        """Kind, threshold, min_count, number of different words and phrases, number of words."""
        kind = next((name for name, scorer in SCORERS.items() if scorer is self.scoring), "custom")
        return kind, self.threshold, self.min_count, len(self._counts), self.corpus_word_count

    def _score(self, first: int, last: int, phrase: int) -> float:
        return self.scoring(
            worda_count=first,
            wordb_count=last,
            bigram_count=phrase,
            len_vocab=len(self._counts),
            min_count=self.min_count,
            corpus_word_count=self.corpus_word_count,
        )

    def _finder(self) -> PhraseFinder:
        counts = self._current()
        settings = (counts.table, len(counts.words), self.scoring, self.connector_words, *self._scoring_in_c())
        if self._made is None or self._made[0] != settings:
            self._made = settings, self._make_finder(counts)
        return self._made[1]

    def _make_finder(self, counts: PhraseCounts) -> PhraseFinder:
        flags = counts.connector_flags(self.connector_words)
        kind, threshold, min_count, n_vocab, n_words = self._scoring_in_c()
        scorer = self._score if kind == "custom" else None
        return PhraseFinder(
            counts.table,
            counts.words,
            flags,
            self.delimiter,
            kind,
            threshold,
            min_count,
            n_vocab,
            n_words,
            scorer=scorer,
        )

    def score_candidate(self, word_a: str, word_b: str, in_between: list[str]) -> tuple[str | None, float | None]:
        """Return the phrase and its score, or (None, None) if this is none.

        Examples
        --------
        >>> phrases = Phrases([["new", "york", "is"], ["new", "york"]], min_count=1, threshold=0.1)
        >>> phrases.score_candidate("new", "york", [])
        ('new_york', 1.25)
        """
        tokens = [word_a, *checked_words(in_between), word_b]
        finder = self._finder()
        counts = [finder.look_up(part) for part in ([word_a], [word_b], tokens)]
        score = self._score(*counts) if all(counts) else None
        if score is None or not score > self.threshold:
            return None, None
        return self.delimiter.join(tokens), score

    def _phrases(self) -> dict[tuple[str, ...], float]:
        """All phrases by their words, and their scores; those that look alike are told apart."""
        counts = self._current()
        flags = counts.connector_flags(self.connector_words)
        kind, *numbers = self._scoring_in_c()
        candidates, words = counts.table.phrases(flags, kind, *numbers)
        offsets = np.append(0, np.cumsum(candidates["n"]))
        names, join, found = named_paths(counts.names(), words, offsets), self.delimiter.join, {}
        for candidate, path in zip(candidates.tolist(), names, strict=True):
            *numbers, _, first_end, last_start, score = candidate
            if kind == "custom":
                score = self._score(*numbers)
                if not score > self.threshold:
                    continue
            found[(join(path[:first_end]), *path[first_end:last_start], join(path[last_start:]))] = score
        return found

    @overload
    def export_phrases(self) -> dict[str, float]: ...
    @overload
    def export_phrases(self, sentences: Iterable[Iterable[str]]) -> list[tuple[str, float]]: ...
    def export_phrases(self, sentences: Iterable[Iterable[str]] | None = None) -> Any:
        """Return all phrases by the counts, each with its score, as a dict.

        A phrase of several words may come about in several ways: "new_york" and "city", "new" and "york_city". The
        highest score is returned.

        Parameters
        ----------
        sentences : iterable of sequences of str, optional
            Deprecated: the phrases in them are returned as pairs, as in gensim 3; use `find_phrases`.

        Examples
        --------
        >>> Phrases([["new", "york", "is"], ["new", "york"]], min_count=1, threshold=0.1).export_phrases()
        {'new_york': 1.25}
        """
        if sentences is not None:
            return found_by_old_name(self.find_phrases, sentences)
        if self.replaced():
            candidates = (_split(string.split(self.delimiter)) for string in self.vocab)
            scored = (self.score_candidate(*candidate) for candidate in candidates if candidate)
            return {phrase: score for phrase, score in scored if phrase is not None and score is not None}
        return best_scores(self._phrases(), self.delimiter)

    def freeze(self) -> "FrozenPhrases":
        """Return the phrases alone: smaller and faster, with the same results, but nothing can be added.

        Examples
        --------
        >>> frozen = Phrases([["new", "york", "is"], ["new", "york"]], min_count=1, threshold=0.1).freeze()
        >>> print(frozen, frozen[["in", "new", "york"]])
        FrozenPhrases<1 phrases, min_count=1, threshold=0.1> ['in', 'new_york']
        """
        return FrozenPhrases(self)

    def __getstate__(self) -> dict[str, Any]:
        self._current()
        return {name: value for name, value in vars(self).items() if name not in ("_vocab", "_made")}


def _split(words: list[str]) -> tuple[str, str, list[str]] | None:
    return (words[0], words[-1], words[1:-1]) if len(words) > 1 else None


KINDS["Phrases"] = Phrases
Phraser = FrozenPhrases
"""gensim's older name."""
