# word2phrase.c to the byte.

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
