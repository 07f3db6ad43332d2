/* AVX2 and FMA kernels: 8 floats a register, 16 registers. */
#if defined(__x86_64__) || defined(_M_X64)

#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#elif defined(__GNUC__)
#pragma GCC target("avx2,fma")
#endif

#include <immintrin.h>
#include <string.h>

#include "compiler.h"
#include "kernels.h"

#define FN(name) w2v_##name##_avx2
#define W 8
#define INP_BLOCK 2
#define CHUNKS 1
#define TILE_ROWS 6
#define TILE_VECS 2
#define CBOW_LINKAGE
#define PANEL 6

typedef __m256 vec;
#define load _mm256_load_ps
#define store _mm256_store_ps
#define set1 _mm256_set1_ps
#define zero _mm256_setzero_ps
#define add _mm256_add_ps
#define sub _mm256_sub_ps
#define mul _mm256_mul_ps
#define div _mm256_div_ps
#define fma _mm256_fmadd_ps
#define min _mm256_min_ps
#define max _mm256_max_ps

W2V_INLINE vec ldexp2(vec x, vec shifted) {
    return _mm256_castsi256_ps(_mm256_add_epi32(_mm256_castps_si256(x), _mm256_slli_epi32(_mm256_castps_si256(shifted), 23)));
}

/* Part 0 holds sums 0..7, part 1 sums 8..15. */
W2V_INLINE void FN(fold)(float *to, vec a, vec b, int second, int part) {
    store(to, part ? add(load(to), a) : a);
    if (second)
        store(to + 8, part ? add(load(to + 8), b) : b);
}

#include "reduce8_x86.h"

#define w2v_reduce_avx2(sums, slots) w2v_reduce8_avx2(sums)

#include "body.h"
#include "inference_body.h"
#include "products_body.h"

const w2v_kernels w2v_kernels_avx2 = {"avx2",      FN(skipgram), FN(cbow),   &FN(products), FN(structured), FN(weighted),
                                      FN(cwindow), FN(correct),  FN(gather), FN(spread),    &FN(inference)};

#if defined(__clang__)
#pragma clang attribute pop
#endif
#endif
