/* The noise table of word2vec.c, 1e8 word numbers of four bytes, without the table. */
#ifndef W2V_MIRROR_NOISE_H
#define W2V_MIRROR_NOISE_H

#include "w2v_mirror.h"

#define W2V_NOISE_CELLS 100000000

/* The table is monotone: word i has the cells from starts[i] up to starts[i + 1]. The words in question for a cell lie between
 * those of its bucket's first cell and of the next bucket's. */
typedef struct {
    uint32_t *starts; /* n + 1 */
    int32_t *buckets; /* word of the first cell of each bucket of 2^shift cells, and one more at the end */
    int shift;
} w2v_mirror_noise;

w2v_status w2v_mirror_noise_init(w2v_mirror_noise *noise, const int64_t *counts, int32_t n);
void w2v_mirror_noise_clear(w2v_mirror_noise *noise);

/* The word in a cell of the table. */
static inline int32_t w2v_mirror_noise_word(const w2v_mirror_noise *noise, uint32_t cell) {
    int32_t low = noise->buckets[cell >> noise->shift], high = noise->buckets[(cell >> noise->shift) + 1];
    while (low < high) {
        int32_t middle = low + (high - low + 1) / 2;
        if (noise->starts[middle] <= cell)
            low = middle;
        else
            high = middle - 1;
    }
    return low;
}

#endif
