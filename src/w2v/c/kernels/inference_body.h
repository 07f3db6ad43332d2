/* The kernels of inference.h, written once. An instruction set's file includes this after body.h. */

#define LOAD_VECTOR(v) vec sum_##v = (v) < width ? load(w->vector + e + (v) * W) : zero();
#define TAKE_ROW(v)                                                                                                                \
    if ((v) < width)                                                                                                               \
        sum_##v = sub(sum_##v, load(row + (v) * W));
#define STORE_HIDDEN(v)                                                                                                            \
    if ((v) < width)                                                                                                               \
        store(to + (v) * W, mul(share, sub(sum_##v, load(row + (v) * W))));

W2V_INLINE void FN(windows_panel)(const w2v_windows *w, const int width, size_t e, float *const *hidden) {
    EACH_VEC(LOAD_VECTOR)
    int64_t from = w->from[0], end = from;
    for (int i = 0; i < w->n; i++) {
        for (; end < w->to[i]; end++) {
            const float *row = w->rows[end] + e;
            EACH_VEC(ADD_ROW)
        }
        if (from < w->from[i]) {
            const float *row = w->rows[from++] + e;
            EACH_VEC(TAKE_ROW)
        }
        const vec share = set1(w->shares[i]);
        const float *row = w->rows[w->first + i] + e;
        float *to = hidden[i] + e;
        EACH_VEC(STORE_HIDDEN)
    }
}

#define WINDOWS_PANEL(width) FN(windows_panel)(w, width, e, hidden)

static void FN(windows)(const w2v_windows *w, size_t size, float *const *hidden) {
    for (size_t e = 0; e < size; e += PANEL * W)
        WITH_PANEL((size - e + W - 1) / W, WINDOWS_PANEL)
}

static void FN(inference_products)(float *input, float *const *rows, int n, size_t size, float *partial) {
    for (int first = 0; first < n; first += W2V_OUT_BLOCK)
        FN(dots)(&input, 1, rows + first, n - first < W2V_OUT_BLOCK ? n - first : W2V_OUT_BLOCK, size, partial + 8 * first);
}

#define ADD_INPUTS_OWN(o, i)                                                                                                       \
    if ((o) < n_out)                                                                                                               \
        sum_##i##_##o = fma(load(inputs[o] + e), load(out[o] + e), sum_##i##_##o);

W2V_INLINE void FN(own_tile)(float *const *inputs, float *const *out, const int n_out, size_t size, float *partial) {
    const int n_inp = 1;
    for (int part = 0; part < W2V_LANES / W; part++) {
        ZERO_SUMS(0)
        for (size_t e = part * W; e < size; e += W2V_LANES) {
            EACH_OUT(ADD_INPUTS_OWN, 0)
        }
        FOLD_SUMS(0)
    }
}

static void FN(own_products)(float *const *inputs, float *const *rows, int n, size_t size, float *partial) {
    for (; n >= 4; n -= 4, inputs += 4, rows += 4, partial += 8 * 4)
        FN(own_tile)(inputs, rows, 4, size, partial);
    for (; n; n--, inputs++, rows++, partial += 8)
        FN(own_tile)(inputs, rows, 1, size, partial);
}

static void FN(inference_errors)(const float *partial, const float *labels, const float *times, int n, float rate, float *errors) {
    for (int s = 0; s < n; s += W) {
        const vec error = sub(load(labels + s), FN(sigmoid)(FN(reduce)(partial + 8 * s, n - s)));
        store(errors + s, mul(mul(set1(rate), load(times + s)), error));
    }
}

#define LOAD_SUM(v) vec sum_##v = (v) < width ? load(sum + e + (v) * W) : zero();
#define ADD_PART(v)                                                                                                                \
    if ((v) < width)                                                                                                               \
        sum_##v = fma(g, load(row + (v) * W), sum_##v);
#define STORE_SUM(v)                                                                                                               \
    if ((v) < width)                                                                                                               \
        store(sum + e + (v) * W, sum_##v);

W2V_INLINE void FN(combine_panel)(float *const *rows, const float *factors, int n, const int width, size_t e, float *sum) {
    EACH_VEC(LOAD_SUM)
    for (int i = 0; i < n; i++) {
        const vec g = set1(factors[i]);
        const float *row = rows[i] + e;
        EACH_VEC(ADD_PART)
    }
    EACH_VEC(STORE_SUM)
}

#define COMBINE_PANEL(width) FN(combine_panel)(rows, factors, n, width, e, sum)

static void FN(combine)(float *const *rows, const float *factors, int n, size_t size, float *sum) {
    for (size_t e = 0; e < size; e += PANEL * W)
        WITH_PANEL((size - e + W - 1) / W, COMBINE_PANEL)
}

const w2v_inference FN(inference) = {FN(windows), FN(inference_products), FN(own_products), FN(inference_errors), FN(combine)};
