# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, freethreading_compatible=True, embedsignature=True
"""The seam to C: check everything, drop the GIL, make one C call, turn its status into an exception."""

import numpy as np

from w2v.errors import DivergedError

from cpython.pycapsule cimport PyCapsule_GetName, PyCapsule_GetPointer
from libc.stdint cimport int32_t, int64_t, uint8_t, uint32_t, uint64_t


cdef extern from "c/w2v.h" nogil:
    ctypedef enum w2v_status:
        W2V_OK
        W2V_NO_MEMORY
        W2V_STOPPED
        W2V_DIVERGED

    ctypedef struct w2v_alias:
        uint32_t threshold
        int32_t alias
    w2v_status w2v_alias_build(const double *weights, size_t n, w2v_alias *table)
    void w2v_alias_draw(const w2v_alias *table, size_t n, uint64_t seed, int32_t *out, size_t count)

    ctypedef struct w2v_kernels:
        pass
    const w2v_kernels *w2v_kernel_set(int i)
    const char *w2v_kernel_set_name(const w2v_kernels *kernels)

    ctypedef enum w2v_kernel:
        W2V_BATCHED
        W2V_PAIRWISE
        W2V_BLAS
    ctypedef enum w2v_positional:
        W2V_NO_POSITIONS
        W2V_OUTPUTS
        W2V_WEIGHTS
    const int64_t W2V_JOINED, W2V_MAX_INP
    ctypedef float (*w2v_sdot)(const int *, const float *, const int *, const float *, const int *) noexcept
    ctypedef void (*w2v_saxpy)(const int *, const float *, const float *, const int *, float *, const int *) noexcept
    ctypedef struct w2v_job:
        float *inp
        float *out
        float *weights
        float *nodes
        size_t vector_size, stride, out_stride
        int32_t n_words
        const int32_t *ids
        const int64_t *offsets
        int64_t n_sentences, longest
        const uint32_t *keep
        const w2v_alias *noise
        uint64_t seed, epoch
        const int32_t *paths
        const int64_t *path_starts
        int longest_path
        const float *log_noise
        float *biases
        w2v_kernel kernel
        w2v_positional positional
        float weight_rate
        int sg, cbow_mean, cbow_corrected, shrink_windows, window, tile_inputs, negative, side
        const float *sentence_weights
        float alpha, min_alpha
        int64_t words_before, words
        w2v_sdot sdot
        w2v_saxpy saxpy
        int64_t loss_every
        const float *locks
        int frozen_output
        int64_t chunk, next
        int stop
    ctypedef struct w2v_tally:
        int64_t tokens, words, pairs
        double loss
        int64_t apart[4]
    w2v_status w2v_train(const w2v_kernels *kernels, w2v_job *job, w2v_tally *tally)
    ctypedef struct w2v_rng:
        pass
    int64_t w2v_downsample(const w2v_job *job, int64_t s, w2v_rng *rng, int32_t *kept)
    double w2v_rate(double alpha, double fall, int64_t done, int64_t all)

    const size_t W2V_PADDING
    ctypedef struct w2v_words:
        pass
    ctypedef struct w2v_block:
        size_t n_kept, n_ends, n_lines
    w2v_words *w2v_words_new()
    void w2v_words_free(w2v_words *words)
    void w2v_trim()
    w2v_status w2v_words_add(w2v_words *words, const uint8_t *text, const int64_t *lengths, size_t n)
    w2v_status w2v_words_merge(w2v_words *into, const w2v_words *source, int32_t *map)
    int32_t w2v_words_count(const w2v_words *words)
    void w2v_words_list(const w2v_words *words, int64_t *counts, int64_t *first)
    size_t w2v_words_spell(const w2v_words *words, const int32_t *ids, size_t n, uint8_t *out)
    void w2v_words_limit(w2v_words *words, int32_t limit)
    bint w2v_words_dropped(const w2v_words *words)
    size_t w2v_last_space_end(const uint8_t *text, size_t n)
    w2v_status w2v_count(w2v_words *words, const uint8_t *text, size_t n, uint64_t offset, int32_t *ids, size_t *n_ids,
                         size_t *n_ends)
    void w2v_encode(const w2v_words *words, const uint8_t *text, size_t n, int32_t *ids, size_t *n_ids, size_t *n_ends)
    w2v_block w2v_remap(int32_t *ids, size_t n, const int32_t *map, bint line_open, int64_t *ends)


