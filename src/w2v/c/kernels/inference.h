/* What vectors of new documents are found by, against rows that stay as they are: each instruction set's part of kernels.h. */
#ifndef W2V_INFERENCE_H
#define W2V_INFERENCE_H

#include <stddef.h>

typedef struct {
    /* dots[i * n_out + o], 64-byte aligned, becomes the product of input i and output o: of one input, or of up to W2V_OUT_BLOCK
     * outputs. `partial` has room for 8 floats for each of them, and 8 more; `dots` for a multiple of 16. */
    void (*dots)(float *const *inp, int n_inp, float *const *out, int n_out, size_t size, float *partial, float *dots);
    /* Each of n dots becomes rate * times * (label - sigmoid); all have room for a multiple of 16. */
    void (*errors)(float *dots, const float *labels, const float *times, int n, float rate);
    /* sum += the sum of n rows, each times its factor, added up in their order. */
    void (*combine)(float *const *rows, const float *factors, int n, size_t size, float *sum);
} w2v_inference;

#endif
