"""How good vectors are, asked of the vectors themselves; see `w2v.evaluate`."""

import logging
from typing import TYPE_CHECKING, Any

from w2v.base.paths import Path
from w2v.vectors.rows import KeyedRows

if TYPE_CHECKING:
    from w2v.evaluate import Report

logger = logging.getLogger(__name__)


class Evaluation(KeyedRows):
    """What `w2v.KeyedVectors` can be tested with."""

    def evaluate_word_analogies(
        self,
        analogies: Path,
        restrict_vocab: int | None = 300000,
        case_insensitive: bool = True,
        dummy4unknown: bool = False,
        similarity_function: str = "most_similar",
    ) -> tuple[float, list[dict[str, Any]]]:
        """Share of a file's analogy questions answered right, and the answers; see `w2v.evaluate.word_analogies`."""
        from w2v.evaluate import word_analogies

        words = [str(key) for key in self.index_to_key[:restrict_vocab]]
        vectors = self._values(slice(len(words)))
        options = (restrict_vocab, case_insensitive, dummy4unknown, similarity_function)
        return word_analogies(words, vectors, analogies, *options)

    def evaluate_word_pairs(
        self,
        pairs: Path,
        delimiter: str = "\t",
        encoding: str = "utf8",
        restrict_vocab: int | None = 300000,
        case_insensitive: bool = True,
        dummy4unknown: bool = False,
    ) -> tuple[Any, Any, float]:
        """Correlation of cosines with people's judgements; see `w2v.evaluate.word_pairs`."""
        from w2v.evaluate import word_pairs

        words = [str(key) for key in self.index_to_key[:restrict_vocab]]
        vectors = self._values(slice(len(words)))
        options = (delimiter, restrict_vocab, case_insensitive, dummy4unknown, encoding)
        return word_pairs(words, vectors, pairs, *options)

    def evaluate_sets(self, sets: Any, **options: Any) -> "Report":
        """Scores of all evaluation sets in files or folders; see `w2v.evaluate.evaluate_sets`.

        Examples
        --------
        >>> import pathlib, tempfile
        >>> from w2v import KeyedVectors
        >>> path = pathlib.Path(tempfile.mkdtemp(), "animals.tsv")
        >>> _ = path.write_text("cat\\tdog\\t9\\ncat\\tcow\\t7\\ncat\\tcar\\t1\\n")
        >>> kv = KeyedVectors(2)
        >>> kv.add_vectors(["cat", "dog", "cow", "car"], [[1, 0], [0.9, 0.1], [0.5, 0.5], [0, 1]])
        >>> round(kv.evaluate_sets(path)["animals"].value, 6)
        1.0
        """
        from w2v.evaluate import evaluate_sets

        return evaluate_sets(self, sets, **options)

    @staticmethod
    def log_accuracy(section: dict[str, Any]) -> float | None:
        """Log the share of right answers in a section of `evaluate_word_analogies` and return it; None without answers.

        Examples
        --------
        >>> from w2v import KeyedVectors
        >>> KeyedVectors.log_accuracy({"section": "capitals", "correct": [1, 2, 3], "incorrect": [4]})
        0.75
        """
        right, wrong = len(section["correct"]), len(section["incorrect"])
        if right + wrong == 0:
            return None
        logger.info("%s: %.1f%% (%d/%d)", section["section"], 100 * right / (right + wrong), right, right + wrong)
        return right / (right + wrong)

    @staticmethod
    def log_evaluate_word_pairs(pearson: Any, spearman: Any, oov: float, pairs: Any) -> None:
        """Log what `evaluate_word_pairs` returned for the file `pairs`."""
        logger.info("%s: Pearson %.4f, p-value %.4f", pairs, pearson[0], pearson[1])
        logger.info("%s: Spearman %.4f, p-value %.4f, unknown %.1f%%", pairs, spearman[0], spearman[1], oov)
