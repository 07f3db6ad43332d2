/* The whole C interface of w2v, and its manual.
 *
 * Every array belongs to the caller (numpy), which has checked it; C borrows pointers for the length of one call and keeps none.
 * Functions return a status; they never print, exit or half-write. Nothing here knows Python, and nothing is POSIX-only.
 *
 * Matrices of weights have rows of `stride` floats: the vector size rounded up to a multiple of 16, the rest zero, rows 64-byte
 * aligned. So no kernel has a tail, and an aligned load never faults. */
#ifndef W2V_H
#define W2V_H

#include <stddef.h>
#include <stdint.h>

typedef enum {
    W2V_OK = 0,
    W2V_NO_MEMORY, /* an allocation failed; nothing was changed */
    W2V_STOPPED,   /* the caller set the stop flag; what was trained so far is kept */
} w2v_status;

/* ---- sampling.c: noise words by Walker's alias method -------------------------------------------------------------------- */

/* One cell of an alias table: word i is kept if the draw is below `threshold`, else `alias` is taken. */
typedef struct {
    uint32_t threshold;
    int32_t alias;
} w2v_alias;

/* Fill `table` (n cells) from n weights >= 0 with a positive, finite sum (Vose 1991). */
w2v_status w2v_alias_build(const double *weights, size_t n, w2v_alias *table);

/* Draw `count` words into `out` from the stream (seed, 0, 0) of rng.h. */
void w2v_alias_draw(const w2v_alias *table, size_t n, uint64_t seed, int32_t *out, size_t count);

/* ---- text.c: text to ids ------------------------------------------------------------------------------------------------- */

/* ---- dispatch.c: what this processor can run ------------------------------------------------------------------------------ */

/* One instruction set's kernels. All sets do the same operations in the same order, so they return the same bits. */
typedef struct w2v_kernels w2v_kernels;

/* The sets this processor can run, best first; "portable" is always the last. NULL past the end. */
const w2v_kernels *w2v_kernel_set(int i);
const char *w2v_kernel_set_name(const w2v_kernels *kernels);

/* ---- train.c: skip-gram and CBOW with negative sampling -------------------------------------------------------------------- */

/* ---- mirror.c: word2vec.c to the bit ----------------------------------------------------------------------------------------- */

#endif
