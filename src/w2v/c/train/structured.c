/* Structured skip-gram: each relative position has an output matrix of its own (Ling et al. 2015). */
#include "train.h"

/* Plain skip-gram shares noise words among the contexts of a centre. Here the outputs of two contexts have no row in common, so
 * instead the pairs of one position share noise, those of some neighbouring centres: that is a tile. Sentences are joined, for most are
 * too short to fill a tile for each position; no pair has words of two. Joined ones are cut to stretches of centres, a stretch to
 * positions, those to tiles.
 *
 * Tiles are made two ahead of the one being trained, across the ends of sentences, and each step fetches what the next one reads:
 * first the cells of the noise table and the rows of right words, then the rows of the noise. */
enum { STRETCH = 256 };

typedef struct {
    w2v_placed placed; /* n_inp 0: there is none */
    float *inp[W2V_MAX_PAIRS], *right[W2V_MAX_PAIRS];
    float **repeats[2 * W2V_MAX_PAIRS], *originals[2 * W2V_MAX_PAIRS];
    uint64_t words; /* sieve of the right words */
    int position, tallied;
    w2v_centre *draws; /* room for the noise */
} plan;

typedef struct {
    w2v_worker *all;
    w2v_sentence *joined;
    int64_t start;    /* of the first of them, in the corpus */
    int64_t last;     /* where the one at hand begins among the kept */
    int64_t from, to; /* the stretch at hand */
    int position;     /* 0 .. 2 * window - 1 */
    int n_centres;    /* that have a context there */
    int tile, n_tiles;
    int64_t before[STRETCH], after[STRETCH]; /* how many contexts a centre of the stretch has */
    int64_t centres[STRETCH];
    w2v_rng pool;            /* the stream of the block at hand */
    int32_t words[W2V_POOL]; /* the pool of tile t: word p is words[(t + p) % W2V_POOL] */
    uint32_t t;
    float alpha;
    plan plans[3];
} maker;

static int64_t offset_of(const w2v_job *job, int position) {
    return position < job->window ? position - job->window : position - job->window + 1;
}

/* ---- what comes next ---- */

/* Whether the sentence to come is joined to those before it. That may depend on the corpus alone, not on who trains what. */
static int joins(const maker *m) {
    const w2v_job *job = m->all->job;
    const int64_t number = m->all->taken;
    return number < m->all->taken_end && number % W2V_JOINED != 0 && job->offsets[number + 1] - m->start <= W2V_JOINED_TOKENS &&
           (!job->sentence_weights || job->sentence_weights[number] == job->sentence_weights[number - 1]);
}

static void begin_pool(maker *m, int64_t number) {
    m->pool = w2v_pool_stream(m->all->job, number);
    m->t = 0;
    for (int p = 0; p < W2V_POOL; p++)
        m->words[p] = w2v_fresh_noise(m->all->job, &m->pool);
}

/* Each sentence is downsampled by its own stream; all other draws, and the learning rate, are those of the first that it is joined to.
 * Returns 0 if there are no more. */
static int begin_sentence(maker *m, int joined) {
    const w2v_job *job = m->all->job;
    w2v_sentence *s = m->joined;
    const int64_t number = w2v_is_raised(&job->stop) ? -1 : w2v_take_sentence(m->all);
    if (number < 0)
        return 0;
    w2v_rng own;
    m->last = joined ? s->n_kept : 0;
    const int64_t n_kept = w2v_downsample(job, number, &own, s->kept + m->last);
    s->n_kept = m->last + n_kept;
    if (w2v_has_pool(job) && w2v_begins_block(job, number))
        begin_pool(m, number);
    if (!joined) {
        s->rng = own;
        m->start = job->offsets[number];
        m->alpha = w2v_sentence_rate(job, number);
        m->from = m->to = 0;
    }
    m->all->tally->tokens += job->offsets[number + 1] - job->offsets[number];
    m->all->tally->words += n_kept;
    return 1;
}

