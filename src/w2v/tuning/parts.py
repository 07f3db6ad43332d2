"""Part of a corpus: a third of its lines, a ninth, and so on."""

import random
from collections.abc import Iterator
from typing import Any, BinaryIO

from w2v.base.paths import Path
from w2v.inputs.files import expand, open_file

_LONG = 1 << 16  # bytes: a longer line is cut, so that a corpus that is one line has parts, too


def write_part(corpus: Any, path: Path, step: int, seed: int = 1) -> None:
    """Write about one in `step` lines of a corpus, drawn by lot; with one seed, those of 9 are among those of 3.

    The corpus is given as `w2v.Word2Vec` takes its corpus_file.

    Drawn from all over the text, they have its words in about its proportions, which the first lines would not; nor
    would every ninth, where lines come in turns, as walks from one node after the other do.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> folder = pathlib.Path(tempfile.mkdtemp())
    >>> _ = (folder / "all.txt").write_text("a b\\nc d\\n" * 300)
    >>> write_part(folder / "all.txt", folder / "part.txt", 3)
    >>> 160 < len((folder / "part.txt").read_text().splitlines()) < 240
    True
    """
    lot = random.Random(seed)
    with open(path, "wb") as target:
        for file in expand(corpus):
            with open_file(file) as source:
                target.writelines(line for line in _lines(source) if lot.random() * step < 1)


def _lines(source: BinaryIO) -> Iterator[bytes]:
    """Lines; of long ones, pieces that end between words."""
    rest = b""
    while piece := source.readline(_LONG):
        piece = rest + piece
        if piece.endswith(b"\n"):
            rest = b""
            yield piece
            continue
        begin, blank, rest = piece.rpartition(b" ")
        if blank:
            yield begin + b"\n"
    if rest:
        yield rest + b"\n"
