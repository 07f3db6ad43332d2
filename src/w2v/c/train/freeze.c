/* Rows that training leaves as they are, or changes by less: kernels work on copies of them, and what is due goes back.
 *
 * Copies, because a row that is changed and restored could be seen changed by another thread, which would then restore the wrong one. */
#include <string.h>

#include "kernels/kernels.h"

static int find(float *const *rows, const float *row, int n) {
    for (int i = 0; i < n; i++)
        if (rows[i] == row)
            return i;
    return -1;
}

/* Put a copy in place of a row that is not free to change; the same copy if the row comes again. */
static void hide(w2v_freezer *f, float **place, float factor) {
    const w2v_job *job = f->job;
    float *row = *place;
    int i = find(f->rows, row, f->n_rows);
    if (i < 0) {
        i = f->n_rows++;
        f->rows[i] = row;
        f->factors[i] = factor;
        memcpy(f->copies + (size_t)i * job->stride, row, sizeof *row * job->stride);
        if (factor != 0)
            memcpy(f->before + (size_t)i * job->stride, row, sizeof *row * job->stride);
    }
    *place = f->copies + (size_t)i * job->stride;
}

void w2v_hide_rows(w2v_freezer *f, const w2v_tile *tile) {
    const w2v_job *job = f->job;
    f->n_rows = 0;
    for (int i = 0; i < tile->n_inp; i++) {
        f->inp[i] = tile->inp[i];
        float factor = f->locks ? f->locks[(size_t)(tile->inp[i] - f->inputs) / job->stride] : 1;
        if (factor != 1)
            hide(f, &tile->inp[i], factor);
    }
    for (int o = 0; o < tile->n_out && job->frozen_output; o++) {
        f->out[o] = tile->out[o];
        hide(f, &tile->out[o], 0);
    }
}

void w2v_show_rows(w2v_freezer *f, const w2v_tile *tile) {
    const w2v_job *job = f->job;
    for (int i = 0; i < f->n_rows; i++) {
        const float *copy = f->copies + (size_t)i * job->stride, *before = f->before + (size_t)i * job->stride;
        float *row = f->rows[i], factor = f->factors[i];
        if (factor != 0)
            for (size_t e = 0; e < job->vector_size; e++)
                row[e] += factor * (copy[e] - before[e]);
    }
    memcpy(tile->inp, f->inp, sizeof *tile->inp * (size_t)tile->n_inp);
    if (job->frozen_output)
        memcpy(tile->out, f->out, sizeof *tile->out * (size_t)tile->n_out);
}

static void frozen_skipgram(const w2v_tile *tile, const w2v_scratch *scratch) {
    w2v_freezer *f = scratch->freezer;
    w2v_hide_rows(f, tile);
    f->kernels->skipgram(tile, scratch);
    w2v_show_rows(f, tile);
}

static void frozen_cbow(const w2v_tile *tile, float scale, float error_scale, const w2v_scratch *scratch) {
    w2v_freezer *f = scratch->freezer;
    w2v_hide_rows(f, tile);
    f->kernels->cbow(tile, scale, error_scale, scratch);
    w2v_show_rows(f, tile);
}

static void frozen_structured(const w2v_placed *placed, const w2v_scratch *scratch) {
    w2v_freezer *f = scratch->freezer;
    w2v_hide_rows(f, &placed->tile);
    f->kernels->structured(placed, scratch);
    w2v_show_rows(f, &placed->tile);
}

static void frozen_weighted(const w2v_placed *placed, float scale, float error_scale, float weight_rate,
                            const w2v_scratch *scratch) {
    w2v_freezer *f = scratch->freezer;
    w2v_hide_rows(f, &placed->tile);
    f->kernels->weighted(placed, scale, error_scale, weight_rate, scratch);
    w2v_show_rows(f, &placed->tile);
}

static void frozen_cwindow(const w2v_placed *placed, const w2v_scratch *scratch) {
    w2v_freezer *f = scratch->freezer;
    w2v_hide_rows(f, &placed->tile);
    f->kernels->cwindow(placed, scratch);
    w2v_show_rows(f, &placed->tile);
}

const w2v_kernels w2v_frozen_kernels = {
    "frozen", frozen_skipgram, frozen_cbow, NULL, frozen_structured, frozen_weighted, frozen_cwindow, NULL, NULL, NULL, NULL};
