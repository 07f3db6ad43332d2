# Vectors of words by their n-grams.

cdef int check_bytes(name, const uint8_t[:, :] rows, columns) except -1:
    """Rows of floats, seen as bytes, which may lie apart."""
    if rows is not None and (rows.shape[1] != 4 * columns or rows.strides[1] != 1 or rows.strides[0] < 0):
        raise ValueError(f"{name}: expected rows of {4 * columns} bytes, got {rows.shape[1]}, or others than whole rows")
    return 0


def subword_vectors(const uint8_t[::1] words, const int64_t[::1] ends, const uint8_t[:, :] own, const uint8_t[:, :] ngrams,
                    const int32_t[::1] kept, uint32_t buckets, int shortest, int longest, float[:, ::1] out):
    """Write the vectors of words by fastText's n-grams into out (n, d): word i is words[ends[i - 1]:ends[i]], own and ngrams are
    rows of floats seen as bytes (n, 4 * d) and (any, 4 * d), or None, kept maps the buckets to rows."""
    cdef w2v_subwords subwords
    cdef size_t n = out.shape[0]
    check_words(ends, words.shape[0], n)
    rows = 0 if ngrams is None else ngrams.shape[0]
    check_bytes("own", own, out.shape[1])
    check_bytes("ngrams", ngrams, out.shape[1])
    if own is not None and <size_t>own.shape[0] != n:
        raise ValueError(f"own: expected {n} rows, got {own.shape[0]}")
    if (buckets if kept is None else 0) > rows or kept is not None and (kept.shape[0] != buckets or np.max(kept, initial=-1) >= rows):
        raise ValueError(f"buckets: expected a row for each of {buckets}, got {rows} rows")
    if n == 0 or out.shape[1] == 0:
        return
    subwords.ngrams = <const char *>&ngrams[0, 0] if rows else NULL
    subwords.stride = ngrams.strides[0] if rows else 0
    subwords.kept = &kept[0] if kept is not None and buckets else NULL
    subwords.columns, subwords.buckets = out.shape[1], buckets
    subwords.shortest, subwords.longest = shortest, longest
    cdef const char *names = <const char *>&words[0] if words.shape[0] else NULL
    cdef const char *first = <const char *>&own[0, 0] if own is not None else NULL
    cdef size_t own_stride = own.strides[0] if own is not None else 0
    with nogil:
        w2v_subword_vectors(&subwords, names, &ends[0], n, first, own_stride, &out[0, 0])


def subword_numbers(const uint8_t[::1] words, const int64_t[::1] ends, uint32_t buckets, int shortest, int longest):
    """Return the numbers (int32) of all n-grams of words, one word after the other, and where those of each begin (int64, n + 1)."""
    cdef w2v_subwords subwords
    cdef size_t n = ends.shape[0]
    check_words(ends, words.shape[0], n)
    if not buckets < 1 << 31:
        raise ValueError(f"buckets: expected fewer than 2^31, got {buckets}")
    starts = np.zeros(n + 1, dtype=np.int64)
    cdef int64_t[::1] begins = starts
    subwords.buckets, subwords.shortest, subwords.longest = buckets, shortest, longest
    cdef const char *names = <const char *>&words[0] if words.shape[0] else NULL
    cdef const int64_t *name_ends = &ends[0] if n else NULL
    with nogil:
        w2v_subword_numbers(&subwords, names, name_ends, n, &begins[0], NULL)
    numbers = np.empty(max(1, starts[n]), dtype=np.int32)
    cdef int32_t[::1] found = numbers
    with nogil:
        w2v_subword_numbers(&subwords, names, name_ends, n, &begins[0], &found[0])
    return numbers[: starts[n]], starts
