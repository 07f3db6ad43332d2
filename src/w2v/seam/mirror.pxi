# The part of _core.pyx that repeats word2vec.c and its companions: Huffman tree, mirror training, phrases.

cdef extern from "c/w2v.h" nogil:
    w2v_status w2v_huffman_tree(const int64_t *counts, int64_t n, int32_t *parents, uint8_t *sides, int64_t *offsets)
    void w2v_huffman_paths(const int32_t *parents, const uint8_t *sides, const int64_t *offsets, int64_t n, uint8_t *codes,
                           int32_t *points)

    ctypedef struct w2v_mirror_vocab:
        pass
    w2v_mirror_vocab *w2v_mirror_vocab_new()
    void w2v_mirror_vocab_free(w2v_mirror_vocab *vocab)
    w2v_status w2v_mirror_vocab_count(w2v_mirror_vocab *vocab, const uint8_t *text, size_t length, int64_t limit,
                                      int64_t hash_size, int *done)
    w2v_status w2v_mirror_vocab_read(w2v_mirror_vocab *vocab, const uint8_t *text, size_t length)
    w2v_status w2v_mirror_vocab_finish(w2v_mirror_vocab *vocab, int32_t min_count)
    void w2v_mirror_vocab_size(const w2v_mirror_vocab *vocab, int64_t *n, int64_t *n_bytes)
    void w2v_mirror_vocab_export(const w2v_mirror_vocab *vocab, uint8_t *bytes, int64_t *offsets, int64_t *counts)
    ctypedef struct w2v_mirror_settings:
        int32_t size, window, hs, negative, epochs, cbow
        float alpha, sample
    ctypedef struct w2v_mirror:
        pass
    w2v_mirror *w2v_mirror_new(const w2v_mirror_vocab *vocab, const w2v_mirror_settings *settings)
    void w2v_mirror_free(w2v_mirror *mirror)
    void w2v_mirror_start_weights(float *syn0, int64_t n_words, int32_t size)
    w2v_status w2v_mirror_train(w2v_mirror *mirror, const w2v_mirror_vocab *vocab, const uint8_t *text, size_t length,
                                float *syn0, float *syn1neg, float *syn1, int *done)
    int64_t w2v_mirror_words_done(const w2v_mirror *mirror)
    float w2v_mirror_alpha(const w2v_mirror *mirror)
    w2v_status w2v_mirror_noise_words(const int64_t *counts, int32_t n, const uint32_t *cells, size_t n_cells,
                                      int32_t *words)
    w2v_status w2v_mirror_classes(const float *vectors, int64_t n_words, int32_t size, int32_t n_classes, int32_t *classes)

    ctypedef struct w2v_mirror_phrases:
        pass
    w2v_mirror_phrases *w2v_mirror_phrases_new()
    void w2v_mirror_phrases_free(w2v_mirror_phrases *phrases)
    w2v_status w2v_mirror_phrases_count(w2v_mirror_phrases *phrases, const uint8_t *text, size_t length, int64_t limit,
                                 int64_t hash_size, int *done)
    w2v_status w2v_mirror_phrases_finish(w2v_mirror_phrases *phrases, int32_t min_count)
    void w2v_mirror_phrases_join(w2v_mirror_phrases *phrases, const uint8_t *text, size_t length, float threshold, int64_t limit,
                          uint8_t *out, size_t room, size_t *written, int *done)
    int64_t w2v_mirror_phrases_kept(const w2v_mirror_phrases *phrases)
    int64_t w2v_mirror_phrases_words(const w2v_mirror_phrases *phrases, int written)


def huffman(const int64_t[::1] counts):
    """The Huffman tree of word2vec.c: codes (uint8) and points (int32) of all words in one piece, and n+1 int64 offsets."""
    cdef int64_t n = counts.shape[0]
    if n == 0 or n >= 2**30 or np.min(counts) < 0 or np.max(counts) >= 10**15:
        raise ValueError(f"huffman: expected 1 to 2^30 counts from 0 up to 10^15, got {n}: {np.asarray(counts)}")
    parents_array, sides_array = np.empty(2 * n, dtype=np.int32), np.empty(2 * n, dtype=np.uint8)
    offsets_array = np.empty(n + 1, dtype=np.int64)
    cdef int32_t[::1] parents = parents_array
    cdef uint8_t[::1] sides = sides_array
    cdef int64_t[::1] offsets = offsets_array
    cdef w2v_status status
    with nogil:
        status = w2v_huffman_tree(&counts[0], n, &parents[0], &sides[0], &offsets[0])
    check(status)
    codes_array, points_array = np.empty(offsets[n] + 1, dtype=np.uint8), np.empty(offsets[n] + 1, dtype=np.int32)
    cdef uint8_t[::1] codes = codes_array
    cdef int32_t[::1] points = points_array
    with nogil:
        w2v_huffman_paths(&parents[0], &sides[0], &offsets[0], n, &codes[0], &points[0])
    return codes_array[: offsets[n]], points_array[: offsets[n]], offsets_array


