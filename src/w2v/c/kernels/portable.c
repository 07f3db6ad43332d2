/* Portable kernels: plain C with fmaf, for any processor and compiler, and as the yardstick of the others. Right, not fast.
 *
 * A vec has 4 floats. Compilers spell its loops out: with 16, gcc took four times as long for this file and made four times as much
 * code of it, which was slower. */
#include <math.h>
#include <string.h>

#include "compiler.h"
#include "kernels.h"

#define FN(name) w2v_##name##_portable
#define W 4
#define INP_BLOCK 1
#define CHUNKS 1
#define TILE_ROWS 1
#define TILE_VECS 1
#define CBOW_LINKAGE static
#define PANEL 1

typedef struct {
    float lane[W];
} vec;

#define EACH_LANE(name, value, ...)                                                                                                \
    W2V_INLINE vec portable_##name(__VA_ARGS__) {                                                                                  \
        vec r;                                                                                                                     \
        for (int l = 0; l < W; l++)                                                                                                \
            r.lane[l] = value;                                                                                                     \
        return r;                                                                                                                  \
    }

EACH_LANE(load, p[l], const float *p)
EACH_LANE(set1, x, float x)
EACH_LANE(add, x.lane[l] + y.lane[l], vec x, vec y)
EACH_LANE(sub, x.lane[l] - y.lane[l], vec x, vec y)
EACH_LANE(mul, x.lane[l] * y.lane[l], vec x, vec y)
EACH_LANE(div, x.lane[l] / y.lane[l], vec x, vec y)
EACH_LANE(fma, fmaf(x.lane[l], y.lane[l], z.lane[l]), vec x, vec y, vec z)
EACH_LANE(min, x.lane[l] < y.lane[l] ? x.lane[l] : y.lane[l], vec x, vec y)
EACH_LANE(max, x.lane[l] > y.lane[l] ? x.lane[l] : y.lane[l], vec x, vec y)

W2V_INLINE void portable_store(float *p, vec x) {
    memcpy(p, x.lane, sizeof x.lane);
}

W2V_INLINE vec portable_ldexp2(vec x, vec shifted) {
    uint32_t bits[W], shift[W];
    memcpy(bits, x.lane, sizeof bits);
    memcpy(shift, shifted.lane, sizeof shift);
    for (int l = 0; l < W; l++)
        bits[l] += shift[l] << 23;
    memcpy(x.lane, bits, sizeof bits);
    return x;
}

#define load portable_load
#define store portable_store
#define set1 portable_set1
#define zero() portable_set1(0.0f)
#define add portable_add
#define sub portable_sub
#define mul portable_mul
#define div portable_div
#define fma portable_fma
#define min portable_min
#define max portable_max
#define ldexp2 portable_ldexp2

#include "fold4.h"

W2V_INLINE vec FN(reduce)(const float *sums, int slots) {
    (void)slots;
    vec r;
    for (int s = 0; s < W; s++, sums += 8) {
        float q[4];
        for (int l = 0; l < 4; l++)
            q[l] = sums[l] + sums[l + 4];
        r.lane[s] = (q[0] + q[2]) + (q[1] + q[3]);
    }
    return r;
}

#include "body.h"
#include "inference_body.h"
#include "products_body.h"

const w2v_kernels w2v_kernels_portable = {"portable",  FN(skipgram), FN(cbow),   &FN(products), FN(structured), FN(weighted),
                                          FN(cwindow), FN(correct),  FN(gather), FN(spread),    &FN(inference)};
