/* Vectors of new documents, against words and outputs that stay as they are. */
#include "w2v_documents.h"

#include <stdlib.h>
#include <string.h>

#include "train.h"

enum { TEAM = 4 }; /* documents that take turns, group by group: so they share the noise that is in the core's own cache */

/* Products of a group: of the vector, or of inputs in distributed memory. */
enum { BAG = W2V_GROUP + W2V_BAG_NOISE, MEMORY = W2V_GROUP * (1 + W2V_MEMORY_NOISE), MOST_WORDS = BAG > MEMORY ? BAG : MEMORY };

/* One document at work. Rows have `job->stride` floats. */
typedef struct {
    const w2v_kernels *kernels;
    const w2v_job *job;
    int32_t *kept;          /* its words, thinned */
    int64_t n_kept, *reach; /* of each group's windows */
    float *vector, rate;
    const int32_t *ids;
    int64_t n_ids, next;                        /* the word kept that the next group begins with */
    int epoch;                                  /* -1: none has begun */
    float *hidden[W2V_GROUP], scale[W2V_GROUP]; /* of distributed memory: inputs, and what a step of each is multiplied by */
    float **inputs;                             /* of distributed memory: rows of the words kept */
    float **rows;                               /* outputs that a group meets; for each product with them: */
    float *labels, *times, *errors, *partial;
    uint64_t seed;        /* of its draws */
    int32_t *pool;        /* W2V_NOISE_POOL noise words for all documents, or -1 where no group has taken any yet */
    int place;            /* of the next group's part of it */
    float *pool_rows;     /* copies of their outputs: that many rows, wherever they lie, would take far longer to read */
    const int32_t *noise; /* of this group */
    float *noise_rows;
} document;

/* What is known of a document before its turn comes. */
typedef struct {
    int64_t number, n_ids;
    uint64_t seed;
    int start; /* of W2V_NOISE_STARTS places in the pool */
} waiting;

static size_t most_outputs(const w2v_job *job) {
    const size_t words = MOST_WORDS, nodes = (size_t)W2V_GROUP * (size_t)job->longest_path;
    return ((words > nodes ? words : nodes) + 15) / 16 * 16;
}

/* Point the documents of a team into memory from `base` on: each has words of its own, and all share the rest, which serves one group. */
static size_t lay_out(document *team, uintptr_t base) {
    document *d = team;
    const w2v_job *job = d->job;
    const size_t outputs = most_outputs(job), longest = (size_t)job->longest;
    uintptr_t next = base;
    d->pool = w2v_carve(&next, sizeof(int32_t) * W2V_NOISE_POOL);
    d->pool_rows = w2v_carve(&next, sizeof(float) * job->stride * (job->out ? W2V_NOISE_POOL : 0));
    d->rows = w2v_carve(&next, sizeof(float *) * outputs);
    d->labels = w2v_carve(&next, sizeof(float) * outputs);
    d->times = w2v_carve(&next, sizeof(float) * outputs);
    d->errors = w2v_carve(&next, sizeof(float) * outputs);
    d->partial = w2v_carve(&next, sizeof(float) * 8 * (outputs + 1));
    for (int i = 0; i < W2V_GROUP; i++)
        d->hidden[i] = w2v_carve(&next, sizeof(float) * job->stride);
    for (; d < team + TEAM; d++) {
        *d = *team;
        d->kept = w2v_carve(&next, sizeof(int32_t) * longest);
        d->reach = w2v_carve(&next, sizeof(int64_t) * longest);
        d->inputs = w2v_carve(&next, sizeof(float *) * longest);
    }
    return next - base;
}

static float *row_of(float *matrix, const document *d, int32_t row) {
    return matrix + (size_t)row * d->job->stride;
}

/* The inputs of a group of n words from number i on: means, or sums, of the rows around, and of the document's vector, which stands in
 * the place of the word itself. */
