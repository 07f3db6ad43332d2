# Tokens one by one: Python's objects become bytes, bytes become ids; and ids that the caller has already.

from cpython.long cimport PyLong_AsLongLongAndOverflow, PyLong_CheckExact
from cpython.object cimport PyObject
from cpython.unicode cimport PyUnicode_CheckExact
from libc.string cimport memcpy


cdef extern from *:
    """
    /* Without the GIL, another thread may change a list while we read it: then a copy is read. */
    #ifdef Py_GIL_DISABLED
    #define W2V_ITEMS(sequence) PySequence_Tuple(sequence)
    #else
    #define W2V_ITEMS(sequence) PySequence_Fast(sequence, "expected a sequence")
    #endif
    #ifdef Py_LIMITED_API
    #define W2V_ITEM(items, i) (PyList_Check(items) ? PyList_GetItem(items, i) : PyTuple_GetItem(items, i))
    #else
    #define W2V_ITEM(items, i) PySequence_Fast_GET_ITEM(items, i)
    #endif
    #if defined(__GNUC__)
    #define W2V_PREFETCH_ITEM(items, i) __builtin_prefetch((char *)W2V_ITEM(items, i) + 32)
    #else
    #define W2V_PREFETCH_ITEM(sequence, i) ((void)(i))
    #endif
    /* Where the UTF-8 of a str lies; false if only w2v_describe can tell. */
    static inline int w2v_plain(PyObject *string, const char **data, Py_ssize_t *size) {
    #ifdef Py_LIMITED_API
        if ((*data = PyUnicode_AsUTF8AndSize(string, size)) == NULL)
            PyErr_Clear();
        return *data != NULL;
    #else
        if (!PyUnicode_IS_COMPACT_ASCII(string))
            return 0;
        *data = (const char *)PyUnicode_DATA(string);
        *size = PyUnicode_GET_LENGTH(string);
        return 1;
    #endif
    }
    """
    bint w2v_plain(object string, const char **data, Py_ssize_t *size)
    void W2V_PREFETCH_ITEM(object items, Py_ssize_t i)
    object W2V_ITEMS(object sequence)  # a list or a tuple, to which the macros below apply
    PyObject *W2V_ITEM(object items, Py_ssize_t i)
    Py_ssize_t Py_SIZE(object items)

# What a token's bytes begin with if it is no str: bytes that UTF-8 does not have.
TAG_INT, TAG_BYTES, TAG_OTHER, TAG_EMPTY = b"\xff", b"\xfe", b"\xfd", b"\xfc"
cdef enum:
    INT_TAG = 0xff
    INT_SIZE = 9  # bytes: the tag and 64 bits, the lowest first
    AHEAD = 8  # tokens, objects all over the memory, are fetched so early
    LONGEST_TOKEN = 0x7fffffff  # bytes


cdef class TokenBlock:
    """Tokens as bytes and lengths, -1 (LINE_END) for the end of a sentence; `place` of the first in the input."""

    cdef public object text, lengths
    cdef public Py_ssize_t n_bytes, n_items
    cdef public int64_t number, place

    def __init__(self, Py_ssize_t n_bytes, Py_ssize_t n_items):
        self.text = np.empty(n_bytes + W2V_PADDING, dtype=np.uint8)
        self.lengths = np.empty(n_items, dtype=np.int32)


