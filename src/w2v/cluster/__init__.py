"""Training on several machines, by Ray (``pip install "w2v[ray]"``): the bits of `shards` in one process."""

from typing import Any

from w2v.base.paths import Path
from w2v.cluster.text import ClusterText
from w2v.corpus.source import Paths
from w2v.model import Word2Vec

__all__ = ["ClusterText", "resume", "train"]


def train(
    texts: Paths,
    shards: int,
    address: str | None = None,
    *,
    deadline: float = 60.0,
    on_loss: str = "fewer",
    exchange: str = "float32",
    **settings: Any,
) -> Word2Vec:
    """Train a model on the nodes of a Ray cluster: bit for bit what ``Word2Vec(corpus_file=texts, shards=shards)`` is.

    A process on each node holds some of the shards; more nodes than shards have nothing to do. What is lost, processes
    or nodes, is replaced, and the round that it was in repeated: the bits stay the same. Ctrl-C leaves a model, as it
    does in one process.

    Parameters
    ----------
    texts : path or sequence of paths
        As `corpus_file` of `Word2Vec`; every node must find the same files by these names. Each reads its part of the
        bytes, but compressed files whole.
    shards : int
        Replicas, at least 2; the result depends on their number, not on that of nodes.
    address : str, optional
        Of a Ray cluster, such as "auto" or "10.0.0.1:6379"; without it, the one that this process is connected to, or
        else Ray on this machine.
    deadline : float, default 60.0
        Seconds that a lost node is waited for, until another one joins the cluster.
    on_loss : {"fewer", "stop"}
        What comes then. "fewer": the other nodes take its shards. "stop": `ClusterError`, with a checkpoint if
        `checkpoint` names one.
    exchange : {"float32", "float16"}
        How changes travel. With float16 half as many bytes do, but the bits are others than those of one process.
    **settings
        Of `Word2Vec`, such as `checkpoint`, `callbacks` and `progress`; `workers` are threads of each node.

    Raises
    ------
    ClusterError
        Nodes are lost for good, or have another version of w2v.
    ImportError
        Ray is not installed.

    Examples
    --------
    >>> from w2v import cluster
    >>> model = cluster.train("corpus/*.txt", shards=8, address="auto", epochs=5)  # doctest: +SKIP
    """
    text = ClusterText(texts, shards, address, deadline=deadline, on_loss=on_loss, exchange=exchange)
    sentences: Any = text  # it stands for them
    try:
        return Word2Vec(sentences, shards=shards, **settings)
    finally:
        text.close()


def resume(
    path: Path,
    texts: Paths,
    shards: int,
    address: str | None = None,
    *,
    deadline: float = 60.0,
    on_loss: str = "fewer",
    exchange: str = "float32",
    **given: Any,
) -> Word2Vec:
    """Go on with what was interrupted, from a checkpoint, on a cluster: also where the program that led it was lost.

    Parameters
    ----------
    path : path
        What ``checkpoint=`` named, here or in one process: either may go on with what the other began.
    texts, shards, address, deadline, on_loss, exchange
        As for `train`.
    **given
        Of `Word2Vec.resume`, such as `callbacks` and `progress`.

    Examples
    --------
    >>> from w2v import cluster
    >>> model = cluster.resume("run.ckpt", "corpus/*.txt", shards=8, address="auto")  # doctest: +SKIP
    """
    text = ClusterText(texts, shards, address, deadline=deadline, on_loss=on_loss, exchange=exchange)
    sentences: Any = text  # it stands for them
    try:
        return Word2Vec.resume(path, sentences, **given)
    finally:
        text.close()
