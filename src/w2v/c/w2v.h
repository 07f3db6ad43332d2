/* The C interface of w2v, and its manual. Beside it stand w2v_documents.h, w2v_merge.h, w2v_subwords.h, w2v_sentences.h, w2v_phrases.h, and
 * w2v_mirror.h: word2vec.c to the bit.
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
    W2V_DIVERGED,  /* a weight is not a number any more */
} w2v_status;

/* ---- noise.c: noise words by Walker's alias method --------------------------------------------------------------------------- */

/* One cell of an alias table: word i is kept if the draw is below `threshold`, else `alias` is taken. */
typedef struct {
    uint32_t threshold;
    int32_t alias;
} w2v_alias;

/* Fill `table` (n cells) from n weights >= 0 with a positive, finite sum (Vose 1991). */
w2v_status w2v_alias_build(const double *weights, size_t n, w2v_alias *table);

/* Draw `count` words into `out` from the stream (seed, 0, 0) of rng.h. */
void w2v_alias_draw(const w2v_alias *table, size_t n, uint64_t seed, int32_t *out, size_t count);

/* ---- text/text.c, strings.c, hash.c: text to ids ----------------------------------------------------------------------------- */

/* Text comes in blocks that end after whitespace (or where the input ends) and are followed by this many readable bytes, whose
 * values do not matter. A block may have any size, and words too, below 4 GiB. */
#define W2V_PADDING 64

/* What stands among the ids of a block for the end of a line, and for a word that is not in the table. */
#define W2V_LINE_END (-1)
#define W2V_UNKNOWN (-2)

/* Tokens of a line after which what is done at the end of a sentence is done, too: longer lines are stored in such pieces. */
#define W2V_LONGEST_SENTENCE 10000

/* A table of distinct words: byte strings of at least one byte, numbered from 0 in the order in which they came, with counts and
 * the place where each was seen first. The only object that C owns: made by new (NULL: no memory), given back by free. One thread
 * may change a table, or any number read it. After a failure it can only be freed. */
typedef struct w2v_words w2v_words;
w2v_words *w2v_words_new(void);
void w2v_words_free(w2v_words *words);

/* Give freed memory back to the system. glibc keeps what was freed in other threads than the main one: 30 MB after counting. */
void w2v_trim(void);

/* Add n words, which stand one after another in `text` (padded as above), with the count 0; those present stay as they are. */
w2v_status w2v_words_add(w2v_words *words, const uint8_t *text, const int64_t *lengths, size_t n);

/* Add all words of `from` with their counts; map[id in from] becomes the id in `into`. */
w2v_status w2v_words_merge(w2v_words *into, const w2v_words *from, int32_t *map);

int32_t w2v_words_count(const w2v_words *words);

/* Counts and byte offsets of first appearance, by id. */
void w2v_words_list(const w2v_words *words, int64_t *counts, int64_t *first);

/* Write the words with these ids, a newline after each; returns the number of bytes. out NULL: only that. */
size_t w2v_words_spell(const w2v_words *words, const int32_t *ids, size_t n, uint8_t *out);

/* Bound the memory of counting: whenever a line ends (or W2V_LONGEST_SENTENCE tokens of it have passed) and there are more than
 * `limit` words, w2v_count drops those with counts below a threshold of 1, then 2, and so on. Once it has dropped any, ids given
 * before mean nothing, and `dropped` is true. limit 0: no bound. */
void w2v_words_limit(w2v_words *words, int32_t limit);
int w2v_words_dropped(const w2v_words *words);

/* A string as Python keeps it: `length` characters of `width` 1, 2 or 4 bytes; or, if `width` is 0, `length` bytes of UTF-8. If it is
 * `ascii`, at least 8 bytes before `data` are readable. */
typedef struct {
    const void *data; /* NULL: no string */
    size_t length;
    int width, ascii; /* ascii: all characters are below 128, and width is 0 or 1 */
} w2v_string;

/* Write the ids of strings, taken as UTF-8 (an empty string as the byte FF, line feeds as FE). Those that are not in the table are
 * added with the count 0, or, unless `add`, become W2V_UNKNOWN, as what is no string does in any case. */
