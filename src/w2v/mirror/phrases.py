"""word2phrase.c to the byte: a copy of a text in which pairs of words that belong together are joined by "_"."""

from w2v import _core
from w2v.base.files import open_to_write
from w2v.base.paths import Path
from w2v.mirror.training import mapped, still_whole

HASH_SIZE = 500_000_000  # of the original's vocabulary: rare words and pairs are thrown out at 70 % of it
_REPORT = 100_000  # words between two reports, as in the original
_ROOM = 8 << 20  # bytes of output at once: more than so many words take


class PhraseWatch:
    """Is told how far the work is. This one ignores it; the command line prints it."""

    def counting(self, words: int, kept: int) -> None:
        """So many words have been counted; there were so many different words and pairs before the last of them."""

    def vocabulary(self, words: int, kept: int) -> None:
        """All words have been counted, so many words and pairs kept."""

    def joining(self, words: int) -> None:
        """So many words have been written."""


def join_phrases(
    text_path: Path,
    output: Path,
    *,
    min_count: int = 5,
    threshold: float = 100,
    hash_size: int = HASH_SIZE,
    watch: PhraseWatch | None = None,
) -> None:
    r"""Write a copy of a text with word pairs joined.

    A pair is joined if (its count - min_count) / (count of one word * count of the other) * words of the text is over
    the threshold.

    Parameters
    ----------
    text_path, output : path
    min_count : int
        Words and pairs rarer than this are left alone.
    threshold : float
        Higher gives fewer phrases.
    hash_size : int
        Rare words and pairs are dropped while counting when there are more than 70 % of this.
    watch : PhraseWatch, optional
        Is told how far the work is.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> folder = pathlib.Path(tempfile.mkdtemp())
    >>> _ = (folder / "text").write_text("a new york b\nc new york d\ne new york f\ng g\n")
    >>> join_phrases(folder / "text", folder / "phrases", min_count=1, threshold=2)
    >>> (folder / "phrases").read_text()
    ' a new_york b\n c new_york d\n e new_york f\n g g\n'
    """
    watch = watch or PhraseWatch()
    phrases = _core.MirrorPhrases()
    with mapped(text_path) as text, open_to_write(output) as file:
        done = False
        while not done:  # the report wants to know how many words there were before every 100,000th
            phrases.count(still_whole(text, text_path), _REPORT - 1, hash_size)
            kept = phrases.kept
            done = phrases.count(text, 1, hash_size)
            if not done:
                watch.counting(phrases.words, kept)
        words = phrases.words
        phrases.finish(min_count)
        watch.vocabulary(words, phrases.kept)
        room = bytearray(_ROOM)
        done, reported = False, 0
        while not done:
            written, done = phrases.join(
                still_whole(text, text_path), threshold, _REPORT - phrases.words % _REPORT, room
            )
            file.write(memoryview(room)[:written])
            if phrases.words >= reported + _REPORT:
                reported = phrases.words
                watch.joining(reported)
