"""A few words with vectors that the tests of the explorer ask, some of them hard to show."""

import numpy as np

from w2v import KeyedVectors

WORDS = ["king", "queen", "man", "woman", "Köln", "kiln", "<b>&\"'", 7]
VECTORS = [[1, 0, 1], [0, 1, 1], [1, 0, 0], [0, 1, 0], [-1, -1, 0], [-1, -0.5, 0], [0, 0, -1], [0.1, 0, -1]]


def made(words=WORDS, vectors=VECTORS):
    rows = np.array(vectors, dtype=np.float32)
    return KeyedVectors.from_pieces(list(words), rows, {"count": np.arange(len(words), 0, -1)})
