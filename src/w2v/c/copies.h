/* Each thread's own copies of the rows that all threads change all the time.
 *
 * A row that two cores write in turns travels between their caches at every step. The rows of the most frequent words are written
 * by all threads thousands of times a second: where the cores share no cache, two threads were slower than one. So a thread works
 * on a copy of its own, and after every so many uses adds what it has changed to the shared row, and takes over the others' changes. */
#ifndef W2V_COPIES_H
#define W2V_COPIES_H

#include "compiler.h"
#include "w2v.h"

typedef struct {
    float *shared; /* the matrix */
    size_t stride; /* floats from one of its rows to the next */
    int32_t first, uses;
    uint32_t n;    /* rows first .. first + n - 1 have copies, each for so many uses; n is 0 for a thread by itself */
    size_t step;   /* floats of a copy */
    float *rows;   /* each copy, and after it the row as it was when it was last shared */
    int32_t *left; /* uses of each copy until it is shared again; at n: of all rows that have none */
} w2v_copies;

/* Give back what has changed in copy k, and take over what others have. `rows` and `left` start with zeros. */
void w2v_share_copy(const w2v_copies *c, uint32_t k);

/* Give back what has changed in all copies. */
void w2v_share_copies(const w2v_copies *c);

/* Where this thread has a row. No branch depends on the row, for half of them would be mispredicted. */
W2V_INLINE float *w2v_own_row(const w2v_copies *c, int32_t row) {
    const uint32_t k = (uint32_t)(row - c->first);
    const int copied = k < c->n;
    const uint32_t at = copied ? k : c->n;
    if (--c->left[at] <= 0)
        w2v_share_copy(c, at);
    return (copied ? c->rows : c->shared) + (copied ? 2 * c->step * k : c->stride * (size_t)row);
}

#endif
