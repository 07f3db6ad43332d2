"""What a saved model remembers of its training is checked when it is loaded."""

import pytest

from w2v import FormatError, Word2Vec
from w2v.formats import native
from w2v.training.history import HISTORY


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    path = tmp_path_factory.mktemp("history") / "model"
    Word2Vec([["a", "b", "c"]] * 5, vector_size=4, min_count=1, epochs=2).save(path)
    return native.load_model(path)


@pytest.mark.parametrize("name", HISTORY)
@pytest.mark.parametrize("value", ["x", {"a": 1}, [["a"]], True, -1, 2**80, [1, None]])
def test_values_of_another_kind(saved, tmp_path, name, value):
    good = {
        "losses": [],
        "freeze": ([["a"]], [1, None]),  # any words
        "total_train_time": (-1,),
        "running_training_loss": (-1,),
        "min_alpha_yet_reached": (-1,),
    }
    path = tmp_path / "model"
    settings = {**saved.settings, name: value}
    native.save_model(path, settings=settings, words=saved.words, counts=saved.counts, matrices=saved.matrices)
    if value in good.get(name, ()):
        assert getattr(Word2Vec.load(path), name) == value
        return
    with pytest.raises(FormatError, match=f"model: {name}: expected .* got"):
        Word2Vec.load(path)


def test_a_history_that_is_missing(saved, tmp_path):
    settings = {key: value for key, value in saved.settings.items() if key not in HISTORY}
    path = tmp_path / "model"
    native.save_model(path, settings=settings, words=saved.words, counts=saved.counts, matrices=saved.matrices)
    assert Word2Vec.load(path).train_count == 0
