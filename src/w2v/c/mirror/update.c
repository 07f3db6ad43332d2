/* The arithmetic of word2vec.c for one position of a sentence: skip-gram or CBOW, noise words and Huffman nodes.
 *
 * The original computes output after output: a dot product summed from left to right, then the update of that row. A sum waits
 * for itself at every step, so the processor idles. Rows of different outputs do not depend on each other, so here several dot
 * products are summed side by side, each in its own order, and then the rows are updated in turn: the same bits, sooner. Only
 * an output that comes twice has to wait for its first update; it starts a new group. */
#include <stddef.h>

#include "mirror.h"

enum { LANES = 4, GROUP = 8 * LANES };

/* Outputs to be trained on one input row. */
typedef struct {
    w2v_mirror *mirror;
    const float *input; /* size */
    float *matrix;      /* syn1neg or syn1 */
    int is_node;        /* 1: Huffman nodes, 0: words */
    int n;
    int32_t rows[GROUP];
    float labels[GROUP]; /* what the sigmoid should be: 0 or 1 */
} outputs;

/* products[k] = input . row k, each summed from left to right. Rows past the last repeat it. */
static void dot_products(const outputs *group, float *products) {
    size_t size = (size_t)group->mirror->settings.size;
    const float *restrict x = group->input;
    for (int first = 0; first < group->n; first += LANES) {
        const float *row[LANES];
        float sum[LANES] = {0};
        for (int k = 0; k < LANES; k++)
            row[k] = group->matrix + size * (size_t)group->rows[first + k < group->n ? first + k : group->n - 1];
        for (size_t i = 0; i < size; i++)
            for (int k = 0; k < LANES; k++)
                sum[k] += x[i] * row[k][i];
        for (int k = 0; k < LANES; k++)
            products[first + k] = sum[k];
    }
}

/* Move the row by g times the input, and the input's error by g times the row as it was. */
static void update_row(float *restrict row, const float *restrict input, float *restrict error, float g, size_t size) {
    for (size_t i = 0; i < size; i++) {
        error[i] += g * row[i];
        row[i] += g * input[i];
    }
}

static float sigmoid(const w2v_mirror *mirror, float x) {
    return mirror->sigmoid[(int)((x + W2V_MIRROR_MAX_EXP) * (W2V_MIRROR_SIGMOID / W2V_MIRROR_MAX_EXP / 2))];
}

/* Train the waiting outputs. Beyond the table, words get the full error, and Huffman nodes are left alone. */
static w2v_status flush(outputs *group) {
    const w2v_mirror *mirror = group->mirror;
    size_t size = (size_t)mirror->settings.size;
    float products[GROUP];
    dot_products(group, products);
    for (int k = 0; k < group->n; k++) {
        float x = products[k], y;
        if (group->is_node && (x <= -W2V_MIRROR_MAX_EXP || x >= W2V_MIRROR_MAX_EXP))
            continue;
        if (x > W2V_MIRROR_MAX_EXP)
            y = 1;
        else if (x < -W2V_MIRROR_MAX_EXP)
            y = 0;
        else if (x == x)
            y = sigmoid(mirror, x);
        else
            return W2V_DIVERGED;
        float g = (group->labels[k] - y) * mirror->alpha;
        update_row(group->matrix + size * (size_t)group->rows[k], group->input, mirror->error, g, size);
    }
    group->n = 0;
    return W2V_OK;
}

static w2v_status add_output(outputs *group, int32_t row, float label) {
    int wait = group->n == GROUP;
    for (int k = 0; k < group->n; k++)
        wait |= group->rows[k] == row;
    if (wait) {
        w2v_status status = flush(group);
        if (status != W2V_OK)
            return status;
    }
    group->rows[group->n] = row;
    group->labels[group->n++] = label;
    return W2V_OK;
}

/* The nodes on the path of a word: the sigmoid of a node is the chance of side 0. */
static w2v_status train_nodes(w2v_mirror *mirror, const float *input, float *syn1, int32_t word) {
    outputs group = {.mirror = mirror, .input = input, .matrix = syn1, .is_node = 1};
    w2v_status status = W2V_OK;
    for (int64_t i = mirror->offsets[word]; i < mirror->offsets[word + 1] && status == W2V_OK; i++)
        status = add_output(&group, mirror->points[i], 1.0f - mirror->codes[i]);
    return status == W2V_OK ? flush(&group) : status;
}