cdef class TokenReader:
    """Sentences of any hashable tokens to blocks of bytes.

    `sentences` is an iterator; `key_of(token)` gives the bytes of tokens that are neither plain str nor int of 64 bits;
    `tokens_of(sentence, number)` gives the tokens of a sentence that is neither list nor tuple.
    """

    cdef object sentences, key_of, tokens_of, items
    cdef Py_ssize_t at
    cdef readonly int64_t n_sentences, n_items, n_blocks
    cdef readonly bint all_str

    def __init__(self, sentences, key_of, tokens_of=None):
        self.sentences, self.key_of, self.tokens_of, self.all_str = iter(sentences), key_of, tokens_of, True

    def read(self, TokenBlock block):
        """Fill a block; return whether there was anything left to read."""
        cdef Py_ssize_t n_items = 0, n_bytes = 0
        cdef uint8_t[::1] text = block.text
        cdef int32_t[::1] lengths = block.lengths
        block.number, block.place = self.n_blocks, self.n_items
        while n_items < lengths.shape[0]:
            if self.items is None and not self.next_sentence():
                break
            if self.read_tokens(text, lengths, &n_bytes, &n_items):
                if n_items < lengths.shape[0]:
                    lengths[n_items] = W2V_LINE_END
                    n_items += 1
                    self.items = None
            elif n_items:
                break  # the block is full
            else:  # of one token alone
                block.text = text = np.empty(2 * text.shape[0], dtype=np.uint8)
        block.n_bytes, block.n_items = n_bytes, n_items
        self.n_items += n_items
        self.n_blocks += 1
        return n_items > 0

    cdef bint next_sentence(self) except -1:
        sentence = next(self.sentences, self)
        if sentence is self:
            return False
        self.n_sentences += 1
        if type(sentence) is not list and type(sentence) is not tuple and self.tokens_of is not None:
            sentence = self.tokens_of(sentence, self.n_sentences - 1)
        self.items = W2V_ITEMS(sentence)
        self.at = 0
        return True

    cdef bint read_tokens(self, uint8_t[::1] text, int32_t[::1] lengths, Py_ssize_t *n_bytes, Py_ssize_t *n_items) except -1:
        """Read on in the sentence; return whether its end was reached (or the room for lengths used up)."""
        cdef Py_ssize_t left = text.shape[0] - <Py_ssize_t>W2V_PADDING - n_bytes[0], size, at = self.at
        cdef Py_ssize_t most = lengths.shape[0] - n_items[0]
        cdef uint8_t *out = &text[n_bytes[0]]
        cdef int32_t *length = &lengths[0] + n_items[0]
        cdef object items = self.items
        cdef PyObject *token
        cdef const char *data = NULL
        try:
            while at < Py_SIZE(items) and most:
                if at + AHEAD < Py_SIZE(items):
                    W2V_PREFETCH_ITEM(items, at + AHEAD)
                token = W2V_ITEM(items, at)
                if PyUnicode_CheckExact(<object>token) and w2v_plain(<object>token, &data, &size):
                    if size and size <= left:
                        memcpy(out, data, size)
                    else:
                        size = self.write_any(<object>token, out, left)
                else:
                    size = self.write_any(<object>token, out, left)
                if size < 0:
                    return False
                out += size
                left -= size
                length[0] = <int32_t>size
                length += 1
                at += 1
                most -= 1
            return at >= Py_SIZE(items) or most == 0
        finally:
            self.at = at
            n_bytes[0] = text.shape[0] - <Py_ssize_t>W2V_PADDING - left
            n_items[0] = lengths.shape[0] - most

    cdef Py_ssize_t write_any(self, token, uint8_t *out, Py_ssize_t left) except -2:
        """Write the bytes of a token; return how many there are, or -1 if there is no room for them."""
        cdef Py_ssize_t size
        cdef int overflow = 0
        cdef long long number
        cdef bytes key
        cdef w2v_string string
        if PyUnicode_CheckExact(token) and len(<str>token):
            size = len(<str>token)
            if 4 * size > left:
                if 4 * size > LONGEST_TOKEN:
                    raise ValueError(f"sentence {self.n_sentences - 1}: a token of {size} characters is too long")
                return -1
            if w2v_describe(token, &string) and string.width:
                return w2v_utf8(string.data, string.width, string.length, out)
            key = (<str>token).encode("utf-8", "surrogatepass")
            memcpy(out, <const char *>key, len(key))
            return len(key)
        self.all_str = False
        if PyLong_CheckExact(token):
            number = PyLong_AsLongLongAndOverflow(token, &overflow)
            if not overflow:
                if left < INT_SIZE:
                    return -1
                out[0] = INT_TAG
                for size in range(8):
                    out[size + 1] = <uint8_t>(<uint64_t>number >> 8 * size)
                return INT_SIZE
        owned = token  # by us, for its __hash__ may take it out of the sentence
        try:
            hash(owned)
        except TypeError as error:
            raise TypeError(f"sentence {self.n_sentences - 1}: expected hashable tokens: {error}") from None
        try:
            key = self.key_of(owned)
        except TypeError as error:
            raise TypeError(f"sentence {self.n_sentences - 1}: {error}") from None
        size = len(key)
        if size > left:
            if size > LONGEST_TOKEN:
                raise ValueError(f"sentence {self.n_sentences - 1}: a token of {size} bytes is too long")
            return -1
        memcpy(out, <const char *>key, size)
        return size