w2v_status w2v_words_number(w2v_words *words, const w2v_string *strings, size_t n, int add, int32_t *ids);

/* The end of the last whitespace character that lies wholly in the text; 0 if there is none. */
size_t w2v_last_space_end(const uint8_t *text, size_t n);

/* Count the words of a block that begins `offset` bytes into the input; write their ids and one W2V_LINE_END for every line end
 * that does not directly follow another. `ids` has room for n + 2. */
w2v_status w2v_count(w2v_words *words, const uint8_t *text, size_t n, uint64_t offset, int32_t *ids, size_t *n_ids, size_t *n_ends);

/* The same without counting: words not in the table become W2V_UNKNOWN. With `every_end`, line ends that directly follow another are
 * written, too. */
void w2v_encode(const w2v_words *words, const uint8_t *text, size_t n, int every_end, int32_t *ids, size_t *n_ids, size_t *n_ends);

/* Replace ids by map[id] in place, drop those that are below 0 then, and take out the line ends: ends[k] becomes the number of ids
 * kept before line end k. map NULL: ids stay. line_open: the block continues a line that has words already. */
typedef struct {
    size_t n_kept, n_ends;
    size_t n_lines; /* lines that end here and have words, kept or not */
} w2v_block;
w2v_block w2v_remap(int32_t *ids, size_t n, const int32_t *map, int line_open, int64_t *ends);

/* ---- text/tokens.c: tokens one by one, and ids that the caller has already --------------------------------------------------- */

/* Count n tokens whose bytes stand one after another in `text` (padded as above) with these lengths, each at least 1; or the
 * length is W2V_LINE_END, where a sentence ends. ids[i] becomes the id of token i, or W2V_LINE_END. Token i stands at `place` + i
 * of the input. */
w2v_status w2v_count_tokens(w2v_words *words, const uint8_t *text, const int32_t *lengths, size_t n, uint64_t place, int32_t *ids);

/* The same without counting: tokens not in the table become W2V_UNKNOWN. */
void w2v_find_tokens(const w2v_words *words, const uint8_t *text, const int32_t *lengths, size_t n, int32_t *ids);

/* The lengths in bytes of the words with these ids. */
void w2v_words_lengths(const w2v_words *words, const int32_t *ids, size_t n, int64_t *lengths);

/* Write n characters of 1, 2 or 4 bytes as UTF-8 (a surrogate as three bytes, too); returns the number of bytes, at most 4 * n. */
size_t w2v_utf8(const void *characters, int width, size_t n, uint8_t *out);

/* Add 1 to counts[id] for every id; returns n, or the first place whose id is not in 0..n_words-1, where it stopped. */
int64_t w2v_tally_ids(const int32_t *ids, int64_t n, int64_t *counts, int32_t n_words);

/* Walks of `columns` ids, shorter ones filled up with -1, to ids without the filling (which may be `walks`) and the end of row i
 * in offsets[i + 1]. Returns the number of ids, or -1 - place, where something stands that is neither an id nor filling. */
int64_t w2v_pack_walks(const int32_t *walks, int64_t rows, int64_t columns, int32_t *ids, int64_t *offsets);

/* ---- text/rows.c: rows of word2vec files ------------------------------------------------------------------------------------- */

/* Read rows "word v1 v2 ... vd\n" (blanks, tabs and carriage returns at the end of a line are nothing), or, if `binary`, rows
 * "word ", d little-endian floats (line feeds before a word are nothing), from `text` of `length` bytes.
 *
 * At most `rows` rows of `columns` floats go to `out`, where each word begins and ends goes to `words` (pairs of offsets into
 * text). Reading stops before a row that is not complete, unless `last` says that nothing follows, and before a line of text that
 * is not a word and d plain numbers; *position is where. Returns the number of rows read. */
size_t w2v_read_rows(const char *text, size_t length, int last, int binary, float *out, size_t rows, size_t columns, int64_t *words,
                     size_t *position);

/* Write rows "word v1 v2 ... vd\n", each number with the shortest digits that read back the same float. Word i is
 * words[ends[i - 1] .. ends[i]); row i of the vectors begins at vectors + i * stride. `out` has room for all words and, a row,
 * 1 + columns * W2V_NUMBER_CHARS bytes, and 16 more. Returns the number of bytes written. */
