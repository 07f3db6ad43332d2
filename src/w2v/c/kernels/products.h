/* Products of matrices and what lies between them, for the full softmax: each instruction set's part of kernels.h.
 *
 * An element of a product is one chain of fused multiply-adds in the order of the steps, whatever tiles it is computed in;
 * so all sets return the same bits. */
#ifndef W2V_PRODUCTS_H
#define W2V_PRODUCTS_H

#include <stddef.h>

/* c = a b, or c += a b. Element (i, s) of a, rows x steps, is a[i * a_row + s * a_step]. Rows of b (steps x columns) and of c
 * (rows x columns) are 64-byte aligned, b_row and c_row floats apart; columns is a multiple of 16. */
typedef struct {
    const float *a, *b;
    float *c;
    size_t a_row, a_step, b_row, c_row;
    size_t rows, steps, columns;
    int adds;
} w2v_product;

typedef struct {
    void (*multiply)(const w2v_product *product);
    /* largest[i] becomes the largest of itself and column i of `rows` rows. All rows here have W2V_SOFTMAX_INPUTS columns. */
    void (*largest)(const float *logits, size_t rows, float *largest);
    /* Logits become e^(logit - largest), at least e^-60, in place; sums[i] becomes their sum over column i. */
    void (*exponentials)(float *logits, size_t rows, const float *largest, float *sums);
} w2v_products;

enum { W2V_SOFTMAX_INPUTS = 16 }; /* inputs whose logits are computed together */

#endif
