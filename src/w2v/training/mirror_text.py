"""What kernel="mirror" keeps of a text: the file itself, for word2vec.c reads it anew, and its vocabulary."""

import itertools
import os
import shutil
import tempfile
import weakref
from collections.abc import Sequence
from typing import Any

from w2v import mirror
from w2v.errors import VocabularyError
from w2v.inputs.files import is_packed, is_stream
from w2v.inputs.lines import plain_path
from w2v.inputs.sentences import Sentences
from w2v.inputs.texts import check_text_file
from w2v.mirror.settings import as_original
from w2v.training.settings import Settings


class Mirror:
    """What `build_vocab` keeps for `train`: the text, and the vocabulary in word2vec.c's order."""

    def __init__(self, settings: Settings, sentences: Any, corpus_file: Any) -> None:
        self.text = Text(sentences, corpus_file)
        if os.path.isfile(self.text.path) and os.path.getsize(self.text.path) == 0:
            raise VocabularyError("the vocabulary is empty: no words")
        self.vocabulary = mirror.learn_vocabulary(self.text.path, as_original(settings))

    def is_of(self, model: Any) -> bool:
        """Whether the model still has this vocabulary, untrained."""
        return bool(model.train_count == 0 and self.vocabulary.words == model.vocab.words)


class Text:
    """A plain file as word2vec.c reads it: the user's, or a temporary one with a line for each sentence."""

    def __init__(self, sentences: Any, corpus_file: Any) -> None:
        path = plain_path(sentences) if corpus_file is None else corpus_file
        if path is None:
            folder = tempfile.mkdtemp(prefix="w2v-")
            weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
            path = os.path.join(folder, "text")
            with open(path, "wb") as file:
                tokens = map(Sentences(), sentences, itertools.count())
                file.writelines(map(_line, tokens, itertools.count(1)))
        elif not isinstance(path, str | os.PathLike):
            raise TypeError(f'kernel="mirror" reads one file, as word2vec.c does: expected a path, got {path!r}')
        elif is_packed(os.fspath(path)) or is_stream(os.fspath(path)):
            advice = "give a plain file, for it is read several times, as word2vec.c does"
            raise ValueError(f'{path}: kernel="mirror" reads neither compressed files nor pipes: {advice}')
        else:
            check_text_file(os.fspath(path), nul=True)  # which word2vec.c counts as letters
        self.path = path


def _line(sentence: Sequence[Any], number: int) -> bytes:
    for word in sentence:
        if not isinstance(word, str) or not word or not {*word}.isdisjoint(" \t\n"):
            raise ValueError(f"sentence {number}: expected words without blanks, for word2vec.c's text, got {word!r}")
    return " ".join(sentence).encode("utf-8", "surrogateescape") + b"\n"
