/* word2phrase.c to the byte: which pairs of words come together so often that they are one phrase.
 *
 * Its quirks are kept. Pairs are counted across ends of sentences, but never joined there. A word and a pair that look the same
 * ("new_york") share one count. A word that is not in the vocabulary leaves the count of an earlier word standing. */
#include <stdlib.h>
#include <string.h>

#include "words.h"

enum { MAX_STRING = 60 };

struct w2v_mirror_phrases {
    w2v_mirror_words words; /* words and pairs */
    int64_t pruned;         /* times the rare ones were thrown out */
    int64_t total;          /* words of the text, newlines not counted */
    int32_t min_count;

    /* where counting or joining stands */
    size_t at;
    uint8_t last[MAX_STRING]; /* the word before */
    size_t last_length;

    /* joining */
    int64_t written;     /* words so far */
    int last_known;      /* whether the word before is in the vocabulary */
    int64_t left, right; /* counts of the pair's first and second word; left is 0 after a join */
};

w2v_mirror_phrases *w2v_mirror_phrases_new(void) {
    w2v_mirror_phrases *phrases = calloc(1, sizeof *phrases);
    if (phrases && w2v_mirror_words_init(&phrases->words) != W2V_OK) {
        w2v_mirror_phrases_free(phrases);
        return NULL;
    }
    return phrases;
}

void w2v_mirror_phrases_free(w2v_mirror_phrases *phrases) {
    if (phrases)
        w2v_mirror_words_clear(&phrases->words);
    free(phrases);
}

static void remember(w2v_mirror_phrases *phrases, const uint8_t *word, size_t length) {
    memcpy(phrases->last, word, length);
    phrases->last_length = length;
}

/* The last word and this one with "_" between, cut like a word (at one byte more). Returns the length. */
static size_t make_pair(const w2v_mirror_phrases *phrases, const uint8_t *word, size_t length, uint8_t *pair) {
    memcpy(pair, phrases->last, phrases->last_length);
    pair[phrases->last_length] = '_';
    memcpy(pair + phrases->last_length + 1, word, length);
    size_t n = phrases->last_length + 1 + length;
    return n < MAX_STRING - 1 ? n : MAX_STRING - 1;
}

w2v_status w2v_mirror_phrases_count(w2v_mirror_phrases *phrases, const uint8_t *text, size_t length, int64_t limit,
                                    int64_t hash_size, int *done) {
    uint8_t word[MAX_STRING], pair[2 * MAX_STRING];
    w2v_mirror_words *words = &phrases->words;
    w2v_mirror_reader reader = {.text = text, .length = length, .at = phrases->at};
    if (phrases->at == 0 && w2v_mirror_words_append(words, (const uint8_t *)"</s>", 4) != W2V_OK)
        return W2V_NO_MEMORY;
    while (limit > 0) {
        size_t n = w2v_mirror_read_word(&reader, word, MAX_STRING);
        if (reader.ended)
            break;
        if (w2v_mirror_is_newline(word, n))
            continue;
        limit--;
        phrases->total++;
        size_t n_pair = make_pair(phrases, word, n, pair);
        if (w2v_mirror_words_count(words, word, n) != W2V_OK || w2v_mirror_words_count(words, pair, n_pair) != W2V_OK)
            return W2V_NO_MEMORY;
        remember(phrases, word, n);
        if (words->n > (double)hash_size * 0.7)
            w2v_mirror_words_prune(words, ++phrases->pruned);
    }
    phrases->at = reader.at;
    *done = reader.ended;
    return W2V_OK;
}

w2v_status w2v_mirror_phrases_finish(w2v_mirror_phrases *phrases, int32_t min_count) {
    w2v_mirror_words *words = &phrases->words;
    if (w2v_mirror_words_sort(words) != W2V_OK)
        return W2V_NO_MEMORY;
    /* For every word that is too rare, the original takes one off the end. So "</s>", of count 0, costs the rarest word its
     * place, and of the rare words half stay in the list, but cannot be found there. */
    for (int32_t i = 0; i < words->n; i++)
        words->n -= words->counts[i] < min_count;
    w2v_mirror_words_reindex(words, min_count, 0);
    phrases->min_count = min_count;
    phrases->at = 0;
    phrases->last_length = 0;
    return W2V_OK;
}

/* Whether the word is to be joined to the one before. */
static int is_phrase(w2v_mirror_phrases *phrases, const uint8_t *word, size_t length, float threshold) {
    const w2v_mirror_words *words = &phrases->words;
    uint8_t pair[2 * MAX_STRING];
    int32_t i = w2v_mirror_words_find(words, word, length);
    int32_t i_pair = w2v_mirror_words_find(words, pair, make_pair(phrases, word, length, pair));
    int known = i >= 0 && phrases->last_known && i_pair >= 0;
    float score = 0;
    if (i >= 0)
        phrases->right = words->counts[i];
    if (known && phrases->left >= phrases->min_count && phrases->right >= phrases->min_count)
        score = (float)(words->counts[i_pair] - phrases->min_count) / (float)phrases->left / (float)phrases->right *
                (float)phrases->total;
    phrases->last_known = i >= 0;
    return score > threshold;
}

void w2v_mirror_phrases_join(w2v_mirror_phrases *phrases, const uint8_t *text, size_t length, float threshold, int64_t limit,
                             uint8_t *out, size_t room, size_t *written, int *done) {
    uint8_t word[MAX_STRING];
    w2v_mirror_reader reader = {.text = text, .length = length, .at = phrases->at};
    uint8_t *at = out;
    while (limit > 0 && (size_t)(out + room - at) > MAX_STRING) {
        size_t n = w2v_mirror_read_word(&reader, word, MAX_STRING);
        if (reader.ended)
            break;
        if (w2v_mirror_is_newline(word, n)) {
            *at++ = '\n';
        } else {
            int join = is_phrase(phrases, word, n, threshold);
            *at++ = join ? '_' : ' ';
            memcpy(at, word, n);
            at += n;
            if (join)
                phrases->right = 0; /* a phrase is not joined to a third word */
            phrases->left = phrases->right;
            phrases->written++;
            limit--;
        }
        remember(phrases, word, n);
    }
    phrases->at = reader.at;
    *written = (size_t)(at - out);
    *done = reader.ended;
}

int64_t w2v_mirror_phrases_kept(const w2v_mirror_phrases *phrases) {
    return phrases->words.n;
}

int64_t w2v_mirror_phrases_words(const w2v_mirror_phrases *phrases, int written) {
    return written ? phrases->written : phrases->total;
}
