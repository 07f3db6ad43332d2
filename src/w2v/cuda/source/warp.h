/* What a warp of a card can do, by the names that the kernels use. `tests/cuda` has the same for 32 lanes on a CPU. */
#ifndef WARP_H
#define WARP_H

typedef signed char int8_t;
typedef int int32_t;
typedef unsigned int uint32_t;
typedef long long int64_t;
typedef unsigned long long uint64_t;

#define DEV static __device__ __forceinline__
#define EVERY_LANE 0xffffffffu
#define SHUFFLE(x, from) __shfl_sync(EVERY_LANE, x, from)
#define SHUFFLE_XOR(x, distance) __shfl_xor_sync(EVERY_LANE, x, distance)
#define BALLOT(x) __ballot_sync(EVERY_LANE, x)
#define MATCH(x) __match_any_sync(EVERY_LANE, x)
#define MEET() __syncwarp()
#define COUNT_BITS(x) __popc(x)
#define FIRST_BIT(x) (__ffs((int)(x)) - 1)
#define FETCH_ADD(p, x) atomicAdd(p, x)
#define EXP(x) __expf(x)
#define LOG1P(x) log1pf(x)
#define DIVIDE(x, y) __fdividef(x, y)
#define READ_ONLY(p) __ldg(p)
#define READ_NOW(p) (*(const volatile uint32_t *)(p)) /* what the host may have written since */

/* Rows never come from the first-level cache, which other multiprocessors' additions do not reach. */
DEV float4 load4(const float *rows, size_t at) {
    float4 x;
    asm volatile("ld.relaxed.gpu.global.v4.f32 {%0, %1, %2, %3}, [%4];"
                 : "=f"(x.x), "=f"(x.y), "=f"(x.z), "=f"(x.w)
                 : "l"((const float4 *)rows + at));
    return x;
}

DEV void add_to4(float *rows, size_t at, float4 x) {
#if __CUDA_ARCH__ >= 900
    asm volatile("red.relaxed.gpu.global.add.v4.f32 [%0], {%1, %2, %3, %4};" ::"l"((float4 *)rows + at), "f"(x.x), "f"(x.y),
                 "f"(x.z), "f"(x.w));
#else
    const float *p = rows + 4 * at; /* by assembly, too: an `atomicAdd` might be moved past the loads of the same row */
    asm volatile("red.relaxed.gpu.global.add.f32 [%0], %1;" ::"l"(p), "f"(x.x));
    asm volatile("red.relaxed.gpu.global.add.f32 [%0], %1;" ::"l"(p + 1), "f"(x.y));
    asm volatile("red.relaxed.gpu.global.add.f32 [%0], %1;" ::"l"(p + 2), "f"(x.z));
    asm volatile("red.relaxed.gpu.global.add.f32 [%0], %1;" ::"l"(p + 3), "f"(x.w));
#endif
}

DEV void fetch4(const float *rows, size_t at) {
    asm volatile("prefetch.global.L2 [%0];" ::"l"((const float4 *)rows + at));
}
#endif
