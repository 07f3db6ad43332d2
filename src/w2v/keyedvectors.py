"""KeyedVectors: vectors under keys, with everything that can be asked of them and the files they live in."""

from typing import TYPE_CHECKING, TypeVar

from w2v.compat.vector_names import OldNames
from w2v.vectors.adding import Adding
from w2v.vectors.attributes import Attributes
from w2v.vectors.display import Display
from w2v.vectors.evaluation import Evaluation
from w2v.vectors.exports import Exports
from w2v.vectors.files import Files
from w2v.vectors.hub import Hub
from w2v.vectors.means import Means
from w2v.vectors.nearest import Nearest
from w2v.vectors.norms import Norms
from w2v.vectors.queries import Queries
from w2v.vectors.rows import KeyedRows
from w2v.vectors.sentences import Sentences
from w2v.vectors.upkeep import Upkeep

if TYPE_CHECKING:
    from w2v.plot import Plots

Self = TypeVar("Self", bound="KeyedVectors")


class KeyedVectors(
    Nearest,
    Queries,
    Means,
    Sentences,
    Norms,
    Adding,
    Attributes,
    Upkeep,
    Evaluation,
    Files,
    Hub,
    Exports,
    Display,
    OldNames,
    KeyedRows,
):
    """Vectors under keys: words, usually, the most frequent first.

    Parameters
    ----------
    vector_size : int
        Dimensions of each vector.
    count : int, default 0
        Rows to allocate in advance.
    dtype : dtype, default float32

    Attributes
    ----------
    vectors : array of shape (n, vector_size)
    index_to_key : list
    key_to_index : dict
    expandos : dict of str -> array of shape (n,)
        Attributes of the keys, such as "count".
    norms : array of shape (n,) or None

    Examples
    --------
    >>> kv = KeyedVectors(2)
    >>> kv.add_vectors(["cat", "dog", "car"], [[4, 0], [3, 4], [0, 1]])
    >>> kv
    KeyedVectors<vector_size=2, 3 keys, float32: 'cat', 'dog', 'car'>
    >>> kv["dog"]
    array([3., 4.], dtype=float32)
    >>> kv.most_similar("cat", topn=1)[0][0]
    'dog'
    """

    def postprocess(
        self: Self,
        *,
        mean: bool = True,
        top: int = 0,
        dimensions: int | None = None,
        whiten: bool = False,
        restrict_vocab: int | None = None,
    ) -> Self:
        """Less the mean, all-but-the-top, PCA, whitening, as a new set; see `w2v.postprocess.postprocess`.

        Examples
        --------
        >>> kv = KeyedVectors(2)
        >>> kv.add_vectors(["a", "b"], [[1, 0], [3, 0]])
        >>> kv.postprocess()["a"]
        array([-1.,  0.], dtype=float32)
        """
        from w2v.postprocess import postprocess

        how = {"dimensions": dimensions, "restrict_vocab": restrict_vocab}
        return postprocess(self, mean=mean, top=top, whiten=whiten, **how)

    @property
    def plot(self) -> "Plots":
        """Pictures, as matplotlib figures: ``kv.plot(keys)`` is a map of words; see `w2v.plot` for this and the others.

        Examples
        --------
        >>> from w2v import KeyedVectors
        >>> kv = KeyedVectors(2)
        >>> kv.add_vectors(["cat", "dog", "car"], [[4, 0], [3, 4], [0, 1]])
        >>> kv.plot(["cat", "car"], topn=1).savefig("map.svg")  # doctest: +SKIP
        >>> kv.plot.similarity(["cat", "dog", "car"]).savefig("cosines.svg")  # doctest: +SKIP
        """
        from w2v.plot import Plots

        return Plots(self)


load_word2vec_format = KeyedVectors.load_word2vec_format
Word2VecKeyedVectors = KeyedVectors
Doc2VecKeyedVectors = KeyedVectors
EuclideanKeyedVectors = KeyedVectors
