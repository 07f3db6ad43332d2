/* FN(fold) of the sets with 4 floats in a vec: parts 0 and 1 hold sums 0..7, parts 2 and 3 sums 8..15. */
W2V_INLINE void FN(fold)(float *to, vec a, vec b, int second, int part) {
    to += 4 * (part & 1);
    store(to, part >= 2 ? add(load(to), a) : a);
    if (second)
        store(to + 8, part >= 2 ? add(load(to + 8), b) : b);
}
