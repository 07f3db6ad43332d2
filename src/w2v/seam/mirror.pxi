# word2vec.c to the bit.

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
