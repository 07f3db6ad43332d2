"""A widget for notebooks: a field to search words in, and the neighbours of the one that is asked about."""

from functools import cache
from importlib import resources
from typing import Any

from w2v.explore.answers import MOST_ANSWERS, Answers
from w2v.keyedvectors import KeyedVectors

__all__ = ["neighbours"]


def neighbours(kv: KeyedVectors, word: str = "", topn: int = 10) -> Any:
    """A search field with suggestions, and a table of neighbours, each of which can be clicked.

    Parameters
    ----------
    kv : KeyedVectors
    word : str, optional
        What is asked first.
    topn : int, default 10
        Neighbours that are shown, 1 to 100.

    Returns
    -------
    anywidget.AnyWidget
        Notebooks show it. Its `word` can be read and set, `answer` has what is shown: {"asked": ..., "found": ...}.

    Raises
    ------
    ImportError
        anywidget is not installed: ``pip install "w2v[notebook]"``.
    ValueError
        There are no vectors, or `topn` is not 1 to 100.

    Examples
    --------
    >>> shown = neighbours(model.wv, "london")  # doctest: +SKIP
    >>> shown  # doctest: +SKIP
    """
    if not 1 <= topn <= MOST_ANSWERS:
        raise ValueError(f"topn: expected 1 to {MOST_ANSWERS}, got {topn}")
    return _widget_class()(Answers({"vectors": kv}), word, topn)


@cache
def _widget_class() -> Any:
    """The class, made when the library is there."""
    try:
        import anywidget
        import traitlets
    except ImportError as error:
        raise ImportError('this needs anywidget, which is not installed: pip install "w2v[notebook]"') from error
    files = resources.files("w2v.explore").joinpath("notebook")

    class Neighbours(anywidget.AnyWidget):  # type: ignore[misc]
        """The page's part is in notebook/widget.js; both speak by these attributes."""

        _esm = files.joinpath("widget.js").read_text(encoding="utf-8")
        _css = files.joinpath("widget.css").read_text(encoding="utf-8")
        typed: Any = traitlets.Unicode("").tag(sync=True)  # what is in the field
        suggestions: Any = traitlets.List([]).tag(sync=True)  # words that begin so
        word: Any = traitlets.Unicode("").tag(sync=True)  # what is asked
        answer: Any = traitlets.Dict({}).tag(sync=True)  # its neighbours, or {"error": ...}

        def __init__(self, answers: Answers, word: str, topn: int) -> None:
            super().__init__()
            self._answers, self._topn = answers, topn
            self.observe(self._suggest, "typed")
            self.observe(self._ask, "word")
            self.word = word

        def _suggest(self, change: Any) -> None:
            self.suggestions = self._answers.suggest(0, self.typed)

        def _ask(self, change: Any) -> None:
            if not self.word:
                self.answer = {}
                return
            try:
                self.answer = self._answers.neighbours(0, [self.word], [], self._topn)
            except ValueError as error:
                self.answer = {"error": str(error)}

    return Neighbours
