# Words and phrases counted, phrases found in sentences.

from libc.string cimport memcpy
from cpython.mem cimport PyMem_Free, PyMem_Malloc, PyMem_Realloc

CANDIDATE = np.dtype([("first", np.int64), ("last", np.int64), ("phrase", np.int64), ("n", np.int64), ("first_end", np.int64),
                      ("last_start", np.int64), ("score", np.float64)])
cdef enum:
    BATCH = 1 << 14  # ids counted at once


cdef class PhraseTable:
    """Counts of words (ids) and of phrases (paths of ids). For one thread at a time while it changes."""

    cdef w2v_phrases *counted
    cdef readonly int32_t n_words  # ids given so far are below this

    def __cinit__(self, int32_t n_connectors=0, int64_t limit=0):
        self.n_words = n_connectors
        self.counted = w2v_phrases_new(n_connectors, limit)
        if self.counted is NULL:
            check(W2V_NO_MEMORY)

    def __dealloc__(self):
        w2v_phrases_free(self.counted)

    def __len__(self):
        return w2v_phrases_live(self.counted)

    @property
    def total(self):
        """Words counted, connectors included."""
        return w2v_phrases_total(self.counted)

    @property
    def threshold(self):
        """What the next pruning drops words and phrases below."""
        return w2v_phrases_threshold(self.counted)

    def count(self, const int32_t[::1] ids, int32_t n_words, int64_t longest):
        """Count ids, which the caller answers for being LINE_END or 0..n_words-1; `longest` ends sentences (0: never)."""
        cdef w2v_status status = W2V_OK
        self.n_words = max(self.n_words, n_words)
        if ids.shape[0]:
            with nogil:
                status = w2v_phrases_count(self.counted, &ids[0], ids.shape[0], longest)
        check(status)

    def count_sentences(self, sentences, WordTable words not None):
        """Count sentences of str, adding their words to a table, where connectors are first; return how many there were."""
        batch = np.empty(BATCH, dtype=np.int32)
        cdef int32_t[::1] ids = batch
        cdef Py_ssize_t used = 0, n_sentences = 0, start, n
        cdef tuple strings
        for sentence in sentences:
            strings = tuple(sentence)
            for start in range(0, len(strings), CHUNK):
                n = min(CHUNK, len(strings) - start)
                try:
                    number(words, strings, start, n, True, &ids[used])
                except TypeError as error:
                    raise TypeError(f"sentence {n_sentences}: {error}") from None
                used += n
                if used > BATCH - CHUNK - 1:
                    self.count(batch[:used], len(words), 0)
                    used = 0
            ids[used] = W2V_LINE_END
            used += 1
            if used > BATCH - CHUNK - 1:
                self.count(batch[:used], len(words), 0)
                used = 0
            n_sentences += 1
        self.count(batch[:used], len(words), 0)
        return n_sentences

    def add(self, const int32_t[::1] words, const int64_t[::1] offsets, const int64_t[::1] counts):
        """Add counts to the paths words[offsets[i]:offsets[i + 1]]."""
        cdef w2v_status status
        if check_paths(words, offsets, counts):
            self.n_words = max(self.n_words, np.max(words) + 1)
            with nogil:
                status = w2v_phrases_add(self.counted, &words[0], &offsets[0], &counts[0], counts.shape[0])
            check(status)

    def reserve(self, Py_ssize_t n):
        """Make room for so many more words and phrases."""
        cdef w2v_status status
        with nogil:
            status = w2v_phrases_reserve(self.counted, max(0, n))
        check(status)

    def add_others(self, const int32_t[::1] words, const int64_t[::1] offsets, const int64_t[::1] counts):
        """As `add`, but pairs of words are left for `add_pairs`."""
        cdef w2v_status status
        if check_paths(words, offsets, counts):
            self.n_words = max(self.n_words, np.max(words) + 1)
            with nogil:
                status = w2v_phrases_add_others(self.counted, &words[0], &offsets[0], &counts[0], counts.shape[0])
            check(status)

    def add_pairs(self, const int32_t[::1] words, const int64_t[::1] offsets, const int64_t[::1] counts, Py_ssize_t first,
                  Py_ssize_t last):
        """Add the pairs of words among paths first..last-1 of those that `add_others` has had; room was reserved.

        Several threads may do so at the same time.
        """
        if not 0 <= first <= last <= counts.shape[0]:
            raise ValueError(f"paths: expected a part of {counts.shape[0]}, got {first}..{last}")
        if first < last:
            with nogil:
                w2v_phrases_add_pairs(self.counted, &words[0], &offsets[first], &counts[first], last - first)

    def prune(self, int64_t threshold):
        """Drop words and phrases with counts below the threshold."""
        cdef w2v_status status
        with nogil:
            status = w2v_phrases_prune(self.counted, threshold)
        check(status)

    def list(self):
        """Return all words, then all phrases, with a count, as `add` takes them: words, offsets, counts."""
        cdef int64_t n = w2v_phrases_live(self.counted)
        words, offsets = np.empty(w2v_phrases_size(self.counted), dtype=np.int32), np.empty(n + 1, dtype=np.int64)
        counts = np.empty(n, dtype=np.int64)
        cdef int32_t[::1] word = words
        cdef int64_t[::1] offset = offsets, count = counts
        offsets[0] = 0
        if n:
            with nogil:
                w2v_phrases_list(self.counted, &word[0], &offset[0], &count[0])
        return words, offsets, counts

    def phrases(self, const uint8_t[::1] connector, str kind, double threshold, double min_count, double n_vocab,
                double n_words):
        """Return the phrases that score above the threshold (dtype CANDIDATE) and their paths in one piece."""
        cdef w2v_scoring scoring = w2v_scoring(SCORES[kind], threshold, min_count, n_vocab, n_words)
        cdef size_t n = 0, size = 0
        cdef w2v_status status
        cdef w2v_candidate[::1] candidate
        cdef int32_t[::1] word
        if connector.shape[0] < self.n_words:
            raise ValueError(f"connector: expected {self.n_words} flags, got {connector.shape[0]}")
        with nogil:
            status = w2v_phrases_above(self.counted, connector_flags(connector), &scoring, NULL, &n, NULL, &size)
        check(status)
        candidates, words = np.empty(n, dtype=CANDIDATE), np.empty(size, dtype=np.int32)
        if n:
            candidate, word = candidates, words
            with nogil:
                status = w2v_phrases_above(self.counted, connector_flags(connector), &scoring, &candidate[0], &n, &word[0], &size)
            check(status)
        return candidates, words


