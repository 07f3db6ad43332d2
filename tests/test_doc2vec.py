"""Doc2Vec: documents of a topic come together; what a document is, and what a tag; training as of any model."""

import numpy as np
import pytest
from tagged import DOCUMENTS, NEW, SMALL, TOPICS, corpus, each_way, model_of, sides
from trained import trained_and_copied

from w2v import Doc2Vec
from w2v.doc2vec import TaggedBrownCorpus, TaggedDocument, TaggedLineDocument

trained, model = trained_and_copied(lambda: model_of(dm=0))


@each_way
def test_documents_of_a_topic_come_together(way):
    model = model_of(**way)
    assert model.losses[-1] < model.losses[0]
    assert sides(model, model.dv.vectors) == [True, False] * 30
    vectors = model.infer_vectors(NEW, epochs=60)
    assert vectors.shape == (80, 16)
    assert np.mean(np.array(sides(model, vectors)) == [True, False] * 40) > 0.95


# Tags.


def test_tags_are_numbers_and_names_and_several():
    documents = [TaggedDocument(d.words, [f"d{i}", d.tags[0], TOPICS[i % 2][:3]]) for i, d in enumerate(DOCUMENTS)]
    model = model_of(documents, dm=0)
    assert model.dv.index_to_key[:62] == [*range(60), "d0", "cat"]
    assert len(model.dv) == 60 + 60 + 2
    assert model.dv.get_vecattr("cat", "doc_count") == 30
    assert model.dv.get_vecattr("cat", "word_count") == 210
    assert "d7" in model.dv
    assert 7 in model.dv
    assert "d60" not in model.dv
    assert np.array_equal(model["cat"], model.wv["cat"])  # words come first, as in gensim
    assert np.array_equal(model[["d3", 5]], model.dv[["d3", 5]])
    assert {tag for tag, _ in model.dv.most_similar("d2", topn=200) if isinstance(tag, str)} == {
        "cat", "car", *(f"d{i}" for i in range(60) if i != 2)
    }  # fmt: skip
    assert model.dv.similarity("d2", 2) > 0.9


def test_tags_that_repeat_count_once():
    once, twice = (model_of([TaggedDocument(d.words, d.tags * n) for d in DOCUMENTS], dm=1, epochs=2) for n in (1, 2))
    assert np.array_equal(once.dv.vectors, twice.dv.vectors)
    assert twice.dv.get_vecattr(0, "doc_count") == 1


def test_gaps_between_numbers_have_rows(caplog):
    model = model_of([TaggedDocument(["to", "be"], [5]), TaggedDocument(["or"], ["x"])], epochs=1)
    assert model.dv.index_to_key == [0, 1, 2, 3, 4, 5, "x"]
    assert "Highest int doctag (5) larger than count of documents (2)" in caplog.text
    assert model.dv.get_vecattr(2, "doc_count") == 0


@pytest.mark.parametrize(
    "documents, message",
    [
        ([["to", "be"]], r"document 0: expected a TaggedDocument\(words, tags\), got list"),
        ([TaggedDocument(["to"], "x")], "document 0: tags: expected a list, as in \\['x'\\], got the text alone"),
        ([TaggedDocument(["to"], 3)], "document 0: tags: expected a list, as in \\[3\\], got no list"),
        ([TaggedDocument(["to"], [None])], "document 0: tags: None cannot be a word"),
        ([TaggedDocument(["to"], ["x"]), TaggedDocument(["to"], [float("nan")])], "document 1: tags: nan cannot be"),
        ([TaggedDocument(["to"], [object()])], "document 0: tags: an object of type object cannot be a word"),
        ("to be", "corpus_file="),
    ],
)
def test_what_is_no_document_is_refused(documents, message):
    with pytest.raises(TypeError, match=message):
        model_of(documents)


def test_negative_numbers_are_no_tags():
    with pytest.raises(ValueError, match="document 1: expected numbers of at least 0 as tags, or names, got -1"):
        model_of([TaggedDocument(["to"], [0]), TaggedDocument(["to"], [-1])])