cdef class MirrorVocab:
    """A vocabulary as word2vec.c makes it: count or read, then finish. For one thread at a time."""

    cdef w2v_mirror_vocab *vocab
    cdef readonly bint finished

    def __cinit__(self):
        self.vocab = w2v_mirror_vocab_new()
        if self.vocab is NULL:
            check(W2V_NO_MEMORY)

    def __dealloc__(self):
        w2v_mirror_vocab_free(self.vocab)

    def count(self, const uint8_t[::1] text, int64_t limit, int64_t hash_size):
        """Count up to `limit` more words of the text, the same one in every call; return whether that was all."""
        cdef int done = 0
        cdef w2v_status status
        if self.finished:
            raise ValueError("MirrorVocab is finished")
        with nogil:
            status = w2v_mirror_vocab_count(self.vocab, &text[0], text.shape[0], limit, hash_size, &done)
        check(status)
        return bool(done)

    def read(self, const uint8_t[::1] text):
        """Take words and counts from the text of a vocabulary file."""
        cdef w2v_status status
        if self.finished:
            raise ValueError("MirrorVocab is finished")
        with nogil:
            status = w2v_mirror_vocab_read(self.vocab, &text[0], text.shape[0])
        check(status)

    def finish(self, int32_t min_count):
        """Sort and cut; return the words' bytes in one piece, n+1 offsets into them, and the counts."""
        cdef int64_t n = 0, n_bytes = 0
        cdef w2v_status status
        if self.finished:
            raise ValueError("MirrorVocab is finished")
        self.finished = True
        with nogil:
            status = w2v_mirror_vocab_finish(self.vocab, min_count)
        check(status)
        w2v_mirror_vocab_size(self.vocab, &n, &n_bytes)
        out, offsets, counts = bytearray(n_bytes + 1), np.empty(n + 1, dtype=np.int64), np.empty(n + 1, dtype=np.int64)
        cdef uint8_t[::1] out_bytes = out
        cdef int64_t[::1] out_offsets = offsets, out_counts = counts
        w2v_mirror_vocab_export(self.vocab, &out_bytes[0], &out_offsets[0], &out_counts[0])
        return bytes(out[:n_bytes]), offsets, counts[:n]


cdef class Mirror:
    """A training run of word2vec.c over a finished vocabulary. For one thread at a time."""

    cdef w2v_mirror *mirror
    cdef MirrorVocab vocab
    cdef w2v_mirror_settings settings
    cdef readonly object syn0, syn1neg, syn1

    def __cinit__(self, MirrorVocab vocab not None, int32_t size, int32_t window, int32_t hs, int32_t negative,
                  int32_t epochs, int32_t cbow, float alpha, float sample):
        cdef int64_t n = 0, n_bytes = 0
        cdef float[:, ::1] weights
        w2v_mirror_vocab_size(vocab.vocab, &n, &n_bytes)
        if n == 0 or not vocab.finished or size < 1 or window < 1 or epochs < 1:
            raise ValueError("Mirror: expected a finished vocabulary that is not empty, and size, window, epochs of at least 1")
        self.vocab = vocab
        self.settings = w2v_mirror_settings(size, window, hs, negative, epochs, cbow, alpha, sample)
        self.mirror = w2v_mirror_new(vocab.vocab, &self.settings)
        if self.mirror is NULL:
            check(W2V_NO_MEMORY)
        weights = self.syn0 = np.empty((n, size), dtype=np.float32)
        self.syn1neg = np.zeros((n, size), dtype=np.float32) if negative > 0 else None
        self.syn1 = np.zeros((n, size), dtype=np.float32) if hs else None
        w2v_mirror_start_weights(&weights[0, 0], n, size)

    def __dealloc__(self):
        w2v_mirror_free(self.mirror)

    @property
    def alpha(self):
        """The learning rate."""
        return w2v_mirror_alpha(self.mirror)

    @property
    def words_done(self):
        """Words of the text seen when the learning rate last changed, over all epochs."""
        return w2v_mirror_words_done(self.mirror)

    def train(self, const uint8_t[::1] text):
        """Train some ten thousand more words of the text, the same one in every call; return whether that was all."""
        cdef float[:, ::1] syn0 = self.syn0, syn1neg = self.syn1neg, syn1 = self.syn1
        cdef int done = 0
        cdef w2v_status status
        with nogil:
            status = w2v_mirror_train(self.mirror, self.vocab.vocab, &text[0], text.shape[0], &syn0[0, 0],
                                      &syn1neg[0, 0] if syn1neg is not None else NULL,
                                      &syn1[0, 0] if syn1 is not None else NULL, &done)
        check(status)
        return bool(done)


