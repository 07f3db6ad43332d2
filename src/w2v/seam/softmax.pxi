# The part of _core.pyx that trains with the full softmax.

cdef extern from "c/w2v.h" nogil:
    w2v_status w2v_softmax(const w2v_kernels *kernels, w2v_job *job, w2v_tally *tally)


cdef class SoftmaxJob(TrainJob):
    """A TrainJob whose outputs are all words, by the full softmax; the tables of noise are not used."""

    def run(self, tallies, Py_ssize_t mine):
        """Train until no sentences are left, adding up in tallies[mine] (dtype TALLY)."""
        cdef w2v_tally[::1] mine_of_all = tallies
        cdef w2v_tally *tally = &mine_of_all[mine]
        cdef w2v_status status
        with nogil:
            status = w2v_softmax(self.kernels, &self.job, tally)
        check(status)