#define W2V_NUMBER_CHARS 21
size_t w2v_write_rows(const char *words, const int64_t *ends, const float *vectors, size_t stride, size_t rows, size_t columns,
                      char *out);

/* ---- kernels/dispatch.c: what this processor can run ------------------------------------------------------------------------- */

/* One instruction set's kernels. All sets do the same operations in the same order, so they return the same bits. */
typedef struct w2v_kernels w2v_kernels;

/* The sets this processor can run, best first; "portable" is always the last. NULL past the end. */
const w2v_kernels *w2v_kernel_set(int i);
const char *w2v_kernel_set_name(const w2v_kernels *kernels);

/* ---- rng.h: counter-based random numbers ------------------------------------------------------------------------------------- */

typedef struct {
    uint64_t state;
} w2v_rng;

/* ---- train/train.c: skip-gram and CBOW --------------------------------------------------------------------------------------- */

typedef enum {
    W2V_BATCHED,  /* the noise words of a centre are shared by its contexts; exact sigmoid */
    W2V_PAIRWISE, /* fresh noise words for every pair; word2vec.c's table of sigmoids */
    W2V_BLAS,     /* as pairwise, but word after word through sdot and saxpy */
} w2v_kernel;

/* What each relative position has of its own: position -window is number 0, position window is number 2 * window - 1. For
 * W2V_BATCHED with negative sampling. */
typedef enum {
    W2V_NO_POSITIONS,
    W2V_OUTPUTS, /* output rows, so that each word has 2 * window of them: structured skip-gram, and CWindow for CBOW */
    W2V_WEIGHTS, /* weights, by which the elements of a context row are multiplied: position-weighted CBOW */
} w2v_positional;

enum { W2V_MAX_INP = 32 }; /* inputs in one tile */

/* Words in the pool of noise. Word k of a block's pool is draw k of the block's own stream; centre j of the block (for structured
 * skip-gram: tile j) has the words j .. j + W2V_POOL - 1 to draw its noise from. So for each centre one word comes from memory, one
 * goes, and in between it serves several centres that have nothing to do with each other. */
enum { W2V_POOL = 128 };

/* Structured skip-gram trains sentences W2V_JOINED * n and on together: those of the same weight while they have
 * W2V_JOINED_TOKENS. */
enum { W2V_JOINED = 16, W2V_JOINED_TOKENS = 1024 };

typedef float (*w2v_sdot)(const int *n, const float *x, const int *incx, const float *y, const int *incy);
typedef void (*w2v_saxpy)(const int *n, const float *a, const float *x, const int *incx, float *y, const int *incy);

/* Rows of which each thread has copies of its own while it trains, for they are used all the time: it changes the copy, and when that
 * was used so often, it is merged with the row (merge.c). */
typedef struct {
    int32_t first, n;    /* rows first .. first + n - 1 */
    const uint8_t *uses; /* of each of these rows: 1, 2, 4, ... W2V_MOST_USES */
    double terms;        /* steps that a use takes: pairs of an input and an output, and for sums of inputs their number squared */
} w2v_private;

enum { W2V_MOST_USES = 64, W2V_USE_CLASSES = 7 };

/* What the threads share that have copies. Bases: 0 of outputs, for inputs; 1 of inputs, for outputs and nodes. */
typedef struct {
    w2v_private inputs, outputs, nodes;
    double weight_terms;       /* as `terms`, of the weights of positions between two times that threads share them */
    const int64_t *samples[2]; /* rows that stand for all outputs (of nodes: -1 - row), and for all inputs */
    int64_t n_samples;         /* of each */
    int64_t widest;            /* tokens between renewals of the bases, at most: they are renewed as often as they change */
    float *bases;              /* W2V_BASIS_SLOTS times 2 bases, begin with zeros */
    int64_t spacing, due;      /* tokens to the next renewal, and its place in the corpus; 0 at first */
    int64_t busy, version;     /* whether bases are being made known; how many there were */
} w2v_sharing;

enum { W2V_BASIS_SLOTS = 4 };

