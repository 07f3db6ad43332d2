/* Counter-based random numbers, the same as the C core's (c/rng.h): draw n of a stream is a hash of the stream and n. */
#ifndef DRAWS_H
#define DRAWS_H

#define GOLDEN 0x9E3779B97F4A7C15ull

DEV uint64_t mix(uint64_t x) {
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9ull;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EBull;
    return x ^ (x >> 31);
}

DEV uint64_t stream_of(uint64_t seed, uint64_t epoch, uint64_t number) {
    return mix(mix(mix(seed + GOLDEN) + epoch + GOLDEN) + number + GOLDEN);
}

/* Draw `number`, from 0, of a stream. */
DEV uint64_t draw_of(uint64_t stream, uint32_t number) {
    return mix(stream + ((uint64_t)number + 1) * GOLDEN);
}

/* A number in 0..n-1 from 32 random bits. */
DEV uint32_t below(uint32_t bits, uint32_t n) {
    return (uint32_t)(((uint64_t)bits * n) >> 32);
}

/* The high half of a draw picks the cell of the alias table, the low half decides between word and alias. */
DEV int32_t noise_word(const Job &job, uint64_t bits) {
    const uint32_t word = below((uint32_t)(bits >> 32), (uint32_t)job.n_words);
    const uint64_t cell = READ_ONLY(job.noise + word);
    return (uint32_t)bits < (uint32_t)cell ? (int32_t)word : (int32_t)(cell >> 32);
}

DEV bool stays(const Job &job, int32_t word, uint32_t draw) {
    const uint32_t threshold = job.keep[word];
    return draw < threshold || threshold == 0xffffffffu;
}

/* Noise of a sentence: its own stream and how many draws of it are used up, and the pool of its block (w2v.h, W2V_POOL), of which
 * centre i has the words first + i .. first + i + POOL - 1. Nothing is kept: word k of a pool is draw k of the block's stream. */
struct Noise {
    uint64_t stream, pool;
    int64_t first;
    uint32_t drawn;
};

enum { POOL = 128, MAX_REDRAWS = 16, WORDS_A_LANE = 2 }; /* of up to 64 noise words lane l has words l and l + 32 */

struct Window {
    int from, to; /* kept[from] .. kept[to - 1], the centre among them */
};

/* The draws of one centre, made while the one before it is trained. */
struct Plan {
    Window window;
    int32_t noise[WORDS_A_LANE];
};

DEV int32_t pool_word(const Job &job, const Noise &noise, int i, uint64_t bits) {
    return noise_word(job, draw_of(noise.pool, (uint32_t)(noise.first + i + (int)(bits % POOL))));
}

/* Draw centre i's window and noise words; a draw serves eight words of a pool. */
DEV void draw_centre(const Job &job, Noise &noise, Plan &plan, int i, int n_kept, int lane) {
    if (i >= n_kept)
        return;
    int reach = job.window;
    if (job.shrink)
        reach = 1 + (int)below((uint32_t)(draw_of(noise.stream, noise.drawn++) >> 32), (uint32_t)job.window);
    plan.window.from = job.side > 0 || i <= reach ? (job.side > 0 ? i : 0) : i - reach;
    plan.window.to = job.side < 0 ? i + 1 : reach < n_kept - i - 1 ? i + reach + 1 : n_kept;
#pragma unroll
    for (int half = 0; half < WORDS_A_LANE; half++) {
        const int k = lane + 32 * half;
        if (k >= job.negative)
            continue;
        if (job.block)
            plan.noise[half] = pool_word(job, noise, i, draw_of(noise.stream, noise.drawn + k / 8) >> 8 * (k % 8));
        else
            plan.noise[half] = noise_word(job, draw_of(noise.stream, noise.drawn + k));
    }
    noise.drawn += job.block ? (job.negative + 7) / 8 : job.negative;
}

/* Draw anew what is the right word of centre i, in the order of the words; some may stay, and then do not count. */
DEV void redraw_centre(const Job &job, Noise &noise, Plan &plan, int i, int32_t right, int lane) {
#pragma unroll
    for (int half = 0; half < WORDS_A_LANE; half++) {
        const bool clashes = lane + 32 * half < job.negative && plan.noise[half] == right;
        for (uint32_t left = BALLOT(clashes); left; left &= left - 1) { /* seldom */
            int32_t word = right;
            for (int tries = MAX_REDRAWS; word == right && tries; tries--) {
                const uint64_t bits = draw_of(noise.stream, noise.drawn++);
                word = job.block ? pool_word(job, noise, i, bits) : noise_word(job, bits);
            }
            if (lane == FIRST_BIT(left))
                plan.noise[half] = word;
        }
    }
}

/* Downsampling: a warp a sentence; the ids that stay are moved up in their sentence's own place. One draw serves two tokens. */
DEV void downsample_sentence(const Job &job, int64_t s, int lane) {
    const int64_t start = job.offsets[s];
    const int n = (int)(job.offsets[s + 1] - start);
    const uint64_t stream = stream_of(job.seed, job.epoch, (uint64_t)(job.first_sentence + s));
    int n_kept = 0;
    for (int from = 0; from < n; from += 32) {
        const int t = from + lane;
        int32_t word = 0;
        bool kept = false;
        if (t < n) {
            word = job.ids[start + t];
            const uint64_t bits = job.keep ? draw_of(stream, (uint32_t)t / 2) : 0;
            kept = !job.keep || stays(job, word, t & 1 ? (uint32_t)(bits >> 32) : (uint32_t)bits);
        }
        const uint32_t all = BALLOT(kept);
        if (kept)
            job.kept[start + n_kept + COUNT_BITS(all & ((1u << lane) - 1))] = word;
        n_kept += COUNT_BITS(all);
    }
    if (lane == 0)
        job.n_kept[s] = n_kept;
}
#endif
