/* The C interface of train/merge.c and train/shards.c: what threads, or replicas, changed apart from each other becomes one. */
#ifndef W2V_MERGE_H
#define W2V_MERGE_H

#include "w2v.h"

/* ---- train/merge.c: changes of a row that several parties made apart, added up ----------------------------------------------- */

enum { W2V_DIRECTIONS = 16 };

/* The second moment of some rows: its leading eigenvectors, W2V_DIRECTIONS rows of `stride` floats (of shorter vectors, as many as
 * they have elements), then zeros; their eigenvalues, and after these the mean of all others. */
typedef struct {
    float *directions, *eigenvalues;
} w2v_basis;

/* The floats that a basis takes, and one that lies there (64-byte aligned); begin with zeros. */
size_t w2v_basis_floats(size_t stride);
w2v_basis w2v_basis_at(float *floats, size_t stride);

/* Rows of `size` numbers, zero from there to their stride. */
typedef struct {
    const float *const *rows;
    size_t n, size, stride;
} w2v_rows;

/* Turn a basis to the second moment of these rows, by so many rounds of orthogonal iteration from where it is, at first by 20.
 * `work` has room for w2v_basis_work floats (64-byte aligned). */
size_t w2v_basis_work(size_t n_rows, size_t size, size_t stride);
void w2v_renew_basis(const w2v_kernels *kernels, w2v_basis *basis, const w2v_rows *rows, int rounds, float *work);

/* What of the sum of changes by so many parties is due along each direction, and after these in the rest: W2V_DIRECTIONS + 1 numbers.
 * `strength`: 1/4 of the sum of all steps' lengths, of all parties together. */
void w2v_sum_factors(const w2v_basis *basis, double strength, double parties, float *factors);

/* What is left along each direction, and in the rest, of a change that others made while one party took steps of the length
 * `strength` in all, times 1/4. */
void w2v_kept_factors(const w2v_basis *basis, double strength, float *factors);

/* Multiply a change by factors of either kind. */
void w2v_correct(const w2v_kernels *kernels, const w2v_basis *basis, const float *factors, float *change, size_t size,
                 size_t stride);

/* ---- train/shards.c: replicas that trained apart become one ------------------------------------------------------------------- */

/* How changes of the rows of a matrix are merged, which up to `shards` shards made. */
typedef struct {
    w2v_basis basis;        /* of the rows that a row of this matrix meets */
    const float *factors;   /* (classes, shards - 1, W2V_DIRECTIONS + 1): for a sum of changes by 2, 3, ... shards */
    const uint8_t *classes; /* of each row */
    int shards;
    size_t size, stride;
} w2v_merging;

/* Fill the factors, for classes of rows by their strength: 1/4 of the sum of the lengths of all steps that a row takes in a round, in
 * all shards together. */
void w2v_merging_factors(const w2v_basis *basis, const double *strengths, size_t classes, int shards, float *factors);

/* Room for sums while they are added up: so many rows (64-byte aligned), zero from their size on. Enough for 4,096 shards. */
enum { W2V_LEVELS = 14 };

/* Add to rows from .. to - 1 of `base` what is due of their changes in the replicas (that is, of their differences, and only where bits
 * differ), and make the replicas' rows the same. `sums` has room for W2V_LEVELS rows. */
void w2v_merge_rows(const w2v_kernels *kernels, const w2v_merging *merging, float *base, float *const *replicas, size_t from,
                    size_t to, float *sums);

/* The numbers, in rising order, of those of rows from .. to - 1 whose bits differ from `base` in any of so many replicas; `rows` has
 * room for all. Returns how many. */
size_t w2v_changed_rows(float *const *replicas, int shards, const float *base, size_t from, size_t to, size_t stride,
                        int32_t *rows);

/* By how much these n rows differ: the sum of all replicas, `size` numbers each; and in how many. The replicas are those of 1, 2, 4, ...
 * shards in a row, the first of which is a multiple of their number. */
void w2v_row_changes(float *const *replicas, int shards, const float *base, const int32_t *rows, size_t n, size_t size,
                     size_t stride, float *changes, uint16_t *counts, float *sums);

/* Add steps, `size` numbers each, to n rows of `base`, and make those of so many replicas the same. */
void w2v_take_steps(float *base, float *const *replicas, size_t n_replicas, const int32_t *rows, const float *steps, size_t n,
                    size_t size, size_t stride);

/* What w2v_row_changes says of so many shards. */
typedef struct {
    const int32_t *rows;
    const float *changes;
    const uint16_t *counts;
    size_t n;
    int shards;
} w2v_changes;

/* The same sums for changes that come from elsewhere, in parts that have all shards in their order (and are used up): of n rows, which
 * are all that changed. Row rows[i] is to move by `size` numbers from steps[i * size] on. */
void w2v_merge_changes(const w2v_kernels *kernels, const w2v_merging *merging, w2v_changes *parts, size_t n_parts,
                       const int32_t *rows, size_t n, float *steps, float *sums);

#endif
