# Pairs of a centre and a context that the caller chose.

PAIR_TALLY = np.dtype([("pairs", np.int64), ("weight", np.float64), ("loss", np.float64), ("apart", np.int64, 5)])


cdef class PairJob:
    """Pairs and a model, checked once; then each epoch's threads call `run`. `inp` and `out` may have other numbers of rows."""

    cdef w2v_pair_job job
    cdef const w2v_kernels *kernels
    cdef tuple arrays  # keeps the borrowed memory alive

    def __init__(self, float[:, ::1] inp, float[:, ::1] out, vector_size, const int32_t[::1] centers,
                 const int32_t[::1] contexts, const float[::1] weights, const int32_t[:, ::1] noise, *, kernels, negative, seed,
                 alpha, min_alpha, pairs, loss_every):
        cdef w2v_pair_job *job = &self.job
        self.kernels = find_kernels(kernels)
        self.arrays = (inp, out, centers, contexts, weights, noise)
        check_numbers({"vector_size": vector_size, "negative": negative, "pairs": pairs, "loss_every": loss_every})
        check_matrices({"inp": inp}, vector_size, {"inp": inp.shape[0]})
        check_matrices({"out": out}, vector_size, {"out": out.shape[0]})
        if inp.shape[1] != out.shape[1]:
            raise ValueError(f"out: expected rows of {inp.shape[1]} floats, got {out.shape[1]}")
        check_draws(None, noise, out.shape[0])
        check_side("centers", centers, inp.shape[0])
        check_side("contexts", contexts, out.shape[0])
        if contexts.shape[0] != centers.shape[0] or (weights is not None and weights.shape[0] != centers.shape[0]):
            raise ValueError(f"contexts and weights: expected one for each of {centers.shape[0]} centers")
        job.inp, job.out = &inp[0, 0], &out[0, 0]
        job.vector_size, job.stride, job.n_contexts = vector_size, inp.shape[1], out.shape[0]
        job.centers, job.contexts, job.n_pairs = &centers[0], &contexts[0], centers.shape[0]
        job.weights = vector_pointer(weights)
        job.noise = <const w2v_alias *>&noise[0, 0]
        job.seed, job.negative, job.loss_every = seed, negative, loss_every
        job.alpha, job.min_alpha, job.pairs = alpha, min_alpha, pairs

    def begin_epoch(self, epoch, pairs_before):
        """Rewind to the first pair; draws follow `epoch`, the learning rate `pairs_before`."""
        self.job.epoch, self.job.pairs_before = epoch, pairs_before
        self.job.next = 0
        self.job.stop = 0

    def run(self, tallies, Py_ssize_t mine):
        """Train until no pairs are left, adding up in tallies[mine] (dtype PAIR_TALLY)."""
        cdef w2v_pair_tally[::1] mine_of_all = tallies
        check_place(mine, mine_of_all.shape[0])
        cdef w2v_pair_tally *tally = &mine_of_all[mine]
        cdef w2v_status status
        with nogil:
            status = w2v_train_pairs(self.kernels, &self.job, tally)
        check(status)

    def stop(self):
        """Make all threads return after the pairs at hand."""
        w2v_raise(&self.job.stop)


cdef int check_side(name, ids, n_words) except -1:
    ids = np.asarray(ids)
    if not len(ids):
        raise ValueError(f"{name}: expected one or more, got none")
    if not 0 <= ids.min() <= ids.max() < n_words:
        raise ValueError(f"{name}: expected 0..{n_words - 1}, got {ids.min()}..{ids.max()}")
    return 0
