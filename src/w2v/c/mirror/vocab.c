/* The vocabulary of word2vec.c: counted from a text or read from a -save-vocab file, then sorted and cut. */
#include <stdlib.h>
#include <string.h>

#include "vocab.h"

enum { MAX_STRING = 100 };

w2v_mirror_vocab *w2v_mirror_vocab_new(void) {
    w2v_mirror_vocab *vocab = calloc(1, sizeof *vocab);
    if (vocab && w2v_mirror_words_init(&vocab->words) != W2V_OK) {
        w2v_mirror_vocab_free(vocab);
        return NULL;
    }
    return vocab;
}

void w2v_mirror_vocab_free(w2v_mirror_vocab *vocab) {
    if (vocab)
        w2v_mirror_words_clear(&vocab->words);
    free(vocab);
}

w2v_status w2v_mirror_vocab_count(w2v_mirror_vocab *vocab, const uint8_t *text, size_t length, int64_t limit, int64_t hash_size,
                                  int *done) {
    uint8_t word[MAX_STRING];
    w2v_mirror_reader reader = {.text = text, .length = length, .at = vocab->at};
    if (vocab->at == 0 && w2v_mirror_words_append(&vocab->words, (const uint8_t *)"</s>", 4) != W2V_OK)
        return W2V_NO_MEMORY;
    while (limit-- > 0) {
        size_t n = w2v_mirror_read_word(&reader, word, MAX_STRING);
        if (reader.ended)
            break;
        if (w2v_mirror_words_count(&vocab->words, word, n) != W2V_OK)
            return W2V_NO_MEMORY;
        if (vocab->words.n > (double)hash_size * 0.7)
            w2v_mirror_words_prune(&vocab->words, ++vocab->pruned);
    }
    vocab->at = reader.at;
    *done = reader.ended;
    return W2V_OK;
}

static int is_space(int byte) {
    return byte == ' ' || (byte >= '\t' && byte <= '\r');
}

/* What scanf("%lld%c") does: blanks, a number, and whatever byte follows it. No number: nothing more is read, and `count`
 * stays. Too large a number is taken as the largest. */
static void scan_count(w2v_mirror_reader *reader, int64_t *count) {
    int byte, negative, digits = 0;
    uint64_t value = 0;
    do
        byte = w2v_mirror_read_byte(reader);
    while (is_space(byte));
    negative = byte == '-';
    if (byte == '-' || byte == '+')
        byte = w2v_mirror_read_byte(reader);
    for (; byte >= '0' && byte <= '9'; byte = w2v_mirror_read_byte(reader), digits = 1)
        value = value > (INT64_MAX - 9) / 10 ? INT64_MAX : value * 10 + (uint64_t)(byte - '0');
    if (digits)
        *count = negative ? -(int64_t)value : (int64_t)value;
    else if (byte >= 0)
        reader->at--;
}

w2v_status w2v_mirror_vocab_read(w2v_mirror_vocab *vocab, const uint8_t *text, size_t length) {
    uint8_t word[MAX_STRING];
    w2v_mirror_reader reader = {.text = text, .length = length};
    for (;;) {
        size_t n = w2v_mirror_read_word(&reader, word, MAX_STRING);
        if (reader.ended)
            return W2V_OK;
        if (w2v_mirror_words_append(&vocab->words, word, n) != W2V_OK)
            return W2V_NO_MEMORY;
        scan_count(&reader, &vocab->words.counts[vocab->words.n - 1]);
    }
}

w2v_status w2v_mirror_vocab_finish(w2v_mirror_vocab *vocab, int32_t min_count) {
    w2v_mirror_words *words = &vocab->words;
    if (w2v_mirror_words_sort(words) != W2V_OK)
        return W2V_NO_MEMORY;
    int32_t kept = words->n > 0;
    for (int32_t i = 1; i < words->n; i++)
        kept += words->counts[i] >= min_count;
    words->n = kept;
    w2v_mirror_words_reindex(words, INT64_MIN, 1);
    vocab->total = 0;
    for (int32_t i = 0; i < kept; i++)
        vocab->total += words->counts[i];
    return W2V_OK;
}

void w2v_mirror_vocab_size(const w2v_mirror_vocab *vocab, int64_t *n, int64_t *n_bytes) {
    *n = vocab->words.n;
    *n_bytes = (int64_t)vocab->words.starts[vocab->words.n];
}

void w2v_mirror_vocab_export(const w2v_mirror_vocab *vocab, uint8_t *bytes, int64_t *offsets, int64_t *counts) {
    const w2v_mirror_words *words = &vocab->words;
    memcpy(bytes, words->bytes, words->starts[words->n]);
    for (int32_t i = 0; i <= words->n; i++)
        offsets[i] = (int64_t)words->starts[i];
    memcpy(counts, words->counts, (size_t)words->n * sizeof *counts);
}
