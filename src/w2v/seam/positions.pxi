# The part of _core.pyx that checks what positions are given.

cdef int check_positional(positional, weights, sg, kernel, out, nodes, log_noise, frozen_output) except -1:
    if positional is not None and positional not in ("outputs", "weights"):
        raise ValueError(f"positional: expected None, 'outputs' or 'weights', got {positional!r}")
    if kernel != "batched" or out is None or nodes is not None or log_noise is not None:
        raise ValueError("positional: expected the kernel 'batched', and negative sampling alone")
    if (positional == "weights") != (weights is not None) or (weights is not None and sg):
        raise ValueError("weights: expected for CBOW with positional 'weights', and for nothing else")
    if positional == "outputs" and frozen_output:
        raise ValueError("frozen_output: expected False with positional 'outputs'")
    return 0
