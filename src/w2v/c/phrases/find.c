/* Phrases found by their counts: in sentences, and all that a table has. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "compiler.h"
#include "phrases/table.h"

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
