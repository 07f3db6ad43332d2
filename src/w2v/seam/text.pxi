# Text to ids: blocks of bytes, and tables of words.

cdef int check_text(const uint8_t[::1] text, size_t n, const int32_t[::1] ids) except -1:
    if <size_t>text.shape[0] < n + W2V_PADDING:
        raise ValueError(f"text: expected {n} + {W2V_PADDING} bytes, got {text.shape[0]}")
    if <size_t>ids.shape[0] < n + 2:
        raise ValueError(f"ids: expected room for {n} + 2, got {ids.shape[0]}")
    return 0


def trim():
    """Give memory that was freed back to the system."""
    with nogil:
        w2v_trim()


def last_space_end(const uint8_t[::1] text, size_t n):
    """Return where the last whitespace character of text[:n] ends; 0 if there is none."""
    if n > <size_t>text.shape[0]:
        raise ValueError(f"text: expected at least {n} bytes, got {text.shape[0]}")
    return w2v_last_space_end(&text[0], n) if n else 0


def remap(int32_t[::1] ids, map, bint line_open, int64_t[::1] ends):
    """Replace ids in place by those of `map` (None: by themselves); return the numbers kept, of line ends and of lines.

    The caller answers for the ids being indices of `map`, and for `ends` having room for every line end.
    """
    cdef const int32_t[::1] given = map
    cdef const int32_t *pointer = &given[0] if map is not None and given.shape[0] else NULL
    cdef w2v_block block
    if ids.shape[0] == 0:
        return 0, 0, 0
    with nogil:
        block = w2v_remap(&ids[0], ids.shape[0], pointer, line_open, &ends[0] if ends.shape[0] else NULL)
    return block.n_kept, block.n_ends, block.n_lines


cdef class WordTable:
    """Distinct words (byte strings), numbered in the order in which they came, with counts and place of first appearance."""

    cdef w2v_words *words

    def __cinit__(self, int32_t limit=0):
        self.words = w2v_words_new()
        if self.words is NULL:
            raise MemoryError("w2v: no memory for a table of words")
        w2v_words_limit(self.words, limit)

    def __dealloc__(self):
        w2v_words_free(self.words)

    def __len__(self):
        return w2v_words_count(self.words)

    @property
    def dropped(self):
        """Whether the limit made the table drop words, so that ids given before mean nothing."""
        return w2v_words_dropped(self.words)

    def count(self, const uint8_t[::1] text, size_t n, uint64_t offset, int32_t[::1] ids):
        """Count the words of text[:n] and write their ids; return the numbers of ids and of line ends among them."""
        cdef size_t n_ids = 0, n_ends = 0
        cdef w2v_status status
        check_text(text, n, ids)
        with nogil:
            status = w2v_count(self.words, &text[0], n, offset, &ids[0], &n_ids, &n_ends)
        check(status)
        return n_ids, n_ends

    def encode(self, const uint8_t[::1] text, size_t n, int32_t[::1] ids, bint every_end=False):
        """Write the ids of the words of text[:n], not counting them; return the numbers of ids and of line ends.

        With `every_end`, a line without words has its end, too.
        """
        cdef size_t n_ids = 0, n_ends = 0
        check_text(text, n, ids)
        with nogil:
            w2v_encode(self.words, &text[0], n, every_end, &ids[0], &n_ids, &n_ends)
        return n_ids, n_ends

    def add(self, words):
        """Add words (a list of non-empty bytes) with the count 0."""
        cdef const uint8_t[::1] text = b"".join(words) + bytes(W2V_PADDING)
        cdef const int64_t[::1] lengths = np.fromiter(map(len, words), dtype=np.int64, count=len(words))
        cdef w2v_status status
        if len(words):
            with nogil:
                status = w2v_words_add(self.words, &text[0], &lengths[0], lengths.shape[0])
            check(status)

    def merge(self, WordTable other):
        """Add all words of another table; return the map from its ids to those here."""
        map = np.empty(len(other), dtype=np.int32)
        cdef int32_t[::1] ids = map
        cdef w2v_status status
        if len(other):
            with nogil:
                status = w2v_words_merge(self.words, other.words, &ids[0])
            check(status)
        return map

    def list(self):
        """Return counts and byte offsets of first appearance, both int64 arrays by id."""
        counts, first = np.empty(len(self), dtype=np.int64), np.empty(len(self), dtype=np.int64)
        cdef int64_t[::1] count_of = counts, first_of = first
        if len(self):
            w2v_words_list(self.words, &count_of[0], &first_of[0])
        return counts, first

    def spell(self, const int32_t[::1] ids):
        """Return the bytes of the words with these ids (not checked), a newline after each."""
        cdef const int32_t *pointer = &ids[0] if ids.shape[0] else NULL
        cdef bytes out = bytes(w2v_words_spell(self.words, pointer, ids.shape[0], NULL))
        w2v_words_spell(self.words, pointer, ids.shape[0], <uint8_t *><char *>out)
        return out
