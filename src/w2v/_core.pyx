# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, freethreading_compatible=True, embedsignature=True
"""The seam to C: check everything, drop the GIL, make one C call, turn its status into an exception."""

import numpy as np

from w2v.errors import DivergedError

from cpython.pycapsule cimport PyCapsule_GetName, PyCapsule_GetPointer
from libc.stdint cimport int32_t, int64_t, uint8_t, uint16_t, uint32_t, uint64_t
from w2v.seam.w2v cimport *

# Constants of w2v.h.
PADDING = W2V_PADDING  # readable bytes that follow a text
LINE_END, UNKNOWN = W2V_LINE_END, W2V_UNKNOWN  # among ids
LONGEST_SENTENCE = W2V_LONGEST_SENTENCE  # tokens
JOINED = W2V_JOINED  # sentences that structured skip-gram may join
MAX_INP = W2V_MAX_INP  # contexts that may be trained at a time


cdef int check(w2v_status status) except -1:
    """Raise what a status means: the only place where one becomes an exception."""
    if status == W2V_NO_MEMORY:
        raise MemoryError("w2v: the C core could not allocate its working memory; nothing was changed")
    if status == W2V_DIVERGED:
        raise DivergedError("the weights overflowed: they grew without bound; lower alpha")
    return 0


# The parts follow the sections of w2v.h, but w2v_merge.h comes before what uses it, and w2v_documents.h after it; then come w2v_sentences.h, w2v_phrases.h,
# w2v_graphs.h and w2v_mirror.h.
include "seam/noise.pxi"
include "seam/text.pxi"
include "seam/strings.pxi"
include "seam/tokens.pxi"
include "seam/rows.pxi"
include "seam/subwords.pxi"
include "seam/kernels.pxi"
include "seam/checks.pxi"
include "seam/merge.pxi"
include "seam/shards.pxi"
include "seam/train.pxi"
include "seam/documents.pxi"
include "seam/softmax.pxi"
include "seam/pairs.pxi"
include "seam/huffman.pxi"
include "seam/sentences.pxi"
include "seam/phrases.pxi"
include "seam/graphs.pxi"
include "seam/mirror.pxi"
include "seam/word2phrase.pxi"
