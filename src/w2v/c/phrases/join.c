/* Counts of tables that several threads made, added up in one of them by all threads at the same time. */
#include "compiler.h"
#include "phrases/table.h"

/* A step's count and node as they lie in memory, to be added to as one number. */
typedef union {
    step step;
    struct {
        uint64_t key;
        int64_t rest;
    } number;
} step_numbers;

static int64_t number_of(int64_t count) {
    step_numbers numbers = {.step = {0}};
    numbers.step.count = (uint64_t)count;
    return numbers.number.rest;
}

static int has_count(int64_t rest) {
    step_numbers numbers = {.number = {0, rest}};
    return numbers.step.count != 0;
}

/* Whether threads may add this path at the same time: a pair of words, whose key is not that of an empty slot. */
static int is_plain_pair(const int32_t *words, const int64_t *offsets, size_t i) {
    return offsets[i + 1] - offsets[i] == 2 && (words[offsets[i]] || words[offsets[i] + 1]);
}

w2v_status w2v_phrases_add_others(w2v_phrases *phrases, const int32_t *words, const int64_t *offsets, const int64_t *counts,
                                  size_t n) {
    for (size_t i = 0; i < n; i++)
        if (!is_plain_pair(words, offsets, i))
            if (w2v_phrases_add_path(phrases, words + offsets[i], words + offsets[i + 1] - 1, counts[i]) != W2V_OK)
                return W2V_NO_MEMORY;
    return W2V_OK;
}

/* A slot is claimed by its key, then counted in. So what has a count has its key; one without either is empty, and the slot of key 0,
 * which nobody claims here, has a count or a node from the beginning. */
static void add_pair(step *steps, int bits, uint64_t key, int64_t count, int64_t *claimed, int64_t *live) {
    const size_t mask = ((size_t)1 << bits) - 1;
    for (size_t at = home(key, bits);; at = (at + 1) & mask) {
        int64_t *slot = (int64_t *)&steps[at], held = w2v_observe(&slot[1]), found = w2v_observe(&slot[0]);
        if (!found) {
            if (held)
                continue;
            found = w2v_claim(&slot[0], 0, (int64_t)key);
            *claimed += !found;
        }
        if (!found || found == (int64_t)key) {
            *live += !has_count(w2v_fetch_add(&slot[1], count));
            return;
        }
    }
}

void w2v_phrases_add_pairs(w2v_phrases *phrases, const int32_t *words, const int64_t *offsets, const int64_t *counts, size_t n) {
    int64_t claimed = 0, live = 0;
    for (size_t i = 0; i < n; i++) {
        if (i + AHEAD < n) /* another path than a pair fetches a slot in vain */
            W2V_PREFETCH(
                &phrases->steps[home(key_of((place)words[offsets[i + AHEAD]], words[offsets[i + AHEAD + 1] - 1]), phrases->bits)]);
        if (is_plain_pair(words, offsets, i))
            add_pair(phrases->steps, phrases->bits, key_of((place)words[offsets[i]], words[offsets[i] + 1]), number_of(counts[i]),
                     &claimed, &live);
    }
    w2v_fetch_add((int64_t *)&phrases->n_steps, claimed);
    w2v_fetch_add(&phrases->live, live);
}
