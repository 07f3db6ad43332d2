/* Words and phrases counted: the table of them grows, is pruned and listed. */
#include <stdlib.h>
#include <string.h>

#include "compiler.h"
#include "phrases/table.h"
#include "zeroed.h"

enum { FIRST_BITS = 12, FIRST_WORDS = 1 << 10, FIRST_NODES = 1 << 8 };

w2v_phrases *w2v_phrases_new(int32_t n_connectors, int64_t limit) {
    w2v_phrases *phrases = calloc(1, sizeof *phrases);
    if (!phrases)
        return NULL;
    phrases->bits = FIRST_BITS;
    phrases->n_connectors = n_connectors;
    phrases->limit = limit;
    phrases->threshold = 1;
    phrases->open = NOWHERE;
    phrases->n_words = FIRST_WORDS;
    phrases->max_nodes = FIRST_NODES;
    phrases->steps = calloc((size_t)1 << FIRST_BITS, sizeof *phrases->steps);
    phrases->words = calloc(FIRST_WORDS, sizeof *phrases->words);
    phrases->nodes = malloc(FIRST_NODES * sizeof *phrases->nodes);
    if (phrases->steps && phrases->words && phrases->nodes)
        return phrases;
    w2v_phrases_free(phrases);
    return NULL;
}

void w2v_phrases_free(w2v_phrases *phrases) {
    if (!phrases)
        return;
    free(phrases->steps);
    free(phrases->words);
    free(phrases->nodes);
    free(phrases);
}

/* ---- The table of steps ---- */

/* Move the steps into 1 << bits fresh slots, leaving out those that became empty. */
static w2v_status rehash(w2v_phrases *phrases, int bits) {
    step *steps = w2v_zeroed((size_t)1 << bits, sizeof *steps);
    if (!steps)
        return W2V_NO_MEMORY;
    size_t n = (size_t)1 << phrases->bits;
    phrases->n_steps = 0;
    for (size_t i = 0; i < n; i++)
        if (!is_empty(&phrases->steps[i])) {
            *find(steps, bits, phrases->steps[i].key) = phrases->steps[i];
            phrases->n_steps++;
        }
    free(phrases->steps);
    phrases->steps = steps;
    phrases->bits = bits;
    return W2V_OK;
}

/* The step's slot, which the caller must give a count or a node if it is empty; NULL: no memory. */
static step *take(w2v_phrases *phrases, uint64_t key) {
    step *s = find(phrases->steps, phrases->bits, key);
    if (!is_empty(s))
        return s;
    if (phrases->n_steps * 4 > ((size_t)3 << phrases->bits)) {
        if (rehash(phrases, phrases->bits + 1) != W2V_OK)
            return NULL;
        s = find(phrases->steps, phrases->bits, key);
    }
    s->key = key;
    phrases->n_steps++;
    return s;
}

/* Go one step on, by a new node if need be; NOWHERE: no memory. */
static place go(w2v_phrases *phrases, place from, int32_t word) {
    step *s = take(phrases, key_of(from, word));
    if (!s)
        return NOWHERE;
    if (s->node == 0) {
        if (phrases->n_nodes == phrases->max_nodes) {
            size_t n = 2 * phrases->max_nodes;
            uint64_t *nodes = n < (1 << 28) ? realloc(phrases->nodes, n * sizeof *nodes) : NULL;
            if (!nodes) {
                phrases->n_steps -= s->count == 0; /* the slot is empty again */
                return NOWHERE;
            }
            phrases->nodes = nodes;
            phrases->max_nodes = n;
        }
        phrases->nodes[phrases->n_nodes++] = s->key;
        s->node = (uint32_t)phrases->n_nodes;
    }
    return NODE_BIT | (place)s->node;
}

/* Make room for the count of a word. */
static w2v_status reach(w2v_phrases *phrases, int32_t word) {
    if ((size_t)word < phrases->n_words)
        return W2V_OK;
    size_t n = 2 * (size_t)word + 1;
    uint64_t *words = realloc(phrases->words, n * sizeof *words);
    if (!words)
        return W2V_NO_MEMORY;
    memset(words + phrases->n_words, 0, (n - phrases->n_words) * sizeof *words);
    phrases->words = words;
    phrases->n_words = n;
    return W2V_OK;
}

/* ---- Counting ---- */

/* Drop what was seen less often than the threshold, and raise it. */
static w2v_status prune(w2v_phrases *phrases, int64_t threshold) {
    int64_t live = 0;
    for (size_t i = 0; i < phrases->n_words; i++) {
        if (phrases->words[i] < (uint64_t)threshold)
            phrases->words[i] = 0;
        live += phrases->words[i] > 0;
    }
    for (size_t i = 0; i < (size_t)1 << phrases->bits; i++) {
        step *s = &phrases->steps[i];
        if (s->count < (uint64_t)threshold)
            s->count = 0;
        live += s->count > 0;
    }
    int dropped = live < phrases->live;
    phrases->live = live;
    return dropped ? rehash(phrases, phrases->bits) : W2V_OK; /* gaps would hide steps behind them */
}

