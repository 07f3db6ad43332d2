/* Changes that several threads, or replicas, made to a row apart from each other: what of them is due along steep directions.
 *
 * In a quadratic bowl of curvature h, m steps of length a go the share 1 - e^(-a h m) of the way down. Of n parties that all took m
 * steps from the same point, each went that share, and together they should have gone 1 - e^(-X), X = a h m n. So their sum counts
 * (1 - e^(-X)) / (n (1 - e^(-X / n))) times: all of it where X is small, its mean where X is large.
 *
 * Where parties merge one after the other, each with what the row is by then, there is no need to know how many they are: had a party
 * begun its m steps where others have moved the row meanwhile, it would have left e^(-a h m) of what they moved it by. So that is
 * what it adds to its own row, and the outcome is as if all steps had been taken in turn: no sum can overshoot.
 *
 * The curvature of a row's loss is at most 1/4 of the second moment of the rows it meets, which has a few steep directions, the mean
 * above all, and a flat rest. */
#include <math.h>
#include <string.h>

#include "kernels/kernels.h"
#include "rng.h"

enum { FIRST_ROUNDS = 20, GATHERED = 64 /* rows at a time */ };

static double dot(const float *x, const float *y, size_t n) {
    double sum = 0;
    for (size_t e = 0; e < n; e++)
        sum += (double)x[e] * y[e];
    return sum;
}

/* Gram and Schmidt: rows become orthonormal, in order; one that lies within those before it becomes zero. */
static void orthonormalize(float *rows, int n, size_t size, size_t stride) {
    for (int k = 0; k < n; k++) {
        float *row = rows + k * stride;
        const double before = dot(row, row, size);
        for (int j = 0; j < k; j++) {
            const float part = (float)dot(row, rows + j * stride, size);
            for (size_t e = 0; e < size; e++)
                row[e] -= part * rows[j * stride + e];
        }
        const double length = dot(row, row, size);
        const float scale = length > 1e-10 * before ? (float)(1 / sqrt(length)) : 0.0f;
        for (size_t e = 0; e < size; e++)
            row[e] *= scale;
    }
}

/* Rows that are zero become random: in the beginning all, later those for which the rows before had no dimensions left. Returns
 * whether the first was one of them. */
static int scramble(float *rows, int n, size_t size, size_t stride) {
    w2v_rng rng = w2v_stream(0, 0, 0);
    const int anew = dot(rows, rows, size) == 0;
    for (int k = 0; k < n; k++)
        if (dot(rows + k * stride, rows + k * stride, size) == 0)
            for (size_t e = 0; e < size; e++)
                rows[k * stride + e] = (float)(w2v_next(&rng) >> 40) - (1 << 23);
    orthonormalize(rows, n, size, stride);
    return anew;
}

size_t w2v_basis_floats(size_t stride) {
    return W2V_DIRECTIONS * stride + 2 * W2V_LANES;
}

w2v_basis w2v_basis_at(float *floats, size_t stride) {
    return (w2v_basis){floats, floats + W2V_DIRECTIONS * stride};
}

size_t w2v_basis_work(size_t n_rows, size_t size, size_t stride) {
    return ((n_rows < GATHERED ? n_rows : GATHERED) + size + W2V_DIRECTIONS) * stride;
}

/* The second moment of the rows; `gathered` has room for some of them. */
static void find_moment(const w2v_kernels *kernels, const w2v_rows *rows, float *gathered, float *moment) {
    const size_t stride = rows->stride;
    const float share = (float)(1 / sqrt((double)rows->n));
    for (size_t first = 0; first < rows->n; first += GATHERED) {
        const size_t n = rows->n - first < GATHERED ? rows->n - first : GATHERED;
        for (size_t i = 0; i < n; i++)
            for (size_t e = 0; e < stride; e++)
                gathered[i * stride + e] = share * rows->rows[first + i][e];
        const w2v_product square = {gathered, gathered, moment, 1, stride, stride, stride, rows->size, n, stride, first > 0};
        kernels->products->multiply(&square);
    }
}

void w2v_renew_basis(const w2v_kernels *kernels, w2v_basis *basis, const w2v_rows *rows, int rounds, float *work) {
    const size_t size = rows->size, stride = rows->stride, n = rows->n < GATHERED ? rows->n : GATHERED;
    const int directions = size < W2V_DIRECTIONS ? (int)size : W2V_DIRECTIONS;
    float *moment = work + n * stride, *turned = moment + size * stride;
    find_moment(kernels, rows, work, moment);
    if (scramble(basis->directions, directions, size, stride) && rounds < FIRST_ROUNDS)
        rounds = FIRST_ROUNDS;
    for (int round = 0; round < rounds; round++) {
        const w2v_product turn = {basis->directions, moment, turned, stride, 1, stride, stride, directions, size, stride, 0};
        kernels->products->multiply(&turn);
        for (int k = 0; k < directions; k++)
            basis->eigenvalues[k] = (float)dot(turned + k * stride, basis->directions + k * stride, size);
        memcpy(basis->directions, turned, sizeof *turned * directions * stride);
        orthonormalize(basis->directions, directions, size, stride);
    }
    double rest = 0;
    for (size_t e = 0; e < size; e++)
        rest += moment[e * stride + e];
    for (int k = 0; k < directions; k++)
        rest -= basis->eigenvalues[k];
    basis->eigenvalues[W2V_DIRECTIONS] = rest > 0 && size > W2V_DIRECTIONS ? (float)(rest / (double)(size - W2V_DIRECTIONS)) : 0;
}

/* 1 - e^-x for x >= 0. By a series and doublings, not by libm, so that every machine has the same. */
static double one_minus_exp(double x) {
    int halvings = 0;
    for (; x > 0.125 && halvings < 12; halvings++)
        x /= 2;
    if (x > 0.125) /* it was above 512 */
        return 1;
    double share = 1;
    for (int n = 9; n > 1; n--) /* 1 - x/2! + x^2/3! - ... + x^8/9! */
        share = 1 - x / n * share;
    share *= x;
    for (; halvings; halvings--)
        share *= 2 - share;
    return share;
}

/* (1 - e^-x) / (n (1 - e^(-x / n))) */
static float share_of_sum(double x, double n) {
    if (!(x > 1e-6) || n <= 1)
        return 1;
    return (float)(one_minus_exp(x) / (n * one_minus_exp(x / n)));
}

void w2v_sum_factors(const w2v_basis *basis, double strength, double parties, float *factors) {
    for (int k = 0; k <= W2V_DIRECTIONS; k++)
        factors[k] = share_of_sum(strength * basis->eigenvalues[k], parties);
}

void w2v_kept_factors(const w2v_basis *basis, double strength, float *factors) {
    for (int k = 0; k <= W2V_DIRECTIONS; k++)
        factors[k] = (float)exp(-strength * basis->eigenvalues[k]);
}

void w2v_correct(const w2v_kernels *kernels, const w2v_basis *basis, const float *factors, float *change, size_t size,
                 size_t stride) {
    kernels->correct(basis, factors, change, size, stride);
}
