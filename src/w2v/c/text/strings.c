/* Python's strings to ids, by the table that numbers the words of text files. */
#include <stdlib.h>

#include "compiler.h"
#include "hash.h"

/* Tokens wait in a batch, so that their slots arrive in the cache together; what is not plain ASCII of up to 16 bytes is written
 * into the scratch first. */
enum { BATCH = 32, SCRATCH = 4096, PADDING = 16 };

/* An empty string and a line feed have no place in the table. These bytes are not in UTF-8. */
enum { EMPTY = 0xFF, LINE_FEED = 0xFE };

typedef struct {
    w2v_words *words;
    int add;
    w2v_token tokens[BATCH];
    int n_tokens;
    int32_t *out;
    size_t used;
    uint8_t scratch[SCRATCH];
} numberer;

static uint32_t character(const w2v_string *string, size_t i) {
    if (string->width <= 1)
        return ((const uint8_t *)string->data)[i];
    return string->width == 2 ? ((const uint16_t *)string->data)[i] : ((const uint32_t *)string->data)[i];
}

/* Write a string as UTF-8, surrogates like other characters; returns the number of bytes. */
static size_t encode(const w2v_string *string, uint8_t *out) {
    uint8_t *at = out;
    if (string->length == 0)
        *at++ = EMPTY;
    for (size_t i = 0; i < string->length; i++) {
        uint32_t c = character(string, i);
        if (c < 0x80 || !string->width) {
            *at++ = c == '\n' ? LINE_FEED : (uint8_t)c;
            continue;
        }
        int more = c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
        *at++ = (uint8_t)((0xFF00u >> (more + 1)) | c >> 6 * more);
        while (more--)
            *at++ = (uint8_t)(0x80 | (c >> 6 * more & 0x3F));
    }
    memset(at, 0, PADDING);
    return (size_t)(at - out);
}

/* Whether one of the eight bytes is a line feed (there may be false alarms, which do no harm). */
static inline int has_line_feed(uint64_t bytes) {
    bytes ^= 0x0A0A0A0A0A0A0A0Au;
    return ((bytes - 0x0101010101010101u) & ~bytes & 0x8080808080808080u) != 0;
}

/* The token of an ASCII string of 1 to 16 bytes. What precedes its data may be read, what follows may not. */
static inline w2v_token short_token(const w2v_string *string) {
    uint32_t n = (uint32_t)string->length;
    const uint8_t *text = string->data;
    w2v_token token = {.text = text, .length = n};
    uint64_t last = w2v_load(text + n - 8);
    if (n <= 8) {
        token.head = last >> (64 - 8 * n);
    } else {
        token.head = w2v_load(text);
        token.next = last >> (128 - 8 * n);
    }
    token.hash = w2v_hash(&token);
    return token;
}

static w2v_status number_token(numberer *n, const w2v_token *token) {
    w2v_slot *slot = w2v_find(n->words, token);
    if (slot->length) {
        *n->out++ = slot->id;
        return W2V_OK;
    }
    *n->out++ = n->add ? n->words->n_words : W2V_UNKNOWN;
    return n->add ? w2v_insert(n->words, slot, token, 0, 0) : W2V_OK;
}

static w2v_status flush(numberer *n) {
    w2v_status status = W2V_OK;
    for (int i = 0; i < n->n_tokens && status == W2V_OK; i++)
        if (n->tokens[i].length)
            status = number_token(n, &n->tokens[i]);
        else
            *n->out++ = W2V_UNKNOWN;
    n->n_tokens = 0;
    n->used = 0;
    return status;
}

/* Number a string that is too long for the scratch. */
static w2v_status number_long(numberer *n, const w2v_string *string, size_t room) {
    uint8_t *text = string->length < UINT32_MAX / 4 ? malloc(room) : NULL;
    w2v_status status = text ? flush(n) : W2V_NO_MEMORY;
    if (status == W2V_OK) {
        w2v_token token = w2v_token_of(text, (uint32_t)encode(string, text));
        status = number_token(n, &token);
    }
    free(text);
    return status;
}

w2v_status w2v_words_number(w2v_words *words, const w2v_string *strings, size_t n_strings, int add, int32_t *ids) {
    numberer n = {.words = words, .add = add, .out = ids};
    w2v_status status = W2V_OK;
    for (size_t i = 0; i < n_strings && status == W2V_OK; i++) {
        const w2v_string *string = &strings[i];
        w2v_token *token = &n.tokens[n.n_tokens];
        size_t room = (string->length + 1) * 4 + PADDING;
        if (!string->data) {
            token->length = 0;
        } else if (string->ascii && string->length - 1 < 16 &&
                   (*token = short_token(string), !has_line_feed(token->head) && !has_line_feed(token->next))) {
            W2V_PREFETCH(&words->slots[token->hash & words->mask]);
        } else if (room > SCRATCH) {
            status = number_long(&n, string, room);
            continue;
        } else {
            if (n.used + room > SCRATCH && (status = flush(&n)) != W2V_OK)
                break;
            token = &n.tokens[n.n_tokens];
            uint8_t *text = n.scratch + n.used;
            *token = w2v_token_of(text, (uint32_t)encode(string, text));
            n.used += token->length + PADDING;
            W2V_PREFETCH(&words->slots[token->hash & words->mask]);
        }
        if (++n.n_tokens == BATCH)
            status = flush(&n);
    }
    return status == W2V_OK ? flush(&n) : status;
}
