/* The table of words: each distinct word once, with its count and where it was seen first. */
#include "hash.h"
#include "zeroed.h"

#include <stdlib.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

enum { FIRST_SLOTS = 1 << 12, FIRST_WORDS = 1 << 12, FIRST_LETTERS = 1 << 15 };

w2v_words *w2v_words_new(void) {
    w2v_words *words = calloc(1, sizeof *words);
    if (!words)
        return NULL;
    words->mask = FIRST_SLOTS - 1;
    words->max_words = FIRST_WORDS;
    words->max_letters = FIRST_LETTERS;
    words->threshold = 1;
    words->slots = calloc(FIRST_SLOTS, sizeof *words->slots);
    words->starts = calloc(FIRST_WORDS + 1, sizeof *words->starts);
    words->first = malloc(FIRST_WORDS * sizeof *words->first);
    words->letters = calloc(FIRST_LETTERS + W2V_PADDING, 1);
    if (words->slots && words->starts && words->first && words->letters)
        return words;
    w2v_words_free(words);
    return NULL;
}

void w2v_words_free(w2v_words *words) {
    if (!words)
        return;
    free(words->slots);
    free(words->starts);
    free(words->first);
    free(words->letters);
    free(words);
}

void w2v_trim(void) {
#ifdef __GLIBC__
    malloc_trim(0);
#endif
}

static w2v_token token_in(const w2v_words *words, const w2v_slot *slot) {
    w2v_token token = {slot->head, slot->next, 0, words->letters + words->starts[slot->id], slot->length};
    token.hash = w2v_hash(&token);
    return token;
}

/* Move every word into `n_slots` fresh slots. */
static w2v_status rehash(w2v_words *words, size_t n_slots) {
    w2v_slot *slots = w2v_zeroed(n_slots, sizeof *slots);
    if (!slots)
        return W2V_NO_MEMORY;
    size_t mask = n_slots - 1;
    for (size_t i = 0; i <= words->mask; i++) {
        if (!words->slots[i].length)
            continue;
        size_t at = token_in(words, &words->slots[i]).hash & mask;
        while (slots[at].length)
            at = (at + 1) & mask;
        slots[at] = words->slots[i];
    }
    free(words->slots);
    words->slots = slots;
    words->mask = mask;
    return W2V_OK;
}

/* realloc to `n` elements; on failure the old block stays. */
static int resize(void **block, size_t n, size_t size) {
    void *moved = realloc(*block, n * size);
    if (moved)
        *block = moved;
    return moved != NULL;
}

/* Room for one more word of `length` bytes. */
static w2v_status reserve(w2v_words *words, size_t length) {
    if (words->n_words == words->max_words) {
        if (words->max_words > INT32_MAX / 2)
            return W2V_NO_MEMORY; /* ids are int32: the table is full */
        size_t n = 2 * (size_t)words->max_words;
        if (!resize((void **)&words->starts, n + 1, sizeof *words->starts) ||
            !resize((void **)&words->first, n, sizeof *words->first))
            return W2V_NO_MEMORY;
        words->max_words = (int32_t)n;
    }
    size_t used = words->starts[words->n_words];
    if (length > words->max_letters - used) {
        size_t n = 2 * words->max_letters + length;
        if (!resize((void **)&words->letters, n + W2V_PADDING, 1))
            return W2V_NO_MEMORY;
        words->max_letters = n;
    }
    return W2V_OK;
}

w2v_status w2v_insert(w2v_words *words, w2v_slot *slot, const w2v_token *token, uint64_t count, uint64_t first) {
    w2v_status status = reserve(words, token->length);
    if (status != W2V_OK)
        return status;
    int32_t id = words->n_words++;
    uint64_t start = words->starts[id];
    memcpy(words->letters + start, token->text, token->length);
    words->starts[id + 1] = start + token->length;
    words->first[id] = first;
    *slot = (w2v_slot){token->head, token->next, count, token->length, id};
    /* Two thirds full is the most: linear probing stays short, and 300,000 words fit 16 MB. */
    if ((size_t)words->n_words * 3 > (words->mask + 1) * 2)
        return rehash(words, (words->mask + 1) * 2);
    return W2V_OK;
}