static void add_centre(maker *m) {
    const w2v_job *job = m->all->job;
    const int64_t i = m->to++, before = i - m->last, after = m->joined->n_kept - 1 - i;
    const int64_t reach = w2v_draw_reach(job, &m->joined->rng);
    m->before[i - m->from] = reach < before ? reach : before;
    m->after[i - m->from] = reach < after ? reach : after;
    w2v_prefetch_to_write(w2v_row(job->inp, job, m->joined->kept[i]), job->vector_size);
}

/* Returns 0 if there are no more. */
static int begin_stretch(maker *m) {
    m->from = m->to;
    while (m->to - m->from < STRETCH) {
        if (m->to < m->joined->n_kept) {
            add_centre(m);
            continue;
        }
        const int joined = joins(m);
        if (!joined && m->to > m->from)
            break;
        if (!begin_sentence(m, joined))
            return 0;
    }
    return 1;
}

static void begin_position(maker *m) {
    const int64_t offset = offset_of(m->all->job, m->position), distance = offset < 0 ? -offset : offset;
    const int64_t *reach = offset < 0 ? m->before : m->after;
    m->n_centres = m->tile = 0;
    for (int64_t i = m->from; i < m->to; i++) {
        m->centres[m->n_centres] = i;
        m->n_centres += reach[i - m->from] >= distance;
    }
    const int most = m->all->job->tile_inputs < W2V_MAX_PAIRS ? m->all->job->tile_inputs : W2V_MAX_PAIRS;
    m->n_tiles = (m->n_centres + most - 1) / most;
}

/* Go on to the next tile; returns 0 if there is none. */
static int advance(maker *m) {
    while (m->tile == m->n_tiles) {
        if (++m->position >= 2 * m->all->job->window) {
            if (!begin_stretch(m))
                return 0;
            m->position = 0;
        }
        begin_position(m);
    }
    return 1;
}

/* ---- plans ---- */

static int among(const float *row, float *const *rows, int n) {
    for (int i = 0; i < n; i++)
        if (rows[i] == row)
            return 1;
    return 0;
}

static void add_repeat(w2v_placed *placed, float **place) {
    placed->repeats[placed->n_repeats++] = place;
}

/* Draw the noise of a tile from its pool, which then goes on by a word. */
static void draw_from_pool(maker *m, const w2v_centre *draws) {
    const w2v_job *job = m->all->job;
    uint64_t bits = 0;
    for (int k = 0; k < job->negative; k++)
        draws->noise[k] = m->words[(m->t + w2v_pool_place(k, &bits, &m->joined->rng)) % W2V_POOL];
    m->words[m->t++ % W2V_POOL] = w2v_fresh_noise(job, &m->pool);
}

static void draw_bits(maker *m, const w2v_centre *draws) {
    const w2v_job *job = m->all->job;
    for (int k = 0; k < job->negative; k++) {
        draws->bits[k] = w2v_next(&m->joined->rng);
        W2V_PREFETCH(job->noise + w2v_noise_cell((uint32_t)job->n_words, draws->bits[k]));
    }
}

