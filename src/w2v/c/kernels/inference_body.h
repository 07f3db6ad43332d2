/* The kernels of inference.h, written once. An instruction set's file includes this after body.h. */

static void FN(inference_products)(float *input, float *const *rows, int n, size_t size, float *partial) {
    for (int first = 0; first < n; first += W2V_OUT_BLOCK)
        FN(dots)(&input, 1, rows + first, n - first < W2V_OUT_BLOCK ? n - first : W2V_OUT_BLOCK, size, partial + 8 * first);
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

const w2v_inference FN(inference) = {FN(inference_products), FN(inference_errors), FN(combine)};
