# Strings of Python to ids.

cdef extern from *:
    """
    #if PY_VERSION_HEX < 0x030C0000
    #define w2v_unicode_ready(string) PyUnicode_READY(string)
    #else
    #define w2v_unicode_ready(string) 0
    #endif
    """
    int w2v_unicode_ready(object string) except -1
    int PyUnicode_IS_ASCII(object string)
    int PyUnicode_KIND(object string)
    Py_ssize_t PyUnicode_GET_LENGTH(object string)
    const void *PyUnicode_DATA(object string)


cdef enum:
    CHUNK = 128  # strings numbered at once


cdef int number(WordTable words, tuple strings, Py_ssize_t start, Py_ssize_t n, bint add, int32_t *ids) except -1:
    """Write the ids of strings[start:start + n], n up to CHUNK; W2V_UNKNOWN for what is not there and not to be added."""
    cdef w2v_string described[CHUNK]
    cdef Py_ssize_t i
    described[0] = w2v_string(NULL, 0, 1, 0)  # gcc warns of an array that stays empty if n is 0
    for i in range(n):
        string = strings[start + i]
        if isinstance(string, str):
            w2v_unicode_ready(string)
            described[i] = w2v_string(PyUnicode_DATA(string), PyUnicode_GET_LENGTH(string), PyUnicode_KIND(string),
                                      PyUnicode_IS_ASCII(string))
        else:
            if add:
                raise TypeError(f"expected words of type str, got {type(string).__name__}")
            described[i] = w2v_string(NULL, 0, 1, 0)
    check(w2v_words_number(words.words, described, n, add, ids))
    return 0


def number_words(WordTable table not None, words, bint add=True):
    """Return the ids of words of type str, adding those that are not there, or taking -2 for them."""
    cdef tuple strings = tuple(words)
    cdef Py_ssize_t n = len(strings), start
    numbers = np.empty(n + 1, dtype=np.int32)
    cdef int32_t[::1] ids = numbers
    for start in range(0, n, CHUNK):
        number(table, strings, start, min(CHUNK, n - start), add, &ids[start])
    return numbers[:n]
