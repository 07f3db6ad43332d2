/* Vectors of new documents, against words and outputs that stay as they are. */
#include "w2v_documents.h"

#include <stdlib.h>

#include "train.h"

/* One document at work. Rows have `job->stride` floats. */
typedef struct {
    const w2v_kernels *kernels;
    const w2v_job *job;
    int32_t *kept; /* its words, thinned */
    int64_t n_kept, *reach;
    float *vector, rate;
    float *hidden[W2V_GROUP],
        scale[W2V_GROUP]; /* of distributed memory: inputs of a group, and what a step of each is multiplied by */
    float **contexts;
    float **rows; /* outputs that a group meets; then, for each: */
    float *labels, *times, *dots;
    float *partial, *factors;
    int32_t noise[W2V_GROUP_NOISE];
    char *memory;
} document;

static size_t most_outputs(const w2v_job *job) {
    const size_t words = W2V_GROUP * (1 + W2V_GROUP_NOISE), nodes = (size_t)W2V_GROUP * (size_t)job->longest_path;
    return ((words > nodes ? words : nodes) + 15) / 16 * 16;
}

static size_t lay_out(document *d, uintptr_t base) {
    const w2v_job *job = d->job;
    const size_t outputs = most_outputs(job), longest = (size_t)job->longest;
    uintptr_t next = base;
    d->kept = w2v_carve(&next, sizeof(int32_t) * longest);
    d->reach = w2v_carve(&next, sizeof(int64_t) * longest);
    d->contexts = w2v_carve(&next, sizeof(float *) * (longest + 1));
    d->rows = w2v_carve(&next, sizeof(float *) * outputs);
    d->labels = w2v_carve(&next, sizeof(float) * outputs);
    d->times = w2v_carve(&next, sizeof(float) * outputs);
    d->dots = w2v_carve(&next, sizeof(float) * outputs);
    d->factors = w2v_carve(&next, sizeof(float) * outputs);
    d->partial = w2v_carve(&next, sizeof(float) * 8 * (outputs + 1));
    for (int i = 0; i < W2V_GROUP; i++)
        d->hidden[i] = w2v_carve(&next, sizeof(float) * job->stride);
    return next - base;
}

static float *row_of(float *matrix, const document *d, int32_t row) {
    return matrix + (size_t)row * d->job->stride;
}

/* The inputs of n words from number i on: means, or sums, of the document's vector and those of the words around. */
static void find_hidden(document *d, int64_t i, int n) {
    const w2v_job *job = d->job;
    for (int j = 0; j < n; j++, i++) {
        const int64_t reach = d->reach[i];
        int64_t from = i > reach ? i - reach : 0, to = i + reach + 1 < d->n_kept ? i + reach + 1 : d->n_kept;
        from = job->side > 0 ? i : from;
        to = job->side < 0 ? i + 1 : to;
        int inputs = 0;
        for (int64_t at = from; at < to; at++)
            if (at != i)
                d->contexts[inputs++] = row_of(job->inp, d, d->kept[at]);
        d->contexts[inputs++] = d->vector;
        const float share = 1.0f / (float)inputs;
        d->kernels->gather(d->contexts, inputs, job->vector_size, job->cbow_mean ? share : 1.0f, d->hidden[j]);
        d->scale[j] = job->cbow_mean && !job->cbow_corrected ? 1.0f : share;
    }
}

/* ---- noise words ---- */

/* How often noise word k stands for noise of the words in the group: for each of them but those that it is. */
static float share_of(const document *d, const int32_t *words, int n, int k) {
    int others = 0;
    for (int j = 0; j < n; j++)
        others += words[j] != d->noise[k];
    return (float)others * ((float)d->job->negative / W2V_GROUP_NOISE);
}

static void draw_noise(document *d, int64_t epoch, int64_t group) {
    const w2v_job *job = d->job;
    w2v_rng rng = w2v_stream(job->seed, (uint64_t)epoch, ~(uint64_t)group);
    for (int k = 0; k < W2V_GROUP_NOISE; k++)
        d->noise[k] = w2v_fresh_noise(job, &rng);
}

static void place_words(document *d, const int32_t *words, int n) {
    for (int j = 0; j < n; j++)
        d->rows[j] = row_of(d->job->out, d, words[j]);
    for (int k = 0; k < W2V_GROUP_NOISE; k++)
        d->rows[n + k] = row_of(d->job->out, d, d->noise[k]);
}

/* Bag of words: the vector meets the words, and noise. */
static void meet_words(document *d, const int32_t *words, int n) {
    const w2v_job *job = d->job;
    const w2v_inference *kernels = d->kernels->inference;
    const int n_out = n + W2V_GROUP_NOISE;
    place_words(d, words, n);
    for (int o = 0; o < n_out; o++) {
        d->labels[o] = o < n;
        d->times[o] = o < n ? 1.0f : share_of(d, words, n, o - n);
    }
    kernels->dots(&d->vector, 1, d->rows, n_out, job->vector_size, d->partial, d->dots);
    kernels->errors(d->dots, d->labels, d->times, n_out, d->rate);
    kernels->combine(d->rows, d->dots, n_out, job->vector_size, d->vector);
}

