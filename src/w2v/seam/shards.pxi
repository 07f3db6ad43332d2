# Replicas that shards trained apart become one.

def merging_factors(const float[::1] basis, strengths, shards, stride):
    """Return what of a sum of changes is due, of shape (strengths, shards - 1, DIRECTIONS + 1), by 2 shards, 3 and so on."""
    cdef const double[::1] given = np.ascontiguousarray(strengths, dtype=np.float64)
    if basis.shape[0] != <Py_ssize_t>w2v_basis_floats(stride) or not len(given) or shards < 2:
        raise ValueError(f"basis: expected one of rows of {stride} floats, strengths, and shards of at least 2, got {shards}")
    found = np.empty((len(given), shards - 1, DIRECTIONS + 1), dtype=np.float32)
    cdef float[:, :, ::1] factors = found
    cdef w2v_basis of = w2v_basis_at(<float *>&basis[0], stride)
    w2v_merging_factors(&of, &given[0], given.shape[0], shards, &factors[0, 0, 0])
    return found


cdef class Merging:
    """How the changes of the rows of a matrix are merged that shards made: by the factors of the class of each row."""

    cdef w2v_merging merging
    cdef const w2v_kernels *kernels
    cdef tuple arrays
    cdef Py_ssize_t n_rows

    def __init__(self, vector_size, const float[::1] basis, const float[:, :, ::1] factors, const uint8_t[::1] classes, kernels):
        cdef size_t stride = -(-vector_size // 16) * 16
        if len(basis) != w2v_basis_floats(stride) or factors.shape[2] != DIRECTIONS + 1 or not factors.shape[1]:
            raise ValueError(f"basis and factors: expected those of vectors of {vector_size} numbers, for 2 shards or more")
        if not len(classes) or np.max(classes) >= factors.shape[0]:
            raise ValueError(f"classes: expected one for each row, of the {factors.shape[0]} that have factors")
        aligned = aligned_zeros(w2v_basis_floats(stride))
        np.asarray(aligned)[:] = basis
        cdef float[::1] floats = aligned
        self.arrays, self.n_rows, self.kernels = (aligned, factors, classes), len(classes), find_kernels(kernels)
        self.merging = w2v_merging(w2v_basis_at(&floats[0], stride), &factors[0, 0, 0], &classes[0], factors.shape[1] + 1,
                                   vector_size, stride)

    def merge_rows(self, float[:, ::1] base, replicas, Py_ssize_t first, Py_ssize_t end):
        """Merge rows first .. end - 1 of the replicas into `base`, and give all of them the same."""
        matrices = {"base": base, **{f"replica {i}": replica for i, replica in enumerate(replicas)}}
        check_matrices(matrices, self.merging.size, dict.fromkeys(matrices, self.n_rows))
        if len(replicas) != self.merging.shards or base.shape[1] != <Py_ssize_t>self.merging.stride:
            raise ValueError(f"replicas: expected {self.merging.shards}, got {len(replicas)}")
        if not 0 <= first <= end <= self.n_rows:
            raise IndexError(f"rows: expected some of {self.n_rows}, got {first}..{end}")
        cdef size_t[::1] places = np.array([np.asarray(replica).ctypes.data for replica in replicas], dtype=np.uintp)
        cdef float[::1] row = aligned_zeros(self.merging.stride)
        with nogil:
            w2v_merge_rows(self.kernels, &self.merging, &base[0, 0], <float **>&places[0], first, end, &row[0])

    def merge_changes(self, shards):
        """Return (rows, steps) for the (rows, changes) of each shard, where rows rise and changes are of shape (rows, size)."""
        if len(shards) != self.merging.shards:
            raise ValueError(f"shards: expected {self.merging.shards}, got {len(shards)}")
        given = [(np.ascontiguousarray(rows, np.int32), np.ascontiguousarray(changes, np.float32)) for rows, changes in shards]
        for rows, changes in given:
            if changes.shape != (len(rows), self.merging.size):
                raise ValueError(f"changes: expected shape {(len(rows), self.merging.size)}, got {changes.shape}")
            if len(rows) and not (0 <= rows[0] and rows[len(rows) - 1] < self.n_rows and (np.diff(rows) > 0).all()):
                raise ValueError(f"rows: expected some of {self.n_rows}, in rising order")
        table = np.array([(rows.ctypes.data, changes.ctypes.data, len(rows)) for rows, changes in given], dtype=np.uintp)
        cdef size_t[:, ::1] places = table
        union = np.unique(np.concatenate([rows for rows, _ in given]))
        steps = np.empty((len(union), self.merging.size), dtype=np.float32)
        if not len(union):
            return union, steps
        cdef const int32_t[::1] all_rows = union
        cdef float[:, ::1] moved = steps
        cdef float[::1] row = aligned_zeros(self.merging.stride)
        with nogil:
            w2v_merge_changes(self.kernels, &self.merging, <w2v_changes *>&places[0, 0], &all_rows[0], all_rows.shape[0],
                              &moved[0, 0], &row[0])
        return union, steps
