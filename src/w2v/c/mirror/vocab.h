/* What the mirror trainer sees of its vocabulary; w2v.h has the functions. */
#ifndef W2V_MIRROR_VOCAB_H
#define W2V_MIRROR_VOCAB_H

#include "words.h"

struct w2v_mirror_vocab {
    w2v_mirror_words words; /* word 0 ends sentences, whatever it is */
    size_t at;              /* where counting goes on */
    int64_t pruned;         /* times the rare words were thrown out */
    int64_t total;          /* sum of the kept words' counts */
};

#endif
