/* Tokens that come one by one, as bytes and their lengths, to ids; and the strings of a Python to such bytes. */
#include "hash.h"

/* Tokens wait in a batch, so that their slots arrive in the cache together instead of one after another. */
enum { BATCH = 32 };

#if defined(__GNUC__)
#define PREFETCH(address) __builtin_prefetch(address)
#else
#define PREFETCH(address) ((void)(address))
#endif

/* The next tokens, at most BATCH; an end of a sentence has the length 0. Returns where their bytes end. */
static const uint8_t *take_batch(const w2v_words *words, const uint8_t *text, const int32_t *lengths, size_t n, w2v_token *batch) {
    for (size_t i = 0; i < n; i++) {
        if (lengths[i] == W2V_LINE_END) {
            batch[i].length = 0;
            continue;
        }
        batch[i] = w2v_token_of(text, (uint32_t)lengths[i]);
        PREFETCH(&words->slots[batch[i].hash & words->mask]);
        text += lengths[i];
    }
    return text;
}

/* Count one token, or end a sentence; *id is written in either case. */
static w2v_status count_token(w2v_words *words, const w2v_token *token, uint64_t place, int32_t *id) {
    if (token->length == 0) {
        *id = W2V_LINE_END;
        return words->limit && words->run ? w2v_keep_limit(words) : W2V_OK;
    }
    w2v_slot *slot = w2v_find(words, token);
    w2v_status status = W2V_OK;
    if (slot->length) {
        slot->count++;
        *id = slot->id;
    } else {
        *id = words->n_words;
        status = w2v_insert(words, slot, token, 1, place);
    }
    if (words->limit && ++words->run == W2V_LONGEST_SENTENCE && status == W2V_OK)
        status = w2v_keep_limit(words);
    return status;
}

w2v_status w2v_count_tokens(w2v_words *words, const uint8_t *text, const int32_t *lengths, size_t n, uint64_t place, int32_t *ids) {
    w2v_token batch[BATCH];
    for (size_t first = 0; first < n; first += BATCH) {
        size_t size = n - first < BATCH ? n - first : BATCH;
        text = take_batch(words, text, lengths + first, size, batch);
        for (size_t i = 0; i < size; i++) {
            w2v_status status = count_token(words, &batch[i], place + first + i, ids + first + i);
            if (status != W2V_OK)
                return status;
        }
    }
    return W2V_OK;
}

void w2v_find_tokens(const w2v_words *words, const uint8_t *text, const int32_t *lengths, size_t n, int32_t *ids) {
    w2v_token batch[BATCH];
    for (size_t first = 0; first < n; first += BATCH) {
        size_t size = n - first < BATCH ? n - first : BATCH;
        text = take_batch(words, text, lengths + first, size, batch);
        for (size_t i = 0; i < size; i++) {
            const w2v_slot *slot = batch[i].length ? w2v_find(words, &batch[i]) : NULL;
            ids[first + i] = !slot ? W2V_LINE_END : slot->length ? slot->id : W2V_UNKNOWN;
        }
    }
}

void w2v_words_lengths(const w2v_words *words, const int32_t *ids, size_t n, int64_t *lengths) {
    for (size_t i = 0; i < n; i++)
        lengths[i] = (int64_t)(words->starts[ids[i] + 1] - words->starts[ids[i]]);
}

size_t w2v_utf8(const void *characters, int width, size_t n, uint8_t *out) {
    uint8_t *p = out;
    for (size_t i = 0; i < n; i++) {
        uint32_t c = width == 1   ? ((const uint8_t *)characters)[i]
                     : width == 2 ? ((const uint16_t *)characters)[i]
                                  : ((const uint32_t *)characters)[i];
        if (c < 0x80) {
            *p++ = (uint8_t)c;
        } else if (c < 0x800) {
            *p++ = (uint8_t)(0xC0 | c >> 6);
            *p++ = (uint8_t)(0x80 | (c & 63));
        } else if (c < 0x10000) {
            *p++ = (uint8_t)(0xE0 | c >> 12);
            *p++ = (uint8_t)(0x80 | (c >> 6 & 63));
            *p++ = (uint8_t)(0x80 | (c & 63));
        } else {
            *p++ = (uint8_t)(0xF0 | c >> 18);
            *p++ = (uint8_t)(0x80 | (c >> 12 & 63));
            *p++ = (uint8_t)(0x80 | (c >> 6 & 63));
            *p++ = (uint8_t)(0x80 | (c & 63));
        }
    }
    return (size_t)(p - out);
}

/* ---- ids that the caller has already ---- */

int64_t w2v_tally_ids(const int32_t *ids, int64_t n, int64_t *counts, int32_t n_words) {
    for (int64_t i = 0; i < n; i++) {
        if ((uint32_t)ids[i] >= (uint32_t)n_words)
            return i;
        counts[ids[i]]++;
    }
    return n;
}

int64_t w2v_pack_walks(const int32_t *walks, int64_t rows, int64_t columns, int32_t *ids, int64_t *offsets) {
    int64_t n = 0;
    for (int64_t row = 0; row < rows; row++) {
        const int32_t *walk = walks + row * columns;
        int64_t length = 0;
        while (length < columns && walk[length] >= 0)
            length++;
        for (int64_t i = length; i < columns; i++)
            if (walk[i] != -1)
                return -1 - (row * columns + i);
        memcpy(ids + n, walk, (size_t)length * sizeof *ids);
        n += length;
        offsets[row + 1] = n;
    }
    return n;
}
