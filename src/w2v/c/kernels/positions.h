/* The kernels of models with positions, written once. body.h includes this; its rules hold here too. */

/* ---- structured skip-gram: output 0 of every input is its own, the others are shared ---- */

#define ADD_OWN(i)                                                                                                                 \
    if ((i) < n_inp)                                                                                                               \
        sum_##i##_0 = fma(x_##i, load(own[(i) < n_inp ? (i) : 0] + e), sum_##i##_0);
#define ADD_SHARED(o, unused)                                                                                                      \
    if ((o) > 0) {                                                                                                                 \
        ADD_PRODUCTS(o, unused)                                                                                                    \
    }

W2V_INLINE void FN(structured_dots)(float *const *inp, const int n_inp, float *const *own, float *const *out, const int n_out,
                                    size_t size, float *partial) {
    for (int part = 0; part < W2V_LANES / W; part++) {
        EACH_INP(ZERO_SUMS)
        for (size_t e = part * W; e < size; e += W2V_LANES) {
            EACH_INP(LOAD_INPUT)
            EACH_INP(ADD_OWN)
            EACH_OUT(ADD_SHARED, 0)
        }
        EACH_INP(FOLD_SUMS)
    }
}

/* All dot products of the first block, as FN(dots_block). */
W2V_INLINE void FN(structured_block)(const w2v_placed *p, const int n_out, float *partial) {
    float *const *inp = p->tile.inp, *const *own = p->row, *const *out = p->tile.out;
    const size_t size = p->tile.size;
    int left = p->tile.n_inp;
    for (; left >= INP_BLOCK; left -= INP_BLOCK, inp += INP_BLOCK, own += INP_BLOCK, partial += 8 * INP_BLOCK * n_out)
        FN(structured_dots)(inp, INP_BLOCK, own, out, n_out, size, partial);
    switch (left) {
#if INP_BLOCK > 3
    case 3: FN(structured_dots)(inp, 3, own, out, n_out, size, partial); break;
#endif
#if INP_BLOCK > 2
    case 2: FN(structured_dots)(inp, 2, own, out, n_out, size, partial); break;
#endif
#if INP_BLOCK > 1
    case 1: FN(structured_dots)(inp, 1, own, out, n_out, size, partial); break;
#endif
    default: break;
    }
}

static void FN(structured_errors)(const w2v_placed *p, const w2v_scratch *scratch) {
    const w2v_tile *t = &p->tile;
    float *error = scratch->error, *logits = scratch->logits;
    for (int first = 0; first < t->n_out; first += W2V_OUT_BLOCK) {
        int n_out = t->n_out - first < W2V_OUT_BLOCK ? t->n_out - first : W2V_OUT_BLOCK;
        if (first)
            FN(dots)(t->inp, t->n_inp, t->out + first, n_out, t->size, scratch->partial);
        else
            switch (n_out) {
            case 1: FN(structured_block)(p, 1, scratch->partial); break;
            case 2: FN(structured_block)(p, 2, scratch->partial); break;
            case 3: FN(structured_block)(p, 3, scratch->partial); break;
            case 4: FN(structured_block)(p, 4, scratch->partial); break;
            case 5: FN(structured_block)(p, 5, scratch->partial); break;
            default: FN(structured_block)(p, 6, scratch->partial); break;
            }
        FN(errors)(t, t->n_inp, first, n_out, scratch, logits, error);
        error += W2V_BLOCK_SLOTS;
        logits = logits ? logits + W2V_BLOCK_SLOTS : NULL;
    }
}

/* A noise word that is the right word of an input does not count for it: no error, and a product of which the loss is 0. */
static void FN(leave_out_right)(const w2v_placed *p, const w2v_scratch *scratch) {
    const w2v_tile *t = &p->tile;
    for (int o = 1; o < t->n_out; o++) {
        const int first = o / W2V_OUT_BLOCK * W2V_OUT_BLOCK;
        const int n_out = t->n_out - first < W2V_OUT_BLOCK ? t->n_out - first : W2V_OUT_BLOCK;
        for (int i = 0; i < t->n_inp; i++)
            if (t->out[o] == p->row[i]) {
                const int slot = o / W2V_OUT_BLOCK * W2V_BLOCK_SLOTS + i * n_out + o - first;
                scratch->error[slot] = 0;
                if (scratch->logits)
                    scratch->logits[slot] = -1e9f;
            }
    }
}

#define LOAD_SHARED(o, c)                                                                                                          \
    vec before_##c##_##o = (o) > 0 && (o) < n_out && (c) < chunks ? load(out[(o) < n_out ? (o) : 0] + e + (c) * W) : zero();       \
    vec after_##c##_##o = before_##c##_##o;
#define APPLY_SHARED(o, unused)                                                                                                    \
    if ((o) > 0) {                                                                                                                 \
        APPLY_ERROR(o, unused)                                                                                                     \
    }
