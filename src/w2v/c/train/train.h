/* What the parts of training share: a thread's worker, its sentences, and the plans of their centres. */
#ifndef W2V_TRAIN_H
#define W2V_TRAIN_H

#include <string.h>

#include "compiler.h"
#include "kernels/kernels.h"
#include "rng.h"

/* Output rows that one centre is trained against. */
typedef struct {
    int n, repeats;
    float **rows;   /* distinct */
    float *times;   /* how often each row stands among them; for words only, and to be read only if `repeats` */
    int32_t *words; /* whose rows they are; for noise-contrastive estimation only */
} w2v_outputs;

/* The draws of one centre, made while the centres before it are trained, so that all they point to is on its way from memory:
 * two centres ahead the random bits, which say what cells of the noise table to fetch; one centre ahead the rows. */
typedef struct {
    int64_t from, to; /* the window is kept[from] .. kept[to - 1] */
    uint64_t *bits;   /* one draw for each noise word; with a pool instead the words themselves: */
    int32_t *noise;
    w2v_outputs words; /* the right word's row, then the noise words' */
    w2v_outputs nodes; /* the path to the right word in the Huffman tree, from the root down */
    const int32_t *path;
} w2v_centre;

typedef struct {
    int64_t number;
    w2v_rng rng;
    int32_t *kept; /* what downsampling left */
    float **rows;  /* its words' input rows */
    int64_t n_kept;
    float **tags; /* rows that are contexts of all its words */
    int n_tags;
    int32_t *pool;       /* of centre i: pool[i] .. pool[i + W2V_POOL - 1] */
    w2v_centre plans[4]; /* of centre i: plans[i & 3] */
} w2v_sentence;

/* The contexts of one centre, at most 2 * window of them, for CBOW with positions; and this thread's weights of positions. */
typedef struct {
    float **inp, **row;
    size_t *place;
    float *weights, *before; /* 2 * window rows; what they were when they last were the job's */
    float kept;              /* what this thread then leaves of others' changes */
} w2v_places;

/* Inputs that are means of rows, of the words around: that of token i of the sentence is number i % room. */
typedef struct {
    int64_t room, gathered, spread; /* how many there are at a time; tokens of the sentence that were, and that are done */
    float *rows, *before;           /* the means, and what they were when they were gathered */
    float *factors;                 /* what each change is multiplied by; NULL without locks */
    float **list;                   /* the rows of one word */
} w2v_means;

/* This thread's copies of frequent rows; n = 0 if it has none. Rows without a copy are all counted under n, which means nothing. */
typedef struct {
    int32_t first, n;
    float *shared;        /* the rows themselves, from `first` on */
    float *rows, *before; /* n copies, and what they were when they last were the shared rows' */
    uint8_t *uses;        /* before a copy is merged: how many */
    uint8_t *given;       /* how many it was given when it was made, 0 if there is no copy now */
    uint16_t *left;       /* how many of them are to come; not bytes, which compilers take for anything's, w2v_copies too */
    int basis;
    float factors[W2V_USE_CLASSES][W2V_DIRECTIONS + 1]; /* of others' changes after 2^class uses */
} w2v_copies;

typedef struct {
    const w2v_kernels *kernels;
    w2v_job *job;
    w2v_tally *tally;
    int64_t taken, taken_end;        /* sentences that are ours, but not begun */
    w2v_sentence sentences[2], *now; /* the sentence being trained, and the next one, whose first rows are on their way */
    w2v_rng pool;                    /* the stream of the block at hand */
    w2v_centre spare;
    int special;              /* whether the objective is another one than negative sampling */
    float **inp, *times;      /* of one tile */
    float **joined;           /* CBOW's contexts, if there are tags among them */
    float scale, error_scale; /* CBOW's, for the centre at hand */
    float *table, *block_labels, *logits;
    float *labels, *offsets; /* of one tile, where it needs its own */
    w2v_places places;
    w2v_means means; /* if the job has lists */
    w2v_copies inputs, outputs, nodes;
    float *bases;          /* this thread's copies of the two bases in use */
    float *change, *seen;  /* of a shared row: what others changed; what it was then */
    int64_t version;       /* of those bases; -1: none yet */
    int64_t place;         /* in the corpus, of the sentence taken last */
    float *next, *work;    /* for renewing bases */
    const float **samples; /* for that, too */
    w2v_scratch scratch;
    w2v_freezer freezer;
    char *memory; /* all of the above */
} w2v_worker;