/* One pass over a corpus, shared by all threads that train it. */
typedef struct {
    /* the model: n_words rows of `stride` floats each, changed in place by all threads at once (Recht et al. 2011, Hogwild) */
    float *inp;     /* n_words rows, or if there are lists or tags, more */
    float *out;     /* words that are right or noise; NULL: no negative sampling */
    float *weights; /* of relative positions, 2 * window rows; for W2V_WEIGHTS only */
    float *nodes;   /* inner nodes of the Huffman tree; NULL: no hierarchical softmax */
    size_t vector_size, stride;
    size_t out_stride; /* floats from one word's rows of `out` to the next's: `stride`, but 2 * window times that for W2V_OUTPUTS */
    int32_t n_words;
    /* the input of word i is the mean of the rows lists[list_starts[i]] .. lists[list_starts[i + 1] - 1] of inp, at least one and at
     * most longest_list, each of which takes all its steps; NULL: row i alone */
    const int32_t *lists;
    const int64_t *list_starts;
    int longest_list;
    /* documents: each word of sentence s has, besides the words around it, the rows tags[tag_starts[s]] .. tags[tag_starts[s + 1] - 1]
     * of inp as contexts, distinct and at most most_tags; NULL: none. Not with lists, W2V_PAIRWISE and W2V_BLAS, or positions */
    const int32_t *tags;
    const int64_t *tag_starts;
    int most_tags, tags_only; /* tags_only: words around are no contexts (Le and Mikolov 2014, PV-DBOW) */
    /* the corpus: sentence s is ids[offsets[s]] .. ids[offsets[s + 1] - 1], each 0..n_words-1 */
    const int32_t *ids;
    const int64_t *offsets;
    int64_t n_sentences, longest; /* tokens in the longest sentence */
    /* the draws */
    const uint32_t *keep;   /* a token stays if its draw is below its word's threshold, or that is UINT32_MAX; NULL keeps all */
    const w2v_alias *noise; /* n_words cells */
    uint64_t seed, epoch;
    /* the tree: the path of word i is paths[path_starts[i]] .. paths[path_starts[i + 1] - 1], at each step 2 * node + side */
    const int32_t *paths;
    const int64_t *path_starts;
    int longest_path; /* 0 without a tree */
    /* noise-contrastive estimation in place of negative sampling: log(k P(word)) and trained biases, of each word; NULL: none */
    const float *log_noise;
    float *biases;
    /* settings */
    w2v_kernel kernel;
    w2v_positional positional;
    float weight_rate; /* for W2V_WEIGHTS: steps of the weights, as a multiple of steps down the gradient */
    int sg, cbow_mean, shrink_windows, window;
    int side;        /* -1: contexts before the centre only, 1: after it only, 0: both */
    int tile_inputs; /* contexts that skip-gram by W2V_BATCHED trains at a time, 1..W2V_MAX_INP; structured: up to W2V_MAX_PAIRS */
    int negative;    /* noise words; 0 if `out` is NULL */
    int cbow_corrected;            /* with cbow_mean: an input gets its share of the error (Irsoy et al. 2021), not all of it */
    const float *sentence_weights; /* factors of the learning rate; NULL: all 1 */
    float alpha, min_alpha;        /* the learning rate falls linearly from alpha to min_alpha ... */
    int64_t words_before, words;   /* ... over `words` tokens, of which this pass begins after `words_before` */
    w2v_sdot sdot;                 /* for W2V_BLAS only */
    w2v_saxpy saxpy;
    int64_t loss_every; /* tally the loss of every so many centres; 0: of none */
    const float *locks; /* of each row of inp by what its changes are multiplied; NULL: by 1 */
    int frozen_output;  /* leave `out` as it is */
    int64_t block;      /* for W2V_BATCHED: sentences that share a pool of noise; 0: fresh noise for every centre */
    int64_t chunk; /* sentences a thread takes at a time; whole blocks, and for structured skip-gram a multiple of W2V_JOINED */
    w2v_sharing *sharing; /* NULL: all threads work on the rows themselves */
    /* shared state */
    int64_t next; /* first sentence that nobody has taken */
    int stop;     /* raised by the caller: return W2V_STOPPED after the sentence at hand */
    int pause;    /* raised by the caller: return W2V_OK once what was taken is trained; `next` is the sentence to go on with */
} w2v_job;

