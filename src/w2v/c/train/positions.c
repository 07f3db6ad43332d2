/* CBOW in which positions differ: CWindow (Ling et al. 2015) and position-weighted CBOW (Mikolov et al. 2018). */
#include "train.h"

static size_t weights_size(const w2v_job *job) {
    return job->weights ? 2 * (size_t)job->window * job->stride : 0;
}

void w2v_begin_weights(w2v_worker *w) {
    for (size_t e = 0; e < weights_size(w->job); e++)
        w->places.weights[e] = w->places.before[e] = w->job->weights[e];
}

void w2v_share_weights(w2v_worker *w) {
    for (size_t e = 0; e < weights_size(w->job); e++) {
        const float now = w->job->weights[e], before = w->places.before[e], mine = w->places.weights[e];
        w->job->weights[e] = w->places.weights[e] = w->places.before[e] = mine + w->places.kept * (now - before);
    }
}

/* How far into a word's rows, or into the weights, the row for a context at `at` is. */
static size_t place_of(const w2v_job *job, int64_t centre, int64_t at) {
    return (size_t)(at - centre + job->window - (at > centre)) * job->stride;
}

void w2v_find_placed(w2v_worker *w, const w2v_centre *c, int64_t i) {
    for (int o = 0; o < c->words.n; o++)
        for (int64_t at = c->from; at < c->to; at++)
            if (at != i)
                w2v_prefetch_to_write(c->words.rows[o] + place_of(w->job, i, at), w->job->vector_size);
}

/* The contexts of centre i, in order. Returns how many. */
static int take_places(w2v_worker *w, const w2v_centre *c, int64_t i) {
    const w2v_places *places = &w->places;
    int n = 0;
    for (int64_t at = c->from; at < c->to; at++)
        if (at != i) {
            places->inp[n] = w->now->rows[at];
            places->place[n] = place_of(w->job, i, at);
            places->row[n] = places->weights + places->place[n];
            n++;
        }
    return n;
}

void w2v_train_placed(w2v_worker *w, int64_t i, w2v_tile *tile) {
    const w2v_job *job = w->job;
    const w2v_centre *c = &w->now->plans[i & 3];
    const int n = take_places(w, c, i);
    if (n == 0)
        return;
    w2v_set_words(tile, &c->words);
    tile->inp = w->places.inp;
    tile->n_inp = n;
    const w2v_placed placed = {.tile = *tile, .row = w->places.row, .place = w->places.place};
    const float share = 1.0f / (float)n;
    if (job->positional == W2V_OUTPUTS)
        w->kernels->cwindow(&placed, &w->scratch);
    else if (job->cbow_mean)
        w->kernels->weighted(&placed, share, 1.0f, job->weight_rate * share, &w->scratch);
    else
        w->kernels->weighted(&placed, 1.0f, share, job->weight_rate * (float)n, &w->scratch);
    if (w->scratch.logits) {
        w2v_tally_loss(w, tile, 1);
        w2v_tally_pairs(w, tile, 1);
    }
}