cdef dict SCORES = {"custom": W2V_SCORE_NONE, "default": W2V_SCORE_DEFAULT, "npmi": W2V_SCORE_NPMI}


cdef const uint8_t *connector_flags(const uint8_t[::1] connector) noexcept nogil:
    return &connector[0] if connector.shape[0] else NULL


cdef bint check_paths(words, offsets, counts) except -1:
    """Raise unless these are paths of at least one word with counts; return whether there are any."""
    words, offsets, counts = np.asarray(words), np.asarray(offsets), np.asarray(counts)
    if len(offsets) != len(counts) + 1 or offsets[0] != 0 or offsets[len(counts)] != len(words):
        raise ValueError(f"offsets: expected {len(counts) + 1} from 0 to {len(words)}")
    if len(counts) and (np.diff(offsets).min() < 1 or counts.min() < 1 or words.min() < 0 or words.max() == 2**31 - 1):
        raise ValueError("paths: expected at least one word in each, ids of 0 or more, and counts of 1 or more")
    return len(counts) > 0


cdef class PhraseFinder:
    """Finds phrases in sentences of str by the counts of a table, which may grow meanwhile, or by scores given for its phrases.

    words : numbers words; those that are not there are split at the delimiter, unless scores are given
    connector : flags by id
    kind : "default", "npmi", "custom" (call `scorer(first, last, phrase)` with counts), or "given": a phrase with the count k has
        the score scores[k - 1], and in a sentence becomes joined[k - 1]
    """

    cdef PhraseTable table
    cdef WordTable words
    cdef const uint8_t[::1] connector
    cdef str delimiter
    cdef bint given
    cdef object scorer
    cdef w2v_scoring scoring
    cdef const double[::1] scores
    cdef list joined

    def __init__(self, PhraseTable table not None, WordTable words not None, const uint8_t[::1] connector, str delimiter not None,
                 str kind not None, threshold, min_count=0, n_vocab=0, n_words=0, scorer=None, scores=None, joined=None):
        self.table, self.words, self.connector, self.delimiter = table, words, connector, delimiter
        self.given, self.scorer = kind == "given", scorer
        self.scoring = w2v_scoring(SCORES.get(kind, W2V_SCORE_NONE), threshold, min_count, n_vocab, n_words)
        if self.given:
            self.scores, self.joined = scores, joined
            if self.scores.shape[0] != len(joined):
                raise ValueError(f"scores: expected {len(joined)}, got {self.scores.shape[0]}")

    def join(self, sentence):
        """Return the sentence as a list, phrases joined."""
        cdef list out = []
        self.run(sentence, out, None, None)
        return out

    def analyze(self, sentence):
        """Return the sentence, phrases joined, and a list of the same length: scores of phrases, None for other words."""
        cdef list out = [], scores = []
        self.run(sentence, out, scores, None)
        return out, scores

    def find(self, sentence, dict found not None):
        """Put the phrases of the sentence into `found` with their scores."""
        self.run(sentence, None, None, found)

    def look_up(self, tokens):
        """Return the count of these tokens, joined by the delimiter; 0 if there is none."""
        words = self.delimiter.join(tokens).split(self.delimiter)
        cdef const int32_t[::1] ids = number_words(self.words, words, False)
        return w2v_phrases_look_up(self.table.counted, &ids[0], ids.shape[0])

    cdef int run(self, sentence, list out, list scores, dict found) except -1:
        """Append to `out` and `scores` what `analyze` returns, or put phrases into `found`; None is left out."""
        if isinstance(sentence, (str, bytes, bytearray)):
            raise TypeError(f"expected a list of words, got the {type(sentence).__name__} {sentence[:40]!r}: split it into words")
        cdef tuple tokens = tuple(sentence)
        cdef Py_ssize_t n = len(tokens)
        cdef int64_t *starts = <int64_t *>PyMem_Malloc((n + 1) * (sizeof(int64_t) + sizeof(uint8_t)))
        cdef int32_t *words = <int32_t *>PyMem_Malloc((n + 1) * sizeof(int32_t))
        cdef uint8_t *connector = <uint8_t *>(starts + n + 1)
        try:
            if starts is NULL or words is NULL:
                raise MemoryError()
            self.read(tokens, &words, starts, connector)
            self.search(tokens, words, starts, connector, out, scores, found)
        finally:
            PyMem_Free(starts)
            PyMem_Free(words)
        return 0

    cdef int read(self, tuple tokens, int32_t **words, int64_t *starts, uint8_t *connector) except -1:
        """Write the ids of all tokens; `words` grows if a token has several."""
        cdef Py_ssize_t n = len(tokens), start, i, rare = 0
        cdef int32_t *ids = words[0]
        for start in range(0, n, CHUNK):
            number(self.words, tokens, start, min(CHUNK, n - start), False, ids + start)
        for i in range(n):
            starts[i] = i
            connector[i] = 0 <= ids[i] < self.connector.shape[0] and self.connector[ids[i]]
            if ids[i] < 0 and not self.given:
                rare += isinstance(tokens[i], str) and self.delimiter in tokens[i]
        starts[n] = n
        if rare:
            self.split(tokens, words, starts)
        return 0

    cdef int split(self, tuple tokens, int32_t **words, int64_t *starts) except -1:
        """Put the ids of pieces between delimiters for tokens that are not known whole."""
        cdef Py_ssize_t n = len(tokens), i
        cdef int32_t[::1] pieces
        cdef void *moved
        ids = []
        for i in range(n):
            starts[i] = len(ids)
            if words[0][i] < 0 and isinstance(tokens[i], str):
                ids.extend(number_words(self.words, tokens[i].split(self.delimiter), False).tolist())
            else:
                ids.append(words[0][i])
        starts[n] = len(ids)
        moved = PyMem_Realloc(words[0], len(ids) * sizeof(int32_t))
        if moved is NULL:
            raise MemoryError()
        words[0] = <int32_t *>moved
        pieces = np.array(ids, dtype=np.int32)
        memcpy(moved, &pieces[0], len(ids) * sizeof(int32_t))
        return 0

    cdef int search(self, tuple tokens, int32_t *words, int64_t *starts, uint8_t *connector, list out, list scores,
                    dict found) except -1:
        cdef int64_t done = 0, i
        cdef w2v_phrases_sentence s
        s.words, s.starts, s.connector, s.n = words, starts, connector, len(tokens)
        s.words_counted, s.at, s.open = not self.given, 0, -1
        if not self.given:
            w2v_phrases_fetch(self.table.counted, words, starts[s.n])
        while w2v_phrases_next(self.table.counted, &s):
            score = self.score(&s.counts)
            if not score > self.scoring.threshold:
                continue
            s.open = -1
            phrase = self.joined[s.counts.phrase - 1] if self.given else self.delimiter.join(tokens[s.first:s.last + 1])
            if found is not None:
                found[phrase] = score
            if out is not None:
                for i in range(done, s.first):
                    out.append(tokens[i])
                out.append(phrase)
            if scores is not None:
                scores.extend([None] * (s.first - done))
                scores.append(score)
            done = s.last + 1
        if out is not None:
            out.extend(tokens[done:] if done else tokens)
        if scores is not None:
            scores.extend([None] * (s.n - done))
        return 0

    cdef object score(self, const w2v_counts *counts):
        if self.given:
            return self.scores[counts.phrase - 1]
        if self.scorer is not None:
            return self.scorer(counts.first, counts.last, counts.phrase)
        return w2v_phrase_score(&self.scoring, counts)
