"""A folder for TensorBoard's embedding projector; its two tables can also be uploaded to projector.tensorflow.org.

Layout::

    vectors.tsv                 n lines: v1 "\\t" v2 ... "\\t" vd "\\n"
    metadata.tsv                n lines: the word; with counts "word\\tcount", after a line that names the two
    projector_config.pbtxt      says which is which: tensorboard --logdir FOLDER shows them
"""

import pathlib
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from w2v import _core
from w2v.base.files import open_to_write
from w2v.base.paths import Path
from w2v.formats import word2vec_rows

_CONFIG = b'embeddings {\n  tensor_path: "vectors.tsv"\n  metadata_path: "metadata.tsv"\n}\n'
_BLOCK = 1 << 12  # rows at once


def save_tensorboard(
    path: Path,
    words: Sequence[Any],
    vectors: npt.NDArray[Any],
    counts: npt.NDArray[np.int64] | None = None,
    *,
    escape: bool = False,
) -> None:
    """Write words, vectors (n, d) of any dtype and, if there are any, counts into a folder, which is made."""
    names = word2vec_rows.encode(words, escape=escape, keep=" ")
    folder = pathlib.Path(path)
    folder.mkdir(parents=True, exist_ok=True)
    with open_to_write(folder / "vectors.tsv") as file:
        for start in range(0, len(names), _BLOCK):
            rows = vectors[start : start + _BLOCK].astype(np.float32, copy=False)
            text = bytes(_core.write_rows(b"", np.zeros(len(rows), dtype=np.int64), rows))
            file.write(text.replace(b"\n ", b"\n")[1:].replace(b" ", b"\t"))
    with open_to_write(folder / "metadata.tsv") as file:
        if counts is None:
            file.writelines(b"%s\n" % name for name in names)
        else:
            file.write(b"word\tcount\n")
            file.writelines(b"%s\t%d\n" % pair for pair in zip(names, counts.tolist(), strict=True))
    with open_to_write(folder / "projector_config.pbtxt") as file:
        file.write(_CONFIG)
