"""Numbers as pictures: cosines of words with each other, counts by rank, losses, analogies by section."""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from w2v.keyedvectors import KeyedVectors
from w2v.plot.figure import COLOURS, GREY, INK, PALE, SHADES, axes_of, new_figure, style, tidy
from w2v.plot.labels import add_labels
from w2v.vectors.asking import key_list

__all__ = ["analogies", "losses", "similarity", "zipf"]

_NUMBERS = 16  # words up to which a heat map has its numbers written in
_MOST = 200  # words of a heat map: more have no room for their names


def similarity(
    kv: KeyedVectors, keys: Iterable[Any], *, order: str = "similar", title: str | None = None, ax: Any = None
) -> Any:
    """Cosines of words with each other as a heat map.

    Parameters
    ----------
    kv : KeyedVectors
    keys : iterable of 2 to 200 keys
    order : "similar" or "given", default "similar"
        Whether similar words stand together, or the words in the order given.
    title : str, optional
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
        Too few or too many keys, or an unknown order.
    ImportError
        matplotlib is not installed: ``pip install "w2v[plot]"``.

    Examples
    --------
    >>> similarity(model.wv, ["monday", "friday", "london"]).savefig("cosines.svg")  # doctest: +SKIP
    """
    words = list(dict.fromkeys(key_list(kv, keys, "keys")))
    if order not in ("similar", "given"):
        raise ValueError(f"order: expected 'similar' or 'given', got {order!r}")
    if not 2 <= len(words) <= _MOST:
        raise ValueError(f"keys: expected 2 to {_MOST} different words, got {len(words)}")
    rows = np.array([kv.get_vector(word, norm=True) for word in words], dtype=np.float32)
    cosines = np.clip(rows @ rows.T, -1, 1)
    if order == "similar":
        turn = _similar_together(cosines)
        words, cosines = [words[place] for place in turn], cosines[np.ix_(turn, turn)]
    np.fill_diagonal(cosines, np.nan)  # of each word with itself: 1, which would only take room in the scale
    side = max(4.5, min(14, 0.4 * len(words) + 2))
    axes = axes_of(ax, side + 0.8, side)
    image = axes.imshow(np.ma.masked_invalid(cosines), cmap=SHADES)
    tidy(axes, title)
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0)
    size = 9 if len(words) <= 40 else 6 if len(words) <= 90 else 4
    names = {"labels": [str(word) for word in words], "parse_math": False, "fontsize": size}
    axes.set_xticks(range(len(words)), rotation=60, ha="right", rotation_mode="anchor", **names)
    axes.set_yticks(range(len(words)), **names)
    bar = axes.figure.colorbar(image, ax=axes, shrink=0.7, label="cosine")
    bar.outline.set_visible(False)
    if len(words) <= _NUMBERS:
        _write_numbers(axes, cosines)
    return axes.figure


def _similar_together(cosines: Any) -> list[int]:
    """An order in which similar words are neighbours: groups are joined, the most similar first, by their mean cosine.

    Of two groups, the ends that are most similar are put together.
    """
    groups = [[place] for place in range(len(cosines))]
    means = cosines.astype(np.float64)
    np.fill_diagonal(means, -np.inf)
    while len(groups) > 1:
        first, second = sorted(divmod(int(means.argmax()), len(groups)))
        a, b = groups[first], groups[second]
        merged = (len(a) * means[first] + len(b) * means[second]) / (len(a) + len(b))
        means[first], means[:, first], means[first, first] = merged, merged, -np.inf
        means = np.delete(np.delete(means, second, axis=0), second, axis=1)
        turns = [(left, right) for left in (a, a[::-1]) for right in (b, b[::-1])]
        left, right = max(turns, key=lambda turn: cosines[turn[0][-1], turn[1][0]])
        groups[first] = left + right
        del groups[second]
    return groups[0]


def _write_numbers(axes: Any, cosines: Any) -> None:
    middle = (np.nanmin(cosines) + np.nanmax(cosines)) / 2
    for (row, column), cosine in np.ndenumerate(cosines):
        if row != column:
            ink = "white" if cosine < middle else "black"
            number = f"{round(float(cosine), 2) + 0.0:.2f}".replace("0.", ".")
            axes.text(column, row, number, ha="center", va="center", color=ink, fontsize=8)


