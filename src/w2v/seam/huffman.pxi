# The tree of hierarchical softmax.

def huffman(const int64_t[::1] counts):
    """The Huffman tree of word2vec.c: codes (uint8) and points (int32) of all words in one piece, and n+1 int64 offsets."""
    cdef int64_t n = counts.shape[0]
    if n == 0 or n >= 2**30 or np.min(counts) < 0 or np.max(counts) >= 10**15:
        raise ValueError(f"huffman: expected 1 to 2^30 counts from 0 up to 10^15, got {n}: {np.asarray(counts)}")
    parents_array, sides_array = np.empty(2 * n, dtype=np.int32), np.empty(2 * n, dtype=np.uint8)
    offsets_array = np.empty(n + 1, dtype=np.int64)
    cdef int32_t[::1] parents = parents_array
    cdef uint8_t[::1] sides = sides_array
    cdef int64_t[::1] offsets = offsets_array
    cdef w2v_status status
    with nogil:
        status = w2v_huffman_tree(&counts[0], n, &parents[0], &sides[0], &offsets[0])
    check(status)
    codes_array, points_array = np.empty(offsets[n] + 1, dtype=np.uint8), np.empty(offsets[n] + 1, dtype=np.int32)
    cdef uint8_t[::1] codes = codes_array
    cdef int32_t[::1] points = points_array
    with nogil:
        w2v_huffman_paths(&parents[0], &sides[0], &offsets[0], n, &codes[0], &points[0])
    return codes_array[: offsets[n]], points_array[: offsets[n]], offsets_array
