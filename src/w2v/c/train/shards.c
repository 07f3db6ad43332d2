/* Replicas of a matrix that shards of a text trained apart, in rounds: their changes of each row become one (merge.c says by what rule),
 * which is added to the matrix that they began with.
 *
 * Changes are added up by a tree over the shards, so that neither threads nor machines make a difference to any bit. */
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

/* What so many shards, all that belong together, changed in a row; the sum is of those that changed it at all. */
typedef struct {
    float *sum;
    int shards, changed;
} part;

/* Parts wait in the order of shards. Those of as many shards are added up at once, the others in the end, from the last on: so the
 * sum of 2, 4, 8, ... shards, counted from 0, can be made anywhere, and every row has the same bits. */
typedef struct {
    part parts[W2V_LEVELS];
    int n;
    size_t stride;
} adder;

static adder adder_of(float *sums, size_t stride) {
    adder a = {.n = 0, .stride = stride};
    for (int k = 0; k < W2V_LEVELS; k++)
        a.parts[k].sum = sums + (size_t)k * stride;
    return a;
}

static void join_last(adder *a) {
    part *into = &a->parts[a->n - 2];
    const part *last = &a->parts[a->n - 1];
    if (last->changed)
        for (size_t e = 0; e < a->stride; e++)
            into->sum[e] = into->changed ? into->sum[e] + last->sum[e] : last->sum[e];
    into->shards += last->shards;
    into->changed += last->changed;
    a->n--;
}

/* Add the part that was written where the next one belongs. */
static void add(adder *a, int shards, int changed) {
    part *next = &a->parts[a->n++];
    next->shards = shards;
    next->changed = changed;
    while (a->n > 1 && a->parts[a->n - 2].shards == a->parts[a->n - 1].shards)
        join_last(a);
}

/* The sum of all, where the first part has its own; afterwards none wait. */
static part add_up(adder *a) {
    while (a->n > 1)
        join_last(a);
    a->n = 0;
    return a->parts[0];
}

/* Of a row of replicas, the sum of what changed. */
static part sum_row(adder *a, const float *base, float *const *replicas, int shards, size_t at) {
    for (int s = 0; s < shards; s++) {
        const float *row = replicas[s] + at;
        const int changed = memcmp(row, base + at, sizeof *row * a->stride) != 0;
        if (changed)
            for (size_t e = 0; e < a->stride; e++)
                a->parts[a->n].sum[e] = row[e] - base[at + e];
        add(a, 1, changed);
    }
    return add_up(a);
}

void w2v_merge_rows(const w2v_kernels *kernels, const w2v_merging *m, float *base, float *const *replicas, size_t from, size_t to,
                    float *sums) {
    adder a = adder_of(sums, m->stride);
    for (size_t row = from; row < to; row++) {
        const size_t at = row * m->stride;
        const part all = sum_row(&a, base, replicas, m->shards, at);
        if (!all.changed)
            continue;
        correct(kernels, m, row, all.changed, all.sum);
        for (size_t e = 0; e < m->stride; e++)
            base[at + e] += all.sum[e];
        for (int s = 0; s < m->shards; s++)
            memcpy(replicas[s] + at, base + at, sizeof *base * m->stride);
    }
}

size_t w2v_changed_rows(float *const *replicas, int shards, const float *base, size_t from, size_t to, size_t stride,
                        int32_t *rows) {
    size_t n = 0;
    for (size_t row = from; row < to; row++)
        for (int s = 0; s < shards; s++)
            if (memcmp(replicas[s] + row * stride, base + row * stride, sizeof *base * stride) != 0) {
                rows[n++] = (int32_t)row;
                break;
            }
    return n;
}

void w2v_row_changes(float *const *replicas, int shards, const float *base, const int32_t *rows, size_t n, size_t size,
                     size_t stride, float *changes, uint16_t *counts, float *sums) {
    adder a = adder_of(sums, stride);
    for (size_t i = 0; i < n; i++, changes += size) {
        const part all = sum_row(&a, base, replicas, shards, (size_t)rows[i] * stride);
        counts[i] = (uint16_t)all.changed;
        memcpy(changes, all.sum, sizeof *changes * size);
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

void w2v_merge_changes(const w2v_kernels *kernels, const w2v_merging *m, w2v_changes *parts, size_t n_parts, const int32_t *rows,
                       size_t n, float *steps, float *sums) {
    adder a = adder_of(sums, m->stride);
    for (size_t i = 0; i < n; i++, steps += m->size) {
        for (size_t p = 0; p < n_parts; p++) {
            w2v_changes *mine = &parts[p];
            int changed = 0;
            if (mine->n && *mine->rows == rows[i]) {
                changed = *mine->counts;
                memcpy(a.parts[a.n].sum, mine->changes, sizeof *steps * m->size);
                mine->rows++;
                mine->counts++;
                mine->n--;
                mine->changes += m->size;
            }
            add(&a, mine->shards, changed);
        }
        const part all = add_up(&a);
        correct(kernels, m, (size_t)rows[i], all.changed, all.sum);
        memcpy(steps, all.sum, sizeof *steps * m->size);
    }
}
