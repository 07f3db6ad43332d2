# Graphs and the random walks through them.

def graph_rows(const int32_t[::1] froms, const int32_t[::1] tos, const float[::1] weights, bint both, int32_t n):
    """The rows of a graph of n nodes: int64 starts (n + 1), sorted int32 neighbours, and float32 weights or None.

    Edges lead from each of `froms` to the node of `tos` at the same place, and back too if `both`; nodes are in 0..n-1.
    """
    cdef int64_t edges = froms.shape[0]
    if tos.shape[0] != edges or (weights is not None and weights.shape[0] != edges):
        raise ValueError(f"graph: expected as many ends of edges, and weights, as beginnings, {edges}, got {tos.shape[0]}")
    if n <= 0 and edges or edges and (min(np.min(froms), np.min(tos)) < 0 or max(np.max(froms), np.max(tos)) >= n):
        raise ValueError(f"graph: expected nodes 0..{n - 1}")
    starts_array = np.zeros(n + 1, dtype=np.int64)
    cdef int64_t[::1] starts = starts_array
    cdef const float *given = &weights[0] if weights is not None and edges else NULL
    if edges:
        with nogil:
            w2v_graph_rows(&froms[0], &tos[0], given, edges, both, n, &starts[0], NULL, NULL)
    neighbours_array = np.empty(starts[n], dtype=np.int32)
    weights_array = None if weights is None else np.empty(starts[n], dtype=np.float32)
    if starts[n] == 0:
        return starts_array, neighbours_array, weights_array
    cdef int32_t[::1] neighbours = neighbours_array
    cdef float[::1] kept
    cdef float *kept_weights = NULL
    if weights is not None:
        kept = weights_array
        kept_weights = &kept[0]
    cdef w2v_status status
    with nogil:
        w2v_graph_rows(&froms[0], &tos[0], given, edges, both, n, &starts[0], &neighbours[0], kept_weights)
        status = w2v_graph_sort(n, &starts[0], &neighbours[0], kept_weights)
    check(status)
    return starts_array, neighbours_array[: starts[n]], None if weights is None else weights_array[: starts[n]]


cdef class WalkGraph:
    """A graph to walk through.

    Borrows int64 starts (n + 1), int32 neighbours, sorted in each row, and float32 weights above 0, or None.
    """

    cdef w2v_graph graph
    cdef readonly object starts, neighbours, weights, cells

    def __init__(self, starts, neighbours, weights):
        cdef const int64_t[::1] starts_view = starts
        cdef const int32_t[::1] neighbours_view = neighbours
        cdef int64_t n = starts_view.shape[0] - 1
        if n < 0 or n >= 2**31 - 1 or starts_view[0] != 0 or starts_view[n] != neighbours_view.shape[0]:
            raise ValueError("graph: expected starts from 0 to the number of neighbours")
        if np.any(np.diff(starts) < 0) or neighbours_view.shape[0] and (np.min(neighbours) < 0 or np.max(neighbours) >= n):
            raise ValueError(f"graph: expected starts that do not fall, and neighbours in 0..{n - 1}")
        self.starts, self.neighbours, self.weights, self.cells = starts, neighbours, weights, None
        self.graph.starts = &starts_view[0]
        self.graph.neighbours = &neighbours_view[0] if neighbours_view.shape[0] else NULL
        self.graph.weights = NULL
        self.graph.cells = NULL
        self.graph.n = <int32_t>n
        if weights is not None and neighbours_view.shape[0]:
            self._weigh(weights)

    cdef _weigh(self, const float[::1] weights):
        cdef int64_t edges = weights.shape[0]
        if edges != len(self.neighbours):
            raise ValueError(f"graph: expected {len(self.neighbours)} weights, got {edges}")
        self.cells = np.empty((edges, 2), dtype=np.int32)
        cdef int32_t[:, ::1] cells = self.cells
        self.graph.weights = &weights[0]
        cdef w2v_status status
        with nogil:
            status = w2v_graph_cells(&self.graph, <w2v_alias *>&cells[0, 0])
        check(status)
        self.graph.cells = <const w2v_alias *>&cells[0, 0]

    def walk(self, const int32_t[::1] order, uint64_t number, uint64_t first, uint64_t seed, double p, double q,
             int32_t[:, ::1] out):
        """Fill row i of `out` with the walk from order[i], which is walk first + i of pass `number`."""
        cdef w2v_walk_rule rule = w2v_walk_rule(p, q, seed, out.shape[1])
        cdef int64_t count = out.shape[0]
        if count == 0 or out.shape[1] == 0:
            return
        if order.shape[0] != count or np.min(order) < 0 or np.max(order) >= self.graph.n or not (p > 0 and q > 0):
            raise ValueError(f"walks: expected a node of the graph for each walk, and p and q above 0, got {p} and {q}")
        with nogil:
            w2v_walk(&self.graph, &rule, number, <int64_t>first, &order[0], count, &out[0, 0])


def walk_order(int32_t n, uint64_t seed, uint64_t number):
    """All of 0..n-1 in a random order, int32, by the seed and the number of the pass."""
    order_array = np.empty(n, dtype=np.int32)
    cdef int32_t[::1] order = order_array
    if n:
        with nogil:
            w2v_walk_order(n, seed, number, &order[0])
    return order_array
