# Rows of files of vectors.

cdef extern from "Python.h":
    object PyUnicode_DecodeUTF8(const char *text, Py_ssize_t length, const char *errors)
    Py_hash_t PyObject_Hash(object value) except -1


cdef enum:
    WORDS_AT_ONCE = 64


cdef extern from *:
    """
    #ifdef Py_LIMITED_API /* a dict with room is not in the stable ABI */
    #define W2V_NEW_DICT(n) PyDict_New()
    #define W2V_SET_DEFAULT(index, key, value) (PyDict_Contains(index, key) ? 0 : PyDict_SetItem(index, key, value))
    #else
    #define W2V_NEW_DICT(n) __Pyx_PyDict_NewPresized(n)
    #define W2V_SET_DEFAULT(index, key, value) (PyDict_SetDefault(index, key, value) ? 0 : -1)
    #endif
    """
    dict W2V_NEW_DICT(Py_ssize_t n)
    int W2V_SET_DEFAULT(dict index, object key, object value) except -1


def read_rows(const uint8_t[::1] text, bint last, bint binary, float[:, ::1] out, int64_t[:, ::1] words):
    """Read rows of a word2vec file into out (n, d) and words (n, 2: start, end); return rows read and bytes used."""
    cdef size_t rows = out.shape[0], columns = out.shape[1], length = text.shape[0], position = 0, done = 0
    if words.shape[0] != out.shape[0] or words.shape[1] != 2:
        raise ValueError(f"words: expected shape {(out.shape[0], 2)}, got {(words.shape[0], words.shape[1])}")
    if rows and columns and length:
        with nogil:
            done = w2v_read_rows(<const char *>&text[0], length, last, binary, &out[0, 0], rows, columns, &words[0, 0],
                                 &position)
    return done, position


def write_rows(const uint8_t[::1] words, const int64_t[::1] ends, const float[:, :] vectors):
    """Text rows of a word2vec file, as bytes: word i is words[ends[i - 1]:ends[i]], vectors (n, d) has contiguous rows."""
    cdef size_t rows = vectors.shape[0], columns = vectors.shape[1], done = 0
    cdef size_t stride = vectors.strides[0] // sizeof(float)
    check_words(ends, words.shape[0], rows)
    if vectors.strides[1] != sizeof(float) or vectors.strides[0] % sizeof(float) or vectors.strides[0] < 0:
        raise ValueError("vectors: expected contiguous rows")
    out = np.empty(words.shape[0] + rows * (1 + columns * W2V_NUMBER_CHARS) + 16, dtype=np.uint8)  # not zeroed
    cdef uint8_t[::1] room = out
    cdef const char *names = b""  # not NULL, which memcpy does not take for 0 bytes either
    if words.shape[0]:
        names = <const char *>&words[0]
    if rows and columns:
        with nogil:
            done = w2v_write_rows(names, &ends[0], &vectors[0, 0], stride, rows, columns, <char *>&room[0])
    return memoryview(out)[:done]


def index_words(const uint8_t[::1] text, const int64_t[:, :] spans, str errors, list words, dict index):
    """Append the words text[start:end] of spans (n, 2), in UTF-8, to a list, and their places to an index, where the first of
    equal words stays; `errors` as for bytes.decode. A list and an index at once, because a word just made is still in the cache."""
    cdef Py_ssize_t i, done, end_of_batch, n = spans.shape[0], length = text.shape[0], place = len(words)
    cdef int64_t start, end
    cdef const char *first = <const char *>&text[0] if length else NULL
    cdef bytes handler = errors.encode()
    cdef const char *handling = handler
    if spans.shape[1] != 2:
        raise ValueError(f"spans: expected pairs, got {spans.shape[1]} columns")
    # In batches: nearly every look-up waits for memory, and those of a batch wait together if nothing else is between them.
    for done in range(0, n, WORDS_AT_ONCE):
        end_of_batch = min(n, done + WORDS_AT_ONCE)
        for i in range(done, end_of_batch):
            start, end = spans[i, 0], spans[i, 1]
            if not 0 <= start <= end <= length:
                raise ValueError(f"spans: expected offsets within {length} bytes, got {start}, {end}")
            word = PyUnicode_DecodeUTF8(first + start, end - start, handling)
            PyObject_Hash(word)  # a str keeps its hash
            words.append(word)
        for i in range(done, end_of_batch):
            W2V_SET_DEFAULT(index, words[place + i], place + i)


def roomy_dict(Py_ssize_t n):
    """An empty dict with room for n keys, at most as many as fit 16 GB."""
    return W2V_NEW_DICT(min(n, 1 << 28))


cdef int check_words(ends, size, rows) except -1:
    """Raise unless `ends` are where so many words end within `size` bytes."""
    lengths = np.diff(np.asarray(ends), prepend=0)
    if len(lengths) != rows or (lengths < 0).any() or (rows and ends[rows - 1] > size):
        raise ValueError(f"ends: expected {rows} rising offsets within {size} bytes of words")
    return 0
