"""Settings of a model: declared once, and checked before anything is done with them."""

import math
import operator
import warnings
from dataclasses import dataclass, fields
from numbers import Real
from typing import Any

from w2v._core import LONGEST_SENTENCE
from w2v.cuda import device as devices
from w2v.cuda.job import why_not_a_card
from w2v.formats.subwords import LONGEST_NGRAM
from w2v.mirror import settings as mirror_settings

KERNELS = ("batched", "pairwise", "blas", "mirror")
OBJECTIVES = ("negative", "nce", "softmax")
POSITIONAL = (None, "outputs", "weights")
ALL = "all"  # a window that is the whole sentence
SIDES = {"both": 0, "left": -1, "right": 1}  # as w2v.h has them

_MOST = 2**30  # C keeps such numbers in an int
_THREADS = 4096  # each takes memory, and there is no use for more
_WHOLE = {  # the least and the most allowed
    "vector_size": (1, _MOST),
    "window": (1, math.inf),
    "min_count": (0, math.inf),
    "max_vocab_size": (0, math.inf),
    "max_final_vocab": (1, math.inf),
    "seed": (-math.inf, math.inf),
    "workers": (1, _THREADS),
    "shards": (1, _THREADS),
    "negative": (0, _MOST),
    "epochs": (1, _MOST),
    "batch_words": (0, math.inf),
    "warps": (1, _MOST),
    "min_n": (0, LONGEST_NGRAM),
    "max_n": (0, LONGEST_NGRAM),
    "bucket": (0, 2**31 - 1),
}
_OPTIONAL = ("max_vocab_size", "max_final_vocab", "shards", "warps")  # may be None
_REAL = {"alpha": 0.0, "min_alpha": 0.0, "sample": 0.0, "ns_exponent": -math.inf}  # the least allowed
_BOOLS = ("compute_loss", "shrink_windows", "nce_bias", "cbow_corrected")
_SWITCHES = ("sg", "hs", "cbow_mean", "sorted_vocab", "null_word", "documents", "dbow_words")
_RENAMED = {"size": "vector_size", "iter": "epochs", "sentences": "corpus_iterable"}  # by gensim 4


