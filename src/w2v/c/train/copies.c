/* Private copies of the rows of frequent words and of the top of the Huffman tree, while several threads train (Vuurens, Eickhoff and
 * de Vries 2016): a row that all cores write travels between them for every use; a copy travels once in many uses. */
#include <stdlib.h>
#include <string.h>

#include "train.h"

/* ---- memory ---- */

static void lay_out(w2v_copies *copies, uintptr_t *next, const w2v_private *rows, float *matrix, const w2v_job *job) {
    const size_t bytes = sizeof(float) * (size_t)rows->n * job->stride;
    copies->first = rows->first;
    copies->n = rows->n;
    copies->shared = matrix + (size_t)rows->first * job->stride;
    copies->rows = w2v_carve(next, bytes);
    copies->before = w2v_carve(next, bytes);
    copies->uses = w2v_carve(next, (size_t)rows->n);
    copies->used = w2v_carve(next, (size_t)rows->n);
}

void w2v_lay_out_copies(w2v_worker *w, uintptr_t *next) {
    const w2v_job *job = w->job;
    const w2v_sharing *sharing = job->sharing;
    if (!sharing)
        return;
    w->bases = w2v_carve(next, 2 * sizeof(float) * w2v_basis_floats(job->stride));
    w->change = w2v_carve(next, sizeof(float) * job->stride);
    if (!job->locks)
        lay_out(&w->inputs, next, &sharing->inputs, job->inp, job);
    if (job->out && !job->frozen_output && job->positional != W2V_OUTPUTS)
        lay_out(&w->outputs, next, &sharing->outputs, job->out, job);
    if (job->nodes && !job->frozen_output)
        lay_out(&w->nodes, next, &sharing->nodes, job->nodes, job);
    w->outputs.basis = w->nodes.basis = 1;
}

/* ---- bases ---- */

static float *slot_of(const w2v_sharing *sharing, int64_t version, size_t stride) {
    return sharing->bases + (size_t)(version % W2V_BASIS_SLOTS) * 2 * w2v_basis_floats(stride);
}

/* The next version of both bases, from the rows as they are. */
static void renew(const w2v_worker *w, w2v_sharing *sharing) {
    const w2v_job *job = w->job;
    const size_t stride = job->stride, floats = w2v_basis_floats(stride);
    const float *last = slot_of(sharing, sharing->version, stride);
    float *next = slot_of(sharing, sharing->version + 1, stride);
    const w2v_rows rows = {sharing->rows, (size_t)sharing->n_samples, job->vector_size, stride};
    const w2v_kernels *kernels = w->scratch.freezer ? w->scratch.freezer->kernels : w->kernels;
    memcpy(next, last, 2 * sizeof *next * floats);
    for (int b = 0; b < 2; b++) {
        w2v_basis basis = w2v_basis_at(next + b * floats, stride);
        for (int64_t i = 0; i < sharing->n_samples; i++) {
            const int64_t row = sharing->samples[b][i];
            const float *matrix = b ? job->inp : row < 0 ? job->nodes : job->out;
            sharing->rows[i] = matrix + (size_t)(row < 0 ? -1 - row : row) * stride;
        }
        w2v_renew_basis(kernels, &basis, &rows, 3, sharing->work);
    }
    w2v_publish(&sharing->version, sharing->version + 1);
}

/* The least power of two that is no smaller. */
static int doublings(int uses) {
    int n = 0;
    while (1 << n < uses)
        n++;
    return n;
}

/* While little has been seen of the directions copies live shortly: plain sums of a few uses do no harm. */
static void find_uses(w2v_copies *copies, const w2v_private *rows, int64_t version) {
    const int most = version < 5 ? 2 << version : W2V_MOST_USES;
    for (int32_t k = 0; k < copies->n; k++)
        copies->uses[k] = rows->uses[k] < most ? rows->uses[k] : (uint8_t)most;
}

static void find_factors(const w2v_worker *w, w2v_copies *copies, const w2v_private *rows, double alpha) {
    const w2v_sharing *sharing = w->job->sharing;
    const w2v_basis basis = w2v_basis_at(w->bases + copies->basis * w2v_basis_floats(w->job->stride), w->job->stride);
    find_uses(copies, rows, w->version);
    for (int n = 0; n < W2V_USE_CLASSES; n++) {
        const double strength = 0.25 * alpha * rows->terms * sharing->parties * (1 << n);
        w2v_sum_factors(&basis, strength, sharing->parties, copies->factors[n]);
    }
}

