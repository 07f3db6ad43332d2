"""Document vectors in scikit-learn's pipelines; needs ``pip install "w2v[sklearn]"``."""

import re
from collections.abc import Callable, Iterable
from os import PathLike
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from w2v.base.arrays import Float32Array
from w2v.keyedvectors import KeyedVectors
from w2v.model import Word2Vec

try:
    from sklearn.base import BaseEstimator, ClassNamePrefixFeaturesOutMixin, TransformerMixin
    from sklearn.utils import check_random_state
    from sklearn.utils.validation import check_is_fitted
except ImportError as error:
    raise ImportError('w2v.sklearn needs scikit-learn 1.6 or later: pip install "w2v[sklearn]"') from error

if TYPE_CHECKING:
    from sklearn.utils import Tags

__all__ = ["Word2VecVectorizer"]

Self = TypeVar("Self", bound="Word2VecVectorizer")


class Word2VecVectorizer(ClassNamePrefixFeaturesOutMixin, TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Documents to the means of their words' vectors, which are given or trained on the documents that it is fitted on.

    Parameters
    ----------
    vectors : KeyedVectors, Word2Vec or path, optional
        Vectors that there are. By default `fit` trains them, and the parameters from `vector_size` on say how.
    weighting : {"mean", "sif", "usif"}, default "mean"
        How much each word counts: see `KeyedVectors.sentence_vectors`. What "sif" and "usif" take away is learnt by
        `fit`.
    components : int, optional
        How many directions to take away; by default as many as `weighting` says.
    pre_normalize, post_normalize : bool, default False
        Take words' vectors, return documents' vectors, at length 1.
    lowercase : bool, default True
        Texts are lowercased before they are split. Lists of tokens are taken as they are.
    token_pattern : str, default r"\\w+"
        A regular expression of what a token of a text is.
    tokenizer : callable, optional
        Gives the tokens of a text, in place of `token_pattern`.
    vector_size, window, min_count, epochs, sg, negative
        As for `w2v.Word2Vec`.
    settings : dict, optional
        Further parameters of `w2v.Word2Vec`.
    random_state : int, RandomState or None, default None
        The seed of training; None takes a fresh one from numpy's global generator.
    workers : int, default 1
        Threads. One makes training repeatable; vectors of documents do not depend on it.

    Attributes
    ----------
    vectors_ : KeyedVectors
    components_ : float32 array of shape (m, vector_size)
        What is taken away.

    Examples
    --------
    >>> from sklearn.linear_model import LogisticRegression
    >>> from sklearn.pipeline import make_pipeline
    >>> texts = ["The cat sleeps.", "A dog barks!", "the cat purrs", "the dog growls"] * 10
    >>> model = make_pipeline(Word2VecVectorizer(vector_size=10, min_count=1, random_state=1), LogisticRegression())
    >>> model = model.fit(texts, ["cat", "dog", "cat", "dog"] * 10)
    >>> model[0].transform(["A cat", ["dog"]]).shape
    (2, 10)
    """

    def __init__(
        self,
        vectors: Any = None,
        *,
        weighting: str = "mean",
        components: int | None = None,
        pre_normalize: bool = False,
        post_normalize: bool = False,
        lowercase: bool = True,
        token_pattern: str = r"\w+",
        tokenizer: Callable[[str], Iterable[Any]] | None = None,
        vector_size: int = 100,
        window: int = 5,
        min_count: int = 5,
        epochs: int = 5,
        sg: int = 0,
        negative: int = 5,
        settings: dict[str, Any] | None = None,
        random_state: Any = None,
        workers: int = 1,
    ) -> None:
        self.vectors = vectors
        self.weighting = weighting
        self.components = components
        self.pre_normalize = pre_normalize
        self.post_normalize = post_normalize
        self.lowercase = lowercase
        self.token_pattern = token_pattern
        self.tokenizer = tokenizer
        self.vector_size = vector_size
        self.window = window
        self.min_count = min_count
        self.epochs = epochs
        self.sg = sg
        self.negative = negative
        self.settings = settings
        self.random_state = random_state
        self.workers = workers

    def fit(self: Self, X: Iterable[Any], y: Any = None) -> Self:
        """Learn vectors from documents, unless they are given, and what these documents share.

        Parameters
        ----------
        X : iterable
            Documents, each a str or a list of tokens.
        y : ignored
        """
        self.fit_transform(X)
        return self

    def fit_transform(self, X: Iterable[Any], y: Any = None, **fit_params: Any) -> Float32Array:
        """Fit, and return the vectors of the documents (n, vector_size).

        Parameters
        ----------
        X : iterable
            As for `fit`.
        y, **fit_params : ignored
        """
        documents = self._tokens(X)
        self.vectors_: KeyedVectors = self._trained(documents) if self.vectors is None else _given(self.vectors)
        if self.weighting == "mean" and not self.components:
            self.components_: Float32Array = np.zeros((0, self.vectors_.vector_size), np.float32)
        else:
            self.components_ = self.vectors_.sentence_components(
                documents, self.weighting, self.components, pre_normalize=self.pre_normalize, workers=self.workers
            )
        return self._vectors_of(documents)

    def transform(self, X: Iterable[Any]) -> Float32Array:
        """The vectors of documents (n, vector_size); zeros for one without any known word.

        Parameters
        ----------
        X : iterable
            As for `fit`.
        """
        check_is_fitted(self)
        return self._vectors_of(self._tokens(X))

    def _vectors_of(self, documents: list[Any]) -> Float32Array:
        return self.vectors_.sentence_vectors(
            documents,
            self.weighting,
            components=self.components_,
            pre_normalize=self.pre_normalize,
            post_normalize=self.post_normalize,
            workers=self.workers,
        )

    def _tokens(self, X: Iterable[Any]) -> list[Any]:
        """The documents as lists of tokens."""
        if isinstance(X, str | bytes) or not isinstance(X, Iterable):
            raise ValueError(f"expected an iterable of documents, got {type(X).__name__}")
        split = self.tokenizer or re.compile(self.token_pattern).findall
        documents = []
        for number, document in enumerate(X):
            if isinstance(document, str):
                documents.append(list(split(document.lower() if self.lowercase else document)))
            elif isinstance(document, Iterable) and not isinstance(document, bytes):
                documents.append(list(document))
            else:
                kind = type(document).__name__
                raise ValueError(f"document {number}: expected a text or a list of tokens, got {kind}")
        return documents

    def _trained(self, documents: list[Any]) -> KeyedVectors:
        seed = self.random_state
        if not isinstance(seed, int | np.integer):
            seed = check_random_state(seed).randint(2**31 - 1)
        settings = {
            "vector_size": self.vector_size,
            "window": self.window,
            "min_count": self.min_count,
            "epochs": self.epochs,
            "sg": self.sg,
            "negative": self.negative,
            "seed": int(seed),
            "workers": self.workers,
        }
        return Word2Vec(documents, **{**settings, **(self.settings or {})}).wv

    @property
    def _n_features_out(self) -> int:
        """For `get_feature_names_out`."""
        return self.vectors_.vector_size

    def __sklearn_tags__(self) -> "Tags":
        tags = super().__sklearn_tags__()
        tags.input_tags.string = True
        tags.input_tags.two_d_array = False
        tags.requires_fit = True
        tags.transformer_tags.preserves_dtype = []
        return tags


def _given(vectors: Any) -> KeyedVectors:
    """Vectors from what a user has: themselves, a model, a file."""
    if isinstance(vectors, KeyedVectors):
        return vectors
    if isinstance(vectors, Word2Vec):
        return vectors.wv
    if isinstance(vectors, str | PathLike):
        return KeyedVectors.load(vectors)
    raise ValueError(f"vectors: expected KeyedVectors, a model or a path, got {type(vectors).__name__}")
