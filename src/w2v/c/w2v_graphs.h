/* The C interface of graphs/: edges to a graph, a graph to random walks. */
#ifndef W2V_GRAPHS_H
#define W2V_GRAPHS_H

#include "w2v.h"

/* A graph of n nodes: the neighbours of node v are neighbours[starts[v]] .. neighbours[starts[v + 1] - 1], rising, each once. */
typedef struct {
    const int64_t *starts; /* n + 1 */
    const int32_t *neighbours;
    const float *weights;   /* of the edges, above 0; NULL: all 1 */
    const w2v_alias *cells; /* an alias table for the neighbours of each node, whose cells count from 0; NULL without weights */
    int32_t n;
} w2v_graph;

/* Edges from froms[i] to tos[i], or, if `both`, in either direction, by their first node: starts becomes complete, neighbours and
 * weights (NULL: none) get an entry for each edge (two if `both`, one for a loop), those of a node in no order. All nodes are in
 * 0..n-1. neighbours NULL: only `starts`, whose last element says how many entries there are. */
void w2v_graph_rows(const int32_t *froms, const int32_t *tos, const float *edge_weights, int64_t edges, int both, int32_t n,
                    int64_t *starts, int32_t *neighbours, float *weights);

/* Sort the neighbours of every node. Of edges that are there several times one stays: the weights are added up. The arrays are
 * changed in place; starts[n] is the number of entries that remain. */
w2v_status w2v_graph_sort(int32_t n, int64_t *starts, int32_t *neighbours, float *weights);

/* Fill `cells` of a graph with weights. */
w2v_status w2v_graph_cells(const w2v_graph *graph, w2v_alias *cells);

/* Node i of the order in which walks begin in pass `pass`: a random order of all nodes, by `seed`. */
void w2v_walk_order(int32_t n, uint64_t seed, uint64_t pass, int32_t *order);

/* How walks go on: node2vec's second-order steps (Grover and Leskovec 2016). From t to v, neighbour x of v weighs
 * w(v, x) / p if it is t, w(v, x) if there is an edge from t to x, else w(v, x) / q. p = q = 1: plain random walks. */
typedef struct {
    double p, q; /* above 0 */
    uint64_t seed;
    int64_t length;
} w2v_walk_rule;

/* Write `count` walks of `length` nodes into `out`, walk i from order[i]. Where a walk comes to a node without neighbours, it ends,
 * and -1 fills the rest. Walk i draws from the stream (seed, pass, first + i) of rng.h, so it depends on nothing else. */
void w2v_walk(const w2v_graph *graph, const w2v_walk_rule *rule, uint64_t pass, int64_t first, const int32_t *order, int64_t count,
              int32_t *out);

#endif