/* Two tiles ahead: the pairs, and the draws of the noise. */
static void plan_pairs(maker *m, plan *t) {
    const w2v_job *job = m->all->job;
    w2v_placed *placed = &t->placed;
    int n = 0;
    placed->tile.n_inp = placed->tile.n_out = placed->n_repeats = 0;
    if (!advance(m))
        return;
    const int first = m->tile * m->n_centres / m->n_tiles, last = ++m->tile * m->n_centres / m->n_tiles;
    const int64_t offset = offset_of(job, m->position);
    float *const outputs = job->out + (size_t)m->position * job->stride;
    uint64_t inputs = 0;
    t->words = 0;
    t->position = m->position;
    t->tallied = job->loss_every && (m->start + m->centres[first]) % job->loss_every == 0;
    placed->tile.alpha = m->alpha;
    for (int c = first; c < last; c++, n++) {
        const int32_t word = m->joined->kept[m->centres[c]], context = m->joined->kept[m->centres[c] + offset];
        t->right[n] = outputs + (size_t)word * job->out_stride;
        t->inp[n] = w2v_own_row(m->all, &m->all->inputs, job->inp, context, job->stride);
        if ((t->words & w2v_sieve_bit(word)) && among(t->right[n], t->right, n))
            add_repeat(placed, &t->right[n]);
        if ((inputs & w2v_sieve_bit(context)) && among(t->inp[n], t->inp, n))
            add_repeat(placed, &t->inp[n]);
        t->words |= w2v_sieve_bit(word);
        inputs |= w2v_sieve_bit(context);
    }
    placed->tile.n_inp = n;
    if (w2v_has_pool(job))
        draw_from_pool(m, t->draws);
    else
        draw_bits(m, t->draws);
}

/* The first of the inputs with this right word repeats a row of the noise; any others do already. */
static void add_right(w2v_placed *placed, const float *noise) {
    for (int i = 0; i < placed->tile.n_inp; i++)
        if (placed->row[i] == noise) {
            add_repeat(placed, &placed->row[i]);
            return;
        }
}

/* One tile ahead: bits become rows of the noise, each once. */
static void plan_noise(const maker *m, plan *t) {
    const w2v_job *job = m->all->job;
    w2v_tile *tile = &t->placed.tile;
    float *const outputs = job->out + (size_t)t->position * job->stride, *const times = t->draws->words.times;
    uint64_t seen = 0;
    int n = 1, repeats = 0;
    if (!tile->n_inp)
        return;
    times[0] = 1;
    for (int k = 0; k < job->negative; k++) {
        const int32_t word = w2v_drawn_word(job, t->draws, k);
        float *noise = outputs + (size_t)word * job->out_stride;
        if ((seen & w2v_sieve_bit(word)) && w2v_count_repeat(noise, tile->out, times, n)) {
            repeats = 1;
            continue;
        }
        if (t->words & w2v_sieve_bit(word))
            add_right(&t->placed, noise);
        seen |= w2v_sieve_bit(word);
        tile->out[n] = noise;
        times[n++] = 1;
    }
    tile->n_out = n;
    tile->out_times = repeats ? times : NULL;
}

static void train_plan(w2v_worker *w, plan *t, const plan *next) {
    t->placed.next = &next->placed;
    w->scratch.logits = t->tallied ? w->logits : NULL;
    w->kernels->structured(&t->placed, &w->scratch);
    if (t->tallied) {
        w2v_tally_loss(w, &t->placed.tile, t->placed.tile.n_inp);
        w2v_tally_pairs(w, &t->placed.tile, t->placed.tile.n_inp);
    }
}

void w2v_train_structured(w2v_worker *w) {
    maker m = {.all = w, .joined = w->now, .position = 2 * w->job->window};
    for (int i = 0; i < 3; i++) {
        plan *t = &m.plans[i];
        t->draws = &w->now->plans[i];
        t->placed = (w2v_placed){.tile = {.inp = t->inp, .out = t->draws->words.rows, .size = w->job->vector_size},
                                 .row = t->right,
                                 .repeats = t->repeats,
                                 .originals = t->originals,
                                 .stride = w->job->stride};
    }
    plan_pairs(&m, &m.plans[0]);
    plan_pairs(&m, &m.plans[1]);
    plan_noise(&m, &m.plans[0]);
    for (int64_t i = 0; m.plans[i % 3].placed.tile.n_inp; i++) {
        plan_pairs(&m, &m.plans[(i + 2) % 3]);
        plan_noise(&m, &m.plans[(i + 1) % 3]);
        train_plan(w, &m.plans[i % 3], &m.plans[(i + 1) % 3]);
    }
}
