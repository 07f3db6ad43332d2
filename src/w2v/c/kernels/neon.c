/* NEON kernels for 64-bit Arm: 4 floats a register, 32 registers. */
#if defined(__aarch64__) || defined(_M_ARM64)

#include <arm_neon.h>
#include <string.h>

#include "compiler.h"
#include "kernels.h"

#define FN(name) w2v_##name##_neon
#define W 4
#define INP_BLOCK 4
#define CHUNKS 2
#define TILE_ROWS 6
#define TILE_VECS 4
#define CBOW_LINKAGE static
#define PANEL 8

typedef float32x4_t vec;
#define load vld1q_f32
#define store vst1q_f32
#define set1 vdupq_n_f32
#define zero() vdupq_n_f32(0.0f)
#define add vaddq_f32
#define sub vsubq_f32
#define mul vmulq_f32
#define div vdivq_f32
#define fma(x, y, z) vfmaq_f32(z, x, y)

/* As x86 does: the second operand where one is not a number. */
#define min(x, y) vbslq_f32(vcltq_f32(x, y), x, y)
#define max(x, y) vbslq_f32(vcgtq_f32(x, y), x, y)

W2V_INLINE vec ldexp2(vec x, vec shifted) {
    return vreinterpretq_f32_u32(vaddq_u32(vreinterpretq_u32_f32(x), vshlq_n_u32(vreinterpretq_u32_f32(shifted), 23)));
}

#include "fold4.h"

W2V_INLINE vec FN(reduce)(const float *sums, int slots) {
    (void)slots;
    float32x2_t pair[4];
    for (int s = 0; s < 4; s++) {
        float32x4_t quarters = add(load(sums + 8 * s), load(sums + 8 * s + 4));
        pair[s] = vadd_f32(vget_low_f32(quarters), vget_high_f32(quarters));
    }
    return vcombine_f32(vpadd_f32(pair[0], pair[1]), vpadd_f32(pair[2], pair[3]));
}

#include "body.h"
#include "inference_body.h"
#include "products_body.h"

const w2v_kernels w2v_kernels_neon = {"neon",      FN(skipgram), FN(cbow),   &FN(products), FN(structured), FN(weighted),
                                      FN(cwindow), FN(correct),  FN(gather), FN(spread),    &FN(inference)};

#endif
