# Noise words by Walker's alias method.

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