def mirror_noise_words(const int64_t[::1] counts, const uint32_t[::1] cells):
    """The words in these cells (each below 1e8) of the noise table of word2vec.c."""
    if counts.shape[0] == 0 or (cells.shape[0] and np.max(cells) >= 10**8):
        raise ValueError("mirror_noise_words: expected at least one count, and cells below 1e8")
    words = np.empty(cells.shape[0] + 1, dtype=np.int32)
    cdef int32_t[::1] out = words
    cdef w2v_status status
    with nogil:
        status = w2v_mirror_noise_words(&counts[0], counts.shape[0], &cells[0], cells.shape[0], &out[0])
    check(status)
    return words[: cells.shape[0]]


def mirror_classes(const float[:, ::1] vectors, int32_t n_classes):
    """Classes (int32) of the vectors as word2vec.c's -classes option finds them."""
    if vectors.shape[0] == 0 or vectors.shape[1] == 0 or n_classes < 1:
        raise ValueError(f"mirror_classes: expected vectors and at least one class, got {n_classes}")
    classes = np.empty(vectors.shape[0], dtype=np.int32)
    cdef int32_t[::1] out = classes
    cdef w2v_status status
    with nogil:
        status = w2v_mirror_classes(&vectors[0, 0], vectors.shape[0], vectors.shape[1], n_classes, &out[0])
    check(status)
    return classes


cdef class MirrorPhrases:
    """The two passes of word2phrase.c: count, finish, join. For one thread at a time."""

    cdef w2v_mirror_phrases *phrases
    cdef readonly bint finished

    def __cinit__(self):
        self.phrases = w2v_mirror_phrases_new()
        if self.phrases is NULL:
            check(W2V_NO_MEMORY)

    def __dealloc__(self):
        w2v_mirror_phrases_free(self.phrases)

    @property
    def kept(self):
        """How many different words and pairs there are."""
        return w2v_mirror_phrases_kept(self.phrases)

    @property
    def words(self):
        """Words counted so far; once finished, words joined so far."""
        return w2v_mirror_phrases_words(self.phrases, self.finished)

    def count(self, const uint8_t[::1] text, int64_t limit, int64_t hash_size):
        """Count up to `limit` more words of the text, the same one in every call; return whether that was all."""
        cdef int done = 0
        cdef w2v_status status
        if self.finished:
            raise ValueError("MirrorPhrases is finished")
        with nogil:
            status = w2v_mirror_phrases_count(self.phrases, &text[0], text.shape[0], limit, hash_size, &done)
        check(status)
        return bool(done)

    def finish(self, int32_t min_count):
        """Sort and cut."""
        cdef w2v_status status
        if self.finished:
            raise ValueError("MirrorPhrases is finished")
        self.finished = True
        with nogil:
            status = w2v_mirror_phrases_finish(self.phrases, min_count)
        check(status)

    def join(self, const uint8_t[::1] text, float threshold, int64_t limit, uint8_t[::1] out):
        """Write up to `limit` more words into out (64 bytes or more); return the bytes written, and whether that was all."""
        cdef int done = 0
        cdef size_t written = 0
        if not self.finished or out.shape[0] < 64:
            raise ValueError("MirrorPhrases.join: expected finish() before, and room for 64 bytes")
        with nogil:
            w2v_mirror_phrases_join(self.phrases, &text[0], text.shape[0], threshold, limit, &out[0], out.shape[0], &written, &done)
        return written, bool(done)