/* Distributed memory: each input meets its word, and all the noise; an output's factor is the sum over the inputs. */
static void remember_words(document *d, const int32_t *words, int n) {
    const w2v_job *job = d->job;
    const w2v_inference *kernels = d->kernels->inference;
    const float each = (float)job->negative / W2V_GROUP_NOISE;
    float *const right = d->factors;
    place_words(d, words, n);
    for (int j = 0; j < n; j++) {
        kernels->dots(&d->hidden[j], 1, &d->rows[j], 1, job->vector_size, d->partial, d->dots);
        right[j] = d->dots[0];
    }
    kernels->dots(d->hidden, n, d->rows + n, W2V_GROUP_NOISE, job->vector_size, d->partial, d->dots);
    for (int j = 0; j < n; j++) {
        const int s = n * W2V_GROUP_NOISE + j;
        d->dots[s] = right[j];
        d->labels[s] = 1;
        d->times[s] = d->scale[j];
        for (int k = 0; k < W2V_GROUP_NOISE; k++) {
            d->labels[j * W2V_GROUP_NOISE + k] = 0;
            d->times[j * W2V_GROUP_NOISE + k] = words[j] == d->noise[k] ? 0.0f : d->scale[j] * each;
        }
    }
    kernels->errors(d->dots, d->labels, d->times, n * (1 + W2V_GROUP_NOISE), d->rate);
    for (int o = 0; o < n + W2V_GROUP_NOISE; o++)
        d->factors[o] = o < n ? d->dots[n * W2V_GROUP_NOISE + o] : 0.0f;
    for (int s = 0; s < n * W2V_GROUP_NOISE; s++)
        d->factors[n + s % W2V_GROUP_NOISE] += d->dots[s];
    kernels->combine(d->rows, d->factors, n + W2V_GROUP_NOISE, job->vector_size, d->vector);
}

/* ---- the tree ---- */

/* Make the path to a word the outputs from number n on, each of which counts `times`; returns how many there are then. */
static int place_path(document *d, int32_t word, int n, float times) {
    const w2v_job *job = d->job;
    for (int64_t k = job->path_starts[word]; k < job->path_starts[word + 1]; k++, n++) {
        d->rows[n] = row_of(job->nodes, d, job->paths[k] >> 1);
        d->labels[n] = (float)(~job->paths[k] & 1);
        d->times[n] = times;
    }
    return n;
}

static void meet_nodes(document *d, const int32_t *words, int n) {
    const w2v_inference *kernels = d->kernels->inference;
    const size_t size = d->job->vector_size;
    int n_out = 0;
    for (int j = 0; j < n; j++) {
        const int first = n_out;
        n_out = place_path(d, words[j], first, d->job->sg ? 1.0f : d->scale[j]);
        float **input = d->job->sg ? &d->vector : &d->hidden[j];
        kernels->dots(input, 1, d->rows + first, n_out - first, size, d->partial, d->factors);
        memcpy(d->dots + first, d->factors, sizeof *d->dots * (size_t)(n_out - first));
    }
    kernels->errors(d->dots, d->labels, d->times, n_out, d->rate);
    kernels->combine(d->rows, d->dots, n_out, size, d->vector);
}

/* ---- documents ---- */

static void train_group(document *d, int64_t i, int n) {
    const w2v_job *job = d->job;
    if (job->nodes) {
        if (!job->sg)
            find_hidden(d, i, n);
        meet_nodes(d, d->kept + i, n);
    }
    if (!job->out)
        return;
    if (job->sg) {
        meet_words(d, d->kept + i, n);
    } else {
        find_hidden(d, i, n);
        remember_words(d, d->kept + i, n);
    }
}

static void train_epoch(document *d, const int32_t *ids, int64_t n_ids, int64_t epoch) {
    const w2v_job *job = d->job;
    w2v_rng rng = w2v_stream(job->seed, (uint64_t)epoch, 0);
    d->n_kept = w2v_thin(job, ids, n_ids, &rng, d->kept);
    for (int64_t i = 0; i < d->n_kept && !job->sg; i++)
        d->reach[i] = job->shrink_windows ? 1 + w2v_below((uint32_t)(w2v_next(&rng) >> 32), (uint32_t)job->window) : job->window;
    for (int64_t i = 0; i < d->n_kept; i += W2V_GROUP) {
        if (job->out)
            draw_noise(d, epoch, i / W2V_GROUP);
        train_group(d, i, (int)(d->n_kept - i < W2V_GROUP ? d->n_kept - i : W2V_GROUP));
    }
}

static void fetch(const document *d, const int32_t *ids, int64_t n_ids) {
    const w2v_job *job = d->job;
    for (int64_t i = 0; i < n_ids; i++) {
        if (job->out)
            w2v_prefetch_row(row_of(job->out, d, ids[i]), job->vector_size);
        if (!job->sg)
            w2v_prefetch_row(row_of(job->inp, d, ids[i]), job->vector_size);
    }
}

w2v_status w2v_infer(const w2v_kernels *kernels, const w2v_job *job, int64_t n, int epochs, float *vectors) {
    document d = {.kernels = kernels, .job = job};
    d.memory = calloc(lay_out(&d, 0) + 64, 1);
    if (!d.memory)
        return W2V_NO_MEMORY;
    lay_out(&d, ((uintptr_t)d.memory + 63) / 64 * 64);
    for (int64_t s = 0; s < n; s++) {
        const int32_t *ids = job->ids + job->offsets[s];
        const int64_t n_ids = job->offsets[s + 1] - job->offsets[s];
        d.vector = vectors + (size_t)s * job->stride;
        fetch(&d, ids, n_ids);
        for (int epoch = 0; epoch < epochs; epoch++) {
            d.rate = (float)w2v_rate(job->alpha, job->alpha - job->min_alpha, epoch, epochs > 1 ? epochs - 1 : 1);
            train_epoch(&d, ids, n_ids, epoch);
        }
    }
    free(d.memory);
    return W2V_OK;
}
