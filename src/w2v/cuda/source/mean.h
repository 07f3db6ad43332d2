/* CBOW: the mean (or sum) of a centre's contexts against its outputs, and its change to every context. */
#ifndef MEAN_H
#define MEAN_H

DEV Row sum_of_contexts(const Job &job, const Shared &shared, const int32_t *kept, int i, Window window, int lane) {
    Row sum = zero_row();
    for (int at = 0; at < window.to - window.from - 1; at += job.tile) {
        const int n = take_contexts(job, shared, kept, i, window, at, lane);
        for (int c = 0; c < n; c++)
            add_scaled(sum, shared.context_times[c], load_row(job, job.inp, shared.contexts[c], lane));
        MEET();
    }
    return sum;
}

DEV void add_to_contexts(const Job &job, const Shared &shared, const int32_t *kept, int i, Window window, const Row &change,
                         int lane) {
    for (int at = 0; at < window.to - window.from - 1; at += job.tile) {
        const int n = take_contexts(job, shared, kept, i, window, at, lane);
        for (int c = 0; c < n; c++) {
            Row due = zero_row();
            add_scaled(due, shared.context_times[c] * lock_of(job, shared.contexts[c]), change);
            add_to_row(job, job.inp, shared.contexts[c], due, lane);
        }
        MEET();
    }
}

/* The errors of the mean against all outputs; every lane then has those of the block at hand. */
DEV void find_mean_errors(const Shared &shared, const Tile &tile, const Row &mean, const Row (&out)[OUTPUTS], int from, float &loss,
                          int lane) {
    const int N = OUTPUTS > 16 ? 32 : 16;
    float sums[N];
#pragma unroll
    for (int o = 0; o < N; o++) {
        sums[o] = 0;
#pragma unroll
        for (int v = 0; v < VECTORS; v++)
            sums[o] = o < OUTPUTS ? dot(mean.part[v], out[o < OUTPUTS ? o : 0].part[v], sums[o]) : 0;
    }
    exchange<N, 16>(sums, lane);
    const int o = lane >> Reduction<N>::SHIFT;
    if ((lane & ((1 << Reduction<N>::SHIFT) - 1)) == 0 && o < OUTPUTS && from + o < tile.n_outputs)
        shared.errors[from + o] = error_of(tile, shared.labels[from + o], shared.output_times[from + o], sums[0], loss);
}

/* Returns what is due to the mean. An output's row is read, used and added to once. */
DEV Row train_mean(const Job &job, const Shared &shared, const Tile &tile, const Row &mean, float &loss, int lane) {
    Row due = zero_row(), out[OUTPUTS];
    for (int from = 0; from < tile.n_outputs; from += OUTPUTS) {
        load_outputs(job, shared, tile, out, from, lane);
        find_mean_errors(shared, tile, mean, out, from, loss, lane);
        MEET();
#pragma unroll
        for (int o = 0; o < OUTPUTS; o++) {
            if (from + o >= tile.n_outputs)
                continue;
            const float error = shared.errors[from + o];
            add_scaled(due, error, out[o]);
            if (!tile.frozen) {
                Row change = zero_row();
                add_scaled(change, error, mean);
                add_to_row(job, tile.matrix, shared.outputs[from + o], change, lane);
            }
        }
    }
    MEET();
    return due;
}
#endif