@dataclass(eq=False, repr=False)
class Settings:
    """What `w2v.Word2Vec` is told, which describes them: a saved model remembers them, and users may assign to them.

    Numbers become Python's own, int or float.

    Raises
    ------
    TypeError, ValueError
        A setting makes no sense.
    ImportError
        ``kernel="blas"`` without scipy.
    """

    vector_size: int
    alpha: float
    window: int | str
    min_count: int
    max_vocab_size: int | None
    sample: float
    seed: int
    workers: int
    min_alpha: float
    sg: int
    hs: int
    negative: int
    ns_exponent: float
    cbow_mean: int
    epochs: int
    null_word: int
    sorted_vocab: int
    batch_words: int
    compute_loss: bool
    comment: str | None
    max_final_vocab: int | None
    shrink_windows: bool
    kernel: str
    objective: str
    nce_bias: bool
    cbow_corrected: bool
    positional: str | None
    window_side: str
    device: str
    shards: int | None = None  # which older pickles do not have
    warps: int | None = None
    min_n: int = 0
    max_n: int = 0
    bucket: int = 0  # numbers of n-grams; 0: words alone
    documents: int = 0  # 1: tags have vectors, too
    dbow_words: int = 0

    def __post_init__(self) -> None:
        for name, bounds in _WHOLE.items():
            value = getattr(self, name)
            if not ((value is None and name in _OPTIONAL) or (name == "window" and value == ALL)):
                setattr(self, name, _whole(name, value, *bounds))
        for name, low in _REAL.items():
            setattr(self, name, _real(name, getattr(self, name), low))
        for name in _SWITCHES:
            setattr(self, name, _whole(name, getattr(self, name), 0, 1))
        for name in _BOOLS:
            setattr(self, name, bool(getattr(self, name)))
        choices = {"kernel": KERNELS, "objective": OBJECTIVES, "positional": POSITIONAL, "window_side": SIDES}
        for name, allowed in choices.items():
            if getattr(self, name) not in allowed:
                raise ValueError(f"{name}: expected one of {', '.join(map(str, allowed))}, got {getattr(self, name)!r}")
        if self.max_n < max(1, self.min_n):
            self.bucket = 0  # as in gensim
        self._check_objective()
        if self.bucket:
            self._check_subwords()
        if self.documents:
            self._check_documents()
        if self.positional is not None:
            self._check_positional()
        devices.checked(self.device)
        if self.device.startswith("cuda"):
            self._check_card()
        if self.kernel == "mirror":
            mirror_settings.check(self)
        if self.kernel == "blas":
            _need_scipy()
        if self.shards is not None:
            self._check_shards()

    def _check_objective(self) -> None:
        """Refuse settings that train nothing or contradict each other."""
        if self.objective == "negative" and not (self.hs or self.negative):
            raise ValueError("negative=0 with hs=0 trains nothing: set negative to 1 or more, or hs=1")
        if self.objective == "nce" and (self.hs or not self.negative):
            wrong = "hs=1" if self.hs else "negative=0"
            fix = "hs=0" if self.hs else "negative to 1 or more"
            raise ValueError(f'objective="nce" learns from noise words, which {wrong} contradicts: set {fix}')
        if self.objective == "softmax" and (self.hs or self.kernel != "batched"):
            wrong = "hs=0" if self.hs else f'kernel="batched", for there are no noise words, got {self.kernel!r}'
            raise ValueError(f'objective="softmax" predicts among all words: expected {wrong}')
        if self.nce_bias and self.objective != "nce":
            raise ValueError(f'nce_bias=True belongs to objective="nce", got objective={self.objective!r}')
        if self.cbow_corrected and (self.sg or not self.cbow_mean):
            raise ValueError("cbow_corrected=True divides the error of CBOW's mean: set sg=0 and cbow_mean=1")

    def _check_positional(self) -> None:
        """Refuse what cannot be combined with positions."""
        name = f'positional="{self.positional}"'
        if self.positional == "weights" and self.sg:
            raise ValueError(f'{name} weighs the context of CBOW: set sg=0, or positional="outputs" for skip-gram')
        if self.hs or self.objective != "negative" or self.cbow_corrected:
            raise ValueError(
                f"{name} is for negative sampling alone: set hs=0, objective='negative', cbow_corrected=False"
            )
        if self.kernel != "batched":
            raise ValueError(f"{name} has no kernel={self.kernel!r}: set kernel='batched'")
        if self.window_side != "both":
            raise ValueError(f"{name} has all positions: set window_side='both', got {self.window_side!r}")
        # longer lines are trained in pieces of LONGEST_SENTENCE words
        if self.window == ALL or int(self.window) > LONGEST_SENTENCE:
            raise ValueError(f"{name} needs memory for every position: set window to at most {LONGEST_SENTENCE}")

    def _check_shards(self) -> None:
        """Refuse what has no bits to promise, or those of another program."""
        reasons = {
            "blas": "every BLAS adds in an order of its own, so that bits differ",
            "mirror": "word2vec.c trains one model, in one thread",
        }
        if self.kernel in reasons:
            why = reasons[self.kernel]
            raise ValueError(f"shards={self.shards} is not for kernel={self.kernel!r}, because {why}: set shards=None")

    def _check_subwords(self) -> None:
        """Refuse what cannot be combined with n-grams."""
        if self.objective == "softmax":
            raise ValueError('objective="softmax" is for words alone, got n-grams: set bucket=0, or another objective')
        if self.kernel == "mirror":
            raise ValueError('kernel="mirror" is word2vec.c, which has no n-grams: set kernel="batched"')
        if self.positional is not None and self.sg:
            raise ValueError(f'positional="{self.positional}" with n-grams is for CBOW: set sg=0')
        if (self.shards or 1) > 1:
            why = "replicas of rows that many words share have not been seen to learn as well"
            raise ValueError(f"shards={self.shards} is not for n-grams, because {why}: set shards=None")

    def _check_documents(self) -> None:
        """Refuse what cannot be combined with documents."""
        expected = {"kernel": ("batched",), "objective": ("negative",), "positional": (None,), "shards": (None, 1)}
        for name, allowed in expected.items():
            if getattr(self, name) not in allowed:
                raise ValueError(f"{name}: expected {allowed[0]!r} for documents, got {getattr(self, name)!r}")

    def why_not_a_card(self) -> str | None:
        """Return what a card cannot train of these settings, and what it can; None if it can train them."""
        wrong = {
            "kernel='batched'": self.kernel != "batched" and self.kernel,
            "objective='negative'": self.objective != "negative" and self.objective,
            "positional=None": self.positional,
            "shards=None": self.shards,
            "bucket=0, words without n-grams": self.bucket,
            "words, not documents": self.documents and "documents",
        }
        why = next((f"expected {what}, got {got!r}" for what, got in wrong.items() if got), None)
        return why or why_not_a_card(self.vector_size, self.negative)

    def _check_card(self) -> None:
        if why := self.why_not_a_card():
            raise ValueError(f"device={self.device!r}: {why}; device='cpu' trains it")


