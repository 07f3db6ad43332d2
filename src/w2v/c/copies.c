#include "copies.h"

void w2v_share_copy(const w2v_copies *c, uint32_t k) {
    c->left[k] = INT32_MAX;
    if (k == c->n)
        return;
    float *shared = c->shared + c->stride * ((size_t)c->first + k);
    float *own = c->rows + 2 * c->step * k, *before = own + c->step;
    for (size_t e = 0; e < c->step; e++)
        shared[e] = own[e] = before[e] = shared[e] + (own[e] - before[e]);
    c->left[k] = c->uses;
}

void w2v_share_copies(const w2v_copies *c) {
    for (uint32_t k = 0; k < c->n; k++)
        if (c->left[k]) /* it has been used */
            w2v_share_copy(c, k);
}
