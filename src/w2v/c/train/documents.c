/* Documents: their tags have rows, too, which are contexts of all their words (Le and Mikolov 2014, distributed memory and bag of
 * words). */
#include "train.h"

void w2v_lay_out_tags(w2v_worker *w, uintptr_t *next) {
    const w2v_job *job = w->job;
    for (int i = 0; i < 2; i++)
        w->sentences[i].tags = w2v_carve(next, sizeof(float *) * (size_t)job->most_tags);
    w->joined = w2v_carve(next, sizeof(float *) * (job->tags && !job->sg ? w2v_most_contexts(job) : 0));
}

void w2v_find_tags(w2v_worker *w, w2v_sentence *s) {
    const w2v_job *job = w->job;
    s->n_tags = 0;
    if (!job->tags)
        return;
    for (int64_t k = job->tag_starts[s->number]; k < job->tag_starts[s->number + 1]; k++) {
        float *row = s->tags[s->n_tags++] = job->inp + (size_t)job->tags[k] * job->stride;
        w2v_prefetch_to_write(row, job->vector_size);
    }
}

void w2v_join_contexts(w2v_worker *w, const w2v_centre *c, int64_t i) {
    const size_t before = (size_t)(i - c->from), after = (size_t)(c->to - i - 1);
    float **at = w->joined, **rows = w->now->rows;
    memcpy(at, rows + c->from, sizeof *at * before);
    memcpy(at += before, rows + i + 1, sizeof *at * after);
    memcpy(at + after, w->now->tags, sizeof *at * (size_t)w->now->n_tags);
}
