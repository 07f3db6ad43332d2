/* Pairs of a centre and a context that the caller chose; a warp takes chunks of them, each with a stream of draws of its own. */
#ifndef PAIRS_H
#define PAIRS_H

struct PairTally {
    unsigned long long pairs;
    double weight, loss;
};

/* The fields that a `Job` has, too, mean the same; `job` holds what the tiles need. */
struct PairJob {
    const int32_t *centers, *context_words;
    const float *weights; /* factors of the learning rate and of the loss; NULL: all 1 */
    PairTally *pair_tally;
    int64_t n_pairs, first_pair; /* of the part; the number of its first pair in the epoch, a multiple of PAIR_CHUNK */
    int64_t pairs_before, pairs;
    Job job;
};

enum { PAIR_CHUNK = 256 };

/* Noise words that are not the right one. As on the CPU a redraw comes before the next word's draw, so that words after it move on. */
DEV void draw_pair(const Job &job, Noise &noise, Plan &plan, int32_t right, int lane) {
    for (int k = 0; k < job.negative;) {
        const int half = k / 32, end = (half + 1) * 32 < job.negative ? (half + 1) * 32 : job.negative;
        const int mine = lane + 32 * half;
        const bool drawn = mine >= k && mine < end;
        const int32_t word = drawn ? noise_word(job, draw_of(noise.stream, noise.drawn + mine - k)) : -1;
        const uint32_t clashes = BALLOT(drawn && word == right);
        const int first = clashes ? FIRST_BIT(clashes) + 32 * half : end; /* the words before it are as they stay */
        if (drawn && mine < first)
            plan.noise[half] = word;
        noise.drawn += first - k;
        k = first;
        if (!clashes)
            continue;
        noise.drawn++;
        int32_t other = right;
        for (int tries = MAX_REDRAWS; other == right && tries; tries--)
            other = noise_word(job, draw_of(noise.stream, noise.drawn++));
        if (mine == first)
            plan.noise[half] = other;
        k++;
    }
}

DEV void train_pair(const PairJob &pairs, const Shared &shared, Tile &tile, const Plan &plan, int64_t i, float alpha, double &loss,
                    double &weight_sum, int lane) {
    const Job &job = pairs.job;
    const float weight = pairs.weights ? pairs.weights[i] : 1.0f;
    if (lane == 0) {
        shared.contexts[0] = pairs.centers[i];
        shared.context_times[0] = 1;
    }
    tile.alpha = alpha * weight;
    tile.n_inputs = 1;
    tile.tallied = job.loss_every && (pairs.first_pair + i) % job.loss_every == 0;
    tile.n_outputs = take_words(job, shared, plan, pairs.context_words[i], lane);
    float sum = 0;
    train_pairs(job, shared, tile, sum, lane);
    loss += weight * sum;
    weight_sum += tile.tallied && lane == 0 ? weight : 0;
}

DEV void train_chunk(const PairJob &pairs, const Shared &shared, int64_t first, double &loss, double &weight, int lane) {
    const Job &job = pairs.job;
    const int64_t end = first + PAIR_CHUNK < pairs.n_pairs ? first + PAIR_CHUNK : pairs.n_pairs, number = pairs.first_pair + first;
    const double done = (double)(pairs.pairs_before + number) / (double)pairs.pairs;
    const float alpha = (float)(job.alpha - ((double)job.alpha - job.min_alpha) * (done < 1 ? done : 1));
    Noise noise = {stream_of(job.seed, job.epoch, (uint64_t)(number / PAIR_CHUNK)), 0, 0, 0};
    Tile tile = {job.out, 1, 0, job.most_outputs, alpha, false, false};
    Plan plan = {};
    for (int64_t i = first; i < end; i++) {
        draw_pair(job, noise, plan, pairs.context_words[i], lane);
        train_pair(pairs, shared, tile, plan, i, alpha, loss, weight, lane);
    }
}

DEV void train_all_pairs(const PairJob &pairs, float4 *memory, int lane) {
    const Shared shared = lay_out(pairs.job, memory, false);
    double loss = 0, weight = 0;
    unsigned long long n = 0;
    for (;;) {
        const int64_t first = PAIR_CHUNK * next_sentence(pairs.job, lane);
        if (first >= pairs.n_pairs)
            break;
        train_chunk(pairs, shared, first, loss, weight, lane);
        const int64_t left = pairs.n_pairs - first;
        n += (unsigned long long)(left < PAIR_CHUNK ? left : (int64_t)PAIR_CHUNK);
    }
    FETCH_ADD(&pairs.pair_tally->loss, loss);
    if (lane == 0) {
        FETCH_ADD(&pairs.pair_tally->weight, weight);
        FETCH_ADD(&pairs.pair_tally->pairs, n);
    }
}
#endif
