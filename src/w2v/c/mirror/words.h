/* Words as word2vec.c reads and keeps them: a reader of text, and a list of distinct words with counts. */
#ifndef W2V_MIRROR_WORDS_H
#define W2V_MIRROR_WORDS_H

#include "w2v_mirror.h"

/* A place in a text. `ended` is set by trying to read past the end, not by standing there, as feof has it: so a word that
 * nothing follows is lost, because its reader cannot tell it from no word at all. */
typedef struct {
    const uint8_t *text;
    size_t length, at;
    int ended;
} w2v_mirror_reader;

/* The next byte, or -1 past the end. */
static inline int w2v_mirror_read_byte(w2v_mirror_reader *reader) {
    if (reader->at < reader->length)
        return reader->text[reader->at++];
    reader->ended = 1;
    return -1;
}

/* Read one word into `word` (room for max_string bytes) and return its length; look at reader->ended before using it.
 * Blanks, tabs and newlines end words, a newline is itself the word "</s>", and carriage returns do not exist. Of a long word
 * only the first max_string - 2 bytes count, and nothing from a zero byte on. */
size_t w2v_mirror_read_word(w2v_mirror_reader *reader, uint8_t *word, size_t max_string);

/* Whether a word that was read is the end of a sentence. */
int w2v_mirror_is_newline(const uint8_t *word, size_t length);

/* Distinct words in order. Word i is bytes[starts[i]] up to bytes[starts[i + 1]]; slots are open-addressed word numbers. */
typedef struct {
    uint8_t *bytes;
    size_t bytes_room;
    size_t *starts; /* room + 1 of them */
    int64_t *counts;
    int32_t n, room;
    int32_t *slots; /* -1: free */
    size_t n_slots; /* a power of two, more than n */
} w2v_mirror_words;

w2v_status w2v_mirror_words_init(w2v_mirror_words *words);
void w2v_mirror_words_clear(w2v_mirror_words *words);

/* The number of a word, or -1. Of equal words, the one with the lowest number. */
int32_t w2v_mirror_words_find(const w2v_mirror_words *words, const uint8_t *word, size_t length);

/* Append a word with count 0, whether or not an equal one is there. */
w2v_status w2v_mirror_words_append(w2v_mirror_words *words, const uint8_t *word, size_t length);

/* Add one to the count of a word, which is appended if it is new. */
w2v_status w2v_mirror_words_count(w2v_mirror_words *words, const uint8_t *word, size_t length);

/* Keep only words with a count above `least`, in order: what word2vec.c does when its hash table fills up. */
void w2v_mirror_words_prune(w2v_mirror_words *words, int64_t least);

/* Sort all words but the first by falling count, equal counts in the order they had. It may be called once, at the end:
 * nothing can be appended afterwards, and find() needs a reindex. */
w2v_status w2v_mirror_words_sort(w2v_mirror_words *words);

/* Let find() know words 0..n-1 with counts of at least min_count, and the first word if `keep_first`. */
void w2v_mirror_words_reindex(w2v_mirror_words *words, int64_t min_count, int keep_first);

#endif
