/* Skip-gram and CBOW with negative sampling: sentences to draws, draws to rows, rows to kernels (Mikolov et al. 2013). */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "compiler.h"
#include "kernels.h"
#include "rng.h"

enum { MAX_REDRAWS = 16 }; /* tries for a noise word that is not the centre: a vocabulary of one word cannot hang */

/* The draws of one centre, made while the centres before it are trained, so that all they point to is on its way from memory:
 * two centres ahead the random bits, which say what cells of the noise table to fetch; one centre ahead the rows. */
typedef struct {
    int64_t from, to; /* the window is kept[from] .. kept[to - 1] */
    uint64_t *bits;   /* one draw for each noise word */
    int n_out, repeats;
    float **out; /* the right word's row, then the noise words', each once */
    float *times;
} centre;

typedef struct {
    int64_t number;
    w2v_rng rng;
    int32_t *kept; /* what downsampling left */
    float **rows;  /* its words' input rows */
    int64_t n_kept;
    centre plans[4]; /* of centre i: plans[i & 3] */
} sentence;

typedef struct {
    const w2v_kernels *kernels;
    w2v_job *job;
    w2v_tally *tally;
    int64_t taken, taken_end; /* sentences that are ours, but not begun */
    sentence sentences[2], *now; /* the sentence being trained, and the next one, whose first rows are on their way */
    centre spare;
    float **inp, *times; /* of one tile */
    float *table, *labels, *logits;
    w2v_scratch scratch;
    w2v_freezer freezer;
} worker;

static float *row(float *matrix, const w2v_job *job, int32_t word) {
    return matrix + (size_t)word * job->stride;
}

/* Inlined always: gcc takes a function that only fetches for one without effect, and drops calls to it. */
W2V_INLINE void prefetch_row(const float *row, const w2v_job *job) {
    for (size_t e = 0; e < job->vector_size; e += W2V_LANES)
        W2V_PREFETCH(row + e);
}

/* ---- draws ---- */

static int stays(const w2v_job *job, int32_t word, uint32_t draw) {
    uint32_t threshold = job->keep[word];
    return (draw < threshold) | (threshold == UINT32_MAX);
}

static int64_t downsample(const w2v_job *job, int64_t s, w2v_rng *rng, int32_t *kept) {
    const int32_t *ids = job->ids + job->offsets[s];
    int64_t n = job->offsets[s + 1] - job->offsets[s], n_kept = 0;
    if (!job->keep) {
        memcpy(kept, ids, sizeof *ids * (size_t)n);
        return n;
    }
    for (int64_t i = 0; i + 1 < n; i += 2) { /* one 64-bit draw serves two tokens */
        uint64_t bits = w2v_next(rng);
        kept[n_kept] = ids[i];
        n_kept += stays(job, ids[i], (uint32_t)bits);
        kept[n_kept] = ids[i + 1];
        n_kept += stays(job, ids[i + 1], (uint32_t)(bits >> 32));
    }
    if (n & 1) {
        kept[n_kept] = ids[n - 1];
        n_kept += stays(job, ids[n - 1], (uint32_t)w2v_next(rng));
    }
    return n_kept;
}

int64_t w2v_downsample(const w2v_job *job, int64_t s, int32_t *kept) {
    w2v_rng rng = w2v_stream(job->seed, job->epoch, (uint64_t)s);
    return downsample(job, s, &rng, kept);
}

/* A word's place in a 64-bit sieve: words that meet there may be the same, others are not. */
static uint64_t sieve_bit(int32_t word) {
    return 1ull << (word & 63);
}

/* Count a row where it is among the first n of `rows`; returns whether it is. */
static int count_repeat(const float *row, float *const *rows, float *times, int n) {
    for (int j = 0; j < n; j++)
        if (rows[j] == row) {
            times[j] += 1;
            return 1;
        }
    return 0;
}

static void draw_bits(worker *w, centre *c) {
    const w2v_job *job = w->job;
    for (int k = 0; k < job->negative; k++) {
        c->bits[k] = w2v_next(&w->now->rng);
        W2V_PREFETCH(job->noise + w2v_noise_cell((uint32_t)job->n_words, c->bits[k]));
    }
}

