/* Pairs to draws, draws to rows, rows to kernels: skip-gram with negative sampling where somebody else chose the contexts
 * (Levy and Goldberg 2014, word2vecf). */
#include <math.h>
#include <stdlib.h>

#include "compiler.h"
#include "kernels/kernels.h"
#include "rng.h"
#include "train.h"

enum { CHUNK = 256 }; /* pairs that a thread takes at a time, whose draws are one stream */

/* The rows of one pair, drawn and on their way from memory while the pair before it is trained. */
typedef struct {
    float *inp;
    w2v_outputs words;
} pair;

typedef struct {
    const w2v_kernels *kernels;
    w2v_pair_job *job;
    w2v_pair_tally *tally;
    w2v_rng rng;
    int64_t tallied; /* the next pair whose loss is */
    pair pairs[2];
    float *logits;
    w2v_scratch scratch;
} worker;

/* The cell of a word that the pair after the next will most likely draw: it is off by one for every redraw before it. */
W2V_INLINE void prefetch_cell(const worker *w) {
    w2v_rng ahead = w->rng;
    w2v_skip(&ahead, (uint64_t)w->job->negative);
    W2V_PREFETCH(w->job->noise + w2v_noise_cell((uint32_t)w->job->n_contexts, w2v_next(&ahead)));
}

/* Draw the noise of pair i and fetch its rows: each output once, the right one first. */
static void prepare(worker *w, int64_t i) {
    const w2v_pair_job *job = w->job;
    pair *p = &w->pairs[i & 1];
    const int32_t right = job->contexts[i];
    p->inp = job->inp + (size_t)job->centers[i] * job->stride;
    uint64_t sieve = w2v_first_output(&p->words, job->out + (size_t)right * job->stride, right);
    w2v_prefetch_to_write(p->inp, job->vector_size);
    w2v_prefetch_to_write(p->words.rows[0], job->vector_size);
    for (int k = 0; k < job->negative; k++) {
        prefetch_cell(w);
        const int32_t word = w2v_other_word(job->noise, (uint32_t)job->n_contexts, w2v_next(&w->rng), right, &w->rng);
        float *noise = job->out + (size_t)word * job->stride;
        if (word != right && w2v_add_output(&p->words, noise, word, &sieve))
            w2v_prefetch_to_write(noise, job->vector_size);
    }
}

static double minus_log_sigmoid(double x) {
    return x > 0 ? log1p(exp(-x)) : log1p(exp(x)) - x;
}

static void tally_loss(worker *w, const pair *p, double weight) {
    double sum = 0;
    for (int o = 0; o < p->words.n; o++) {
        double x = w->logits[o / W2V_OUT_BLOCK * W2V_BLOCK_SLOTS + o % W2V_OUT_BLOCK];
        sum += p->words.times[o] * minus_log_sigmoid(o == 0 ? x : -x);
    }
    w->tally->loss += weight * sum;
    w->tally->weight += weight;
}

static void train_pair(worker *w, int64_t i, float alpha) {
    const w2v_pair_job *job = w->job;
    pair *p = &w->pairs[i & 1];
    float weight = job->weights ? job->weights[i] : 1.0f;
    w2v_tile tile = {.inp = &p->inp, .n_inp = 1, .size = job->vector_size, .alpha = alpha * weight};
    w2v_set_words(&tile, &p->words);
    w->scratch.logits = i == w->tallied ? w->logits : NULL;
    w->kernels->skipgram(&tile, &w->scratch);
    if (w->scratch.logits) {
        tally_loss(w, p, weight);
        w->tallied += job->loss_every;
    }
}

static void train_chunk(worker *w, int64_t first) {
    const w2v_pair_job *job = w->job;
    int64_t end = first + CHUNK < job->n_pairs ? first + CHUNK : job->n_pairs;
    const float alpha = (float)w2v_rate(job->alpha, job->alpha - job->min_alpha, job->pairs_before + first, job->pairs);
    w->rng = w2v_stream(job->seed, job->epoch, (uint64_t)(first / CHUNK));
    w->tallied = job->loss_every ? (first + job->loss_every - 1) / job->loss_every * job->loss_every : -1;
    prepare(w, first);
    for (int64_t i = first; i < end; i++) {
        if (i + 1 < end)
            prepare(w, i + 1);
        train_pair(w, i, alpha);
    }
    w->tally->pairs += end - first;
}

/* Point the worker's arrays into memory from `base` (64-byte aligned) on; returns the bytes they take. */
static size_t lay_out(worker *w, uintptr_t base, float **labels) {
    uintptr_t next = base;
    size_t outs = (size_t)w->job->negative + 1, blocks = (outs + W2V_OUT_BLOCK - 1) / W2V_OUT_BLOCK;
    w->scratch.partial = w2v_carve(&next, sizeof(float) * 8 * (W2V_BLOCK_SLOTS + 1));
    w->scratch.error = w2v_carve(&next, sizeof(float) * blocks * W2V_BLOCK_SLOTS);
    w->logits = w2v_carve(&next, sizeof(float) * blocks * W2V_BLOCK_SLOTS);
    w->scratch.old = w2v_carve(&next, sizeof(float) * 2 * W2V_MAX_INP * W2V_LANES);
    w->scratch.mean = w2v_carve(&next, sizeof(float) * w->job->stride);
    w->scratch.labels = *labels = w2v_carve(&next, sizeof(float) * (W2V_OUT_BLOCK + 1) * W2V_BLOCK_SLOTS);
    for (int i = 0; i < 2; i++) {
        w->pairs[i].words.rows = w2v_carve(&next, sizeof(float *) * outs);
        w->pairs[i].words.times = w2v_carve(&next, sizeof(float) * outs);
    }
    return next - base;
}

w2v_status w2v_train_pairs(const w2v_kernels *kernels, w2v_pair_job *job, w2v_pair_tally *tally) {
    worker w = {.kernels = kernels, .job = job, .tally = tally};
    float *labels;
    char *memory = calloc(lay_out(&w, 0, &labels) + 64, 1);
    if (!memory)
        return W2V_NO_MEMORY;
    lay_out(&w, ((uintptr_t)memory + 63) / 64 * 64, &labels);
    w2v_fill_labels(labels);
    for (int64_t first; !w2v_is_raised(&job->stop) && (first = w2v_fetch_add(&job->next, CHUNK)) < job->n_pairs;)
        train_chunk(&w, first);
    free(memory);
    return w2v_is_raised(&job->stop) ? W2V_STOPPED : W2V_OK;
}
