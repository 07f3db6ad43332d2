"""What all pictures share: a figure of our own, colours that all eyes can tell apart, axes without clutter."""

import functools
import importlib
import io
from typing import Any

#: Okabe and Ito's colours, without yellow, which is too pale on white; markers tell the same apart again.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
MARKERS = ("o", "s", "^", "D", "v", "P", "X")
INK, GREY, PALE = "#222222", "#767676", "#C8C8C8"
SHADES = "cividis"  # made for colour-blind eyes: its lightness rises evenly


def style(number: int) -> dict[str, Any]:
    """Colour and marker of the series of this number."""
    return {"color": COLOURS[number % len(COLOURS)], "marker": MARKERS[number % len(MARKERS)]}


def new_figure(width: float = 8, height: float = 6) -> Any:
    """An empty figure of so many inches, apart from pyplot: it needs no screen, and nothing keeps it alive.

    Raises
    ------
    ImportError
        matplotlib is not installed.
    """
    figure = _picture_class()(figsize=(width, height), layout="constrained", dpi=100, facecolor="white")
    importlib.import_module("matplotlib.backends.backend_agg").FigureCanvasAgg(figure)
    return figure


def axes_of(ax: Any, width: float = 8, height: float = 6) -> Any:
    """The axes to draw into: those given, or those of a new figure."""
    return new_figure(width, height).add_subplot() if ax is None else ax


def tidy(axes: Any, title: str | None = None, x: str | None = None, y: str | None = None) -> None:
    """Title and names of the axes; no lines on top and right."""
    axes.spines[["top", "right"]].set_visible(False)
    axes.spines[["left", "bottom"]].set_color(GREY)
    axes.tick_params(colors=INK, labelsize=9)
    if title:
        axes.set_title(title, loc="left", fontsize=12, color=INK, parse_math=False)
    for name, text in (("xlabel", x), ("ylabel", y)):
        if text:
            axes.set(**{name: text})
    axes.xaxis.label.set_color(INK)
    axes.yaxis.label.set_color(INK)


def bare(axes: Any, title: str | None = None) -> None:
    """Axes of a map: the same scale both ways, a frame, no numbers, because they mean nothing."""
    axes.set_xticks([])
    axes.set_yticks([])
    axes.spines[:].set_color(PALE)
    axes.margins(0.12)
    axes.set_aspect("equal", adjustable="datalim")
    if title:
        axes.set_title(title, loc="left", fontsize=12, color=INK, parse_math=False)


@functools.cache
def _picture_class() -> type:
    try:
        Figure = importlib.import_module("matplotlib.figure").Figure
    except ImportError as error:
        raise ImportError('pictures need matplotlib, which is not installed: pip install "w2v[plot]"') from error

    class Picture(Figure):  # type: ignore[misc, valid-type]
        """A figure that notebooks show by itself; ``savefig`` writes it to a file."""

        def _repr_png_(self) -> bytes:
            target = io.BytesIO()
            self.savefig(target, format="png", dpi=100)
            return target.getvalue()

    return Picture
