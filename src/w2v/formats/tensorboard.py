"""A folder for TensorBoard's embedding projector; its two tables can also be uploaded to projector.tensorflow.org.

Layout::

    vectors.tsv                 n lines: v1 "\\t" v2 ... "\\t" vd "\\n"
    metadata.tsv                n lines: the word; with counts "word\\tcount", after a line that names the two
    projector_config.pbtxt      says which is which: tensorboard --logdir FOLDER shows them
"""

import pathlib

import numpy as np

from w2v import _core
from w2v.base.files import Together
from w2v.base.paths import Path, path_of
from w2v.formats import word2vec_writing
from w2v.formats.saved import SavedVectors

_CONFIG = b'embeddings {\n  tensor_path: "vectors.tsv"\n  metadata_path: "metadata.tsv"\n}\n'
_BLOCK = 1 << 12  # rows at once


def save(saved: SavedVectors, path: Path, *, escape: bool = False) -> None:
    """Write words, vectors (n, d) of any dtype and, if there are any, counts into a folder, which is made."""
    names = word2vec_writing.encode(saved.words, escape=escape, keep=" ")
    folder, vectors, counts = pathlib.Path(path_of(path, "path")), saved.floats(), saved.counts()
    folder.mkdir(parents=True, exist_ok=True)
    with Together() as together:
        with together.open(folder / "vectors.tsv") as file:
            for start in range(0, len(names), _BLOCK):
                rows = vectors[start : start + _BLOCK].astype(np.float32, copy=False)
                text = bytes(_core.write_rows(b"", np.zeros(len(rows), dtype=np.int64), rows))
                file.write(text.replace(b"\n ", b"\n")[1:].replace(b" ", b"\t"))
        with together.open(folder / "metadata.tsv") as file:
            if counts is None:
                file.writelines(b"%s\n" % name for name in names)
            else:
                file.write(b"word\tcount\n")
                file.writelines(b"%s\t%d\n" % pair for pair in zip(names, counts.tolist(), strict=True))
        with together.open(folder / "projector_config.pbtxt", last=True) as file:
            file.write(_CONFIG)
