/* What vectors of new documents are found by, against rows that stay as they are: each instruction set's part of kernels.h. */
#ifndef W2V_INFERENCE_H
#define W2V_INFERENCE_H

#include <stddef.h>

typedef struct {
    /* The products of an input with n rows, as 8 sums each; `partial` has room for one more. */
    void (*products)(float *input, float *const *rows, int n, size_t size, float *partial);
    /* errors[i] becomes rate * times[i] * (labels[i] - sigmoid of product i); all arrays have room for a multiple of 16. */
    void (*errors)(const float *partial, const float *labels, const float *times, int n, float rate, float *errors);
    /* sum += the sum of n rows, each times its factor, added up in their order. */
    void (*combine)(float *const *rows, const float *factors, int n, size_t size, float *sum);
} w2v_inference;

#endif