def test_generators_are_refused_but_can_be_counted():
    with pytest.raises(TypeError, match="generator can be read once only"):
        model_of(document for document in DOCUMENTS)
    model = Doc2Vec(**SMALL, dm=0)
    model.build_vocab(document for document in DOCUMENTS)
    model.train(DOCUMENTS, total_examples=model.corpus_count, epochs=model.epochs)
    assert np.array_equal(model.dv.vectors, model_of(dm=0).dv.vectors)


def test_documents_are_made_anew_by_a_callable():
    assert np.array_equal(model_of(lambda: iter(DOCUMENTS), dm=0).dv.vectors, model_of(dm=0).dv.vectors)


def test_unknown_tags_train_nothing(model):
    before = model.dv.vectors.copy()
    model.train([TaggedDocument(["cat", "dog"], ["new"])], epochs=3)
    assert np.array_equal(model.dv.vectors, before)
    model.train([TaggedDocument(["cat", "dog"], ["new", 4])], epochs=3)
    assert np.flatnonzero((model.dv.vectors != before).any(axis=1)).tolist() == [4]


def test_documents_without_known_words_do_not_shift_the_tags():
    documents = [TaggedDocument(["rare"], [0]), TaggedDocument([], [1]), *(d._replace(tags=[2]) for d in DOCUMENTS)]
    model = model_of(documents, min_count=2, dm=0)
    fresh = Doc2Vec(**{**SMALL, "min_count": 2}, dm=0)
    fresh.build_vocab(documents)
    changed = (model.dv.vectors != fresh.dv.vectors).any(axis=1)
    assert changed.tolist() == [False, False, True]


def test_long_documents_keep_their_tag():
    model = Doc2Vec(**{**SMALL, "epochs": 1}, dm=0)
    model.build_vocab([TaggedDocument(["to", "be"] * 12_000, ["long"]), TaggedDocument(["or"], ["short"])])
    assert model._corpus.tags.rows.tolist() == [0, 0, 0, 1]
    assert model.dv.get_vecattr("long", "word_count") == 24_000


# Corpora.


def test_lines_of_a_file_are_documents(tmp_path):
    path = tmp_path / "text"
    path.write_text("\n".join(" ".join(d.words) for d in DOCUMENTS[:30]) + "\n\n" + "cat dog\n", encoding="utf-8")
    documents = list(TaggedLineDocument(path))
    assert [d.tags for d in documents] == [[i] for i in range(32)]
    assert documents[30].words == []
    from_file = model_of(None, corpus_file=path, dm=0)
    assert np.array_equal(from_file.dv.vectors, model_of(TaggedLineDocument(path), dm=0).dv.vectors)
    assert len(from_file.dv) == 32
    assert from_file.train(corpus_file=str(path), total_words=from_file.corpus_total_words, epochs=1)[1] == 212


def test_the_brown_corpus(tmp_path):
    (tmp_path / "ca01").write_text("The/at jury/nn said/vbd ./.\n\n``/`` Ok/uh\n", encoding="utf-8")
    found = list(TaggedBrownCorpus(tmp_path))
    assert [d.words for d in found] == [["the/at", "jury/nn", "said/vb"], ["ok/uh"]]
    assert [d.tags[0].rpartition("_")[2] for d in found] == ["0", "2"]


def test_scanning_and_preparing():
    model = Doc2Vec(**SMALL, dm=0)
    assert model.scan_vocab(DOCUMENTS) == (420, 60)
    model.prepare_vocab()
    assert len(model.dv) == 60
    model.train(epochs=40)
    assert sides(model, model.dv.vectors) == [True, False] * 30


def test_a_raw_vocabulary_that_loses_words_keeps_the_tags():
    documents = [TaggedDocument(["rare"], [0]), *(d._replace(tags=[1]) for d in DOCUMENTS)]
    model = Doc2Vec(**{**SMALL, "min_count": 2}, dm=0)
    model.build_vocab(documents, keep_raw_vocab=True)
    assert len(model._corpus) == 60
    assert set(model._corpus.tags.rows.tolist()) == {1}


# Training.