cdef int check(w2v_status status) except -1:
    """Raise what a status means: the only place where one becomes an exception."""
    if status == W2V_NO_MEMORY:
        raise MemoryError("w2v: the C core could not allocate its working memory; nothing was changed")
    if status == W2V_DIVERGED:
        raise DivergedError("the weights overflowed: they grew without bound; lower alpha")
    return 0


def alias_table(const double[::1] weights):
    """Build Walker's alias table for these weights: int32 array (n, 2) of threshold (as uint32 bits) and alias."""
    cdef size_t n = weights.shape[0]
    table = np.empty((n, 2), dtype=np.int32)
    cdef int32_t[:, ::1] cells = table
    cdef w2v_status status
    if n:
        with nogil:
            status = w2v_alias_build(&weights[0], n, <w2v_alias *>&cells[0, 0])
        check(status)
    return table


def alias_draw(const int32_t[:, ::1] table, uint64_t seed, size_t count):
    """Draw `count` int32 words from an alias table, reproducibly by `seed`."""
    if table.shape[0] == 0 or table.shape[1] != 2:
        raise ValueError(f"alias table: expected shape (n, 2) with n > 0, got {(table.shape[0], table.shape[1])}")
    out = np.empty(count, dtype=np.int32)
    cdef int32_t[::1] drawn = out
    if count:
        with nogil:
            w2v_alias_draw(<const w2v_alias *>&table[0, 0], table.shape[0], seed, &drawn[0], count)
    return out


# ---- training -------------------------------------------------------------------------------------------------------------

def kernel_sets():
    """Name the kernel sets that this processor can run, best first."""
    names = []
    while w2v_kernel_set(len(names)) != NULL:
        names.append(w2v_kernel_set_name(w2v_kernel_set(len(names))).decode())
    return names


cdef const w2v_kernels *find_kernels(str name) except NULL:
    names = kernel_sets()
    if name not in names:
        raise ValueError(f"kernel set: expected one of {', '.join(names)} on this processor, got {name!r}")
    return w2v_kernel_set(names.index(name))


cdef void *blas_function(name) except NULL:
    """A BLAS routine's address, from the table that scipy publishes for Cython."""
    from scipy.linalg import cython_blas
    capsule = cython_blas.__pyx_capi__[name]
    return PyCapsule_GetPointer(capsule, PyCapsule_GetName(capsule))


JOINED = W2V_JOINED  # sentences that structured skip-gram may join
MAX_INP = W2V_MAX_INP  # contexts that may be trained at a time
TALLY = np.dtype([("tokens", np.int64), ("words", np.int64), ("pairs", np.int64), ("loss", np.float64), ("apart", np.int64, 4)])


