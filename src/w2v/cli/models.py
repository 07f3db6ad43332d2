"""Models in files, whichever of the two kinds they are."""

from collections.abc import Mapping
from typing import Any


def class_of(settings: Mapping[str, Any]) -> Any:
    """The class of a saved model with these settings."""
    from w2v import FastText, Word2Vec

    return FastText if settings.get("bucket") else Word2Vec


def load_model(path: str, mmap: str | None = None) -> Any:
    """Load a model of words, of words and n-grams, or of fastText's."""
    from w2v import FastText, Word2Vec
    from w2v.base.files import open_to_read
    from w2v.errors import WrongKindError
    from w2v.formats.starts import is_fasttext

    with open_to_read(path) as file:
        of_fasttext = is_fasttext(file.start)
    if of_fasttext:
        from w2v.fasttext import load_facebook_model

        return load_facebook_model(path)
    try:
        return Word2Vec.load(path, mmap=mmap)
    except WrongKindError:
        return FastText.load(path, mmap=mmap)
