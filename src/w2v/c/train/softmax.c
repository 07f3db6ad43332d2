/* Skip-gram and CBOW with the full softmax: every input meets all words, as three products of matrices for a block of inputs.
 *
 * An input is a context word with all the centres that it is to predict (skip-gram), or the mean of a centre's contexts with that
 * centre (CBOW). In skip-gram the words to predict share one row of logits, since these depend on the input alone: several times
 * less work than a row for each pair, and the same sum of gradients. Inputs that follow one another in the corpus are a block: a
 * minibatch, whose summed gradient is taken at the weights before it.
 *
 *     logits = out inputs'      change of inputs = out' errors      out += errors' inputs
 *
 * Matrices between words and inputs have a row a word and a column an input, so that all sums over words or dimensions are
 * element-wise over vectors of inputs. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "compiler.h"
#include "kernels/kernels.h"
#include "rng.h"
#include "train.h"

enum {
    INPUTS = W2V_SOFTMAX_INPUTS,
    /* Inputs of a block: with 16 the loss is that of 4 or 8 (32 diverge at alpha 0.1), and the products run at the rate of 32. In
     * small vocabularies words meet themselves all the time, so one input for each 16 words. */
    WORDS_FOR_INPUT = 16,
    PANEL = 48, /* rows of `out` and of logits that stay in the first-level cache between two products */
};

typedef struct {
    int32_t own;      /* skip-gram's input word, CBOW's word to predict */
    int64_t from, to; /* others[from] .. others[to - 1]: skip-gram's words to predict, CBOW's input words */
    float alpha;
} column;

typedef struct {
    const w2v_kernels *kernels;
    w2v_job *job;
    w2v_tally *tally;
    int32_t *kept, *reach; /* of a sentence: what downsampling left, and how far each window reaches */
    /* the block */
    int n_columns, most_columns;
    column columns[INPUTS];
    int32_t *others;
    float *inputs;  /* INPUTS x stride */
    float *turned;  /* size x INPUTS: the same, transposed */
    float *change;  /* size x INPUTS: out' errors */
    float *logits;  /* n_words x INPUTS; then e^(logit - largest); then errors */
    float *largest; /* INPUTS */
    float *part;    /* INPUTS: sums over a panel */
    double *sums;   /* INPUTS: sums over all words of e^(logit - largest) */
    float *step;    /* INPUTS: what errors are to be multiplied with */
} worker;

/* ---- from columns to inputs and back ---- */

static int64_t n_others(const column *c) {
    return c->to - c->from;
}

/* Inputs, those transposed, and zeros in the place of inputs that are missing in the last block. */
static void gather_inputs(worker *w) {
    const w2v_job *job = w->job;
    memset(w->inputs, 0, sizeof *w->inputs * INPUTS * job->stride);
    for (int i = 0; i < w->n_columns; i++) {
        const column *c = &w->columns[i];
        float *to = w->inputs + i * job->stride;
        if (job->sg) {
            memcpy(to, job->inp + (size_t)c->own * job->stride, sizeof *to * job->stride);
            continue;
        }
        for (int64_t j = c->from; j < c->to; j++) {
            const float *row = job->inp + (size_t)w->others[j] * job->stride;
            for (size_t e = 0; e < job->stride; e++)
                to[e] += row[e];
        }
        const float share = job->cbow_mean ? 1.0f / (float)n_others(c) : 1.0f;
        for (size_t e = 0; e < job->stride; e++)
            to[e] *= share;
    }
    for (size_t e = 0; e < job->vector_size; e++)
        for (int i = 0; i < INPUTS; i++)
            w->turned[e * INPUTS + i] = w->inputs[i * job->stride + e];
}

static void add_change(const worker *w, int32_t word, int i, float scale) {
    float *row = w->job->inp + (size_t)word * w->job->stride;
    if (w->job->locks)
        scale *= w->job->locks[word];
    for (size_t e = 0; e < w->job->vector_size; e++)
        row[e] += w->change[e * INPUTS + i] * scale;
}

/* CBOW's lengths of steps are those of negative sampling: for each word of a mean the whole error, unless corrected; an n-th part
 * for each word of a sum. */
static void scatter_changes(worker *w) {
    for (int i = 0; i < w->n_columns; i++) {
        const column *c = &w->columns[i];
        if (w->job->sg) {
            add_change(w, c->own, i, w->step[i]);
            continue;
        }
        const float scale = w->job->cbow_mean && !w->job->cbow_corrected ? w->step[i] : w->step[i] / (float)n_others(c);
        for (int64_t j = c->from; j < c->to; j++)
            add_change(w, w->others[j], i, scale);
    }
}

/* ---- the softmax of a block ---- */

