/* The C interface of phrases/: words and phrases counted, phrases found.
 *
 * A phrase is a path of words (ids from 0): a word, any number of connectors ("of", "the"), a word. */
#ifndef W2V_PHRASES_H
#define W2V_PHRASES_H

#include "w2v.h"

/* Counts of words and phrases. Made by new (NULL: no memory), given back by free; after a failure it can only be freed. */
typedef struct w2v_phrases w2v_phrases;

/* Words below n_connectors are connectors. Whenever a sentence ends and there are counts of more than `limit` words and phrases
 * (0: no limit), those below a threshold of 1, then 2, and so on, are dropped. */
w2v_phrases *w2v_phrases_new(int32_t n_connectors, int64_t limit);
void w2v_phrases_free(w2v_phrases *phrases);

/* Count the words of ids (as w2v_count leaves them, all known) that are no connectors, and the phrases from each to the next.
 * A sentence ends at W2V_LINE_END, and after `longest` words (0: never); else it goes on in the next call. If `longest` is given,
 * an end that directly follows another is nothing. */
w2v_status w2v_phrases_count(w2v_phrases *phrases, const int32_t *ids, size_t n, int64_t longest);

/* Add counts (> 0) to n words and phrases: the path words[offsets[i]] .. words[offsets[i + 1] - 1] of at least one word. */
w2v_status w2v_phrases_add(w2v_phrases *phrases, const int32_t *words, const int64_t *offsets, const int64_t *counts, size_t n);

/* The same by several threads at a time, in three steps: make room for n more; one thread adds all paths that are no plain pairs of words;
 * then all add pairs, each from other ranges of paths. Nothing was ever dropped from the table. */
w2v_status w2v_phrases_reserve(w2v_phrases *phrases, size_t n);
w2v_status w2v_phrases_add_others(w2v_phrases *phrases, const int32_t *words, const int64_t *offsets, const int64_t *counts,
                                  size_t n);
void w2v_phrases_add_pairs(w2v_phrases *phrases, const int32_t *words, const int64_t *offsets, const int64_t *counts, size_t n);

/* Drop words and phrases with counts below the threshold. */
w2v_status w2v_phrases_prune(w2v_phrases *phrases, int64_t threshold);

/* How many words and phrases have a count; words counted, connectors included; the threshold of the next pruning. */
int64_t w2v_phrases_live(const w2v_phrases *phrases);
int64_t w2v_phrases_total(const w2v_phrases *phrases);
int64_t w2v_phrases_threshold(const w2v_phrases *phrases);

/* All words and phrases with a count, as w2v_phrases_add takes them: words first, in order; phrases in no order. `size` is the sum
 * of their lengths; offsets has room for live + 1. */
size_t w2v_phrases_size(const w2v_phrases *phrases);
void w2v_phrases_list(const w2v_phrases *phrases, int32_t *words, int64_t *offsets, int64_t *counts);

/* The count of a path; 0 if there is none. Words below 0 stand for unknown ones. */
int64_t w2v_phrases_look_up(const w2v_phrases *phrases, const int32_t *words, size_t n);

/* Bring what looking up the pairs of neighbours among these words needs into the cache. */
void w2v_phrases_fetch(const w2v_phrases *phrases, const int32_t *words, size_t n);

typedef struct {
    int64_t first, last, phrase; /* counts of the phrase's first and last word, and its own */
} w2v_counts;

/* A sentence of n tokens while it is searched. Token i is the path words[starts[i]] .. words[starts[i + 1] - 1]. */
typedef struct {
    const int32_t *words;
    const int64_t *starts;
    const uint8_t *connector; /* whether token i is one */
    int64_t n;
    int words_counted;   /* whether the first and the last word of a phrase must have counts, too */
    int64_t at, open;    /* begin with 0 and -1; set open to -1 to accept what was found: a token is used only once */
    int64_t first, last; /* the tokens where the phrase found begins and ends */
    w2v_counts counts;
} w2v_phrases_sentence;

/* Find the next phrase that has a count; 0 if there is none. */
int w2v_phrases_next(const w2v_phrases *phrases, w2v_phrases_sentence *sentence);

typedef enum {
    W2V_SCORE_NONE,    /* let every phrase with counts pass */
    W2V_SCORE_DEFAULT, /* (phrase - min_count) / (first * last) * n_vocab (Mikolov et al. 2013) */
    W2V_SCORE_NPMI,    /* ln(p / (p_first * p_last)) / -ln p, p = count / n_words (Bouma 2009); below min_count -infinity */
} w2v_score;

typedef struct {
    w2v_score kind;
    double threshold, min_count, n_vocab, n_words;
} w2v_scoring;

double w2v_phrase_score(const w2v_scoring *scoring, const w2v_counts *counts);

/* A path of n words seen as a phrase: its first word is path[0 .. first_end - 1], its last one path[last_start .. n - 1]. */
typedef struct {
    w2v_counts counts;
    int64_t n, first_end, last_start;
    double score;
} w2v_candidate;

/* All phrases that score above the threshold; connector[id] tells connectors. Their paths go to `words`, one after another. Call it
 * with NULL for both arrays to learn how much room they need. */
w2v_status w2v_phrases_above(const w2v_phrases *phrases, const uint8_t *connector, const w2v_scoring *scoring,
                             w2v_candidate *candidates, size_t *n_candidates, int32_t *words, size_t *n_words);

#endif
