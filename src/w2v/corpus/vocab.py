"""Vocab: the words of a corpus, their counts, and the probabilities that training draws by."""

import math
import operator
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from w2v.base.arrays import Float64Array, Int64Array
from w2v.base.files import open_to_read, open_to_write
from w2v.base.keys import check_key
from w2v.base.paths import Path
from w2v.base.threads import available_workers
from w2v.corpus.huffman import Huffman
from w2v.corpus.noise import Noise
from w2v.errors import FormatError
from w2v.inputs.files import expand
from w2v.inputs.lines import plain_path
from w2v.inputs.objects import count_objects
from w2v.inputs.pruning import Chosen, Pruning, TrimRule
from w2v.inputs.reading import count_files
from w2v.inputs.texts import BYTE_ORDER_MARK

Self = TypeVar("Self", bound="Vocab")

_KEEP_ALWAYS = 2**32 - 1


class Vocab:
    """The words of a corpus with their counts, in a fixed order.

    Built from a corpus, it has the most frequent word first. Equally frequent words come in *reversed* order of first
    appearance, as gensim has them; so a stable sort by falling count of the reversed lists gives word2vec.c's order.

    Parameters
    ----------
    words : iterable of str, int, or other tokens
        All different.
    counts : sequence of int
        One for each word, none below 0. Floats that are whole will do.

    Attributes
    ----------
    words : list
    counts : int64 array, read-only
    index : dict
        Word to its position.
    total : int
        Sum of the counts.
    min_count : int
        The count that words had to reach when the vocabulary was built; 0 if given as it is.

    Examples
    --------
    >>> vocab = Vocab(["the", "cat", "sat"], [5, 2, 1])
    >>> len(vocab), "cat" in vocab, vocab["sat"], vocab.total
    (3, True, 2, 8)
    """

    words: list[Any]
    counts: Int64Array
    min_count: int

    def __init__(self, words: Iterable[Any], counts: Iterable[int]) -> None:
        self.words = list(words)
        for word in self.words:
            check_key(word)
        self.counts = _checked_counts(counts, self.words)
        self.min_count = 0
        if len(self.index) != len(self.words):
            repeated = Counter(self.words).most_common(1)[0][0]
            raise ValueError(f"words: expected each once, got {repeated!r} again")

    @classmethod
    def from_chosen(cls: type[Self], chosen: Chosen) -> Self:
        """Take words and counts as they are, known to be in order: the arrays become the vocabulary's own."""
        vocab = cls.__new__(cls)
        vocab.words, vocab.counts, vocab.min_count = chosen
        vocab.counts.setflags(write=False)
        return vocab

    @classmethod
    def from_file(
        cls: type[Self],
        paths: Path | Iterable[Path],
        min_count: int = 5,
        max_vocab_size: int | None = None,
        max_final_vocab: int | None = None,
        *,
        workers: int | None = None,
        sorted_vocab: bool | int = True,
        trim_rule: TrimRule | None = None,
        progress: bool = False,
    ) -> Self:
        """Count the words of a text file, or of several.

        Parameters
        ----------
        paths : path or sequence of paths
            Text in UTF-8, split at whitespace: files (.gz, .bz2, .xz and .zst are decompressed), folders or patterns,
            ``"-"`` for standard input.
        min_count, max_vocab_size, max_final_vocab, sorted_vocab, trim_rule
            As for `w2v.corpus.encode_file`.
        workers : int or None
            Threads; None for as many as there are processors.
        progress : bool
            Show a progress bar if it takes long.

        Examples
        --------
        >>> import pathlib, tempfile
        >>> path = pathlib.Path(tempfile.mkdtemp(), "text")
        >>> _ = path.write_text("to be or not to be")
        >>> Vocab.from_file(path, min_count=2).words
        ['be', 'to']
        """
        pruning = Pruning(min_count, max_vocab_size, max_final_vocab, sorted_vocab, trim_rule)
        return cls.from_chosen(count_files(expand(paths), pruning, workers or available_workers(), progress))

    @classmethod
    def from_iterable(
        cls: type[Self],
        sentences: Iterable[Any],
        min_count: int = 5,
        max_vocab_size: int | None = None,
        max_final_vocab: int | None = None,
        *,
        workers: int = 1,
        sorted_vocab: bool | int = True,
        trim_rule: TrimRule | None = None,
        progress: bool = False,
    ) -> Self:
        """Count the words of sentences, each a sequence of hashable tokens.

        Parameters
        ----------
        sentences : iterable of sequences
        min_count, max_vocab_size, max_final_vocab, sorted_vocab, trim_rule, workers, progress
            As for `w2v.corpus.encode_file`.

        Examples
        --------
        >>> Vocab.from_iterable([["to", "be", "or"], ["not", "to", "be"]], min_count=1).words
        ['be', 'to', 'not', 'or']
        """
        pruning = Pruning(min_count, max_vocab_size, max_final_vocab, sorted_vocab, trim_rule)
        path = plain_path(sentences)
        if path is None or pruning.asks_while_counting:
            chosen, *_ = count_objects(sentences, pruning, workers, progress)
            assert chosen is not None
            return cls.from_chosen(chosen)
        return cls.from_chosen(count_files([path], pruning, workers, progress))

    @classmethod
    def from_frequencies(
        cls: type[Self],
        frequencies: Mapping[Any, int],
        min_count: int = 5,
        max_final_vocab: int | None = None,
        *,
        sorted_vocab: bool | int = True,
        trim_rule: TrimRule | None = None,
    ) -> Self:
        """Take words and counts from a mapping.

        Parameters
        ----------
        frequencies : mapping of word to count
            Its order counts as the order of first appearance.
        min_count, max_final_vocab, sorted_vocab, trim_rule
            As for `w2v.corpus.encode_file`.

        Examples
        --------
        >>> Vocab.from_frequencies({"cat": 2, "the": 5, "sat": 1}, min_count=2).words
        ['the', 'cat']
        """
        words = list(frequencies)
        counts = _checked_counts(list(frequencies.values()), words)
        pruning = Pruning(min_count, None, max_final_vocab, sorted_vocab, trim_rule)
        return cls.from_chosen(pruning.choose_words(words, counts))

    @cached_property
    def index(self) -> dict[Any, int]:
        """Dict of word to its position."""
        return {word: position for position, word in enumerate(self.words)}

    @cached_property
    def total(self) -> int:
        """Sum of the counts."""
        return int(self.counts.sum())

    def __len__(self) -> int:
        return len(self.words)

    def __contains__(self, word: object) -> bool:
        return word in self.index

    def __iter__(self) -> Iterator[Any]:
        return iter(self.words)

    def __getitem__(self, word: Any) -> int:
        """Return the position of a word."""
        return self.index[word]

    def __repr__(self) -> str:
        return f"Vocab<{len(self)} words, {self.total} tokens>"

    def save(self, path: Path) -> None:
        """Write a line ``word count`` for each word, as word2vec.c's ``-save-vocab`` does.

        The file appears when it is complete; names in .gz, .bz2, .xz or .zst are compressed.

        Examples
        --------
        >>> import pathlib, tempfile
        >>> path = pathlib.Path(tempfile.mkdtemp(), "vocab.txt")
        >>> Vocab(["the", "cat"], [5, 2]).save(path)
        >>> path.read_text(), Vocab.load(path).words
        ('the 5\\ncat 2\\n', ['the', 'cat'])
        """
        for word in self.words:
            if not isinstance(word, str) or word.split() != [word]:
                raise ValueError(f"cannot write the word {word!r}: expected str without whitespace")
        with open_to_write(path) as file:
            rows = zip(self.words, self.counts.tolist(), strict=True)
            file.writelines(f"{word} {count}\n".encode() for word, count in rows)

    @classmethod
    def load(cls: type[Self], path: Path) -> Self:
        """Read what `save` or word2vec.c's ``-save-vocab`` wrote.

        Examples
        --------
        >>> import pathlib, tempfile
        >>> path = pathlib.Path(tempfile.mkdtemp(), "vocab.txt")
        >>> _ = path.write_text("</s> 0\\nthe 5\\n")
        >>> Vocab.load(path)
        Vocab<2 words, 5 tokens>
        """
        index: dict[str, int] = {}
        counts: list[int] = []
        with open_to_read(path) as file:
            for number, line in enumerate(file, 1):
                word, count = _parse(path, number, line.removeprefix(BYTE_ORDER_MARK) if number == 1 else line)
                if word in index:
                    raise FormatError(f"{path}: line {number}: expected each word once, got {word!r} again")
                index[word] = len(counts)
                counts.append(count)
        vocab = cls.from_chosen(Chosen(list(index), np.array(counts, dtype=np.int64), 0))
        vocab.index = index
        return vocab

    def keep_probabilities(self, sample: float) -> Float64Array:
        """Return the chance of each word to survive downsampling, as a float64 array.

        For a count c it is ``(sqrt(c / t) + 1) * t / c``, at most 1, word2vec.c's formula.

        Parameters
        ----------
        sample : float
            0: keep everything. Below 1: t = sample * total. From 1 on, a count: t = int(sample * (3 + sqrt(5)) / 2), as
            in gensim.

        Examples
        --------
        >>> Vocab(["the", "cat"], [100, 1]).keep_probabilities(0.01).round(3)
        array([0.111, 1.   ])
        """
        if not sample >= 0:
            raise ValueError(f"sample: expected a number of at least 0, got {sample!r}")
        threshold = sample * self.total if sample < 1 else float(int(min(sample, 1e300) * (3 + math.sqrt(5)) / 2))
        if threshold == 0:
            return np.ones(len(self))
        share = threshold / np.maximum(self.counts, 1)
        return np.minimum(np.sqrt(share) + share, 1.0)

    def keep_thresholds(self, sample: float) -> npt.NDArray[np.uint32]:
        """Return `keep_probabilities` as uint32 thresholds for draws of 32 bits.

        A word is kept if the draw is below its threshold, or if the threshold is 2**32 - 1, which stands for always.

        Examples
        --------
        >>> Vocab(["the", "cat"], [100, 1]).keep_thresholds(0.01)
        array([ 475018041, 4294967295], dtype=uint32)
        """
        probabilities = self.keep_probabilities(sample)
        thresholds = np.minimum(np.rint(probabilities * 2.0**32), _KEEP_ALWAYS - 1)
        return np.where(probabilities < 1, thresholds, _KEEP_ALWAYS).astype(np.uint32)

    def noise(self, ns_exponent: float = 0.75) -> Noise:
        """Return the distribution of noise words: proportional to count**ns_exponent (`Noise`).

        Words with the count 0 are never drawn, unless there are no others: then all are equally likely.

        Examples
        --------
        >>> Vocab(["the", "cat"], [16, 1]).noise().probabilities.round(3)
        array([0.889, 0.111])
        """
        seen = self.counts > 0
        if not seen.any():
            return Noise(np.ones(len(self)))
        weights = np.zeros(len(self))
        # Scaled to a largest count of 1, so that no exponent makes all weights vanish or one of them infinite.
        anchor = self.counts.max() if ns_exponent > 0 else self.counts[seen].min()
        weights[seen] = _power(self.counts[seen] / anchor, ns_exponent)
        return Noise(weights)

    def huffman(self) -> Huffman:
        """Return the Huffman tree of the words, which hierarchical softmax goes by (`w2v.corpus.huffman.Huffman`).

        It is word2vec.c's, for the same words in the same order.

        Raises
        ------
        ValueError
            There is no word, or a count of 10**15 or more.

        Examples
        --------
        >>> Vocab(["the", "cat", "sat"], [4, 2, 1]).huffman().nested()
        (('sat', 'cat'), 'the')
        """
        return Huffman(self.words, self.counts)