def zipf(
    kv: KeyedVectors, keys: Iterable[Any] = (), *, attr: str = "count", title: str | None = None, ax: Any = None
) -> Any:
    """Counts of the words by rank, both on logarithmic scales: for natural languages nearly a line (Zipf's law).

    Parameters
    ----------
    kv : KeyedVectors
        With counts.
    keys : iterable, optional
        Words to be named; without it, some from all over the curve.
    attr : str, default "count"
        The attribute of the keys that holds the counts.
    title : str, optional
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
        There are no counts.
    ImportError
        matplotlib is not installed: ``pip install "w2v[plot]"``.

    Examples
    --------
    >>> zipf(model.wv, ["the", "holmes"]).savefig("zipf.svg")  # doctest: +SKIP
    """
    if attr not in kv.expandos or len(kv) == 0:
        raise ValueError(f"expected vectors with the attribute {attr!r}, got {', '.join(kv.expandos) or 'none'}")
    counts = np.asarray(kv.expandos[attr][: len(kv)], dtype=np.float64)
    order = np.argsort(-counts, kind="stable")
    order = order[counts[order] > 0]
    if len(order) == 0:
        raise ValueError(f"{attr}: expected positive counts, got none")
    ranks = np.arange(1, len(order) + 1)
    rank_of = dict(zip(order.tolist(), ranks.tolist(), strict=True))
    axes = axes_of(ax, 8, 5)
    some = np.unique(np.geomspace(1, len(order), 400).astype(int))
    axes.plot(some, counts[order[some - 1]], color=COLOURS[0], linewidth=2, zorder=2)
    slope, height = np.polyfit(np.log(some), np.log(counts[order[some - 1]]), 1) if len(some) > 1 else (0.0, 0.0)
    if len(some) > 1:
        line = np.exp(height + slope * np.log(some))
        axes.plot(some, line, color=GREY, linewidth=1, linestyle="--", zorder=1, label=f"slope {slope:.2f}")
        axes.legend(frameon=False, fontsize=9)
    axes.set(xscale="log", yscale="log")
    tidy(axes, title, "rank", attr)
    named = [kv.get_index(key) for key in key_list(kv, keys, "keys")]
    chosen = bool(named)
    named = [place for place in named if place in rank_of] or [
        int(order[rank - 1]) for rank in np.unique(np.geomspace(1, len(order), 12).astype(int))
    ]
    points = np.array([[rank_of[place], counts[place]] for place in named])
    axes.scatter(points[:, 0], points[:, 1], s=24, color=COLOURS[1], linewidths=0, zorder=3)
    line_points = np.column_stack([some, counts[order[some - 1]]])
    add_labels(axes, points, [kv.index_to_key[place] for place in named], [chosen] * len(named), avoid=line_points)
    return axes.figure


def losses(models: Any, *, names: Sequence[str] | None = None, title: str | None = None) -> Any:
    """Mean loss of every epoch, and how the learning rate fell meanwhile.

    Parameters
    ----------
    models : Word2Vec, or a sequence of them
    names : sequence of str, optional
        What several models are called.
    title : str, optional

    Returns
    -------
    matplotlib Figure
        With a second panel for the learning rate, if every model was trained by one call of `train`.

    Raises
    ------
    ValueError
        A model is not trained, or there are not as many names as models.
    ImportError
        matplotlib is not installed: ``pip install "w2v[plot]"``.

    Examples
    --------
    >>> losses(model).savefig("losses.svg")  # doctest: +SKIP
    """
    several = list(models) if isinstance(models, list | tuple) else [models]
    names = [f"model {number}" for number in range(1, len(several) + 1)] if names is None else list(names)
    if len(names) != len(several):
        raise ValueError(f"names: expected {len(several)}, one a model, got {len(names)}")
    for name, model in zip(names, several, strict=True):
        if not model.losses:
            raise ValueError(f"{name}: expected a trained model with its losses, got one without")
    with_rates = all(model.train_count == 1 for model in several)
    figure = new_figure(8, 5.5 if with_rates else 4)
    panels = figure.subplots(1 + with_rates, sharex=True, squeeze=False, height_ratios=[3, 1] if with_rates else None)
    top, last = panels[0, 0], panels[-1, 0]
    for number, (name, model) in enumerate(zip(names, several, strict=True)):
        look = style(number)
        epochs = np.arange(1, len(model.losses) + 1)
        top.plot(epochs, model.losses, markersize=5, linewidth=1.6, label=name, **look)
        if with_rates:
            ends = np.array([0, len(epochs)])
            rates = model.alpha - (model.alpha - model.min_alpha) * ends / max(model.epochs, len(epochs))
            last.plot(ends, rates, linewidth=1.6, color=look["color"], linestyle=("-", "--", "-.", ":")[number % 4])
    tidy(top, title, None if with_rates else "epoch", "mean loss")
    if with_rates:
        tidy(last, None, "epoch", "learning rate")
        last.set_ylim(bottom=0)
    last.xaxis.get_major_locator().set_params(integer=True)
    if len(several) > 1:
        top.legend(frameon=False, fontsize=9)
    return figure


