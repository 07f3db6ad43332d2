"""Tables for notebooks: what `_repr_html_` returns."""

from collections.abc import Iterable, Sequence
from typing import Any

_LONGEST = 60  # characters of a cell


def html_table(caption: str, names: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """A table with a caption, names of columns and rows; floats get four digits, and whatever is text is escaped.

    Examples
    --------
    >>> html_table("answers", ["word", "cosine"], [("<s>", 0.81234)])
    '<table><caption>answers</caption><tr><th>word</th><th>cosine</th></tr><tr><td>&lt;s&gt;</td><td>0.8123</td></tr></table>'
    """
    from html import escape  # here, because importing it takes time, and only notebooks need it

    head = "".join(f"<th>{escape(name)}</th>" for name in names)
    lines = ("".join(f"<td>{escape(_cell(cell))}</td>" for cell in row) for row in rows)
    body = "".join(f"<tr>{line}</tr>" for line in lines)
    return f"<table><caption>{escape(caption)}</caption><tr>{head}</tr>{body}</table>"


def _cell(value: Any) -> str:
    text = f"{value:.4f}" if isinstance(value, float) else str(value)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
