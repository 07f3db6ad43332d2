# New documents: a job that serves for any of them.

GROUP = W2V_GROUP  # words trained together
BAG_NOISE, MEMORY_NOISE = W2V_BAG_NOISE, W2V_MEMORY_NOISE  # noise words that a group shares, or each word has
NOISE_POOL, NOISE_STARTS = W2V_NOISE_POOL, W2V_NOISE_STARTS  # words that all documents take theirs from, and places where they begin


cdef class InferenceJob(TrainJob):
    """A model that stays as it is, checked once; then any number of threads call `infer`. Its own corpus plays no part."""

    def infer(self, const int32_t[::1] ids, const int64_t[::1] offsets, float[:, ::1] vectors, *, float alpha, float min_alpha,
              int epochs):
        """Move vectors[i], from where it is, to the vector of the document ids[offsets[i]:offsets[i + 1]]."""
        cdef w2v_job job = self.job
        cdef int64_t n = vectors.shape[0]
        cdef w2v_status status
        if n != offsets.shape[0] - 1:
            raise ValueError(f"vectors: expected those of {offsets.shape[0] - 1} documents, got {n}")
        if epochs < 1:
            raise ValueError(f"epochs: expected at least 1, got {epochs}")
        check_matrices({"vectors": vectors}, job.vector_size, {"vectors": n})
        if <size_t>vectors.shape[1] != job.stride:
            raise ValueError(f"vectors: expected rows of {job.stride} floats, got {vectors.shape[1]}")
        job.longest = check_corpus(ids, offsets, job.n_words, 0)
        job.ids, job.offsets = &ids[0] if ids.shape[0] else NULL, &offsets[0]
        job.alpha, job.min_alpha = alpha, min_alpha
        with nogil:
            status = w2v_infer(self.kernels, &job, n, epochs, &vectors[0, 0])
        check(status)