cdef class TokenTable(WordTable):
    """A table of words that takes them from blocks of tokens."""

    def count_tokens(self, TokenBlock block, int32_t[::1] ids):
        """Count the tokens of a block and write their ids, -1 where sentences end."""
        self.take(block, ids, True)

    def find_tokens(self, TokenBlock block, int32_t[::1] ids):
        """Write the ids of the tokens of a block, not counting them; -2 for those that are not in the table."""
        self.take(block, ids, False)

    cdef int take(self, TokenBlock block, int32_t[::1] ids, bint counting) except -1:
        cdef const uint8_t[::1] text = block.text
        cdef const int32_t[::1] lengths = block.lengths
        cdef size_t n = block.n_items
        cdef uint64_t place = block.place
        cdef w2v_status status = W2V_OK
        if <size_t>ids.shape[0] < n:
            raise ValueError(f"ids: expected room for {n}, got {ids.shape[0]}")
        if n == 0:
            return 0
        with nogil:
            if counting:
                status = w2v_count_tokens(self.words, &text[0], &lengths[0], n, place, &ids[0])
            else:
                w2v_find_tokens(self.words, &text[0], &lengths[0], n, &ids[0])
        return check(status)

    def lengths(self, const int32_t[::1] ids):
        """Return the lengths in bytes of the words with these ids (not checked)."""
        lengths = np.empty(ids.shape[0], dtype=np.int64)
        cdef int64_t[::1] room = lengths
        if ids.shape[0]:
            w2v_words_lengths(self.words, &ids[0], ids.shape[0], &room[0])
        return lengths


# ---- ids that the caller has already ----------------------------------------------------------------------------------------

def tally_ids(const int32_t[::1] ids, int64_t[::1] counts):
    """Add 1 to counts[id] for every id; return the place of the first that is not below len(counts), or -1."""
    cdef int64_t n = ids.shape[0], done = 0
    if counts.shape[0] > 2**31 - 1:
        raise ValueError(f"counts: expected at most {2**31 - 1}, got {counts.shape[0]}")
    if n and counts.shape[0]:
        with nogil:
            done = w2v_tally_ids(&ids[0], n, &counts[0], <int32_t>counts.shape[0])
    return done if done < n else -1


def pack_walks(const int32_t[:, ::1] walks, int32_t[::1] ids, int64_t[::1] offsets):
    """Write the ids of walks that are filled up with -1, and the end of row i to offsets[i + 1]; return how many ids there are.

    Where something else stands, the number returned is -1 less its place in the array.
    """
    cdef int64_t rows = walks.shape[0], columns = walks.shape[1], n = 0
    if ids.shape[0] < rows * columns or offsets.shape[0] != rows + 1:
        raise ValueError(f"expected room for {rows * columns} ids and {rows + 1} offsets, got {ids.shape[0]}, {offsets.shape[0]}")
    offsets[0] = 0
    if rows and columns:
        with nogil:
            n = w2v_pack_walks(&walks[0, 0], rows, columns, &ids[0], &offsets[0])
    elif rows:
        np.asarray(offsets)[:] = 0
    return n
