"""The definition of every objective in plain numpy: what the compiled kernels must agree with."""

from w2v.reference.objectives import (
    cbow_hs_loss,
    cbow_hs_step,
    cbow_loss,
    cbow_nce_loss,
    cbow_nce_step,
    cbow_step,
    sigmoid,
    skipgram_hs_loss,
    skipgram_hs_step,
    skipgram_loss,
    skipgram_nce_loss,
    skipgram_nce_step,
    skipgram_step,
    table_sigmoid,
)

__all__ = [
    "cbow_hs_loss",
    "cbow_hs_step",
    "cbow_loss",
    "cbow_nce_loss",
    "cbow_nce_step",
    "cbow_step",
    "sigmoid",
    "skipgram_hs_loss",
    "skipgram_hs_step",
    "skipgram_loss",
    "skipgram_nce_loss",
    "skipgram_nce_step",
    "skipgram_step",
    "table_sigmoid",
]