/* Turn bits to the distinct output rows of a centre or pair whose right word is kept[i], and fetch the rows. */
static void find_outputs(worker *w, centre *c, int64_t i) {
    const w2v_alias *table = w->job->noise;
    float *const matrix = w->job->out, **const out = c->out, *const times = c->times;
    const uint64_t *bits = c->bits;
    const uint32_t n_words = (uint32_t)w->job->n_words;
    const size_t stride = w->job->stride;
    const int negative = w->job->negative;
    const int32_t right = w->now->kept[i];
    uint64_t seen = 0;
    int n = 1;
    c->repeats = 0;
    out[0] = matrix + (size_t)right * stride;
    times[0] = 1;
    for (int k = 0; k < negative; k++) {
        int32_t word = w2v_noise_word(table, n_words, bits[k]);
        for (int tries = MAX_REDRAWS; word == right && tries; tries--)
            word = w2v_noise_word(table, n_words, w2v_next(&w->now->rng));
        float *noise = matrix + (size_t)word * stride;
        const uint64_t bit = sieve_bit(word);
        if (word == right)
            continue;
        if ((seen & bit) && count_repeat(noise, out, times, n)) {
            c->repeats = 1;
            continue;
        }
        seen |= bit;
        out[n] = noise;
        times[n++] = 1;
        prefetch_row(noise, w->job);
    }
    c->n_out = n;
}

/* Two centres ahead: draw centre i's window and the bits of its noise. */
static void draw_centre(worker *w, int64_t i) {
    const w2v_job *job = w->job;
    if (i >= w->now->n_kept)
        return;
    centre *c = &w->now->plans[i & 3];
    int64_t reach = job->window;
    if (job->shrink_windows)
        reach = 1 + w2v_below((uint32_t)(w2v_next(&w->now->rng) >> 32), (uint32_t)job->window);
    c->from = i > reach ? i - reach : 0;
    c->to = i + reach + 1 < w->now->n_kept ? i + reach + 1 : w->now->n_kept;
    draw_bits(w, c);
}

/* One centre ahead: find and fetch the rows that the centre before it does not use. */
static void find_rows(worker *w, int64_t i) {
    const w2v_job *job = w->job;
    if (i >= w->now->n_kept)
        return;
    centre *c = &w->now->plans[i & 3];
    if (i + job->window < w->now->n_kept)
        prefetch_row(w->now->rows[i + job->window], w->job);
    find_outputs(w, c, i);
    prefetch_row(c->out[0], w->job);
}

/* ---- rows ---- */

static void set_outputs(w2v_tile *tile, const centre *c) {
    tile->out = c->out;
    tile->n_out = c->n_out;
    tile->out_times = c->repeats ? c->times : NULL;
}

/* The contexts of centre i, at most W2V_MAX_INP from *at on: their rows go to w->inp. Returns how many. */
static int take_contexts(worker *w, const centre *c, int64_t i, int64_t *at, int *may_repeat) {
    uint64_t seen = 0, met = 0;
    int n = 0;
    for (; *at < c->to && n < W2V_MAX_INP; ++*at)
        if (*at != i) {
            uint64_t bit = sieve_bit(w->now->kept[*at]);
            met |= seen & bit;
            seen |= bit;
            w->inp[n++] = w->now->rows[*at];
        }
    *may_repeat = met != 0;
    return n;
}

/* Make the n rows in w->inp distinct, counted in w->times. Returns how many are left. */
static int merge_repeats(worker *w, int n) {
    int distinct = 0;
    for (int j = 0; j < n; j++)
        if (!count_repeat(w->inp[j], w->inp, w->times, distinct)) {
            w->inp[distinct] = w->inp[j];
            w->times[distinct++] = 1;
        }
    return distinct;
}

/* ---- the loss of a sample of centres, in float64 ---- */

static double minus_log_sigmoid(double x) {
    return x > 0 ? log1p(exp(-x)) : log1p(exp(x)) - x;
}

