"""How vectors and answers show themselves: in a line at the prompt, as a table in a notebook."""

from typing import Any

from w2v.base.html import html_table
from w2v.vectors.rows import KeyedRows

_KEYS = 5  # shown of them all
_NUMBERS = 5  # shown of a vector


class Ranking(list[tuple[Any, float]]):
    """A list of (key, cosine), the highest first, which notebooks show as a table.

    Examples
    --------
    >>> Ranking([("dog", 0.6)])
    [('dog', 0.6)]
    """

    def _repr_html_(self) -> str:
        return html_table(f"{len(self)} nearest", ["key", "cosine"], self)


class Display(KeyedRows):
    """What `w2v.KeyedVectors` look like."""

    def __str__(self) -> str:
        return f"{type(self).__name__}<vector_size={self.vector_size}, {len(self)} keys>"

    def __repr__(self) -> str:
        keys = [f"{key!r:.40}" for key in self.index_to_key[:_KEYS]]
        first = ", ".join([*keys, "..."] if len(self) > _KEYS else keys)
        return f"{str(self)[:-1]}, {self.vectors.dtype}{': ' if first else ''}{first}>"

    def _repr_html_(self) -> str:
        names = [name for name, values in self.expandos.items() if values.dtype != object]
        rows = []
        for place, key in enumerate(self.index_to_key[:_KEYS]):
            numbers = self._values(place)[:_NUMBERS].tolist()
            attributes = [self.expandos[name][place : place + 1].tolist() or [""] for name in names]
            rows.append([key, *(value for [value] in attributes), *numbers])
        columns = [str(number) for number in range(min(_NUMBERS, self.vector_size))]
        caption = f"{self!s}, {self.vectors.dtype}: the first keys, and the first numbers of their vectors"
        return html_table(caption, ["key", *names, *columns], rows)