w2v_status w2v_phrases_prune(w2v_phrases *phrases, int64_t threshold) {
    return prune(phrases, threshold);
}

static w2v_status end_sentence(w2v_phrases *phrases) {
    phrases->open = NOWHERE;
    phrases->run = 0;
    if (!phrases->limit || phrases->live <= phrases->limit)
        return W2V_OK;
    return prune(phrases, phrases->threshold++);
}

/* Count a word that is no connector, and the phrase that it ends. */
static inline w2v_status count_word(w2v_phrases *phrases, int32_t word) {
    phrases->live += phrases->words[word]++ == 0;
    if (phrases->open != NOWHERE) {
        step *s = take(phrases, key_of(phrases->open, word));
        if (!s)
            return W2V_NO_MEMORY;
        phrases->live += s->count++ == 0;
    }
    phrases->open = (place)word;
    return W2V_OK;
}

w2v_status w2v_phrases_count(w2v_phrases *phrases, const int32_t *ids, size_t n, int64_t longest) {
    w2v_status status = W2V_OK;
    for (size_t i = 0; i < n && status == W2V_OK; i++) {
        int32_t id = ids[i];
        if (i + AHEAD < n) /* a line end or a connector fetches a slot in vain */
            W2V_PREFETCH(&phrases->steps[home(key_of((place)ids[i + AHEAD - 1], ids[i + AHEAD]), phrases->bits)]);
        if (id == W2V_LINE_END) {
            if (phrases->run || !longest)
                status = end_sentence(phrases);
            continue;
        }
        if (id < phrases->n_connectors) {
            if (phrases->open != NOWHERE && (phrases->open = go(phrases, phrases->open, id)) == NOWHERE)
                return W2V_NO_MEMORY;
        } else if ((status = reach(phrases, id)) == W2V_OK) {
            status = count_word(phrases, id);
        }
        phrases->total++;
        if (++phrases->run == longest && status == W2V_OK)
            status = end_sentence(phrases);
    }
    return status;
}

w2v_status w2v_phrases_reserve(w2v_phrases *phrases, size_t n) {
    int bits = phrases->bits;
    while ((phrases->n_steps + n) * 4 > ((size_t)3 << bits))
        bits++;
    return bits > phrases->bits ? rehash(phrases, bits) : W2V_OK;
}

w2v_status w2v_phrases_add_path(w2v_phrases *phrases, const int32_t *word, const int32_t *last, int64_t count) {
    if (reach(phrases, *word) != W2V_OK)
        return W2V_NO_MEMORY;
    if (word == last) {
        phrases->live += phrases->words[*word] == 0;
        phrases->words[*word] += (uint64_t)count;
        return W2V_OK;
    }
    place at = (place)*word;
    while (++word < last)
        if ((at = go(phrases, at, *word)) == NOWHERE)
            return W2V_NO_MEMORY;
    step *s = take(phrases, key_of(at, *last));
    if (!s)
        return W2V_NO_MEMORY;
    phrases->live += s->count == 0;
    s->count += (uint64_t)count;
    return W2V_OK;
}

/* A table lists its steps by their places: in a smaller one they would all crowd where it begins, so it is made large enough first. */
w2v_status w2v_phrases_add(w2v_phrases *phrases, const int32_t *words, const int64_t *offsets, const int64_t *counts, size_t n) {
    w2v_status status = w2v_phrases_reserve(phrases, n);
    for (size_t i = 0; i < n && status == W2V_OK; i++)
        status = w2v_phrases_add_path(phrases, words + offsets[i], words + offsets[i + 1] - 1, counts[i]);
    return status;
}

int64_t w2v_phrases_live(const w2v_phrases *phrases) {
    return phrases->live;
}

int64_t w2v_phrases_total(const w2v_phrases *phrases) {
    return phrases->total;
}

int64_t w2v_phrases_threshold(const w2v_phrases *phrases) {
    return phrases->threshold;
}

/* ---- Listing ---- */

size_t w2v_phrases_size(const w2v_phrases *phrases) {
    size_t size = 0;
    for (size_t i = 0; i < phrases->n_words; i++)
        size += phrases->words[i] > 0;
    for (size_t i = 0; i < (size_t)1 << phrases->bits; i++)
        if (phrases->steps[i].count)
            size += length(phrases, phrases->steps[i].key);
    return size;
}

void w2v_phrases_list(const w2v_phrases *phrases, int32_t *words, int64_t *offsets, int64_t *counts) {
    int32_t *out = words;
    *offsets = 0;
    for (size_t i = 0; i < phrases->n_words; i++)
        if (phrases->words[i]) {
            *out++ = (int32_t)i;
            *counts++ = (int64_t)phrases->words[i];
            *++offsets = out - words;
        }
    for (size_t i = 0; i < (size_t)1 << phrases->bits; i++) {
        const step *s = &phrases->steps[i];
        if (s->count) {
            size_t n = length(phrases, s->key);
            spell(phrases, s->key, out, n);
            out += n;
            *counts++ = (int64_t)s->count;
            *++offsets = out - words;
        }
    }
}
