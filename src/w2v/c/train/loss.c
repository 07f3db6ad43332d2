/* The loss of a sample of centres, in float64. */
#include <math.h>
#include <string.h>

#include "train.h"

enum { LANES = 4 }; /* running sums and products */

W2V_INLINE double minus_log_sigmoid(double x) {
    return x > 0 ? log1p(exp(-x)) : log1p(exp(x)) - x;
}

/* A label between 0 and 1 is the mean of several. */
static double loss_of(double label, double x) {
    if (label == 0 || label == 1)
        return minus_log_sigmoid(label == 1 ? x : -x);
    return label * minus_log_sigmoid(x) + (1 - label) * minus_log_sigmoid(-x);
}

/* exp(-x) for x >= 0, to 2e-7 of it: 2^-n * exp(rest), |rest| <= ln(2) / 2, by its series. */
W2V_INLINE float exp_of_minus(float x) {
    const float magic = 12582912.0f; /* 1.5 * 2^23: adding it rounds to an integer, which the low bits hold */
    x = x < 87.0f ? x : 87.0f;
    float shifted = x * 1.44269504f + magic, n = shifted - magic, power;
    float rest = n * 0.693359375f - x + n * -2.12194440e-4f;
    uint32_t bits;
    memcpy(&bits, &shifted, sizeof bits);
    bits = (0x4B400000u + 127 - bits) << 23;
    memcpy(&power, &bits, sizeof power);
    float series = 1 + rest * (1.0f / 5) * (1 + rest * (1.0f / 6));
    series = 1 + rest * (1.0f / 3) * (1 + rest * (1.0f / 4) * series);
    return power * (1 + rest * (1 + rest * (1.0f / 2) * series));
}

/* The loss of up to W2V_BLOCK_SLOTS noise words' logits x: the sum of log(1 + exp(x)) = max(x, 0) + log(1 + exp(-|x|)), of whose
 * second terms one logarithm is taken, that of the product; its factors are between 1 and 2. */
static double loss_of_noise(const float *logits, int n) {
    float parts[W2V_BLOCK_SLOTS], factors[W2V_BLOCK_SLOTS]; /* apart from the sums, or compilers do not vectorise */
    double sums[LANES] = {0}, products[LANES] = {1, 1, 1, 1};
    for (int s = 0; s < n; s++) {
        parts[s] = logits[s] > 0 ? logits[s] : 0;
        factors[s] = 1 + exp_of_minus(fabsf(logits[s]));
    }
    for (int s = n; s % LANES; s++) {
        parts[s] = 0;
        factors[s] = 1;
    }
    for (int s = 0; s < n; s += LANES)
        for (int lane = 0; lane < LANES; lane++) {
            sums[lane] += parts[s + lane];
            products[lane] *= factors[s + lane];
        }
    return sums[0] + sums[1] + sums[2] + sums[3] + log(products[0] * products[1] * products[2] * products[3]);
}

/* The tally of plain negative sampling, whose loss may be asked of every pair; as fast as that deserves. A word's own output counts
 * as noise, less its logit: log(1 + exp(-x)) = log(1 + exp(x)) - x. */
static double plain_loss(const w2v_tile *tile, int n_inp, const float *logits) {
    double sum = 0;
    for (int first = 0; first < tile->n_out; first += W2V_OUT_BLOCK, logits += W2V_BLOCK_SLOTS) {
        const int n = w2v_block_size(tile->n_out - first);
        sum += loss_of_noise(logits, n * n_inp);
        for (int i = 0; first == 0 && i < n_inp; i++)
            sum -= logits[i * n];
    }
    return sum;
}

static double weighted_loss(const w2v_tile *tile, int n_inp, const float *logits) {
    const float *labels = tile->labels;
    double sum = 0;
    for (int first = 0; first < tile->n_out; first += W2V_OUT_BLOCK, logits += W2V_BLOCK_SLOTS) {
        const int n = w2v_block_size(tile->n_out - first);
        for (int s = 0; s < n * n_inp; s++) {
            double times = (tile->inp_times ? tile->inp_times[s / n] : 1) * (tile->out_times ? tile->out_times[first + s % n] : 1);
            sum += times * loss_of(labels ? labels[s] : first + s % n == 0, logits[s]);
        }
        labels = labels ? labels + W2V_BLOCK_SLOTS : NULL;
    }
    return sum;
}

void w2v_tally_loss(w2v_worker *w, const w2v_tile *tile, int n_inp) {
    int plain = !tile->labels && !tile->inp_times && !tile->out_times;
    w->tally->loss += (plain ? plain_loss : weighted_loss)(tile, n_inp, w->scratch.logits);
}

void w2v_tally_pairs(w2v_worker *w, const w2v_tile *tile, int n_inp) {
    for (int i = 0; i < n_inp; i++)
        w->tally->pairs += tile->inp_times ? (int64_t)tile->inp_times[i] : 1;
}
