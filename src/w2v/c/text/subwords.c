/* Vectors of words from those of their character n-grams, as fastText makes them (Bojanowski et al. 2017). */
#include <string.h>

#include "compiler.h"
#include "w2v_subwords.h"

/* What is done with each n-gram. */
typedef struct {
    int64_t count;
    float *sum;       /* add its row, or */
    int32_t *numbers; /* write down its number; NULL, too: only count */
} visitor;

/* FNV-1a over bytes that fastText takes for signed. */
static uint32_t hash_byte(uint32_t hash, char byte) {
    return (hash ^ (uint32_t)(int32_t)(int8_t)byte) * 16777619u;
}

/* Add one row to `sum`. Rows lie in mapped files, where floats may stand at any address. */
static void add_row(const char *row, size_t columns, float *sum) {
    for (size_t i = 0; i < columns; i++) {
        float value;
        memcpy(&value, row + i * sizeof value, sizeof value);
        sum[i] += value;
    }
}

W2V_INLINE void visit(const w2v_subwords *s, uint32_t number, visitor *v) {
    if (v->sum) {
        const int64_t row = s->kept ? s->kept[number] : (int64_t)number;
        if (row < 0) /* the model has left it out */
            return;
        add_row(s->ngrams + (size_t)row * s->stride, s->columns, v->sum);
    } else if (v->numbers) {
        v->numbers[v->count] = (int32_t)number;
    }
    v->count++;
}

/* All n-grams of `word`, whose ends are marked by < and >. */
static void visit_ngrams(const w2v_subwords *s, const char *word, const char *word_end, visitor *v) {
    for (const char *start = word; start < word_end; start++) {
        if ((*start & 0xC0) == 0x80)
            continue; /* within a character */
        const char *end = start;
        uint32_t hash = 2166136261u;
        for (int n = 1; end < word_end && n <= s->longest; n++) {
            do
                hash = hash_byte(hash, *end++);
            while (end < word_end && (*end & 0xC0) == 0x80);
            if (n < s->shortest || (n == 1 && (start == word || end == word_end)))
                continue;
            visit(s, hash % s->buckets, v);
        }
    }
}

void w2v_subword_vectors(const w2v_subwords *s, const char *words, const int64_t *ends, size_t n, const char *own,
                         size_t own_stride, float *out) {
    const char *word = words;
    for (size_t i = 0; i < n; i++) {
        const char *end = words + ends[i];
        visitor v = {.count = own != NULL, .sum = out + i * s->columns};
        memset(v.sum, 0, s->columns * sizeof *v.sum);
        if (own)
            add_row(own + i * own_stride, s->columns, v.sum);
        if (s->buckets)
            visit_ngrams(s, word, end, &v);
        const float share = v.count ? 1.0f / (float)v.count : 0;
        for (size_t k = 0; k < s->columns; k++)
            v.sum[k] *= share;
        word = end;
    }
}

void w2v_subword_numbers(const w2v_subwords *s, const char *words, const int64_t *ends, size_t n, int64_t *starts,
                         int32_t *numbers) {
    const char *word = words;
    visitor v = {.numbers = numbers};
    for (size_t i = 0; i < n; i++) {
        starts[i] = v.count;
        if (s->buckets)
            visit_ngrams(s, word, words + ends[i], &v);
        word = words + ends[i];
    }
    starts[n] = v.count;
}
