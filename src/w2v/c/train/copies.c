/* Private copies of the rows of frequent words and of the top of the Huffman tree, while several threads train (Vuurens, Eickhoff and
 * de Vries 2016): a row that all cores write travels between them for every use; a copy is merged with it once in many uses. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "train.h"

/* ---- memory ---- */

static size_t bases_bytes(const w2v_job *job) {
    return 2 * sizeof(float) * w2v_basis_floats(job->stride);
}

static void lay_out(w2v_copies *copies, uintptr_t *next, const w2v_private *rows, float *matrix, const w2v_job *job) {
    const size_t bytes = sizeof(float) * (size_t)rows->n * job->stride;
    copies->first = rows->first;
    copies->n = rows->n;
    copies->shared = matrix + (size_t)rows->first * job->stride;
    copies->rows = w2v_carve(next, bytes);
    copies->before = w2v_carve(next, bytes);
    copies->uses = w2v_carve(next, (size_t)rows->n + 1);
    copies->given = w2v_carve(next, (size_t)rows->n + 1);
    copies->left = w2v_carve(next, sizeof *copies->left * ((size_t)rows->n + 1));
}

void w2v_lay_out_copies(w2v_worker *w, uintptr_t *next) {
    const w2v_job *job = w->job;
    const w2v_sharing *sharing = job->sharing;
    if (!sharing)
        return;
    w->bases = w2v_carve(next, bases_bytes(job));
    w->next = w2v_carve(next, bases_bytes(job));
    w->change = w2v_carve(next, sizeof(float) * job->stride);
    w->seen = w2v_carve(next, sizeof(float) * job->stride);
    w->samples = w2v_carve(next, sizeof(float *) * (size_t)sharing->n_samples);
    w->work = w2v_carve(next, sizeof(float) * w2v_basis_work((size_t)sharing->n_samples, job->vector_size, job->stride));
    if (!job->locks)
        lay_out(&w->inputs, next, &sharing->inputs, job->inp, job);
    if (job->out && !job->frozen_output && job->positional != W2V_OUTPUTS)
        lay_out(&w->outputs, next, &sharing->outputs, job->out, job);
    if (job->nodes && !job->frozen_output)
        lay_out(&w->nodes, next, &sharing->nodes, job->nodes, job);
    w->outputs.basis = w->nodes.basis = 1;
}

/* ---- bases ---- */

enum { NEAREST = 300 }; /* tokens between two renewals of the bases, at least */

static float *slot_of(const w2v_sharing *sharing, int64_t version, size_t stride) {
    return sharing->bases + (size_t)(version % W2V_BASIS_SLOTS) * 2 * w2v_basis_floats(stride);
}

/* How steep it is along all directions together. */
static double steepness(const w2v_basis *basis) {
    double sum = 0;
    for (int k = 0; k <= W2V_DIRECTIONS; k++)
        sum += basis->eigenvalues[k];
    return sum;
}

/* Turn w->next to both bases of the rows as they are. Returns whether one has become much steeper. */
static int renew(w2v_worker *w) {
    const w2v_job *job = w->job;
    const w2v_sharing *sharing = job->sharing;
    const w2v_rows rows = {w->samples, (size_t)sharing->n_samples, job->vector_size, job->stride};
    const w2v_kernels *kernels = w2v_own_kernels(w);
    int steeper = 0;
    for (int b = 0; b < 2; b++) {
        w2v_basis basis = w2v_basis_at(w->next + b * w2v_basis_floats(job->stride), job->stride);
        const double before = steepness(&basis);
        for (int64_t i = 0; i < sharing->n_samples; i++) {
            const int64_t row = sharing->samples[b][i];
            const float *matrix = b ? job->inp : row < 0 ? job->nodes : job->out;
            w->samples[i] = matrix + (size_t)(row < 0 ? -1 - row : row) * job->stride;
        }
        w2v_renew_basis(kernels, &basis, &rows, 3, w->work);
        steeper |= !(steepness(&basis) <= 1.2 * before);
    }
    return steeper;
}