static size_t panel_rows(const worker *w, size_t first) {
    const size_t left = (size_t)w->job->n_words - first;
    return left < PANEL ? left : PANEL;
}

/* logits = out inputs', and the largest of each column. */
static void find_logits(worker *w) {
    const w2v_job *job = w->job;
    for (int i = 0; i < INPUTS; i++)
        w->largest[i] = -INFINITY;
    for (size_t first = 0; first < (size_t)job->n_words; first += PANEL) {
        w2v_product logits = {
            .a = job->out + first * job->stride,
            .a_row = job->stride,
            .a_step = 1,
            .b = w->turned,
            .b_row = INPUTS,
            .c = w->logits + first * INPUTS,
            .c_row = INPUTS,
            .rows = panel_rows(w, first),
            .steps = job->vector_size,
            .columns = INPUTS,
        };
        w->kernels->products->multiply(&logits);
        w->kernels->products->largest(logits.c, logits.rows, w->largest);
    }
}

static void find_shares(worker *w) {
    memset(w->sums, 0, sizeof *w->sums * INPUTS);
    for (size_t first = 0; first < (size_t)w->job->n_words; first += PANEL) {
        w->kernels->products->exponentials(w->logits + first * INPUTS, panel_rows(w, first), w->largest, w->part);
        for (int i = 0; i < INPUTS; i++)
            w->sums[i] += w->part[i];
    }
}

/* How many words a column is to predict, and they. */
static const int32_t *targets(const worker *w, const column *c, int64_t *n) {
    *n = w->job->sg ? n_others(c) : 1;
    return w->job->sg ? w->others + c->from : &c->own;
}

/* Sum of -log(e^logit / sum of all) over the pairs; before logits become exponentials all but that sum. */
static void tally_logits(worker *w) {
    for (int i = 0; i < w->n_columns; i++) {
        int64_t n;
        const int32_t *words = targets(w, &w->columns[i], &n);
        double sum = 0;
        for (int64_t j = 0; j < n; j++)
            sum += (double)w->largest[i] - w->logits[(size_t)words[j] * INPUTS + i];
        w->tally->loss += sum;
        w->tally->pairs += n;
    }
}

/* With shares e^(logit - largest) / sum, a column that is to predict n words has the gradient n * share - 1 at each of them:
 * (n / sum) * (e^(logit - largest) - sum / n). The bracket is the error, alpha times what stands before it the step. */
static void find_errors(worker *w) {
    for (int i = 0; i < w->n_columns; i++) {
        const column *c = &w->columns[i];
        int64_t n;
        const int32_t *words = targets(w, c, &n);
        const float label = (float)(w->sums[i] / (double)n);
        for (int64_t j = 0; j < n; j++)
            w->logits[(size_t)words[j] * INPUTS + i] -= label;
        w->step[i] = (float)(-c->alpha * (double)n / w->sums[i]);
        w->tally->loss += (double)n * log(w->sums[i]);
    }
    for (int i = w->n_columns; i < INPUTS; i++)
        w->step[i] = 0;
}

/* change = out' errors with `out` as it was, and out += errors' (steps * inputs), panel by panel. */
static void update(worker *w) {
    const w2v_job *job = w->job;
    for (int i = 0; i < INPUTS; i++)
        for (size_t e = 0; e < job->stride; e++)
            w->inputs[i * job->stride + e] *= w->step[i];
    memset(w->change, 0, sizeof *w->change * INPUTS * job->vector_size);
    for (size_t first = 0; first < (size_t)job->n_words; first += PANEL) {
        float *out = job->out + first * job->stride, *errors = w->logits + first * INPUTS;
        const size_t rows = panel_rows(w, first);
        w2v_product change = {
            .a = out,
            .a_row = 1,
            .a_step = job->stride,
            .b = errors,
            .b_row = INPUTS,
            .c = w->change,
            .c_row = INPUTS,
            .rows = job->vector_size,
            .steps = rows,
            .columns = INPUTS,
            .adds = 1,
        };
        w2v_product added = {
            .a = errors,
            .a_row = INPUTS,
            .a_step = 1,
            .b = w->inputs,
            .b_row = job->stride,
            .c = out,
            .c_row = job->stride,
            .rows = rows,
            .steps = (size_t)w->n_columns,
            .columns = job->stride,
            .adds = 1,
        };
        w->kernels->products->multiply(&change);
        if (!job->frozen_output)
            w->kernels->products->multiply(&added);
    }
}

static void train_block(worker *w) {
    if (!w->n_columns)
        return;
    gather_inputs(w);
    find_logits(w);
    tally_logits(w);
    find_shares(w);
    find_errors(w);
    update(w);
    scatter_changes(w);
    w->n_columns = 0;
}

/* ---- from sentences to columns ---- */

