"""Models of documents in files and copies; gensim's names and scripts."""

import copy
import logging
import pickle

import numpy as np
import pytest
from tagged import DOCUMENTS, NEW, SMALL, model_of
from trained import trained_and_copied

from w2v import Doc2Vec, KeyedVectors, TaggedDocument, Word2Vec
from w2v.callbacks import Checkpoint
from w2v.errors import FormatError, WrongKindError

trained, model = trained_and_copied(lambda: model_of(dm=0))


# Files and copies.


@pytest.mark.parametrize("mmap", [None, "r"])
def test_saved_and_loaded_it_infers_and_trains_on(model, tmp_path, mmap):
    model.save(tmp_path / "model.w2v")
    loaded = Doc2Vec.load(tmp_path / "model.w2v", mmap=mmap)
    assert str(loaded) == str(model)
    assert loaded.dv.index_to_key == model.dv.index_to_key
    assert np.array_equal(loaded.dv.vectors, model.dv.vectors)
    assert loaded.dv.get_vecattr(3, "word_count") == 7
    assert np.array_equal(loaded.infer_vectors(NEW), model.infer_vectors(NEW))
    for each in (loaded, model):
        each.train(DOCUMENTS, epochs=1)
    assert np.array_equal(loaded.dv.vectors, model.dv.vectors)


def test_names_and_factors_are_saved(tmp_path):
    model = model_of([TaggedDocument(["to", "be"], ["é", 1, ("a", 2)])] * 3, epochs=1)
    model.dv.vectors_lockf = np.float32([0, 1, 0, 1])
    model.save(tmp_path / "model.w2v")
    loaded = Doc2Vec.load(tmp_path / "model.w2v")
    assert loaded.dv.index_to_key == [0, 1, "é", ("a", 2)]
    assert loaded.dv.vectors_lockf.tolist() == [0, 1, 0, 1]


def test_other_classes_say_what_a_file_is(model, tmp_path):
    model.save(tmp_path / "documents.w2v")
    with pytest.raises(WrongKindError, match=r"Doc2Vec.load reads it"):
        Word2Vec.load(tmp_path / "documents.w2v")
    Word2Vec([["to", "be"]], min_count=1, vector_size=8).save(tmp_path / "words.w2v")
    with pytest.raises(WrongKindError, match=r"Word2Vec.load reads it"):
        Doc2Vec.load(tmp_path / "words.w2v")
    assert np.array_equal(KeyedVectors.load(tmp_path / "documents.w2v")["cat"], model.wv["cat"])


def test_damaged_tags_are_an_error(model, tmp_path):
    path = tmp_path / "model.w2v"
    model.save(path)
    data = path.read_bytes()
    path.write_bytes(data.replace(b'"tag_offsets"', b'"tag_offsetz"'))
    with pytest.raises(FormatError):
        Doc2Vec.load(path)


def test_checkpoints_go_on(tmp_path):
    path, stop = tmp_path / "run.w2v", []

    class Stop:
        def on_train_begin(self, model): ...
        def on_train_end(self, model): ...
        def on_epoch_begin(self, model): ...

        def on_epoch_end(self, model):
            stop.append(1)
            if len(stop) == 3:
                raise ValueError("the power is gone")

    settings = {**SMALL, "epochs": 6, "dm": 1}
    model = Doc2Vec(**settings)
    model.build_vocab(DOCUMENTS)
    with pytest.raises(ValueError, match="power"):
        model.train(callbacks=[Stop()], checkpoint=path, checkpoint_every=0)
    resumed = Doc2Vec.resume(path, DOCUMENTS)
    assert np.array_equal(resumed.dv.vectors, Doc2Vec(DOCUMENTS, **settings).dv.vectors)


def test_checkpoints_refuse_other_tags(tmp_path):
    path = tmp_path / "run.w2v"
    asked = Checkpoint(path)
    asked.stop()
    with pytest.raises(KeyboardInterrupt):
        Doc2Vec(DOCUMENTS, **SMALL, callbacks=[asked])
    turned = [TaggedDocument(words, [59 - tag for tag in tags]) for words, tags in DOCUMENTS]
    more = [TaggedDocument(words, [*tags, 0]) for words, tags in DOCUMENTS]
    for others in (turned, more):
        with pytest.raises(ValueError, match="got other words or tags"):
            Doc2Vec.resume(path, others)
    assert len(Doc2Vec.resume(path, turned, force=True).losses) == SMALL["epochs"]


