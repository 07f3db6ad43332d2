# What a job is given is checked before C sees it.

cdef float *matrix_pointer(float[:, ::1] matrix):
    return NULL if matrix is None else &matrix[0, 0]


cdef const float *vector_pointer(const float[::1] vector):
    if vector is None:
        return NULL
    return &vector[0]


cdef w2v_kernel kernel_of(name) except *:
    known = {"batched": W2V_BATCHED, "pairwise": W2V_PAIRWISE, "blas": W2V_BLAS}
    if name not in known:
        raise ValueError(f"kernel: expected one of {', '.join(known)}, got {name!r}")
    return known[name]


cdef int check_place(Py_ssize_t mine, Py_ssize_t n_tallies) except -1:
    if not 0 <= mine < n_tallies:
        raise IndexError(f"mine: expected 0..{n_tallies - 1}, got {mine}")
    return 0


cdef int check_numbers(dict numbers) except -1:
    for name, number in numbers.items():
        if not 1 <= number:
            raise ValueError(f"{name}: expected a number of at least 1, got {number!r}")
    return 0


cdef int check_draws(keep, noise, n_words) except -1:
    if keep is not None and keep.shape[0] != n_words or noise.shape[0] != n_words or noise.shape[1] != 2:
        raise ValueError(f"tables of draws: expected {n_words} words, got {noise.shape[0]}")
    aliases = np.asarray(noise)[:, 1]
    if n_words and not 0 <= aliases.min() <= aliases.max() < n_words:
        raise ValueError(f"tables of draws: expected aliases 0..{n_words - 1}, got {aliases.min()}..{aliases.max()}")
    return 0


cdef const float *check_weights(const float[::1] weights, const int64_t[::1] offsets) except? NULL:
    if weights is None:
        return NULL
    if weights.shape[0] != offsets.shape[0] - 1:
        n = offsets.shape[0] - 1
        raise ValueError(f"sentence_weights: expected one for each of {n} sentences, got {weights.shape[0]}")
    return &weights[0]


cdef int check_matrices(dict matrices, vector_size, dict rows) except -1:
    stride = np.shape(next(iter(matrices.values())))[1]
    for name, matrix in matrices.items():
        if matrix is None:
            continue
        matrix = np.asarray(matrix)
        if matrix.ctypes.data % 64 or stride % 16 or stride < vector_size or matrix.shape != (rows[name], stride):
            raise ValueError(f"{name}: expected 64-byte aligned rows of a multiple of 16 floats, got shape {matrix.shape}")
    return 0


cdef int check_objective(n_words, negative, out, nodes, paths, log_noise, biases) except -1:
    if (negative > 0) != (out is not None) or (out is None and nodes is None) or (nodes is None) != (paths is None):
        raise ValueError("expected out with negative of 1 or more, or nodes with paths, or all of them")
    for name, values in (("log_noise", log_noise), ("biases", biases)):
        if values is not None and (len(values) != n_words or log_noise is None or out is None):
            raise ValueError(f"{name}: expected {n_words} values, with out and log_noise, got {len(values)}")
    if paths is None:
        return 0
    steps, starts = paths
    lengths = np.diff(starts)
    if len(starts) != n_words + 1 or starts[0] < 0 or (lengths < 0).any() or starts[n_words] > len(steps):
        raise ValueError(f"paths: expected {n_words + 1} starts that rise within the {len(steps)} steps")
    if len(steps) and not 0 <= np.min(steps) // 2 <= np.max(steps) // 2 < n_words:
        raise ValueError(f"paths: expected nodes 0..{n_words - 1}, got {np.min(steps) // 2}..{np.max(steps) // 2}")
    return 0


cdef int check_lists(lists, n_rows, objective_of_its_own) except -1:
    """Return the length of the longest list of rows that make up an input."""
    rows, starts = lists
    lengths = np.diff(starts)
    if objective_of_its_own:
        raise ValueError("lists: expected negative sampling or hierarchical softmax, and no outputs of positions")
    if not len(lengths) or starts[0] != 0 or lengths.min() < 1 or starts[len(lengths)] != len(rows):
        raise ValueError(f"lists: expected starts that rise from 0 to {len(rows)}, one row or more for each word")
    if not 0 <= np.min(rows) <= np.max(rows) < n_rows:
        raise ValueError(f"lists: expected rows 0..{n_rows - 1}, got {np.min(rows)}..{np.max(rows)}")
    return lengths.max()


cdef int check_tags(tags, n_rows, n_sentences) except -1:
    """Return the length of the longest list of tags."""
    rows, starts = tags
    lengths = np.diff(starts)
    if len(starts) != n_sentences + 1 or starts[0] != 0 or lengths.min() < 0 or starts[n_sentences] != len(rows):
        raise ValueError(f"tags: expected {n_sentences + 1} starts that rise from 0 to {len(rows)}")
    if len(rows) and not 0 <= np.min(rows) <= np.max(rows) < n_rows:
        raise ValueError(f"tags: expected rows 0..{n_rows - 1}, got {np.min(rows)}..{np.max(rows)}")
    of_sentence = np.repeat(np.arange(n_sentences), lengths)
    in_order = np.lexsort((rows, of_sentence))
    if ((np.diff(rows[in_order]) == 0) & (np.diff(of_sentence[in_order]) == 0)).any():
        raise ValueError("tags: expected those of a sentence to be distinct")
    return lengths.max()


cdef int64_t check_corpus(ids, offsets, n_words, first_token) except -1:
    """Return the length of the longest sentence."""
    ids, offsets = np.asarray(ids), np.asarray(offsets)
    lengths = np.diff(offsets)
    end = first_token + len(ids)
    if len(offsets) < 2 or offsets[0] < first_token or offsets[len(lengths)] > end or lengths.min() < 0:
        raise ValueError(f"offsets: expected to rise within the {len(ids)} ids, for one sentence or more")
    if len(ids) and not 0 <= ids.min() <= ids.max() < n_words:
        raise ValueError(f"ids: expected 0..{n_words - 1}, got {ids.min()}..{ids.max()}")
    return max(1, lengths.max())


cdef int check_positional(positional, weights, sg, kernel, out, nodes, log_noise, frozen_output) except -1:
    if positional is not None and positional not in ("outputs", "weights"):
        raise ValueError(f"positional: expected None, 'outputs' or 'weights', got {positional!r}")
    if kernel != "batched" or out is None or nodes is not None or log_noise is not None:
        raise ValueError("positional: expected the kernel 'batched', and negative sampling alone")
    if (positional == "weights") != (weights is not None) or (weights is not None and sg):
        raise ValueError("weights: expected for CBOW with positional 'weights', and for nothing else")
    if positional == "outputs" and frozen_output:
        raise ValueError("frozen_output: expected False with positional 'outputs'")
    return 0
