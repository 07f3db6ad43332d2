/* Vectors of new documents, against words and outputs that stay as they are. */
#include "w2v_documents.h"

#include <stdlib.h>
#include <string.h>

#include "train.h"

enum { MEMORY_OUTPUTS = 1 + W2V_MEMORY_NOISE }; /* of a word in distributed memory */
enum { BAG = W2V_GROUP + W2V_BAG_NOISE, MEMORY = W2V_GROUP * MEMORY_OUTPUTS, MOST_WORDS = BAG > MEMORY ? BAG : MEMORY };

/* One document at work. Rows have `job->stride` floats. */
typedef struct {
    const w2v_kernels *kernels;
    const w2v_job *job;
    int32_t *kept; /* its words, thinned */
    int64_t n_kept, *reach;
    float *vector, rate;
    float *hidden[W2V_GROUP], scale[W2V_GROUP]; /* of distributed memory: inputs, and what a step of each is multiplied by */
    float **inputs;                             /* of distributed memory: rows of the words kept */
    float **rows;                               /* outputs that a group meets; for each of them: */
    float *labels, *times, *errors, *partial;
    uint64_t seed;        /* of its draws */
    int32_t *pool;        /* W2V_NOISE_POOL noise words for all documents, or -1 where no group has taken any yet */
    int place;            /* of the next group's part of it */
    const int32_t *noise; /* of this group */
    char *memory;
} document;

static size_t most_outputs(const w2v_job *job) {
    const size_t words = MOST_WORDS, nodes = (size_t)W2V_GROUP * (size_t)job->longest_path;
    return ((words > nodes ? words : nodes) + 15) / 16 * 16;
}

static size_t lay_out(document *d, uintptr_t base) {
    const w2v_job *job = d->job;
    const size_t outputs = most_outputs(job), longest = (size_t)job->longest;
    uintptr_t next = base;
    d->kept = w2v_carve(&next, sizeof(int32_t) * longest);
    d->reach = w2v_carve(&next, sizeof(int64_t) * longest);
    d->inputs = w2v_carve(&next, sizeof(float *) * longest);
    d->pool = w2v_carve(&next, sizeof(int32_t) * W2V_NOISE_POOL);
    d->rows = w2v_carve(&next, sizeof(float *) * outputs);
    d->labels = w2v_carve(&next, sizeof(float) * outputs);
    d->times = w2v_carve(&next, sizeof(float) * outputs);
    d->errors = w2v_carve(&next, sizeof(float) * outputs);
    d->partial = w2v_carve(&next, sizeof(float) * 8 * (outputs + 1));
    for (int i = 0; i < W2V_GROUP; i++)
        d->hidden[i] = w2v_carve(&next, sizeof(float) * job->stride);
    return next - base;
}

static float *row_of(float *matrix, const document *d, int32_t row) {
    return matrix + (size_t)row * d->job->stride;
}

/* The inputs of n words from number i on: means, or sums, of the rows around, and of the document's vector, which stands in the place
 * of the word itself. */
static void find_hidden(document *d, int64_t i, int n) {
    const w2v_job *job = d->job;
    for (int j = 0; j < n; j++, i++) {
        int64_t from, to;
        w2v_find_window(job, i, d->reach[i], d->n_kept, &from, &to);
        const float share = 1.0f / (float)(to - from);
        float *own = d->inputs[i];
        d->inputs[i] = d->vector;
        d->kernels->gather(d->inputs + from, (int)(to - from), job->vector_size, job->cbow_mean ? share : 1.0f, d->hidden[j]);
        d->inputs[i] = own;
        d->scale[j] = job->cbow_mean && !job->cbow_corrected ? 1.0f : share;
    }
}

/* ---- outputs of a group ---- */

static void place(document *d, int o, float *row, float label, float times) {
    d->rows[o] = row;
    d->labels[o] = label;
    d->times[o] = times;
}

/* The outputs from number `first` on meet an input. */
static void meet(document *d, float *input, int first, int end) {
    d->kernels->inference->products(input, d->rows + first, end - first, d->job->vector_size, d->partial + 8 * first);
}

/* The vector takes the step that n outputs ask for. */
static void step(document *d, int n) {
    d->kernels->inference->errors(d->partial, d->labels, d->times, n, d->rate, d->errors);
    d->kernels->inference->combine(d->rows, d->errors, n, d->job->vector_size, d->vector);
}

/* How many noise words a group takes. */
static int noise_of_group(const w2v_job *job) {
    return job->sg ? W2V_BAG_NOISE : W2V_GROUP * W2V_MEMORY_NOISE;
}

/* Word k of the pool is a draw whose cells of the table are a golden section of it apart: any words that follow each other are spread
 * over all of the table, so that they stand for it better than others would. */
static void draw_noise(const w2v_job *job, int first, int n, int32_t *pool) {
    w2v_rng rng = w2v_stream(job->seed, ~(uint64_t)0, 0);
    w2v_skip(&rng, (uint64_t)first);
    for (int k = first; k < first + n; k++) {
        const uint32_t low = (uint32_t)w2v_next(&rng);
        pool[k] = w2v_noise_word(job->noise, (uint32_t)job->n_words, (rng.state & ~(uint64_t)UINT32_MAX) | low);
    }
}

/* The noise of a group: the next part of the pool, which goes on from one epoch to the next. Parts that no document has met yet are
 * not drawn yet. */
