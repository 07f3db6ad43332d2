/* Fuzzes the C that reads texts and rows of numbers, guided by coverage, with libFuzzer; python tools/sanitize.py fuzz runs it.
 *
 * The first bytes of an input say how the rest is read. Besides what sanitizers find, it ends with an error where two ways that
 * must agree do not: a text in one block or in several, counted or looked up; rows at once or in blocks, written and read again. */
#include <stdlib.h>
#include <string.h>

#include "w2v.h"

/* The program ends where this does not hold. */
#define MUST(holds) ((holds) ? (void)0 : abort())

enum { MOST_COLUMNS = 8 };

typedef struct {
    int32_t *ids;
    size_t n_ids, n_ends;
} encoded;

/* A copy that sanitizers see the ends of, with `padding` bytes after it that must not matter. */
static uint8_t *copy_of(const uint8_t *data, size_t n, size_t padding, int filling) {
    uint8_t *copy = malloc(n + padding + !(n + padding));
    memcpy(copy, data, n);
    memset(copy + n, filling, padding);
    return copy;
}

/* Count a text in blocks of about `block` bytes that end after whitespace. */
static encoded count(w2v_words *words, const uint8_t *text, size_t n, size_t block) {
    encoded all = {malloc((2 * n + 4) * sizeof(int32_t)), 0, 0};
    for (size_t at = 0; at < n;) {
        size_t length = block < n - at ? w2v_last_space_end(text + at, block) : n - at;
        length = length ? length : n - at; /* no whitespace: the rest at once */
        uint8_t *copy = copy_of(text + at, length, W2V_PADDING, (int)at);
        size_t n_ids, n_ends;
        MUST(w2v_count(words, copy, length, at, all.ids + all.n_ids, &n_ids, &n_ends) == W2V_OK);
        MUST(n_ids <= length + 2);
        free(copy);
        all.n_ids += n_ids, all.n_ends += n_ends, at += length;
    }
    return all;
}

static void fuzz_text(const uint8_t *text, size_t n, size_t block, int32_t limit) {
    w2v_words *words = w2v_words_new(), *other = w2v_words_new(), *bounded = w2v_words_new();
    encoded whole = count(words, text, n, n), parts = count(other, text, n, block);
    int32_t n_words = w2v_words_count(words);
    MUST(n_words == w2v_words_count(other));
    uint8_t *copy = copy_of(text, n, W2V_PADDING, ' ');
    int32_t *ids = malloc((n + 2) * sizeof(int32_t)), *map = malloc(((size_t)n_words + 1) * sizeof(int32_t));
    size_t n_ids, n_ends;
    w2v_encode(words, copy, n, 0, ids, &n_ids, &n_ends);
    MUST(n_ids == whole.n_ids && n_ends == whole.n_ends && !memcmp(ids, whole.ids, n_ids * sizeof *ids));
    size_t lines = 0;
    for (size_t i = 0; i < n; i++)
        lines += text[i] == '\n';
    w2v_encode(words, copy, n, 1, ids, &n_ids, &n_ends);
    MUST(n_ends == lines && n_ids == whole.n_ids - whole.n_ends + lines);
    MUST(w2v_words_merge(other, words, map) == W2V_OK && w2v_words_count(other) == n_words);
    for (int32_t id = 0; id < n_words; id++)
        MUST(map[id] == id);
    size_t length = w2v_words_spell(words, map, (size_t)n_words, NULL);
    uint8_t *spelled = malloc(length + 1);
    MUST(w2v_words_spell(words, map, (size_t)n_words, spelled) == length);
    w2v_words_limit(bounded, limit);
    encoded dropping = count(bounded, text, n, block);
    int64_t *ends = malloc((whole.n_ends + 1) * sizeof(int64_t));
    w2v_block kept = w2v_remap(whole.ids, whole.n_ids, map, 0, ends);
    MUST(kept.n_ends == whole.n_ends && kept.n_kept == whole.n_ids - whole.n_ends);
    free(whole.ids), free(parts.ids), free(dropping.ids), free(copy), free(ids), free(map), free(spelled), free(ends);
    w2v_words_free(words), w2v_words_free(other), w2v_words_free(bounded);
}

/* Write rows that were read, and read them again. */
static void write_again(const uint8_t *text, const int64_t *spans, const float *rows, size_t n, size_t columns) {
    size_t length = 0;
    int64_t *ends = malloc((n + 1) * sizeof(int64_t));
    for (size_t i = 0; i < n; i++)
        ends[i] = (int64_t)(length += (size_t)(spans[2 * i + 1] - spans[2 * i]));
    char *words = malloc(length + 1), *out = malloc(length + n * (1 + columns * W2V_NUMBER_CHARS) + 16);
    for (size_t i = 0; i < n; i++) {
        size_t bytes = (size_t)(spans[2 * i + 1] - spans[2 * i]);
        memcpy(words + (size_t)ends[i] - bytes, text + spans[2 * i], bytes);
    }
    size_t written = w2v_write_rows(words, ends, rows, columns, n, columns, out), position;
    float *again = malloc((n * columns + 1) * sizeof(float));
    int64_t *found = malloc((n + 1) * 2 * sizeof(int64_t));
    size_t plain = w2v_read_rows(out, written, 1, 0, again, n, columns, found, &position);
    for (size_t i = 0; i < plain * columns; i++) /* to the bit, but for what a NaN holds besides */
        MUST(!memcmp(&again[i], &rows[i], sizeof(float)) || (again[i] != again[i] && rows[i] != rows[i]));
    free(ends), free(words), free(out), free(again), free(found);
}

static void fuzz_rows(const uint8_t *text, size_t n, size_t columns, int binary, size_t cut) {
    size_t rows = n + 1, position, first, rest;
    float *out = malloc(rows * columns * sizeof(float)), *parts = malloc(rows * columns * sizeof(float));
    int64_t *words = malloc(2 * rows * sizeof(int64_t)), *found = malloc(2 * rows * sizeof(int64_t));
    char *copy = (char *)copy_of(text, n, 0, 0), *start = (char *)copy_of(text, cut, 0, 0);
    size_t read = w2v_read_rows(copy, n, 1, binary, out, rows, columns, words, &position);
    MUST(position <= n && read <= rows);
    for (size_t i = 0; i < read; i++)
        MUST(0 <= words[2 * i] && words[2 * i] <= words[2 * i + 1] && (size_t)words[2 * i + 1] <= position);
    size_t before = w2v_read_rows(start, cut, 0, binary, parts, rows, columns, found, &first);
    MUST(first <= cut && before <= read);
    size_t after = w2v_read_rows(copy + first, n - first, 1, binary, parts + before * columns, rows - before, columns,
                                 found + 2 * before, &rest);
    if (!binary) { /* what follows a word tells where it ends in binary files, where a cut may hide it */
        MUST(before + after == read && first + rest == position);
        MUST(!memcmp(parts, out, read * columns * sizeof(float)));
    }
    write_again(text, words, out, read, columns);
    free(out), free(parts), free(words), free(found), free(copy), free(start);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size < 3)
        return 0;
    const uint8_t *rest = data + 3;
    size_t n = size - 3;
    switch (data[0] % 3) {
    case 0: fuzz_text(rest, n, 1 + data[1], data[2] % 16); break;
    case 1: fuzz_rows(rest, n, 1 + data[1] % MOST_COLUMNS, 0, data[2] * n / 255); break;
    case 2: fuzz_rows(rest, n, 1 + data[1] % MOST_COLUMNS, 1, data[2] * n / 255); break;
    }
    return 0;
}
