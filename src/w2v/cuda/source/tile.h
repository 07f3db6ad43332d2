/* One tile: some contexts (inputs) meet the outputs of a centre. All products and errors with the rows as they are, then one update
 * of every row, by atomic additions, since other warps add to the same rows. */
#ifndef TILE_H
#define TILE_H

enum {
    FEW = 16 / OUTPUTS < INPUTS && 16 / OUTPUTS > 0 ? 16 / OUTPUTS : INPUTS
}; /* inputs whose products one small reduction takes */

/* A tile's matrix of outputs, the counts of its lists, and what is due to it. */
struct Tile {
    float *matrix;
    int n_inputs, n_outputs, pitch;
    float alpha;
    bool frozen, tallied;
};

/* -log sigmoid(x) */
DEV float loss_of(float x) {
    return fmaxf(-x, 0.0f) + LOG1P(EXP(-fabsf(x)));
}

/* The error of one pair, from its product; the loss of a tile is added up where it is asked for. */
DEV float error_of(const Tile &tile, float label, float times, float x, float &loss) {
    if (tile.tallied)
        loss += times * (label * loss_of(x) + (1 - label) * loss_of(-x));
    return tile.alpha * times * (label - DIVIDE(1.0f, 1.0f + EXP(-x)));
}

DEV Row staged_row(const Job &job, const Shared &shared, int c, int lane) {
    Row row = zero_row();
#pragma unroll
    for (int v = 0; v < VECTORS; v++)
        if (lane + 32 * v < job.size4)
            row.part[v] = shared.stage[c * job.size4 + lane + 32 * v];
    return row;
}

/* Lanes read back only what they have written themselves, so nobody has to wait. */
DEV void stage_row(const Job &job, const Shared &shared, int c, const Row &row, int lane) {
#pragma unroll
    for (int v = 0; v < VECTORS; v++)
        if (lane + 32 * v < job.size4)
            shared.stage[c * job.size4 + lane + 32 * v] = row.part[v];
}

/* Rows of contexts first .. first + n - 1: from memory, and then staged, or from where they are staged; zeros past the n. */
template <int ROWS>
DEV void take_inputs(const Job &job, const Shared &shared, Row (&rows)[ROWS], int first, int n, bool staged, int lane) {
#pragma unroll
    for (int c = 0; c < ROWS; c++) /* all are asked for before the first is needed */
        rows[c] = c >= n   ? zero_row()
                  : staged ? staged_row(job, shared, first + c, lane)
                           : load_row(job, job.inp, shared.contexts[first + c], lane);
#pragma unroll
    for (int c = 0; c < ROWS; c++)
        if (c < n && !staged)
            stage_row(job, shared, first + c, rows[c], lane);
}

/* Errors of n <= INPUTS_NOW contexts from `first` on against the outputs from `from` on, whose rows are in `out`. */
template <int INPUTS_NOW>
DEV void find_errors(const Job &job, const Shared &shared, const Tile &tile, const Row (&out)[OUTPUTS], int from, int first, int n,
                     float &loss, int lane) {
    const int N = INPUTS_NOW * OUTPUTS > 16 ? 32 : 16;
    float sums[N];
    Row rows[INPUTS_NOW];
    take_inputs(job, shared, rows, first, n, from > 0, lane);
#pragma unroll
    for (int j = 0; j < N; j++)
        sums[j] = 0;
#pragma unroll
    for (int c = 0; c < INPUTS_NOW; c++)
#pragma unroll
        for (int o = 0; o < OUTPUTS; o++)
#pragma unroll
            for (int v = 0; v < VECTORS; v++)
                sums[c * OUTPUTS + o] = dot(rows[c].part[v], out[o].part[v], sums[c * OUTPUTS + o]);
    exchange<N, 16>(sums, lane);
    const int slot = lane >> Reduction<N>::SHIFT, c = slot / OUTPUTS, o = slot % OUTPUTS;
    if ((lane & ((1 << Reduction<N>::SHIFT) - 1)) == 0 && c < n && from + o < tile.n_outputs) {
        const float times = shared.context_times[first + c] * shared.output_times[from + o];
        shared.errors[(first + c) * tile.pitch + from + o] = error_of(tile, shared.labels[from + o], times, sums[0], loss);
    }
}

DEV void load_outputs(const Job &job, const Shared &shared, const Tile &tile, Row (&out)[OUTPUTS], int from, int lane) {
#pragma unroll
    for (int o = 0; o < OUTPUTS; o++)
        out[o] = from + o < tile.n_outputs ? load_row(job, tile.matrix, shared.outputs[from + o], lane) : zero_row();
}

DEV void find_all_errors(const Job &job, const Shared &shared, const Tile &tile, Row (&out)[OUTPUTS], float &loss, int lane) {
    for (int from = 0; from < tile.n_outputs; from += OUTPUTS) {
        load_outputs(job, shared, tile, out, from, lane);
        for (int first = 0; first < tile.n_inputs; first += INPUTS) {
            const int n = tile.n_inputs - first < INPUTS ? tile.n_inputs - first : INPUTS;
            if (n <= FEW) /* a smaller reduction */
                find_errors<FEW>(job, shared, tile, out, from, first, n, loss, lane);
            else
                find_errors<INPUTS>(job, shared, tile, out, from, first, n, loss, lane);
        }
    }
}

/* What an input row's change is multiplied by. */
DEV float lock_of(const Job &job, int32_t word) {
    return job.locks ? job.locks[word] : 1.0f;
}

/* Add what is due to the inputs from the outputs at hand, and to these from the inputs. */
DEV void update_block(const Job &job, const Shared &shared, const Tile &tile, const Row (&out)[OUTPUTS], int from, int lane) {
    Row changes[OUTPUTS];
#pragma unroll
    for (int o = 0; o < OUTPUTS; o++)
        changes[o] = zero_row();
    for (int c = 0; c < tile.n_inputs; c++) {
        const Row row = staged_row(job, shared, c, lane);
        const float *errors = shared.errors + c * tile.pitch + from;
        Row change = zero_row();
#pragma unroll
        for (int o = 0; o < OUTPUTS; o++) {
            const float error = from + o < tile.n_outputs ? errors[o] : 0.0f;
            add_scaled(change, error, out[o]);
            add_scaled(changes[o], error, row);
        }
        const float lock = lock_of(job, shared.contexts[c]);
        if (lock != 1)
            scale(change, lock);
        if (lock != 0)
            add_to_row(job, job.inp, shared.contexts[c], change, lane);
    }
#pragma unroll
    for (int o = 0; o < OUTPUTS; o++)
        if (from + o < tile.n_outputs && !tile.frozen)
            add_to_row(job, tile.matrix, shared.outputs[from + o], changes[o], lane);
}

/* Skip-gram: every context against every output. Where one block of outputs is all, their rows are still in registers. */
DEV void train_pairs(const Job &job, const Shared &shared, const Tile &tile, float &loss, int lane) {
    Row out[OUTPUTS];
    find_all_errors(job, shared, tile, out, loss, lane);
    MEET();
    for (int from = 0; from < tile.n_outputs; from += OUTPUTS) {
        if (tile.n_outputs > OUTPUTS)
            load_outputs(job, shared, tile, out, from, lane);
        update_block(job, shared, tile, out, from, lane);
    }
    MEET();
}
#endif
