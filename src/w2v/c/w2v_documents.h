/* Vectors of documents that are new, found while the model stays as it is. A part of w2v.h. */
#ifndef W2V_DOCUMENTS_H
#define W2V_DOCUMENTS_H

#include "w2v.h"

/* Words of a document that are trained together, from what its vector was before; and noise words: those that a group shares in the
 * bag of words, and those that each word has in distributed memory. All groups of all documents take theirs from a pool, in which a
 * document begins at one of W2V_NOISE_STARTS places. The rows of 4096 words nearly fit a core's own cache; pools of 1024 and 2048 make
 * worse vectors, one of 8192 no better ones. */
enum { W2V_GROUP = 8, W2V_BAG_NOISE = 16, W2V_MEMORY_NOISE = 4, W2V_NOISE_POOL = 4096, W2V_NOISE_STARTS = 16 };

/* For each of n sentences of a job, find the vector of a document with these words: a row of `vectors` (of `stride` floats), whose
 * contents are where it begins. So many epochs long it moves as a tag would, as the job says (`sg` with
 * `tags_only`, or CBOW), but:
 * - the learning rate falls linearly from the job's alpha in the first epoch to min_alpha in the last;
 * - words are taken W2V_GROUP at a time, with windows of one size, and fewer noise words stand for all of theirs, without those that
 *   they are;
 * - where in the pool of noise a document begins, and all other draws, depend on a hash of the words, so that a vector depends on
 *   these alone.
 * W2V_NO_MEMORY: nothing was changed. */
w2v_status w2v_infer(const w2v_kernels *kernels, const w2v_job *job, int64_t n, int epochs, float *vectors);

#endif
