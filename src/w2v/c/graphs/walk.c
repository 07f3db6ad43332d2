/* Random walks, many at a time: while the memory brings one walk its next row, the others go on. */
#include "compiler.h"
#include "rng.h"
#include "w2v_graphs.h"

enum {
    LANES = 32,      /* walks at a time */
    MOST_TRIES = 64, /* refused proposals for a step before all neighbours are weighed: p and q may make acceptance rare */
};

/* A walk on its way. */
typedef struct {
    w2v_rng rng;
    uint64_t bits; /* the draw of the proposed neighbour */
    int32_t *out;  /* its nodes */
    int64_t done;  /* how many it has */
    int tries;     /* refused proposals for the next one */
} lane;

typedef struct {
    const w2v_graph *graph;
    int64_t length;
    int plain;               /* p = q = 1: every proposal is taken */
    double back, away, most; /* 1 / p, 1 / q, and the largest factor that a proposal may have */
} course;

static int64_t degree(const w2v_graph *graph, int32_t v) {
    return graph->starts[v + 1] - graph->starts[v];
}

static double uniform(w2v_rng *rng) {
    return (double)(w2v_next(rng) >> 11) / 9007199254740992.0; /* 2^53 */
}

static int has_edge(const w2v_graph *graph, int32_t from, int32_t to) {
    int64_t low = graph->starts[from], end = graph->starts[from + 1], high = end;
    while (low < high) {
        int64_t middle = low + (high - low) / 2;
        if (graph->neighbours[middle] < to)
            low = middle + 1;
        else
            high = middle;
    }
    return low < end && graph->neighbours[low] == to;
}

/* What the weight of the edge to x is multiplied by, after a step from `before`. */
static double factor(const course *course, int32_t before, int32_t x) {
    if (x == before)
        return course->back;
    return has_edge(course->graph, before, x) ? 1 : course->away;
}

/* The neighbour that the draw `bits` proposes, by the weights of edges alone. */
static int32_t proposal(const w2v_graph *graph, int32_t v, uint64_t bits) {
    int64_t start = graph->starts[v];
    uint32_t n = (uint32_t)degree(graph, v);
    return graph->neighbours[start + (graph->cells ? w2v_noise_word(graph->cells + start, n, bits) : w2v_noise_cell(n, bits))];
}

/* What the neighbour at `place` weighs. */
static double share(const course *course, int32_t before, int64_t place) {
    const w2v_graph *graph = course->graph;
    return factor(course, before, graph->neighbours[place]) * (graph->weights ? graph->weights[place] : 1);
}

/* Draw from all neighbours of v by their weights times their factors. */
static int32_t weigh_all(const course *course, int32_t before, int32_t v, w2v_rng *rng) {
    const int64_t start = course->graph->starts[v], last = course->graph->starts[v + 1] - 1;
    double total = 0, reached = 0;
    for (int64_t place = start; place <= last; place++)
        total += share(course, before, place);
    const double wanted = uniform(rng) * total;
    int64_t place = start;
    while (place < last && (reached += share(course, before, place)) <= wanted)
        place++;
    return course->graph->neighbours[place];
}

/* Whether a proposal is taken: with its factor's share of the largest one (rejection sampling). Edges are looked for only where
 * they decide. */
static int accepted(const course *course, int32_t before, int32_t x, w2v_rng *rng) {
    const double level = uniform(rng) * course->most;
    const double low = course->away < 1 ? course->away : 1, high = course->away < 1 ? 1 : course->away;
    if (x != before && (level < low || level >= high))
        return level < low;
    return level < factor(course, before, x);
}

/* Draw a proposal, and fetch what it needs. Returns false where the walk has ended. */
static int propose(const course *course, lane *lane) {
    int32_t v = lane->out[lane->done - 1];
    int64_t n = degree(course->graph, v);
    if (n == 0 || lane->done == course->length)
        return 0;
    lane->bits = w2v_next(&lane->rng);
    int64_t place = course->graph->starts[v] + w2v_noise_cell((uint32_t)n, lane->bits);
    W2V_PREFETCH(&course->graph->neighbours[place]);
    if (course->graph->cells)
        W2V_PREFETCH(&course->graph->cells[place]);
    return 1;
}

/* Take the proposal, or refuse it. */
static void settle(const course *course, lane *lane) {
    int32_t v = lane->out[lane->done - 1], next = proposal(course->graph, v, lane->bits);
    if (!course->plain && lane->done > 1) {
        int32_t before = lane->out[lane->done - 2];
        if (!accepted(course, before, next, &lane->rng)) {
            if (++lane->tries < MOST_TRIES)
                return;
            next = weigh_all(course, before, v, &lane->rng);
        }
    }
    W2V_PREFETCH(&course->graph->starts[next]);
    lane->tries = 0;
    lane->out[lane->done++] = next;
}

static double largest(double a, double b, double c) {
    double most = a > b ? a : b;
    return most > c ? most : c;
}

void w2v_walk(const w2v_graph *graph, const w2v_walk_rule *rule, uint64_t pass, int64_t first, const int32_t *order, int64_t count,
              int32_t *out) {
    double back = 1 / rule->p, away = 1 / rule->q;
    course course = {graph, rule->length, back == 1 && away == 1, back, away, largest(1, back, away)};
    lane lanes[LANES];
    int64_t begun = 0;
    int n = 0;
    do {
        for (; n < LANES && begun < count; n++, begun++) {
            lanes[n] = (lane){w2v_stream(rule->seed, pass, (uint64_t)(first + begun)), 0, out + begun * rule->length, 1, 0};
            lanes[n].out[0] = order[begun];
            W2V_PREFETCH(&graph->starts[order[begun]]);
        }
        for (int i = 0; i < n; i++)
            while (i < n && !propose(&course, &lanes[i])) { /* it has ended: another takes its place */
                for (int64_t rest = lanes[i].done; rest < rule->length; rest++)
                    lanes[i].out[rest] = -1;
                lanes[i] = lanes[--n];
            }
        for (int i = 0; i < n; i++)
            settle(&course, &lanes[i]);
    } while (n > 0 || begun < count);
}

void w2v_walk_order(int32_t n, uint64_t seed, uint64_t pass, int32_t *order) {
    w2v_rng rng = w2v_stream(seed, pass, UINT64_MAX); /* no walk has this number */
    for (int32_t i = 0; i < n; i++) {                 /* Fisher and Yates, from the inside out */
        int32_t place = (int32_t)w2v_below((uint32_t)(w2v_next(&rng) >> 32), (uint32_t)i + 1);
        order[i] = order[place];
        order[place] = i;
    }
}
