"""GloVe's text format.

Layout::

    n lines:
        word " " v1 " " v2 ... " " vd "\\n"

in UTF-8: word2vec's text format without the header, which GloVe writes only if asked (-write-header 1). Some words of
the published files have blanks in them (". . .", "at name@domain.com"): the last d fields of a line are the values, d
being that of most of the first lines.
"""

from w2v.base.files import Opened, Target
from w2v.formats import spelling, word2vec_rows, word2vec_text
from w2v.formats.saved import Reading, SavedVectors


def load(file: Opened, reading: Reading) -> SavedVectors:
    """Read vectors in GloVe's text format, with or without a header."""
    first = file.start[: word2vec_rows.MAX_HEADER].partition(b"\n")
    has_header = spelling.is_header(first[0] + first[1])
    return (word2vec_text.load if has_header else word2vec_text.load_without_header)(file, reading)


def save(saved: SavedVectors, path: Target, *, escape: bool = False) -> None:
    """Write vectors of any dtype in GloVe's text format, in the order they are in."""
    word2vec_text.save(saved, path, write_header=False, sort_attr=None, escape=escape)
