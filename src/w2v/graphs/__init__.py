"""Graphs as corpora: edges to rows of neighbours, and random walks through them."""

from w2v.graphs.graph import Graph
from w2v.graphs.walking import Walks, walks

__all__ = ["Graph", "Walks", "walks"]