/* A noise word. "</s>" is replaced by a word drawn evenly from the others. */
static int32_t draw_noise(w2v_mirror *mirror) {
    uint64_t random = w2v_mirror_random(mirror);
    int32_t word = w2v_mirror_noise_word(&mirror->noise, (uint32_t)((random >> 16) % W2V_NOISE_CELLS));
    return word ? word : (int32_t)(random % (uint64_t)(mirror->n_words - 1)) + 1;
}

/* The word itself and up to `negative` noise words: one that equals the word is skipped, not redrawn. */
static w2v_status train_words(w2v_mirror *mirror, const float *input, float *syn1neg, int32_t word) {
    outputs group = {.mirror = mirror, .input = input, .matrix = syn1neg};
    w2v_status status = add_output(&group, word, 1);
    for (int32_t k = 0; k < mirror->settings.negative && status == W2V_OK; k++) {
        int32_t noise = draw_noise(mirror);
        if (noise != word)
            status = add_output(&group, noise, 0);
    }
    return status == W2V_OK ? flush(&group) : status;
}

/* Train the outputs of a word on one input row; the change the row should get is left in mirror->error. */
static w2v_status train_outputs(w2v_mirror *mirror, const float *input, float *syn1neg, float *syn1, int32_t word) {
    w2v_status status = W2V_OK;
    for (int32_t i = 0; i < mirror->settings.size; i++)
        mirror->error[i] = 0;
    if (mirror->settings.hs)
        status = train_nodes(mirror, input, syn1, word);
    if (mirror->settings.negative > 0 && status == W2V_OK)
        status = train_words(mirror, input, syn1neg, word);
    return status;
}

static void add_to(float *restrict sum, const float *restrict row, size_t size) {
    for (size_t i = 0; i < size; i++)
        sum[i] += row[i];
}

static w2v_status cbow(w2v_mirror *mirror, float *syn0, float *syn1neg, float *syn1, int32_t first, int32_t last) {
    size_t size = (size_t)mirror->settings.size;
    const int32_t *sentence = mirror->sentence;
    if (first >= last) /* no word but the one in the middle */
        return W2V_OK;
    for (size_t i = 0; i < size; i++)
        mirror->hidden[i] = 0;
    for (int32_t i = first; i <= last; i++)
        if (i != mirror->position)
            add_to(mirror->hidden, syn0 + size * (size_t)sentence[i], size);
    for (size_t i = 0; i < size; i++)
        mirror->hidden[i] /= (float)(last - first);
    w2v_status status = train_outputs(mirror, mirror->hidden, syn1neg, syn1, sentence[mirror->position]);
    for (int32_t i = first; i <= last && status == W2V_OK; i++)
        if (i != mirror->position)
            add_to(syn0 + size * (size_t)sentence[i], mirror->error, size);
    return status;
}

static w2v_status skip_gram(w2v_mirror *mirror, float *syn0, float *syn1neg, float *syn1, int32_t first, int32_t last) {
    size_t size = (size_t)mirror->settings.size;
    w2v_status status = W2V_OK;
    for (int32_t i = first; i <= last && status == W2V_OK; i++) {
        if (i == mirror->position)
            continue;
        float *input = syn0 + size * (size_t)mirror->sentence[i];
        status = train_outputs(mirror, input, syn1neg, syn1, mirror->sentence[mirror->position]);
        add_to(input, mirror->error, size);
    }
    return status;
}

w2v_status w2v_mirror_update(w2v_mirror *mirror, float *syn0, float *syn1neg, float *syn1) {
    int32_t window = mirror->settings.window, at = mirror->position, end = mirror->length - 1;
    int32_t reach = window - (int32_t)(w2v_mirror_random(mirror) % (uint64_t)window);
    int32_t first = at < reach ? 0 : at - reach, last = end - at < reach ? end : at + reach;
    return (mirror->settings.cbow ? cbow : skip_gram)(mirror, syn0, syn1neg, syn1, first, last);
}
