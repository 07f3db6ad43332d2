/* Sums of rows: the part of the C interface of w2v that makes vectors of sentences. See w2v.h for what holds everywhere. */
#ifndef W2V_SENTENCES_H
#define W2V_SENTENCES_H

#include "w2v.h"

/* Rows of floats, `stride` from each to the next, and what each is multiplied by. */
typedef struct {
    const float *rows;
    size_t stride;
    const float *factors;
    int32_t n;
} w2v_factored;

/* Add up the rows of the words of each sentence, in double. Ids from known->n on are rows of `more`; W2V_LINE_END ends a sentence,
 * other ids below 0 are left out. Sentence j, and after the last end what follows it, has its sum in sums[j * columns ..] and the
 * number of its words in counts[j], for which there is `room`, at least 1; `work` has `columns` zeros. Returns n, or the first place
 * whose id has no row, or at which the room ends. */
int64_t w2v_sum_rows(const w2v_factored *known, const w2v_factored *more, size_t columns, const int32_t *ids, int64_t n,
                     int64_t room, double *work, float *sums, int64_t *counts);

#endif
