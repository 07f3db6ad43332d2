/* The table of words and phrases, as count.c and find.c share it.
 *
 * A phrase is a path of words. The table's keys are single steps: from where a path has come so far to its next word. A path that
 * goes on after a step gives that step a node; most have two words, hence one step and no node, and cost one slot of 16 bytes. */
#ifndef W2V_PHRASES_TABLE_H
#define W2V_PHRASES_TABLE_H

#include <stddef.h>
#include <stdint.h>

#include "w2v_phrases.h"

/* Where a path has come: a word, if it is the first, or a node with the highest bit set. */
typedef uint32_t place;
#define NOWHERE UINT32_MAX
#define NODE_BIT 0x80000000u

enum { AHEAD = 12 }; /* slots are fetched so many paths before they are used */

/* 36 bits suffice for a text of 137 GB that repeats one letter. A slot without count and node is empty. */
typedef struct {
    uint64_t key; /* place << 32 | word */
    uint64_t count : 36, node : 28;
} step;

struct w2v_phrases {
    step *steps;
    int bits;        /* 1 << bits slots */
    size_t n_steps;  /* slots in use */
    uint64_t *words; /* counts by id */
    size_t n_words;
    uint64_t *nodes; /* the key of the step that leads to node i + 1 */
    size_t n_nodes, max_nodes;
    int64_t live;  /* words and phrases with a count */
    int64_t total; /* words, connectors included */
    /* Counting: the settings, and where it stands. */
    int32_t n_connectors;
    int64_t limit, threshold;
    place open;  /* a word and the connectors after it */
    int64_t run; /* words of the sentence so far */
};

static inline uint64_t key_of(place from, int32_t word) {
    return (uint64_t)from << 32 | (uint32_t)word;
}

/* The upper bits, so that a table twice as large has the same order, and moving there runs through memory from end to end. */
static inline size_t home(uint64_t key, int bits) {
    return (size_t)((key ^ key >> 29) * 0x9E3779B97F4A7C15u >> (64 - bits));
}

static inline int is_empty(const step *s) {
    return s->count == 0 && s->node == 0;
}

/* The slot of a key, or the empty one where it belongs. */
static inline step *find(step *steps, int bits, uint64_t key) {
    size_t mask = ((size_t)1 << bits) - 1;
    for (size_t at = home(key, bits);; at = (at + 1) & mask)
        if (is_empty(&steps[at]) || steps[at].key == key)
            return &steps[at];
}

static inline uint64_t leading_to(const w2v_phrases *phrases, place at) {
    return phrases->nodes[(at & ~NODE_BIT) - 1];
}

/* Words of the path that ends with a step of this key. */
static inline size_t length(const w2v_phrases *phrases, uint64_t key) {
    size_t n = 2;
    while (key >> 63) {
        key = leading_to(phrases, (place)(key >> 32));
        n++;
    }
    return n;
}

/* Write the n words of the path that ends with a step of this key. */
static inline void spell(const w2v_phrases *phrases, uint64_t key, int32_t *out, size_t n) {
    for (; n > 2; n--) {
        out[n - 1] = (int32_t)(uint32_t)key;
        key = leading_to(phrases, (place)(key >> 32));
    }
    out[1] = (int32_t)(uint32_t)key;
    out[0] = (int32_t)(key >> 32);
}

/* Add a count to the path word .. last. */
w2v_status w2v_phrases_add_path(w2v_phrases *phrases, const int32_t *word, const int32_t *last, int64_t count);

#endif
