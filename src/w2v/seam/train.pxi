# Skip-gram and CBOW: one job, checked once, that all threads train.

TALLY = np.dtype([("tokens", np.int64), ("words", np.int64), ("pairs", np.int64), ("loss", np.float64), ("apart", np.int64, 4)])


cdef class TrainJob:
    """One corpus and one model, checked once; then each epoch's threads call `run`.

    `out` is None without negative sampling (negative=0), `nodes` and `paths` (steps, starts) without hierarchical softmax.
    With `log_noise`, negative sampling becomes noise-contrastive estimation, with the `biases` if they are not None.
    `positional` is None, "outputs" (`out` has 2 * window rows for each word, one after the other) or "weights" (`weights` has
    2 * window rows, whose steps are `weight_rate` times those down the gradient). `lists` (rows, starts): the input of word i is the mean
    of the rows rows[starts[i]:starts[i + 1]] of `inp`; without, row i. `tags` (rows, starts): each word of sentence s has the rows
    rows[starts[s]:starts[s + 1]] of `inp` as contexts, too; with `tags_only` no others.
    """

    cdef w2v_job job
    cdef const w2v_kernels *kernels
    cdef tuple arrays  # keeps the borrowed memory alive
    cdef int64_t first_sentence

    def __init__(self, float[:, ::1] inp, float[:, ::1] out, vector_size, const int32_t[::1] ids, const int64_t[::1] offsets,
                 const uint32_t[::1] keep, const int32_t[:, ::1] noise, *, kernels, kernel, sg, cbow_mean, shrink_windows, window,
                 tile_inputs, negative, seed, alpha, min_alpha, words, loss_every, chunk, block=0,
                 const float[::1] locks=None,
                 frozen_output=False, cbow_corrected=False, float[:, ::1] nodes=None, paths=None,
                 const float[::1] log_noise=None, float[::1] biases=None, positional=None, float[:, ::1] weights=None,
                 weight_rate=1.0, side=0, const float[::1] sentence_weights=None, int64_t first_sentence=0,
                 int64_t first_token=0, Sharing sharing=None, lists=None, tags=None, tags_only=False):
        cdef w2v_job *job = &self.job
        self.kernels = find_kernels(kernels)
        self.arrays = (inp, out, ids, offsets, keep, noise, locks, nodes, paths, log_noise, biases, weights, sentence_weights,
                       sharing)
        check_numbers({"vector_size": vector_size, "window": window, "words": words, "chunk": chunk})
        if not 1 <= tile_inputs <= MAX_INP:
            raise ValueError(f"tile_inputs: expected 1..{MAX_INP}, got {tile_inputs!r}")
        n_words, positions = inp.shape[0] if lists is None else len(lists[1]) - 1, 2 * window
        n_words = n_words if tags is None else noise.shape[0]
        rows = {"inp": inp.shape[0], "out": n_words * (positions if positional == "outputs" else 1), "nodes": n_words, "weights": positions}
        check_matrices({"inp": inp, "out": out, "nodes": nodes, "weights": weights}, vector_size, rows)
        check_objective(n_words, negative, out, nodes, paths, log_noise, biases)
        if positional is not None or weights is not None:
            check_positional(positional, weights, sg, kernel, out, nodes, log_noise, frozen_output)
        check_draws(keep, noise, n_words)
        if locks is not None and locks.shape[0] != inp.shape[0]:
            raise ValueError(f"locks: expected one factor for each of {inp.shape[0]} rows, got {locks.shape[0]}")
        job.locks, job.frozen_output = vector_pointer(locks), bool(frozen_output)
        job.longest = check_corpus(ids, offsets, n_words, first_token)
        job.inp, job.out, job.nodes = &inp[0, 0], matrix_pointer(out), matrix_pointer(nodes)
        job.vector_size, job.stride, job.n_words = vector_size, inp.shape[1], n_words
        self.set_lists(lists, type(self) is not TrainJob or (sg and positional is not None))
        job.positional = {None: W2V_NO_POSITIONS, "outputs": W2V_OUTPUTS, "weights": W2V_WEIGHTS}[positional]
        job.out_stride = inp.shape[1] * (positions if positional == "outputs" else 1)
        job.weights, job.weight_rate = matrix_pointer(weights), weight_rate
        self.place_corpus(ids, offsets, check_weights(sentence_weights, offsets), first_sentence, first_token)
        job.keep, job.noise = NULL, <const w2v_alias *>&noise[0, 0]
        if keep is not None:
            job.keep = &keep[0]
        job.log_noise, job.biases = vector_pointer(log_noise), NULL if biases is None else &biases[0]
        self.set_paths(paths)
        job.seed, job.kernel = seed, kernel_of(kernel)
        job.sg, job.cbow_mean, job.cbow_corrected = bool(sg), bool(cbow_mean), bool(cbow_corrected)
        job.shrink_windows, job.window, job.negative, job.side = bool(shrink_windows), window, negative, side
        job.tile_inputs = tile_inputs
        job.alpha, job.min_alpha, job.words = alpha, min_alpha, words
        self.set_blocks(chunk, block if kernel == "batched" else 0, JOINED if sg and positional == "outputs" else 1)
        self.set_tags(tags, tags_only, offsets.shape[0] - 1, type(self) is not TrainJob or positional is not None)
        job.loss_every, job.sharing = loss_every, NULL
        if sharing is not None:
            job.sharing = sharing.of(n_words, 0 if out is None else out.shape[0], nodes is not None, inp.shape[1])
        if kernel == "blas":
            job.sdot = <w2v_sdot>blas_function("sdot")
            job.saxpy = <w2v_saxpy>blas_function("saxpy")

    cdef set_blocks(self, chunk, block, joined):
        """Threads take whole blocks of sentences, and blocks are whole groups of those that are joined."""
        block = -(-block // joined) * joined
        whole = block or joined
        if self.first_sentence % whole:
            raise ValueError(f"first_sentence: expected a multiple of {whole}, got {self.first_sentence}")
        self.job.block, self.job.chunk = block, -(-chunk // whole) * whole

    cdef set_lists(self, lists, refused):
        cdef const int32_t[::1] rows
        cdef const int64_t[::1] starts
        if lists is not None:
            rows, starts = lists
            self.job.longest_list = check_lists(lists, self.arrays[0].shape[0], refused)
            self.job.lists, self.job.list_starts = &rows[0], &starts[0]
            self.arrays = (*self.arrays, rows, starts)

    cdef set_tags(self, tags, tags_only, n_sentences, refused):
        cdef const int32_t[::1] rows
        cdef const int64_t[::1] starts
        if tags is not None:
            if refused or self.job.lists != NULL or self.first_sentence or self.job.kernel != W2V_BATCHED:
                raise ValueError("tags: expected batched negative sampling or hierarchical softmax, without lists and positions")
            rows, starts = tags
            self.job.most_tags = check_tags(tags, self.arrays[0].shape[0], n_sentences)
            self.job.tags, self.job.tag_starts = &rows[0] if rows.shape[0] else NULL, &starts[0]
            self.job.tags_only = bool(tags_only)
            self.arrays = (*self.arrays, rows, starts)

    cdef set_paths(self, paths):
        cdef const int32_t[::1] steps
        cdef const int64_t[::1] starts
        if paths is not None:
            steps, starts = paths
            self.job.paths, self.job.path_starts = &steps[0] if steps.shape[0] else NULL, &starts[0]
            self.job.longest_path = np.diff(starts).max()

    cdef void place_corpus(self, const int32_t[::1] ids, const int64_t[::1] offsets, const float *weights, int64_t first_sentence,
                           int64_t first_token):
        """C counts sentences and tokens from the beginning of the pass: pointers to a later part of it are moved back as far."""
        cdef w2v_job *job = &self.job
        cdef size_t ids_at = <size_t>&ids[0] if ids.shape[0] else 0
        self.first_sentence = first_sentence
        job.ids = <const int32_t *>(ids_at - first_token * sizeof(int32_t))
        job.offsets = <const int64_t *>(<size_t>&offsets[0] - first_sentence * sizeof(int64_t))
        job.sentence_weights = <const float *>(<size_t>weights - first_sentence * sizeof(float)) if weights else NULL
        job.n_sentences = first_sentence + offsets.shape[0] - 1

    def begin_epoch(self, epoch, words_before, first=None):
        """Go to the first sentence, or to sentence `first`; draws follow `epoch`, the learning rate `words_before`."""
        first = self.first_sentence if first is None else first
        if not self.first_sentence <= first <= self.job.n_sentences:
            raise IndexError(f"first: expected {self.first_sentence}..{self.job.n_sentences}, got {first}")
        self.job.epoch, self.job.words_before = epoch, words_before
        self.job.next = first
        self.job.stop = self.job.pause = 0

    def run(self, tallies, Py_ssize_t mine):
        """Train until no sentences are left, adding up in tallies[mine] (dtype TALLY)."""
        cdef w2v_tally[::1] mine_of_all = tallies
        check_place(mine, mine_of_all.shape[0])
        cdef w2v_tally *tally = &mine_of_all[mine]
        cdef w2v_status status
        with nogil:
            status = self.train(tally)
        check(status)

    cdef w2v_status train(self, w2v_tally *tally) noexcept nogil:
        return w2v_train(self.kernels, &self.job, tally)

    def stop(self):
        """Make all threads return after the sentence at hand."""
        w2v_raise(&self.job.stop)

    def pause(self):
        """Make all threads return once they have trained the sentences that they took, up to 64 at a time."""
        w2v_raise(&self.job.pause)

    @property
    def n_sentences(self):
        """Sentences of the pass, those before the first of this job included."""
        return self.job.n_sentences

    @property
    def next_sentence(self):
        """The first sentence that no thread has taken; None if there are none left."""
        next = w2v_observe(&self.job.next)
        return next if next < self.job.n_sentences else None

    def downsample(self, int64_t sentence):
        """Return the ids of a sentence that this epoch keeps."""
        if not self.first_sentence <= sentence < self.job.n_sentences:
            raise IndexError(f"sentence: expected {self.first_sentence}..{self.job.n_sentences - 1}, got {sentence}")
        kept = np.empty(self.job.longest, dtype=np.int32)
        cdef int32_t[::1] room = kept
        cdef w2v_rng rng
        return kept[:w2v_downsample(&self.job, sentence, &rng, &room[0])]


def learning_rate(double alpha, double min_alpha, int64_t done, int64_t all):
    """Return the learning rate after `done` of `all` (at least 1) tokens: it falls linearly, and stays at its end."""
    return w2v_rate(alpha, alpha - min_alpha, done, all) if done < all else min_alpha
