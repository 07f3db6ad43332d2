/* Words as word2vec.c reads and keeps them: where its words begin and end, and which words it has seen how often. */
#include <stdlib.h>
#include <string.h>

#include "words.h"

size_t w2v_mirror_read_word(w2v_mirror_reader *reader, uint8_t *word, size_t max_string) {
    size_t length = 0;
    while (!reader->ended) {
        int byte = w2v_mirror_read_byte(reader);
        if (byte == '\r')
            continue;
        if (byte == ' ' || byte == '\t' || byte == '\n') {
            if (length > 0) {
                reader->at -= byte == '\n'; /* the newline is the next word */
                break;
            }
            if (byte == '\n') {
                memcpy(word, "</s>", 4);
                return 4;
            }
            continue;
        }
        word[length] = (uint8_t)byte;
        length += length < max_string - 2;
    }
    const uint8_t *zero = memchr(word, 0, length); /* the original's words are C strings */
    return zero ? (size_t)(zero - word) : length;
}

int w2v_mirror_is_newline(const uint8_t *word, size_t length) {
    return length == 4 && memcmp(word, "</s>", 4) == 0;
}

/* FNV-1a, 64 bits, its high half folded in. Which hash it is does not show in any result. */
static size_t hash_bytes(const uint8_t *bytes, size_t length) {
    uint64_t hash = 0xCBF29CE484222325u;
    for (size_t i = 0; i < length; i++)
        hash = (hash ^ bytes[i]) * 0x100000001B3u;
    return (size_t)(hash ^ (hash >> 32));
}

static size_t word_length(const w2v_mirror_words *words, int32_t i) {
    return words->starts[i + 1] - words->starts[i];
}

/* The slot that holds this word, or the free slot where it belongs. */
static size_t find_slot(const w2v_mirror_words *words, const uint8_t *word, size_t length) {
    size_t slot = hash_bytes(word, length) & (words->n_slots - 1);
    for (; words->slots[slot] >= 0; slot = (slot + 1) & (words->n_slots - 1)) {
        int32_t i = words->slots[slot];
        if (word_length(words, i) == length && memcmp(words->bytes + words->starts[i], word, length) == 0)
            break;
    }
    return slot;
}

static void index_word(w2v_mirror_words *words, int32_t i) {
    size_t slot = find_slot(words, words->bytes + words->starts[i], word_length(words, i));
    if (words->slots[slot] < 0)
        words->slots[slot] = i;
}

void w2v_mirror_words_reindex(w2v_mirror_words *words, int64_t min_count, int keep_first) {
    memset(words->slots, 0xFF, words->n_slots * sizeof *words->slots);
    for (int32_t i = 0; i < words->n; i++)
        if (words->counts[i] >= min_count || (keep_first && i == 0))
            index_word(words, i);
}

w2v_status w2v_mirror_words_init(w2v_mirror_words *words) {
    enum { ROOM = 1024 };
    *words = (w2v_mirror_words){.bytes = malloc(8 * ROOM),
                                .bytes_room = 8 * ROOM,
                                .starts = malloc((ROOM + 1) * sizeof *words->starts),
                                .counts = malloc(ROOM * sizeof *words->counts),
                                .room = ROOM,
                                .slots = malloc(2 * ROOM * sizeof *words->slots),
                                .n_slots = 2 * ROOM};
    if (!words->bytes || !words->starts || !words->counts || !words->slots)
        return W2V_NO_MEMORY;
    words->starts[0] = 0;
    memset(words->slots, 0xFF, words->n_slots * sizeof *words->slots);
    return W2V_OK;
}

void w2v_mirror_words_clear(w2v_mirror_words *words) {
    free(words->bytes);
    free(words->starts);
    free(words->counts);
    free(words->slots);
}

int32_t w2v_mirror_words_find(const w2v_mirror_words *words, const uint8_t *word, size_t length) {
    return words->slots[find_slot(words, word, length)];
}

/* Make room for twice as many words. */
static w2v_status grow(w2v_mirror_words *words) {
    if (words->room > INT32_MAX / 4)
        return W2V_NO_MEMORY;
    size_t room = 2 * (size_t)words->room;
    size_t *starts = realloc(words->starts, (room + 1) * sizeof *starts);
    words->starts = starts ? starts : words->starts;
    int64_t *counts = realloc(words->counts, room * sizeof *counts);
    words->counts = counts ? counts : words->counts;
    int32_t *slots = realloc(words->slots, 2 * room * sizeof *slots);
    words->slots = slots ? slots : words->slots;
    if (!starts || !counts || !slots)
        return W2V_NO_MEMORY;
    words->room = (int32_t)room;
    words->n_slots = 2 * room;
    w2v_mirror_words_reindex(words, INT64_MIN, 1);
    return W2V_OK;
}