/* Downsample a sentence and draw its windows, from the stream that negative sampling uses too. Returns how many words are left. */
static int64_t draw_sentence(worker *w, int64_t number) {
    const w2v_job *job = w->job;
    w2v_rng rng;
    const int64_t n_kept = w2v_downsample(job, number, &rng, w->kept);
    for (int64_t i = 0; i < n_kept; i++)
        w->reach[i] = (int32_t)w2v_draw_reach(job, &rng);
    return n_kept;
}

/* Whether a place in the sentence is within a centre's window, on the side that counts. */
static int in_window(const worker *w, int64_t centre, int64_t place) {
    const int64_t ahead = place - centre;
    return ahead * w->job->side >= 0 && ahead != 0 && (ahead < 0 ? -ahead : ahead) <= w->reach[centre];
}

/* Word i's column: for skip-gram the centres whose windows reach it, for CBOW the words that its own window reaches. */
static void add_column(worker *w, int64_t i, int64_t n_kept, float alpha) {
    const w2v_job *job = w->job;
    column *c = &w->columns[w->n_columns];
    const int64_t begin = i > job->window ? i - job->window : 0;
    const int64_t end = i + job->window + 1 < n_kept ? i + job->window + 1 : n_kept;
    *c = (column){.own = w->kept[i], .from = w->n_columns ? c[-1].to : 0, .alpha = alpha};
    c->to = c->from;
    for (int64_t j = begin; j < end; j++)
        if (job->sg ? in_window(w, j, i) : in_window(w, i, j))
            w->others[c->to++] = w->kept[j];
    w->n_columns += c->to > c->from;
}

static void train_sentence(worker *w, int64_t number) {
    const w2v_job *job = w->job;
    const int64_t start = job->offsets[number], n_kept = draw_sentence(w, number);
    const float alpha = w2v_sentence_rate(job, number);
    for (int64_t i = 0; i < n_kept && !w2v_is_raised(&job->stop); i++) {
        add_column(w, i, n_kept, alpha);
        if (w->n_columns == w->most_columns)
            train_block(w);
    }
    w->tally->tokens += job->offsets[number + 1] - start;
    w->tally->words += n_kept;
}

static void train_all(worker *w) {
    w2v_job *job = w->job;
    while (w->n_columns || !w2v_is_raised(&job->pause)) { /* no pause within a block, which may go on in the next chunk */
        int64_t number = w2v_fetch_add(&job->next, job->chunk);
        const int64_t end = number + job->chunk < job->n_sentences ? number + job->chunk : job->n_sentences;
        if (number >= end || w2v_is_raised(&job->stop))
            break;
        for (; number < end && !w2v_is_raised(&job->stop); number++)
            train_sentence(w, number);
    }
    train_block(w);
}

/* ---- memory ---- */

/* Point the worker's arrays into memory from `base` (64-byte aligned) on; returns the bytes they take. */
static size_t lay_out(worker *w, uintptr_t base) {
    const w2v_job *job = w->job;
    const size_t longest = (size_t)job->longest, window = (size_t)job->window;
    uintptr_t next = base;
    w->kept = w2v_carve(&next, sizeof(int32_t) * longest);
    w->reach = w2v_carve(&next, sizeof(int32_t) * longest);
    w->others = w2v_carve(&next, sizeof(int32_t) * INPUTS * (window < longest / 2 ? 2 * window : longest));
    w->inputs = w2v_carve(&next, sizeof(float) * INPUTS * job->stride);
    w->turned = w2v_carve(&next, sizeof(float) * INPUTS * job->vector_size);
    w->change = w2v_carve(&next, sizeof(float) * INPUTS * job->vector_size);
    w->logits = w2v_carve(&next, sizeof(float) * INPUTS * (size_t)job->n_words);
    w->largest = w2v_carve(&next, sizeof(float) * INPUTS);
    w->part = w2v_carve(&next, sizeof(float) * INPUTS);
    w->sums = w2v_carve(&next, sizeof(double) * INPUTS);
    w->step = w2v_carve(&next, sizeof(float) * INPUTS);
    return next - base;
}

w2v_status w2v_softmax(const w2v_kernels *kernels, w2v_job *job, w2v_tally *tally) {
    const int32_t inputs = job->n_words / WORDS_FOR_INPUT;
    worker w = {.kernels = kernels, .job = job, .tally = tally};
    w.most_columns = inputs < 1 ? 1 : inputs < INPUTS ? inputs : INPUTS;
    char *memory = malloc(lay_out(&w, 0) + 64);
    if (!memory)
        return W2V_NO_MEMORY;
    lay_out(&w, ((uintptr_t)memory + 63) / 64 * 64);
    train_all(&w);
    free(memory);
    return w2v_is_raised(&job->stop) ? W2V_STOPPED : W2V_OK;
}
