/* Memory for hash tables: all zeros, and its pages made at once by writing to them. */
#ifndef W2V_ZEROED_H
#define W2V_ZEROED_H

#include <stdlib.h>

/* As calloc. A page of its memory that is read before it is written to is made twice, and with several threads all processors are
 * interrupted for it: tables, which look before they write, take half as long to grow without that. NULL: no memory. */
static inline void *w2v_zeroed(size_t n, size_t size) {
    enum { PAGE = 4096 };
    volatile char *memory = calloc(n, size);
    if (memory)
        for (size_t at = 0; at < n * size; at += PAGE)
            memory[at] = 0;
    return (void *)memory;
}

#endif
