/* Rows to their mean, and what has changed in it to each of the rows: inputs that several rows make up. A part of body.h. */

#define GATHER_PANEL(width) FN(mean_panel)(rows, n, width, e, scale, mean)

CBOW_LINKAGE void FN(gather)(float *const *rows, int n, size_t size, float scale, float *mean) {
    for (size_t e = 0; e < size; e += PANEL * W)
        WITH_PANEL((size - e + W - 1) / W, GATHER_PANEL)
}

#define LOAD_DIFFERENCE(v) vec change_##v = (v) < width ? sub(load(now + e + (v) * W), load(before + e + (v) * W)) : zero();

W2V_INLINE void FN(spread_panel)(float *const *rows, int n, const int width, size_t e, const float *now, const float *before) {
    EACH_VEC(LOAD_DIFFERENCE)
    for (int i = 0; i < n; i++) {
        float *row = rows[i] + e;
        EACH_VEC(ADD_CHANGE)
    }
}

#define SPREAD_PANEL(width) FN(spread_panel)(rows, n, width, e, now, before)

CBOW_LINKAGE void FN(spread)(float *const *rows, int n, size_t size, const float *now, const float *before) {
    for (size_t e = 0; e < size; e += PANEL * W)
        WITH_PANEL((size - e + W - 1) / W, SPREAD_PANEL)
}
