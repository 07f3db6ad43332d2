/* Runs every kernel set of this processor on random tiles and matrices and compares what it leaves, bit for bit, with the portable set.
 * Prints a line for each set; exits with 1 where bits differ. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compiler.h"
#include "kernels/kernels.h"
#include "rng.h"

enum { MAX_OUT = 14, MAX_STRIDE = 1008, BLOCKS = (MAX_OUT + W2V_OUT_BLOCK - 1) / W2V_OUT_BLOCK, TILES = 60 };

static const size_t SIZES[] = {1, 15, 16, 17, 100, 127, 128, 129, 300, 1000}; /* around every boundary of a stride */

/* All that a kernel reads and writes, each array a multiple of 64 bytes. Two are filled alike, one for each set. */
typedef struct {
    float inp[W2V_MAX_INP * MAX_STRIDE], out[MAX_OUT * MAX_STRIDE], logits[BLOCKS * W2V_BLOCK_SLOTS];
    float error[BLOCKS * W2V_BLOCK_SLOTS], partial[8 * (W2V_BLOCK_SLOTS + 2)];
    float old[W2V_MAX_INP * W2V_LANES], mean[MAX_STRIDE];
} memory;

/* Which tile to run; the same for both sets. */
typedef struct {
    int n_inp, n_out, repeat;
    size_t size, stride;
    float alpha;
    const float *labels, *offsets, *inp_times, *out_times, *table;
} plan;

static W2V_ALIGN(64) memory memories[2];
static W2V_ALIGN(64) float block_labels[(W2V_OUT_BLOCK + 1) * W2V_BLOCK_SLOTS];
static W2V_ALIGN(64) float labels[BLOCKS * W2V_BLOCK_SLOTS], offsets[BLOCKS * W2V_BLOCK_SLOTS];
static float sigmoids[W2V_SIGMOID_STEPS], inp_times[W2V_MAX_INP], out_times[MAX_OUT];
static w2v_rng rng;

static int below(int n) {
    return (int)(w2v_next(&rng) >> 33) % n;
}

/* Evenly from -1 to 1. */
static float even(void) {
    return (float)(below(1 << 24) - (1 << 23)) / (1 << 23);
}

static void fill_tables(void) {
    for (int n = 1; n <= W2V_OUT_BLOCK; n++)
        for (int s = 0; s < W2V_BLOCK_SLOTS; s += n)
            block_labels[(n - 1) * W2V_BLOCK_SLOTS + s] = 1;
    for (int i = 0; i < W2V_SIGMOID_STEPS; i++)
        sigmoids[i] = (float)i / W2V_SIGMOID_STEPS; /* any numbers will do */
}

/* Rows of tiny, usual and large numbers (sigmoids of 0 and 1), zero from `size` on. */
static void fill_rows(float *rows, int n, const plan *p) {
    static const float scales[] = {1e-22f, 0.1f, 0.3f, 8.0f};
    memset(rows, 0, sizeof *rows * n * p->stride);
    for (int i = 0; i < n; i++) {
        float scale = scales[below(4)];
        for (size_t e = 0; e < p->size; e++)
            rows[i * p->stride + e] = scale * even();
    }
}

static plan new_plan(size_t size) {
    plan p = {.n_inp = 1 + below(W2V_MAX_INP), .n_out = 1 + below(below(2) ? MAX_OUT : W2V_OUT_BLOCK), .size = size};
    p.stride = (size + W2V_LANES - 1) / W2V_LANES * W2V_LANES;
    p.repeat = below(2);
    p.alpha = 0.05f * (1 + even());
    for (int s = 0; s < BLOCKS * W2V_BLOCK_SLOTS; s++) {
        labels[s] = 0.5f * (float)below(3);
        offsets[s] = 5 * even();
    }
    for (int o = 0; o < MAX_OUT; o++)
        out_times[o] = (float)(1 + below(3));
    for (int i = 0; i < W2V_MAX_INP; i++)
        inp_times[i] = (float)(1 + below(3));
    p.labels = below(2) ? NULL : labels;
    p.offsets = p.labels && below(2) ? offsets : NULL;
    p.inp_times = below(3) ? NULL : inp_times;
    p.out_times = below(3) ? NULL : out_times;
    p.table = below(3) ? NULL : sigmoids;
    return p;
}

/* Both memories with the same rows, everything else filled with what nobody may depend on. */
static void fill_memories(const plan *p) {
    memset(memories, 0x5A, sizeof memories);
    fill_rows(memories[0].inp, p->n_inp, p);
    fill_rows(memories[0].out, p->n_out, p);
    memcpy(memories[1].inp, memories[0].inp, sizeof memories[0].inp);
    memcpy(memories[1].out, memories[0].out, sizeof memories[0].out);
}

static void run_tile(const w2v_kernels *kernels, const plan *p, memory *m, int cbow) {
    float *inp[W2V_MAX_INP], *out[MAX_OUT];
    for (int i = 0; i < p->n_inp; i++)
        inp[i] = m->inp + (cbow && p->repeat ? i / 2 : i) * p->stride; /* CBOW's inputs may repeat */
    for (int o = 0; o < p->n_out; o++)
        out[o] = m->out + o * p->stride;
    w2v_scratch scratch = {
        .partial = m->partial, .error = m->error, .logits = m->logits, .labels = block_labels, .old = m->old, .mean = m->mean};
    w2v_tile tile = {.inp = inp,
                     .out = out,
                     .n_inp = p->n_inp,
                     .n_out = p->n_out,
                     .size = p->size,
                     .alpha = p->alpha,
                     .labels = p->labels,
                     .offsets = p->offsets,
                     .inp_times = cbow ? NULL : p->inp_times,
                     .out_times = p->out_times,
                     .table = p->table};
    if (cbow)
        kernels->cbow(&tile, 1.0f / p->n_inp, 0.5f, &scratch);
    else
        kernels->skipgram(&tile, &scratch);
}

