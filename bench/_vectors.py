"""Vectors to ask: trained on the benchmark corpus, and as many more as wanted near those; kept in the cache."""

import numpy as np
from _common import CACHE, corpus_17m, make_corpus

from w2v import Word2Vec

_JITTER = 0.7  # length of the noise in a further vector, of the length of the trained one: cosines near 0.82


def trained(count, dimensions, smoke_folder=None):
    """Paths of a matrix (.npy) of `count` vectors, and of its words.

    The first are skip-gram vectors of all words that occur five times, after three epochs. If they do not suffice, each
    further one is a random one of them plus noise, so that it has near and far neighbours as words do.
    """
    folder = smoke_folder or CACHE
    vectors, words = (folder / f"queries-{count}x{dimensions}.{kind}" for kind in ("npy", "txt"))
    if not (vectors.exists() and words.exists()):
        corpus = make_corpus(folder / "words.txt") if smoke_folder else corpus_17m()
        model = Word2Vec(corpus_file=corpus, sg=1, vector_size=dimensions, epochs=3, workers=2, seed=1)
        np.save(vectors, _extended(model.wv.vectors[:count], count))
        names = model.wv.index_to_key[:count]
        words.write_text("\n".join(names + [f"further{number}" for number in range(count - len(names))]))
    return vectors, words


def _extended(rows, count):
    random = np.random.default_rng(1)
    base = rows[random.integers(0, len(rows), count - len(rows))]
    noise = random.standard_normal(base.shape, dtype=np.float32)
    noise *= _JITTER * np.linalg.norm(base, axis=1, keepdims=True) / np.linalg.norm(noise, axis=1, keepdims=True)
    return np.concatenate([rows, base + noise])
