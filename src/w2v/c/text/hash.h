/* The table of words, as text.c and hash.c share it: open addressing, one cache line read for a word of up to 16 bytes. */
#ifndef W2V_HASH_H
#define W2V_HASH_H

#include <string.h>

#include "w2v.h"

/* A word on its way into the table. `head` and `next` are its first 16 bytes, padded with zeros. */
typedef struct {
    uint64_t head, next, hash;
    const uint8_t *text;
    uint32_t length; /* bytes, at least 1 */
} w2v_token;

/* One cell; length 0 marks an empty one. Two cells fill a cache line. */
typedef struct {
    uint64_t head, next;
    uint64_t count;
    uint32_t length;
    int32_t id;
} w2v_slot;

struct w2v_words {
    w2v_slot *slots;
    size_t mask; /* number of slots - 1 */
    int32_t n_words, max_words;
    uint64_t *starts; /* word `id` is letters[starts[id] .. starts[id + 1] - 1] */
    uint64_t *first;  /* where word `id` was seen first: its byte offset in the input */
    uint8_t *letters; /* followed by W2V_PADDING readable bytes */
    size_t max_letters;
    /* Bounded counting, see w2v_words_limit. */
    int32_t limit;
    uint32_t run;       /* tokens of the present line, since the last look at the limit */
    uint64_t threshold; /* the next pruning drops words with smaller counts */
    int dropped;
};

/* Eight bytes in the order of a little-endian machine, whatever this one is: compilers make one load of it. */
static inline uint64_t w2v_load(const uint8_t *p) {
    return (uint64_t)p[0] | (uint64_t)p[1] << 8 | (uint64_t)p[2] << 16 | (uint64_t)p[3] << 24 | (uint64_t)p[4] << 32 |
           (uint64_t)p[5] << 40 | (uint64_t)p[6] << 48 | (uint64_t)p[7] << 56;
}

/* The low `n` bytes of x, n from 1 to 8. */
static inline uint64_t w2v_low_bytes(uint64_t x, uint32_t n) {
    return x & (~(uint64_t)0 >> (64 - 8 * n));
}

/* Hash the token's bytes; its first 16 are already in head and next. */
static inline uint64_t w2v_hash(const w2v_token *token) {
    uint64_t h = (token->head ^ 0x9E3779B97F4A7C15u) * 0xBF58476D1CE4E5B9u;
    h = ((h ^ h >> 32) + token->next + token->length) * 0x94D049BB133111EBu;
    for (uint32_t at = 16; at < token->length; at += 8) {
        uint32_t left = token->length - at;
        uint64_t bytes = w2v_low_bytes(w2v_load(token->text + at), left < 8 ? left : 8);
        h = ((h ^ h >> 32) + bytes) * 0x9FB21C651E98DF25u;
    }
    return h ^ h >> 29;
}

/* The token of these bytes; 16 bytes beyond them must be readable. */
static inline w2v_token w2v_token_of(const uint8_t *text, uint32_t length) {
    w2v_token token = {.text = text, .length = length};
    token.head = w2v_low_bytes(w2v_load(text), length < 8 ? length : 8);
    uint64_t next = w2v_load(text + 8);
    uint32_t left = length < 16 ? length - 8 : 8;
    token.next = length > 8 ? w2v_low_bytes(next, left) : 0;
    token.hash = w2v_hash(&token);
    return token;
}

/* The token's slot, or the empty slot where it belongs. */
static inline w2v_slot *w2v_find(const w2v_words *words, const w2v_token *token) {
    for (size_t at = token->hash & words->mask;; at = (at + 1) & words->mask) {
        w2v_slot *slot = &words->slots[at];
        if (slot->length == 0)
            return slot;
        if (slot->head == token->head && slot->next == token->next && slot->length == token->length &&
            (token->length <= 16 ||
             memcmp(words->letters + words->starts[slot->id] + 16, token->text + 16, token->length - 16) == 0))
            return slot;
    }
}

/* Put a token into the empty slot that w2v_find gave. The slot may have moved afterwards. On failure the table is valid and
 * either lacks the word or holds it with a full table; in both cases the caller gives up. */
w2v_status w2v_insert(w2v_words *words, w2v_slot *slot, const w2v_token *token, uint64_t count, uint64_t first);

/* At the end of a line, or of 10,000 tokens of one: prune if there are more than `limit` words. */
w2v_status w2v_keep_limit(w2v_words *words);

#endif
