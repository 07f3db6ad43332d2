"""A model in files: saved and loaded."""

from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

from w2v.base.files import Source, Target
from w2v.training import saving
from w2v.training.state import State

if TYPE_CHECKING:
    _class_only = classmethod
else:

    class _class_only(classmethod):
        """A class method that an instance answers by an error, because it would not change the instance."""

        def __get__(self, instance: Any, owner: Any = None) -> Any:
            return super().__get__(None, owner) if instance is None else only_on_the_class


Self = TypeVar("Self", bound="Files")


class Files(State):
    """What of `w2v.Word2Vec` has to do with files."""

    def save(
        self,
        fname_or_handle: Target,
        separately: Any = None,
        sep_limit: int = 0,
        ignore: Any = frozenset(),
        pickle_protocol: int = 4,
    ) -> None:
        """Save the whole model to one file, all or nothing; see `w2v.formats.native`.

        Parameters
        ----------
        fname_or_handle : path or binary file
            Compressed if it is a path that ends in .gz, .bz2, .xz or .zst; such files load slowly and are not mapped.
        separately, sep_limit, ignore, pickle_protocol
            Accepted for gensim's sake; they have no use here, for all is in one file that is no pickle.

        Raises
        ------
        ValueError
            `wv` has other words than the vocabulary, or a matrix has another shape.
        TypeError
            A word is neither str nor int, or the comment is nothing that JSON can hold.

        Examples
        --------
        >>> import pathlib, tempfile
        >>> from w2v import Word2Vec
        >>> path = pathlib.Path(tempfile.mkdtemp(), "model.w2v")
        >>> Word2Vec([["to", "be", "or", "not", "to", "be"]], vector_size=8, min_count=1).save(path)
        >>> len(Word2Vec.load(path).wv)
        4
        """
        saving.save(self, fname_or_handle)

    @_class_only
    def load(cls: type[Self], fname: Source, mmap: str | None = None, rethrow: bool = False) -> Self:
        """Load what `save` wrote; the model can be trained on. Call it on the class: an instance has no `load`.

        Parameters
        ----------
        fname : path or binary file
        mmap : None or "r", default None
            "r" maps the file into memory, read-only, until the model is trained; not if it is compressed, or a stream.
        rethrow
            Accepted for gensim's sake; it has no use here.

        Raises
        ------
        FormatError
            The file is no such file, holds vectors alone, or is truncated or damaged.

        Examples
        --------
        >>> import pathlib, tempfile
        >>> from w2v import Word2Vec
        >>> path = pathlib.Path(tempfile.mkdtemp(), "model.w2v")
        >>> Word2Vec([["to", "be", "or", "not", "to", "be"]], vector_size=8, min_count=1, sample=0).save(path)
        >>> model = Word2Vec.load(path, mmap="r")
        >>> model.train([["to", "be"], ["not", "to", "me"]], epochs=1)
        (4, 5)
        """
        model = cls._empty()
        saving.load_into(model, fname, mmap)
        model.add_lifecycle_event("loaded", fname=str(fname))
        return model


def only_on_the_class(*args: Any, **kwargs: Any) -> NoReturn:
    """Answer for `load`, asked of an instance."""
    raise AttributeError("load is a method of the class, not of a model: call Word2Vec.load(path)")
