/* AVX-512 kernels: 16 floats a register, 32 registers. */
#if defined(__x86_64__) || defined(_M_X64)

#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx512f,avx512vl,avx512dq,fma"))), apply_to = function)
#elif defined(__GNUC__)
#pragma GCC target("avx512f,avx512vl,avx512dq,fma")
#endif

#include <immintrin.h>
#include <string.h>

#include "compiler.h"
#include "kernels.h"

#define FN(name) w2v_##name##_avx512
#define W 16
#define INP_BLOCK 4
#define CHUNKS 2
#define CBOW_LINKAGE static
#define PANEL 7
#define TILE_ROWS 12
#define TILE_VECS 2

typedef __m512 vec;
#define load _mm512_load_ps
#define store _mm512_store_ps
#define set1 _mm512_set1_ps
#define zero _mm512_setzero_ps
#define add _mm512_add_ps
#define sub _mm512_sub_ps
#define mul _mm512_mul_ps
#define div _mm512_div_ps
#define fma _mm512_fmadd_ps
#define min _mm512_min_ps
#define max _mm512_max_ps

W2V_INLINE vec ldexp2(vec x, vec shifted) {
    return _mm512_castsi512_ps(_mm512_add_epi32(_mm512_castps_si512(x), _mm512_slli_epi32(_mm512_castps_si512(shifted), 23)));
}

/* Without a second slot its place is overwritten by the slot that is folded next (the buffer has room for one more). */
W2V_INLINE void FN(fold)(float *to, vec a, vec b, int second, int part) {
    (void)part;
    b = second ? b : a;
    _mm512_storeu_ps(to, add(_mm512_shuffle_f32x4(a, b, 0x44), _mm512_shuffle_f32x4(a, b, 0xEE)));
}

#include "reduce8_x86.h"

W2V_INLINE vec FN(reduce)(const float *sums, int slots) {
    vec low = _mm512_zextps256_ps512(FN(reduce8)(sums));
    return slots > 8 ? _mm512_insertf32x8(low, FN(reduce8)(sums + 64), 1) : low;
}

#include "body.h"
#include "inference_body.h"
#include "products_body.h"

const w2v_kernels w2v_kernels_avx512 = {"avx512",    FN(skipgram), FN(cbow),   &FN(products), FN(structured), FN(weighted),
                                        FN(cwindow), FN(correct),  FN(gather), FN(spread),    &FN(inference)};

/* CBOW moves more than it computes: there 256-bit vectors measured 5 to 8 % faster on Zen 4, which stores 512 bits in two steps,
 * and 4 % slower on Intel's Sapphire Rapids. */
const w2v_kernels w2v_kernels_avx512_half = {"avx512",        FN(skipgram),    w2v_cbow_avx2, &FN(products),
                                             FN(structured),  FN(weighted),    FN(cwindow),   FN(correct),
                                             w2v_gather_avx2, w2v_spread_avx2, &FN(inference)};

#if defined(__clang__)
#pragma clang attribute pop
#endif
#endif
