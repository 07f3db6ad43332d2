/* The kernels of products.h, written once. An instruction set's file includes this after body.h and defines, in addition:
 *   TILE_ROWS (12, 6 or 1) and TILE_VECS (1, 2 or 4): a tile of so many rows and vectors of the product stays in registers */

#define EACH_VEC_OF(i, near, DO) DO(i, 0, near) DO(i, 1, near) DO(i, 2, near) DO(i, 3, near)
#define THREE_ROWS(i, j, k, DO) EACH_VEC_OF(i, a_##i, DO) EACH_VEC_OF(j, a_##i, DO) EACH_VEC_OF(k, a_##i, DO)
#define EACH_ROW(DO) THREE_ROWS(0, 1, 2, DO) THREE_ROWS(3, 4, 5, DO) THREE_ROWS(6, 7, 8, DO) THREE_ROWS(9, 10, 11, DO)

#define BEGIN_TILE(i, v, near) vec tile_##i##_##v = adds && (i) < rows && (v) < vecs ? load(c + (i) * p->c_row + (v) * W) : zero();
#define LOAD_STEP(v) const vec b_##v = (v) < vecs ? load(b + (v) * W) : zero();
#define ADD_STEP(i, v, near)                                                                                                       \
    if ((i) < rows && (v) < vecs)                                                                                                  \
        tile_##i##_##v = fma(set1(near[(i) % 3 * a_row]), b_##v, tile_##i##_##v);
#define STORE_TILE(i, v, near)                                                                                                     \
    if ((i) < rows && (v) < vecs)                                                                                                  \
        store(c + (i) * p->c_row + (v) * W, tile_##i##_##v);

/* One tile; rows, vecs and adds are constants after inlining. Three rows of a share a pointer, or there are not enough
 * registers. */
W2V_INLINE void FN(tile)(const w2v_product *p, const float *a, const float *b, float *c, const int rows, const int vecs,
                         const int adds) {
    const size_t a_row = p->a_row, a_step = p->a_step, b_row = p->b_row;
    const float *a_0 = a, *a_3 = a + (rows > 3) * 3 * a_row, *a_6 = a + (rows > 6) * 6 * a_row, *a_9 = a + (rows > 9) * 9 * a_row;
    EACH_ROW(BEGIN_TILE)
    for (size_t s = p->steps; s > 0; s--) {
        LOAD_STEP(0)
        LOAD_STEP(1)
        LOAD_STEP(2)
        LOAD_STEP(3)
        EACH_ROW(ADD_STEP)
        b += b_row;
        a_0 += a_step, a_3 += a_step, a_6 += a_step, a_9 += a_step;
    }
    EACH_ROW(STORE_TILE)
}

/* All rows of `vecs` vectors of the product. */
W2V_INLINE void FN(tiles)(const w2v_product *p, const float *b, float *c, const int vecs, const int adds) {
    const float *a = p->a;
    size_t left = p->rows;
    for (; left >= TILE_ROWS; left -= TILE_ROWS, a += TILE_ROWS * p->a_row, c += TILE_ROWS * p->c_row)
        FN(tile)(p, a, b, c, TILE_ROWS, vecs, adds);
    for (; TILE_ROWS > 4 && left >= 4; left -= 4, a += 4 * p->a_row, c += 4 * p->c_row)
        FN(tile)(p, a, b, c, 4, vecs, adds);
    for (; TILE_ROWS > 1 && left; left--, a += p->a_row, c += p->c_row)
        FN(tile)(p, a, b, c, 1, vecs, adds);
}

static void FN(multiply)(const w2v_product *p) {
    size_t column = 0;
    for (; column + TILE_VECS * W <= p->columns; column += TILE_VECS * W)
        if (p->adds)
            FN(tiles)(p, p->b + column, p->c + column, TILE_VECS, 1);
        else
            FN(tiles)(p, p->b + column, p->c + column, TILE_VECS, 0);
    for (; TILE_VECS * W > W2V_LANES && column < p->columns; column += W2V_LANES)
        if (p->adds)
            FN(tiles)(p, p->b + column, p->c + column, W2V_LANES / W, 1);
        else
            FN(tiles)(p, p->b + column, p->c + column, W2V_LANES / W, 0);
}

static void FN(largest)(const float *logits, size_t rows, float *largest) {
    for (size_t e = 0; e < W2V_SOFTMAX_INPUTS; e += W) {
        vec most = load(largest + e);
        const float *row = logits + e;
        for (size_t i = 0; i < rows; i++, row += W2V_SOFTMAX_INPUTS)
            most = max(most, load(row));
        store(largest + e, most);
    }
}

/* e^x for x from -60 to 0: as the sigmoid's exponential. Below -60 nothing is left of a share of the sum, and products with
 * smaller numbers would be denormal, and slow. */
static void FN(exponentials)(float *logits, size_t rows, const float *largest, float *sums) {
    const vec magic = set1(12582912.0f), log2e = set1(1.44269504f), least = set1(-60.0f);
    for (size_t e = 0; e < W2V_SOFTMAX_INPUTS; e += W) {
        const vec most = load(largest + e);
        vec sum = zero();
        float *row = logits + e;
        for (size_t i = 0; i < rows; i++, row += W2V_SOFTMAX_INPUTS) {
            const vec x = max(sub(load(row), most), least), shifted = fma(x, log2e, magic);
            const vec power = FN(power)(fma(x, log2e, sub(magic, shifted)), shifted);
            store(row, power);
            sum = add(sum, power);
        }
        store(sums + e, sum);
    }
}

const w2v_products FN(products) = {FN(multiply), FN(largest), FN(exponentials)};
