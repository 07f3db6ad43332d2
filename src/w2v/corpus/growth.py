"""Vocabularies that change: what a raw count keeps, how a vocabulary grows, and the ids of a corpus after either."""

from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from w2v.corpus.stream import StreamCorpus
from w2v.corpus.tokens import TokenCorpus
from w2v.corpus.vocab import Vocab
from w2v.inputs.pruning import RULE_KEEP, Pruning

NULL_WORD = "\0"


def keeping(known: dict[Any, int], trim_rule: Any) -> Any:
    """Return a trim rule that keeps the known words, and leaves the others to `trim_rule` (or None).

    Examples
    --------
    >>> rule = keeping({"cat": 0}, None)
    >>> rule("cat", 1, 5), rule("dog", 1, 5)
    (2, 0)
    """

    def rule(word: Any, count: int, min_count: int) -> Any:
        if word in known:
            return RULE_KEEP
        return 0 if trim_rule is None else trim_rule(word, count, min_count)

    return rule


def merged(old: Vocab, found: Vocab) -> tuple[Vocab, npt.NDArray[np.int32]]:
    """Return the old vocabulary with the words found added at its end and their counts added up.

    Also returns the map from positions in `found` to positions in the new vocabulary.

    Examples
    --------
    >>> vocab, map = merged(Vocab(["the", "cat"], [5, 2]), Vocab(["dog", "cat"], [3, 1]))
    >>> vocab.words, vocab.counts, map
    (['the', 'cat', 'dog'], array([5, 3, 3]), array([2, 1], dtype=int32))
    """
    index = dict(old.index)
    places = np.fromiter((index.setdefault(word, len(index)) for word in found.words), dtype=np.int32)
    counts = np.zeros(len(index), dtype=np.int64)
    counts[: len(old)] = old.counts
    counts[places] += found.counts
    vocab = Vocab(list(index), counts)
    vocab.min_count = found.min_count
    return vocab, places


def with_null_word(vocab: Vocab) -> Vocab:
    r"""Return the vocabulary with gensim's pseudo-word ``"\0"`` at its end, with the count 1.

    Examples
    --------
    >>> with_null_word(Vocab(["cat"], [2])).words
    ['cat', '\x00']
    """
    if NULL_WORD in vocab:
        return vocab
    longer = Vocab([*vocab.words, NULL_WORD], [*vocab.counts.tolist(), 1])
    longer.min_count = vocab.min_count
    return longer


def chosen(raw: Vocab, pruning: Pruning) -> Vocab:
    """Return those words of a raw count that stay, in their final order.

    Examples
    --------
    >>> chosen(Vocab(["to", "be", "or"], [2, 3, 1]), Pruning(min_count=2)).words
    ['be', 'to']
    """
    kept = pruning.choose_words(raw.words, raw.counts)
    vocab = Vocab(kept.words, kept.counts)
    vocab.min_count = kept.min_count
    return vocab


def renumbered(corpus: TokenCorpus | StreamCorpus, map: npt.NDArray[np.int32]) -> TokenCorpus | None:
    """Return the corpus with ``map[id]`` in place of each id, without those that become -1; None if it keeps no ids.

    Examples
    --------
    >>> corpus = TokenCorpus(np.array([0, 1, 2, 1], np.int32), np.array([0, 2, 3, 4]), 3, 4)
    >>> other = renumbered(corpus, np.array([5, 6, -1], np.int32))
    >>> other.ids, other.offsets
    (array([5, 6, 6], dtype=int32), array([0, 2, 3]))
    """
    if isinstance(corpus, StreamCorpus):
        return None
    ids = map[corpus.ids]
    kept = ids >= 0
    if kept.all():
        return replace(corpus, ids=ids)
    before = np.concatenate([[0], np.cumsum(kept)])  # how many are kept before each position
    offsets = before[corpus.offsets]
    stay = np.flatnonzero(np.diff(offsets) > 0)
    weights = None if corpus.weights is None else corpus.weights[stay]
    tags = None if corpus.tags is None else corpus.tags.of(stay)
    return replace(corpus, ids=ids[kept], offsets=np.unique(offsets), weights=weights, origins=None, tags=tags)


def positions(raw: Vocab, vocab: Vocab) -> npt.NDArray[np.int32]:
    """Return where each word of a raw count is in the vocabulary; -1 if it is not."""
    return np.fromiter((vocab.index.get(word, -1) for word in raw.words), dtype=np.int32, count=len(raw))


def report(raw: Vocab, kept: Vocab, sample: float) -> dict[str, int]:
    """Return gensim's numbers about a vocabulary that was prepared: words and tokens that are kept, dropped, thinned.

    Examples
    --------
    >>> report(Vocab(["to", "be", "or"], [2, 3, 1]), Vocab(["be", "to"], [3, 2]), sample=0)["retain_total"]
    5
    """
    chances = kept.keep_probabilities(sample)
    return {
        "drop_unique": len(raw) - len(kept),
        "retain_total": kept.total,
        "downsample_unique": int((chances < 1).sum()),
        "downsample_total": int((chances * kept.counts).sum()),
        "num_retained_words": len(kept),
    }
