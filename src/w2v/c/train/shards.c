/* Replicas of a matrix that shards of a text trained apart, in rounds: their changes of each row become one (merge.c says by what rule),
 * which is added to the matrix that they began with.
 *
 * Changes are added up in the order of the shards, so that neither threads nor machines make a difference to any bit. */
#include <string.h>

#include "kernels/kernels.h"

enum { FACTORS = W2V_DIRECTIONS + 1 };

static const double FLAT = 0.01; /* strength times curvature below which a sum is due as it is: within half a hundredth */

static float steepest(const w2v_basis *basis) {
    float most = basis->eigenvalues[W2V_DIRECTIONS];
    for (int k = 0; k < W2V_DIRECTIONS; k++)
        most = basis->eigenvalues[k] > most ? basis->eigenvalues[k] : most;
    return most;
}

void w2v_merging_factors(const w2v_basis *basis, const double *strengths, size_t classes, int shards, float *factors) {
    const double most = steepest(basis);
    for (size_t c = 0; c < classes; c++)
        for (int changed = 2; changed <= shards; changed++, factors += FACTORS)
            w2v_sum_factors(basis, strengths[c] * most > FLAT ? strengths[c] : 0, changed, factors);
}

/* Correct the sum of the changes of a row by so many shards. */
static void correct(const w2v_kernels *kernels, const w2v_merging *m, size_t row, int changed, float *sum) {
    if (changed < 2)
        return;
    const float *factors = m->factors + ((size_t)m->classes[row] * (size_t)(m->shards - 1) + (size_t)changed - 2) * FACTORS;
    for (int k = 0; k < FACTORS; k++)
        if (factors[k] != 1) {
            kernels->correct(&m->basis, factors, sum, m->size, m->stride);
            return;
        }
}

/* Add what changed in a replica's row to the sum. Returns whether anything did. */
static int add_difference(const float *row, const float *base, size_t stride, float *sum, int first) {
    if (memcmp(row, base, sizeof *row * stride) == 0)
        return 0;
    for (size_t e = 0; e < stride; e++) {
        const float change = row[e] - base[e];
        sum[e] = first ? change : sum[e] + change;
    }
    return 1;
}

void w2v_merge_rows(const w2v_kernels *kernels, const w2v_merging *m, float *base, float *const *replicas, size_t from, size_t to,
                    float *sum) {
    for (size_t row = from; row < to; row++) {
        const size_t at = row * m->stride;
        int changed = 0;
        for (int s = 0; s < m->shards; s++)
            changed += add_difference(replicas[s] + at, base + at, m->stride, sum, changed == 0);
        if (!changed)
            continue;
        correct(kernels, m, row, changed, sum);
        for (size_t e = 0; e < m->stride; e++)
            base[at + e] += sum[e];
        for (int s = 0; s < m->shards; s++)
            memcpy(replicas[s] + at, base + at, sizeof *base * m->stride);
    }
}

size_t w2v_changed_rows(const float *own, const float *base, size_t from, size_t to, size_t stride, int32_t *rows) {
    size_t n = 0;
    for (size_t row = from; row < to; row++)
        if (memcmp(own + row * stride, base + row * stride, sizeof *own * stride) != 0)
            rows[n++] = (int32_t)row;
    return n;
}

void w2v_row_changes(const float *own, const float *base, const int32_t *rows, size_t n, size_t size, size_t stride, float *changes) {
    for (size_t i = 0; i < n; i++, changes += size) {
        const size_t at = (size_t)rows[i] * stride;
        for (size_t e = 0; e < size; e++)
            changes[e] = own[at + e] - base[at + e];
    }
}

void w2v_take_steps(float *base, float *const *replicas, size_t n_replicas, const int32_t *rows, const float *steps, size_t n,
                    size_t size, size_t stride) {
    for (size_t i = 0; i < n; i++, steps += size) {
        const size_t at = (size_t)rows[i] * stride;
        for (size_t e = 0; e < size; e++)
            base[at + e] += steps[e];
        for (size_t r = 0; r < n_replicas; r++)
            memcpy(replicas[r] + at, base + at, sizeof *base * stride);
    }
}

void w2v_merge_changes(const w2v_kernels *kernels, const w2v_merging *m, w2v_changes *shards, const int32_t *rows, size_t n,
                       float *steps, float *sum) {
    for (size_t i = 0; i < n; i++, steps += m->size) {
        int changed = 0;
        for (int s = 0; s < m->shards; s++) {
            w2v_changes *mine = &shards[s];
            if (!mine->n || *mine->rows != rows[i])
                continue;
            for (size_t e = 0; e < m->size; e++)
                sum[e] = changed ? sum[e] + mine->changes[e] : mine->changes[e];
            changed++;
            mine->rows++;
            mine->n--;
            mine->changes += m->size;
        }
        correct(kernels, m, (size_t)rows[i], changed, sum);
        memcpy(steps, sum, sizeof *steps * m->size);
    }
}
