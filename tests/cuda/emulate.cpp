/* The kernels on a CPU: each launch is one warp whose lanes are coroutines, so that it does what one warp of a card does. */
#include "emulated_warp.h"

#include "job.h"

#include "draws.h"
#include "rows.h"

#include "lists.h"
#include "tile.h"

#include "mean.h"
#include "train.h"

#include "pairs.h"

extern "C" {
/* Addresses and sizes of the matrices that rows may be in. */
void emulate_matrices(const float *const *starts, const size_t *floats) {
    for (int i = 0; i < 3; i++)
        matrices[i] = {starts[i], floats[i]};
}

size_t emulate_job_size(void) {
    return sizeof(Job);
}

void emulate_downsample(const Job *job) {
    run_warp([&](int lane) {
        for (int64_t s = 0; s < job->n_sentences; s++)
            downsample_sentence(*job, s, lane);
    });
}

size_t emulate_pair_job_size(void) {
    return sizeof(PairJob);
}

/* Run a warp with `bytes` of shared memory, and a guard behind them. */
static void with_memory(size_t bytes, std::function<void(float4 *, int)> work) {
    const size_t guard = 64, whole = (bytes + 2 * guard) / guard * guard;
    char *memory = (char *)aligned_alloc(64, whole);
    memset(memory, 0x5a, whole);
    run_warp([&](int lane) { work((float4 *)memory, lane); });
    for (size_t i = bytes; i < whole; i++)
        if (memory[i] != 0x5a)
            fail("shared memory written past its end", (long long)(i - bytes));
    free(memory);
}

void emulate_train(const Job *job, size_t bytes) {
    with_memory(bytes, [&](float4 *memory, int lane) {
        if (job->cbow)
            train<true>(*job, memory, lane);
        else
            train<false>(*job, memory, lane);
    });
}

void emulate_pairs(const PairJob *job, size_t bytes) {
    with_memory(bytes, [&](float4 *memory, int lane) { train_all_pairs(*job, memory, lane); });
}
}