static void tally_loss(worker *w, const w2v_tile *tile) {
    const float *logits = w->scratch.logits;
    double sum = 0;
    for (int first = 0; first < tile->n_out; first += W2V_OUT_BLOCK, logits += W2V_BLOCK_SLOTS) {
        int n = tile->n_out - first < W2V_OUT_BLOCK ? tile->n_out - first : W2V_OUT_BLOCK;
        for (int s = 0; s < n * tile->n_inp; s++) {
            double times = (tile->inp_times ? tile->inp_times[s / n] : 1) * (tile->out_times ? tile->out_times[first + s % n] : 1);
            sum += times * minus_log_sigmoid(first + s % n == 0 ? logits[s] : -logits[s]);
        }
    }
    for (int i = 0; i < tile->n_inp; i++)
        w->tally->pairs += tile->inp_times ? (int64_t)tile->inp_times[i] : 1;
    w->tally->loss += sum;
}

/* ---- one centre ---- */

/* Outputs one after the other, as word2vec.c and gensim do. */
static void blas_pair(worker *w, const w2v_tile *t) {
    const w2v_job *job = w->job;
    const int n = (int)job->vector_size, one = 1;
    float *change = w->scratch.mean;
    memset(change, 0, sizeof *change * job->vector_size);
    for (int o = 0; o < t->n_out; o++) {
        float x = job->sdot(&n, t->inp[0], &one, t->out[o], &one);
        float times = t->out_times ? t->out_times[o] : 1.0f;
        float g = t->alpha * times * ((o == 0) - w2v_table_sigmoid(t->table, x));
        if (w->scratch.logits)
            w->scratch.logits[o / W2V_OUT_BLOCK * W2V_BLOCK_SLOTS + o % W2V_OUT_BLOCK] = x;
        job->saxpy(&n, &g, t->out[o], &one, change, &one);
        job->saxpy(&n, &g, t->inp[0], &one, t->out[o], &one);
    }
    const float unit = 1;
    job->saxpy(&n, &unit, change, &one, t->inp[0], &one);
}

static void skipgram_batched(worker *w, int64_t i, w2v_tile *tile) {
    const centre *c = &w->now->plans[i & 3];
    int n, may_repeat;
    set_outputs(tile, c);
    tile->inp = w->inp;
    for (int64_t at = c->from; (n = take_contexts(w, c, i, &at, &may_repeat)) > 0;) {
        tile->n_inp = may_repeat ? merge_repeats(w, n) : n;
        tile->inp_times = may_repeat && tile->n_inp < n ? w->times : NULL;
        w->kernels->skipgram(tile, &w->scratch);
        if (w->scratch.logits)
            tally_loss(w, tile);
    }
}

/* Fresh noise for every pair, drawn one pair ahead: the plan holds the first pair's, then the two take turns. */
static void skipgram_pairwise(worker *w, int64_t i, w2v_tile *tile) {
    const centre *c = &w->now->plans[i & 3];
    centre turns[2] = {*c, w->spare};
    int turn = 0;
    tile->inp = w->inp;
    tile->n_inp = 1;
    for (int64_t at = c->from; at < c->to; at++) {
        if (at == i)
            continue;
        w->inp[0] = w->now->rows[at];
        set_outputs(tile, &turns[turn]);
        turn = !turn;
        if (at + 1 < c->to) {
            draw_bits(w, &turns[turn]);
            find_outputs(w, &turns[turn], i);
        }
        if (w->job->kernel == W2V_BLAS) {
            if (w->scratch.freezer)
                w2v_hide_rows(w->scratch.freezer, tile);
            blas_pair(w, tile);
            if (w->scratch.freezer)
                w2v_show_rows(w->scratch.freezer, tile);
        } else {
            w->kernels->skipgram(tile, &w->scratch);
        }
        if (w->scratch.logits)
            tally_loss(w, tile);
    }
}