SETTINGS = tuple(field.name for field in fields(Settings))


def with_new_names(function: str, unknown: dict[str, Any], given: dict[str, Any]) -> dict[str, Any]:
    """Return the arguments that a function was given, gensim 3's names for some of them replaced by those of now.

    Parameters
    ----------
    function : str
        Its name, for messages.
    unknown : dict
        Keyword arguments that the function does not have.
    given : dict
        The arguments that had another name once, by their names of now.

    Raises
    ------
    TypeError
        An unknown argument is no old name either.

    Examples
    --------
    >>> import warnings
    >>> with warnings.catch_warnings():
    ...     warnings.simplefilter("ignore")
    ...     with_new_names("Word2Vec", {"size": 300}, {"vector_size": 100, "epochs": 5})
    {'vector_size': 300, 'epochs': 5}
    """
    given = dict(given)
    for name, value in unknown.items():
        new = _RENAMED.get(name)
        if new not in given:
            raise TypeError(f"{function}() got an unexpected keyword argument {name!r}")
        warnings.warn(f"{function}({name}=...) is deprecated: use {new}", DeprecationWarning, stacklevel=3)
        given[new] = value
    return given


def _whole(name: str, value: Any, low: float, high: float) -> int:
    if isinstance(value, float) and value.is_integer() and name != "vector_size":
        value = int(value)  # as in max_vocab_size=1e6; gensim refuses a vector_size like that, too
    try:
        whole = int(operator.index(value))  # bool becomes int, too
    except TypeError:
        raise TypeError(f"{name}: expected a whole number, got {value!r}") from None
    if not low <= whole <= high:
        bounds = f"of at least {low}" if whole < low else f"of at most {high}"
        raise ValueError(f"{name}: expected a whole number {bounds}, got {value!r}")
    return whole


def _real(name: str, value: Any, low: float) -> float:
    if isinstance(value, bool) or not isinstance(value, Real):
        raise TypeError(f"{name}: expected a number, got {value!r}")
    real = float(value)
    if not (math.isfinite(real) and real >= low):
        bounds = f" of at least {low:g}" if math.isfinite(low) else ""
        raise ValueError(f"{name}: expected a finite number{bounds}, got {value!r}")
    return real


def check_whole(name: str, value: Any) -> int:
    """Return the whole number that a setting of this name may be.

    Examples
    --------
    >>> check_whole("window", 0)
    Traceback (most recent call last):
    ValueError: window: expected a whole number of at least 1, got 0
    """
    return _whole(name, value, *_WHOLE[name])


def check_real(name: str, value: Any) -> float:
    """Return the number that a setting of this name may be.

    Examples
    --------
    >>> check_real("alpha", 1)
    1.0
    """
    return _real(name, value, _REAL[name])


def _need_scipy() -> None:
    try:
        import scipy.linalg.cython_blas  # noqa: F401  the address table of BLAS
    except ImportError as error:
        raise ImportError('kernel="blas" needs scipy: pip install "w2v[blas]"') from error
