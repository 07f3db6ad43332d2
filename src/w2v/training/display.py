"""How a model shows itself: in a line at the prompt, as a table in a notebook."""

from typing import Any

from w2v.base.html import html_table
from w2v.training.state import State

_WORDS = 5  # shown of the vocabulary


class Display(State):
    """What a `w2v.Word2Vec` looks like."""

    def __str__(self) -> str:
        return f"{type(self).__name__}<vocab={len(self.wv)}, vector_size={self.vector_size}, alpha={self.alpha}>"

    def __repr__(self) -> str:
        settings = f"{self._method()}, window={self.window}, epochs={self.epochs}"
        first = self._first_words()
        return f"{str(self)[:-1]}, {settings}{': ' if first else ''}{first}>"

    def _repr_html_(self) -> str:
        rows: list[tuple[str, Any]] = [
            ("method", self._method()),
            ("window", self.window),
            ("vectors", f"{len(self.wv):,} of {self.vector_size} numbers"),
            ("words", self._first_words()),
            ("text", f"{self.corpus_count:,} sentences, {self.corpus_total_words:,} words"),
            ("trained", f"{self.train_count} times, {self.epochs} epochs each, {self.total_train_time:.1f} s in all"),
        ]
        if self.losses:
            rows.append(("loss of the last epoch", self.losses[-1]))
        return html_table(type(self).__name__, ["", ""], rows)

    def _method(self) -> str:
        """What is trained, in the words of the settings."""
        parts = ["skip-gram" if self.sg else "CBOW"]
        if self.objective != "negative":
            parts.append(self.objective)
        if self.hs:
            parts.append("hs=1")
        if self.negative and self.objective != "softmax":
            parts.append(f"negative={self.negative}")
        return ", ".join(parts)

    def _first_words(self) -> str:
        keys = self.wv.index_to_key
        return ", ".join([f"{key!r:.40}" for key in keys[:_WORDS]] + ["..."] * (len(keys) > _WORDS))
