/* Noise-contrastive estimation: the chance that a word is the right one and not one of k noise words, sigmoid(s - log(k P(word))),
 * P being the noise distribution (Gutmann and Hyvarinen 2010, Mnih and Kavukcuoglu 2013). */
#include "train.h"

/* No redraws: the estimate is consistent only if the noise follows its distribution whatever the right word is. A noise word that
 * is the right one makes the first row stand among the outputs once more. */
void w2v_find_nce_words(w2v_worker *w, w2v_centre *c, int32_t right) {
    const w2v_job *job = w->job;
    w2v_outputs *words = &c->words;
    uint64_t sieve = w2v_first_output(words, w2v_own_row(w, &w->outputs, job->out, right, job->stride), right);
    words->words[0] = right;
    W2V_PREFETCH(job->log_noise + right);
    for (int k = 0; k < job->negative; k++) {
        int32_t word = w2v_drawn_word(job, c, k);
        float *row = w2v_own_row(w, &w->outputs, job->out, word, job->stride);
        if (!w2v_add_output(words, row, word, &sieve))
            continue;
        words->words[words->n - 1] = word;
        w2v_prefetch_to_write(row, job->vector_size);
        W2V_PREFETCH(job->log_noise + word);
        if (job->biases)
            W2V_PREFETCH(job->biases + word);
    }
}

void w2v_set_nce_words(w2v_worker *w, const w2v_centre *c, w2v_tile *tile, int n_inp) {
    const w2v_job *job = w->job;
    w2v_set_words(tile, &c->words);
    tile->labels = w->labels;
    tile->offsets = w->offsets;
    for (int first = 0; first < c->words.n; first += W2V_OUT_BLOCK) {
        const int n = w2v_block_size(c->words.n - first);
        /* Where the right word is also m times noise, its label is the mean of one 1 and m 0s. */
        const float labels[W2V_OUT_BLOCK] = {first ? 0 : 1 / c->words.times[0]};
        float offsets[W2V_OUT_BLOCK] = {0};
        for (int o = 0; o < n; o++) {
            int32_t word = c->words.words[first + o];
            offsets[o] = (job->biases ? job->biases[word] : 0) - job->log_noise[word];
        }
        w2v_spread(labels, w->labels + first / W2V_OUT_BLOCK * W2V_BLOCK_SLOTS, n_inp, n);
        w2v_spread(offsets, w->offsets + first / W2V_OUT_BLOCK * W2V_BLOCK_SLOTS, n_inp, n);
    }
}

void w2v_move_biases(w2v_worker *w, const w2v_centre *c, int n_inp) {
    const float *errors = w->scratch.error;
    for (int first = 0; first < c->words.n; first += W2V_OUT_BLOCK, errors += W2V_BLOCK_SLOTS) {
        const int n = w2v_block_size(c->words.n - first);
        for (int o = 0; o < n; o++) {
            float sum = 0;
            for (int i = 0; i < n_inp; i++)
                sum += errors[i * n + o];
            w->job->biases[c->words.words[first + o]] += sum;
        }
    }
}
