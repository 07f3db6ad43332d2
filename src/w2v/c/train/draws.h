/* What comes ahead of a centre's training: downsampling, its window and noise words, and fetching the rows they need.
 * A part of train.c by itself: calls across files would cost CBOW one hundredth of its time. */
#ifndef W2V_DRAWS_H
#define W2V_DRAWS_H

#include "train.h"

/* Begin the pool of sentence w->now, or go on with that of the sentence before it. */
static void extend_pool(w2v_worker *w) {
    const w2v_job *job = w->job;
    const w2v_sentence *before = &w->sentences[w->now == &w->sentences[0]];
    int32_t *pool = w->now->pool;
    int64_t n = W2V_POOL - 1;
    if (w2v_begins_block(job, w->now->number)) {
        w->pool = w2v_pool_stream(job, w->now->number);
        n = 0;
    } else {
        memcpy(pool, before->pool + before->n_kept, sizeof *pool * (W2V_POOL - 1));
    }
    for (; n < w->now->n_kept + W2V_POOL - 1; n++)
        pool[n] = w2v_fresh_noise(job, &w->pool);
}

/* Noise of centre i from its pool; and the row of the word that is new there is fetched, long before most of its uses. */
static void draw_from_pool(w2v_worker *w, w2v_centre *c, int64_t i) {
    const w2v_job *job = w->job;
    const int32_t *pool = w->now->pool + i;
    uint64_t bits = 0;
    for (int k = 0; k < job->negative; k++)
        c->noise[k] = pool[w2v_pool_place(k, &bits, &w->now->rng)];
    w2v_fetch_own_row(&w->outputs, job->out, pool[W2V_POOL - 1], job->vector_size, job->out_stride);
}

static void draw_bits(w2v_worker *w, w2v_centre *c) {
    const w2v_job *job = w->job;
    for (int k = 0; k < job->negative; k++) {
        c->bits[k] = w2v_next(&w->now->rng);
        W2V_PREFETCH(job->noise + w2v_noise_cell((uint32_t)job->n_words, c->bits[k]));
    }
}

/* Noise word k of a centre or pair whose right word is `right`: that only if redraws find no other. */
W2V_INLINE int32_t find_noise(const w2v_job *job, const w2v_centre *c, int k, int32_t right, const int32_t *pool, w2v_rng *rng) {
    if (!pool)
        return w2v_other_word(job->noise, (uint32_t)job->n_words, c->bits[k], right, rng);
    int32_t word = c->noise[k];
    for (int tries = W2V_MAX_REDRAWS; word == right && tries; tries--)
        word = pool[w2v_next(rng) % W2V_POOL];
    return word;
}

/* Turn bits to the distinct output rows of a centre or pair whose right word is kept[i], and fetch the rows. */
static void find_outputs(w2v_worker *w, w2v_centre *c, int64_t i) {
    float *const matrix = w->job->out;
    const int32_t *pool = w2v_has_pool(w->job) ? w->now->pool + i : NULL;
    const size_t stride = w->job->out_stride, size = w->job->vector_size;
    const int negative = w->job->negative;
    const int32_t right = w->now->kept[i];
    uint64_t sieve = w2v_first_output(&c->words, w2v_own_row(w, &w->outputs, matrix, right, stride), right);
    for (int k = 0; k < negative; k++) {
        const int32_t word = find_noise(w->job, c, k, right, pool, &w->now->rng);
        if (word == right)
            continue;
        float *noise = w2v_own_row(w, &w->outputs, matrix, word, stride);
        if (w2v_add_output(&c->words, noise, word, &sieve))
            w2v_prefetch_to_write(noise, size);
    }
}

/* Fresh noise for another pair of centre i, and its rows. */
static void draw_pair(w2v_worker *w, w2v_centre *c, int64_t i) {
    draw_bits(w, c);
    if (w->job->log_noise)
        w2v_find_nce_words(w, c, w->now->kept[i]);
    else if (w->job->out)
        find_outputs(w, c, i);
}

/* The rows of objectives other than plain negative sampling. */
static void find_special_rows(w2v_worker *w, w2v_centre *c, int64_t i) {
    if (w->job->log_noise)
        w2v_find_nce_words(w, c, w->now->kept[i]);
    else if (w->job->out)
        find_outputs(w, c, i);
    if (w->job->out)
        w2v_prefetch_to_write(c->words.rows[0], w->job->vector_size);
    if (w->job->positional == W2V_OUTPUTS)
        w2v_find_placed(w, c, i);
    if (w->job->nodes)
        w2v_find_nodes(w, c);
}

/* Draw centre i's window and the bits of its noise. */
static void draw_window(w2v_worker *w, int64_t i) {
    const w2v_job *job = w->job;
    if (i >= w->now->n_kept)
        return;
    w2v_centre *c = &w->now->plans[i & 3];
    const int64_t reach = job->tags_only ? 0 : w2v_draw_reach(job, &w->now->rng);
    w2v_find_window(job, i, reach, w->now->n_kept, &c->from, &c->to);
    if (w2v_has_pool(job))
        draw_from_pool(w, c, i);
    else
        draw_bits(w, c);
}

/* Two centres ahead: all that is to be drawn. Past the last centre: nothing. */
W2V_INLINE void draw_centre(w2v_worker *w, int64_t i) {
    draw_window(w, i);
    if (w->job->nodes)
        w2v_find_path(w, i);
}

/* One centre ahead: find and fetch the rows that the centre before it does not use. Past the last centre: nothing. */
static void find_rows(w2v_worker *w, int64_t i) {
    const w2v_job *job = w->job;
    if (i >= w->now->n_kept)
        return;
    w2v_centre *c = &w->now->plans[i & 3];
    if (!job->lists && i + job->window < w->now->n_kept && !job->tags_only)
        w2v_prefetch_to_write(w->now->rows[i + job->window], w->job->vector_size);
    if (w->special) {
        find_special_rows(w, c, i);
        return;
    }
    find_outputs(w, c, i);
    w2v_prefetch_to_write(c->words.rows[0], w->job->vector_size);
}

/* Draw sentence `number` into w->now, and fetch what its first centre needs. */
static void begin_sentence(w2v_worker *w, int64_t number) {
    const w2v_job *job = w->job;
    w2v_sentence *s = w->now;
    s->number = number;
    s->n_kept = w2v_downsample(job, number, &s->rng, s->kept);
    if (w2v_has_pool(job))
        extend_pool(w);
    draw_centre(w, 0);
    draw_centre(w, 1);
    if (job->lists)
        w2v_place_means(w, s);
    w2v_find_tags(w, s);
    for (int64_t i = 0; i < s->n_kept && !job->lists && !job->tags_only; i++) {
        s->rows[i] = w2v_own_row(w, &w->inputs, job->inp, s->kept[i], job->stride);
        if (i < job->window)
            w2v_prefetch_to_write(s->rows[i], w->job->vector_size);
    }
    find_rows(w, 0);
}

#endif