@pytest.mark.parametrize("copied", [lambda m: pickle.loads(pickle.dumps(m)), copy.deepcopy], ids=["pickle", "deepcopy"])
def test_copies_train_apart(model, copied):
    model.infer_vector(["cat"])
    other = copied(model)
    before = model.dv.vectors.copy()
    other.train(DOCUMENTS, epochs=1)
    assert np.array_equal(model.dv.vectors, before)
    model.train(DOCUMENTS, epochs=1)
    assert np.array_equal(model.dv.vectors, other.dv.vectors)


def test_word2vec_files_have_words_and_tags(model, tmp_path):
    model.save_word2vec_format(tmp_path / "both", doctag_vec=True, word_vec=True, prefix="*dt_")
    kv = KeyedVectors.load_word2vec_format(tmp_path / "both")
    assert len(kv) == 60 + len(model.wv)
    np.testing.assert_allclose(kv["*dt_7"], model.dv[7], atol=1e-6)
    model.save_word2vec_format(tmp_path / "tags", doctag_vec=True, word_vec=False, binary=True)
    assert len(KeyedVectors.load_word2vec_format(tmp_path / "tags", binary=True)) == 60


def test_word2vec_files_of_words_and_tags_are_written_whole_or_not_at_all(model, tmp_path):
    path, counts = tmp_path / "both", tmp_path / "counts"
    model.save_word2vec_format(path, doctag_vec=True, fvocab=counts)
    before = path.read_bytes(), counts.read_bytes()
    model.dv.index_to_key[5] = "two words"
    with pytest.raises(ValueError, match=r"word '\*dt_two words': expected no empty word and no white space"):
        model.save_word2vec_format(path, doctag_vec=True, fvocab=counts)
    assert (path.read_bytes(), counts.read_bytes()) == before


# gensim's ways.


def test_names_of_gensims(model):
    with pytest.warns(DeprecationWarning, match="docvecs is deprecated"):
        assert model.docvecs is model.dv
    assert (model.dm, model.dbow, model.dm_concat) == (False, True, 0)
    assert model.estimated_lookup_memory() == 60 * 140
    sizes = model.estimate_memory()
    assert sizes["doctag_syn0"] == 60 * 64
    assert sizes["total"] == sum(size for name, size in sizes.items() if name != "total")
    one, other = (model.infer_vector(words) for words in NEW[:2])
    expected = one @ other / np.linalg.norm(one) / np.linalg.norm(other)
    assert model.similarity_unseen_docs(*NEW[:2]) == pytest.approx(expected, abs=1e-6)


def test_the_model_says_what_it_is():
    shown = {
        "Doc2Vec<dm/m,d100,n5,w5,mc5,s0.001,t3>": {},
        "Doc2Vec<dm/s,d100,n5,w5,mc5,s0.001,t3>": {"dm_mean": 0},
        "Doc2Vec<dbow,d7,hs,t3>": {"dm": 0, "vector_size": 7, "hs": 1, "negative": 0, "min_count": 1, "sample": 0},
        'Doc2Vec<"try",dbow+w,d100,n5,w5,mc5,s0.001,t3>': {"dm": 0, "dbow_words": 1, "comment": "try"},
    }  # fmt: skip
    assert {str(Doc2Vec(**settings)) for settings in shown.values()} == set(shown)


def test_a_script_of_gensims_tutorial(caplog):
    caplog.set_level(logging.INFO)
    model = Doc2Vec(vector_size=50, min_count=2, epochs=40)
    model.build_vocab(DOCUMENTS)
    model.train(DOCUMENTS, total_examples=model.corpus_count, epochs=model.epochs)
    vector = model.infer_vector(["cat", "dog", "unheard"])
    assert vector.shape == (50,)
    assert len(model.dv.most_similar([vector], topn=len(model.dv))) == 60
    assert f"Word 'cat' appeared {model.wv.get_vecattr('cat', 'count')} times"


def test_old_scripts_may_size_and_iterate(recwarn):
    model = Doc2Vec(DOCUMENTS, size=8, iter=2, min_count=1)
    assert (model.vector_size, model.epochs) == (8, 2)
    assert {warning.category for warning in recwarn} == {DeprecationWarning}
    for epoch in range(3):
        model.train(DOCUMENTS, total_examples=model.corpus_count, epochs=1)
        model.alpha -= 0.002
        model.min_alpha = model.alpha
        assert epoch < 3
