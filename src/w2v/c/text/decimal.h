/* float32 to and from decimal text, exactly and whatever the locale. */
#ifndef W2V_DECIMAL_H
#define W2V_DECIMAL_H

#include <stddef.h>
#include <stdint.h>

/* Read the number that begins at p and ends before `end` or a blank into *out, correctly rounded.
 * Returns where it ends, or NULL if it is no plain decimal number or needs a closer look (about 1 in 30 million does). */
const char *w2v_parse_float(const char *p, const char *end, float *out);

/* Write the shortest digits that read back as x, in Python's notation (0.25, 1e-05, nan): at most 20 bytes, like
 * "-1234567890000000.0". Returns the end of what was written; 16 bytes after it may be overwritten. */
char *w2v_print_float(float x, char *p);

#endif
