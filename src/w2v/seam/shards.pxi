# Replicas that shards trained apart become one.

cdef enum:
    MOST_SHARDS = 4096  # whose sums have room in W2V_LEVELS rows

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


cdef size_t[::1] check_replicas(float[:, ::1] base, replicas):
    """Where the replicas of a matrix are."""
    for i, replica in enumerate(replicas):
        given = np.asarray(replica)
        if given.shape != np.shape(base) or given.dtype != np.float32 or not given.flags.c_contiguous:
            raise ValueError(f"replica {i}: expected whole rows of shape {np.shape(base)}, got {given.shape}")
    return np.array([0, *(np.asarray(replica).ctypes.data for replica in replicas)], dtype=np.uintp)[1:]


def changed_rows(replicas, float[:, ::1] base, size, Py_ssize_t first, Py_ssize_t end):
    """Return (rows, changes, counts): of rows first .. end - 1 those that any replica changed, the sums, and by how many."""
    cdef size_t[::1] places = check_replicas(base, replicas)
    cdef size_t columns = size, stride = base.shape[1], n = 0
    cdef int shards = len(replicas)
    if not 1 <= shards <= MOST_SHARDS:
        raise ValueError(f"replicas: expected 1 to {MOST_SHARDS}, got {shards}")
    if not 0 <= first <= end <= base.shape[0] or not 0 < columns <= stride:
        raise IndexError(f"expected rows and columns of {np.shape(base)}, got rows {first}..{end} and {size} columns")
    found = np.empty(end - first + 1, dtype=np.int32)
    cdef int32_t[::1] rows = found
    cdef float **matrices = <float **>&places[0]
    with nogil:
        if end > first:
            n = w2v_changed_rows(matrices, shards, &base[0, 0], first, end, stride, &rows[0])
    changes, how_many = np.empty((n, columns), dtype=np.float32), np.empty(n, dtype=np.uint16)
    cdef float[:, ::1] numbers = changes
    cdef uint16_t[::1] counts = how_many
    cdef float[::1] sums = aligned_zeros(W2V_LEVELS * stride)
    if n:
        with nogil:
            w2v_row_changes(matrices, shards, &base[0, 0], &rows[0], n, columns, stride, &numbers[0, 0], &counts[0], &sums[0])
    return found[:n].copy(), changes, how_many


def take_steps(float[:, ::1] base, replicas, const int32_t[::1] rows, const float[:, ::1] steps):
    """Add steps to rows of `base`, and make those of the replicas the same."""
    cdef size_t[::1] places = check_replicas(base, replicas)
    cdef size_t n_replicas = len(replicas), n = rows.shape[0], size = steps.shape[1], stride = base.shape[1]
    if steps.shape[0] != rows.shape[0] or size > stride:
        raise ValueError(f"steps: expected shape {(rows.shape[0], base.shape[1])} or less wide, got {np.shape(steps)}")
    if not n:
        return
    if not 0 <= np.min(rows) <= np.max(rows) < base.shape[0]:
        raise IndexError(f"rows: expected some of {base.shape[0]}, got {np.min(rows)}..{np.max(rows)}")
    cdef float **matrices = <float **>&places[0] if n_replicas else NULL
    with nogil:
        w2v_take_steps(&base[0, 0], matrices, n_replicas, &rows[0], &steps[0, 0], n, size, stride)


cdef union_of(lists):
    """All numbers of lists that rise, in rising order."""
    if not lists:
        return np.empty(0, dtype=np.int32)
    first = min(int(rows[0]) for rows in lists)
    there = np.zeros(max(int(rows[len(rows) - 1]) for rows in lists) - first + 1, dtype=np.bool_)
    for rows in lists:
        there[rows - first] = True
    return (np.flatnonzero(there) + first).astype(np.int32)


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
        if factors.shape[1] >= MOST_SHARDS:
            raise ValueError(f"factors: expected those of {MOST_SHARDS} shards at most, got {factors.shape[1] + 1}")
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
        cdef size_t[::1] places = check_replicas(base, replicas)
        cdef float[::1] sums = aligned_zeros(W2V_LEVELS * self.merging.stride)
        with nogil:
            w2v_merge_rows(self.kernels, &self.merging, &base[0, 0], <float **>&places[0], first, end, &sums[0])

    def merge_changes(self, parts):
        """Return (rows, steps) for parts (rows, changes, counts, shards) that have all shards in their order.

        Rows rise; changes, of shape (rows, size), are the sums of those of so many shards, and counts say by how many.
        """
        first = 0
        for part in parts:
            if part[3] < 1 or part[3] & (part[3] - 1) or first % part[3]:
                raise ValueError(f"parts: expected 1, 2, 4, ... shards from a multiple of that on, got {part[3]} from {first} on")
            first += part[3]
        if first != self.merging.shards:
            raise ValueError(f"parts: expected those of {self.merging.shards} shards, got {first}")
        given = [self._checked(*part) for part in parts]
        cdef size_t n_parts = len(given)
        union = union_of([part[0] for part in given if len(part[0])])
        steps = np.empty((len(union), self.merging.size), dtype=np.float32)
        if not len(union):
            return union, steps
        cdef const int32_t[::1] all_rows = union
        cdef float[:, ::1] moved = steps
        cdef float[::1] sums = aligned_zeros(W2V_LEVELS * self.merging.stride)
        cdef uint8_t[::1] memory = np.zeros(n_parts * sizeof(w2v_changes), dtype=np.uint8)
        cdef w2v_changes *each = <w2v_changes *>&memory[0]
        cdef const int32_t[::1] rows
        cdef const float[:, ::1] changes
        cdef const uint16_t[::1] counts
        for i in range(n_parts):
            each[i].shards, each[i].n = given[i][3], len(given[i][0])
            if each[i].n:
                rows, changes, counts = given[i][:3]
                each[i].rows, each[i].changes, each[i].counts = &rows[0], &changes[0, 0], &counts[0]
        with nogil:
            w2v_merge_changes(self.kernels, &self.merging, each, n_parts, &all_rows[0], all_rows.shape[0], &moved[0, 0], &sums[0])
        return union, steps

    def _checked(self, rows, changes, counts, shards):
        rows, changes = np.ascontiguousarray(rows, np.int32), np.ascontiguousarray(changes, np.float32)
        counts = np.ascontiguousarray(counts, np.uint16)
        if changes.shape != (len(rows), self.merging.size) or counts.shape != (len(rows),):
            raise ValueError(f"changes: expected shape {(len(rows), self.merging.size)}, got {changes.shape}, {counts.shape}")
        if len(rows) and not (0 <= rows[0] and rows[len(rows) - 1] < self.n_rows and (np.diff(rows) > 0).all()):
            raise ValueError(f"rows: expected some of {self.n_rows}, in rising order")
        if len(rows) and not 1 <= counts.min() <= counts.max() <= shards:
            raise ValueError(f"counts: expected 1 to {shards} shards, got {counts.min()}..{counts.max()}")
        return rows, changes, counts, shards
