/* The state of a mirror training run, shared by mirror.c (what is trained when) and update.c (the arithmetic). */
#ifndef W2V_MIRROR_H
#define W2V_MIRROR_H

#include "noise.h"
#include "vocab.h"

enum { W2V_MIRROR_SENTENCE = 1000, W2V_MIRROR_SIGMOID = 1000, W2V_MIRROR_MAX_EXP = 6 };

struct w2v_mirror {
    w2v_mirror_settings settings;
    int32_t n_words;

    /* tables */
    float sigmoid[W2V_MIRROR_SIGMOID]; /* over -6..6 */
    float *keep;                       /* n_words: a word is dropped if a draw from 0..1 is above this; NULL: none is */
    w2v_mirror_noise noise;            /* if negative > 0 */
    int64_t *offsets;                  /* if hs: word i has the places offsets[i]..offsets[i + 1] - 1 of codes and points */
    uint8_t *codes;
    int32_t *points;

    /* where the run stands */
    uint64_t random;
    float alpha;
    int32_t epochs_left;
    size_t at; /* place in the text, and whether reading went past its end */
    int ended;
    int64_t words;          /* of this epoch, before subsampling */
    int64_t words_at_alpha; /* of this epoch, when alpha last changed */
    int64_t words_done;     /* of all epochs, as far as alpha knows */
    int32_t sentence[W2V_MIRROR_SENTENCE];
    int32_t length, position; /* in the sentence */

    /* room for one step */
    float *hidden; /* size: the mean of the context, in CBOW */
    float *error;  /* size: the change of the input */
};

/* The generator of the original, drand48's without its modulus; its middle bits are the usable ones. */
static inline uint64_t w2v_mirror_random(w2v_mirror *mirror) {
    return mirror->random = mirror->random * 25214903917u + 11;
}

/* The low 16 bits of a draw as a number in 0..1, as the original takes them. */
static inline float w2v_mirror_fraction(uint64_t random) {
    return (float)(random & 0xFFFF) / 65536.0f;
}

/* Train the word at the current position of the sentence on its window. */
w2v_status w2v_mirror_update(w2v_mirror *mirror, float *syn0, float *syn1neg, float *syn1);

#endif
