/* What C11 leaves to each compiler: inlining, unrolling, alignment, prefetch, and one atomic counter. */
#ifndef W2V_COMPILER_H
#define W2V_COMPILER_H

#include <stdint.h>

#if defined(_MSC_VER) && !defined(__clang__)
#include <intrin.h>
#define W2V_INLINE static __forceinline
#define W2V_UNROLL
#define W2V_ALIGN(n) __declspec(align(n))
#define W2V_PREFETCH(p) ((void)(p))
#define W2V_PREFETCH_OWN(p) ((void)(p))
#define w2v_fetch_add(p, n) _InterlockedExchangeAdd64((volatile int64_t *)(p), (n))
#else
#define W2V_INLINE static inline __attribute__((always_inline))
#ifdef __clang__
#define W2V_UNROLL _Pragma("unroll")
#else
#define W2V_UNROLL _Pragma("GCC unroll 16")
#endif
#define W2V_ALIGN(n) __attribute__((aligned(n)))
#define W2V_PREFETCH(p) __builtin_prefetch(p, 1, 3)
/* Take the cache line away from other processors at once, not when it is written (compilers keep to plain prefetches unless told
 * of a processor; those without the instruction take it for a no-op). */
#if defined(__x86_64__)
#define W2V_PREFETCH_OWN(p) __asm__ volatile("prefetchw %0" : : "m"(*(const char *)(p)))
#else
#define W2V_PREFETCH_OWN(p) W2V_PREFETCH(p)
#endif
#define w2v_fetch_add(p, n) __atomic_fetch_add((p), (n), __ATOMIC_RELAXED)
#endif

#endif