w2v_status w2v_words_add(w2v_words *words, const uint8_t *text, const int64_t *lengths, size_t n) {
    for (size_t i = 0; i < n; i++) {
        w2v_token token = w2v_token_of(text, (uint32_t)lengths[i]);
        w2v_slot *slot = w2v_find(words, &token);
        w2v_status status = slot->length ? W2V_OK : w2v_insert(words, slot, &token, 0, i);
        if (status != W2V_OK)
            return status;
        text += lengths[i];
    }
    return W2V_OK;
}

w2v_status w2v_words_merge(w2v_words *into, const w2v_words *from, int32_t *map) {
    for (size_t i = 0; i <= from->mask; i++) {
        const w2v_slot *source = &from->slots[i];
        if (!source->length)
            continue;
        w2v_token token = token_in(from, source);
        w2v_slot *slot = w2v_find(into, &token);
        uint64_t first = from->first[source->id];
        if (slot->length) {
            slot->count += source->count;
            if (first < into->first[slot->id])
                into->first[slot->id] = first;
            map[source->id] = slot->id;
            continue;
        }
        map[source->id] = into->n_words;
        w2v_status status = w2v_insert(into, slot, &token, source->count, first);
        if (status != W2V_OK)
            return status;
    }
    return W2V_OK;
}

int32_t w2v_words_count(const w2v_words *words) {
    return words->n_words;
}

void w2v_words_list(const w2v_words *words, int64_t *counts, int64_t *first) {
    for (size_t i = 0; i <= words->mask; i++)
        if (words->slots[i].length)
            counts[words->slots[i].id] = (int64_t)words->slots[i].count;
    memcpy(first, words->first, (size_t)words->n_words * sizeof *first);
}

size_t w2v_words_spell(const w2v_words *words, const int32_t *ids, size_t n, uint8_t *out) {
    size_t size = 0;
    for (size_t i = 0; i < n; i++) {
        uint64_t start = words->starts[ids[i]], length = words->starts[ids[i] + 1] - start;
        if (out) {
            memcpy(out + size, words->letters + start, length);
            out[size + length] = '\n';
        }
        size += length + 1;
    }
    return size;
}

void w2v_words_limit(w2v_words *words, int32_t limit) {
    words->limit = limit;
}

int w2v_words_dropped(const w2v_words *words) {
    return words->dropped;
}

/* Close the gaps that dropped words leave among the letters, and number the others anew: map[id] is the new id, or -1. */
static void compact(w2v_words *words, int32_t *map) {
    int32_t kept = 0;
    for (int32_t id = 0; id < words->n_words; id++) {
        if (map[id] < 0)
            continue;
        uint64_t start = words->starts[id], length = words->starts[id + 1] - start, to = words->starts[kept];
        memmove(words->letters + to, words->letters + start, length);
        words->first[kept] = words->first[id];
        /* starts[kept + 1] is not needed any more, unless kept == id, where this writes what is there. */
        map[id] = kept++;
        words->starts[kept] = to + length;
    }
    words->n_words = kept;
}

/* Drop the words with counts below the threshold. */
static w2v_status prune(w2v_words *words) {
    int32_t *map = malloc((size_t)words->n_words * sizeof *map);
    if (!map)
        return W2V_NO_MEMORY;
    int32_t n_words = words->n_words;
    for (size_t i = 0; i <= words->mask; i++) {
        w2v_slot *slot = &words->slots[i];
        if (slot->length)
            map[slot->id] = slot->count < words->threshold ? -1 : 0;
    }
    compact(words, map);
    w2v_status status = W2V_OK;
    if (words->n_words < n_words) {
        words->dropped = 1;
        for (size_t i = 0; i <= words->mask; i++) {
            w2v_slot *slot = &words->slots[i];
            if (slot->length && (slot->id = map[slot->id]) < 0)
                slot->length = 0;
        }
        status = rehash(words, words->mask + 1);
    }
    free(map);
    return status;
}

w2v_status w2v_keep_limit(w2v_words *words) {
    words->run = 0;
    if (words->n_words <= words->limit)
        return W2V_OK;
    w2v_status status = prune(words);
    words->threshold++;
    return status;
}
