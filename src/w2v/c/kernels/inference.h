/* What vectors of new documents are found by, against rows that stay as they are: each instruction set's part of kernels.h. */
#ifndef W2V_INFERENCE_H
#define W2V_INFERENCE_H

#include <stddef.h>
#include <stdint.h>

/* The windows of n words that follow each other, word number first + i having rows[from[i]] .. rows[to[i] - 1]: each window begins, and
 * ends, where the one before it does, or a row further on. */
typedef struct {
    float *const *rows;
    int64_t first;
    int n;
    const int64_t *from, *to;
    const float *shares; /* what the sum of each is multiplied by */
    const float *vector; /* stands in the place of the word itself */
} w2v_windows;

typedef struct {
    /* hidden[i] becomes the sum of window i times its share. The sum goes on from one window to the next: the row that comes is
     * added, then the row that goes subtracted. */
    void (*windows)(const w2v_windows *windows, size_t size, float *const *hidden);
    /* Sums of 8 each, to which `partial` has room for one more: the products of an input with n rows, */
    void (*products)(float *input, float *const *rows, int n, size_t size, float *partial);
    /* and of each of n inputs with its own row. */
    void (*own_products)(float *const *inputs, float *const *rows, int n, size_t size, float *partial);
    /* errors[i] becomes rate * times[i] * (labels[i] - sigmoid of product i); all arrays have room for a multiple of 16. */
    void (*errors)(const float *partial, const float *labels, const float *times, int n, float rate, float *errors);
    /* sum += the sum of n rows, each times its factor, added up in their order. */
    void (*combine)(float *const *rows, const float *factors, int n, size_t size, float *sum);
} w2v_inference;

#endif
