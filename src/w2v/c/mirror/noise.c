/* The noise table of word2vec.c, 1e8 word numbers of four bytes, without the table: only where each word's run begins. */
#include <math.h>
#include <stdlib.h>

#include "noise.h"

/* Whether the original moves on to the next word after this cell, `share` being the cumulative share of the words so far. */
static int is_last(uint32_t cell, double share) {
    return cell / (double)W2V_NOISE_CELLS > share;
}

/* The first cell from `start` on after which the next word comes, or the last cell of all. The guess is right up to rounding;
 * comparing as the original does makes it exact. */
static uint32_t last_cell(uint32_t start, double share) {
    if (!is_last(W2V_NOISE_CELLS - 1, share)) /* also if the share is not a number, as all counts are zero */
        return W2V_NOISE_CELLS - 1;
    uint32_t cell = (uint32_t)(share * W2V_NOISE_CELLS);
    while (cell > 0 && is_last(cell - 1, share))
        cell--;
    while (!is_last(cell, share))
        cell++;
    return cell > start ? cell : start;
}

static void fill_starts(uint32_t *starts, const int64_t *counts, int32_t n) {
    const double power = 0.75;
    double sum = 0, share = 0;
    for (int32_t i = 0; i < n; i++)
        sum += pow((double)counts[i], power);
    starts[0] = 0;
    for (int32_t i = 0; i < n; i++) {
        share += pow((double)counts[i], power) / sum;
        starts[i + 1] = starts[i] == W2V_NOISE_CELLS || i == n - 1 ? W2V_NOISE_CELLS : last_cell(starts[i], share) + 1;
    }
}

/* Buckets small enough to hold one word's cells mostly, but not many more than there are words. */
static int bucket_shift(int32_t n) {
    int shift = 20;
    while (shift > 5 && (W2V_NOISE_CELLS >> shift) < 4 * (int64_t)n)
        shift--;
    return shift;
}

w2v_status w2v_mirror_noise_init(w2v_mirror_noise *noise, const int64_t *counts, int32_t n) {
    noise->shift = bucket_shift(n);
    uint32_t n_buckets = (W2V_NOISE_CELLS >> noise->shift) + 1;
    noise->starts = malloc(((size_t)n + 1) * sizeof *noise->starts);
    noise->buckets = malloc(((size_t)n_buckets + 1) * sizeof *noise->buckets);
    if (!noise->starts || !noise->buckets) {
        w2v_mirror_noise_clear(noise);
        return W2V_NO_MEMORY;
    }
    fill_starts(noise->starts, counts, n);
    int32_t word = 0;
    for (uint32_t i = 0; i <= n_buckets; i++) {
        while (word < n - 1 && noise->starts[word + 1] <= (uint64_t)i << noise->shift)
            word++;
        noise->buckets[i] = word;
    }
    return W2V_OK;
}

void w2v_mirror_noise_clear(w2v_mirror_noise *noise) {
    free(noise->starts);
    free(noise->buckets);
    *noise = (w2v_mirror_noise){0};
}

w2v_status w2v_mirror_noise_words(const int64_t *counts, int32_t n, const uint32_t *cells, size_t n_cells, int32_t *words) {
    w2v_mirror_noise noise;
    if (w2v_mirror_noise_init(&noise, counts, n) != W2V_OK)
        return W2V_NO_MEMORY;
    for (size_t i = 0; i < n_cells; i++)
        words[i] = w2v_mirror_noise_word(&noise, cells[i]);
    w2v_mirror_noise_clear(&noise);
    return W2V_OK;
}