/* Let all threads have w->next, unless others have made newer bases than `version` known: half as long as the last, if they are much
 * steeper, else twice as long. */
static void publish(const w2v_worker *w, int64_t version, int steeper) {
    w2v_sharing *sharing = w->job->sharing;
    if (w2v_fetch_add(&sharing->busy, 1) != 0)
        return;
    if (w2v_observe(&sharing->version) == version) {
        const int64_t spacing = steeper ? sharing->spacing / 2 : sharing->spacing * 2;
        const int64_t widest = spacing < sharing->widest ? spacing : sharing->widest;
        w2v_publish(&sharing->spacing, widest > NEAREST ? widest : NEAREST);
        w2v_publish(&sharing->due, w->place + sharing->spacing);
        memcpy(slot_of(sharing, version + 1, w->job->stride), w->next, bases_bytes(w->job));
        w2v_publish(&sharing->version, version + 1);
    }
    w2v_publish(&sharing->busy, 0);
}

enum { STEEPEST = 4 }; /* the furthest that a copy goes alone: down its steepest direction to e^-4 of the way */

/* Copies live shortly where a single use already goes far, which is `steepness`, and while directions change fast. */
static void find_uses(w2v_copies *copies, const w2v_private *rows, double steepness, int64_t spacing) {
    int most = 1;
    while (most < W2V_MOST_USES && most * NEAREST < spacing && 2 * most * steepness <= STEEPEST)
        most *= 2;
    for (int32_t k = 0; k < copies->n; k++)
        copies->uses[k] = rows->uses[k] < most ? rows->uses[k] : (uint8_t)most;
    copies->uses[copies->n] = UINT8_MAX;
}

static void find_factors(const w2v_worker *w, w2v_copies *copies, const w2v_private *rows, double alpha) {
    if (!copies->n)
        return;
    const w2v_basis basis = w2v_basis_at(w->bases + copies->basis * w2v_basis_floats(w->job->stride), w->job->stride);
    const double strength = 0.25 * alpha * rows->terms;
    find_uses(copies, rows, strength * basis.eigenvalues[0], w2v_observe(&w->job->sharing->spacing));
    for (int n = 0; n < W2V_USE_CLASSES; n++)
        w2v_kept_factors(&basis, strength * (1 << n), copies->factors[n]);
}

/* Weights of positions multiply inputs element by element: as steep as outputs are along their first direction, times the mean square
 * of an input's elements. */
static void find_weights_factor(w2v_worker *w, double alpha) {
    const size_t size = w->job->vector_size, floats = w2v_basis_floats(w->job->stride);
    const float *outputs = w2v_basis_at(w->bases, w->job->stride).eigenvalues;
    const float *inputs = w2v_basis_at(w->bases + floats, w->job->stride).eigenvalues;
    double squares = size > W2V_DIRECTIONS ? (double)(size - W2V_DIRECTIONS) * inputs[W2V_DIRECTIONS] : 0;
    for (int k = 0; k < W2V_DIRECTIONS; k++)
        squares += inputs[k];
    w->places.kept = (float)exp(-0.25 * alpha * w->job->sharing->weight_terms * outputs[0] * squares / (double)size);
}

/* Take the newest bases, if those at hand are others. */
static void take_bases(w2v_worker *w) {
    const w2v_job *job = w->job;
    w2v_sharing *sharing = job->sharing;
    int64_t version = w2v_observe(&sharing->version);
    if (version == w->version)
        return;
    /* Again if this thread was held up for so long that others have begun to write there: a mixture of two bases is none. */
    while (memcpy(w->bases, slot_of(sharing, version, job->stride), bases_bytes(job)),
           w2v_fetch_add(&sharing->version, 0) - version > W2V_BASIS_SLOTS - 2)
        version = w2v_observe(&sharing->version);
    w->version = version;
    const double alpha = w2v_rate(job->alpha, job->alpha - job->min_alpha, w->place, job->words);
    find_factors(w, &w->inputs, &sharing->inputs, alpha);
    find_factors(w, &w->outputs, &sharing->outputs, alpha);
    find_factors(w, &w->nodes, &sharing->nodes, alpha);
    find_weights_factor(w, alpha);
}

