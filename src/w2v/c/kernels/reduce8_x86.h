/* Eight slots of eight sums to eight numbers, by halves: shared by the AVX2 and AVX-512 kernels. */

/* [l] + [l+4] of slots a and b, side by side. */
W2V_INLINE __m256 FN(halves)(const float *a, const float *b) {
    __m256 low = _mm256_insertf128_ps(_mm256_castps128_ps256(_mm_load_ps(a)), _mm_load_ps(b), 1);
    __m256 high = _mm256_insertf128_ps(_mm256_castps128_ps256(_mm_load_ps(a + 4)), _mm_load_ps(b + 4), 1);
    return _mm256_add_ps(low, high);
}

W2V_INLINE __m256 FN(reduce8)(const float *sums) {
    __m256 q04 = FN(halves)(sums, sums + 32), q15 = FN(halves)(sums + 8, sums + 40);
    __m256 q26 = FN(halves)(sums + 16, sums + 48), q37 = FN(halves)(sums + 24, sums + 56);
    __m256 p01 = _mm256_add_ps(_mm256_shuffle_ps(q04, q15, 0x44), _mm256_shuffle_ps(q04, q15, 0xEE));
    __m256 p23 = _mm256_add_ps(_mm256_shuffle_ps(q26, q37, 0x44), _mm256_shuffle_ps(q26, q37, 0xEE));
    return _mm256_add_ps(_mm256_shuffle_ps(p01, p23, 0x88), _mm256_shuffle_ps(p01, p23, 0xDD));
}