w2v_status w2v_mirror_words_append(w2v_mirror_words *words, const uint8_t *word, size_t length) {
    if (words->n == words->room && grow(words) != W2V_OK)
        return W2V_NO_MEMORY;
    size_t start = words->starts[words->n];
    if (start + length > words->bytes_room) {
        size_t room = 2 * words->bytes_room + length;
        uint8_t *bytes = realloc(words->bytes, room);
        if (!bytes)
            return W2V_NO_MEMORY;
        words->bytes = bytes;
        words->bytes_room = room;
    }
    memcpy(words->bytes + start, word, length);
    words->starts[words->n + 1] = start + length;
    words->counts[words->n] = 0;
    index_word(words, words->n++);
    return W2V_OK;
}

w2v_status w2v_mirror_words_count(w2v_mirror_words *words, const uint8_t *word, size_t length) {
    int32_t i = w2v_mirror_words_find(words, word, length);
    if (i < 0) {
        i = words->n;
        if (w2v_mirror_words_append(words, word, length) != W2V_OK)
            return W2V_NO_MEMORY;
    }
    words->counts[i]++;
    return W2V_OK;
}

void w2v_mirror_words_prune(w2v_mirror_words *words, int64_t least) {
    int32_t kept = 0;
    for (int32_t i = 0; i < words->n; i++) {
        if (words->counts[i] <= least)
            continue;
        size_t length = word_length(words, i);
        memmove(words->bytes + words->starts[kept], words->bytes + words->starts[i], length);
        words->counts[kept] = words->counts[i];
        words->starts[kept + 1] = words->starts[kept] + length;
        kept++;
    }
    words->n = kept;
    w2v_mirror_words_reindex(words, INT64_MIN, 1);
}

/* Whether word a stays before word b. The original subtracts counts and keeps the low 32 bits, and so do we. */
static int in_order(const int64_t *counts, int32_t a, int32_t b) {
    return (int32_t)(uint32_t)((uint64_t)counts[b] - (uint64_t)counts[a]) <= 0;
}

/* Stable merge sort of n word numbers, halved as glibc's qsort does, so that even an order which is none (see above)
 * comes out alike. */
static void merge_sort(const int64_t *counts, int32_t *order, int32_t *spare, int32_t n) {
    if (n < 2)
        return;
    int32_t half = n / 2, left = 0, right = half, out = 0;
    merge_sort(counts, order, spare, half);
    merge_sort(counts, order + half, spare, n - half);
    while (left < half && right < n)
        spare[out++] = in_order(counts, order[left], order[right]) ? order[left++] : order[right++];
    while (left < half)
        spare[out++] = order[left++];
    memcpy(order, spare, (size_t)out * sizeof *order); /* what is left on the right is in its place */
}

/* Bring the words into a new order. */
static w2v_status reorder(w2v_mirror_words *words, const int32_t *order) {
    size_t n = (size_t)words->n, total = words->starts[n], at = 0;
    uint8_t *bytes = malloc(total + 1);
    size_t *starts = malloc((n + 1) * sizeof *starts);
    int64_t *counts = malloc((n + 1) * sizeof *counts);
    if (!bytes || !starts || !counts) {
        free(bytes);
        free(starts);
        free(counts);
        return W2V_NO_MEMORY;
    }
    starts[0] = 0;
    for (size_t i = 0; i < n; i++) {
        size_t length = word_length(words, order[i]);
        memcpy(bytes + at, words->bytes + words->starts[order[i]], length);
        counts[i] = words->counts[order[i]];
        starts[i + 1] = at += length;
    }
    free(words->bytes);
    free(words->starts);
    free(words->counts);
    words->bytes = bytes;
    words->bytes_room = total + 1;
    words->starts = starts;
    words->counts = counts;
    words->room = words->n;
    return W2V_OK;
}

w2v_status w2v_mirror_words_sort(w2v_mirror_words *words) {
    size_t n = (size_t)words->n;
    int32_t *order = malloc((2 * n + 1) * sizeof *order);
    if (!order)
        return W2V_NO_MEMORY;
    for (size_t i = 0; i < n; i++)
        order[i] = (int32_t)i;
    if (n > 1)
        merge_sort(words->counts, order + 1, order + n, words->n - 1);
    w2v_status status = reorder(words, order);
    free(order);
    return status;
}