static void find_hidden(document *d, int64_t i, int n) {
    const w2v_job *job = d->job;
    int64_t from[W2V_GROUP], to[W2V_GROUP];
    float shares[W2V_GROUP];
    for (int j = 0; j < n; j++) {
        w2v_find_window(job, i + j, d->reach[i / W2V_GROUP], d->n_kept, &from[j], &to[j]);
        const float share = 1.0f / (float)(to[j] - from[j]);
        shares[j] = job->cbow_mean ? share : 1.0f;
        d->scale[j] = job->cbow_mean && !job->cbow_corrected ? 1.0f : share;
    }
    const w2v_windows windows = {d->inputs, i, n, from, to, shares, d->vector};
    d->kernels->inference->windows(&windows, job->vector_size, d->hidden);
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

static void find_errors(document *d, int n) {
    d->kernels->inference->errors(d->partial, d->labels, d->times, n, d->rate, d->errors);
}

/* The vector takes the step that n outputs ask for. */
static void step(document *d, int n) {
    find_errors(d, n);
    d->kernels->inference->combine(d->rows, d->errors, n, d->job->vector_size, d->vector);
}

/* How many noise words a group takes. */
static int noise_of_group(const w2v_job *job) {
    return job->sg ? W2V_BAG_NOISE : W2V_GROUP * W2V_MEMORY_NOISE;
}

/* Word k of the pool is a draw whose cells of the table are a golden section of it apart: any words that follow each other are spread
 * over all of the table, so that they stand for it better than others would. */
static void draw_noise(document *d, int first, int n) {
    const w2v_job *job = d->job;
    w2v_rng rng = w2v_stream(job->seed, ~(uint64_t)0, 0);
    w2v_skip(&rng, (uint64_t)first);
    for (int k = first; k < first + n; k++) {
        const uint32_t low = (uint32_t)w2v_next(&rng);
        d->pool[k] = w2v_noise_word(job->noise, (uint32_t)job->n_words, (rng.state & ~(uint64_t)UINT32_MAX) | low);
        memcpy(d->pool_rows + (size_t)k * job->stride, row_of(job->out, d, d->pool[k]), sizeof(float) * job->stride);
    }
}

/* The noise of a group: the next part of the pool, which goes on from one epoch to the next. Parts that no document has met yet are
 * not drawn yet. */
static void take_noise(document *d) {
    const int n = noise_of_group(d->job), first = d->place * n;
    if (d->pool[first] < 0)
        draw_noise(d, first, n);
    d->noise = d->pool + first;
    d->noise_rows = d->pool_rows + (size_t)first * d->job->stride;
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
        place(d, n + k, d->noise_rows + (size_t)k * d->job->stride, 0, each * (float)count_others(words, n, noise[k]));
    meet(d, d->vector, 0, n + W2V_BAG_NOISE);
    step(d, n + W2V_BAG_NOISE);
}

/* Distributed memory: each input meets its word, and noise of its own. */
static void remember_words(document *d, const int32_t *words, int n) {
    const w2v_job *job = d->job;
    const float each = (float)job->negative / W2V_MEMORY_NOISE;
    const int32_t *noise = d->noise;
    float *row = d->noise_rows;
    for (int j = 0; j < n; j++)
        place(d, j, row_of(job->out, d, words[j]), 1, d->scale[j]);
    d->kernels->inference->own_products(d->hidden, d->rows, n, job->vector_size, d->partial);
    for (int j = 0, o = n; j < n; j++) {
        for (int k = 0; k < W2V_MEMORY_NOISE; k++, noise++, row += job->stride)
            place(d, o++, row, 0, *noise == words[j] ? 0 : d->scale[j] * each);
        meet(d, d->hidden[j], o - W2V_MEMORY_NOISE, o);
    }
    step(d, n + n * W2V_MEMORY_NOISE);
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

static void begin_epoch(document *d, int epochs) {
    const w2v_job *job = d->job;
    w2v_rng rng = w2v_stream(d->seed, (uint64_t)d->epoch, 0);
    d->rate = (float)w2v_rate(job->alpha, job->alpha - job->min_alpha, d->epoch, epochs > 1 ? epochs - 1 : 1);
    d->n_kept = w2v_thin(job, d->ids, d->n_ids, &rng, d->kept);
    d->next = 0;
    for (int64_t i = 0; i < d->n_kept && !job->sg; i++)
        d->inputs[i] = row_of(job->inp, d, d->kept[i]);
    for (int64_t i = 0; i < d->n_kept && !job->sg; i += W2V_GROUP)
        d->reach[i / W2V_GROUP] = w2v_draw_reach(job, &rng);
}

/* Train the next group of a document; returns whether there was one. */
static int go_on(document *d, int epochs) {
    while (d->next >= d->n_kept) {
        if (d->epoch + 1 >= epochs)
            return 0;
        d->epoch++;
        begin_epoch(d, epochs);
    }
    const int64_t left = d->n_kept - d->next;
    if (d->job->out)
        take_noise(d);
    train_group(d, d->next, (int)(left < W2V_GROUP ? left : W2V_GROUP));
    d->next += W2V_GROUP;
    return 1;
}

/* What the draws of a document begin with: other words, other draws, or all documents would err to the same side. */
static uint64_t seed_of(const w2v_job *job, const int32_t *ids, int64_t n) {
    uint64_t seed = job->seed;
    for (int64_t i = 0; i < n; i++)
        seed = w2v_mix(seed + (uint64_t)ids[i] + W2V_GOLDEN);
    return seed;
}

static void begin(document *d, const waiting *w, float *vectors) {
    const w2v_job *job = d->job;
    d->ids = job->ids + job->offsets[w->number];
    d->n_ids = w->n_ids;
    d->vector = vectors + (size_t)w->number * job->stride;
    d->seed = w->seed;
    d->place = w->start * (W2V_NOISE_POOL / noise_of_group(job) / W2V_NOISE_STARTS);
    d->epoch = -1;
    d->next = d->n_kept = 0;
    fetch(d, d->ids, d->n_ids);
}

/* By where their noise begins, then by length: neighbours meet the same noise, and end at about the same time. */
static int compare(const void *one, const void *other) {
    const waiting *a = one, *b = other;
    if (a->start != b->start)
        return a->start < b->start ? -1 : 1;
    return (a->n_ids > b->n_ids) - (a->n_ids < b->n_ids);
}

static void line_up(const w2v_job *job, int64_t n, waiting *line) {
    for (int64_t s = 0; s < n; s++) {
        const int64_t begin = job->offsets[s], n_ids = job->offsets[s + 1] - begin;
        const uint64_t seed = seed_of(job, job->ids + begin, n_ids);
        line[s] = (waiting){s, n_ids, seed, (int)(seed % W2V_NOISE_STARTS)};
    }
    qsort(line, (size_t)n, sizeof *line, compare);
}

w2v_status w2v_infer(const w2v_kernels *kernels, const w2v_job *job, int64_t n, int epochs, float *vectors) {
    document team[TEAM] = {{.kernels = kernels, .job = job}};
    waiting *line = malloc(sizeof *line * (size_t)(n ? n : 1));
    char *memory = calloc(lay_out(team, 0) + 64, 1);
    if (!line || !memory) {
        free(line);
        free(memory);
        return W2V_NO_MEMORY;
    }
    lay_out(team, ((uintptr_t)memory + 63) / 64 * 64);
    memset(team[0].pool, -1, sizeof(int32_t) * W2V_NOISE_POOL);
    line_up(job, n, line);
    for (int64_t s = 0; s < n;) {
        int members = 0, busy = 1;
        for (const int start = line[s].start; members < TEAM && s < n && line[s].start == start; s++)
            begin(&team[members++], &line[s], vectors);
        while (busy) {
            busy = 0;
            for (int k = 0; k < members; k++)
                busy += go_on(&team[k], epochs);
        }
    }
    free(line);
    free(memory);
    return W2V_OK;
}
