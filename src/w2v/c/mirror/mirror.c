/* word2vec.c to the bit: which words of the text are trained in which order, and with which learning rate. */
#include "mirror.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_STRING = 100, ALPHA_EVERY = 10000 };

static void fill_sigmoid(float *table) {
    for (int i = 0; i < W2V_MIRROR_SIGMOID; i++) {
        float x = ((float)i / (float)W2V_MIRROR_SIGMOID * 2 - 1) * W2V_MIRROR_MAX_EXP;
        float e = (float)exp((double)x);
        table[i] = e / (e + 1);
    }
}

/* The chance to keep each word, sqrt(t / f) + t / f for a frequency f and t = sample. */
static w2v_status fill_keep(w2v_mirror *mirror, const w2v_mirror_vocab *vocab) {
    if (!(mirror->settings.sample > 0))
        return W2V_OK;
    mirror->keep = malloc((size_t)mirror->n_words * sizeof *mirror->keep);
    if (!mirror->keep)
        return W2V_NO_MEMORY;
    float threshold = mirror->settings.sample * (float)vocab->total;
    for (int32_t i = 0; i < mirror->n_words; i++) {
        int64_t count = vocab->words.counts[i];
        mirror->keep[i] = (float)((sqrt((double)((float)count / threshold)) + 1) * threshold / (double)count);
    }
    return W2V_OK;
}

static w2v_status fill_tree(w2v_mirror *mirror, const w2v_mirror_vocab *vocab) {
    size_t n = (size_t)mirror->n_words;
    if (!mirror->settings.hs)
        return W2V_OK;
    int32_t *parents = malloc(2 * n * sizeof *parents);
    uint8_t *sides = malloc(2 * n);
    w2v_status status = W2V_NO_MEMORY;
    mirror->offsets = malloc((n + 1) * sizeof *mirror->offsets);
    if (parents && sides && mirror->offsets)
        status = w2v_huffman_tree(vocab->words.counts, (int64_t)n, parents, sides, mirror->offsets);
    if (status == W2V_OK) {
        size_t total = (size_t)mirror->offsets[n];
        mirror->codes = malloc(total + 1);
        mirror->points = malloc((total + 1) * sizeof *mirror->points);
        status = mirror->codes && mirror->points ? W2V_OK : W2V_NO_MEMORY;
    }
    if (status == W2V_OK)
        w2v_huffman_paths(parents, sides, mirror->offsets, (int64_t)n, mirror->codes, mirror->points);
    free(parents);
    free(sides);
    return status;
}

static w2v_status fill_tables(w2v_mirror *mirror, const w2v_mirror_vocab *vocab) {
    size_t size = (size_t)mirror->settings.size;
    fill_sigmoid(mirror->sigmoid);
    mirror->hidden = malloc(size * sizeof *mirror->hidden);
    mirror->error = malloc(size * sizeof *mirror->error);
    if (!mirror->hidden || !mirror->error || fill_keep(mirror, vocab) != W2V_OK || fill_tree(mirror, vocab) != W2V_OK)
        return W2V_NO_MEMORY;
    if (mirror->settings.negative > 0)
        return w2v_mirror_noise_init(&mirror->noise, vocab->words.counts, mirror->n_words);
    return W2V_OK;
}

w2v_mirror *w2v_mirror_new(const w2v_mirror_vocab *vocab, const w2v_mirror_settings *settings) {
    w2v_mirror *mirror = calloc(1, sizeof *mirror);
    if (!mirror)
        return NULL;
    mirror->settings = *settings;
    mirror->n_words = vocab->words.n;
    mirror->alpha = settings->alpha;
    mirror->epochs_left = settings->epochs;
    if (fill_tables(mirror, vocab) != W2V_OK) {
        w2v_mirror_free(mirror);
        return NULL;
    }
    return mirror;
}