static inline float *w2v_row(float *matrix, const w2v_job *job, int32_t word) {
    return matrix + (size_t)word * job->stride;
}

/* The learning rate of a sentence, by its place in the corpus and its weight. */
static inline float w2v_sentence_rate(const w2v_job *job, int64_t number) {
    const double rate = w2v_rate(job->alpha, job->alpha - job->min_alpha, job->words_before + job->offsets[number], job->words);
    return (float)(job->sentence_weights ? rate * job->sentence_weights[number] : rate);
}

/* How many words on either side of a centre are contexts, drawn if windows shrink. */
static inline int64_t w2v_draw_reach(const w2v_job *job, w2v_rng *rng) {
    if (!job->shrink_windows)
        return job->window;
    return 1 + w2v_below((uint32_t)(w2v_next(rng) >> 32), (uint32_t)job->window);
}

/* Where the window of word i of n words begins and ends, which is at the word itself on a side that has no contexts. */
static inline void w2v_find_window(const w2v_job *job, int64_t i, int64_t reach, int64_t n, int64_t *from, int64_t *to) {
    *from = job->side > 0 ? i : i > reach ? i - reach : 0;
    *to = job->side < 0 ? i + 1 : i + reach + 1 < n ? i + reach + 1 : n;
}

/* Contexts of a centre, words and tags, at most. */
static inline size_t w2v_most_contexts(const w2v_job *job) {
    const int64_t window = 2 * (int64_t)job->window;
    return (size_t)(window < job->longest ? window : job->longest) + (size_t)job->most_tags;
}

/* Inlined always: gcc takes a function that only fetches for one without effect, and drops calls to it. */
W2V_INLINE void w2v_prefetch_row(const float *row, size_t size) {
    for (size_t e = 0; e < size; e += W2V_LANES)
        W2V_PREFETCH(row + e);
}

/* Fetch a row that will be changed. */
W2V_INLINE void w2v_prefetch_to_write(const float *row, size_t size) {
    for (size_t e = 0; e < size; e += W2V_LANES)
        W2V_PREFETCH_TO_WRITE(row + e);
}

/* Count a use of copy k when few are left: a copy without any is made anew or merged, and the last one fetches what merging needs. */
void w2v_count_use(w2v_worker *w, w2v_copies *copies, int32_t k);

/* Where row k after the first is for this thread, if `copied` says whether it has a copy. */
W2V_INLINE float *w2v_place_of(const w2v_copies *copies, int64_t k, int copied, size_t stride) {
    return (copied ? copies->rows : copies->shared) + k * (int64_t)stride;
}

/* A row of `matrix` to work on; each call counts as a use. Whether a row has a copy is as good as random: arithmetic, no branch. */
W2V_INLINE float *w2v_own_row(w2v_worker *w, w2v_copies *copies, float *matrix, int32_t row, size_t stride) {
    if (!copies->n)
        return matrix + (size_t)row * stride;
    const int32_t n = copies->n, k = row - copies->first, copied = (uint32_t)k < (uint32_t)n, counted = n + ((k - n) & -copied);
    float *place = w2v_place_of(copies, k, copied, stride);
    if (copies->left[counted] < 2)
        w2v_count_use(w, copies, counted);
    else
        copies->left[counted]--;
    return place;
}

/* Fetch a row of `matrix` that will be used. */
W2V_INLINE void w2v_fetch_own_row(const w2v_copies *copies, const float *matrix, int32_t row, size_t size, size_t stride) {
    const int32_t k = row - copies->first;
    const float *place = matrix + (size_t)row * stride;
    if (copies->n)
        place = w2v_place_of(copies, k, (uint32_t)k < (uint32_t)copies->n, stride);
    w2v_prefetch_to_write(place, size);
}

