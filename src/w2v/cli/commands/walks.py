"""w2v walks: random walks through a graph, as a text to learn from."""

import argparse
from typing import Any

from w2v.base.threads import available_workers
from w2v.cli.options import Commands, add_command, number
from w2v.cli.output import shows_progress
from w2v.cli.streams import STANDARD, check_input, check_output, input_path, output_path


def add(commands: Commands) -> None:
    """Add the command."""
    parser = add_command(
        commands,
        "walks",
        run,
        "Draw random walks from every node of a graph, and write each as a line (DeepWalk, node2vec). The graph is a "
        "file with a line 'from to' or 'from to weight' for each edge; it may be compressed.",
        [
            "w2v walks edges.txt -o walks.txt",
            "w2v walks edges.txt.gz --length 80 --p 0.25 --q 4 -o walks.txt",
            "w2v walks edges.txt | w2v train - -o nodes.w2v --sample 0",
        ],
    )
    parser.add_argument("graph", metavar="EDGES", help="the edges; - for standard input")
    text = "where to write (default: standard output)"
    parser.add_argument("-o", "--output", metavar="FILE", default=STANDARD, help=text)
    for name, default, text in (("length", 40, "nodes of a walk"), ("number", 10, "walks from every node")):
        parser.add_argument(
            f"--{name}", type=number(int, 1), default=default, metavar="N", help=f"{text} (default: {default})"
        )
    for name, text in (("p", "higher: fewer steps back"), ("q", "higher: walks stay near, lower: they go far")):
        parser.add_argument(
            f"--{name}", type=number(float, 1e-6, 1e6), default=1.0, metavar="X", help=f"{text} (default: 1)"
        )
    parser.add_argument("--directed", action="store_true", help="edges lead from the first node to the second only")
    parser.add_argument("--unweighted", action="store_true", help="do not use the weights of the file")
    parser.add_argument("--seed", type=number(int, 0), default=1, metavar="N", help="other walks (default: 1)")
    text = "threads (default: all cores)"
    parser.add_argument(
        "--workers", "--threads", type=number(int, 1, 4096), default=available_workers(), metavar="N", help=text
    )
    parser.add_argument("--quiet", action="store_true", help="show no progress")


def run(options: argparse.Namespace) -> None:
    """Read the graph and write the walks."""
    from w2v import walks
    from w2v.base.files import open_to_write
    from w2v.base.progress import progress_bar

    check_input(options.graph, "a file of edges")
    check_output(options.output, options.graph)
    how = {name: getattr(options, name) for name in ("length", "number", "p", "q", "directed", "seed", "workers")}
    with input_path(options.graph) as path:
        drawn = walks(path, weights=False if options.unweighted else None, **how)
    total, done = drawn.number * len(drawn.graph), 0
    with (
        output_path(options.output) as target,
        open_to_write(target) as file,
        progress_bar(shows_progress(options), "drawing", " walks", total) as show,
    ):
        for block in drawn:
            file.write(_lines(block, drawn.words))
            done += len(block)
            show(done)


def _lines(block: Any, labels: Any) -> bytes:
    """Walks as text."""
    walks = ([labels[node] for node in walk if node >= 0] for walk in block.tolist())
    return "".join(f"{' '.join(walk)}\n" for walk in walks).encode()