def analogies(
    results: Mapping[str, Sequence[Mapping[str, Any]]] | Sequence[Mapping[str, Any]],
    *,
    title: str | None = None,
    ax: Any = None,
) -> Any:
    """Shares of analogies answered right, section by section, with 95 % confidence intervals (Wilson 1927).

    Parameters
    ----------
    results : list of dict, or dict of str -> list of dict
        The sections that `evaluate_word_analogies` returns, of one model or of several under their names.
    title : str, optional
    ax : matplotlib Axes, optional
        To draw into, instead of a new figure.

    Returns
    -------
    matplotlib Figure

    Raises
    ------
    ValueError
        No section has an answer.
    ImportError
        matplotlib is not installed: ``pip install "w2v[plot]"``.

    Examples
    --------
    >>> score, sections = model.wv.evaluate_word_analogies("questions-words.txt")  # doctest: +SKIP
    >>> analogies(sections).savefig("analogies.svg")  # doctest: +SKIP
    """
    models = dict(results) if isinstance(results, Mapping) else {"": results}
    names = list(dict.fromkeys(part["section"] for parts in models.values() for part in parts if _answers(part)))
    if not names:
        raise ValueError("results: expected sections with answers, got none")
    axes = axes_of(ax, 8, 0.34 * len(names) + 1.2)
    height = 0.5 / max(1, len(models) - 1)
    for number, (model, parts) in enumerate(models.items()):
        shift = 0.0 if len(models) == 1 else number * height - 0.25
        look, label = style(number), model
        for part in parts:
            if not _answers(part):
                continue
            right, asked, row = len(part["correct"]), _answers(part), names.index(part["section"]) + shift
            low, high = _wilson(right, asked)
            axes.plot([100 * low, 100 * high], [row, row], color=look["color"], linewidth=1.6, zorder=2)
            axes.plot(100 * right / asked, row, markersize=6, linestyle="", zorder=3, label=label or None, **look)
            label = ""
    _rows_of_sections(axes, names, models)
    tidy(axes, title, "answered right, %")
    if len(models) > 1:
        axes.legend(loc="upper left", bbox_to_anchor=(1, 1), frameon=False, fontsize=9)
    return axes.figure


def _rows_of_sections(axes: Any, names: Sequence[str], models: Mapping[str, Any]) -> None:
    asked: dict[str, int] = {}
    for parts in models.values():
        for part in parts:
            asked[part["section"]] = max(asked.get(part["section"], 0), _answers(part))
    labels = [f"{name}  ({asked[name]:,})" for name in names]
    axes.set_yticks(range(len(names)), labels, color=INK, parse_math=False)
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.set_xlim(0, 100)
    axes.grid(axis="x", color=PALE, linewidth=0.6)
    axes.set_axisbelow(True)
    axes.spines["left"].set_visible(False)
    axes.yaxis.set_tick_params(length=0)


def _answers(part: Mapping[str, Any]) -> int:
    return len(part["correct"]) + len(part["incorrect"])


def _wilson(right: int, asked: int) -> tuple[float, float]:
    """Bounds of the 95 % confidence interval of a share."""
    z, share = 1.959964, right / asked
    middle = (share + z * z / (2 * asked)) / (1 + z * z / asked)
    half = z / (1 + z * z / asked) * math.sqrt(share * (1 - share) / asked + z * z / (4 * asked * asked))
    return max(0.0, middle - half), min(1.0, middle + half)