def test_one_worker_gives_the_same_bits_again():
    one, other = (model_of(dm=1, seed=3) for _ in range(2))
    assert np.array_equal(one.dv.vectors, other.dv.vectors)
    assert not np.array_equal(one.dv.vectors, model_of(dm=1, seed=4).dv.vectors)


def test_several_workers_learn_as_well():
    documents = corpus(4000)
    model = model_of(documents, dm=0, epochs=10, workers=4)
    assert np.mean(np.array(sides(model, model.dv.vectors)) == [True, False] * 2000) > 0.99


def test_a_bag_without_words_leaves_word_vectors_alone(model):
    fresh = Doc2Vec(**SMALL, dm=0)
    fresh.build_vocab(DOCUMENTS)
    assert np.array_equal(model.wv.vectors, fresh.wv.vectors)
    assert not np.array_equal(model_of(dm=0, dbow_words=1).wv.vectors, fresh.wv.vectors)


def test_frozen_vectors_stay():
    model = Doc2Vec(**SMALL, dm=1, freeze="input")
    model.build_vocab(DOCUMENTS)
    model.dv.vectors_lockf = np.float32([0, 1])
    before = model.wv.vectors.copy(), model.dv.vectors.copy()
    model.train(epochs=2)
    assert np.array_equal(model.wv.vectors, before[0])
    assert (model.dv.vectors != before[1]).any(axis=1).tolist() == [False, True] * 30


def test_callbacks_see_vectors_and_may_change_them():
    seen = []

    class Watch:
        def on_train_begin(self, model): ...
        def on_train_end(self, model): ...
        def on_epoch_begin(self, model): ...

        def on_epoch_end(self, model):
            seen.append(model.dv.most_similar(0, topn=1)[0][1])
            if len(seen) == 2:
                model.dv.vectors = np.zeros((60, 16), np.float32)
            if len(seen) == 3:
                model.dv.vectors_lockf = np.zeros(1, np.float32)
                seen.append(model.dv.vectors.copy())

    model = model_of(dm=0, epochs=5, callbacks=[Watch()])
    assert len(seen) == 6
    assert 0 < abs(seen[3]).max() < 0.2
    assert np.array_equal(model.dv.vectors, seen[3])


def test_settings_that_documents_do_not_have_are_refused():
    for name, value in {"kernel": "pairwise", "objective": "softmax", "positional": "outputs", "shards": 2}.items():
        with pytest.raises(ValueError, match=f"{name}: expected .* for documents, got"):
            Doc2Vec(**{name: value})
    with pytest.raises(NotImplementedError, match="dm_concat: expected 0"):
        Doc2Vec(dm_concat=1)
    with pytest.raises(TypeError, match="cache=False"):
        model_of(cache=False)
    with pytest.raises(ValueError, match="dbow_words"):
        Doc2Vec(dbow_words=2)
    with pytest.raises(ValueError, match="dm: expected 0 or 1, got 2"):
        Doc2Vec(dm=2)


def test_a_vocabulary_of_documents_does_not_grow(model):
    before = model.dv.vectors.copy(), list(model.wv.index_to_key)
    with pytest.raises(NotImplementedError, match="update=False"):
        model.build_vocab(corpus(seed=9), update=True)
    assert np.array_equal(model.dv.vectors, before[0])
    assert model.wv.index_to_key == before[1]


def test_vectors_of_another_shape_are_refused(model):
    model.dv.vectors = np.zeros((60, 8), np.float32)
    with pytest.raises(ValueError, match=r"dv\.vectors: expected floats of shape"):
        model.train(DOCUMENTS, epochs=1)


def test_fresh_weights_and_another_models_vocabulary(model):
    trained = model.dv.vectors.copy()
    model.init_weights()
    assert not np.array_equal(model.dv.vectors, trained)
    other = Doc2Vec(**{**SMALL, "vector_size": 8}, dm=0)
    other.reset_from(model)
    assert other.dv.vectors.shape == (60, 8)
    assert other.dv.get_vecattr(0, "word_count") == 7
    other.train(DOCUMENTS, epochs=40)
    assert sides(other, other.dv.vectors) == [True, False] * 30
