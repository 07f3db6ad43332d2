"""Settings that were measured to go well together (bench/presets.py); what they leave out is as in `w2v.Word2Vec`."""

from typing import Any

PRESETS: dict[str, dict[str, Any]] = {
    "default": {"sg": 1, "alpha": 0.05, "sample": 1e-4, "epochs": 10},
    "fast": {"sg": 1, "alpha": 0.05, "sample": 1e-4, "epochs": 5},
    "quality": {"sg": 1, "alpha": 0.05, "sample": 1e-4, "epochs": 10, "vector_size": 200},
    "gensim": {},
    "word2vec": {"alpha": 0.05, "kernel": "pairwise"},
}

ABOUT = {
    "default": "good vectors in little time",
    "fast": "half the time, on large texts nearly as good",
    "quality": "larger vectors, for large texts",
    "gensim": "gensim's defaults",
    "word2vec": "word2vec.c's defaults",
}
