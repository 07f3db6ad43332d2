/* The memory of one training thread, and the tables in it. */
#include <stdlib.h>

#include "train.h"

/* Sigmoids at the middle of word2vec.c's steps. By recurrence in float64, not by libm, so that every machine has the same. */
static void fill_table(float *table) {
    const double step = 1.0120722888660778; /* e^(12 / 1000) */
    double e = 0.002493669396634629;        /* e^(-6 + 6 / 1000) */
    for (int i = 0; i < W2V_SIGMOID_STEPS; i++, e *= step)
        table[i] = (float)(e / (1 + e));
}

static int most(int a, int b) {
    return a > b ? a : b;
}

static void lay_out_centre(w2v_centre *c, uintptr_t *next, const w2v_job *job) {
    const size_t words = (size_t)job->negative + 1;
    c->bits = w2v_carve(next, sizeof(uint64_t) * words);
    c->noise = w2v_carve(next, sizeof(int32_t) * words);
    c->words.rows = w2v_carve(next, sizeof(float *) * words);
    c->words.times = w2v_carve(next, sizeof(float) * words);
    c->words.words = w2v_carve(next, sizeof(int32_t) * (job->log_noise ? words : 0));
    c->nodes.rows = w2v_carve(next, sizeof(float *) * (size_t)job->longest_path);
}

static void lay_out_freezer(w2v_worker *w, uintptr_t *next, size_t outs) {
    const w2v_job *job = w->job;
    const size_t inputs = job->sg ? W2V_MAX_INP : w2v_most_contexts(job); /* CBOW has all contexts in one tile */
    size_t bytes = sizeof(float) * job->stride * (inputs + outs);
    const w2v_means *means = &w->means;
    w->freezer = (w2v_freezer){.job = job, .kernels = w->kernels, .inputs = job->inp, .locks = job->locks};
    if (job->lists)
        w->freezer.inputs = means->rows, w->freezer.locks = means->factors;
    w->freezer.inp = w2v_carve(next, sizeof(float *) * inputs);
    w->freezer.out = w2v_carve(next, sizeof(float *) * outs);
    w->freezer.rows = w2v_carve(next, sizeof(float *) * (inputs + outs));
    w->freezer.factors = w2v_carve(next, sizeof(float) * (inputs + outs));
    w->freezer.copies = w2v_carve(next, bytes);
    w->freezer.before = w2v_carve(next, bytes);
}

static void lay_out_places(w2v_places *places, uintptr_t *next, const w2v_job *job) {
    const size_t contexts = job->positional ? w2v_most_contexts(job) : 0;
    const size_t weights = sizeof(float) * (job->weights ? 2 * (size_t)job->window * job->stride : 0);
    places->inp = w2v_carve(next, sizeof(float *) * contexts);
    places->row = w2v_carve(next, sizeof(float *) * contexts);
    places->place = w2v_carve(next, sizeof(size_t) * contexts);
    places->weights = w2v_carve(next, weights);
    places->before = w2v_carve(next, weights);
}

/* Point the worker's arrays into memory from `base` (64-byte aligned) on; returns the bytes they take. */
static size_t lay_out(w2v_worker *w, uintptr_t base) {
    const w2v_job *job = w->job;
    uintptr_t next = base;
    const size_t outs = (size_t)most(job->negative + 1, job->longest_path);
    const size_t blocks = (outs + W2V_OUT_BLOCK - 1) / W2V_OUT_BLOCK;
    const size_t slots = sizeof(float) * blocks * W2V_BLOCK_SLOTS;
    const int64_t longest = job->longest > W2V_JOINED_TOKENS ? job->longest : W2V_JOINED_TOKENS;
    w->scratch.partial = w2v_carve(&next, sizeof(float) * 8 * (W2V_BLOCK_SLOTS + 1));
    w->scratch.error = w2v_carve(&next, slots);
    w->logits = w2v_carve(&next, slots);
    w->scratch.old = w2v_carve(&next, sizeof(float) * 2 * W2V_MAX_INP * W2V_LANES);
    w->scratch.mean = w2v_carve(&next, sizeof(float) * job->stride);
    w->scratch.repeats = w2v_carve(&next, sizeof(float) * (job->sg && job->positional ? 4 * W2V_MAX_PAIRS * job->stride : 0));
    w->scratch.labels = w->block_labels = w2v_carve(&next, sizeof(float) * (W2V_OUT_BLOCK + 1) * W2V_BLOCK_SLOTS);
    w->table = w2v_carve(&next, sizeof(float) * W2V_SIGMOID_STEPS);
    for (int i = 0; i < 2; i++) {
        w->sentences[i].kept = w2v_carve(&next, sizeof(int32_t) * (size_t)longest);
        w->sentences[i].rows = w2v_carve(&next, sizeof(float *) * (size_t)longest);
        w->sentences[i].pool = w2v_carve(&next, sizeof(int32_t) * (w2v_has_pool(job) ? (size_t)longest + W2V_POOL - 1 : 0));
        for (int j = 0; j < 4; j++)
            lay_out_centre(&w->sentences[i].plans[j], &next, job);
    }
    lay_out_centre(&w->spare, &next, job);
    w->inp = w2v_carve(&next, sizeof(float *) * W2V_MAX_INP);
    w->times = w2v_carve(&next, sizeof(float) * W2V_MAX_INP);
    w->labels = w2v_carve(&next, job->nodes || job->log_noise ? slots : 0);
    w->offsets = w2v_carve(&next, job->log_noise ? slots : 0);
    w2v_lay_out_means(w, &next);
    w2v_lay_out_tags(w, &next);
    if (w2v_is_frozen(job))
        lay_out_freezer(w, &next, outs);
    lay_out_places(&w->places, &next, job);
    w2v_lay_out_copies(w, &next);
    return next - base;
}

w2v_status w2v_worker_init(w2v_worker *w) {
    w->memory = calloc(lay_out(w, 0) + 64, 1);
    if (!w->memory)
        return W2V_NO_MEMORY;
    lay_out(w, ((uintptr_t)w->memory + 63) / 64 * 64);
    w->version = -1;
    w->places.kept = 1;
    fill_table(w->table);
    w2v_fill_labels(w->block_labels);
    return W2V_OK;
}

void w2v_worker_free(w2v_worker *w) {
    free(w->memory);
}
