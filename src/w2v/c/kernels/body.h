/* The kernels, written once. An instruction set's file defines, then includes this:
 *   FN(name)  the function's name with the set's suffix     W  floats in a vec     INP_BLOCK  inputs in a register tile
 *   CHUNKS  vectors of a row that skip-gram's update holds at a time (1 or 2)
 *   PANEL  vectors of a row that CBOW holds at a time (1 to 8); a set without takes another's, whose CBOW_LINKAGE is not static
 *   vec, load, store, set1, zero, add, sub, mul, div, fma, min, max, ldexp2 (x * 2^n, n in the low bits of a shifted float)
 *   FN(fold)  store the 16 sums of a slot as 8, [l] + [l+8], and those of the next slot if there is a second
 *   FN(reduce)  the 8 sums of each of W slots to W numbers, adding lanes l+4, l+2, l+1 to l; only so many slots are needed
 * Rows are padded to 16 floats, so there are no tails: every loop over elements steps by whole vectors, the last of which may
 * reach into the padding. */

/* 2^t as 2^n times a polynomial in rest = t - n, where n is t rounded and lies in the low bits of `shifted`: the polynomial of
 * degree 5 with 1 at 0 whose largest relative error is least. */
W2V_INLINE vec FN(power)(vec rest, vec shifted) {
    vec p = set1(1.3264727e-3f);
    p = fma(p, rest, set1(9.6715130e-3f));
    p = fma(p, rest, set1(5.5507336e-2f));
    p = fma(p, rest, set1(2.4022242e-1f));
    p = fma(p, rest, set1(6.9314700e-1f));
    p = fma(p, rest, set1(1.0f));
    return ldexp2(p, shifted);
}

/* 1 / (1 + e^-x), within 2e-7 of exact. */
W2V_INLINE vec FN(sigmoid)(vec x) {
    const vec magic = set1(12582912.0f), minus_log2e = set1(-1.44269504f); /* 1.5 * 2^23: adding it rounds to an integer */
    x = min(max(x, set1(-40.0f)), set1(40.0f));
    vec shifted = fma(x, minus_log2e, magic);
    vec rest = fma(x, minus_log2e, sub(magic, shifted));
    return div(set1(1.0f), add(set1(1.0f), FN(power)(rest, shifted)));
}

/* Register tiles are spelt out by macros, not as loops over arrays: compilers keep single variables in registers, arrays only
 * sometimes. `i` runs over inputs, `o` over outputs; what is beyond n_inp and n_out (constants after inlining) vanishes. */
#define EACH_OUT(DO, ...)                                                                                                          \
    DO(0, __VA_ARGS__) DO(1, __VA_ARGS__) DO(2, __VA_ARGS__) DO(3, __VA_ARGS__) DO(4, __VA_ARGS__) DO(5, __VA_ARGS__)
#define EACH_INP(DO) DO(0) DO(1) DO(2) DO(3)

#define ZERO_SUM(o, i) vec sum_##i##_##o = zero();
#define ZERO_SUMS(i) EACH_OUT(ZERO_SUM, i)
#define LOAD_INPUT(i) vec x_##i = (i) < n_inp ? load(inp[(i) < n_inp ? (i) : 0] + e) : zero();
#define ADD_PRODUCT(o, i)                                                                                                          \
    if ((i) < n_inp)                                                                                                               \
        sum_##i##_##o = fma(x_##i, y, sum_##i##_##o);
#define ADD_PRODUCTS(o, unused)                                                                                                    \
    if ((o) < n_out) {                                                                                                             \
        vec y = load(out[o] + e);                                                                                                  \
        ADD_PRODUCT(o, 0) ADD_PRODUCT(o, 1) ADD_PRODUCT(o, 2) ADD_PRODUCT(o, 3)                                                    \
    }
