/* The kernels of inference.h, written once. An instruction set's file includes this after body.h. */

static void FN(inference_dots)(float *const *inp, int n_inp, float *const *out, int n_out, size_t size, float *partial,
                               float *dots) {
    for (int first = 0; first < n_out; first += W2V_OUT_BLOCK) {
        const int n = n_out - first < W2V_OUT_BLOCK ? n_out - first : W2V_OUT_BLOCK;
        FN(dots)(inp, n_inp, out + first, n, size, partial + 8 * first);
    }
    for (int s = 0; s < n_inp * n_out; s += W)
        store(dots + s, FN(reduce)(partial + 8 * s, n_inp * n_out - s));
}

static void FN(inference_errors)(float *dots, const float *labels, const float *times, int n, float rate) {
    for (int s = 0; s < n; s += W) {
        const vec error = sub(load(labels + s), FN(sigmoid)(load(dots + s)));
        store(dots + s, mul(mul(set1(rate), load(times + s)), error));
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

const w2v_inference FN(inference) = {FN(inference_dots), FN(inference_errors), FN(combine)};