#define APPLY_OWN(c)                                                                                                               \
    if ((c) < chunks) {                                                                                                            \
        float *place = own[i] + e + (c) * W;                                                                                       \
        vec y = load(place), g = set1(error[0]);                                                                                   \
        store(place, fma(g, x_##c, y));                                                                                            \
        y_##c = fma(g, y, y_##c);                                                                                                  \
    }
#define STORE_SHARED(o, c)                                                                                                         \
    if ((o) > 0) {                                                                                                                 \
        STORE_OUTPUT(o, c)                                                                                                         \
    }

W2V_INLINE void FN(fetch_chunks)(const float *row, size_t width) {
    for (size_t k = 0; k < width; k += W2V_LANES)
        W2V_PREFETCH(row + k);
}

/* Fetch chunks of the output rows of the next tile. This is spread over the update, because only so many lines can be on their way
 * at a time: asked for all at once, they stopped the processor (measured on Zen 4: a quarter of the time). */
W2V_INLINE void FN(fetch_next)(const w2v_placed *p, size_t e, size_t width) {
    const w2v_placed *next = p->next;
    if (!next || e % W2V_LANES)
        return;
    for (int i = 0; i < next->tile.n_inp; i++)
        FN(fetch_chunks)(next->row[i] + e, width);
    for (int o = 1; o < next->tile.n_out; o++)
        FN(fetch_chunks)(next->tile.out[o] + e, width);
}

/* As FN(update_chunks), for the first block. */
W2V_INLINE void FN(structured_chunks)(const w2v_placed *p, float *const *out, const int n_out, const float *error, size_t e,
                                      const int chunks) {
    float *const *inp = p->tile.inp, *const *own = p->row;
    const int n_inp = p->tile.n_inp;
    EACH_OUT(LOAD_SHARED, 0)
    EACH_OUT(LOAD_SHARED, 1)
    FN(fetch_next)(p, e, chunks * W);
    for (int i = 0; i < n_inp; i++, error += n_out) {
        float *row = inp[i] + e;
        vec y_0 = load(row), y_1 = chunks > 1 ? load(row + W) : zero();
        vec x_0 = y_0, x_1 = y_1;
        APPLY_OWN(0)
        APPLY_OWN(1)
        EACH_OUT(APPLY_SHARED, 0)
        store(row, y_0);
        if (chunks > 1)
            store(row + W, y_1);
    }
    EACH_OUT(STORE_SHARED, 0)
    EACH_OUT(STORE_SHARED, 1)
}

/* One block is all there is. */
W2V_INLINE void FN(structured_single)(const w2v_placed *p, const int n_out, const w2v_scratch *scratch) {
    float *out[W2V_OUT_BLOCK];
    for (int o = 0; o < n_out; o++)
        out[o] = p->tile.out[o];
    const size_t size = p->tile.size;
    size_t e = 0;
    for (; e + (CHUNKS - 1) * W < size; e += CHUNKS * W)
        FN(structured_chunks)(p, out, n_out, scratch->error, e, CHUNKS);
    if (CHUNKS > 1 && e < size)
        FN(structured_chunks)(p, out, n_out, scratch->error, e, 1);
}

static void FN(structured_blocks)(const w2v_placed *p, const w2v_scratch *scratch) {
    const w2v_tile *t = &p->tile;
    for (size_t e = 0; e < t->size; e += W) {
        FN(keep_inputs)(t, e, 1, scratch->old);
        const float *error = scratch->error;
        FN(structured_chunks)(p, t->out, W2V_OUT_BLOCK, error, e, 1);
        for (int first = W2V_OUT_BLOCK; first < t->n_out; first += W2V_OUT_BLOCK)
            FN(update_block)(t, first, error += W2V_BLOCK_SLOTS, e, 1, scratch->old);
    }
}

/* Rows that repeat, as they were, and beside each a copy to be changed in its place. */
static void FN(copy_repeats)(const w2v_placed *p, float *rows) {
    for (int k = 0; k < p->n_repeats; k++, rows += 2 * p->stride) {
        for (size_t e = 0; e < p->tile.size; e += W) {
            vec x = load(*p->repeats[k] + e);
            store(rows + e, x);
            store(rows + p->stride + e, x);
        }
        p->originals[k] = *p->repeats[k];
        *p->repeats[k] = rows + p->stride;
    }
}

/* What has changed in the copies goes to the rows. */
static void FN(add_repeats)(const w2v_placed *p, const float *rows) {
    for (int k = 0; k < p->n_repeats; k++, rows += 2 * p->stride) {
        float *row = *p->repeats[k] = p->originals[k];
        for (size_t e = 0; e < p->tile.size; e += W)
            store(row + e, add(load(row + e), sub(load(rows + p->stride + e), load(rows + e))));
    }
}

static void FN(structured)(const w2v_placed *p, const w2v_scratch *scratch) {
    FN(structured_errors)(p, scratch);
    if (p->n_repeats) {
        FN(leave_out_right)(p, scratch);
        FN(copy_repeats)(p, scratch->repeats);
    }
    switch (p->tile.n_out) {
    case 1: FN(structured_single)(p, 1, scratch); break;
    case 2: FN(structured_single)(p, 2, scratch); break;
    case 3: FN(structured_single)(p, 3, scratch); break;
    case 4: FN(structured_single)(p, 4, scratch); break;
    case 5: FN(structured_single)(p, 5, scratch); break;
    case 6: FN(structured_single)(p, 6, scratch); break;
    default: FN(structured_blocks)(p, scratch); break;
    }
    FN(add_repeats)(p, scratch->repeats);
}

/* ---- CWindow: each position has outputs of its own, whose products with the inputs add up ---- */

#define ADD_PLACED(o, unused)                                                                                                      \
    if ((o) < n_out)                                                                                                               \
        sum_0_##o = fma(x, load(out[o] + place + e), sum_0_##o);

/* The running sums of a block, folded to 8 in `partial`. */
W2V_INLINE void FN(cwindow_dots)(const w2v_placed *p, float *const *out, const int n_out, float *partial) {
    const int n_inp = 1;
    for (int part = 0; part < W2V_LANES / W; part++) {
        ZERO_SUMS(0)
        for (int i = 0; i < p->tile.n_inp; i++) {
            const float *row = p->tile.inp[i];
            const size_t place = p->place[i];
            for (size_t e = part * W; e < p->tile.size; e += W2V_LANES) {
                vec x = load(row + e);
                EACH_OUT(ADD_PLACED, 0)
            }
        }
        FOLD_SUMS(0)
    }
}

static void FN(cwindow_errors)(const w2v_placed *p, const w2v_scratch *scratch) {
    const w2v_tile *t = &p->tile;
    float *error = scratch->error, *logits = scratch->logits;
    for (int first = 0; first < t->n_out; first += W2V_OUT_BLOCK) {
        int n_out = t->n_out - first < W2V_OUT_BLOCK ? t->n_out - first : W2V_OUT_BLOCK;
        switch (n_out) {
        case 1: FN(cwindow_dots)(p, t->out + first, 1, scratch->partial); break;
        case 2: FN(cwindow_dots)(p, t->out + first, 2, scratch->partial); break;
        case 3: FN(cwindow_dots)(p, t->out + first, 3, scratch->partial); break;
        case 4: FN(cwindow_dots)(p, t->out + first, 4, scratch->partial); break;
        case 5: FN(cwindow_dots)(p, t->out + first, 5, scratch->partial); break;
        default: FN(cwindow_dots)(p, t->out + first, 6, scratch->partial); break;
        }
        FN(errors)(t, 1, first, n_out, scratch, logits, error);
        error += W2V_BLOCK_SLOTS;
        logits = logits ? logits + W2V_BLOCK_SLOTS : NULL;
    }
}

static void FN(cwindow)(const w2v_placed *p, const w2v_scratch *scratch) {
    const w2v_tile *t = &p->tile;
    FN(cwindow_errors)(p, scratch);
    for (int i = 0; i < t->n_inp; i++)
        for (size_t e = 0; e < t->size; e += W) {
            vec x = load(t->inp[i] + e), sum = x;
            for (int o = 0; o < t->n_out; o++) {
                float *row = t->out[o] + p->place[i] + e;
                vec y = load(row), g = set1(scratch->error[o / W2V_OUT_BLOCK * W2V_BLOCK_SLOTS + o % W2V_OUT_BLOCK]);
                sum = fma(g, y, sum);
                store(row, fma(g, x, y));
            }
            store(t->inp[i] + e, sum);
        }
}

/* ---- position-weighted CBOW ---- */

static void FN(weighted)(const w2v_placed *p, float scale, float error_scale, float weight_rate, const w2v_scratch *scratch) {
    const w2v_tile *t = &p->tile;
    for (size_t e = 0; e < t->size; e += W) {
        vec sum = zero();
        for (int i = 0; i < t->n_inp; i++)
            sum = fma(load(p->row[i] + e), load(t->inp[i] + e), sum);
        store(scratch->mean + e, mul(sum, set1(scale)));
    }
    FN(all_errors)(t, &scratch->mean, 1, scratch);
    for (size_t e = 0; e < t->size; e += W) {
        vec mean = load(scratch->mean + e), change = zero();
        for (int o = 0; o < t->n_out; o++) {
            float *row = t->out[o] + e;
            vec y = load(row), g = set1(scratch->error[o / W2V_OUT_BLOCK * W2V_BLOCK_SLOTS + o % W2V_OUT_BLOCK]);
            change = fma(g, y, change);
            store(row, fma(g, mean, y));
        }
        change = mul(change, set1(error_scale));
        vec weight_change = mul(change, set1(weight_rate));
        for (int i = 0; i < t->n_inp; i++) {
            float *row = t->inp[i] + e, *weights = p->row[i] + e;
            vec x = load(row), d = load(weights);
            store(row, fma(d, change, x));
            store(weights, fma(weight_change, x, d));
        }
    }
}