/* The kernels themselves, where rows that are frozen are hidden from them. */
static inline const w2v_kernels *w2v_own_kernels(const w2v_worker *w) {
    return w->scratch.freezer ? w->scratch.freezer->kernels : w->kernels;
}

static inline int w2v_is_frozen(const w2v_job *job) {
    return job->locks || job->frozen_output;
}

/* A word's place in a 64-bit sieve: words that meet there may be the same, others are not. */
static inline uint64_t w2v_sieve_bit(int32_t word) {
    return 1ull << (word & 63);
}

/* Count a row where it is among the first n of `rows`; returns whether it is. */
static inline int w2v_count_repeat(const float *row, float *const *rows, float *times, int n) {
    for (int j = 0; j < n; j++)
        if (rows[j] == row) {
            times[j] += 1;
            return 1;
        }
    return 0;
}

/* ---- pools of noise: see W2V_POOL ---- */

static inline int w2v_has_pool(const w2v_job *job) {
    return job->block && job->negative;
}

/* Whether a sentence is the first of its block. */
static inline int w2v_begins_block(const w2v_job *job, int64_t number) {
    return number % job->block == 0;
}

static inline w2v_rng w2v_pool_stream(const w2v_job *job, int64_t number) {
    return w2v_stream(job->seed, job->epoch, ~(uint64_t)(number / job->block));
}

static inline int32_t w2v_fresh_noise(const w2v_job *job, w2v_rng *rng) {
    return w2v_noise_word(job->noise, (uint32_t)job->n_words, w2v_next(rng));
}

/* The place in the pool of noise word k = 0, 1, ...: a draw, which is kept in `bits`, serves eight. */
W2V_INLINE uint32_t w2v_pool_place(int k, uint64_t *bits, w2v_rng *rng) {
    *bits = k % 8 ? *bits >> 8 : w2v_next(rng);
    return *bits % W2V_POOL;
}

/* Noise word k of a centre, right or not. */
static inline int32_t w2v_drawn_word(const w2v_job *job, const w2v_centre *c, int k) {
    return w2v_has_pool(job) ? c->noise[k] : w2v_noise_word(job->noise, (uint32_t)job->n_words, c->bits[k]);
}

/* ---- outputs of a centre ---- */

/* Make `row` the only output; returns the sieve of its word, for w2v_add_output. */
static inline uint64_t w2v_first_output(w2v_outputs *outputs, float *row, int32_t word) {
    outputs->rows[0] = row;
    outputs->times[0] = 1;
    outputs->n = 1;
    outputs->repeats = 0;
    return w2v_sieve_bit(word);
}

/* Add a noise word's row to the outputs, or count it if it is among them; returns whether it is new. */
W2V_INLINE int w2v_add_output(w2v_outputs *outputs, float *row, int32_t word, uint64_t *sieve) {
    const uint64_t bit = w2v_sieve_bit(word);
    if ((*sieve & bit) && w2v_count_repeat(row, outputs->rows, outputs->times, outputs->n)) {
        outputs->repeats = 1;
        return 0;
    }
    *sieve |= bit;
    outputs->rows[outputs->n] = row;
    outputs->times[outputs->n++] = 1;
    return 1;
}

/* Outputs in the next block when so many are left. */
static inline int w2v_block_size(int left) {
    return left < W2V_OUT_BLOCK ? left : W2V_OUT_BLOCK;
}

/* Repeat the numbers of a block's n outputs for every input: slot i * n + o becomes block[o]. */
static inline void w2v_spread(const float *block, float *slots, int n_inp, int n) {
    for (int i = 0; i < n_inp; i++)
        memcpy(slots + i * n, block, sizeof *block * W2V_OUT_BLOCK); /* always of one size: the next input mends the excess */
}

static inline void w2v_set_words(w2v_tile *tile, const w2v_outputs *words) {
    tile->out = words->rows;
    tile->n_out = words->n;
    tile->out_times = words->repeats ? words->times : NULL;
}

/* ---- worker.c ---- */

/* Give a worker that knows its job the arrays it needs. W2V_NO_MEMORY: there is nothing to free. */
w2v_status w2v_worker_init(w2v_worker *w);
void w2v_worker_free(w2v_worker *w);

