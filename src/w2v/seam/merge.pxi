# What several parties changed apart, merged; and what threads share that have private copies of frequent rows.

DIRECTIONS, MOST_USES = W2V_DIRECTIONS, W2V_MOST_USES


cdef float[::1] aligned_zeros(size_t n):
    memory = np.zeros(n + 16, dtype=np.float32)
    skip = -memory.ctypes.data % 64 // 4
    return memory[skip:skip + n]


def leading_directions(const float[:, ::1] rows, vector_size, kernels, rounds=20, basis=None):
    """Return the basis of the second moment of rows (64-byte aligned, padded): the same one, renewed, if it is given.

    That is DIRECTIONS rows of directions, then their eigenvalues and the mean of all others, as one array of floats.
    """
    check_matrices({"rows": rows}, vector_size, {"rows": rows.shape[0]})
    cdef size_t stride = rows.shape[1], n = rows.shape[0], i
    cdef float[::1] floats = aligned_zeros(w2v_basis_floats(stride)), work = aligned_zeros(w2v_basis_work(n, vector_size, stride))
    if basis is not None:
        np.asarray(floats)[:] = basis
    pointers = np.asarray(rows).ctypes.data + 4 * stride * np.arange(n, dtype=np.uintp)
    cdef size_t[::1] places = pointers
    cdef w2v_rows given = w2v_rows(<const float **>&places[0], n, vector_size, stride)
    cdef w2v_basis found = w2v_basis_at(&floats[0], stride)
    w2v_renew_basis(find_kernels(kernels), &found, &given, rounds, &work[0])
    return np.asarray(floats)


def corrected(change, basis, strength, parties, kernels):
    """Return a sum of changes by so many parties, as far as it is due along the directions of a basis."""
    return with_factors(change, basis, strength, parties, kernels)


def kept(change, basis, strength, kernels):
    """Return what one party's steps leave of a change that others made meanwhile, along the directions of a basis."""
    return with_factors(change, basis, strength, 0, kernels)


cdef with_factors(change, basis, double strength, double parties, kernels):
    """The change times the factors for so many parties; 0: those of `kept`."""
    cdef size_t size = len(change), stride = -(-size // 16) * 16
    cdef float[::1] row = aligned_zeros(stride), floats = aligned_zeros(w2v_basis_floats(stride))
    cdef float factors[17]
    if len(basis) != floats.shape[0]:
        raise ValueError(f"basis: expected {floats.shape[0]} numbers, got {len(basis)}")
    np.asarray(row)[:size], np.asarray(floats)[:] = change, basis
    cdef w2v_basis given = w2v_basis_at(&floats[0], stride)
    if parties:
        w2v_sum_factors(&given, strength, parties, factors)
    else:
        w2v_kept_factors(&given, strength, factors)
    w2v_correct(find_kernels(kernels), &given, factors, &row[0], size, stride)
    return np.asarray(row)[:size]


cdef bint is_within(const w2v_private *rows, int64_t n_words):
    return 0 <= rows.first and rows.first + rows.n <= n_words


cdef class Sharing:
    """What threads share that work on private copies of frequent rows.

    `inputs`, `outputs` and `nodes` are (first row, uses of each row from there on before a copy is merged, terms of a use) or None;
    `samples` are rows that stand for all that inputs meet (of nodes: -1 - row), and for all inputs.
    """

    cdef w2v_sharing sharing
    cdef tuple arrays

    def __init__(self, vector_size, inputs, outputs, nodes, samples, widest, weight_terms=0.0):
        cdef size_t stride = -(-vector_size // 16) * 16
        cdef const int64_t[::1] met = samples[0], meeting = samples[1]
        if not len(met) == len(meeting) > 0:
            raise ValueError(f"samples: expected as many of both kinds, got {len(met)} and {len(meeting)}")
        cdef float[::1] bases = aligned_zeros(W2V_BASIS_SLOTS * 2 * w2v_basis_floats(stride))
        self.sharing.weight_terms, self.sharing.widest = weight_terms, widest
        self.sharing.samples[0], self.sharing.samples[1], self.sharing.n_samples = &met[0], &meeting[0], len(met)
        self.sharing.bases = &bases[0]
        self.sharing.inputs, self.sharing.outputs = self.private(inputs), self.private(outputs)
        self.sharing.nodes = self.private(nodes)
        self.arrays = (met, meeting, bases, inputs, outputs, nodes)

    cdef w2v_private private(self, given) except *:
        cdef w2v_private rows = w2v_private(0, 0, NULL, 0)
        cdef const uint8_t[::1] uses
        if given is None or not len(given[1]):
            return rows
        uses = given[1]
        if not 1 <= np.min(uses) <= np.max(uses) <= MOST_USES:
            raise ValueError(f"uses: expected 1..{MOST_USES}, got {np.min(uses)}..{np.max(uses)}")
        rows.first, rows.n, rows.uses, rows.terms = given[0], len(uses), &uses[0], given[2]
        return rows

    cdef w2v_sharing *of(self, n_words, n_outputs, has_nodes, stride) except NULL:
        """Its pointer, for a model of that size."""
        met, meeting = np.asarray(self.arrays[0]), np.asarray(self.arrays[1])
        within = -1 - n_words * has_nodes < met.min() and met.max() < n_outputs and 0 <= meeting.min() and meeting.max() < n_words
        within = within and is_within(&self.sharing.inputs, n_words) and is_within(&self.sharing.outputs, n_words)
        within = within and is_within(&self.sharing.nodes, n_words)
        if not within or len(self.arrays[2]) != W2V_BASIS_SLOTS * 2 * w2v_basis_floats(stride):
            raise ValueError(f"sharing: expected rows of {n_words} words and vectors of {stride} floats")
        return &self.sharing
