"""gensim 3's names for what a model has, each with a DeprecationWarning that says the new one."""

import warnings
from operator import attrgetter
from typing import TYPE_CHECKING, Any, ClassVar

from w2v.base.paths import Path

_SETTINGS = {"iter": "epochs", "size": "vector_size"}
_OF_VECTORS = {  # what gensim 1 had on the model itself
    "syn0": "vectors",
    "index2word": "index_to_key",
    "syn0_lockf": "vectors_lockf",
    "words_closer_than": "closer_than",
    "word_vec": "get_vector",
} | {
    name: name
    for name in (
        "distance",
        "distances",
        "doesnt_match",
        "evaluate_word_analogies",
        "evaluate_word_pairs",
        "intersect_word2vec_format",
        "most_similar",
        "most_similar_cosmul",
        "most_similar_to_given",
        "n_similarity",
        "rank",
        "save_word2vec_format",
        "similar_by_vector",
        "similar_by_word",
        "similarity",
        "wmdistance",
    )
}
_NEW = _SETTINGS | {old: f"wv.{new}" for old, new in _OF_VECTORS.items()}
_FOLDED = ("vocabulary", "trainables")  # what gensim 3 kept there is in the model itself


def _warn(old: str, new: str) -> None:
    warnings.warn(f"{old} is deprecated: use {new}", DeprecationWarning, stacklevel=3)


class OldNames:
    """What of `w2v.Word2Vec` answers to old names. Settings can be assigned to by them, too."""

    wv: Any
    _vectors: ClassVar[Any]  # the class of `wv`
    __iter__: None = None  # having __getitem__ does not make a model a sequence

    if not TYPE_CHECKING:  # to type checkers, there is no such name: they would take any

        def __getattr__(self, name: str) -> Any:
            if name in _FOLDED:
                _warn(f"model.{name}.X", "model.X")
                return self
            if name not in _NEW:
                raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
            _warn(f"model.{name}", f"model.{_NEW[name]}")
            return attrgetter(_NEW[name])(self)

        def __setattr__(self, name: str, value: Any) -> None:
            if name in _SETTINGS:
                _warn(f"model.{name}", f"model.{_SETTINGS[name]}")
                name = _SETTINGS[name]
            super().__setattr__(name, value)

        def __getitem__(self, words: Any) -> Any:
            _warn("model[word]", "model.wv[word]")
            return self.wv[words]

        def __contains__(self, word: Any) -> bool:
            _warn("word in model", "word in model.wv")
            return word in self.wv

    def accuracy(
        self,
        questions: Path,
        restrict_vocab: int | None = 30000,
        most_similar: Any = None,
        case_insensitive: bool = True,
    ) -> list[dict[str, Any]]:
        """Return the sections of `wv.evaluate_word_analogies`, the name of now, without the score."""
        _warn("model.accuracy", "model.wv.evaluate_word_analogies")
        sections: list[dict[str, Any]]
        _, sections = self.wv.evaluate_word_analogies(questions, restrict_vocab, case_insensitive)
        return sections

    def init_sims(self, replace: bool = False) -> None:
        """Do nothing, for old programs; with ``replace=True``, bring all vectors to length 1.

        Examples
        --------
        >>> import warnings
        >>> from w2v import Word2Vec
        >>> model = Word2Vec([["to", "be"]] * 5, vector_size=8)
        >>> with warnings.catch_warnings():
        ...     warnings.simplefilter("ignore")
        ...     model.init_sims(replace=True)
        >>> round(float((model.wv["be"] ** 2).sum()), 3)
        1.0
        """
        _warn("init_sims(replace=True)", "wv.unit_normalize_all(); without replace it has no use")
        if replace:
            self.wv.unit_normalize_all()

    def delete_temporary_training_data(self, *args: Any, **kwargs: Any) -> None:
        """Do nothing, for old programs: to keep vectors alone, keep `wv`."""
        _warn("delete_temporary_training_data", "wv alone, if training is over; nothing is deleted")

    @classmethod
    def load_word2vec_format(cls, *args: Any, **kwargs: Any) -> Any:
        """Load vectors; `w2v.KeyedVectors.load_word2vec_format` is the name of now."""
        _warn("Word2Vec.load_word2vec_format", "KeyedVectors.load_word2vec_format")
        return cls._vectors.load_word2vec_format(*args, **kwargs)
