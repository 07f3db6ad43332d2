/* Vectors of documents that are new, found while the model stays as it is. A part of w2v.h. */
#ifndef W2V_DOCUMENTS_H
#define W2V_DOCUMENTS_H

#include "w2v.h"

/* Words of a document that are trained together, from what its vector was before; and noise words: those that a group shares in the
 * bag of words, and those that each word has in distributed memory; all groups of all documents take theirs from a pool. The rows
 * of 4096 words fit a core's own cache; a pool of 1024 makes worse vectors. */
enum { W2V_GROUP = 8, W2V_BAG_NOISE = 16, W2V_MEMORY_NOISE = 4, W2V_NOISE_POOL = 4096 };

/* For each of n sentences of a job, find the vector of a document with these words: a row of `vectors` (of `stride` floats), whose
 * contents are where it begins. So many epochs long it moves as a tag would, as the job says (`sg` with
 * `tags_only`, or CBOW), but:
 * - the learning rate falls linearly from the job's alpha in the first epoch to min_alpha in the last;
 * - words are taken W2V_GROUP at a time, and fewer noise words stand for all of theirs, without those that they are;
 * - where in the pool of noise a document begins, and all other draws, depend on a hash of the words, so that a vector depends on
 *   these alone.
 * W2V_NO_MEMORY: nothing was changed. */
w2v_status w2v_infer(const w2v_kernels *kernels, const w2v_job *job, int64_t n, int epochs, float *vectors);

#endif
