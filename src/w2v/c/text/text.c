/* Text to ids: find the words, look each up in a table of words, write its id. */
#include "hash.h"

/* Tokens wait in a batch, so that their slots arrive in the cache together instead of one after another. */
enum { BATCH = 32 };

#if defined(__GNUC__)
#define PREFETCH(address) __builtin_prefetch(address)
#define LOWEST_BIT(x) ((unsigned)__builtin_ctzll(x))
#else
#define PREFETCH(address) ((void)0)
static unsigned LOWEST_BIT(uint64_t x) {
    unsigned n = 0;
    for (; !(x & 255); x >>= 8)
        n += 8;
    for (; !(x & 1); x >>= 1)
        n++;
    return n;
}
#endif

/* ---- Whitespace: what Python's str.split() splits at ---- */

#define EACH(byte) (0x0101010101010101u * (byte))

/* Bit 7 of each byte of the result: whether the low seven bits of that byte of x are in low..high. */
static inline uint64_t between(uint64_t x, unsigned low, unsigned high) {
    x &= EACH(0x7F);
    return (x + EACH(0x80u - low)) & ~(x + EACH(0x7Fu - high)) & EACH(0x80u);
}

/* The bits 7 of the bytes, gathered: bit i of the result is that of byte i. */
static inline uint64_t gather(uint64_t bits) {
    return (bits >> 7) * 0x0102040810204080u >> 56;
}

/* The width of the whitespace character of more than one byte at p, or 0: U+0085, U+00A0, U+1680, U+2000 to U+200A, U+2028,
 * U+2029, U+202F, U+205F, U+3000. None can begin inside another, so the direction of the search does not matter. */
static inline size_t wide_space(const uint8_t *p, size_t left) {
    if (left >= 2 && p[0] == 0xC2)
        return p[1] == 0x85 || p[1] == 0xA0 ? 2 : 0;
    if (left < 3)
        return 0;
    if (p[0] == 0xE2 && p[1] == 0x80)
        return (p[2] >= 0x80 && p[2] <= 0x8A) || p[2] == 0xA8 || p[2] == 0xA9 || p[2] == 0xAF ? 3 : 0;
    if (p[0] == 0xE2)
        return p[1] == 0x81 && p[2] == 0x9F ? 3 : 0;
    if (p[0] == 0xE1)
        return p[1] == 0x9A && p[2] == 0x80 ? 3 : 0;
    return p[0] == 0xE3 && p[1] == 0x80 && p[2] == 0x80 ? 3 : 0;
}

static inline int narrow_space(uint8_t byte) {
    return (byte >= 9 && byte <= 13) || (byte >= 28 && byte <= 32);
}

/* Where whitespace characters begin in the 64 bytes at p: bit i for p[i]. No more than `left` bytes belong to the text. */
static inline uint64_t spaces_in_64(const uint8_t *p, size_t left) {
    uint64_t spaces = 0, high = 0, words[8];
    for (int i = 0; i < 8; i++) {
        uint64_t x = words[i] = w2v_load(p + 8 * i);
        spaces |= gather((between(x, 9, 13) | between(x, 28, 32)) & ~x) << 8 * i;
        high |= x;
    }
    if (high & EACH(0x80u)) {
        uint64_t leads = 0; /* bytes 0xC2, 0xE1, 0xE2, 0xE3 */
        for (int i = 0; i < 8; i++)
            leads |= gather((between(words[i], 0x42, 0x42) | between(words[i], 0x61, 0x63)) & words[i]) << 8 * i;
        for (; leads; leads &= leads - 1) {
            unsigned at = LOWEST_BIT(leads);
            if (at < left && wide_space(p + at, left - at))
                spaces |= (uint64_t)1 << at;
        }
    }
    return left < 64 ? spaces & (((uint64_t)1 << left) - 1) : spaces;
}

size_t w2v_last_space_end(const uint8_t *text, size_t n) {
    for (size_t at = n; at-- > 0;) {
        size_t width = narrow_space(text[at]) ? 1 : text[at] < 0xC2 ? 0 : wide_space(text + at, n - at);
        if (width)
            return at + width;
    }
    return 0;
}

/* ---- Tokens to ids ---- */

typedef struct {
    w2v_words *words;
    const uint8_t *text;
    uint64_t offset; /* of text in the input */
    w2v_token batch[BATCH];
    int n_batch, every_end;
    int32_t *out, *begin;
    size_t n_ends;
} encoder;

typedef w2v_status flusher(encoder *e);

