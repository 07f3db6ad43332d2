/* How many rows a second a card reads and adds to, at places drawn as noise words are: what training cannot be faster than. */
#include "warp.h"

#include "job.h"

#include "draws.h"
#include "rows.h"

enum { ROWS = 6 }; /* at a time: a right word and five noise words */

/* `words` rounds a warp. */
extern "C" __global__ void __launch_bounds__(32) touch_rows(const __grid_constant__ Job job) {
    const int lane = (int)threadIdx.x;
    const uint64_t stream = stream_of(job.seed, 0, blockIdx.x);
    for (int64_t round = 0; round < job.words; round++) {
        Row rows[ROWS];
        int32_t numbers[ROWS];
#pragma unroll
        for (int k = 0; k < ROWS; k++) {
            numbers[k] = noise_word(job, draw_of(stream, (uint32_t)round * ROWS + k));
            rows[k] = load_row(job, job.out, numbers[k], lane);
        }
#pragma unroll
        for (int k = 0; k < ROWS; k++) {
            scale(rows[k], 0.0f);
            add_to_row(job, job.out, numbers[k], rows[k], lane);
        }
    }
}
