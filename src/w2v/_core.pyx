# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, freethreading_compatible=True, embedsignature=True
"""The seam to C: check everything, drop the GIL, make one C call, turn its status into an exception."""

import numpy as np

from libc.stdint cimport int32_t, int64_t, uint8_t, uint32_t, uint64_t


cdef extern from "c/w2v.h" nogil:
    ctypedef enum w2v_status:
        W2V_OK
        W2V_NO_MEMORY
        W2V_STOPPED

    ctypedef struct w2v_alias:
        uint32_t threshold
        int32_t alias
    w2v_status w2v_alias_build(const double *weights, size_t n, w2v_alias *table)
    void w2v_alias_draw(const w2v_alias *table, size_t n, uint64_t seed, int32_t *out, size_t count)


cdef int check(w2v_status status) except -1:
    """Raise what a status means: the only place where one becomes an exception."""
    if status == W2V_NO_MEMORY:
        raise MemoryError("w2v: the C core could not allocate its working memory; nothing was changed")
    return 0


def alias_table(const double[::1] weights):
    """Build Walker's alias table for these weights: int32 array (n, 2) of threshold (as uint32 bits) and alias."""
    cdef size_t n = weights.shape[0]
    table = np.empty((n, 2), dtype=np.int32)
    cdef int32_t[:, ::1] cells = table
    cdef w2v_status status
    if n:
        with nogil:
            status = w2v_alias_build(&weights[0], n, <w2v_alias *>&cells[0, 0])
        check(status)
    return table


def alias_draw(const int32_t[:, ::1] table, uint64_t seed, size_t count):
    """Draw `count` int32 words from an alias table, reproducibly by `seed`."""
    if table.shape[0] == 0 or table.shape[1] != 2:
        raise ValueError(f"alias table: expected shape (n, 2) with n > 0, got {(table.shape[0], table.shape[1])}")
    out = np.empty(count, dtype=np.int32)
    cdef int32_t[::1] drawn = out
    if count:
        with nogil:
            w2v_alias_draw(<const w2v_alias *>&table[0, 0], table.shape[0], seed, &drawn[0], count)
    return out