def _power(x: Float64Array, exponent: float) -> Float64Array:
    """``x ** exponent``; for 0.75 by square roots, which are the same to the last bit on every processor."""
    return np.sqrt(x) * np.sqrt(np.sqrt(x)) if exponent == 0.75 else x**exponent


def _checked_counts(given: Iterable[Any], words: list[Any]) -> Int64Array:
    """Counts as a read-only int64 array of their own."""
    counts = list(given)
    if len(counts) != len(words):
        raise ValueError(f"counts: expected one for each of {len(words)} words, got {len(counts)}")
    try:
        array = np.fromiter(map(_whole, counts), dtype=np.int64, count=len(counts))
    except (TypeError, ValueError, OverflowError):
        word, count = next((word, count) for word, count in zip(words, counts, strict=True) if not _is_count(count))
        raise ValueError(f"counts: expected a whole number for the word {word!r}, got {count!r}") from None
    if words and array.min() < 0:
        raise ValueError(f"counts: expected numbers of at least 0, got {array.min()}")
    array.setflags(write=False)
    return array


def _whole(count: Any) -> int:
    """A count as int, also one that is float because the table that it comes from has gaps; ValueError for others."""
    if hasattr(count, "is_integer") and not isinstance(count, int) and count.is_integer():
        return int(count)
    return operator.index(count)


def _is_count(count: Any) -> bool:
    try:
        return -(2**63) <= _whole(count) < 2**63
    except (TypeError, ValueError, OverflowError):
        return False


def _parse(path: Path, number: int, line: bytes) -> tuple[str, int]:
    """Word and count of a line ``word count``."""
    word, _, count = line.rstrip(b"\r\n").rpartition(b" ")
    if not word or not count.isdigit() or len(count) > 18:
        raise FormatError(f"{path}: line {number}: expected 'word count', got {line!r}")
    try:
        return word.decode("utf-8"), int(count)
    except UnicodeDecodeError:
        raise FormatError(f"{path}: line {number}: expected UTF-8, got {word!r}") from None
