/* The whole C interface of w2v, and its manual.
 *
 * Every array belongs to the caller (numpy), which has checked it; C borrows pointers for the length of one call and keeps none.
 * Functions return a status; they never print, exit or half-write. Nothing here knows Python, and nothing is POSIX-only.
 *
 * Matrices of weights have rows of `stride` floats: the vector size rounded up to a multiple of 16, the rest zero, rows 64-byte
 * aligned. So no kernel has a tail, and an aligned load never faults. */
#ifndef W2V_H
#define W2V_H

#include <stddef.h>
#include <stdint.h>

typedef enum {
    W2V_OK = 0,
    W2V_NO_MEMORY, /* an allocation failed; nothing was changed */
    W2V_STOPPED,   /* the caller set the stop flag; what was trained so far is kept */
} w2v_status;

/* ---- sampling.c: noise words by Walker's alias method -------------------------------------------------------------------- */

/* One cell of an alias table: word i is kept if the draw is below `threshold`, else `alias` is taken. */
typedef struct {
    uint32_t threshold;
    int32_t alias;
} w2v_alias;

/* Fill `table` (n cells) from n weights >= 0 with a positive, finite sum (Vose 1991). */
w2v_status w2v_alias_build(const double *weights, size_t n, w2v_alias *table);

/* Draw `count` words into `out` from the stream (seed, 0, 0) of rng.h. */
void w2v_alias_draw(const w2v_alias *table, size_t n, uint64_t seed, int32_t *out, size_t count);

/* ---- text.c: text to ids ------------------------------------------------------------------------------------------------- */

/* ---- rows.c: rows of word2vec files ------------------------------------------------------------------------------------------ */

/* Read rows "word v1 v2 ... vd\n" (blanks, tabs and carriage returns at the end of a line are nothing), or, if `binary`, rows
 * "word ", d little-endian floats (line feeds before a word are nothing), from `text` of `length` bytes.
 *
 * At most `rows` rows of `columns` floats go to `out`, where each word begins and ends goes to `words` (pairs of offsets into text).
 * Reading stops before a row that is not complete, unless `last` says that nothing follows, and before a line of text that is
 * not a word and d plain numbers; *position is where. Returns the number of rows read. */
size_t w2v_read_rows(const char *text, size_t length, int last, int binary, float *out, size_t rows, size_t columns,
                     int64_t *words, size_t *position);

/* Write rows "word v1 v2 ... vd\n", each number with the shortest digits that read back the same float. Word i is
 * words[ends[i - 1] .. ends[i]); row i of the vectors begins at vectors + i * stride. `out` has room for all words and, a row,
 * 1 + columns * W2V_NUMBER_CHARS bytes. Returns the number of bytes written. */
#define W2V_NUMBER_CHARS 21
size_t w2v_write_rows(const char *words, const int64_t *ends, const float *vectors, size_t stride, size_t rows, size_t columns,
                      char *out);

/* ---- dispatch.c: what this processor can run ------------------------------------------------------------------------------ */

/* One instruction set's kernels. All sets do the same operations in the same order, so they return the same bits. */
typedef struct w2v_kernels w2v_kernels;

/* The sets this processor can run, best first; "portable" is always the last. NULL past the end. */
const w2v_kernels *w2v_kernel_set(int i);
const char *w2v_kernel_set_name(const w2v_kernels *kernels);

/* ---- train.c: skip-gram and CBOW with negative sampling -------------------------------------------------------------------- */

typedef enum {
    W2V_BATCHED,  /* the noise words of a centre are shared by its contexts; exact sigmoid */
    W2V_PAIRWISE, /* fresh noise words for every pair; word2vec.c's table of sigmoids */
    W2V_BLAS,     /* as pairwise, but word after word through sdot and saxpy */
} w2v_kernel;

typedef float (*w2v_sdot)(const int *n, const float *x, const int *incx, const float *y, const int *incy);
typedef void (*w2v_saxpy)(const int *n, const float *a, const float *x, const int *incx, float *y, const int *incy);

/* One pass over a corpus, shared by all threads that train it. */
typedef struct {
    /* the model: n_words rows of `stride` floats each, changed in place by all threads at once (Recht et al. 2011, Hogwild) */
    float *inp, *out;
    size_t vector_size, stride;
    int32_t n_words;
    /* the corpus: sentence s is ids[offsets[s]] .. ids[offsets[s + 1] - 1], each 0..n_words-1 */
    const int32_t *ids;
    const int64_t *offsets;
    int64_t n_sentences, longest; /* tokens in the longest sentence */
    /* the draws */
    const uint32_t *keep;   /* a token stays if its draw is below its word's threshold, or that is UINT32_MAX; NULL keeps all */
    const w2v_alias *noise; /* n_words cells */
    uint64_t seed, epoch;
    /* settings */
    w2v_kernel kernel;
    int sg, cbow_mean, shrink_windows, window, negative;
    float alpha, min_alpha;       /* the learning rate falls linearly from alpha to min_alpha ... */
    int64_t words_before, words;  /* ... over `words` tokens, of which this pass begins after `words_before` */
    w2v_sdot sdot;                /* for W2V_BLAS only */
    w2v_saxpy saxpy;
    int64_t loss_every;           /* tally the loss of every so many centres; 0: of none */
    /* shared state: start with zeros */
    int64_t chunk;     /* sentences a thread takes at a time */
    int64_t next;      /* first sentence that nobody has taken */
    volatile int stop; /* set by the caller: return W2V_STOPPED after the sentence at hand */
} w2v_job;

/* What one thread has done; readable while it works. */
typedef struct {
    int64_t tokens;     /* of the corpus, before downsampling */
    int64_t words;      /* after it */
    int64_t pairs;      /* (word, context) pairs, for CBOW centres, whose loss was tallied */
    double loss;        /* sum over those pairs of -log sigmoid(right) - sum of log sigmoid(-noise) */
} w2v_tally;

/* Train until the job has no sentences left. Call from as many threads as you like, each with a tally of its own. */
w2v_status w2v_train(const w2v_kernels *kernels, w2v_job *job, w2v_tally *tally);

/* Downsample sentence s as w2v_train does: the kept ids go to `kept` (room for the sentence); returns how many. */
int64_t w2v_downsample(const w2v_job *job, int64_t s, int32_t *kept);

/* ---- mirror.c: word2vec.c to the bit ----------------------------------------------------------------------------------------- */

#endif
