"""Tags of documents in w2v's own format: tensors beside those of `w2v.formats.native`, t being the number of tags.

tags, tag_offsets                   as `words` and `word_offsets` in `w2v.formats.words`
tag_is_int, tag_is_value            see there, too
tag_documents, tag_words            int64 (t), how many documents and words had each, if that is known
vectors_documents                   float (t, vector_size)
vectors_documents_lockf             float (1, t), how much each may change, if any of them is not 1
"""

from typing import Any, NamedTuple

import numpy as np

from w2v.base.arrays import Array
from w2v.formats.tensors import TensorFile
from w2v.formats.words import pack_words, read_words

COUNTS = {"doc_count": "tag_documents", "word_count": "tag_words"}  # attributes, and tensors
NAMES = ("tags", "tag_offsets", "tag_is_int", "tag_is_value", *COUNTS.values())


class SavedTags(NamedTuple):
    """Tags, and by the names in COUNTS what else belongs to each."""

    keys: list[Any]
    counts: dict[str, Array]


def pack(tags: SavedTags | None) -> dict[str, Array]:
    """Return the tensors of tags; nothing if there are none."""
    if tags is None:
        return {}
    tensors = pack_words(tags.keys, "tag")
    counts = {tensor: tags.counts[name] for name, tensor in COUNTS.items() if name in tags.counts}
    return tensors | {name: np.asarray(values, dtype=np.int64) for name, values in counts.items()}


def unpack(file: TensorFile) -> SavedTags | None:
    """Return the tags of an opened file, checked; None if it has none."""
    if "tags" not in file:
        return None
    keys, _ = read_words(file, "tag")
    counts = {}
    for name, tensor in COUNTS.items():
        if tensor in file:
            file.check(tensor, "i", (len(keys),))
            counts[name] = file.read(tensor)
    return SavedTags(keys, counts)
