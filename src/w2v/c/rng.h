/* Counter-based random numbers: draw n of stream (seed, epoch, sentence) is a hash of all four.
 *
 * So the draws of a sentence do not depend on which thread trains it, nor on what was drawn before. The mixing function is
 * SplitMix64's finaliser (Stafford's variant 13); a stream steps by the golden ratio, as SplitMix64 does. */
#ifndef W2V_RNG_H
#define W2V_RNG_H

#include <stdint.h>

#include "w2v.h"

#define W2V_GOLDEN 0x9E3779B97F4A7C15u

static inline uint64_t w2v_mix(uint64_t x) {
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9u;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EBu;
    return x ^ (x >> 31);
}

static inline w2v_rng w2v_stream(uint64_t seed, uint64_t epoch, uint64_t sentence) {
    w2v_rng rng = {w2v_mix(w2v_mix(w2v_mix(seed + W2V_GOLDEN) + epoch + W2V_GOLDEN) + sentence + W2V_GOLDEN)};
    return rng;
}

static inline uint64_t w2v_next(w2v_rng *rng) {
    rng->state += W2V_GOLDEN;
    return w2v_mix(rng->state);
}

/* Leave out `count` draws. */
static inline void w2v_skip(w2v_rng *rng, uint64_t count) {
    rng->state += count * W2V_GOLDEN;
}

/* A number in 0..n-1 from 32 random bits; the bias is below n / 2^32. */
static inline uint32_t w2v_below(uint32_t bits, uint32_t n) {
    return (uint32_t)(((uint64_t)bits * n) >> 32);
}

/* One noise word: the high half of a draw picks the cell, the low half decides between word and alias (by a mask: a branch
 * would be mispredicted every other time). */
static inline int32_t w2v_noise_cell(uint32_t n, uint64_t bits) {
    return (int32_t)w2v_below((uint32_t)(bits >> 32), n);
}

static inline int32_t w2v_noise_word(const w2v_alias *table, uint32_t n, uint64_t bits) {
    int32_t cell = w2v_noise_cell(n, bits);
    int32_t keep = -(int32_t)((uint32_t)bits < table[cell].threshold);
    return table[cell].alias ^ ((cell ^ table[cell].alias) & keep);
}

enum { W2V_MAX_REDRAWS = 16 }; /* tries for a noise word that is not the right one: a vocabulary of one word cannot hang */

/* The same, but not the right word, if redraws from `rng` find another. */
static inline int32_t w2v_other_word(const w2v_alias *table, uint32_t n, uint64_t bits, int32_t right, w2v_rng *rng) {
    int32_t word = w2v_noise_word(table, n, bits);
    for (int tries = W2V_MAX_REDRAWS; word == right && tries; tries--)
        word = w2v_noise_word(table, n, w2v_next(rng));
    return word;
}

#endif