/* The contexts are a stretch of w->now->rows, once the first of them stands in the centre's place too. */
static void cbow(worker *w, int64_t i, w2v_tile *tile) {
    const centre *c = &w->now->plans[i & 3];
    const int n = (int)(c->to - c->from - 1);
    if (n == 0)
        return;
    float *own = w->now->rows[i];
    w->now->rows[i] = w->now->rows[c->from];
    set_outputs(tile, c);
    tile->inp = w->now->rows + c->from + 1;
    tile->n_inp = n;
    float share = 1.0f / (float)n;
    w->kernels->cbow(tile, w->job->cbow_mean ? share : 1.0f, w->job->cbow_mean ? 1.0f : share, &w->scratch);
    w->now->rows[i] = own;
    tile->n_inp = 1; /* to the loss, the mean is one input */
    if (w->scratch.logits)
        tally_loss(w, tile);
}

/* ---- one sentence, one thread ---- */

/* Draw sentence `number` into w->now, and fetch what its first centre needs. */
static void begin_sentence(worker *w, int64_t number) {
    const w2v_job *job = w->job;
    sentence *s = w->now;
    s->number = number;
    s->rng = w2v_stream(job->seed, job->epoch, (uint64_t)number);
    s->n_kept = downsample(job, number, &s->rng, s->kept);
    draw_centre(w, 0);
    draw_centre(w, 1);
    for (int64_t i = 0; i < s->n_kept; i++) {
        s->rows[i] = row(job->inp, job, s->kept[i]);
        if (i < job->window)
            prefetch_row(s->rows[i], w->job);
    }
    find_rows(w, 0);
}

static void train_sentence(worker *w) {
    const w2v_job *job = w->job;
    const sentence *s = w->now;
    const int64_t start = job->offsets[s->number], tokens = job->offsets[s->number + 1] - start;
    void (*train_centre)(worker *, int64_t, w2v_tile *) =
        !job->sg ? cbow : job->kernel == W2V_BATCHED ? skipgram_batched : skipgram_pairwise;
    double done = (double)(job->words_before + start) / (double)job->words;
    double alpha = job->alpha - (job->alpha - job->min_alpha) * (done < 1 ? done : 1);
    w2v_tile tile = {.size = job->vector_size, .alpha = (float)alpha, .table = job->kernel == W2V_BATCHED ? NULL : w->table};

    for (int64_t i = 0; i < s->n_kept; i++) {
        draw_centre(w, i + 2);
        find_rows(w, i + 1);
        w->scratch.logits = job->loss_every && (start + i) % job->loss_every == 0 ? w->logits : NULL;
        train_centre(w, i, &tile);
    }
    w->tally->tokens += tokens;
    w->tally->words += s->n_kept;
}

/* The number of another sentence to train; -1 if there are none left. */
static int64_t take_sentence(worker *w) {
    w2v_job *job = w->job;
    if (w->taken == w->taken_end) {
        w->taken = w2v_fetch_add(&job->next, job->chunk);
        w->taken_end = w->taken + job->chunk < job->n_sentences ? w->taken + job->chunk : job->n_sentences;
        if (w->taken >= w->taken_end)
            return w->taken = w->taken_end = -1;
    }
    return w->taken++;
}

/* Sentence after sentence; each is begun before the one in front of it is trained, so that its first rows are there in time. */
static void train_all(worker *w) {
    int64_t number = take_sentence(w);
    if (number >= 0)
        begin_sentence(w, number);
    while (number >= 0 && !w->job->stop) {
        sentence *now = w->now, *next = &w->sentences[now == &w->sentences[0]];
        number = take_sentence(w);
        if (number >= 0) {
            w->now = next;
            begin_sentence(w, number);
            w->now = now;
        }
        train_sentence(w);
        w->now = next;
    }
}

/* Sigmoids at the middle of word2vec.c's steps. By recurrence in float64, not by libm, so that every machine has the same. */
static void fill_table(float *table) {
    const double step = 1.0120722888660778; /* e^(12 / 1000) */
    double e = 0.002493669396634629;       /* e^(-6 + 6 / 1000) */
    for (int i = 0; i < W2V_SIGMOID_STEPS; i++, e *= step)
        table[i] = (float)(e / (1 + e));
}

static void fill_labels(float *labels) {
    for (int n = 1; n <= W2V_OUT_BLOCK; n++, labels += W2V_BLOCK_SLOTS)
        for (int s = 0; s < W2V_BLOCK_SLOTS; s += n)
            labels[s] = 1;
}

