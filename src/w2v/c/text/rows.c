/* Rows of word2vec files: a word and its floats, as text or binary. */
#include <string.h>

#include "decimal.h"
#include "w2v.h"

enum { MAX_REST = 64 }; /* bytes of a word after a blank in it */

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

/* Whether all floats from p on are 0 or between 2^-40 and 2^40, as those of vectors are. */
static int are_usual(const char *p, size_t columns) {
    for (size_t i = 0; i < columns; i++) {
        uint32_t bits;
        memcpy(&bits, p + i * sizeof bits, sizeof bits);
        int exponent = (int)(bits >> 23 & 0xff) - 127;
        if ((bits << 1) && (exponent < -40 || exponent > 40))
            return 0;
    }
    return 1;
}

/* Whether the floats at p make sense only if the word before them goes on at p, up to one of the next blanks: they are no usual
 * vector, those after the blank are, and so are the rows before `out`. Too few floats may be anything. */
static int is_within_word(const char *p, const char *end, const float *out, size_t row, size_t columns) {
    size_t bytes = columns * sizeof(float);
    if (columns < 4)
        return 0;
    for (const char *q = p; q < p + MAX_REST && (size_t)(end - q) > bytes && (unsigned char)*q >= ' '; q++) {
        if (*q != ' ' || are_usual(p, columns) || !are_usual(q + 1, columns))
            continue;
        for (size_t before = 1; before <= row && before <= 16; before++)
            if (!are_usual((const char *)(out - before * columns), columns))
                return 0;
        return 1;
    }
    return 0;
}

static size_t read_binary(const char *text, size_t length, int last, float *out, size_t rows, size_t columns, int64_t *words,
                          size_t *position) {
    size_t row = 0, bytes = columns * sizeof(float);
    const char *p = text, *text_end = text + length;
    for (; row < rows; row++) {
        while (p < text_end && *p == '\n')
            p++;
        const char *word_end = p < text_end ? memchr(p, ' ', (size_t)(text_end - p)) : NULL;
        if (!word_end || (size_t)(text_end - word_end - 1) < bytes + (last ? 0 : MAX_REST))
            break;
        if (memchr(p, '\n', (size_t)(word_end - p)) || is_within_word(word_end + 1, text_end, out + row * columns, row, columns))
            break; /* this is no row */
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
        return read_binary(text, length, last, out, rows, columns, words, position);
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
