/* The -classes option of word2vec.c: ten rounds of k-means on the unit sphere, to the bit. */
#include <math.h>
#include <stdlib.h>

#include "w2v_mirror.h"

/* Set every centre to the sum of its words, divided by their number plus one, scaled to length 1. That of an empty class is not
 * a number, so no word ever joins it again. */
static void find_centres(const float *vectors, int64_t n_words, size_t size, int32_t n_classes, const int32_t *classes,
                         float *centres, int32_t *members) {
    for (size_t i = 0; i < (size_t)n_classes * size; i++)
        centres[i] = 0;
    for (int32_t k = 0; k < n_classes; k++)
        members[k] = 1;
    for (int64_t word = 0; word < n_words; word++) {
        float *centre = centres + size * (size_t)classes[word];
        for (size_t i = 0; i < size; i++)
            centre[i] += vectors[size * (size_t)word + i];
        members[classes[word]]++;
    }
    for (int32_t k = 0; k < n_classes; k++) {
        float *centre = centres + size * (size_t)k;
        float length = 0;
        for (size_t i = 0; i < size; i++) {
            centre[i] /= (float)members[k];
            length += centre[i] * centre[i];
        }
        length = (float)sqrt((double)length);
        for (size_t i = 0; i < size; i++)
            centre[i] /= length;
    }
}

/* The centre with the largest product; of equal ones, the first. */
static int32_t nearest(const float *vector, size_t size, const float *centres, int32_t n_classes) {
    float best = -10;
    int32_t nearest = 0;
    for (int32_t k = 0; k < n_classes; k++) {
        float product = 0;
        for (size_t i = 0; i < size; i++)
            product += centres[size * (size_t)k + i] * vector[i];
        if (product > best) {
            best = product;
            nearest = k;
        }
    }
    return nearest;
}

w2v_status w2v_mirror_classes(const float *vectors, int64_t n_words, int32_t size, int32_t n_classes, int32_t *classes) {
    float *centres = malloc((size_t)n_classes * (size_t)size * sizeof *centres);
    int32_t *members = malloc((size_t)n_classes * sizeof *members);
    w2v_status status = centres && members ? W2V_OK : W2V_NO_MEMORY;
    if (status == W2V_OK) {
        for (int64_t word = 0; word < n_words; word++)
            classes[word] = (int32_t)(word % n_classes);
        for (int round = 0; round < 10; round++) {
            find_centres(vectors, n_words, (size_t)size, n_classes, classes, centres, members);
            for (int64_t word = 0; word < n_words; word++)
                classes[word] = nearest(vectors + (size_t)size * (size_t)word, (size_t)size, centres, n_classes);
        }
    }
    free(centres);
    free(members);
    return status;
}
