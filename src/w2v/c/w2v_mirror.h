/* The C interface of the mirror: word2vec.c to the bit, word2phrase.c to the byte.
 *
 * It repeats the original's arithmetic operation by operation, so it is compiled without contraction to fma and without reordering
 * of sums. Work that takes long is cut into calls of some ten thousand words; the caller shows progress in between.
 * After W2V_NO_MEMORY an object can only be freed. Matrices are dense here: row i begins at i * size. */
#ifndef W2V_MIRROR_INTERFACE_H
#define W2V_MIRROR_INTERFACE_H

#include "w2v.h"

/* A vocabulary. Word 0 ends sentences: "</s>", unless pruning or a strange vocabulary file put something else there. */
typedef struct w2v_mirror_vocab w2v_mirror_vocab;
w2v_mirror_vocab *w2v_mirror_vocab_new(void); /* NULL: no memory */
void w2v_mirror_vocab_free(w2v_mirror_vocab *vocab);

/* Count up to `limit` more words of the text, from where the last call ended; *done tells whether that was all of it. When there
 * are more than 0.7 * hash_size different words, those seen once are thrown out, the next time those seen up to twice, ... */
w2v_status w2v_mirror_vocab_count(w2v_mirror_vocab *vocab, const uint8_t *text, size_t length, int64_t limit, int64_t hash_size,
                                  int *done);

/* Take words and counts from a file as -save-vocab writes it. */
w2v_status w2v_mirror_vocab_read(w2v_mirror_vocab *vocab, const uint8_t *text, size_t length);

/* Sort by falling count and drop words seen less than min_count times (never word 0). Call once, after counting or reading. */
w2v_status w2v_mirror_vocab_finish(w2v_mirror_vocab *vocab, int32_t min_count);

/* How many words there are, and the sum of their lengths; the words in one piece, n+1 offsets into it, and their counts. */
void w2v_mirror_vocab_size(const w2v_mirror_vocab *vocab, int64_t *n, int64_t *n_bytes);
void w2v_mirror_vocab_export(const w2v_mirror_vocab *vocab, uint8_t *bytes, int64_t *offsets, int64_t *counts);

/* What the command line of word2vec.c sets; its names, but epochs for -iter. */
typedef struct {
    int32_t size, window, hs, negative, epochs, cbow; /* size, window, epochs > 0 */
    float alpha, sample;
} w2v_mirror_settings;

/* A training run: settings, tables, and where it stands. The vocabulary is finished and not empty. NULL: no memory. */
typedef struct w2v_mirror w2v_mirror;
w2v_mirror *w2v_mirror_new(const w2v_mirror_vocab *vocab, const w2v_mirror_settings *settings);
void w2v_mirror_free(w2v_mirror *mirror);

/* The weights before training; those of the output matrices are zero. */
void w2v_mirror_start_weights(float *syn0, int64_t n_words, int32_t size);

/* Train up to the next change of alpha (some 10,000 words), or to the end: then *done is set. syn1neg may be NULL unless
 * negative > 0, syn1 unless hs is set. W2V_DIVERGED: the original would have crashed here. */
w2v_status w2v_mirror_train(w2v_mirror *mirror, const w2v_mirror_vocab *vocab, const uint8_t *text, size_t length, float *syn0,
                            float *syn1neg, float *syn1, int *done);

/* Words trained when alpha last changed, and alpha. */
int64_t w2v_mirror_words_done(const w2v_mirror *mirror);
float w2v_mirror_alpha(const w2v_mirror *mirror);

/* The words in some of the 1e8 cells of the noise table of n words. */
w2v_status w2v_mirror_noise_words(const int64_t *counts, int32_t n, const uint32_t *cells, size_t n_cells, int32_t *words);

/* Put n_words vectors into n_classes > 0 classes by ten rounds of k-means on the unit sphere (-classes). */
w2v_status w2v_mirror_classes(const float *vectors, int64_t n_words, int32_t size, int32_t n_classes, int32_t *classes);

/* ---- mirror/word2phrase.c: word pairs joined into phrases, to the byte ------------------------------------------------------- */

/* One pass counts words and pairs, a second one writes the text with "_" inside phrases. NULL: no memory. */
typedef struct w2v_mirror_phrases w2v_mirror_phrases;
w2v_mirror_phrases *w2v_mirror_phrases_new(void);
void w2v_mirror_phrases_free(w2v_mirror_phrases *phrases);

/* Count up to `limit` more words, as w2v_mirror_vocab_count does. */
w2v_status w2v_mirror_phrases_count(w2v_mirror_phrases *phrases, const uint8_t *text, size_t length, int64_t limit,
                                    int64_t hash_size, int *done);

/* Sort and cut at min_count; call once, between counting and joining. */
w2v_status w2v_mirror_phrases_finish(w2v_mirror_phrases *phrases, int32_t min_count);

/* Write up to `limit` more words (not counting newlines) into out, as far as `room` (at least 64) lets it. */
void w2v_mirror_phrases_join(w2v_mirror_phrases *phrases, const uint8_t *text, size_t length, float threshold, int64_t limit,
                             uint8_t *out, size_t room, size_t *written, int *done);

/* Words and pairs kept; words of the text that were counted, or written, so far. */
int64_t w2v_mirror_phrases_kept(const w2v_mirror_phrases *phrases);
int64_t w2v_mirror_phrases_words(const w2v_mirror_phrases *phrases, int written);

#endif