void w2v_follow_bases(w2v_worker *w, int64_t number) {
    w2v_sharing *sharing = w->job->sharing;
    if (!sharing)
        return;
    w->place = w->job->words_before + w->job->offsets[number];
    if (w->place >= w2v_observe(&sharing->due)) {
        const int64_t version = w2v_observe(&sharing->version);
        const int64_t spacing = w2v_observe(&sharing->spacing);
        /* by then others begin, too, if this one is held up */
        w2v_publish(&sharing->due, w->place + (spacing ? spacing : NEAREST));
        memcpy(w->next, slot_of(sharing, version, w->job->stride), bases_bytes(w->job));
        publish(w, version, renew(w));
    }
    take_bases(w);
}

/* ---- rows ---- */

/* The least power of two that is no smaller. */
static int doublings(int uses) {
    int n = 0;
    while (1 << n < uses)
        n++;
    return n;
}

/* Other threads may write the shared row meanwhile: the functions that touch it are named in tools/races.txt, and do nothing else. */

static void begin_copy(const float *shared, float *row, float *before, size_t stride) {
    memcpy(row, shared, sizeof *row * stride);
    memcpy(before, row, sizeof *row * stride);
}

static void read_shared(const float *shared, float *seen, size_t stride) {
    memcpy(seen, shared, sizeof *seen * stride);
}

/* Where a row is not what was seen of it, others have changed it since; a thread that is held up in between loses none of that. */
static void move_shared(float *shared, float *row, float *before, const float *seen, size_t stride) {
    for (size_t e = 0; e < stride; e++) {
        const float now = shared[e];
        shared[e] = row[e] = before[e] = now == seen[e] ? row[e] : now + (row[e] - seen[e]);
    }
}

/* Copy and row become what the copy is and what it leaves of others' changes. */
static void merge(w2v_worker *w, w2v_copies *copies, int32_t k) {
    const size_t size = w->job->vector_size, stride = w->job->stride, at = (size_t)k * stride;
    const w2v_kernels *kernels = w2v_own_kernels(w);
    take_bases(w); /* factors of directions that were less steep could let changes overshoot */
    const w2v_basis basis = w2v_basis_at(w->bases + copies->basis * w2v_basis_floats(stride), stride);
    float *shared = copies->shared + at, *row = copies->rows + at, *before = copies->before + at;
    float *change = w->change, *seen = w->seen;
    read_shared(shared, seen, stride);
    for (size_t e = 0; e < stride; e++)
        change[e] = seen[e] - before[e];
    kernels->correct(&basis, copies->factors[doublings(copies->given[k] - copies->left[k])], change, size, stride);
    for (size_t e = 0; e < stride; e++)
        row[e] += change[e];
    move_shared(shared, row, before, seen, stride);
}

/* Copy k begins anew: as the shared row, or merged with it. */
static void refresh(w2v_worker *w, w2v_copies *copies, int32_t k) {
    const size_t at = (size_t)k * w->job->stride;
    if (copies->given[k])
        merge(w, copies, k);
    else
        begin_copy(copies->shared + at, copies->rows + at, copies->before + at, w->job->stride);
}

void w2v_count_use(w2v_worker *w, w2v_copies *copies, int32_t k) {
    const size_t at = (size_t)k * w->job->stride;
    if (copies->left[k] == 0) {
        if (k < copies->n)
            refresh(w, copies, k);
        copies->left[k] = copies->given[k] = copies->uses[k];
    }
    if (--copies->left[k] == 0 && k < copies->n) { /* the next use merges */
        w2v_prefetch_to_write(copies->shared + at, w->job->vector_size);
        w2v_prefetch_to_write(copies->before + at, w->job->vector_size);
    }
}

static void give_back(w2v_worker *w, w2v_copies *copies) {
    for (int32_t k = 0; k < copies->n; k++)
        if (copies->given[k])
            merge(w, copies, k);
}

void w2v_return_copies(w2v_worker *w) {
    give_back(w, &w->inputs);
    give_back(w, &w->outputs);
    give_back(w, &w->nodes);
}