/* The next array of one big allocation, on a cache line of its own. */
static void *carve(uintptr_t *next, size_t bytes) {
    uintptr_t here = *next;
    *next += (bytes + 63) / 64 * 64;
    return (void *)here;
}

static void lay_out_centre(centre *c, uintptr_t *next, size_t outs) {
    c->bits = carve(next, sizeof(uint64_t) * outs);
    c->out = carve(next, sizeof(float *) * outs);
    c->times = carve(next, sizeof(float) * outs);
}

static int is_frozen(const w2v_job *job) {
    return job->locks || job->frozen_output;
}

static void lay_out_freezer(worker *w, uintptr_t *next, size_t outs) {
    const w2v_job *job = w->job;
    size_t inputs = W2V_MAX_INP;
    if (!job->sg) /* CBOW has all contexts in one tile */
        inputs = (size_t)(2 * (int64_t)job->window < job->longest ? 2 * (int64_t)job->window : job->longest);
    size_t bytes = sizeof(float) * job->stride * (inputs + outs);
    w->freezer = (w2v_freezer){.job = job, .kernels = w->kernels};
    w->freezer.inp = carve(next, sizeof(float *) * inputs);
    w->freezer.out = carve(next, sizeof(float *) * outs);
    w->freezer.rows = carve(next, sizeof(float *) * (inputs + outs));
    w->freezer.factors = carve(next, sizeof(float) * (inputs + outs));
    w->freezer.copies = carve(next, bytes);
    w->freezer.before = carve(next, bytes);
}

/* Point the worker's arrays into memory from `base` (64-byte aligned) on; returns the bytes they take. */
static size_t lay_out(worker *w, uintptr_t base) {
    const w2v_job *job = w->job;
    uintptr_t next = base;
    size_t outs = (size_t)job->negative + 1;
    size_t blocks = (outs + W2V_OUT_BLOCK - 1) / W2V_OUT_BLOCK;
    w->scratch.partial = carve(&next, sizeof(float) * 8 * (W2V_BLOCK_SLOTS + 1));
    w->scratch.error = carve(&next, sizeof(float) * blocks * W2V_BLOCK_SLOTS);
    w->logits = carve(&next, sizeof(float) * blocks * W2V_BLOCK_SLOTS);
    w->scratch.old = carve(&next, sizeof(float) * W2V_MAX_INP * W2V_LANES);
    w->scratch.mean = carve(&next, sizeof(float) * job->stride);
    w->scratch.labels = w->labels = carve(&next, sizeof(float) * (W2V_OUT_BLOCK + 1) * W2V_BLOCK_SLOTS);
    w->table = carve(&next, sizeof(float) * W2V_SIGMOID_STEPS);
    for (int i = 0; i < 2; i++) {
        w->sentences[i].kept = carve(&next, sizeof(int32_t) * (size_t)job->longest);
        w->sentences[i].rows = carve(&next, sizeof(float *) * (size_t)job->longest);
        for (int j = 0; j < 4; j++)
            lay_out_centre(&w->sentences[i].plans[j], &next, outs);
    }
    lay_out_centre(&w->spare, &next, outs);
    w->inp = carve(&next, sizeof(float *) * W2V_MAX_INP);
    w->times = carve(&next, sizeof(float) * W2V_MAX_INP);
    if (is_frozen(job))
        lay_out_freezer(w, &next, outs);
    return next - base;
}

w2v_status w2v_train(const w2v_kernels *kernels, w2v_job *job, w2v_tally *tally) {
    worker w = {.kernels = kernels, .job = job, .tally = tally};
    size_t bytes = lay_out(&w, 0);
    char *memory = calloc(bytes + 64, 1);
    if (!memory)
        return W2V_NO_MEMORY;
    lay_out(&w, ((uintptr_t)memory + 63) / 64 * 64);
    fill_table(w.table);
    fill_labels(w.labels);
    w.now = &w.sentences[0];
    if (is_frozen(job)) {
        w.scratch.freezer = &w.freezer;
        w.kernels = &w2v_frozen_kernels;
    }
    train_all(&w);
    free(memory);
    return job->stop ? W2V_STOPPED : W2V_OK;
}
