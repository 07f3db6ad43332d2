"""Every format in one row: its name, how its files begin, what reads and writes them, and the extensions that mean it.

To add a format, write a module for it, and a row here; `KeyedVectors.load`, `w2v.formats` and all errors know it then.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

from w2v.base.files import Opened
from w2v.formats import starts

if TYPE_CHECKING:
    from w2v.formats.saved import Reading, SavedVectors


class Format(NamedTuple):
    """One format.

    name : as in `w2v.formats.load`
    what : what errors call it
    call : what reads it, for errors that know better
    begins : whether a file may have it, by its first bytes; None if it is only written
    load, save : "module:function" in w2v.formats, imported when they are called: (file, reading) -> SavedVectors, and
        (SavedVectors, path, **options) -> None; None if it is not read as vectors, or not written
    extensions : of files that are written in this format unless another one is asked for
    """

    name: str
    what: str
    call: str
    begins: Callable[[bytes], bool] | None
    load: str | None = None
    save: str | None = None
    extensions: tuple[str, ...] = ()

    def read(self, file: Opened, reading: Reading) -> SavedVectors:
        """Read vectors in this format from a file that stands at its start."""
        read: Any = _function(self.load)
        saved: SavedVectors = read(file, reading)
        return saved.first(reading.limit)

    def write(self, saved: SavedVectors, path: Any, **options: Any) -> None:
        """Write vectors in this format, all or nothing."""
        _function(self.save)(saved, path, **options)


def _function(name: str | None) -> Callable[..., Any]:
    module, _, function = str(name).partition(":")
    found: Callable[..., Any] = getattr(import_module(f"w2v.formats.{module}"), function)
    return found


_LOAD = "KeyedVectors.load(path)"
#: All formats, in the order in which a file is asked whether it is one; more special ones come first.
FORMATS = (
    Format("phrases", "phrases of w2v", "Phrases.load(path)", starts.is_phrases),
    Format("gensim-phrases", "phrases of gensim", "Phrases.load(path)", starts.is_pickled_phrases),
    Format("index", "an index of w2v", "w2v.ann.Index.load(path)", starts.is_index),
    Format(
        "native", "w2v's own format", _LOAD, starts.is_native,
        load="native:load", save="native:save", extensions=("",),
    ),
    Format("gensim", "what gensim's save wrote", _LOAD, starts.is_pickle, load="gensim_saved:load"),
    Format(
        "fasttext", "fastText's .bin", "KeyedVectors.load_fasttext(path)", starts.is_fasttext,
        load="fasttext_bin:load",
    ),
    Format(
        "word2vec-text", "word2vec's text format", "KeyedVectors.load_word2vec_format(path)", starts.is_word2vec_text,
        load="word2vec_text:load", save="word2vec_text:save", extensions=(".txt", ".vec"),
    ),
    Format(
        "word2vec-binary", "word2vec's binary format", "KeyedVectors.load_word2vec_format(path, binary=True)",
        starts.is_word2vec_binary, load="word2vec_binary:load", save="word2vec_binary:save", extensions=(".bin",),
    ),
    Format(
        "glove", "GloVe's text format, without a header", "KeyedVectors.load_glove(path)", starts.is_glove,
        load="glove:load", save="glove:save",
    ),
    Format("tensorboard", "a folder for TensorBoard", "TensorBoard", None, save="tensorboard:save"),
    Format("static-embedding", "a folder of model2vec's", "model2vec", None, save="static_embedding:save"),
)  # fmt: skip

BY_NAME = {row.name: row for row in FORMATS}
