"""Training on a cluster: what w2v train --ray reads, in place of text that is read here."""

import argparse
import contextlib
from collections.abc import Iterator, Sequence
from typing import Any

from w2v.cli.options import Parser, number
from w2v.cli.texts import source_of

__all__ = ["add_ray", "check_ray", "sources"]

_HERE = ""  # the address of a cluster of this machine alone


def add_ray(parser: Parser) -> None:
    """Add --ray and what belongs to it."""
    group = parser.add_argument_group("training on several machines")
    text = (
        "train on a Ray cluster, such as auto or 10.0.0.1:6379, with --shards N (w2v[ray]); another option must follow"
    )
    group.add_argument("--ray", nargs="?", const=_HERE, metavar="ADDRESS", help=text)
    text = "wait so long for a node that is lost, then go on with fewer (default: 60)"
    group.add_argument("--deadline", type=number(float, 0), metavar="SECONDS", help=text)


def check_ray(options: argparse.Namespace) -> None:
    """Refuse what contradicts itself."""
    if options.ray is None:
        if options.deadline is not None:
            raise ValueError("--deadline: expected --ray with it")
    elif options.column is not None:
        raise ValueError("--ray and --column: expected one of them, for nodes read lines of text")


@contextlib.contextmanager
def sources(texts: Sequence[str], options: argparse.Namespace, shards: int | None) -> Iterator[dict[str, Any]]:
    """Give the arguments by which `w2v.Word2Vec` reads texts: here, or on the cluster that was asked for."""
    if options.ray is None:
        yield source_of(texts, options.column)
        return
    if shards is None:
        raise ValueError("--ray: expected --shards N with it, the number of replicas")
    from w2v.cluster import ClusterText

    rules = {} if options.deadline is None else {"deadline": options.deadline}
    text = ClusterText(list(texts), shards, options.ray or None, **rules)
    try:
        yield {"corpus_iterable": text}
    finally:
        text.close()
