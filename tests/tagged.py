"""Documents of two topics, and models of them."""

import numpy as np
import pytest

from w2v import Doc2Vec, TaggedDocument

TOPICS = ["cat dog pet tail paw", "car bus road wheel lane"]
SMALL = {"vector_size": 16, "min_count": 1, "workers": 1, "sample": 0, "epochs": 40}
WAYS = {
    "bag": {"dm": 0},
    "bag hs": {"dm": 0, "hs": 1, "negative": 0},
    "bag and words": {"dm": 0, "dbow_words": 1},
    "memory": {"dm": 1, "alpha": 0.1, "window": 1},
    "memory hs": {"dm": 1, "hs": 1, "negative": 0, "alpha": 0.1, "window": 1},
    "memory sum": {"dm": 1, "dm_mean": 0, "alpha": 0.05, "window": 1},
}


def corpus(n=60, seed=1):
    """Documents of four words of a topic, the topics in turn; between words is one that says nothing."""
    rng = np.random.default_rng(seed)
    words = [topic.split() for topic in TOPICS]
    drawn = [rng.choice(words[number % 2], 4).tolist() for number in range(n)]
    return [TaggedDocument(" the ".join(some).split(), [number]) for number, some in enumerate(drawn)]


DOCUMENTS = corpus()
NEW = [document.words for document in corpus(80, seed=2)]


def model_of(documents=DOCUMENTS, **settings):
    return Doc2Vec(documents, **{**SMALL, **settings})


def sides(model, vectors):
    """Whether each vector is nearer to those of the first topic than to those of the second."""
    rows = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    means = [model.dv.vectors[topic::2].mean(0) for topic in range(2)]
    return [bool(row @ means[0] / np.linalg.norm(means[0]) > row @ means[1] / np.linalg.norm(means[1])) for row in rows]


each_way = pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
