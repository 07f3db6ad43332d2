/* Walker's alias method: exact draws from any discrete distribution in O(1), 8 bytes a word. */
#include <stdlib.h>

#include "rng.h"

/* Vose's construction: cells below the mean are filled up from cells above it. A full cell's alias is itself, so the one
 * draw in 2^32 that its threshold lets through changes nothing. */
w2v_status w2v_alias_build(const double *weights, size_t n, w2v_alias *table) {
    double *share = malloc(n * sizeof *share);
    int32_t *stack = malloc(n * sizeof *stack); /* small cells from the left, large ones from the right */
    if (!share || !stack) {
        free(share);
        free(stack);
        return W2V_NO_MEMORY;
    }
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += weights[i];
    size_t small = 0, large = n;
    for (size_t i = 0; i < n; i++) {
        share[i] = weights[i] / sum * (double)n;
        table[i] = (w2v_alias){UINT32_MAX, (int32_t)i};
        if (share[i] < 1)
            stack[small++] = (int32_t)i;
        else
            stack[--large] = (int32_t)i;
    }
    while (small > 0 && large < n) {
        int32_t low = stack[--small], high = stack[large];
        table[low] = (w2v_alias){(uint32_t)(share[low] * 4294967296.0), high};
        share[high] -= 1 - share[low];
        if (share[high] < 1) { /* now small itself: its place on the right becomes free */
            large++;
            stack[small++] = high;
        }
    }
    free(share);
    free(stack);
    return W2V_OK;
}

void w2v_alias_draw(const w2v_alias *table, size_t n, uint64_t seed, int32_t *out, size_t count) {
    w2v_rng rng = w2v_stream(seed, 0, 0);
    for (size_t i = 0; i < count; i++)
        out[i] = w2v_noise_word(table, (uint32_t)n, w2v_next(&rng));
}
