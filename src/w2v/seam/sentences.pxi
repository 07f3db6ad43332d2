# Sums of rows: what the vector of a sentence is made of.

cdef int take_part(w2v_factored *part, name, const float[:, :] rows, const float[::1] factors, size_t columns) except -1:
    """Describe some rows (any, columns) and a factor for each."""
    if rows.shape[0] != factors.shape[0] or <size_t>rows.shape[1] != columns or rows.shape[0] > 2**31 - 1:
        shape = (rows.shape[0], rows.shape[1])
        raise ValueError(f"{name}: expected rows of {columns} numbers, each with a factor, got {shape}, {factors.shape[0]}")
    if rows.shape[0] and rows.shape[1] > 1 and rows.strides[1] != sizeof(float):
        raise ValueError(f"{name}: expected the numbers of a row next to each other")
    part.n = <int32_t>rows.shape[0]
    part.rows = &rows[0, 0] if part.n and columns else NULL
    part.stride = rows.strides[0] // sizeof(float)
    part.factors = &factors[0] if part.n else NULL
    return 0


def sum_rows(const int32_t[::1] ids, known, more, float[:, ::1] sums, int64_t[::1] counts):
    """Add up the rows of each sentence in `ids`, which end with -1: of the first into sums[0], and how many they are into counts[0].

    `known` and `more` are pairs of rows and factors, by which they are multiplied; ids from len(known) on are rows of `more`, and
    ids below -1 are left out. `sums` and `counts` have room for what follows the last end, too.
    """
    cdef w2v_factored first, second
    cdef size_t columns = sums.shape[1]
    cdef int64_t n = ids.shape[0], done = 0
    if sums.shape[0] < 1 or sums.shape[0] != counts.shape[0] or columns < 1:
        raise ValueError(f"sums, counts: expected a row and a count each, got {(sums.shape[0], columns)}, {counts.shape[0]}")
    take_part(&first, "known", known[0], known[1], columns)
    take_part(&second, "more", more[0], more[1], columns)
    cdef const int32_t *pointer = &ids[0] if n else NULL
    cdef double[::1] work = np.zeros(columns)
    with nogil:
        done = w2v_sum_rows(&first, &second, columns, pointer, n, sums.shape[0], &work[0], &sums[0, 0], &counts[0])
    if done < n:
        raise ValueError(f"ids: expected rows and {sums.shape[0] - 1} ends, got {ids[done]} at {done}")