/* What one thread has done; readable while it works. */
typedef struct {
    int64_t tokens;   /* of the corpus, before downsampling */
    int64_t words;    /* after it */
    int64_t pairs;    /* (word, context) pairs, for CBOW centres, whose loss was tallied */
    double loss;      /* sum over those pairs and their outputs of -log sigmoid(x) for label 1, -log sigmoid(-x) for 0 */
    int64_t apart[4]; /* two threads must not write the same cache line */
} w2v_tally;

/* Train until the job has no sentences left. Call from as many threads as you like, each with a tally of its own. */
w2v_status w2v_train(const w2v_kernels *kernels, w2v_job *job, w2v_tally *tally);

/* Begin the stream of sentence s, and downsample it by that: the kept ids go to `kept` (room for the sentence); returns
 * their number. */
int64_t w2v_downsample(const w2v_job *job, int64_t s, w2v_rng *rng, int32_t *kept);

/* The same for n ids, by draws from a stream that has begun. */
int64_t w2v_thin(const w2v_job *job, const int32_t *ids, int64_t n, w2v_rng *rng, int32_t *kept);

/* The learning rate after `done` of `all` tokens or pairs: it falls linearly from alpha by `fall`, and stays there. */
double w2v_rate(double alpha, double fall, int64_t done, int64_t all);

/* ---- train/softmax.c: skip-gram and CBOW with the full softmax --------------------------------------------------------------- */

/* Train until the job has no sentences left, as w2v_train does. The loss is the sum over all pairs (for CBOW: all centres) of -log
 * of the right word's probability among all words; of the job, `noise`, `kernel`, `negative` and `loss_every` play no part. */
w2v_status w2v_softmax(const w2v_kernels *kernels, w2v_job *job, w2v_tally *tally);

/* ---- train/pairs.c: pairs of a centre and a context that the caller chose ---------------------------------------------------- */

/* One pass over pairs, shared by all threads; as w2v_job, but inp has a row for each centre word, out one for each context word. */
typedef struct {
    float *inp, *out;
    size_t vector_size, stride;
    int32_t n_contexts; /* rows of out */
    const int32_t *centers, *contexts;
    const float *weights; /* of the pairs: factors of the learning rate and of the loss; NULL: all 1 */
    int64_t n_pairs;
    const w2v_alias *noise; /* n_contexts cells */
    uint64_t seed, epoch;
    int negative;
    float alpha, min_alpha;      /* the learning rate falls linearly from alpha to min_alpha ... */
    int64_t pairs_before, pairs; /* ... over `pairs` pairs, of which this pass begins after `pairs_before` */
    int64_t loss_every;          /* tally the loss of every so many pairs; 0: of none */
    int64_t next;                /* first pair that nobody has taken; starts with zero, like the next */
    int stop;
} w2v_pair_job;

/* What one thread has done. `weight` and `loss` are sums over the pairs whose loss was tallied, the loss weighted. */
typedef struct {
    int64_t pairs;
    double weight, loss;
    int64_t apart[5]; /* two threads must not write the same cache line */
} w2v_pair_tally;

w2v_status w2v_train_pairs(const w2v_kernels *kernels, w2v_pair_job *job, w2v_pair_tally *tally);

/* ---- huffman.c: the tree of hierarchical softmax ----------------------------------------------------------------------------- */

/* Build word2vec.c's Huffman tree over n words (n < 2^30, counts in 0..1e15-1, sorted by falling count from the second on).
 * Nodes 0..n-1 are the words, n..2n-3 inner nodes, 2n-2 the root. parents[i] and sides[i] (0 or 1: which child node i is) are
 * set for all 2n-2 nodes but the root; the path of word i will take the places offsets[i]..offsets[i+1]-1 (n+1 offsets). */
w2v_status w2v_huffman_tree(const int64_t *counts, int64_t n, int32_t *parents, uint8_t *sides, int64_t *offsets);

/* Write the path of every word from the root down: points (inner nodes, numbered from 0; the root is n-2) and the code, that is,
 * the side taken at each. A single word has an empty path. */
void w2v_huffman_paths(const int32_t *parents, const uint8_t *sides, const int64_t *offsets, int64_t n, uint8_t *codes,
                       int32_t *points);

#endif
