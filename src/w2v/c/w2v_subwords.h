/* Words by their character n-grams, as fastText has them (Bojanowski et al. 2017). A part of the C interface, as w2v.h is. */
#ifndef W2V_SUBWORDS_H
#define W2V_SUBWORDS_H

#include <stddef.h>
#include <stdint.h>

/* Rows of floats for n-grams, at any address. An n-gram has the number hash mod `buckets` (0: there are none), and that row, or if
 * `kept` is not NULL the row kept[number], below 0 for none. */
typedef struct {
    const char *ngrams;
    size_t columns, stride; /* floats in a row; bytes from one row to the next */
    uint32_t buckets;
    const int32_t *kept;
    int shortest, longest; /* characters in an n-gram */
} w2v_subwords;

/* In all functions word i of n words is words[ends[i - 1] .. ends[i]), in UTF-8, with the marks < and > around it; a word without
 * them, or an empty one, has no n-grams beyond what stands there. */

/* Write the vector of each word to `out` (n, columns): the mean of the rows of all its n-grams and, unless `own` is NULL, of row i of
 * `own`, whose rows lie own_stride bytes apart. A word without any row gets zeros. */
void w2v_subword_vectors(const w2v_subwords *subwords, const char *words, const int64_t *ends, size_t n, const char *own,
                         size_t own_stride, float *out);

/* Write the numbers of the n-grams of all words, word after word, and to starts (n + 1) where those of each begin. numbers NULL: only
 * the starts. */
void w2v_subword_numbers(const w2v_subwords *subwords, const char *words, const int64_t *ends, size_t n, int64_t *starts,
                         int32_t *numbers);

#endif
