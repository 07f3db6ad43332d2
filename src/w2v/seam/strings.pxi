# Strings of Python to ids.

cdef extern from *:
    """
    /* Describe a str; false if it has no UTF-8 (lone surrogates). The stable ABI gives only UTF-8, which Python then keeps in the str. */
    static inline int w2v_describe(PyObject *string, w2v_string *out) {
    #ifdef Py_LIMITED_API
        Py_ssize_t size;
        const char *data = PyUnicode_AsUTF8AndSize(string, &size);
        if (!data) {
            PyErr_Clear();
            return 0;
        }
        *out = (w2v_string){data, (size_t)size, 0, size == PyUnicode_GetLength(string) && PyUnicode_CheckExact(string)};
    #else
    #if PY_VERSION_HEX < 0x030C0000
        if (PyUnicode_READY(string) < 0) {
            PyErr_Clear();
            return 0;
        }
    #endif
        *out = (w2v_string){PyUnicode_DATA(string), (size_t)PyUnicode_GET_LENGTH(string), PyUnicode_KIND(string),
                            PyUnicode_IS_COMPACT_ASCII(string)}; /* else, as in subclasses, nothing precedes the data */
    #endif
        return 1;
    }
    """
    bint w2v_describe(object string, w2v_string *out)


cdef enum:
    CHUNK = 128  # strings numbered at once


cdef int number(WordTable words, tuple strings, Py_ssize_t start, Py_ssize_t n, bint add, int32_t *ids) except -1:
    """Write the ids of strings[start:start + n], n up to CHUNK; W2V_UNKNOWN for what is not there and not to be added."""
    cdef w2v_string described[CHUNK]
    cdef Py_ssize_t i
    cdef bytes utf8
    kept = []
    described[0] = w2v_string(NULL, 0, 1, 0)  # gcc warns of an array that stays empty if n is 0
    for i in range(n):
        string = strings[start + i]
        if isinstance(string, str):
            if not w2v_describe(string, &described[i]):
                utf8 = (<str>string).encode("utf-8", "surrogatepass")
                kept.append(utf8)
                described[i] = w2v_string(<const char *>utf8, len(utf8), 0, 0)
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
