/* Rows of word2vec files: a word and its floats, as text or binary. */
#include <string.h>

#include "decimal.h"
#include "w2v.h"

/* Read one line of text [p, end) into `out`. Returns the end of the word, or NULL if the line needs a closer look. */
static const char *read_line(const char *p, const char *end, float *out, size_t columns) {
    while (end > p && (end[-1] == ' ' || end[-1] == '\r' || end[-1] == '\t'))
        end--;
    const char *word_end = memchr(p, ' ', (size_t)(end - p));
    if (!word_end)
        return NULL;
    for (; p < word_end; p++)
        if (*p == '\t' || *p == '\r')
            return NULL; /* the end of a word, or of a line, in another spelling */
    for (size_t i = 0; i < columns; i++) {
        if (p == end)
            return NULL; /* else *p is a blank: the word and every number end at one */
        p = w2v_parse_float(p + 1, end, &out[i]);
        if (!p)
            return NULL;
    }
    return p == end ? word_end : NULL;
}

static size_t read_text(const char *text, size_t length, int last, float *out, size_t rows, size_t columns, int64_t *words,
                        size_t *position) {
    size_t row = 0;
    const char *p = text, *text_end = text + length;
    while (row < rows && p < text_end) {
        const char *end = memchr(p, '\n', (size_t)(text_end - p));
        if (!end && !last)
            break;
        const char *line_end = end ? end : text_end;
        const char *word_end = read_line(p, line_end, out + row * columns, columns);
        if (!word_end)
            break;
        words[2 * row] = p - text;
        words[2 * row + 1] = word_end - text;
        row++;
        p = end ? end + 1 : text_end;
    }
    *position = (size_t)(p - text);
    return row;
}

static size_t read_binary(const char *text, size_t length, float *out, size_t rows, size_t columns, int64_t *words,
                          size_t *position) {
    size_t row = 0, bytes = columns * sizeof(float);
    const char *p = text, *text_end = text + length;
    for (; row < rows; row++) {
        while (p < text_end && *p == '\n')
            p++;
        const char *word_end = p < text_end ? memchr(p, ' ', (size_t)(text_end - p)) : NULL;
        if (!word_end || (size_t)(text_end - word_end - 1) < bytes || memchr(p, '\n', (size_t)(word_end - p)))
            break; /* no word has a line end in it: this is no row */
        memcpy(out + row * columns, word_end + 1, bytes);
        words[2 * row] = p - text;
        words[2 * row + 1] = word_end - text;
        p = word_end + 1 + bytes;
    }
    *position = (size_t)(p - text);
    return row;
}

size_t w2v_read_rows(const char *text, size_t length, int last, int binary, float *out, size_t rows, size_t columns, int64_t *words,
                     size_t *position) {
    if (binary)
        return read_binary(text, length, out, rows, columns, words, position);
    return read_text(text, length, last, out, rows, columns, words, position);
}

size_t w2v_write_rows(const char *words, const int64_t *ends, const float *vectors, size_t stride, size_t rows, size_t columns,
                      char *out) {
    char *p = out;
    int64_t start = 0;
    for (size_t row = 0; row < rows; row++) {
        size_t length = (size_t)(ends[row] - start);
        memcpy(p, words + start, length);
        p += length;
        start = ends[row];
        for (size_t i = 0; i < columns; i++) {
            *p++ = ' ';
            p = w2v_print_float(vectors[row * stride + i], p);
        }
        *p++ = '\n';
    }
    return (size_t)(p - out);
}
