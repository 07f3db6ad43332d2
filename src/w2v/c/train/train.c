/* Skip-gram and CBOW: sentences to centres, centres to tiles, tiles to kernels (Mikolov et al. 2013). */
#include <string.h>

#include "draws.h"
#include "train.h"

double w2v_rate(double alpha, double fall, int64_t done, int64_t all) {
    const double share = (double)done / (double)all;
    return alpha - fall * (share < 1 ? share : 1);
}

static int stays(const w2v_job *job, int32_t word, uint32_t draw) {
    uint32_t threshold = job->keep[word];
    return (draw < threshold) | (threshold == UINT32_MAX);
}

int64_t w2v_downsample(const w2v_job *job, int64_t s, w2v_rng *rng, int32_t *kept) {
    *rng = w2v_stream(job->seed, job->epoch, (uint64_t)s);
    return w2v_thin(job, job->ids + job->offsets[s], job->offsets[s + 1] - job->offsets[s], rng, kept);
}

int64_t w2v_thin(const w2v_job *job, const int32_t *ids, int64_t n, w2v_rng *rng, int32_t *kept) {
    int64_t n_kept = 0;
    if (!job->keep) {
        if (n) /* a corpus without any tokens has no memory for them */
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

/* The contexts of centre i, as many as a tile takes from *at on: their rows go to w->inp. Tags come after the window. Returns how many. */
static int take_contexts(w2v_worker *w, const w2v_centre *c, int64_t i, int64_t *at, int *may_repeat) {
    uint64_t seen = 0, met = 0;
    int n = 0;
    const int most = w->job->tile_inputs;
    for (; *at < c->to && n < most; ++*at)
        if (*at != i) {
            uint64_t bit = w2v_sieve_bit(w->now->kept[*at]);
            met |= seen & bit;
            seen |= bit;
            w->inp[n++] = w->now->rows[*at];
        }
    for (; *at >= c->to && *at - c->to < w->now->n_tags && n < most; ++*at)
        w->inp[n++] = w->now->tags[*at - c->to];
    *may_repeat = met != 0;
    return n;
}

/* Make the n rows in w->inp distinct, counted in w->times. Returns how many are left. */
static int merge_repeats(w2v_worker *w, int n) {
    int distinct = 0;
    for (int j = 0; j < n; j++)
        if (!w2v_count_repeat(w->inp[j], w->inp, w->times, distinct)) {
            w->inp[distinct] = w->inp[j];
            w->times[distinct++] = 1;
        }
    return distinct;
}

/* Outputs one after the other, as word2vec.c and gensim do. */
static void blas_pair(w2v_worker *w, const w2v_tile *t) {
    const w2v_job *job = w->job;
    const int n = (int)job->vector_size, one = 1;
    float *change = w->scratch.mean;
    memset(change, 0, sizeof *change * job->vector_size);
    for (int o = 0; o < t->n_out; o++) {
        const int slot = o / W2V_OUT_BLOCK * W2V_BLOCK_SLOTS + o % W2V_OUT_BLOCK;
        float x = job->sdot(&n, t->inp[0], &one, t->out[o], &one) + (t->offsets ? t->offsets[slot] : 0.0f);
        float times = t->out_times ? t->out_times[o] : 1.0f;
        float g = t->alpha * times * ((t->labels ? t->labels[slot] : o == 0) - w2v_table_sigmoid(t->table, x));
        w->scratch.error[slot] = g;
        if (w->scratch.logits)
            w->scratch.logits[slot] = x;
        job->saxpy(&n, &g, t->out[o], &one, change, &one);
        job->saxpy(&n, &g, t->inp[0], &one, t->out[o], &one);
    }
    const float unit = 1;
    job->saxpy(&n, &unit, change, &one, t->inp[0], &one);
}

static void blas_tile(w2v_worker *w, const w2v_tile *tile) {
    w2v_freezer *freezer = w->scratch.freezer;
    if (freezer)
        w2v_hide_rows(freezer, tile);
    blas_pair(w, tile);
    if (freezer)
        w2v_show_rows(freezer, tile);
}

typedef enum { SKIPGRAM, CBOW, BLAS } kind;

W2V_INLINE void run_kernel(w2v_worker *w, const w2v_tile *tile, const kind k) {
    if (k == CBOW)
        w->kernels->cbow(tile, w->scale, w->error_scale, &w->scratch);
    else if (k == BLAS)
        blas_tile(w, tile);
    else
        w->kernels->skipgram(tile, &w->scratch);
    if (w->scratch.logits)
        w2v_tally_loss(w, tile, k == CBOW ? 1 : tile->n_inp);
}

/* Every objective but plain negative sampling, one after the other: nodes first, as in word2vec.c. */
static void train_special_tile(w2v_worker *w, const w2v_centre *c, w2v_tile *tile, const kind k) {
    const int n_inp = k == CBOW ? 1 : tile->n_inp; /* the mean is one input */
    if (c->nodes.n) {
        w2v_set_nodes(w, c, tile, n_inp);
        run_kernel(w, tile, k);
        tile->labels = NULL;
    }
    if (w->job->log_noise)
        w2v_set_nce_words(w, c, tile, n_inp);
    else if (w->job->out)
        w2v_set_words(tile, &c->words);
    else
        return;
    run_kernel(w, tile, k);
    if (w->job->biases && !w->job->frozen_output)
        w2v_move_biases(w, c, n_inp);
}

/* The tile's inputs meet their outputs. */
W2V_INLINE void train_tile(w2v_worker *w, const w2v_centre *c, w2v_tile *tile, const kind k) {
    if (w->special) {
        train_special_tile(w, c, tile, k);
    } else {
        w2v_set_words(tile, &c->words);
        run_kernel(w, tile, k);
    }
    if (w->scratch.logits)
        w2v_tally_pairs(w, tile, k == CBOW ? 1 : tile->n_inp);
}

static void skipgram_batched(w2v_worker *w, int64_t i, w2v_tile *tile) {
    const w2v_centre *c = &w->now->plans[i & 3];
    int n, may_repeat;
    tile->inp = w->inp;
    for (int64_t at = c->from; (n = take_contexts(w, c, i, &at, &may_repeat)) > 0;) {
        tile->n_inp = may_repeat ? merge_repeats(w, n) : n;
        tile->inp_times = may_repeat && tile->n_inp < n ? w->times : NULL;
        train_tile(w, c, tile, SKIPGRAM);
    }
}

/* Fresh noise for every pair, drawn one pair ahead: the plan holds the first pair's, then the two take turns. */
static void skipgram_pairwise(w2v_worker *w, int64_t i, w2v_tile *tile) {
    const w2v_centre *c = &w->now->plans[i & 3];
    w2v_centre turns[2] = {*c, *c};
    turns[1].bits = w->spare.bits;
    turns[1].words = w->spare.words;
    int turn = 0;
    tile->inp = w->inp;
    tile->n_inp = 1;
    for (int64_t at = c->from; at < c->to; at++) {
        if (at == i)
            continue;
        w->inp[0] = w->now->rows[at];
        const w2v_centre *now = &turns[turn];
        turn = !turn;
        if (at + 1 < c->to)
            draw_pair(w, &turns[turn], i);
        train_tile(w, now, tile, w->job->kernel == W2V_BLAS ? BLAS : SKIPGRAM);
    }
}

/* The contexts are a stretch of w->now->rows, once the first of them stands in the centre's place too. */
static void cbow(w2v_worker *w, int64_t i, w2v_tile *tile) {
    const w2v_centre *c = &w->now->plans[i & 3];
    const w2v_job *job = w->job;
    const int n = (int)(c->to - c->from - 1) + w->now->n_tags;
    if (n == 0)
        return;
    float *own = w->now->rows[i];
    if (job->tags) {
        w2v_join_contexts(w, c, i);
        tile->inp = w->joined;
    } else {
        w->now->rows[i] = w->now->rows[c->from];
        tile->inp = w->now->rows + c->from + 1;
    }
    tile->n_inp = n;
    const float share = 1.0f / (float)n;
    w->scale = job->cbow_mean ? share : 1.0f;
    w->error_scale = job->cbow_mean && !job->cbow_corrected ? 1.0f : share;
    train_tile(w, c, tile, CBOW);
    w->now->rows[i] = own;
}

static void train_sentence(w2v_worker *w) {
    const w2v_job *job = w->job;
    const w2v_sentence *s = w->now;
    const int64_t start = job->offsets[s->number], tokens = job->offsets[s->number + 1] - start;
    void (*train_centre)(w2v_worker *, int64_t, w2v_tile *) = job->positional              ? w2v_train_placed
                                                              : !job->sg                   ? cbow
                                                              : job->kernel == W2V_BATCHED ? skipgram_batched
                                                                                           : skipgram_pairwise;
    w2v_tile tile = {
        .size = job->vector_size,
        .alpha = w2v_sentence_rate(job, s->number),
        .table = job->kernel == W2V_BATCHED ? NULL : w->table,
    };

    w->means.gathered = w->means.spread = 0;
    for (int64_t i = 0; i < s->n_kept; i++) {
        draw_centre(w, i + 2);
        find_rows(w, i + 1);
        w->scratch.logits = job->loss_every && (start + i) % job->loss_every == 0 ? w->logits : NULL;
        if (job->lists) {
            w2v_fetch_list(w, i + job->window + 1);
            w2v_gather_means(w, i);
        }
        train_centre(w, i, &tile);
        if (job->lists)
            w2v_spread_means(w, i - job->window + 1);
    }
    if (job->lists)
        w2v_spread_means(w, s->n_kept);
    w->tally->tokens += tokens;
    w->tally->words += s->n_kept;
}

int64_t w2v_take_sentence(w2v_worker *w) {
    w2v_job *job = w->job;
    if (w->taken == w->taken_end) {
        w2v_share_weights(w);
        if (w2v_is_raised(&job->pause)) /* nothing is held over from chunk to chunk: going on from here comes to the same bits */
            return w->taken = w->taken_end = -1;
        w->taken = w2v_fetch_add(&job->next, job->chunk);
        w->taken_end = w->taken + job->chunk < job->n_sentences ? w->taken + job->chunk : job->n_sentences;
        if (w->taken >= w->taken_end)
            return w->taken = w->taken_end = -1;
    }
    w2v_follow_bases(w, w->taken);
    return w->taken++;
}

/* Sentence after sentence; each is begun before the one in front of it is trained, so that its first rows are there in time. */
static void train_all(w2v_worker *w) {
    int64_t number = w2v_take_sentence(w);
    if (number >= 0)
        begin_sentence(w, number);
    while (number >= 0 && !w2v_is_raised(&w->job->stop)) {
        w2v_sentence *now = w->now, *next = &w->sentences[now == &w->sentences[0]];
        number = w2v_take_sentence(w);
        if (number >= 0) {
            w->now = next;
            begin_sentence(w, number);
            w->now = now;
        }
        train_sentence(w);
        w->now = next;
    }
}

w2v_status w2v_train(const w2v_kernels *kernels, w2v_job *job, w2v_tally *tally) {
    w2v_worker w = {.kernels = kernels, .job = job, .tally = tally};
    w2v_status status = w2v_worker_init(&w);
    if (status != W2V_OK)
        return status;
    w.now = &w.sentences[0];
    w.special = job->nodes || job->log_noise || job->positional;
    if (w2v_is_frozen(job)) {
        w.scratch.freezer = &w.freezer;
        w.kernels = &w2v_frozen_kernels;
    }
    w2v_begin_weights(&w);
    if (job->sg && job->positional)
        w2v_train_structured(&w);
    else
        train_all(&w);
    w2v_share_weights(&w);
    w2v_return_copies(&w);
    w2v_worker_free(&w);
    return w2v_is_raised(&job->stop) ? W2V_STOPPED : W2V_OK;
}