cdef class TrainJob:
    """One corpus and one model, checked once; then each epoch's threads call `run`.

    `out` is None without negative sampling (negative=0), `nodes` and `paths` (steps, starts) without hierarchical softmax.
    With `log_noise`, negative sampling becomes noise-contrastive estimation, with the `biases` if they are not None.
    `positional` is None, "outputs" (`out` has 2 * window rows for each word, one after the other) or "weights" (`weights` has
    2 * window rows, whose steps are `weight_rate` times those down the gradient).
    """

    cdef w2v_job job
    cdef const w2v_kernels *kernels
    cdef tuple arrays  # keeps the borrowed memory alive
    cdef int64_t first_sentence

    def __init__(self, float[:, ::1] inp, float[:, ::1] out, vector_size, const int32_t[::1] ids, const int64_t[::1] offsets,
                 const uint32_t[::1] keep, const int32_t[:, ::1] noise, *, kernels, kernel, sg, cbow_mean, shrink_windows, window,
                 tile_inputs, negative, seed, alpha, min_alpha, words, loss_every, chunk, const float[::1] locks=None,
                 frozen_output=False, cbow_corrected=False, float[:, ::1] nodes=None, paths=None,
                 const float[::1] log_noise=None, float[::1] biases=None, positional=None, float[:, ::1] weights=None,
                 weight_rate=1.0, side=0, const float[::1] sentence_weights=None, int64_t first_sentence=0,
                 int64_t first_token=0):
        cdef w2v_job *job = &self.job
        self.kernels = find_kernels(kernels)
        self.arrays = (inp, out, ids, offsets, keep, noise, locks, nodes, paths, log_noise, biases, weights, sentence_weights)
        check_numbers({"vector_size": vector_size, "window": window, "words": words, "chunk": chunk})
        if not 1 <= tile_inputs <= MAX_INP:
            raise ValueError(f"tile_inputs: expected 1..{MAX_INP}, got {tile_inputs!r}")
        n_words, positions = inp.shape[0], 2 * window
        rows = {"inp": n_words, "out": n_words * (positions if positional == "outputs" else 1), "nodes": n_words, "weights": positions}
        check_matrices({"inp": inp, "out": out, "nodes": nodes, "weights": weights}, vector_size, rows)
        check_objective(n_words, negative, out, nodes, paths, log_noise, biases)
        if positional is not None or weights is not None:
            check_positional(positional, weights, sg, kernel, out, nodes, log_noise, frozen_output)
        check_draws(keep, noise, n_words)
        if locks is not None and locks.shape[0] != n_words:
            raise ValueError(f"locks: expected one factor for each of {n_words} words, got {locks.shape[0]}")
        job.locks, job.frozen_output = NULL if locks is None else &locks[0], bool(frozen_output)
        job.longest = check_corpus(ids, offsets, n_words, first_token)
        job.inp, job.out, job.nodes = &inp[0, 0], matrix_pointer(out), matrix_pointer(nodes)
        job.vector_size, job.stride, job.n_words = vector_size, inp.shape[1], n_words
        job.positional = {None: W2V_NO_POSITIONS, "outputs": W2V_OUTPUTS, "weights": W2V_WEIGHTS}[positional]
        job.out_stride = inp.shape[1] * (positions if positional == "outputs" else 1)
        job.weights, job.weight_rate = matrix_pointer(weights), weight_rate
        self.place_corpus(ids, offsets, check_weights(sentence_weights, offsets), first_sentence, first_token)
        job.keep = NULL if keep is None else &keep[0]
        job.noise = <const w2v_alias *>&noise[0, 0]
        job.log_noise = NULL if log_noise is None else &log_noise[0]
        job.biases = NULL if biases is None else &biases[0]
        self.set_paths(paths)
        job.seed, job.kernel = seed, kernel_of(kernel)
        job.sg, job.cbow_mean, job.cbow_corrected = bool(sg), bool(cbow_mean), bool(cbow_corrected)
        job.shrink_windows, job.window, job.negative, job.side = bool(shrink_windows), window, negative, side
        job.tile_inputs = tile_inputs
        job.alpha, job.min_alpha, job.words = alpha, min_alpha, words
        joined = JOINED if sg and positional == "outputs" else 1
        job.loss_every, job.chunk = loss_every, -(-chunk // joined) * joined
        if kernel == "blas":
            job.sdot = <w2v_sdot>blas_function("sdot")
            job.saxpy = <w2v_saxpy>blas_function("saxpy")

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

    def begin_epoch(self, epoch, words_before):
        """Rewind to the first sentence; draws follow `epoch`, the learning rate `words_before`."""
        self.job.epoch, self.job.words_before = epoch, words_before
        self.job.next = self.first_sentence
        self.job.stop = 0

    def run(self, tallies, Py_ssize_t mine):
        """Train until no sentences are left, adding up in tallies[mine] (dtype TALLY)."""
        cdef w2v_tally[::1] mine_of_all = tallies
        if not 0 <= mine < mine_of_all.shape[0]:
            raise IndexError(f"mine: expected 0..{mine_of_all.shape[0] - 1}, got {mine}")
        cdef w2v_tally *tally = &mine_of_all[mine]
        cdef w2v_status status
        with nogil:
            status = w2v_train(self.kernels, &self.job, tally)
        check(status)

    def stop(self):
        """Make all threads return after the sentence at hand."""
        self.job.stop = 1

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
    return w2v_rate(alpha, alpha - min_alpha, done, all)


cdef float *matrix_pointer(float[:, ::1] matrix):
    return NULL if matrix is None else &matrix[0, 0]


cdef w2v_kernel kernel_of(name) except *:
    known = {"batched": W2V_BATCHED, "pairwise": W2V_PAIRWISE, "blas": W2V_BLAS}
    if name not in known:
        raise ValueError(f"kernel: expected one of {', '.join(known)}, got {name!r}")
    return known[name]


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


# ---- text to ids ---------------------------------------------------------------------------------------------------------

PADDING = W2V_PADDING


cdef int check_text(const uint8_t[::1] text, size_t n, const int32_t[::1] ids) except -1:
    if <size_t>text.shape[0] < n + W2V_PADDING:
        raise ValueError(f"text: expected {n} + {W2V_PADDING} bytes, got {text.shape[0]}")
    if <size_t>ids.shape[0] < n + 2:
        raise ValueError(f"ids: expected room for {n} + 2, got {ids.shape[0]}")
    return 0


def trim():
    """Give memory that was freed back to the system."""
    with nogil:
        w2v_trim()


def last_space_end(const uint8_t[::1] text, size_t n):
    """Return where the last whitespace character of text[:n] ends; 0 if there is none."""
    if n > <size_t>text.shape[0]:
        raise ValueError(f"text: expected at least {n} bytes, got {text.shape[0]}")
    return w2v_last_space_end(&text[0], n) if n else 0


def remap(int32_t[::1] ids, map, bint line_open, int64_t[::1] ends):
    """Replace ids in place by those of `map` (None: by themselves); return the numbers kept, of line ends and of lines.

    The caller answers for the ids being indices of `map`, and for `ends` having room for every line end.
    """
    cdef const int32_t[::1] given = map
    cdef const int32_t *pointer = &given[0] if map is not None and given.shape[0] else NULL
    cdef w2v_block block
    if ids.shape[0] == 0:
        return 0, 0, 0
    with nogil:
        block = w2v_remap(&ids[0], ids.shape[0], pointer, line_open, &ends[0] if ends.shape[0] else NULL)
    return block.n_kept, block.n_ends, block.n_lines


cdef class WordTable:
    """Distinct words (byte strings), numbered in the order in which they came, with counts and place of first appearance."""

    cdef w2v_words *words

    def __cinit__(self, int32_t limit=0):
        self.words = w2v_words_new()
        if self.words is NULL:
            raise MemoryError("w2v: no memory for a table of words")
        w2v_words_limit(self.words, limit)

    def __dealloc__(self):
        w2v_words_free(self.words)

    def __len__(self):
        return w2v_words_count(self.words)

    @property
    def dropped(self):
        """Whether the limit made the table drop words, so that ids given before mean nothing."""
        return w2v_words_dropped(self.words)

    def count(self, const uint8_t[::1] text, size_t n, uint64_t offset, int32_t[::1] ids):
        """Count the words of text[:n] and write their ids; return the numbers of ids and of line ends among them."""
        cdef size_t n_ids = 0, n_ends = 0
        cdef w2v_status status
        check_text(text, n, ids)
        with nogil:
            status = w2v_count(self.words, &text[0], n, offset, &ids[0], &n_ids, &n_ends)
        check(status)
        return n_ids, n_ends

    def encode(self, const uint8_t[::1] text, size_t n, int32_t[::1] ids):
        """Write the ids of the words of text[:n], not counting them; return the numbers of ids and of line ends."""
        cdef size_t n_ids = 0, n_ends = 0
        check_text(text, n, ids)
        with nogil:
            w2v_encode(self.words, &text[0], n, &ids[0], &n_ids, &n_ends)
        return n_ids, n_ends

    def add(self, words):
        """Add words (a list of non-empty bytes) with the count 0."""
        cdef const uint8_t[::1] text = b"".join(words) + bytes(W2V_PADDING)
        cdef const int64_t[::1] lengths = np.fromiter(map(len, words), dtype=np.int64, count=len(words))
        cdef w2v_status status
        if len(words):
            with nogil:
                status = w2v_words_add(self.words, &text[0], &lengths[0], lengths.shape[0])
            check(status)

    def merge(self, WordTable other):
        """Add all words of another table; return the map from its ids to those here."""
        map = np.empty(len(other), dtype=np.int32)
        cdef int32_t[::1] ids = map
        cdef w2v_status status
        if len(other):
            with nogil:
                status = w2v_words_merge(self.words, other.words, &ids[0])
            check(status)
        return map

    def list(self):
        """Return counts and byte offsets of first appearance, both int64 arrays by id."""
        counts, first = np.empty(len(self), dtype=np.int64), np.empty(len(self), dtype=np.int64)
        cdef int64_t[::1] count_of = counts, first_of = first
        if len(self):
            w2v_words_list(self.words, &count_of[0], &first_of[0])
        return counts, first

    def spell(self, const int32_t[::1] ids):
        """Return the bytes of the words with these ids (not checked), a newline after each."""
        cdef const int32_t *pointer = &ids[0] if ids.shape[0] else NULL
        cdef bytes out = bytes(w2v_words_spell(self.words, pointer, ids.shape[0], NULL))
        w2v_words_spell(self.words, pointer, ids.shape[0], <uint8_t *><char *>out)
        return out

include "seam/files.pxi"
include "seam/inputs.pxi"
include "seam/pairs.pxi"
include "seam/mirror.pxi"
include "seam/phrases.pxi"
include "seam/positions.pxi"
include "seam/softmax.pxi"
