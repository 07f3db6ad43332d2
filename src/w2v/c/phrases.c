/* Words and phrases counted, and phrases found by their counts.
 *
 * A phrase is a path of words. The table's keys are single steps: from where a path has come so far to its next word. A path that
 * goes on after a step gives that step a node; most have two words, hence one step and no node, and cost one slot of 16 bytes. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "compiler.h"
#include "w2v_phrases.h"

enum { FIRST_BITS = 12, FIRST_WORDS = 1 << 10, FIRST_NODES = 1 << 8, AHEAD = 12 };

/* Where a path has come: a word, if it is the first, or a node with the highest bit set. */
typedef uint32_t place;
#define NOWHERE UINT32_MAX
#define NODE_BIT 0x80000000u

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

/* Move the steps into 1 << bits fresh slots, leaving out those that became empty. */
static w2v_status rehash(w2v_phrases *phrases, int bits) {
    step *steps = calloc((size_t)1 << bits, sizeof *steps);
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

w2v_status w2v_phrases_add(w2v_phrases *phrases, const int32_t *words, const int64_t *offsets, const int64_t *counts, size_t n) {
    for (size_t i = 0; i < n; i++) {
        const int32_t *word = words + offsets[i], *last = words + offsets[i + 1] - 1;
        if (reach(phrases, *word) != W2V_OK)
            return W2V_NO_MEMORY;
        if (word == last) {
            phrases->live += phrases->words[*word] == 0;
            phrases->words[*word] += (uint64_t)counts[i];
            continue;
        }
        place at = (place)*word;
        while (++word < last)
            if ((at = go(phrases, at, *word)) == NOWHERE)
                return W2V_NO_MEMORY;
        step *s = take(phrases, key_of(at, *last));
        if (!s)
            return W2V_NO_MEMORY;
        phrases->live += s->count == 0;
        s->count += (uint64_t)counts[i];
    }
    return W2V_OK;
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

static uint64_t leading_to(const w2v_phrases *phrases, place at) {
    return phrases->nodes[(at & ~NODE_BIT) - 1];
}

/* Words of the path that ends with a step of this key. */
static size_t length(const w2v_phrases *phrases, uint64_t key) {
    size_t n = 2;
    while (key >> 63) {
        key = leading_to(phrases, (place)(key >> 32));
        n++;
    }
    return n;
}

/* Write the n words of the path that ends with a step of this key. */
static void spell(const w2v_phrases *phrases, uint64_t key, int32_t *out, size_t n) {
    for (; n > 2; n--) {
        out[n - 1] = (int32_t)(uint32_t)key;
        key = leading_to(phrases, (place)(key >> 32));
    }
    out[1] = (int32_t)(uint32_t)key;
    out[0] = (int32_t)(key >> 32);
}

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

/* ---- Finding phrases ---- */

int64_t w2v_phrases_look_up(const w2v_phrases *phrases, const int32_t *words, size_t n) {
    if (n == 0 || words[0] < 0 || (size_t)words[0] >= phrases->n_words)
        return 0;
    if (n == 1)
        return (int64_t)phrases->words[words[0]];
    place at = (place)words[0];
    for (size_t i = 1;; i++) {
        const step *s = words[i] < 0 ? NULL : find(phrases->steps, phrases->bits, key_of(at, words[i]));
        if (!s || (i < n - 1 && s->node == 0))
            return 0;
        if (i == n - 1)
            return (int64_t)s->count;
        at = NODE_BIT | (place)s->node;
    }
}

void w2v_phrases_fetch(const w2v_phrases *phrases, const int32_t *words, size_t n) {
    for (size_t i = 1; i < n; i++)
        if (words[i - 1] >= 0 && words[i] >= 0)
            W2V_PREFETCH(&phrases->steps[home(key_of((place)words[i - 1], words[i]), phrases->bits)]);
}

int w2v_phrases_next(const w2v_phrases *phrases, w2v_phrases_sentence *sentence) {
    const int64_t *starts = sentence->starts;
    while (sentence->at < sentence->n) {
        int64_t last = sentence->at++, first = sentence->open;
        if (sentence->connector[last])
            continue;
        sentence->open = last;
        if (first < 0)
            continue;
        const int32_t *a = sentence->words + starts[first], *b = sentence->words + starts[last];
        size_t n_a = (size_t)(starts[first + 1] - starts[first]), n_b = (size_t)(starts[last + 1] - starts[last]);
        w2v_counts *counts = &sentence->counts;
        counts->phrase = w2v_phrases_look_up(phrases, a, (size_t)(starts[last + 1] - starts[first]));
        if (!counts->phrase)
            continue;
        counts->first = w2v_phrases_look_up(phrases, a, n_a);
        counts->last = w2v_phrases_look_up(phrases, b, n_b);
        if (!sentence->words_counted || (counts->first && counts->last)) {
            sentence->first = first;
            sentence->last = last;
            return 1;
        }
    }
    return 0;
}

double w2v_phrase_score(const w2v_scoring *scoring, const w2v_counts *counts) {
    double a = (double)counts->first, b = (double)counts->last, ab = (double)counts->phrase;
    if (scoring->kind == W2V_SCORE_DEFAULT)
        return (ab - scoring->min_count) / (a * b) * scoring->n_vocab;
    if (ab < scoring->min_count || scoring->n_words <= 0)
        return -INFINITY;
    double p = ab / scoring->n_words, p_a = a / scoring->n_words, p_b = b / scoring->n_words;
    return p == 1 ? 1 : log(p / (p_a * p_b)) / -log(p); /* 1: what it tends to for words that only come together */
}

/* All ways to see the n words of a path as a word, connectors, a word; words may be paths themselves. */
static size_t split(const w2v_phrases *phrases, const int32_t *path, size_t n, int64_t count, const uint8_t *connector,
                    const w2v_scoring *scoring, w2v_candidate *out) {
    size_t found = 0;
    int64_t first = (int64_t)phrases->words[path[0]]; /* the count of path[0 .. i - 1] */
    place at = (place)path[0];
    for (size_t i = 1; i < n; i++) {
        w2v_candidate candidate = {.counts = {first, 0, count}, .n = (int64_t)n, .first_end = (int64_t)i};
        const step *s = find(phrases->steps, phrases->bits, key_of(at, path[i]));
        int starts = first && !(i == 1 && connector[path[0]]);
        first = (int64_t)s->count;
        at = NODE_BIT | (place)s->node;
        if (!starts)
            continue;
        for (size_t j = i; j < n && (j == i || connector[path[j - 1]]); j++) {
            candidate.counts.last = w2v_phrases_look_up(phrases, path + j, n - j);
            if (!candidate.counts.last || (j == n - 1 && connector[path[j]]))
                continue;
            candidate.last_start = (int64_t)j;
            candidate.score = scoring->kind == W2V_SCORE_NONE ? 0 : w2v_phrase_score(scoring, &candidate.counts);
            if (scoring->kind == W2V_SCORE_NONE || candidate.score > scoring->threshold) {
                if (out)
                    out[found] = candidate;
                found++;
            }
        }
    }
    return found;
}

w2v_status w2v_phrases_above(const w2v_phrases *phrases, const uint8_t *connector, const w2v_scoring *scoring,
                             w2v_candidate *candidates, size_t *n_candidates, int32_t *words, size_t *n_words) {
    size_t room = 64;
    int32_t *path = malloc(room * sizeof *path);
    *n_candidates = *n_words = 0;
    for (size_t i = 0; path && i < (size_t)1 << phrases->bits; i++) {
        const step *s = &phrases->steps[i];
        if (!s->count)
            continue;
        size_t n = length(phrases, s->key);
        if (n > room) {
            free(path);
            room = 2 * n;
            path = malloc(room * sizeof *path);
            if (!path)
                break;
        }
        spell(phrases, s->key, path, n);
        size_t found =
            split(phrases, path, n, (int64_t)s->count, connector, scoring, candidates ? candidates + *n_candidates : NULL);
        for (size_t k = 0; words && k < found; k++)
            memcpy(words + *n_words + k * n, path, n * sizeof *path);
        *n_candidates += found;
        *n_words += found * n;
    }
    free(path);
    return path ? W2V_OK : W2V_NO_MEMORY;
}