/* Whether the dot products of all blocks agree; what lies behind those of a block is nobody's. */
static int logits_agree(const plan *p, int n_inp) {
    for (int first = 0; first < p->n_out; first += W2V_OUT_BLOCK) {
        int n_out = p->n_out - first < W2V_OUT_BLOCK ? p->n_out - first : W2V_OUT_BLOCK;
        size_t start = (size_t)first / W2V_OUT_BLOCK * W2V_BLOCK_SLOTS;
        if (memcmp(memories[0].logits + start, memories[1].logits + start, sizeof(float) * n_inp * n_out))
            return 0;
    }
    return 1;
}

static int padding_is_zero(const float *rows, int n, const plan *p) {
    for (int i = 0; i < n; i++)
        for (size_t e = p->size; e < p->stride; e++)
            if (rows[i * p->stride + e] != 0)
                return 0;
    return 1;
}

static const char *compare_tile(const w2v_kernels *kernels, const w2v_kernels *portable, const plan *p, int cbow) {
    const memory *first = &memories[0], *second = &memories[1];
    fill_memories(p);
    run_tile(kernels, p, &memories[0], cbow);
    run_tile(portable, p, &memories[1], cbow);
    if (!logits_agree(p, cbow ? 1 : p->n_inp))
        return "dot products";
    if (memcmp(first->inp, second->inp, sizeof first->inp) || memcmp(first->out, second->out, sizeof first->out))
        return "rows";
    if (!padding_is_zero(first->inp, p->n_inp, p) || !padding_is_zero(first->out, p->n_out, p))
        return "padding";
    return NULL;
}

/* ---- products of matrices ---- */

enum { MAX_SIDE = 60, MAX_COLUMNS = 112 };

typedef struct {
    float a[MAX_SIDE * MAX_SIDE], b[MAX_SIDE * MAX_COLUMNS], c[MAX_SIDE * MAX_COLUMNS];
    float largest[W2V_SOFTMAX_INPUTS], sums[W2V_SOFTMAX_INPUTS];
} matrices;

static W2V_ALIGN(64) matrices twins[2];

static void fill_matrices(float scale) {
    float *numbers = (float *)&twins[0];
    for (size_t i = 0; i < sizeof twins[0] / sizeof *numbers; i++)
        numbers[i] = scale * even();
    twins[1] = twins[0];
}

/* A product, its elements' exponentials: what the softmax does with one panel. */
static void run_panel(const w2v_products *products, w2v_product p, matrices *m) {
    p.a = m->a, p.b = m->b, p.c = m->c;
    products->multiply(&p);
    const size_t rows = p.rows * p.columns / W2V_SOFTMAX_INPUTS; /* c once more, by rows of another width */
    products->largest(m->c, rows, m->largest);
    products->exponentials(m->c, rows, m->largest, m->sums);
}

static int products_agree(const w2v_kernels *kernels, const w2v_kernels *portable) {
    for (int t = 0; t < TILES * 5; t++) {
        w2v_product p = {.rows = 1 + below(MAX_SIDE), .steps = below(MAX_SIDE), .columns = 16 * (1 + below(MAX_COLUMNS / 16))};
        p.b_row = p.c_row = p.columns;
        p.a_row = below(2) ? 1 : MAX_SIDE, p.a_step = p.a_row == 1 ? MAX_SIDE : 1;
        p.adds = below(2);
        fill_matrices(below(2) ? 10.0f : 0.1f);
        run_panel(kernels->products, p, &twins[0]);
        run_panel(portable->products, p, &twins[1]);
        if (memcmp(&twins[0], &twins[1], sizeof twins[0])) {
            printf("%s: products differ for %d rows, %d steps, %d columns\n", w2v_kernel_set_name(kernels), (int)p.rows,
                   (int)p.steps, (int)p.columns);
            return 0;
        }
    }
    return 1;
}

static int agrees(const w2v_kernels *kernels, const w2v_kernels *portable) {
    for (size_t i = 0; i < sizeof SIZES / sizeof *SIZES; i++)
        for (int t = 0; t < TILES; t++) {
            plan p = new_plan(SIZES[i]);
            const char *kind = "skip-gram", *wrong = compare_tile(kernels, portable, &p, 0);
            if (!wrong)
                kind = "CBOW", wrong = compare_tile(kernels, portable, &p, 1);
            if (wrong) {
                printf("%s: %s: %s differ for size %d, %d inputs, %d outputs\n", w2v_kernel_set_name(kernels), kind, wrong,
                       (int)p.size, p.n_inp, p.n_out);
                return 0;
            }
        }
    if (!products_agree(kernels, portable))
        return 0;
    printf("%s agrees\n", w2v_kernel_set_name(kernels));
    return 1;
}

int main(void) {
    int n_sets = 0, failures = 0;
    while (w2v_kernel_set(n_sets))
        n_sets++;
    const w2v_kernels *portable = w2v_kernel_set(n_sets - 1);
    rng = w2v_stream(1, 0, 0);
    fill_tables();
    for (int i = 0; i < n_sets - 1; i++)
        failures += !agrees(w2v_kernel_set(i), portable);
    return failures != 0;
}
