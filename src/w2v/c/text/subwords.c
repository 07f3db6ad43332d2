/* Vectors of words from those of their character n-grams, as fastText makes them (Bojanowski et al. 2017). */
#include <string.h>

#include "w2v.h"

/* FNV-1a over bytes that fastText takes for signed. */
static uint32_t hash_bytes(const char *p, const char *end) {
    uint32_t hash = 2166136261u;
    for (; p < end; p++)
        hash = (hash ^ (uint32_t)(int32_t)(int8_t)*p) * 16777619u;
    return hash;
}

/* Add one row to `sum`. Rows lie in mapped files, where floats may stand at any address. */
static void add_row(const char *row, size_t columns, float *sum) {
    for (size_t i = 0; i < columns; i++) {
        float value;
        memcpy(&value, row + i * sizeof value, sizeof value);
        sum[i] += value;
    }
}

/* The row of an n-gram, or NULL if the model has left it out. */
static const char *ngram_row(const w2v_subwords *s, const char *start, const char *end) {
    int64_t row = hash_bytes(start, end) % s->buckets;
    if (s->kept)
        row = s->kept[row];
    return row < 0 ? NULL : s->ngrams + (size_t)row * s->columns * sizeof(float);
}

/* Add the rows of all n-grams of `word`, whose ends are marked by < and >; returns how many. */
static int64_t add_ngrams(const w2v_subwords *s, const char *word, const char *word_end, float *sum) {
    int64_t count = 0;
    for (const char *start = word; start < word_end; start++) {
        if ((*start & 0xC0) == 0x80)
            continue; /* within a character */
        const char *end = start;
        for (int n = 1; end < word_end && n <= s->longest; n++) {
            do
                end++;
            while (end < word_end && (*end & 0xC0) == 0x80);
            if (n < s->shortest || (n == 1 && (start == word || end == word_end)))
                continue;
            const char *row = ngram_row(s, start, end);
            if (!row)
                continue;
            add_row(row, s->columns, sum);
            count++;
        }
    }
    return count;
}

void w2v_subword_vectors(const w2v_subwords *s, const char *words, const int64_t *ends, size_t n, const char *own, float *out) {
    const char *word = words;
    for (size_t i = 0; i < n; i++) {
        const char *end = words + ends[i];
        float *sum = out + i * s->columns;
        int64_t count = own != NULL;
        memset(sum, 0, s->columns * sizeof *sum);
        if (own)
            add_row(own + i * s->columns * sizeof(float), s->columns, sum);
        if (s->buckets)
            count += add_ngrams(s, word, end, sum);
        float share = count ? 1.0f / (float)count : 0;
        for (size_t k = 0; k < s->columns; k++)
            sum[k] *= share;
        word = end;
    }
}
