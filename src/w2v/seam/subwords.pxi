# Vectors of words by their n-grams.

def subword_vectors(const uint8_t[::1] words, const int64_t[::1] ends, const uint8_t[:, ::1] own, const uint8_t[:, ::1] ngrams,
                    const int32_t[::1] kept, uint32_t buckets, int shortest, int longest, float[:, ::1] out):
    """Write the vectors of words by fastText's n-grams into out (n, d): word i is words[ends[i - 1]:ends[i]], own and ngrams are
    rows of floats seen as bytes (n, 4 * d) and (any, 4 * d), or None, kept maps the buckets to rows."""
    cdef w2v_subwords subwords
    cdef size_t n = out.shape[0]
    check_words(ends, words.shape[0], n)
    rows = 0 if ngrams is None else ngrams.shape[0]
    for name, matrix in (("own", own), ("ngrams", ngrams)):
        if matrix is not None and matrix.shape[1] != 4 * out.shape[1]:
            raise ValueError(f"{name}: expected rows of {4 * out.shape[1]} bytes, got {matrix.shape[1]}")
    if own is not None and <size_t>own.shape[0] != n:
        raise ValueError(f"own: expected {n} rows, got {own.shape[0]}")
    if (buckets if kept is None else 0) > rows or kept is not None and (kept.shape[0] != buckets or np.max(kept, initial=-1) >= rows):
        raise ValueError(f"buckets: expected a row for each of {buckets}, got {rows} rows")
    if n == 0 or out.shape[1] == 0:
        return
    subwords.ngrams = <const char *>&ngrams[0, 0] if rows else NULL
    subwords.kept = &kept[0] if kept is not None and buckets else NULL
    subwords.columns, subwords.buckets = out.shape[1], buckets
    subwords.shortest, subwords.longest = shortest, longest
    cdef const char *names = <const char *>&words[0] if words.shape[0] else NULL
    cdef const char *first = <const char *>&own[0, 0] if own is not None else NULL
    with nogil:
        w2v_subword_vectors(&subwords, names, &ends[0], n, first, &out[0, 0])
