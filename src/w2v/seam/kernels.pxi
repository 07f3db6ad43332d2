# What this processor can run.

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
