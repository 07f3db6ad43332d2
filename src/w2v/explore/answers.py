"""What the explorer's page can ask about one or two models. Every answer is made of what JSON has."""

import math
import threading
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from w2v.explore.layout import Layout
from w2v.keyedvectors import KeyedVectors
from w2v.plot.maps import moved
from w2v.postprocess import align
from w2v.vectors.lookup import find_key

__all__ = ["MOST_ANSWERS", "MOST_WORDS", "Answers", "NotThere"]

MOST_ANSWERS = 100  # neighbours that a question may ask for
MOST_WORDS = 10  # words of a question
_FREQUENT = 5000  # words among which those are looked for that moved
_AFTER = "\U0010ffff"  # sorts after everything that can follow a prefix


class NotThere(ValueError):
    """A word or a model is not there."""


class Answers:
    """Questions of the page, and their answers.

    Parameters
    ----------
    models : mapping of str -> KeyedVectors
        One or two, under the names they are shown by.
    layout : "pca", "tsne" or "umap", default "pca"
        Of the maps; see `w2v.explore.layout.Layout`.
    saved : sequence of path or None, optional
        Where each model's map is kept.

    Examples
    --------
    >>> kv = KeyedVectors(2)
    >>> kv.add_vectors(["cat", "dog", "car"], [[4, 0], [3, 4], [0, 1]])
    >>> answers = Answers({"animals": kv})
    >>> answers.suggest(0, "ca")
    ['cat', 'car']
    >>> answers.neighbours(0, ["cat"], [], 1)["found"][0]["word"]
    'dog'
    """

    def __init__(
        self, models: Mapping[str, KeyedVectors], layout: str = "pca", saved: Sequence[str | None] = ()
    ) -> None:
        if not 1 <= len(models) <= 2:
            raise ValueError(f"models: expected one or two, got {len(models)}")
        for name, kv in models.items():
            if len(kv) == 0:
                raise ValueError(f"{name}: expected vectors, got none")
            kv.fill_norms()  # now, not in two threads at once
        self.names = list(models)
        self.models = list(models.values())
        paths = [*saved, None, None]
        self.layouts = [Layout(kv, layout, path) for kv, path in zip(self.models, paths, strict=False)]
        self._prefixes = [_Prefixes(kv.index_to_key) for kv in self.models]
        self._moved: list[dict[str, Any]] | None = None
        self._lock = threading.Lock()

    def about(self) -> dict[str, Any]:
        """What there is: names and sizes of the models."""
        models = [
            {"name": name, "words": len(kv), "size": kv.vector_size, "examples": self._examples(kv)}
            for name, kv in zip(self.names, self.models, strict=True)
        ]
        return {"models": models, "comparable": len(models) == 2}

    def suggest(self, model: int, prefix: str, limit: int = 10) -> list[str]:
        """The most frequent words that begin so, in either case."""
        keys = self._model(model).index_to_key
        return [str(keys[place]) for place in self._prefixes[model].most_frequent(prefix, limit)]

    def neighbours(self, model: int, positive: Sequence[str], negative: Sequence[str], topn: int) -> dict[str, Any]:
        """The words nearest to a sum of words less others."""
        kv = self._model(model)
        for words in (positive, negative):
            if len(words) > MOST_WORDS:
                raise ValueError(f"expected at most {MOST_WORDS} words, got {len(words)}")
        if not positive:
            raise ValueError("expected at least one word, got none")
        if not 1 <= topn <= MOST_ANSWERS:
            raise ValueError(f"topn: expected 1 to {MOST_ANSWERS}, got {topn}")
        plus, minus = ([self._key(model, word) for word in words] for words in (positive, negative))
        found = kv.most_similar(plus, minus, topn=topn)
        return {
            "asked": [self._entry(kv, key) for key in (*plus, *minus)],
            "found": [{**self._entry(kv, key), "cosine": _finite(cosine)} for key, cosine in found],
        }

    def compare(self, word: str, topn: int) -> dict[str, Any]:
        """A word's neighbours in both models, and how many they share; a model that lacks the word has None."""
        self._need_two()
        sides: list[Any] = []
        missing: list[Exception] = []
        for model in (0, 1):
            try:
                sides.append(self.neighbours(model, [word], [], topn)["found"])
            except NotThere as error:
                sides.append(None)
                missing.append(error)
        if len(missing) == 2:
            raise missing[0]
        sets = [{entry["word"] for entry in side or ()} for side in sides]
        return {"sides": sides, "shared": sorted(sets[0] & sets[1])}

    def moved(self, limit: int = 50) -> list[dict[str, Any]]:
        """The words that moved most between the models, and the cosine of where they were with where they are."""
        self._need_two()
        first, second = self.models
        if first.vector_size != second.vector_size:
            raise ValueError(f"expected vectors of one size, got {first.vector_size} and {second.vector_size}")
        with self._lock:
            if self._moved is None:
                rotated = align(first, second).vectors
                found = moved(rotated, second, MOST_ANSWERS, _FREQUENT)
                self._moved = [{"word": str(key), "cosine": _finite(cosine)} for key, cosine in found]
        return self._moved[:limit]

    def map(self, model: int, layout: str) -> dict[str, Any]:
        """Words, places and groups, or how far the computing is."""
        self._model(model)
        made = self.layouts[model]
        places = made.places(layout)
        if places is None:
            return {"ready": False, "progress": round(made.progress, 3)}
        x, y = places.T.tolist()
        found = made.groups()
        groups = [
            {"words": [made.words[place] for place in typical], "colour": colour}
            for typical, colour in zip(found.typical, found.colours, strict=True)
        ]
        counts = self._counts(self.models[model])
        told: dict[str, Any] = {} if counts is None else {"count": counts[: len(x)].tolist()}
        return {
            **told,
            "ready": True,
            "words": made.words,
            "x": x,
            "y": y,
            "group": found.numbers.tolist(),
            "groups": groups,
        }

    def _need_two(self) -> None:
        if len(self.models) != 2:
            raise NotThere("expected two models, got one")

    def _model(self, model: int) -> KeyedVectors:
        if not 0 <= model < len(self.models):
            raise NotThere(f"model: expected 0 to {len(self.models) - 1}, got {model}")
        return self.models[model]

    def _key(self, model: int, word: str) -> Any:
        kv = self._model(model)
        folded = word.lower()
        if word not in kv.key_to_index and folded in kv.key_to_index:
            return folded
        try:
            return find_key(kv, word, self.names[model], known=True)
        except ValueError as error:
            raise NotThere(str(error)) from error

    @staticmethod
    def _examples(kv: KeyedVectors) -> list[str]:
        """Three words that are neither too frequent nor too rare."""
        return [str(kv.index_to_key[len(kv) * share // 100]) for share in (1, 2, 4)]

    @classmethod
    def _entry(cls, kv: KeyedVectors, key: Any) -> dict[str, Any]:
        place = kv.get_index(key)
        entry = {"word": str(key), "rank": place + 1}
        counts = cls._counts(kv)
        if counts is not None:
            entry["count"] = int(counts[place])
        return entry

    @staticmethod
    def _counts(kv: KeyedVectors) -> Any:
        """How often the words come up (n,), if that is known of all."""
        counts = kv.expandos.get("count")
        return None if counts is None or counts.dtype == object else counts


class _Prefixes:
    """Words by how they begin, in either case."""

    def __init__(self, keys: Sequence[Any]) -> None:
        folded = [str(key).casefold() for key in keys]
        places = sorted(range(len(keys)), key=folded.__getitem__)
        self._sorted = [folded[place] for place in places]
        self._places = np.array(places, dtype=np.int64)

    def most_frequent(self, prefix: str, limit: int) -> list[int]:
        """Positions of the first `limit` keys that begin so."""
        folded = prefix.casefold()
        if not folded:
            return []
        found = self._places[bisect_left(self._sorted, folded) : bisect_left(self._sorted, folded + _AFTER)]
        if len(found) > limit:
            found = np.partition(found, limit)[:limit]
        return [int(place) for place in np.sort(found)]


def _finite(number: float) -> float | None:
    """Four digits of a number, None for one that JSON has not."""
    return round(number, 4) if math.isfinite(number) else None
