"""Walks over ids and the same as sentences of words, for all forms in which they can be given; and a small model."""

import numpy as np

from w2v import Word2Vec

RANDOM = np.random.default_rng(1)
WALKS = RANDOM.integers(0, 40, (2000, 12))
SENTENCES = [[f"w{word}" for word in walk] for walk in WALKS.tolist()]
SMALL = {"vector_size": 8, "min_count": 1, "epochs": 2, "workers": 1, "sample": 0.01}


def vectors(sentences=None, **changes):
    """The vectors that a small model learns."""
    return Word2Vec(sentences, **SMALL | changes).wv.vectors