void w2v_mirror_free(w2v_mirror *mirror) {
    if (!mirror)
        return;
    free(mirror->keep);
    free(mirror->offsets);
    free(mirror->codes);
    free(mirror->points);
    free(mirror->hidden);
    free(mirror->error);
    w2v_mirror_noise_clear(&mirror->noise);
    free(mirror);
}

void w2v_mirror_start_weights(float *syn0, int64_t n_words, int32_t size) {
    w2v_mirror mirror = {.random = 1};
    for (int64_t i = 0; i < n_words * size; i++)
        syn0[i] = (float)(((double)w2v_mirror_fraction(w2v_mirror_random(&mirror)) - 0.5) / size);
}

int64_t w2v_mirror_words_done(const w2v_mirror *mirror) {
    return mirror->words_done;
}

float w2v_mirror_alpha(const w2v_mirror *mirror) {
    return mirror->alpha;
}

/* Let alpha fall in a straight line from its first value to a ten-thousandth of it. */
static void set_alpha(w2v_mirror *mirror, int64_t total) {
    float first = mirror->settings.alpha, all = (float)(mirror->settings.epochs * total + 1);
    mirror->words_done += mirror->words - mirror->words_at_alpha;
    mirror->words_at_alpha = mirror->words;
    mirror->alpha = first * (1 - (float)mirror->words_done / all);
    if (mirror->alpha < first * 0.0001)
        mirror->alpha = (float)(first * 0.0001);
}

/* Read the next sentence, up to its newline, 1000 words that subsampling leaves, or the end of the text. */
static void read_sentence(w2v_mirror *mirror, const w2v_mirror_words *words, w2v_mirror_reader *reader) {
    uint8_t text[MAX_STRING];
    while (mirror->length < W2V_MIRROR_SENTENCE) {
        size_t n = w2v_mirror_read_word(reader, text, MAX_STRING);
        if (reader->ended)
            return;
        int32_t word = w2v_mirror_words_find(words, text, n);
        if (word < 0)
            continue;
        mirror->words++;
        if (word == 0)
            return;
        if (mirror->keep && mirror->keep[word] < w2v_mirror_fraction(w2v_mirror_random(mirror)))
            continue;
        mirror->sentence[mirror->length++] = word;
    }
}

/* Go back to the start of the text. A sentence that the end of the text cut off is lost. */
static void end_epoch(w2v_mirror *mirror, w2v_mirror_reader *reader) {
    mirror->words_done += mirror->words - mirror->words_at_alpha;
    mirror->words = mirror->words_at_alpha = 0;
    mirror->length = 0;
    mirror->epochs_left--;
    reader->at = 0;
    reader->ended = 0;
}

w2v_status w2v_mirror_train(w2v_mirror *mirror, const w2v_mirror_vocab *vocab, const uint8_t *text, size_t length, float *syn0,
                            float *syn1neg, float *syn1, int *done) {
    w2v_mirror_reader reader = {.text = text, .length = length, .at = mirror->at, .ended = mirror->ended};
    w2v_status status = W2V_OK;
    int changed = 0; /* whether alpha did */
    while (mirror->epochs_left > 0 && !changed && status == W2V_OK) {
        if (mirror->length == 0) {
            read_sentence(mirror, &vocab->words, &reader);
            mirror->position = 0;
        }
        /* More words than the vocabulary has: a vocabulary that was read from a file can be of another text. */
        if (reader.ended || mirror->words > vocab->total) {
            end_epoch(mirror, &reader);
            continue;
        }
        status = w2v_mirror_update(mirror, syn0, syn1neg, syn1);
        if (++mirror->position >= mirror->length)
            mirror->length = 0;
        if (mirror->words - mirror->words_at_alpha > ALPHA_EVERY) {
            set_alpha(mirror, vocab->total);
            changed = 1;
        }
    }
    mirror->at = reader.at;
    mirror->ended = reader.ended;
    *done = mirror->epochs_left == 0;
    return status;
}
