/* Sums of rows: what the vector of a sentence is made of. */
#include <string.h>

#include "compiler.h"
#include "w2v_sentences.h"

enum { AHEAD = 4 }; /* rows, which lie all over the memory, are fetched so early */

static const float *row_of(const w2v_factored *known, const w2v_factored *more, int32_t id, float *factor) {
    const w2v_factored *part = id < known->n ? known : more;
    size_t row = (size_t)(id < known->n ? id : id - known->n);
    *factor = part->factors[row];
    return part->rows + row * part->stride;
}

static void fetch(const float *row, size_t columns) {
    for (size_t k = 0; k < columns; k += 64 / sizeof *row)
        W2V_PREFETCH(row + k);
}

static void add_row(const float *restrict row, float factor, size_t columns, double *restrict sum) {
    for (size_t k = 0; k < columns; k++)
        sum[k] += (double)factor * (double)row[k];
}

/* Write a sum and begin the next one. */
static void finish(double *restrict sum, size_t columns, float *restrict out) {
    for (size_t k = 0; k < columns; k++) {
        out[k] = (float)sum[k];
        sum[k] = 0;
    }
}

int64_t w2v_sum_rows(const w2v_factored *known, const w2v_factored *more, size_t columns, const int32_t *ids, int64_t n,
                     int64_t room, double *work, float *sums, int64_t *counts) {
    int64_t limit = (int64_t)known->n + more->n, done = 0; /* sentences */
    float factor;
    memset(counts, 0, (size_t)room * sizeof *counts);
    for (int64_t i = 0; i < n; i++) {
        int32_t id = ids[i];
        if (i + AHEAD < n && ids[i + AHEAD] >= 0 && ids[i + AHEAD] < limit)
            fetch(row_of(known, more, ids[i + AHEAD], &factor), columns);
        if (id == W2V_LINE_END) {
            if (done + 1 == room)
                return i;
            finish(work, columns, sums + (size_t)done++ * columns);
        } else if (id >= 0) {
            if (id >= limit)
                return i;
            const float *row = row_of(known, more, id, &factor);
            add_row(row, factor, columns, work);
            counts[done]++;
        }
    }
    finish(work, columns, sums + (size_t)done * columns);
    return n;
}
