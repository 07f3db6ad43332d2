/* The 32 lanes of a warp as coroutines on one thread, by the names of w2v/cuda/source/warp.h.
 *
 * Lanes run in turn from one collective to the next. That all of them meet at the same one is checked, and so is every address: what
 * would hang or corrupt memory on a card ends the program here, with the reason. */
#ifndef WARP_H
#define WARP_H

#include <math.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <ucontext.h>

#include <functional>

struct float4 {
    float x, y, z, w;
};
static inline float4 make_float4(float x, float y, float z, float w) {
    return {x, y, z, w};
}

enum { LANES = 32, STACK = 1 << 18 };

static ucontext_t starts[LANES], home;
static jmp_buf lanes[LANES]; /* where each lane goes on: a jump, unlike swapcontext, needs no system call */
static bool begun[LANES];
static int running, finished, phase[LANES], met_at[2][LANES];
static uint64_t given[2][LANES];

[[noreturn]] static void fail(const char *what, long long number) {
    fprintf(stderr, "emulated warp: %s (%lld)\n", what, number);
    abort();
}

[[noreturn]] static void go_on(int lane) {
    running = lane;
    if (begun[lane])
        _longjmp(lanes[lane], 1);
    begun[lane] = true;
    setcontext(&starts[lane]);
    abort();
}

/* Give a value, wait for the other lanes, and see all values. Two buffers take turns, so that nobody overwrites what others read. */
static const uint64_t *meet(uint64_t value, int line) {
    const int me = running, turn = phase[me]++ & 1;
    given[turn][me] = value;
    met_at[turn][me] = line;
    if (!_setjmp(lanes[me]))
        go_on((me + 1) % LANES);
    for (int lane = 0; lane < LANES; lane++)
        if (met_at[turn][lane] != line || phase[lane] < phase[me])
            fail("lanes diverge at line", line);
    return given[turn];
}

template <class T> static uint64_t to_bits(T x) {
    uint64_t bits = 0;
    memcpy(&bits, &x, sizeof x);
    return bits;
}
template <class T> static T shuffle(T x, int from, int line) {
    T taken;
    memcpy(&taken, &meet(to_bits(x), line)[from & 31], sizeof taken);
    return taken;
}
template <class T> static T shuffle_xor(T x, int distance, int line) {
    return shuffle(x, running ^ distance, line);
}
static uint32_t ballot(bool x, int line) {
    const uint64_t *all = meet(x, line);
    uint32_t bits = 0;
    for (int lane = 0; lane < LANES; lane++)
        bits |= (uint32_t)all[lane] << lane;
    return bits;
}
static uint32_t match(int32_t x, int line) {
    const int me = running;
    const uint64_t *all = meet(to_bits(x), line);
    uint32_t bits = 0;
    for (int lane = 0; lane < LANES; lane++)
        bits |= (uint32_t)(all[lane] == all[me]) << lane;
    return bits;
}

#define DEV static inline
#define SHUFFLE(x, from) shuffle(x, from, __LINE__)
#define SHUFFLE_XOR(x, distance) shuffle_xor(x, distance, __LINE__)
#define BALLOT(x) ballot(x, __LINE__)
#define MATCH(x) match(x, __LINE__)
#define MEET() (void)meet(0, __LINE__)
#define COUNT_BITS(x) __builtin_popcount(x)
#define FIRST_BIT(x) (__builtin_ffs((int)(x)) - 1)
#define EXP(x) expf(x)
#define LOG1P(x) log1pf(x)
#define DIVIDE(x, y) ((x) / (y))
#define READ_ONLY(p) (*(p))
#define READ_NOW(p) (*(p))

template <class T, class U> static T fetch_add(T *p, U x) {
    const T old = *p;
    *p += x;
    return old;
}
#define FETCH_ADD(p, x) fetch_add(p, x)

/* Matrices that rows may be in. */
static struct {
    const float *start;
    size_t floats;
} matrices[3];

static float4 *checked(const float *rows, size_t at) {
    for (auto &matrix : matrices)
        if (matrix.start && rows == matrix.start && at < matrix.floats / 4)
            return (float4 *)rows + at;
    fail("a row outside its matrix, at float4", (long long)at);
}
static float4 load4(const float *rows, size_t at) {
    return *checked(rows, at);
}
static void add_to4(float *rows, size_t at, float4 x) {
    float4 *y = checked(rows, at);
    *y = make_float4(y->x + x.x, y->y + x.y, y->z + x.z, y->w + x.w);
}
static void fetch4(const float *rows, size_t at) {
    (void)checked(rows, at);
}

static std::function<void(int)> body;

static void run_lane(int lane) {
    body(lane);
    finished++;
    if (lane == LANES - 1)
        setcontext(&home);
    go_on(lane + 1);
}

/* Run a function of the lane's number in all lanes. */
static void run_warp(std::function<void(int)> function) {
    static char *stacks = (char *)malloc((size_t)LANES * STACK);
    body = function;
    running = finished = 0;
    memset(phase, 0, sizeof phase);
    memset(begun, 0, sizeof begun);
    for (int lane = 0; lane < LANES; lane++) {
        getcontext(&starts[lane]);
        starts[lane].uc_stack.ss_sp = stacks + (size_t)lane * STACK;
        starts[lane].uc_stack.ss_size = STACK;
        starts[lane].uc_link = nullptr;
        makecontext(&starts[lane], (void (*)())run_lane, 1, lane);
    }
    begun[0] = true;
    swapcontext(&home, &starts[0]);
    if (finished != LANES)
        fail("lanes that ended", finished);
}
#endif
