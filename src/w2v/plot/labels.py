"""Where words stand beside their points: near them, inside the axes, and never one over the other."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from w2v.plot.figure import GREY, INK

Boxes = npt.NDArray[np.float64]  # (n, 4): left, bottom, right, top, in pixels

# Directions from a point to the middle of its word, as shares of the word's half width and half height.
_SIDES = ((1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (-1, 1), (1, -1), (-1, -1))
_STEPS = (4, 8, 14, 22, 32, 44)  # how far, in points
_LINE_FROM = 14  # from so far on, a line leads to the word
_NEAR = len(_SIDES) * _STEPS.index(_LINE_FROM)  # places that need no line


def add_labels(
    axes: Any,
    places: npt.ArrayLike,
    words: Sequence[Any],
    chosen: Sequence[bool],
    size: float = 9,
    avoid: npt.ArrayLike = (),
) -> list[Any]:
    """Write words beside their points; one that finds no free place is left out, unless it was chosen.

    Parameters
    ----------
    axes : matplotlib Axes
        Whose limits are final.
    places : array of shape (n, 2)
        Points in data coordinates.
    words : sequence of n
        The most important first: they choose first.
    chosen : sequence of n bools
        Those that must be there, in bold.
    size : float, default 9
        Of the letters, in points.
    avoid : array of shape (m, 2), optional
        More points that no word may cover.

    Returns
    -------
    list of matplotlib Annotations
    """
    from matplotlib.text import Text

    points = np.asarray(places, dtype=float).reshape(-1, 2)
    others = np.asarray(avoid, dtype=float).reshape(-1, 2)
    settle(axes.figure)
    pixel = axes.figure.dpi / 72
    area = axes.get_window_extent()
    frame = np.array([area.x0, area.y0, area.x1, area.y1]) + np.array([2, 2, -2, -2]) * pixel
    centres = axes.transData.transform(points)
    dots = axes.transData.transform(np.vstack([points, others]))
    taken = np.hstack([dots - 3 * pixel, dots + 3 * pixel])
    labels = []
    for number in sorted(range(len(words)), key=lambda number: not chosen[number]):
        label = _label(axes, points[number], str(words[number]), chosen[number], size)
        extent = Text.get_window_extent(label)  # an Annotation's own has its line in it, too
        half = np.array([extent.width, extent.height]) / 2 + pixel
        middle = _free_middle(centres[number], half, taken, frame, pixel, chosen[number])
        if middle is None:
            label.remove()
            continue
        offset = (middle - centres[number]) / pixel
        label.set_position(tuple(offset))
        has_line = _gap(offset, half / pixel) >= _LINE_FROM - 1
        label.arrow_patch.set_visible(has_line)
        line = _along(centres[number], middle[np.newaxis], pixel)[0] if has_line else np.zeros((0, 2))
        taken = np.vstack([taken, [*(middle - half), *(middle + half)], np.hstack([line - pixel, line + pixel])])
        labels.append(label)
    return labels


def settle(figure: Any) -> None:
    """Lay the figure out now and for good, so that what is measured stays true."""
    figure = figure.get_figure(root=True) if hasattr(figure, "get_figure") else figure
    figure.draw_without_rendering()
    if figure.get_layout_engine() is not None:
        figure.set_layout_engine("none")


def _label(axes: Any, point: Any, word: str, chosen: bool, size: float) -> Any:
    return axes.annotate(
        word,
        tuple(point),
        (0, 0),
        textcoords="offset points",
        ha="center",
        va="center",
        fontsize=size + 1 if chosen else size,
        fontweight="bold" if chosen else "normal",
        color=INK,
        parse_math=False,
        zorder=5,
        arrowprops={"arrowstyle": "-", "color": GREY, "linewidth": 0.6, "shrinkA": 0, "shrinkB": 3},
    )


def _gap(offset: Any, half: Any) -> float:
    """How far a word's box is from its point, in points."""
    return float(np.linalg.norm(np.maximum(np.abs(offset) - half, 0)))


def _free_middle(centre: Any, half: Any, taken: Boxes, frame: Any, pixel: float, must: bool) -> Any:
    """Where the middle of a word goes; None if nothing is free and it need not be there."""
    middles = np.array([*_around(centre, half, pixel)])
    boxes = np.hstack([middles - half, middles + half])
    free = _inside(boxes, frame) & (_overlaps(boxes, taken) == 0)
    far = np.flatnonzero(free[_NEAR:]) + _NEAR  # a line leads to these: it may not cross other words
    if len(far):
        lines = _along(centre, middles[far], pixel)
        outside = np.abs(lines - centre).max(axis=2) > 5 * pixel
        crossed = _contains(taken, lines) & outside
        free[far] &= ~crossed.any(axis=1)
    if free.any():
        return middles[np.argmax(free)]
    return _anywhere(centre, half, taken, frame, pixel) if must else None


def _along(start: Any, ends: Any, pixel: float) -> Any:
    """Points on the lines from one point to others, as an array (n, points, 2)."""
    longest = np.linalg.norm(ends - start, axis=1).max(initial=0)
    shares = np.linspace(0, 1, max(2, int(longest / (3 * pixel))))
    return start + shares[np.newaxis, :, np.newaxis] * (ends - start)[:, np.newaxis]


def _contains(boxes: Boxes, points: Any) -> npt.NDArray[np.bool_]:
    """Whether each point (..., 2) is in any of the boxes."""
    spots = points[..., np.newaxis, :]
    inside: npt.NDArray[np.bool_] = ((spots >= boxes[:, :2]) & (spots <= boxes[:, 2:])).all(axis=-1).any(axis=-1)
    return inside


def _around(centre: Any, half: Any, pixel: float) -> Iterator[Any]:
    for step in _STEPS:
        for x, y in _SIDES:
            share = 0.75 if x and y else 1.0
            yield centre + np.array([x, y]) * (half + share * step * pixel)


def _anywhere(centre: Any, half: Any, taken: Boxes, frame: Any, pixel: float) -> Any:
    """The free place nearest to the point in the whole frame, or where a word covers least, if there is none."""
    low, high = frame[:2] + half, np.maximum(frame[2:] - half, frame[:2] + half)
    grid = [np.arange(low[side], high[side] + 1, 4 * pixel) for side in (0, 1)]
    middles = np.stack(np.meshgrid(*grid), axis=-1).reshape(-1, 2)
    covered = _overlaps(np.hstack([middles - half, middles + half]), taken)
    distance = np.linalg.norm(middles - centre, axis=1)
    return middles[np.lexsort((distance, covered))[0]]


def _inside(boxes: Boxes, frame: Any) -> npt.NDArray[np.bool_]:
    inside: npt.NDArray[np.bool_] = (boxes[:, :2] >= frame[:2]).all(axis=1) & (boxes[:, 2:] <= frame[2:]).all(axis=1)
    return inside


def _overlaps(boxes: Boxes, taken: Boxes) -> npt.NDArray[np.float64]:
    """The area of each box that the boxes already there cover."""
    low = np.maximum(boxes[:, None, :2], taken[None, :, :2])
    high = np.minimum(boxes[:, None, 2:], taken[None, :, 2:])
    area: npt.NDArray[np.float64] = np.clip(high - low, 0, None).prod(axis=2).sum(axis=1)
    return area