#define FOLD_PAIR(i, o, p)                                                                                                         \
    if ((i) < n_inp && (o) < n_out)                                                                                                \
        FN(fold)(partial + 8 * ((i) * n_out + (o)), sum_##i##_##o, sum_##i##_##p, (p) < n_out, part);
#define FOLD_SUMS(i) FOLD_PAIR(i, 0, 1) FOLD_PAIR(i, 2, 3) FOLD_PAIR(i, 4, 5)

/* The 16 running sums of n_inp x n_out dot products, folded to 8 in `partial`, slot by slot. */
W2V_INLINE void FN(dots_tile)(float *const *inp, const int n_inp, float *const *out, const int n_out, size_t size, float *partial) {
    for (int part = 0; part < W2V_LANES / W; part++) {
        EACH_INP(ZERO_SUMS)
        for (size_t e = part * W; e < size; e += W2V_LANES) {
            EACH_INP(LOAD_INPUT)
            EACH_OUT(ADD_PRODUCTS, 0)
        }
        EACH_INP(FOLD_SUMS)
    }
}

/* All dot products of a block with n_out outputs (a constant after inlining), in `partial`. */
W2V_INLINE void FN(dots_block)(float *const *inp, int n_inp, float *const *out, const int n_out, size_t size, float *partial) {
    int i = 0;
    for (; i + INP_BLOCK <= n_inp; i += INP_BLOCK)
        FN(dots_tile)(inp + i, INP_BLOCK, out, n_out, size, partial + 8 * i * n_out);
    partial += 8 * i * n_out;
    switch (n_inp - i) {
#if INP_BLOCK > 3
    case 3: FN(dots_tile)(inp + i, 3, out, n_out, size, partial); break;
#endif
#if INP_BLOCK > 2
    case 2: FN(dots_tile)(inp + i, 2, out, n_out, size, partial); break;
#endif
#if INP_BLOCK > 1
    case 1: FN(dots_tile)(inp + i, 1, out, n_out, size, partial); break;
#endif
    default: break;
    }
}

static void FN(dots)(float *const *inp, int n_inp, float *const *out, int n_out, size_t size, float *partial) {
    switch (n_out) {
    case 1: FN(dots_block)(inp, n_inp, out, 1, size, partial); break;
    case 2: FN(dots_block)(inp, n_inp, out, 2, size, partial); break;
    case 3: FN(dots_block)(inp, n_inp, out, 3, size, partial); break;
    case 4: FN(dots_block)(inp, n_inp, out, 4, size, partial); break;
    case 5: FN(dots_block)(inp, n_inp, out, 5, size, partial); break;
    default: FN(dots_block)(inp, n_inp, out, 6, size, partial); break;
    }
}

/* Sums of a block's slots become alpha * times * (label - sigmoid). `first` is the index of the block's first output. */
W2V_INLINE void FN(errors)(const w2v_tile *t, int n_inp, int first, int n_out, const w2v_scratch *scratch, float *logits,
                           float *error) {
    const int slots = n_inp * n_out;
    const vec alpha = set1(t->alpha);
    const float *labels = scratch->labels + (first ? W2V_OUT_BLOCK : n_out - 1) * W2V_BLOCK_SLOTS;
    if (t->labels) {
        labels = t->labels + (error - scratch->error);
        if (t->offsets)
            for (int s = 0; s < slots; s++)
                scratch->partial[8 * s] += t->offsets[error - scratch->error + s];
    }
    for (int s = 0; s < slots; s += W) {
        vec dots = FN(reduce)(scratch->partial + 8 * s, slots - s);
        if (logits)
            store(logits + s, dots);
        store(error + s, t->table ? dots : mul(alpha, sub(load(labels + s), FN(sigmoid)(dots))));
    }
    if (t->table)
        for (int s = 0; s < slots; s++)
            error[s] = t->alpha * (labels[s] - w2v_table_sigmoid(t->table, error[s]));
    if (t->inp_times || t->out_times)
        for (int s = 0; s < slots; s++)
            error[s] *= (t->inp_times ? t->inp_times[s / n_out] : 1.0f) * (t->out_times ? t->out_times[first + s % n_out] : 1.0f);
}

/* The errors of all blocks of outputs. */
W2V_INLINE void FN(all_errors)(const w2v_tile *t, float *const *inp, int n_inp, const w2v_scratch *scratch) {
    float *error = scratch->error, *logits = scratch->logits;
    for (int first = 0; first < t->n_out; first += W2V_OUT_BLOCK) {
        int n_out = t->n_out - first < W2V_OUT_BLOCK ? t->n_out - first : W2V_OUT_BLOCK;
        FN(dots)(inp, n_inp, t->out + first, n_out, t->size, scratch->partial);
        FN(errors)(t, n_inp, first, n_out, scratch, logits, error);
        error += W2V_BLOCK_SLOTS;
        logits = logits ? logits + W2V_BLOCK_SLOTS : NULL;
    }
}

#define LOAD_OUTPUT(o, c)                                                                                                          \
    vec before_##c##_##o = (o) < n_out && (c) < chunks ? load(out[(o) < n_out ? (o) : 0] + e + (c) * W) : zero();                  \
    vec after_##c##_##o = before_##c##_##o;
#define APPLY_CHUNK(o, c)                                                                                                          \
    if ((c) < chunks) {                                                                                                            \
        y_##c = fma(g, before_##c##_##o, y_##c);                                                                                   \
        after_##c##_##o = fma(g, x_##c, after_##c##_##o);                                                                          \
    }
#define APPLY_ERROR(o, unused)                                                                                                     \
    if ((o) < n_out) {                                                                                                             \
        vec g = set1(error[o]);                                                                                                    \
        APPLY_CHUNK(o, 0) APPLY_CHUNK(o, 1)                                                                                        \
    }
#define STORE_OUTPUT(o, c)                                                                                                         \
    if ((o) < n_out && (c) < chunks)                                                                                               \
        store(out[o] + e + (c) * W, after_##c##_##o);

/* `chunks` vectors (1 or 2) from element e on, of a block's outputs and all inputs. `old`: the inputs before any block changed
 * them, or NULL if this is the only block. */
W2V_INLINE void FN(update_chunks)(float *const *inp, int n_inp, float *const *out, const int n_out, const float *error, size_t e,
                                  const int chunks, const float *old) {
    EACH_OUT(LOAD_OUTPUT, 0)
    EACH_OUT(LOAD_OUTPUT, 1)
    for (int i = 0; i < n_inp; i++, error += n_out) {
        float *row = inp[i] + e;
        vec y_0 = load(row), y_1 = chunks > 1 ? load(row + W) : zero();
        vec x_0 = old ? load(old + i * chunks * W) : y_0, x_1 = old && chunks > 1 ? load(old + i * chunks * W + W) : y_1;
        EACH_OUT(APPLY_ERROR, 0)
        store(row, y_0);
        if (chunks > 1)
            store(row + W, y_1);
    }
    EACH_OUT(STORE_OUTPUT, 0)
    EACH_OUT(STORE_OUTPUT, 1)
}

/* One block is all there is: every row is read and written once. */
W2V_INLINE void FN(update_single)(const w2v_tile *t, const int n_out, const float *error) {
    float *const *inp = t->inp;
    /* in registers: a store of a vector could change what t->out points to, for all the compiler knows */
    float *out[W2V_OUT_BLOCK];
    for (int o = 0; o < n_out; o++)
        out[o] = t->out[o];
    const int n_inp = t->n_inp;
    const size_t size = t->size;
    size_t e = 0;
    for (; e + (CHUNKS - 1) * W < size; e += CHUNKS * W)
        FN(update_chunks)(inp, n_inp, out, n_out, error, e, CHUNKS, NULL);
    if (CHUNKS > 1 && e < size)
        FN(update_chunks)(inp, n_inp, out, n_out, error, e, 1, NULL);
}

/* Keep `chunks` vectors of all inputs from element e on, as they are before any block changes them. */
W2V_INLINE void FN(keep_inputs)(const w2v_tile *t, size_t e, const int chunks, float *old) {
    for (int i = 0; i < t->n_inp; i++)
        for (int c = 0; c < chunks; c++)
            store(old + (i * chunks + c) * W, load(t->inp[i] + e + c * W));
}

/* One of several blocks: of outputs from `first` on. */
W2V_INLINE void FN(update_block)(const w2v_tile *t, int first, const float *error, size_t e, const int chunks, const float *old) {
    float *const *out = t->out + first;
    switch (t->n_out - first) {
    case 1: FN(update_chunks)(t->inp, t->n_inp, out, 1, error, e, chunks, old); break;
    case 2: FN(update_chunks)(t->inp, t->n_inp, out, 2, error, e, chunks, old); break;
    case 3: FN(update_chunks)(t->inp, t->n_inp, out, 3, error, e, chunks, old); break;
    case 4: FN(update_chunks)(t->inp, t->n_inp, out, 4, error, e, chunks, old); break;
    case 5: FN(update_chunks)(t->inp, t->n_inp, out, 5, error, e, chunks, old); break;
    default: FN(update_chunks)(t->inp, t->n_inp, out, 6, error, e, chunks, old); break;
    }
}

W2V_INLINE void FN(update_blocks_chunks)(const w2v_tile *t, size_t e, const int chunks, const w2v_scratch *scratch) {
    const float *error = scratch->error;
    FN(keep_inputs)(t, e, chunks, scratch->old);
    for (int first = 0; first < t->n_out; first += W2V_OUT_BLOCK, error += W2V_BLOCK_SLOTS)
        FN(update_block)(t, first, error, e, chunks, scratch->old);
}

W2V_INLINE void FN(update_blocks)(const w2v_tile *t, const w2v_scratch *scratch) {
    size_t e = 0;
    for (; e + (CHUNKS - 1) * W < t->size; e += CHUNKS * W)
        FN(update_blocks_chunks)(t, e, CHUNKS, scratch);
    if (CHUNKS > 1 && e < t->size)
        FN(update_blocks_chunks)(t, e, 1, scratch);
}

static void FN(skipgram)(const w2v_tile *t, const w2v_scratch *scratch) {
    FN(all_errors)(t, t->inp, t->n_inp, scratch);
    switch (t->n_out) {
    case 1: FN(update_single)(t, 1, scratch->error); break;
    case 2: FN(update_single)(t, 2, scratch->error); break;
    case 3: FN(update_single)(t, 3, scratch->error); break;
    case 4: FN(update_single)(t, 4, scratch->error); break;
    case 5: FN(update_single)(t, 5, scratch->error); break;
    case 6: FN(update_single)(t, 6, scratch->error); break;
    default: FN(update_blocks)(t, scratch); break;
    }
}

#ifdef PANEL

/* CBOW goes row by row over panels of `width` vectors (a constant after inlining). */
#define EACH_VEC(DO) DO(0) DO(1) DO(2) DO(3) DO(4) DO(5) DO(6) DO(7)
#define PANEL_CASE(n, DO)                                                                                                          \
    case n: DO((n) < PANEL ? (n) : PANEL); break;
#define WITH_PANEL(left, DO)                                                                                                       \
    switch ((left) < PANEL ? (int)(left) : PANEL) {                                                                                \
        PANEL_CASE(1, DO)                                                                                                          \
        PANEL_CASE(2, DO)                                                                                                          \
        PANEL_CASE(3, DO)                                                                                                          \
        PANEL_CASE(4, DO)                                                                                                          \
        PANEL_CASE(5, DO)                                                                                                          \
        PANEL_CASE(6, DO)                                                                                                          \
        PANEL_CASE(7, DO)                                                                                                          \
    default: DO(PANEL); break;                                                                                                     \
    }

#define LOAD_FIRST(v) vec sum_##v = (v) < width ? load(inp[0] + e + (v) * W) : zero();
#define ADD_ROW(v)                                                                                                                 \
    if ((v) < width)                                                                                                               \
        sum_##v = add(sum_##v, load(row + (v) * W));
#define STORE_MEAN(v)                                                                                                              \
    if ((v) < width)                                                                                                               \
        store(mean + e + (v) * W, mul(sum_##v, set1(scale)));

W2V_INLINE void FN(mean_panel)(float *const *inp, int n_inp, const int width, size_t e, float scale, float *mean) {
    EACH_VEC(LOAD_FIRST)
    for (int i = 1; i < n_inp; i++) {
        const float *row = inp[i] + e;
        EACH_VEC(ADD_ROW)
    }
    EACH_VEC(STORE_MEAN)
}

#define LOAD_MEAN(v) vec mean_##v = (v) < width ? load(scratch->mean + e + (v) * W) : zero(), change_##v = zero();
#define CHANGE_OUTPUT(v)                                                                                                           \
    if ((v) < width) {                                                                                                             \
        vec y = load(row + (v) * W);                                                                                               \
        change_##v = fma(g, y, change_##v);                                                                                        \
        store(row + (v) * W, fma(g, mean_##v, y));                                                                                 \
    }
#define SCALE_CHANGE(v) change_##v = mul(change_##v, set1(scale));
#define ADD_CHANGE(v)                                                                                                              \
    if ((v) < width)                                                                                                               \
        store(row + (v) * W, add(load(row + (v) * W), change_##v));

W2V_INLINE void FN(cbow_panel)(const w2v_tile *t, const int width, size_t e, float scale, const w2v_scratch *scratch) {
    EACH_VEC(LOAD_MEAN)
    const float *error = scratch->error;
    float *const *out = t->out, *const *const out_end = out + t->n_out;
    for (; out < out_end; error += W2V_BLOCK_SLOTS - W2V_OUT_BLOCK)
        for (int o = 0; o < W2V_OUT_BLOCK && out < out_end; o++) {
            vec g = set1(*error++);
            float *row = *out++ + e;
            EACH_VEC(CHANGE_OUTPUT)
        }
    EACH_VEC(SCALE_CHANGE)
    for (float *const *inp = t->inp, *const *const end = inp + t->n_inp; inp < end; inp++) {
        float *row = *inp + e;
        EACH_VEC(ADD_CHANGE)
    }
}

#define MEAN_PANEL(width) FN(mean_panel)(t->inp, t->n_inp, width, e, scale, scratch->mean)
#define CBOW_PANEL(width) FN(cbow_panel)(t, width, e, error_scale, scratch)

CBOW_LINKAGE void FN(cbow)(const w2v_tile *t, float scale, float error_scale, const w2v_scratch *scratch) {
    for (size_t e = 0; e < t->size; e += PANEL * W)
        WITH_PANEL((t->size - e + W - 1) / W, MEAN_PANEL)
    FN(all_errors)(t, &scratch->mean, 1, scratch);
    for (size_t e = 0; e < t->size; e += PANEL * W)
        WITH_PANEL((t->size - e + W - 1) / W, CBOW_PANEL)
}

#include "means.h"

#endif

/* ---- what several threads changed apart ---- */

static void FN(correct)(const w2v_basis *basis, const float *factors, float *change, size_t size, size_t stride) {
    W2V_ALIGN(64) float partial[8 * (W2V_LANES + 1)] = {0}, dots[W2V_LANES], parts[W2V_DIRECTIONS];
    float *directions[W2V_DIRECTIONS];
    const float rest = factors[W2V_DIRECTIONS];
    for (int k = 0; k < W2V_DIRECTIONS; k++)
        directions[k] = basis->directions + k * stride;
    for (int first = 0; first < W2V_DIRECTIONS; first += W2V_OUT_BLOCK) {
        const int n = W2V_DIRECTIONS - first < W2V_OUT_BLOCK ? W2V_DIRECTIONS - first : W2V_OUT_BLOCK;
        FN(dots)(&change, 1, directions + first, n, size, partial);
        for (int s = 0; s < n; s += W)
            store(dots + s, FN(reduce)(partial + 8 * s, n - s));
        for (int s = 0; s < n; s++)
            parts[first + s] = (factors[first + s] - rest) * dots[s];
    }
    for (size_t e = 0; e < size; e += W) {
        vec sum = mul(load(change + e), set1(rest));
        for (int k = 0; k < W2V_DIRECTIONS; k++)
            sum = fma(set1(parts[k]), load(directions[k] + e), sum);
        store(change + e, sum);
    }
}

#include "positions.h"
