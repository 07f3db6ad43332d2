/* The Huffman tree of word2vec.c over a vocabulary sorted by falling count, and the path to every word. */
#include <stdlib.h>

#include "w2v.h"

/* Leaves are 0..n-1, inner nodes n..2n-2 in the order they arise. Both are queues with the smallest count in front (leaves
 * from the right, inner nodes from the left), so the next smallest is always at one of two fronts; on a tie it is the inner
 * node. The first word, "</s>", may be out of order; then the tree is not quite optimal, just as in the original. */
static int32_t take_smallest(const int64_t *counts, int64_t *leaf, int64_t *inner) {
    if (*leaf >= 0 && counts[*leaf] < counts[*inner])
        return (int32_t)(*leaf)--;
    return (int32_t)(*inner)++;
}

w2v_status w2v_huffman_tree(const int64_t *counts, int64_t n, int32_t *parents, uint8_t *sides, int64_t *offsets) {
    const int64_t not_yet = 1000000000000000; /* the count of an inner node that does not exist */
    int64_t *sums = malloc((size_t)(2 * n + 1) * sizeof *sums);
    if (!sums)
        return W2V_NO_MEMORY;
    for (int64_t i = 0; i <= 2 * n; i++)
        sums[i] = i < n ? counts[i] : not_yet;
    int64_t leaf = n - 1, inner = n;
    for (int64_t node = n; node < 2 * n - 1; node++) {
        int32_t left = take_smallest(sums, &leaf, &inner);
        int32_t right = take_smallest(sums, &leaf, &inner);
        sums[node] = sums[left] + sums[right];
        parents[left] = parents[right] = (int32_t)node;
        sides[left] = 0;
        sides[right] = 1;
    }
    free(sums);
    offsets[0] = 0;
    for (int64_t i = 0; i < n; i++) {
        int64_t depth = 0;
        for (int64_t node = i; node < 2 * n - 2; node = parents[node])
            depth++;
        offsets[i + 1] = offsets[i] + depth;
    }
    return W2V_OK;
}

void w2v_huffman_paths(const int32_t *parents, const uint8_t *sides, const int64_t *offsets, int64_t n, uint8_t *codes,
                       int32_t *points) {
    for (int64_t i = 0; i < n; i++) {
        int64_t at = offsets[i + 1];
        for (int64_t node = i; node < 2 * n - 2; node = parents[node]) {
            codes[--at] = sides[node];
            points[at] = parents[node] - (int32_t)n;
        }
    }
}
