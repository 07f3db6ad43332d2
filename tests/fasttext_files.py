"""The bytes of fastText's .bin files."""

import struct

import numpy as np


def fasttext_bin(words, vectors, ngrams, minn=3, maxn=4, kept=None, version=12, sizes=None, quantised=0, **claimed):
    """A model of these words (str or bytes), vectors (n, d) and rows of n-grams; claimed: buckets, pruned, shape."""
    words = [word if isinstance(word, bytes) else word.encode() for word in words]
    size, buckets = vectors.shape[1], claimed.get("buckets", len(ngrams))
    out = struct.pack("<2i", 793712314, version)
    out += struct.pack("<12id", size, 5, 5, 1, 5, 1, 2, 1, buckets, minn, maxn, 100, 1e-4)
    pruned = -1 if kept is None else len(kept)
    out += struct.pack("<3i2q", *(sizes or (len(words), len(words), 0)), 99, claimed.get("pruned", pruned))
    for count, word in enumerate(words):
        out += word + struct.pack("<bqb", 0, max(10 - count, 1), 0)
    for bucket, row in (kept or {}).items():
        out += struct.pack("<2i", bucket, row)
    for matrix in (np.concatenate([vectors, ngrams]), vectors):
        out += struct.pack("<b2q", quantised, *claimed.get("shape", matrix.shape)) + matrix.astype("<f4").tobytes()
    return out
