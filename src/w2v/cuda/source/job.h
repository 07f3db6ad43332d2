/* What a kernel is told: `w2v.cuda.job` fills the same struct on the host. Pointers are to memory of the card, NULL where not used. */
#ifndef JOB_H
#define JOB_H

struct Tally { /* added up over all warps */
    unsigned long long tokens, words, pairs;
    double loss;
};

struct Job {
    const int32_t *ids;            /* a part of the corpus */
    const int64_t *offsets;        /* sentence s of the part is ids[offsets[s]..offsets[s + 1]) */
    const uint32_t *keep;          /* n_words thresholds of downsampling; NULL keeps all */
    int32_t *kept, *n_kept;        /* ids after downsampling, at their sentence's offset, and how many */
    const uint64_t *noise;         /* n_words cells of the alias table: threshold, then alias in the high half */
    const int32_t *paths;          /* Huffman paths: node << 1 | code; those of word w from path_starts[w] on */
    const int64_t *path_starts;    /* n_words + 1 */
    const float *locks;            /* n_words factors for the changes of input rows */
    const float *sentence_weights; /* n_sentences factors of the learning rate */
    float *inp, *out, *nodes;      /* rows of stride4 float4s */
    unsigned long long *next;      /* the next sentence to train */
    uint32_t *stop;                /* not 0: train no more; the host writes it while a kernel runs */
    Tally *tally;
    int64_t n_sentences, first_sentence, first_token; /* of the part; the place of its first in the corpus */
    int64_t words_before, words;                      /* tokens before this epoch, and in all epochs */
    int64_t loss_every;                               /* every how many tokens the loss is tallied; 0: never */
    int64_t block;                                    /* sentences that share a pool of noise; 0: fresh noise for every centre */
    uint64_t seed, epoch;
    float alpha, min_alpha;
    int32_t n_words, size4, stride4; /* float4s of a row that are used, and from one row to the next */
    int32_t window, shrink, side;    /* side: -1 left, 0 both, 1 right */
    int32_t negative, most_outputs;  /* noise words of a centre; outputs that shared memory has room for */
    int32_t tile;                    /* contexts trained at a time, at most 32 */
    int32_t cbow, cbow_mean, cbow_corrected, frozen_output;
};
#endif
