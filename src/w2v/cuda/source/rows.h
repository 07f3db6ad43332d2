/* Rows spread over the lanes of a warp: lane l holds float4s l, l + 32, ..., VECTORS of them. */
#ifndef ROWS_H
#define ROWS_H

struct Row {
    float4 part[VECTORS];
};

DEV Row zero_row() {
    Row row;
#pragma unroll
    for (int v = 0; v < VECTORS; v++)
        row.part[v] = make_float4(0, 0, 0, 0);
    return row;
}

/* Lanes past the row's end hold zeros, which change nothing. */
DEV Row load_row(const Job &job, const float *rows, int32_t number, int lane) {
    Row row = zero_row();
#pragma unroll
    for (int v = 0; v < VECTORS; v++)
        if (lane + 32 * v < job.size4)
            row.part[v] = load4(rows, (size_t)number * job.stride4 + lane + 32 * v);
    return row;
}

DEV void add_to_row(const Job &job, float *rows, int32_t number, const Row &change, int lane) {
#pragma unroll
    for (int v = 0; v < VECTORS; v++)
        if (lane + 32 * v < job.size4)
            add_to4(rows, (size_t)number * job.stride4 + lane + 32 * v, change.part[v]);
}

/* Ask the second-level cache for a row: 128 bytes a lane. */
DEV void fetch_row(const Job &job, const float *rows, int32_t number, int lane, int lanes) {
    for (int e = 8 * lane; e < job.size4; e += 8 * lanes)
        fetch4(rows, (size_t)number * job.stride4 + e);
}

DEV float dot(float4 x, float4 y, float sum) {
    sum = fmaf(x.x, y.x, sum);
    sum = fmaf(x.y, y.y, sum);
    sum = fmaf(x.z, y.z, sum);
    return fmaf(x.w, y.w, sum);
}

/* y += factor * x */
DEV void add_scaled(Row &y, float factor, const Row &x) {
#pragma unroll
    for (int v = 0; v < VECTORS; v++) {
        y.part[v].x = fmaf(factor, x.part[v].x, y.part[v].x);
        y.part[v].y = fmaf(factor, x.part[v].y, y.part[v].y);
        y.part[v].z = fmaf(factor, x.part[v].z, y.part[v].z);
        y.part[v].w = fmaf(factor, x.part[v].w, y.part[v].w);
    }
}

DEV void scale(Row &x, float factor) {
#pragma unroll
    for (int v = 0; v < VECTORS; v++)
        x.part[v] = make_float4(factor * x.part[v].x, factor * x.part[v].y, factor * x.part[v].z, factor * x.part[v].w);
}

/* N sums in every lane, each spread over all 32: halves are exchanged until lane l has the total of sum l >> SHIFT. That takes N - 1
 * exchanges and log2(32 / N) more, where sums one after another would take 5 N. */
template <int N> struct Reduction {
    static const int SHIFT = 1 + Reduction<2 * N>::SHIFT;
};
template <> struct Reduction<32> {
    static const int SHIFT = 0;
};

template <int N, int DISTANCE> DEV void exchange(float *sums, int lane) {
    if constexpr (N > 1) {
        const bool high = (lane & DISTANCE) != 0;
#pragma unroll
        for (int j = 0; j < N / 2; j++) {
            const float given = high ? sums[j] : sums[j + N / 2], kept = high ? sums[j + N / 2] : sums[j];
            sums[j] = kept + SHUFFLE_XOR(given, DISTANCE);
        }
        exchange<N / 2, DISTANCE / 2>(sums, lane);
    } else if constexpr (DISTANCE > 0) {
        sums[0] += SHUFFLE_XOR(sums[0], DISTANCE);
        exchange<1, DISTANCE / 2>(sums, lane);
    }
}
#endif
