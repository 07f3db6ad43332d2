/* The kernels, each a grid of warps. Given when they are compiled: VECTORS, float4s of a row in a lane; OUTPUTS, output rows held in
 * registers at a time; INPUTS, input rows that meet them at a time, INPUTS * OUTPUTS <= 32. */
#include "warp.h"

#include "job.h"

#include "draws.h"
#include "rows.h"

#include "lists.h"
#include "tile.h"

#include "mean.h"
#include "train.h"

#include "pairs.h"

extern "C" __global__ void __launch_bounds__(128) downsample(const __grid_constant__ Job job) {
    const int64_t warps = (int64_t)gridDim.x * (blockDim.x / 32);
    for (int64_t s = (int64_t)blockIdx.x * (blockDim.x / 32) + threadIdx.x / 32; s < job.n_sentences; s += warps)
        downsample_sentence(job, s, (int)threadIdx.x & 31);
}

extern "C" __global__ void __launch_bounds__(32) skipgram(const __grid_constant__ Job job) {
    extern __shared__ float4 memory[];
    train<false>(job, memory, (int)threadIdx.x);
}

extern "C" __global__ void __launch_bounds__(32) cbow(const __grid_constant__ Job job) {
    extern __shared__ float4 memory[];
    train<true>(job, memory, (int)threadIdx.x);
}

extern "C" __global__ void __launch_bounds__(32) pairs(const __grid_constant__ PairJob job) {
    extern __shared__ float4 memory[];
    train_all_pairs(job, memory, (int)threadIdx.x);
}
