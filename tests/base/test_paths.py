"""What is no path is refused by the name of the argument, before anything is written, read or changed."""

import os

import numpy as np
import pytest

from w2v import KeyedVectors, Word2Vec
from w2v.callbacks import Checkpoint
from w2v.word2vec import BrownCorpus, PathLineSentences, Text8Corpus

SENTENCES = [["to", "be"], ["or", "not"]] * 5


@pytest.fixture(scope="module")
def model():
    return Word2Vec(SENTENCES, vector_size=4, min_count=1, epochs=1)


@pytest.mark.parametrize("wrong", [5, 5.0, ["text"], object()])
@pytest.mark.parametrize(
    "name, call",
    {
        "checkpoint": lambda model, path: Word2Vec(SENTENCES, min_count=1, checkpoint=path),
        "checkpoint of train": lambda model, path: model.train(SENTENCES, epochs=1, checkpoint=path),
        "checkpoint of a callback": lambda model, path: Checkpoint(path),
        "fvocab": lambda model, path: model.wv.save_word2vec_format("vectors", fvocab=path),
        "path of a folder": lambda model, path: model.wv.save_static_embedding(path),
        "path of TensorBoard": lambda model, path: model.wv.save_tensorboard(path),
        "path to load": lambda model, path: KeyedVectors.load_static_embedding(path),
        "source": lambda model, path: PathLineSentences(path),
        "fname": lambda model, path: Text8Corpus(path),
        "dirname": lambda model, path: BrownCorpus(path),
    }.items(),
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_the_error_names_the_argument(name, call, wrong, model, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    before, epochs = model.wv.vectors.copy(), model.train_count
    with pytest.raises(TypeError, match=f"^{name.split()[0]}: expected a path, got {type(wrong).__name__}$"):
        call(model, wrong)
    assert os.listdir(tmp_path) == []
    assert np.array_equal(model.wv.vectors, before)
    assert model.train_count == epochs


@pytest.mark.parametrize("ask", ["evaluate_word_analogies", "evaluate_word_pairs"])
def test_questions_come_from_a_path_or_lines(ask, model):
    with pytest.raises(TypeError, match="expected a path, an open file or lines, got int"):
        getattr(model.wv, ask)(5)
