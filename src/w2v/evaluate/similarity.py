"""Word similarity: cosines beside people's judgements."""

import logging
import math
from collections.abc import Callable, Sequence
from os import PathLike
from typing import Any

import numpy as np

from w2v.base.norms import cosine
from w2v.base.paths import Path
from w2v.evaluate.named import set_path
from w2v.evaluate.statistics import Correlation, correlation, ranks
from w2v.evaluate.words import check_restrict_vocab, folding, grouped
from w2v.inputs.texts import text_lines

logger = logging.getLogger(__name__)


def word_pairs(
    words: Sequence[str],
    vectors: Any,
    path: Path,
    delimiter: str = "\t",
    restrict_vocab: int | None = 300000,
    case_insensitive: bool = True,
    dummy4unknown: bool = False,
    encoding: str = "utf8",
) -> tuple[Correlation, Correlation, float]:
    """Compare cosine similarities with people's judgements.

    Parameters
    ----------
    words, vectors, restrict_vocab, case_insensitive
        As for `word_analogies`.
    path : path, or name of a set that gensim brings
        Lines of word, word, judgement. Lines that start with ``#`` or do not parse are skipped, and so, with a warning
        in the log that counts them, are judgements that are not finite.
    delimiter : str
        What separates the three.
    dummy4unknown : bool
        Give pairs with an unknown word the similarity 0, instead of leaving them out.
    encoding : str
        Encoding of the file.

    Returns
    -------
    pearson, spearman : Correlation
        Of similarities and judgements, and of their ranks; NaN where either does not vary.
    oov_ratio : float
        Percentage of pairs with an unknown word, or one whose vector is not finite.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> path = pathlib.Path(tempfile.mkdtemp(), "pairs.tsv")
    >>> _ = path.write_text("cat\\tdog\\t9\\ncat\\tcow\\t7\\ncat\\tcar\\t1\\n")
    >>> vectors = [[1.0, 0.0], [0.9, 0.1], [0.5, 0.5], [0.0, 1.0]]
    >>> pearson, spearman, oov_ratio = word_pairs(["cat", "dog", "cow", "car"], vectors, path)
    >>> round(spearman.statistic, 6), oov_ratio
    (1.0, 0.0)
    """
    check_restrict_vocab(restrict_vocab)
    fold = folding(case_insensitive)
    words = words[:restrict_vocab]
    _, index = grouped(words, fold)
    named = isinstance(path, str | PathLike)
    pairs = _read(set_path(path) if named else path, delimiter, encoding, fold)
    similarities, judgements, unknown = [], [], 0
    for first, second, judgement in pairs:
        similarity = _similarity(vectors, index.get(first), index.get(second))
        if math.isfinite(similarity):
            similarities.append(similarity)
        else:
            unknown += 1
            if not dummy4unknown:
                continue
            similarities.append(0.0)
        judgements.append(judgement)
    if not similarities:
        found = f"{len(pairs)} pairs, {unknown} of them unknown"
        raise ValueError(f"{path}: expected pairs of known words with a judgement, got {found}")
    pearson = correlation(similarities, judgements)
    spearman = correlation(ranks(similarities), ranks(judgements))
    return pearson, spearman, 100.0 * unknown / len(pairs)


def _read(path: Path, delimiter: str, encoding: str, fold: Callable[[str], str]) -> list[tuple[str, str, float]]:
    """(word, word, judgement) of every line that parses."""
    pairs = []
    for line in text_lines(path, encoding):
        fields = line.split(delimiter)
        if line.startswith("#") or len(fields) != 3:
            continue
        try:
            judgement = float(fields[2])
        except ValueError:
            continue
        pairs.append((fold(fields[0]), fold(fields[1]), judgement))
    finite = [pair for pair in pairs if math.isfinite(pair[2])]
    if len(finite) < len(pairs):
        logger.warning("%s: left out %d pairs whose judgement is not finite", path, len(pairs) - len(finite))
    return finite


def _similarity(vectors: Any, first: int | None, second: int | None) -> float:
    """Cosine of two rows; NaN if one is not there, or not finite."""
    if first is None or second is None:
        return math.nan
    return cosine(np.asarray(vectors[first], dtype=np.float64), np.asarray(vectors[second], dtype=np.float64))
