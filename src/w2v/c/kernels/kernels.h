/* The kernels that every instruction set provides, and the rules that make them return the same bits.
 *
 * dot keeps 16 running sums by fused multiply-add, sum l taking elements l, l+16, ...; then l+8 is added to l, l+4 to l, l+2 to l,
 * 1 to 0. sigmoid is a fixed sequence of multiply-adds (body.h). All other operations work on each element by itself. */
#ifndef W2V_KERNELS_H
#define W2V_KERNELS_H

#include "inference.h"
#include "products.h"
#include "w2v_merge.h"

enum {
    W2V_LANES = 16,     /* a row's stride is a multiple of this many floats */
    W2V_OUT_BLOCK = 6,  /* outputs held in registers at a time */
    W2V_MAX_PAIRS = 16, /* inputs in one tile of structured skip-gram */
    W2V_BLOCK_SLOTS = W2V_MAX_INP * W2V_OUT_BLOCK,
};

/* One thread's working memory, 64-byte aligned (train.c allocates it). A block is up to W2V_OUT_BLOCK outputs; the slot of input i
 * and output o of a block of n is i * n + o. */
typedef struct {
    float *partial;      /* (W2V_BLOCK_SLOTS + 1) x 8: dot products on their way from 16 sums to one */
    float *error;        /* n_blocks x W2V_BLOCK_SLOTS: dot products, then alpha * (label - sigmoid) */
    float *logits;       /* NULL, or where to leave dot products and offsets, laid out as `error` (for the loss) */
    const float *labels; /* for n = 1 to W2V_OUT_BLOCK outputs W2V_BLOCK_SLOTS floats, 1 where slot % n is 0; then as many zeros */
    float *old;          /* W2V_MAX_INP x 32: a chunk or two of every input before its update */
    float *mean;         /* stride: CBOW's mean row */
    float *repeats;      /* 4 * W2V_MAX_PAIRS x stride: rows that repeat in structured skip-gram, and their copies */
    struct w2v_freezer *freezer; /* for w2v_frozen_kernels only */
} w2v_scratch;

/* Inputs meet outputs: labels are 1 for output 0, else 0, unless given; with labels there may be offsets, which are added to the
 * dot products. Both are laid out as `error`, that is, repeated for every input (CBOW's only input is the mean). Multiplicities
 * (NULL: all 1) count words that occur several times but are passed once. `table` NULL: exact sigmoid; else word2vec.c's table of
 * W2V_SIGMOID_STEPS values. */
typedef struct {
    float **inp;
    float **out;
    int n_inp;   /* 1..W2V_MAX_INP */
    int n_out;   /* 1 or more */
    size_t size; /* of a vector; rows are zero from there to their stride */
    float alpha;
    const float *labels;  /* or NULL */
    const float *offsets; /* or NULL */
    const float *inp_times;
    const float *out_times;
    const float *table;
} w2v_tile;

/* A tile whose inputs have positions. In structured skip-gram, row[i] is output 0 of input i (out[0] is not used); in
 * position-weighted CBOW it is the weights of input i; in CWindow, the outputs of input i begin place[i] floats after those in
 * tile.out. */
typedef struct w2v_placed {
    w2v_tile tile;
    float **row;
    const size_t *place;
    /* structured skip-gram only */
    float ***repeats;  /* n_repeats places in `row` and `tile.inp`, of rows that stand elsewhere in the tile, too */
    float **originals; /* room for as many rows */
    int n_repeats;
    size_t stride;
    const struct w2v_placed *next; /* the tile after this one: its output rows are fetched */
} w2v_placed;

