/* Which kernel sets this processor can run. */
#include "kernels.h"

extern const w2v_kernels w2v_kernels_portable;

#if defined(__x86_64__) || defined(_M_X64)
extern const w2v_kernels w2v_kernels_avx2, w2v_kernels_avx512, w2v_kernels_avx512_half;

#if defined(_MSC_VER) && !defined(__clang__)
#include <immintrin.h>
#include <intrin.h>

/* The processor's word is not enough: the system must save the wide registers too (XCR0: 6 = AVX, 0xE0 = AVX-512). */
static int has_features(int avx512) {
    int regs[4];
    __cpuidex(regs, 1, 0);
    if (!(regs[2] >> 27 & 1) || !(regs[2] >> 12 & 1)) /* OSXSAVE, FMA */
        return 0;
    uint64_t saved = _xgetbv(0);
    __cpuidex(regs, 7, 0);
    if (!avx512)
        return (saved & 6) == 6 && regs[1] >> 5 & 1;
    return (saved & 0xE6) == 0xE6 && regs[1] >> 16 & 1 && regs[1] >> 17 & 1 && regs[1] >> 31 & 1; /* F, DQ, VL */
}
/* Whether the processor says "GenuineIntel". */
static int is_intel(void) {
    int regs[4];
    __cpuid(regs, 0);
    return regs[1] == 0x756e6547 && regs[3] == 0x49656e69 && regs[2] == 0x6c65746e;
}
#define IS_INTEL is_intel()
#define HAS_AVX2 has_features(0)
#define HAS_AVX512 has_features(1)
#else
#define IS_INTEL __builtin_cpu_is("intel")
#define HAS_AVX2 (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
#define HAS_AVX512                                                                                                                 \
    (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq") && HAS_AVX2)
#endif
#elif defined(__aarch64__) || defined(_M_ARM64)
extern const w2v_kernels w2v_kernels_neon;
#endif

const w2v_kernels *w2v_kernel_set(int i) {
    const w2v_kernels *sets[4] = {0};
    int n = 0;
#if defined(__x86_64__) || defined(_M_X64)
    if (HAS_AVX512)
        sets[n++] = IS_INTEL ? &w2v_kernels_avx512 : &w2v_kernels_avx512_half;
    if (HAS_AVX2)
        sets[n++] = &w2v_kernels_avx2;
#elif defined(__aarch64__) || defined(_M_ARM64)
    sets[n++] = &w2v_kernels_neon;
#endif
    sets[n++] = &w2v_kernels_portable;
    return i >= 0 && i < n ? sets[i] : NULL;
}

const char *w2v_kernel_set_name(const w2v_kernels *kernels) {
    return kernels->name;
}
