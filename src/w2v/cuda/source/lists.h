/* The lists of a tile, in memory that all lanes of the warp see: distinct contexts, distinct outputs, how often each counts. */
#ifndef LISTS_H
#define LISTS_H

struct Shared {
    int32_t *contexts, *outputs;         /* numbers of distinct rows */
    float *context_times, *output_times; /* how often each stands in the tile */
    float *labels;                       /* of the outputs: 1 or 0 */
    float *errors;                       /* of context c and output o: errors[c * pitch + o] */
    float4 *stage;                       /* the tile's input rows as they were; of context c: size4 float4s from c * size4 on */
};

/* The contexts of centre i, as many as a tile takes from the `at`th on: distinct words and how often each comes. */
DEV int take_contexts(const Job &job, const Shared &shared, const int32_t *kept, int i, Window window, int at, int lane) {
    int position = window.from + at + lane;
    position += position >= i;
    const bool is_context = lane < job.tile && position < window.to;
    const int32_t word = is_context ? kept[position] : -1 - lane;
    const uint32_t same = MATCH(word);
    const bool is_first = is_context && FIRST_BIT(same) == lane;
    const uint32_t firsts = BALLOT(is_first);
    if (is_first) {
        const int place = COUNT_BITS(firsts & ((1u << lane) - 1));
        shared.contexts[place] = word;
        shared.context_times[place] = (float)COUNT_BITS(same);
    }
    MEET();
    return COUNT_BITS(firsts);
}

/* Lanes with `given` have a word; its first lane adds it to the outputs, where it is not yet one of the n. Returns how many are. */
DEV int add_outputs(const Shared &shared, int32_t word, bool given, float label, int n, int lane) {
    for (int o = 0; o < n; o++) /* more than 32 words come in two parts: what the first has counts there */
        if (given && shared.outputs[o] == word) {
            FETCH_ADD(shared.output_times + o, 1.0f);
            given = false;
        }
    const uint32_t same = MATCH(given ? word : -1 - lane);
    const bool is_first = given && FIRST_BIT(same) == lane;
    const uint32_t firsts = BALLOT(is_first);
    if (is_first) {
        const int place = n + COUNT_BITS(firsts & ((1u << lane) - 1));
        shared.outputs[place] = word;
        shared.output_times[place] = (float)COUNT_BITS(same);
        shared.labels[place] = label;
    }
    MEET();
    return n + COUNT_BITS(firsts);
}

/* The right word, with the label 1, and the distinct noise words that are not it, with the label 0. Returns how many. */
DEV int take_words(const Job &job, const Shared &shared, const Plan &plan, int32_t right, int lane) {
    int n = add_outputs(shared, right, lane == 0, 1, 0, lane);
#pragma unroll
    for (int half = 0; half < WORDS_A_LANE; half++) {
        const bool given = lane + 32 * half < job.negative && plan.noise[half] != right;
        if (half == 0 || job.negative > 32)
            n = add_outputs(shared, plan.noise[half], given, 0, n, lane);
    }
    return n;
}

/* The nodes on the path to a word in the Huffman tree, whose label is 1 on side 0. Returns how many. */
DEV int take_nodes(const Job &job, const Shared &shared, int32_t word, int lane) {
    const int64_t start = job.path_starts[word];
    const int n = (int)(job.path_starts[word + 1] - start);
    for (int k = lane; k < n; k += 32) {
        const int32_t step = job.paths[start + k];
        shared.outputs[k] = step >> 1;
        shared.labels[k] = (float)(~step & 1);
        shared.output_times[k] = 1;
    }
    MEET();
    return n;
}
#endif
