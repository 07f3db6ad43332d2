"""Phrases to files and back."""

import contextlib
import copy
import pickle

import numpy as np
import pytest

from w2v import FormatError, Phraser, Phrases

SENTENCES = [["new", "york", "is", "big"], ["in", "new", "york"], ["new", "ideas"], *2 * [["bank", "of", "america"]]]


def product_scorer(worda_count, wordb_count, bigram_count, len_vocab, min_count, corpus_word_count):
    return bigram_count / (worda_count * wordb_count)


@pytest.mark.parametrize("scoring", ["default", "npmi", product_scorer])
@pytest.mark.parametrize("freeze", [False, True])
def test_saved_and_copied(tmp_path, scoring, freeze):
    model = Phrases(SENTENCES, 1, 0.2, scoring=scoring, connector_words={"of"})
    model = model.freeze() if freeze else model
    model.save(tmp_path / "model")
    for same in (Phraser.load(tmp_path / "model"), copy.deepcopy(model), pickle.loads(pickle.dumps(model))):
        assert type(same) is type(model)
        assert (str(same), same.scoring, same.connector_words) == (str(model), model.scoring, model.connector_words)
        assert same.find_phrases(SENTENCES) == model.find_phrases(SENTENCES) != {}
    assert list(tmp_path.iterdir()) == [tmp_path / "model"]


def test_saving_as_gensim_users_do(tmp_path):
    model = Phrases(SENTENCES, 1, 1)
    with open(tmp_path / "model", "wb") as file:
        model.save(file, separately=None, sep_limit=0, ignore=(), pickle_protocol=4)
    assert Phrases.load(str(tmp_path / "model"), mmap=None).vocab == model.vocab
    for name in ("model.gz", "model.bz2"):
        model.save(tmp_path / name)
        assert Phrases.load(tmp_path / name).vocab == model.vocab


def test_a_scorer_that_is_not_loaded(tmp_path):
    path = tmp_path / "model"
    local = Phrases(SENTENCES, 1, 1, scoring=lambda **counts: 3)
    with pytest.raises(ValueError, match="a function of a module"):
        local.save(path)
    assert not path.exists()
    model = Phrases(SENTENCES, 1, 1)
    model.save(path)
    path.write_bytes(path.read_bytes().replace(b'\\"default\\"', b'\\"os:exit\\"'))
    with pytest.raises(FormatError, match="scored by os:exit, which is not loaded"):
        Phrases.load(path)
    assert Phrases.load(path, scoring=product_scorer).scoring is product_scorer


def test_a_number_in_a_file_that_would_be_divided_by(tmp_path):
    phrases = Phrases([["new", "york"]], min_count=1)
    phrases.progress_per = 0
    phrases.save(tmp_path / "phrases")
    with pytest.raises(FormatError, match="phrases: ValueError: progress_per: expected at least 1 sentence, got 0"):
        Phrases.load(tmp_path / "phrases")


@pytest.mark.parametrize("kind", ["Phrases", "FrozenPhrases"])
def test_damaged_files(tmp_path, kind):
    path = tmp_path / "model"
    model = Phrases(SENTENCES, 1, 1)
    (model.freeze() if kind == "FrozenPhrases" else model).save(path)
    whole = path.read_bytes()
    generator = np.random.default_rng(1)
    for at in [*range(0, len(whole), 40), *generator.integers(0, len(whole), 100)]:
        path.write_bytes(whole[:at])
        with pytest.raises(FormatError):
            Phrases.load(path)
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 4]) + whole[at + 1 :])
        with contextlib.suppress(FormatError):
            Phrases.load(path)[["new", "york"]]