/* Lines without a word leave no end, unless every end is wanted; the first end in a block may belong to words of the block before. */
static inline void write_end(encoder *e) {
    if (e->every_end || e->out == e->begin || e->out[-1] != W2V_LINE_END) {
        *e->out++ = W2V_LINE_END;
        e->n_ends++;
    }
}

static w2v_status flush_counting(encoder *e) {
    w2v_words *words = e->words;
    for (int i = 0; i < e->n_batch; i++) {
        w2v_token *token = &e->batch[i];
        w2v_status status = W2V_OK;
        if (token->length == 0) {
            write_end(e);
            if (words->limit && words->run)
                status = w2v_keep_limit(words);
        } else {
            w2v_slot *slot = w2v_find(words, token);
            if (slot->length) {
                slot->count++;
                *e->out++ = slot->id;
            } else {
                *e->out++ = words->n_words;
                status = w2v_insert(words, slot, token, 1, e->offset + (uint64_t)(token->text - e->text));
            }
            if (words->limit && ++words->run == W2V_LONGEST_SENTENCE && status == W2V_OK)
                status = w2v_keep_limit(words);
        }
        if (status != W2V_OK)
            return status;
    }
    e->n_batch = 0;
    return W2V_OK;
}

static w2v_status flush_finding(encoder *e) {
    for (int i = 0; i < e->n_batch; i++) {
        if (e->batch[i].length == 0) {
            write_end(e);
        } else {
            const w2v_slot *slot = w2v_find(e->words, &e->batch[i]);
            *e->out++ = slot->length ? slot->id : W2V_UNKNOWN;
        }
    }
    e->n_batch = 0;
    return W2V_OK;
}

/* Find the tokens of text[0 .. n - 1] and its line ends, and hand them to `flush` by the batch. */
static inline w2v_status scan(encoder *e, size_t n, flusher *flush) {
    const uint8_t *text = e->text;
    size_t start = 0;
    w2v_status status = W2V_OK;
    for (size_t base = 0; base < n; base += 64) {
        for (uint64_t spaces = spaces_in_64(text + base, n - base); spaces; spaces &= spaces - 1) {
            size_t at = base + LOWEST_BIT(spaces);
            if (at > start) {
                e->batch[e->n_batch] = w2v_token_of(text + start, (uint32_t)(at - start));
                PREFETCH(&e->words->slots[e->batch[e->n_batch++].hash & e->words->mask]);
            }
            if (e->n_batch == BATCH && (status = flush(e)) != W2V_OK)
                return status;
            start = at + (text[at] < 0x80 ? 1 : text[at] == 0xC2 ? 2 : 3);
            if (text[at] == '\n')
                e->batch[e->n_batch++].length = 0;
            if (e->n_batch == BATCH && (status = flush(e)) != W2V_OK)
                return status;
        }
    }
    if (start < n)
        e->batch[e->n_batch++] = w2v_token_of(text + start, (uint32_t)(n - start));
    return flush(e);
}

w2v_status w2v_count(w2v_words *words, const uint8_t *text, size_t n, uint64_t offset, int32_t *ids, size_t *n_ids,
                     size_t *n_ends) {
    encoder e = {.words = words, .text = text, .offset = offset, .out = ids, .begin = ids};
    w2v_status status = scan(&e, n, flush_counting);
    *n_ids = (size_t)(e.out - ids);
    *n_ends = e.n_ends;
    return status;
}

void w2v_encode(const w2v_words *words, const uint8_t *text, size_t n, int every_end, int32_t *ids, size_t *n_ids, size_t *n_ends) {
    encoder e = {.words = (w2v_words *)words, .text = text, .every_end = every_end, .out = ids, .begin = ids};
    scan(&e, n, flush_finding); /* only finds: cannot fail */
    *n_ids = (size_t)(e.out - ids);
    *n_ends = e.n_ends;
}

w2v_block w2v_remap(int32_t *ids, size_t n, const int32_t *map, int line_open, int64_t *ends) {
    w2v_block block = {0};
    size_t kept = 0;
    for (size_t i = 0; i < n; i++) {
        int32_t id = ids[i];
        if (id == W2V_LINE_END) {
            block.n_lines += i > 0 || line_open;
            ends[block.n_ends++] = (int64_t)kept;
            continue;
        }
        if (id >= 0 && map)
            id = map[id];
        ids[kept] = id;
        kept += id >= 0; /* no branch: which words are dropped cannot be foreseen */
    }
    block.n_kept = kept;
    return block;
}
