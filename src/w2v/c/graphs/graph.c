/* Edges to rows of neighbours, sorted, without repeats. */
#include <stdlib.h>
#include <string.h>

#include "rng.h"
#include "w2v_graphs.h"

/* Put one end of an edge into the row of the other, whose next free place from its end is in *end. */
static void enter(int32_t neighbour, float weight, int64_t *end, int32_t *neighbours, float *weights) {
    int64_t place = --*end;
    neighbours[place] = neighbour;
    if (weights)
        weights[place] = weight;
}

void w2v_graph_rows(const int32_t *froms, const int32_t *tos, const float *edge_weights, int64_t edges, int both, int32_t n,
                    int64_t *starts, int32_t *neighbours, float *weights) {
    memset(starts, 0, ((size_t)n + 1) * sizeof *starts);
    for (int64_t i = 0; i < edges; i++) {
        starts[froms[i] + 1]++;
        if (both && froms[i] != tos[i])
            starts[tos[i] + 1]++;
    }
    for (int32_t v = 0; v < n; v++)
        starts[v + 1] += starts[v];
    if (!neighbours)
        return;
    int64_t total = starts[n], *ends = starts + 1;
    for (int64_t i = 0; i < edges; i++) { /* rows are filled from their ends: ends[v] becomes the start of row v */
        float weight = edge_weights ? edge_weights[i] : 1;
        enter(tos[i], weight, &ends[froms[i]], neighbours, weights);
        if (both && froms[i] != tos[i])
            enter(froms[i], weight, &ends[tos[i]], neighbours, weights);
    }
    memmove(starts, ends, (size_t)n * sizeof *starts);
    starts[n] = total;
}

/* A neighbour with the bits of its weight, so that one number is sorted. */
static uint64_t packed(int32_t neighbour, const float *weight) {
    uint32_t bits = 0;
    if (weight)
        memcpy(&bits, weight, sizeof bits);
    return (uint64_t)(uint32_t)neighbour << 32 | bits;
}

static float weight_of(uint64_t entry) {
    uint32_t bits = (uint32_t)entry;
    float weight;
    memcpy(&weight, &bits, sizeof weight);
    return weight;
}

static int by_value(const void *left, const void *right) {
    uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;
    return (a > b) - (a < b);
}

/* Rows are short as a rule, so most are sorted by insertion. */
static void sort_entries(uint64_t *entries, int64_t n) {
    enum { SHORT = 32 };
    if (n > SHORT) {
        qsort(entries, (size_t)n, sizeof *entries, by_value);
        return;
    }
    for (int64_t i = 1; i < n; i++) {
        uint64_t entry = entries[i];
        int64_t place = i;
        for (; place > 0 && entries[place - 1] > entry; place--)
            entries[place] = entries[place - 1];
        entries[place] = entry;
    }
}

/* Write sorted entries back from `place` on, equal neighbours as one; returns the place after them. */
static int64_t write_row(const uint64_t *entries, int64_t n, int64_t place, int32_t *neighbours, float *weights) {
    int64_t first = place;
    for (int64_t i = 0; i < n; i++) {
        int32_t neighbour = (int32_t)(entries[i] >> 32);
        int again = place > first && neighbours[place - 1] == neighbour;
        if (again && weights)
            weights[place - 1] += weight_of(entries[i]);
        if (again)
            continue;
        neighbours[place] = neighbour;
        if (weights)
            weights[place] = weight_of(entries[i]);
        place++;
    }
    return place;
}

static int64_t longest_row(const int64_t *starts, int32_t n) {
    int64_t longest = 0;
    for (int32_t v = 0; v < n; v++)
        if (starts[v + 1] - starts[v] > longest)
            longest = starts[v + 1] - starts[v];
    return longest;
}

w2v_status w2v_graph_sort(int32_t n, int64_t *starts, int32_t *neighbours, float *weights) {
    uint64_t *entries = malloc((size_t)(longest_row(starts, n) + 1) * sizeof *entries);
    if (!entries)
        return W2V_NO_MEMORY;
    int64_t place = 0, start = 0;
    for (int32_t v = 0; v < n; v++) {
        int64_t degree = starts[v + 1] - start;
        for (int64_t i = 0; i < degree; i++)
            entries[i] = packed(neighbours[start + i], weights ? &weights[start + i] : NULL);
        sort_entries(entries, degree);
        start = starts[v + 1];
        starts[v] = place;
        place = write_row(entries, degree, place, neighbours, weights);
    }
    starts[n] = place;
    free(entries);
    return W2V_OK;
}

w2v_status w2v_graph_cells(const w2v_graph *graph, w2v_alias *cells) {
    double *weights = malloc((size_t)(longest_row(graph->starts, graph->n) + 1) * sizeof *weights);
    w2v_status status = weights ? W2V_OK : W2V_NO_MEMORY;
    for (int32_t v = 0; v < graph->n && status == W2V_OK; v++) {
        int64_t start = graph->starts[v], degree = graph->starts[v + 1] - start;
        for (int64_t i = 0; i < degree; i++)
            weights[i] = graph->weights[start + i];
        if (degree)
            status = w2v_alias_build(weights, (size_t)degree, cells + start);
    }
    free(weights);
    return status;
}
