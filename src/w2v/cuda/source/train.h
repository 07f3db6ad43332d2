/* Sentences to centres, centres to tiles: what one warp does. */
#ifndef TRAIN_H
#define TRAIN_H

/* What a warp has done; added to the job's tally when it ends. The loss is spread over the lanes. */
struct Count {
    unsigned long long tokens, words, pairs;
    float loss;
};

/* A centre at hand. */
struct Centre {
    const int32_t *kept;
    int place; /* kept[place] is the right word */
    Plan plan;
};

/* The learning rate of a sentence, by its place in the corpus and its weight. */
DEV float rate_of(const Job &job, int64_t s) {
    const double done = (double)(job.words_before + job.first_token + job.offsets[s]) / (double)job.words;
    const double alpha = job.alpha - ((double)job.alpha - job.min_alpha) * (done < 1 ? done : 1);
    return (float)(job.sentence_weights ? alpha * job.sentence_weights[s] : alpha);
}

/* How many centres of a sentence's block come before it: where its pool begins. */
DEV int64_t centres_before(const Job &job, int64_t s, int lane) {
    const int64_t begin = s - (job.first_sentence + s) % job.block;
    int64_t n = 0;
    for (int64_t at = begin + lane; at < s; at += 32)
        n += job.n_kept[at];
    for (int distance = 16; distance; distance /= 2)
        n += SHUFFLE_XOR(n, distance);
    return n;
}

DEV Noise noise_of_sentence(const Job &job, int64_t s, int lane) {
    const int64_t number = job.first_sentence + s, tokens = job.offsets[s + 1] - job.offsets[s];
    Noise noise = {stream_of(job.seed, job.epoch, (uint64_t)number), 0, 0, job.keep ? (uint32_t)((tokens + 1) / 2) : 0};
    if (job.block) {
        noise.pool = stream_of(job.seed, job.epoch, ~(uint64_t)(number / job.block));
        noise.first = centres_before(job, s, lane);
    }
    return noise;
}

/* The outputs of one kind: 0, the nodes on the path to the right word, or 1, this and its noise words. */
DEV void take_outputs(const Job &job, const Shared &shared, const Centre &centre, Tile &tile, int kind, int lane) {
    const int32_t right = centre.kept[centre.place];
    tile.matrix = kind ? job.out : job.nodes;
    tile.n_outputs = kind ? take_words(job, shared, centre.plan, right, lane) : take_nodes(job, shared, right, lane);
}

/* Skip-gram: tiles of contexts, each against the nodes and then the words. */
DEV void train_contexts(const Job &job, const Shared &shared, const Centre &centre, Tile &tile, Count &count, int lane) {
    const int n = centre.plan.window.to - centre.plan.window.from - 1;
    for (int at = 0; at < n; at += job.tile) {
        tile.n_inputs = take_contexts(job, shared, centre.kept, centre.place, centre.plan.window, at, lane);
        for (int kind = job.nodes ? 0 : 1; kind <= (job.out ? 1 : 0); kind++) {
            take_outputs(job, shared, centre, tile, kind, lane);
            train_pairs(job, shared, tile, count.loss, lane);
        }
    }
    count.pairs += tile.tallied ? n : 0;
}

/* CBOW: the mean of the contexts against the nodes, then, as it is by then, against the words. */
DEV void train_bag(const Job &job, const Shared &shared, const Centre &centre, Tile &tile, Count &count, int lane) {
    const Window window = centre.plan.window;
    const int n = window.to - window.from - 1;
    if (n == 0)
        return;
    for (int kind = job.nodes ? 0 : 1; kind <= (job.out ? 1 : 0); kind++) {
        Row mean = sum_of_contexts(job, shared, centre.kept, centre.place, window, lane);
        if (job.cbow_mean)
            scale(mean, 1.0f / (float)n);
        take_outputs(job, shared, centre, tile, kind, lane);
        Row due = train_mean(job, shared, tile, mean, count.loss, lane);
        if (!job.cbow_mean || job.cbow_corrected)
            scale(due, 1.0f / (float)n);
        add_to_contexts(job, shared, centre.kept, centre.place, window, due, lane);
    }
    count.pairs += tile.tallied ? 1 : 0;
}