struct w2v_kernels {
    const char *name;
    /* All n_inp x n_out dot products with the rows as they are, then all updates: rows must be distinct. */
    void (*skipgram)(const w2v_tile *tile, const w2v_scratch *scratch);
    /* The inputs' sum times `scale` meets the outputs; every input gets the outputs' error times `error_scale`. Inputs may
     * repeat. */
    void (*cbow)(const w2v_tile *tile, float scale, float error_scale, const w2v_scratch *scratch);
    const w2v_products *products; /* for the full softmax */
    /* As skipgram, but with an output 0 for each input; where that is one of the other outputs, the latter does not count. */
    void (*structured)(const w2v_placed *placed, const w2v_scratch *scratch);
    /* As cbow, but with each input times its weights, element by element; the weights move by `weight_rate` times the outputs'
     * error times the input. Inputs and their weights change one after the other. */
    void (*weighted)(const w2v_placed *placed, float scale, float error_scale, float weight_rate, const w2v_scratch *scratch);
    /* All inputs' products with their rows of an output make one sum. Inputs change one after the other. */
    void (*cwindow)(const w2v_placed *placed, const w2v_scratch *scratch);
    /* change becomes factors[W2V_DIRECTIONS] of itself, but factors[k] of its part along direction k. */
    void (*correct)(const w2v_basis *basis, const float *factors, float *change, size_t size, size_t stride);
    /* mean becomes the sum of n rows times `scale`, added up in their order. */
    void (*gather)(float *const *rows, int n, size_t size, float scale, float *mean);
    /* Each of n rows, which may repeat, gets now - before. */
    void (*spread)(float *const *rows, int n, size_t size, const float *now, const float *before);
    const w2v_inference *inference; /* for new documents */
};

#if defined(__x86_64__) || defined(_M_X64) /* what the AVX-512 set may take from the AVX2 set */
void w2v_cbow_avx2(const w2v_tile *tile, float scale, float error_scale, const w2v_scratch *scratch);
void w2v_gather_avx2(float *const *rows, int n, size_t size, float scale, float *mean);
void w2v_spread_avx2(float *const *rows, int n, size_t size, const float *now, const float *before);
#endif

/* ---- freeze.c: rows that must not change, or less ---- */

/* Room for the rows of one tile, `room` of each. */
typedef struct w2v_freezer {
    const w2v_job *job;
    const w2v_kernels *kernels;
    const float *inputs, *locks; /* where the rows of inputs begin, and what each change is multiplied by; NULL: by 1 */
    float **inp, **out;          /* the tile's pointers, while copies stand in their place */
    float **rows, *factors;      /* of the copies: whose they are, and the share of the change that is due */
    float *copies, *before;      /* what kernels change; what it was */
    int n_rows;
} w2v_freezer;

/* Kernels that obey job->locks and job->frozen_output: those of scratch->freezer, on copies of such rows. */
extern const w2v_kernels w2v_frozen_kernels;
void w2v_hide_rows(w2v_freezer *freezer, const w2v_tile *tile);
void w2v_show_rows(w2v_freezer *freezer, const w2v_tile *tile);

enum { W2V_SIGMOID_STEPS = 1000, W2V_SIGMOID_MAX = 6 };

/* word2vec.c's sigmoid: steps over +-6, and 0 or 1 outside. */
static inline float w2v_table_sigmoid(const float *table, float x) {
    const float above = x + W2V_SIGMOID_MAX; /* the float before 6 makes 12 here */
    if (above >= 2 * W2V_SIGMOID_MAX)
        return 1.0f;
    if (!(above > 0)) /* also if x is not a number */
        return 0.0f;
    return table[(int)(above * (W2V_SIGMOID_STEPS / (2.0f * W2V_SIGMOID_MAX)))];
}

/* The next array of one big allocation, on a cache line of its own. */
static inline void *w2v_carve(uintptr_t *next, size_t bytes) {
    uintptr_t here = *next;
    *next += (bytes + 63) / 64 * 64;
    return (void *)here;
}

/* Labels of blocks of 1, 2, ... W2V_OUT_BLOCK outputs, of which the first is right: w2v_scratch.labels, which held zeros. */
static inline void w2v_fill_labels(float *labels) {
    for (int n = 1; n <= W2V_OUT_BLOCK; n++, labels += W2V_BLOCK_SLOTS)
        for (int s = 0; s < W2V_BLOCK_SLOTS; s += n)
            labels[s] = 1;
}

#endif