/* Weights of positions multiply inputs element by element: as steep as outputs are along their first direction, times the mean square
 * of an input's elements. */
static void find_weights_factor(w2v_worker *w, double alpha) {
    const w2v_sharing *sharing = w->job->sharing;
    const size_t size = w->job->vector_size, floats = w2v_basis_floats(w->job->stride);
    const float *outputs = w2v_basis_at(w->bases, w->job->stride).eigenvalues;
    const float *inputs = w2v_basis_at(w->bases + floats, w->job->stride).eigenvalues;
    double squares = size > W2V_DIRECTIONS ? (double)(size - W2V_DIRECTIONS) * inputs[W2V_DIRECTIONS] : 0;
    for (int k = 0; k < W2V_DIRECTIONS; k++)
        squares += inputs[k];
    const double strength = 0.25 * alpha * sharing->weight_terms * sharing->parties * outputs[0] * squares / (double)size;
    w->places.factor = w2v_share_of_sum(strength, sharing->parties);
}

void w2v_follow_bases(w2v_worker *w, int64_t number) {
    const w2v_job *job = w->job;
    w2v_sharing *sharing = job->sharing;
    if (!sharing)
        return;
    const int64_t place = job->words_before + job->offsets[number];
    if (place >= w2v_observe(&sharing->due) && w2v_fetch_add(&sharing->busy, 1) == 0) {
        if (place >= sharing->due) { /* else somebody has just done it */
            renew(w, sharing);
            const int64_t soon = (1000LL * sharing->parties) << (sharing->version < 20 ? sharing->version : 20);
            w2v_publish(&sharing->due, place + (soon < sharing->spacing ? soon : sharing->spacing));
        }
        w2v_publish(&sharing->busy, 0);
    }
    const int64_t version = w2v_observe(&sharing->version);
    if (version == w->version)
        return;
    memcpy(w->bases, slot_of(sharing, version, job->stride), 2 * sizeof *w->bases * w2v_basis_floats(job->stride));
    w->version = version;
    const double alpha = w2v_rate(job->alpha, job->alpha - job->min_alpha, place, job->words);
    find_factors(w, &w->inputs, &sharing->inputs, alpha);
    find_factors(w, &w->outputs, &sharing->outputs, alpha);
    find_factors(w, &w->nodes, &sharing->nodes, alpha);
    find_weights_factor(w, alpha);
}

/* ---- rows ---- */

/* Add a copy's change to its row, and take the row as it is then. */
static void merge(w2v_worker *w, w2v_copies *copies, int32_t k) {
    const size_t size = w->job->vector_size, stride = w->job->stride, at = (size_t)k * stride;
    const w2v_kernels *kernels = w->scratch.freezer ? w->scratch.freezer->kernels : w->kernels;
    const w2v_basis basis = w2v_basis_at(w->bases + copies->basis * w2v_basis_floats(stride), stride);
    float *shared = copies->shared + at, *row = copies->rows + at, *before = copies->before + at, *change = w->change;
    for (size_t e = 0; e < stride; e++)
        change[e] = row[e] - before[e];
    kernels->correct(&basis, copies->factors[doublings(copies->used[k])], change, size, stride);
    for (size_t e = 0; e < stride; e++)
        shared[e] = row[e] = before[e] = shared[e] + change[e];
}

void w2v_refresh_copy(w2v_worker *w, w2v_copies *copies, int32_t k) {
    const size_t at = (size_t)k * w->job->stride, bytes = sizeof(float) * w->job->stride;
    if (copies->used[k] == 0) {
        memcpy(copies->rows + at, copies->shared + at, bytes);
        memcpy(copies->before + at, copies->rows + at, bytes);
    } else {
        merge(w, copies, k);
    }
    copies->used[k] = 0;
}

static void give_back(w2v_worker *w, w2v_copies *copies) {
    for (int32_t k = 0; k < copies->n; k++)
        if (copies->used[k]) {
            merge(w, copies, k);
            copies->used[k] = 0;
        }
}

void w2v_return_copies(w2v_worker *w) {
    give_back(w, &w->inputs);
    give_back(w, &w->outputs);
    give_back(w, &w->nodes);
}
