# Skip-gram and CBOW with the full softmax.

cdef class SoftmaxJob(TrainJob):
    """A TrainJob whose outputs are all words, by the full softmax; the tables of noise are not used."""

    cdef w2v_status train(self, w2v_tally *tally) noexcept nogil:
        return w2v_softmax(self.kernels, &self.job, tally)
