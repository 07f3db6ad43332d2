"""Words on a plane: a map of words and their neighbours, and how words moved between two models."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from w2v.base.norms import unit_rows
from w2v.keyedvectors import KeyedVectors
from w2v.plot.figure import COLOURS, GREY, PALE, axes_of, bare, style
from w2v.plot.labels import add_labels
from w2v.postprocess import align
from w2v.projection import project
from w2v.vectors.asking import key_list, keys_of

__all__ = ["moved", "movement", "word_map"]

Group = tuple[str, list[Any]]

_FREQUENT = 100  # words of a map for which none were named
_MOST = 2000  # words a map takes: more are no longer readable


def word_map(
    kv: KeyedVectors,
    keys: Iterable[Any] | Mapping[str, Iterable[Any]] | None = None,
    *,
    topn: int = 8,
    method: str = "pca",
    pairs: Iterable[tuple[Any, Any]] = (),
    title: str | None = None,
    seed: int = 1,
    ax: Any = None,
) -> Any:
    """Words and their nearest neighbours on a plane.

    Parameters
    ----------
    kv : KeyedVectors
    keys : iterable of keys, or dict of str -> keys, optional
        The words, in bold, each with its neighbours in its colour; or groups of words under their names, without
        neighbours. Without it, the 100 most frequent words.
    topn : int, default 8
        Neighbours of each word.
    method : "pca", "tsne" or "umap", default "pca"
        See `w2v.projection.project`.
    pairs : iterable of (key, key)
        Words to be joined by lines, such as countries and their capitals; they need not be among `keys`.
    title : str, optional
    seed : int, default 1
        Of t-SNE and UMAP.
    ax : matplotlib Axes, optional
        To draw into, instead of a new figure.

    Returns
    -------
    matplotlib Figure

    Raises
    ------
    KeyError
        A key is not there.
    ValueError
        There are no words, or more than 2000.
    ImportError
        matplotlib is not installed: ``pip install "w2v[plot]"``.

    Examples
    --------
    >>> figure = word_map(model.wv, ["monday", "london"])  # doctest: +SKIP
    >>> figure.savefig("map.svg")  # doctest: +SKIP
    """
    pairs = [_pair(kv, pair) for pair in pairs]
    groups, chosen = _groups(kv, keys, topn, pairs)
    words = list(dict.fromkeys(word for _, group in groups for word in group))
    if not 1 <= len(words) <= _MOST:
        raise ValueError(f"keys: expected 1 to {_MOST} words with their neighbours, got {len(words)}")
    axes = axes_of(ax, 8, 6 if len(words) < 60 else 8)
    places = dict(zip(words, project(kv[words], method, seed=seed), strict=True))
    lines = _draw_pairs(axes, places, pairs)
    drawn: set[Any] = set()
    for number, (name, group) in enumerate(groups):
        rows = np.array([places[word] for word in group if word not in drawn]).reshape(-1, 2)
        drawn.update(group)
        look = style(number) if len(groups) > 1 else style(0)
        axes.scatter(rows[:, 0], rows[:, 1], s=22, label=name, linewidths=0, zorder=3, **look)
    bare(axes, title)
    if isinstance(keys, Mapping):
        axes.legend(loc="upper left", bbox_to_anchor=(1, 1), frameon=False, fontsize=9)
    ordered = sorted(words, key=lambda word: word not in chosen)
    add_labels(axes, [places[word] for word in ordered], ordered, [word in chosen for word in ordered], avoid=lines)
    return axes.figure


def _pair(kv: KeyedVectors, pair: Any) -> tuple[Any, ...]:
    keys = tuple(key_list(kv, pair, "pairs"))
    if len(keys) != 2:
        raise ValueError(f"pairs: expected (key, key), got {pair!r:.80}")
    return keys


def _groups(kv: KeyedVectors, keys: Any, topn: int, pairs: Sequence[Any]) -> tuple[list[Group], set[Any]]:
    """(name, words) of each group, and the words that must have labels."""
    if isinstance(keys, Mapping):
        groups = [(str(name), key_list(kv, group, f"keys[{name!r}]")) for name, group in keys.items()]
        chosen = {word for _, group in groups for word in group}
    elif keys is None and not pairs:
        groups, chosen = [("", kv.index_to_key[:_FREQUENT])], set()
    else:
        asked = keys_of(kv, () if keys is None else keys)
        chosen = set(asked)
        groups = [(str(word), [word, *(near for near, _ in kv.most_similar([word], topn=topn))]) for word in asked]
    named = {word for _, group in groups for word in group}
    for side, name in enumerate(("first of a pair", "second of a pair")):
        if extra := [pair[side] for pair in pairs if pair[side] not in named]:
            groups.append((name, list(dict.fromkeys(extra))))
            chosen.update(extra)
    return groups, chosen


def _draw_pairs(axes: Any, places: Mapping[Any, Any], pairs: Sequence[Any]) -> Any:
    """Draw a line for each pair; return points on them (n, 2)."""
    shares = np.linspace(0, 1, 40)[:, np.newaxis]
    points = np.zeros((0, 2))
    for first, second in pairs:
        line = places[first] + shares * (places[second] - places[first])
        axes.plot(line[[0, -1], 0], line[[0, -1], 1], color=PALE, linewidth=1.2, zorder=1)
        points = np.vstack([points, line])
    return points


def movement(
    before: KeyedVectors,
    after: KeyedVectors,
    keys: Iterable[Any] | None = None,
    *,
    topn: int = 12,
    frequent: int = 5000,
    neighbours: int = 2,
    names: tuple[str, str] = ("before", "after"),
    title: str | None = None,
    ax: Any = None,
) -> Any:
    """Where words were and where they went, from one model to another, as arrows on a map.

    The first model's vectors are rotated onto the second's by the words that both have (see `w2v.align`); grey words
    are the neighbours that the moved words had before and have after.

    Parameters
    ----------
    before, after : KeyedVectors
        Of the same vector_size.
    keys : iterable, optional
        The words; without it, the `topn` that moved most: whose cosine between the models is lowest.
    topn : int, default 12
    frequent : int, default 5000
        Those are looked for among so many words that are the most frequent of both models.
    neighbours : int, default 2
        Of each word, in each model.
    names : (str, str)
        What the two models are called.
    title : str, optional
    ax : matplotlib Axes, optional
        To draw into, instead of a new figure.

    Returns
    -------
    matplotlib Figure

    Raises
    ------
    KeyError
        A key is not in both.
    ValueError
        The sizes differ, or no word is in both.
    ImportError
        matplotlib is not installed: ``pip install "w2v[plot]"``.

    Examples
    --------
    >>> movement(old.wv, new.wv, names=("1900", "2000")).savefig("moved.svg")  # doctest: +SKIP
    """
    rotated = align(before, after).vectors
    words = [key for key, _ in moved(rotated, after, topn, frequent)] if keys is None else key_list(after, keys, "keys")
    near_before = [near for word in words for near, _ in rotated.most_similar([word], topn=neighbours)]
    near_after = [near for word in words for near, _ in after.most_similar([word], topn=neighbours)]
    # Neighbours stand where the second model has them; those that only the first one knows, where that has them.
    around = [word for word in dict.fromkeys(near_before + near_after) if word not in set(words)]
    rows = [_unit(rotated, words), _unit(after, words)]
    rows.append(np.array([_unit(after if word in after else rotated, [word])[0] for word in around]))
    places = project(np.vstack([part for part in rows if len(part)]))
    old, new, grey = np.split(places, [len(words), 2 * len(words)])
    axes = axes_of(ax, 9, 6.5)
    axes.scatter(grey[:, 0], grey[:, 1], s=8, color=GREY, linewidths=0, zorder=2)
    axes.scatter(old[:, 0], old[:, 1], s=26, facecolors="white", edgecolors=COLOURS[1], label=names[0], zorder=3)
    axes.scatter(new[:, 0], new[:, 1], s=26, color=COLOURS[0], marker="s", linewidths=0, label=names[1], zorder=3)
    for start, end in zip(old, new, strict=True):
        arrow = {"arrowstyle": "-|>", "color": COLOURS[0], "alpha": 0.55, "linewidth": 1.1, "shrinkA": 4, "shrinkB": 4}
        axes.annotate("", tuple(end), tuple(start), arrowprops=arrow, zorder=2)
    bare(axes, title)
    axes.legend(loc="upper left", bbox_to_anchor=(1, 1), frameon=False, fontsize=9)
    arrows = np.concatenate([old + share * (new - old) for share in np.linspace(0, 0.97, 40)])
    chosen = [True] * len(words) + [False] * len(around)
    labels = add_labels(axes, np.vstack([new, grey]), [*words, *around], chosen, size=8, avoid=arrows)
    for label in labels:
        if label.get_fontweight() != "bold":
            label.set_color(GREY)
    return axes.figure


def moved(rotated: KeyedVectors, after: KeyedVectors, topn: int, frequent: int) -> list[tuple[Any, float]]:
    """The keys whose cosine between two aligned sets is lowest, and this, among those that are frequent in both."""
    shared = [key for key in rotated.index_to_key[:frequent] if after.key_to_index.get(key, frequent) < frequent]
    if not shared:
        raise ValueError(f"expected words that are among the first {frequent} of both, got none")
    cosines = np.clip(np.einsum("ij,ij->i", _unit(rotated, shared), _unit(after, shared)), -1, 1)
    return [(shared[place], float(cosines[place])) for place in np.argsort(cosines, kind="stable")[:topn]]


def _unit(kv: KeyedVectors, words: Sequence[Any]) -> Any:
    return unit_rows(kv[words] if words else np.zeros((0, kv.vector_size)), np.float32)
