/* Inputs that are means of rows, such as a word's own and those of its n-grams (Bojanowski et al. 2017).
 *
 * A step down the gradient of a mean goes to each of its rows in full, as in fastText, so that the mean takes the same step. Hence rows
 * are gathered once when a word comes into the window, kernels change the mean as if it were a row, and when the word leaves the window
 * each row gets all that has changed. Two words that share rows work apart for that long, and what they change adds up. */
#include "train.h"

void w2v_lay_out_means(w2v_worker *w, uintptr_t *next) {
    const w2v_job *job = w->job;
    w2v_means *means = &w->means;
    if (!job->lists)
        return;
    const int64_t window = 2 * (int64_t)job->window + 1;
    means->room = window < job->longest ? window : job->longest;
    const size_t room = (size_t)means->room, bytes = sizeof(float) * room * job->stride;
    means->rows = w2v_carve(next, bytes);
    means->before = w2v_carve(next, bytes);
    means->list = w2v_carve(next, sizeof(float *) * (size_t)job->longest_list);
    means->factors = job->locks ? w2v_carve(next, sizeof(float) * room) : NULL;
}

void w2v_place_means(w2v_worker *w, w2v_sentence *s) {
    for (int64_t i = 0; i < s->n_kept; i++)
        s->rows[i] = w->means.rows + (size_t)(i % w->means.room) * w->job->stride;
}

void w2v_fetch_list(w2v_worker *w, int64_t i) {
    const w2v_job *job = w->job;
    const w2v_sentence *s = w->now;
    if (i >= s->n_kept) {
        i -= s->n_kept;
        s = &w->sentences[s == &w->sentences[0]];
        if (i >= s->n_kept)
            return;
    }
    const int32_t word = s->kept[i];
    for (int64_t k = job->list_starts[word]; k < job->list_starts[word + 1]; k++)
        w2v_prefetch_to_write(job->inp + (size_t)job->lists[k] * job->stride, job->vector_size);
}

/* Point means->list to the rows of token i; returns how many there are. */
static int find_list(w2v_worker *w, int64_t i) {
    const w2v_job *job = w->job;
    const int32_t word = w->now->kept[i];
    const int32_t *list = job->lists + job->list_starts[word];
    const int n = (int)(job->list_starts[word + 1] - job->list_starts[word]);
    for (int k = 0; k < n; k++)
        w->means.list[k] = job->inp + (size_t)list[k] * job->stride;
    return n;
}

static float lock_of(const w2v_job *job, const float *row) {
    return job->locks[(size_t)(row - job->inp) / job->stride];
}

/* Of a mean's change, the mean of what its rows are free to take. */
static float factor_of(const w2v_worker *w, int n) {
    float sum = 0;
    for (int k = 0; k < n; k++)
        sum += lock_of(w->job, w->means.list[k]);
    return sum / (float)n;
}

void w2v_gather_means(w2v_worker *w, int64_t i) {
    const w2v_job *job = w->job;
    w2v_means *means = &w->means;
    const int64_t end = i + job->window + 1 < w->now->n_kept ? i + job->window + 1 : w->now->n_kept;
    for (; means->gathered < end; means->gathered++) {
        const size_t place = (size_t)(means->gathered % means->room);
        float *mean = means->rows + place * job->stride;
        const int n = find_list(w, means->gathered);
        w2v_own_kernels(w)->gather(means->list, n, job->vector_size, 1.0f / (float)n, mean);
        memcpy(means->before + place * job->stride, mean, sizeof *mean * job->stride);
        if (means->factors)
            means->factors[place] = factor_of(w, n);
    }
}

/* The mean has changed by its factor of all that was due; each row is to have its own share. */
static void spread_locked(w2v_worker *w, int n, const float *now, const float *before, float factor) {
    for (int k = 0; k < n && factor != 0; k++) {
        float *row = w->means.list[k];
        const float share = lock_of(w->job, row) / factor;
        for (size_t e = 0; e < w->job->vector_size && share != 0; e++)
            row[e] += share * (now[e] - before[e]);
    }
}

void w2v_spread_means(w2v_worker *w, int64_t end) {
    const w2v_job *job = w->job;
    w2v_means *means = &w->means;
    for (; means->spread < end; means->spread++) {
        const size_t place = (size_t)(means->spread % means->room);
        const float *now = means->rows + place * job->stride, *before = means->before + place * job->stride;
        const int n = find_list(w, means->spread);
        if (means->factors)
            spread_locked(w, n, now, before, means->factors[place]);
        else
            w2v_own_kernels(w)->spread(means->list, n, job->vector_size, now, before);
    }
}
