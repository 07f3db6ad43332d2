/* Hierarchical softmax: the outputs of a centre are the inner nodes on its word's path in the Huffman tree (Morin and Bengio 2005,
 * Mikolov et al. 2013). The sigmoid at a node is the chance that the path goes to side 0. */
#include "train.h"

enum { ALWAYS_AT_HAND = 8 }; /* levels of the tree that stay in the cache */

void w2v_find_path(w2v_worker *w, int64_t i) {
    if (i >= w->now->n_kept)
        return;
    w2v_centre *c = &w->now->plans[i & 3];
    const int32_t word = w->now->kept[i];
    const int64_t start = w->job->path_starts[word];
    c->path = w->job->paths + start;
    c->nodes.n = (int)(w->job->path_starts[word + 1] - start);
    for (int k = 0; k < c->nodes.n; k += 16) /* steps in a cache line */
        W2V_PREFETCH(c->path + k);
}

/* The nodes near the root are on most paths, so they stay in the cache: only the others are fetched. */
void w2v_find_nodes(w2v_worker *w, w2v_centre *c) {
    for (int k = 0; k < c->nodes.n; k++) {
        c->nodes.rows[k] = w2v_own_row(w, &w->nodes, w->job->nodes, c->path[k] >> 1, w->job->stride);
        if (k >= ALWAYS_AT_HAND)
            w2v_prefetch_to_write(c->nodes.rows[k], w->job->vector_size);
    }
}

void w2v_set_nodes(w2v_worker *w, const w2v_centre *c, w2v_tile *tile, int n_inp) {
    w2v_set_words(tile, &c->nodes);
    tile->labels = w->labels;
    for (int first = 0; first < c->nodes.n; first += W2V_OUT_BLOCK) {
        const int n = w2v_block_size(c->nodes.n - first);
        float block[W2V_OUT_BLOCK] = {0};
        for (int o = 0; o < n; o++)
            block[o] = (float)(~c->path[first + o] & 1); /* 1 on side 0 */
        w2v_spread(block, w->labels + first / W2V_OUT_BLOCK * W2V_BLOCK_SLOTS, n_inp, n);
    }
}