/* Ask the second-level cache for the output rows of the next centre: four lanes a row. */
DEV void fetch_outputs(const Job &job, const Plan &plan, int32_t right, int lane) {
    if (!job.out)
        return;
    for (int from = 0; from <= job.negative; from += 8) {
        const int k = from + lane / 4 - 1; /* -1: the right word */
        const int32_t low = SHUFFLE(plan.noise[0], k & 31), high = SHUFFLE(plan.noise[1], k & 31);
        if (k < job.negative)
            fetch_row(job, job.out, k < 0 ? right : k < 32 ? low : high, lane % 4, 4);
    }
}

/* Looked at now and then, for a long sentence with a wide window may take seconds. */
DEV bool is_stopped(const Job &job, int i, int lane) {
    if (i % 256 != 255)
        return false;
    const uint32_t stop = lane == 0 ? READ_NOW(job.stop) : 0;
    return SHUFFLE(stop, 0) != 0;
}

template <bool CBOW> DEV void train_sentence(const Job &job, const Shared &shared, int64_t s, Count &count, int lane) {
    const int64_t start = job.offsets[s];
    const int n = job.n_kept[s];
    Centre centre = {job.kept + start, 0, {}};
    Noise noise = noise_of_sentence(job, s, lane);
    Plan next = {}, after = {};
    Tile tile = {NULL, 0, 0, job.most_outputs, rate_of(job, s), job.frozen_output != 0, false};
    draw_centre(job, noise, centre.plan, 0, n, lane);
    draw_centre(job, noise, next, 1, n, lane);
    if (n)
        redraw_centre(job, noise, centre.plan, 0, centre.kept[0], lane);
    for (int i = 0; i < n && !is_stopped(job, i, lane); i++) {
        draw_centre(job, noise, after, i + 2, n, lane);
        if (i + 1 < n) {
            redraw_centre(job, noise, next, i + 1, centre.kept[i + 1], lane);
            fetch_outputs(job, next, centre.kept[i + 1], lane);
        }
        centre.place = i;
        tile.tallied = job.loss_every && (job.first_token + start + i) % job.loss_every == 0;
        if (CBOW)
            train_bag(job, shared, centre, tile, count, lane);
        else
            train_contexts(job, shared, centre, tile, count, lane);
        centre.plan = next;
        next = after;
    }
    count.tokens += (unsigned long long)(job.offsets[s + 1] - start);
    count.words += (unsigned long long)n;
}

/* Where a warp's lists and rows are in its shared memory; see `shared_bytes` in w2v/cuda/job.py. */
DEV Shared lay_out(const Job &job, float4 *memory, bool cbow) {
    Shared shared;
    const int rows = cbow ? 0 : job.tile, outputs = job.most_outputs;
    shared.stage = memory;
    shared.errors = (float *)(memory + rows * job.size4);
    shared.contexts = (int32_t *)(shared.errors + (cbow ? 1 : job.tile) * outputs);
    shared.context_times = (float *)(shared.contexts + job.tile);
    shared.outputs = (int32_t *)(shared.context_times + job.tile);
    shared.output_times = (float *)(shared.outputs + outputs);
    shared.labels = shared.output_times + outputs;
    return shared;
}

/* The next sentence (or chunk of pairs); past all of them where the host wants an end. */
DEV int64_t next_sentence(const Job &job, int lane) {
    unsigned long long ticket = 0;
    if (lane == 0)
        ticket = READ_NOW(job.stop) ? 1ull << 40 : FETCH_ADD(job.next, 1ull);
    return (int64_t)SHUFFLE(ticket, 0);
}

/* Sentence after sentence, in the order of the corpus, as long as there are any. */
template <bool CBOW> DEV void train(const Job &job, float4 *memory, int lane) {
    const Shared shared = lay_out(job, memory, CBOW);
    Count count = {0, 0, 0, 0};
    for (int64_t s = next_sentence(job, lane); s < job.n_sentences; s = next_sentence(job, lane))
        train_sentence<CBOW>(job, shared, s, count, lane);
    FETCH_ADD(&job.tally->loss, (double)count.loss);
    if (lane == 0) {
        FETCH_ADD(&job.tally->tokens, count.tokens);
        FETCH_ADD(&job.tally->words, count.words);
        FETCH_ADD(&job.tally->pairs, count.pairs);
    }
}
#endif