/* ---- train.c ---- */

/* The number of another sentence to train; -1 if there are none left. */
int64_t w2v_take_sentence(w2v_worker *w);

/* ---- copies.c ---- */

/* Point the copies into memory from *next on. */
void w2v_lay_out_copies(w2v_worker *w, uintptr_t *next);

/* Before sentence `number` is trained: renew the shared bases if they are due, and take them if they are new. */
void w2v_follow_bases(w2v_worker *w, int64_t number);

/* Merge all copies with their rows. */
void w2v_return_copies(w2v_worker *w);

/* ---- means.c ---- */

/* Point the means into memory from *next on. */
void w2v_lay_out_means(w2v_worker *w, uintptr_t *next);

/* Give the tokens of a sentence their places. */
void w2v_place_means(w2v_worker *w, w2v_sentence *s);

/* Fetch the rows of token i, past the last one those of the next sentence. */
void w2v_fetch_list(w2v_worker *w, int64_t i);

/* Before centre i is trained: see that all tokens in its window have their means. */
void w2v_gather_means(w2v_worker *w, int64_t i);

/* Give the rows of the tokens before number `end` what has changed in their means. */
void w2v_spread_means(w2v_worker *w, int64_t end);

/* ---- documents.c ---- */

/* Point what tags need into memory from *next on. */
void w2v_lay_out_tags(w2v_worker *w, uintptr_t *next);

/* Find and fetch the rows of a sentence's tags. */
void w2v_find_tags(w2v_worker *w, w2v_sentence *s);

/* Put the rows of centre i's contexts, words and tags, into w->joined. */
void w2v_join_contexts(w2v_worker *w, const w2v_centre *c, int64_t i);

/* ---- structured.c ---- */

/* Train structured skip-gram until the job has no sentences left. */
void w2v_train_structured(w2v_worker *w);

/* ---- positions.c ---- */

/* Take the job's weights of positions. */
void w2v_begin_weights(w2v_worker *w);

/* Add to the job's weights what this thread has changed, and take them: whenever it takes sentences, and after the last. Threads that
 * all wrote the same few rows for every word would wait for each other. */
void w2v_share_weights(w2v_worker *w);

/* One centre ahead: fetch those rows of CWindow's outputs that are not their first. */
void w2v_find_placed(w2v_worker *w, const w2v_centre *c, int64_t i);

/* Train centre i by CWindow or position-weighted CBOW. */
void w2v_train_placed(w2v_worker *w, int64_t i, w2v_tile *tile);

/* ---- hs.c ---- */

/* Two centres ahead: where the path of centre i is. Past the last centre: nothing. */
void w2v_find_path(w2v_worker *w, int64_t i);

/* One centre ahead: the rows of the nodes on it. */
void w2v_find_nodes(w2v_worker *w, w2v_centre *c);

/* Make the nodes the outputs of a tile that has n_inp inputs (for CBOW: 1). */
void w2v_set_nodes(w2v_worker *w, const w2v_centre *c, w2v_tile *tile, int n_inp);

/* ---- nce.c ---- */

/* One centre ahead: turn bits to the distinct output rows of a centre or pair, and fetch the rows. */
void w2v_find_nce_words(w2v_worker *w, w2v_centre *c, int32_t right);

/* Make these rows the outputs of a tile that has n_inp inputs (for CBOW: 1). */
void w2v_set_nce_words(w2v_worker *w, const w2v_centre *c, w2v_tile *tile, int n_inp);

/* Move the biases by the errors that the kernel has left. */
void w2v_move_biases(w2v_worker *w, const w2v_centre *c, int n_inp);

/* ---- loss.c ---- */

/* Add to the tally the loss of a tile with n_inp inputs (for CBOW: 1), whose logits the kernel has left. */
void w2v_tally_loss(w2v_worker *w, const w2v_tile *tile, int n_inp);

/* Add to the tally the pairs of such a tile. */
void w2v_tally_pairs(w2v_worker *w, const w2v_tile *tile, int n_inp);

#endif