static void take_noise(document *d) {
    const int n = noise_of_group(d->job), first = d->place * n;
    if (d->pool[first] < 0)
        draw_noise(d->job, first, n, d->pool);
    d->noise = d->pool + first;
    d->place = (d->place + 1) % (W2V_NOISE_POOL / n);
}

static int count_others(const int32_t *words, int n, int32_t word) {
    int others = 0;
    for (int j = 0; j < n; j++)
        others += words[j] != word;
    return others;
}

/* Bag of words: the vector meets the words, and noise, each word of which stands for that of all the words but those that it is. */
static void meet_words(document *d, const int32_t *words, int n) {
    const float each = (float)d->job->negative / W2V_BAG_NOISE;
    const int32_t *noise = d->noise;
    for (int j = 0; j < n; j++)
        place(d, j, row_of(d->job->out, d, words[j]), 1, 1);
    for (int k = 0; k < W2V_BAG_NOISE; k++)
        place(d, n + k, row_of(d->job->out, d, noise[k]), 0, each * (float)count_others(words, n, noise[k]));
    meet(d, d->vector, 0, n + W2V_BAG_NOISE);
    step(d, n + W2V_BAG_NOISE);
}

/* Distributed memory: each input meets its word, and noise of its own. */
static void remember_words(document *d, const int32_t *words, int n) {
    const float each = (float)d->job->negative / W2V_MEMORY_NOISE;
    for (int j = 0; j < n; j++) {
        const int first = j * MEMORY_OUTPUTS;
        const int32_t *noise = d->noise + j * W2V_MEMORY_NOISE;
        place(d, first, row_of(d->job->out, d, words[j]), 1, d->scale[j]);
        for (int k = 0; k < W2V_MEMORY_NOISE; k++)
            place(d, first + 1 + k, row_of(d->job->out, d, noise[k]), 0, noise[k] == words[j] ? 0 : d->scale[j] * each);
        meet(d, d->hidden[j], first, first + MEMORY_OUTPUTS);
    }
    step(d, n * MEMORY_OUTPUTS);
}

/* Either: the input of each word meets the path to it in the tree. */
static void meet_nodes(document *d, const int32_t *words, int n) {
    const w2v_job *job = d->job;
    int o = 0;
    for (int j = 0; j < n; j++) {
        const int first = o;
        for (int64_t k = job->path_starts[words[j]]; k < job->path_starts[words[j] + 1]; k++)
            place(d, o++, row_of(job->nodes, d, job->paths[k] >> 1), (float)(~job->paths[k] & 1), job->sg ? 1 : d->scale[j]);
        meet(d, job->sg ? d->vector : d->hidden[j], first, o);
    }
    step(d, o);
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

/* Fetch the rows of n words. */
static void fetch(const document *d, const int32_t *words, int64_t n) {
    const w2v_job *job = d->job;
    for (int64_t j = 0; j < n; j++) {
        if (job->out)
            w2v_prefetch_row(row_of(job->out, d, words[j]), job->vector_size);
        if (!job->sg)
            w2v_prefetch_row(row_of(job->inp, d, words[j]), job->vector_size);
    }
}

static void train_epoch(document *d, const int32_t *ids, int64_t n_ids, int64_t epoch) {
    const w2v_job *job = d->job;
    w2v_rng rng = w2v_stream(d->seed, (uint64_t)epoch, 0);
    d->n_kept = w2v_thin(job, ids, n_ids, &rng, d->kept);
    for (int64_t i = 0; i < d->n_kept && !job->sg; i++) {
        d->inputs[i] = row_of(job->inp, d, d->kept[i]);
        d->reach[i] = w2v_draw_reach(job, &rng);
    }
    for (int64_t i = 0; i < d->n_kept; i += W2V_GROUP) {
        const int64_t left = d->n_kept - i;
        if (job->out)
            take_noise(d);
        train_group(d, i, (int)(left < W2V_GROUP ? left : W2V_GROUP));
    }
}

/* What the draws of a document begin with: other words, other draws, or all documents would err to the same side. */
static uint64_t seed_of(const w2v_job *job, const int32_t *ids, int64_t n) {
    uint64_t seed = job->seed;
    for (int64_t i = 0; i < n; i++)
        seed = w2v_mix(seed + (uint64_t)ids[i] + W2V_GOLDEN);
    return seed;
}

w2v_status w2v_infer(const w2v_kernels *kernels, const w2v_job *job, int64_t n, int epochs, float *vectors) {
    document d = {.kernels = kernels, .job = job};
    d.memory = calloc(lay_out(&d, 0) + 64, 1);
    if (!d.memory)
        return W2V_NO_MEMORY;
    lay_out(&d, ((uintptr_t)d.memory + 63) / 64 * 64);
    memset(d.pool, -1, sizeof(int32_t) * W2V_NOISE_POOL);
    for (int64_t s = 0; s < n; s++) {
        const int32_t *ids = job->ids + job->offsets[s];
        const int64_t n_ids = job->offsets[s + 1] - job->offsets[s];
        d.vector = vectors + (size_t)s * job->stride;
        d.seed = seed_of(job, ids, n_ids);
        d.place = (int)(d.seed % (uint64_t)(W2V_NOISE_POOL / noise_of_group(job)));
        fetch(&d, ids, n_ids);
        for (int epoch = 0; epoch < epochs; epoch++) {
            d.rate = (float)w2v_rate(job->alpha, job->alpha - job->min_alpha, epoch, epochs > 1 ? epochs - 1 : 1);
            train_epoch(&d, ids, n_ids, epoch);
        }
    }
    free(d.memory);
    return W2V_OK;
}
