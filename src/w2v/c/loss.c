/* The loss of a sample of centres, in float64. */
#include <math.h>

#include "train.h"

W2V_INLINE double minus_log_sigmoid(double x) {
    return x > 0 ? log1p(exp(-x)) : log1p(exp(x)) - x;
}

/* A label between 0 and 1 is the mean of several. */
static double loss_of(double label, double x) {
    if (label == 0 || label == 1)
        return minus_log_sigmoid(label == 1 ? x : -x);
    return label * minus_log_sigmoid(x) + (1 - label) * minus_log_sigmoid(-x);
}

void w2v_tally_loss(w2v_worker *w, const w2v_tile *tile, int n_inp) {
    const float *logits = w->scratch.logits, *labels = tile->labels;
    double sum = 0;
    for (int first = 0; first < tile->n_out; first += W2V_OUT_BLOCK, logits += W2V_BLOCK_SLOTS) {
        const int n = w2v_block_size(tile->n_out - first);
        for (int s = 0; s < n * n_inp; s++) {
            double times = (tile->inp_times ? tile->inp_times[s / n] : 1) * (tile->out_times ? tile->out_times[first + s % n] : 1);
            sum += times * (labels ? loss_of(labels[s], logits[s]) : minus_log_sigmoid(first + s % n == 0 ? logits[s] : -logits[s]));
        }
        labels = labels ? labels + W2V_BLOCK_SLOTS : NULL;
    }
    w->tally->loss += sum;
}

void w2v_tally_pairs(w2v_worker *w, const w2v_tile *tile, int n_inp) {
    for (int i = 0; i < n_inp; i++)
        w->tally->pairs += tile->inp_times ? (int64_t)tile->inp_times[i] : 1;
}
