"""FastText: words learn from words that are spelt alike; every way of Word2Vec is one of FastText's, too."""

import inspect
import logging
import struct

import numpy as np
import pytest
from trained import trained_and_copied

from w2v import FastText, KeyedVectors, Word2Vec
from w2v.errors import FormatError, WrongKindError
from w2v.fasttext import FastTextKeyedVectors, load_facebook_model, load_facebook_vectors, save_facebook_model
from w2v.subwordvectors import FastTextVectors

STEMS = ["walk", "paint", "jump", "climb"]
FORMS = ["", "ed", "ing"]
TEXT = [[stem + form for form in FORMS] for stem in STEMS] * 50
SMALL = {"vector_size": 16, "min_count": 1, "workers": 1, "bucket": 1000, "alpha": 0.05, "sample": 0}
OBJECTIVES = {
    "skipgram": {"sg": 1},
    "cbow": {"sg": 0},
    "skipgram hs": {"sg": 1, "hs": 1, "negative": 0},
    "cbow hs": {"hs": 1, "negative": 0},
    "pairwise": {"sg": 1, "kernel": "pairwise"},
    "nce": {"sg": 1, "objective": "nce"},
    "positions": {"positional": "weights"},
}
each_objective = pytest.mark.parametrize("objective", OBJECTIVES.values(), ids=OBJECTIVES)


def model_of(text=TEXT, **settings):
    return FastText(text, **{**SMALL, **settings})


trained, model = trained_and_copied(lambda: model_of(epochs=5))


def same(one, other):
    return all(np.array_equal(one.wv[word], other.wv[word]) for word in (*one.wv.index_to_key, "walker", "talks"))


@each_objective
def test_unknown_words_are_near_their_kin(objective):
    model = model_of(epochs=20, **objective)
    assert model.losses[-1] < model.losses[0]
    for stem in STEMS:
        assert model.wv.most_similar(f"{stem}er", topn=1)[0][0][:4] == stem[:4]


def test_words_learn_from_words_of_the_same_stem():
    """`gardenish` stands with no plants, and `kitchenish` with no pans, but words of their stems do."""
    rng = np.random.default_rng(3)
    topics = {"garden": ["leaf", "plant", "seed", "soil"], "kitchen": ["pan", "knife", "stove", "salt"]}
    text = [
        [f"{stem}{rng.choice(['', 'er', 's', 'ing'])}", *rng.choice(others, 3)]
        for stem, others in topics.items()
        for _ in range(300)
    ]
    text += [["gardenish", "filler"], ["filler", "kitchenish"]] * 3

    def preference(**settings):
        """How much nearer the two are to what stands with their stems than to the other topic's words."""
        wv = FastText(text, **{**SMALL, "epochs": 10, "sg": 1, **settings}).wv
        own, other = (wv.n_similarity([word], topics[stem]) for word, stem in (("gardenish", s) for s in topics))
        return own - other

    assert preference() > 0.1
    assert preference(bucket=0) < 0.1


def test_vectors_are_means_of_rows(model):
    wv = model.wv
    assert wv.vectors_vocab.shape == (12, 16)
    for place, (word, numbers) in enumerate(zip(wv.index_to_key, wv.buckets_word, strict=True)):
        rows = [wv.vectors_vocab[place], *wv.vectors_ngrams[numbers]]
        np.testing.assert_allclose(wv[word], np.mean(rows, axis=0), atol=1e-6)
    assert wv.vectors_ngrams.shape == (1000, 16)
    before = model.wv["walker"]
    model.train(TEXT, epochs=1)  # goes on with a row for each number
    assert not np.array_equal(model.wv["walker"], before)


def test_n_grams_of_no_word_take_no_memory(trained):
    assert len(trained.wv.subwords.ngrams) == 1 + len(np.unique(np.concatenate(trained.wv.buckets_word)))
    assert not trained.wv.subwords.ngrams[0].any()
    kept, numbers = trained.wv.subwords.kept, trained.wv.subwords.numbers
    strange = [word for word in ("qqq", "xxx", "zzz") if not kept[numbers([word])[0]].any()]
    assert strange
    assert not trained.wv[strange[0]].any()


def test_without_n_grams_it_is_word2vec():
    for none in ({"bucket": 0}, {"max_n": 0}, {"min_n": 4, "max_n": 3}):
        model = model_of(**none)
        words = Word2Vec(TEXT, vector_size=16, min_count=1, workers=1, alpha=0.05, sample=0)
        assert np.array_equal(model.wv.vectors, words.wv.vectors)
        assert model.wv.vectors_vocab is model.wv.vectors
        assert "walker" not in model.wv


@pytest.mark.parametrize("mmap", [None, "r"])
def test_saved_and_loaded_it_trains_on(model, tmp_path, mmap):
    model.save(tmp_path / "model.w2v")
    loaded = FastText.load(tmp_path / "model.w2v", mmap=mmap)
    assert (loaded.min_n, loaded.max_n, loaded.bucket) == (3, 6, 1000)
    assert same(loaded, model)
    for each in (model, loaded):
        each.train(TEXT, epochs=2)
    assert same(loaded, model)


def test_vectors_of_a_saved_model_know_unknown_words(model, tmp_path):
    model.save(tmp_path / "model.w2v")
    model.wv.save(tmp_path / "vectors.w2v")
    for name in ("model.w2v", "vectors.w2v"):
        assert np.array_equal(KeyedVectors.load(tmp_path / name)["walker"], model.wv["walker"])


def test_models_of_words_alone_are_told_apart(model, tmp_path):
    model.save(tmp_path / "model.w2v")
    with pytest.raises(WrongKindError, match=r"FastText\.load"):
        Word2Vec.load(tmp_path / "model.w2v")


def test_changed_vectors_are_saved_without_n_grams(model, tmp_path, caplog):
    with caplog.at_level(logging.WARNING):
        model.wv.postprocess().save(tmp_path / "vectors.w2v")
    assert "n-grams are those of other vectors" in caplog.text
    assert "walker" not in KeyedVectors.load(tmp_path / "vectors.w2v")


@pytest.mark.parametrize("bucket", [50, 1000])
def test_words_are_added(bucket):
    model = model_of(bucket=bucket)
    before = {word: model.wv[word] for word in model.wv.index_to_key}
    model.build_vocab([["stalk", "stalking", "walk"]] * 2, update=True)
    assert model.wv.index_to_key[-2:] == ["stalk", "stalking"]
    for word, vector in before.items():
        assert np.array_equal(model.wv[word], vector)
    assert model.wv.vectors_vocab.shape == (14, 16)
    model.train(epochs=5)
    assert model.wv.most_similar("stalks", topn=1)[0][0] == "stalk"


def test_added_words_keep_vectors_that_users_gave_them(model):
    vector = np.arange(16, dtype=np.float32)
    model.wv.add_vectors(["stalk"], vector[np.newaxis])
    model.build_vocab([["stalk", "walk"]], update=True)
    assert np.array_equal(model.wv["stalk"], vector)
    model.wv.adjust_vectors()
    np.testing.assert_allclose(model.wv["stalk"], vector, atol=1e-5)


@pytest.mark.parametrize("mmap", [None, "r"])
def test_words_that_users_added_are_saved_and_loaded(model, tmp_path, mmap):
    vector = np.arange(16, dtype=np.float32)
    model.wv.add_vectors(["stalk"], vector[np.newaxis])
    model.train(TEXT, epochs=1, checkpoint=tmp_path / "run.ckpt")
    model.save(tmp_path / "model.w2v")
    loaded = FastText.load(tmp_path / "model.w2v", mmap=mmap)
    for each in (loaded, FastText.resume(tmp_path / "run.ckpt"), KeyedVectors.load(tmp_path / "model.w2v", mmap=mmap)):
        wv = getattr(each, "wv", each)
        assert np.array_equal(wv["stalk"], vector)
        assert np.array_equal(wv["walker"], model.wv["walker"])
        assert wv.vectors_vocab.shape == (12, 16)
    for each in (model, loaded):
        each.train(TEXT, epochs=1)
    assert same(loaded, model)


@pytest.mark.parametrize("mmap", [None, "r"])
def test_many_numbers_of_n_grams_are_saved_as_a_table(tmp_path, mmap):
    model = model_of(bucket=(1 << 21) + 1, epochs=1)
    model.save(tmp_path / "model.w2v")
    assert (tmp_path / "model.w2v").stat().st_size > 4 * model.bucket
    assert same(FastText.load(tmp_path / "model.w2v", mmap=mmap), model)
    assert np.array_equal(KeyedVectors.load(tmp_path / "model.w2v", mmap=mmap)["walker"], model.wv["walker"])


def test_rows_go_with_their_words(model):
    wv = model.wv
    wv.expandos["count"] = np.arange(len(wv))
    before = {word: wv.vectors_vocab[place].copy() for word, place in wv.key_to_index.items()}
    wv.sort_by_descending_frequency()
    assert list(before) != wv.index_to_key
    assert all(np.array_equal(wv.vectors_vocab[place], before[word]) for word, place in wv.key_to_index.items())
    with pytest.raises(NotImplementedError, match="init_from"):
        wv.intersect_word2vec_format("vectors.bin")


def test_an_interrupted_run_ends_with_the_same_bits(tmp_path):
    path = tmp_path / "run.ckpt"
    model = model_of(epochs=6, checkpoint=path, checkpoint_every=0.0)
    assert same(FastText.resume(path, TEXT), model)
    other = FastText(**SMALL, epochs=6)
    other.build_vocab(TEXT)

    class Stop(Exception):
        pass

    class Break:
        def on_train_begin(self, model): ...
        def on_train_end(self, model): ...
        def on_epoch_begin(self, model): ...
        def on_epoch_end(self, model):
            if len(model.losses) == 3:
                raise Stop

    with pytest.raises(Stop):
        other.train(checkpoint=path, checkpoint_every=0.0, callbacks=[Break()])
    assert same(FastText.resume(path, TEXT), model)


def test_callbacks_see_vectors_of_the_moment():
    seen = []

    class Look:
        def on_train_begin(self, model): ...
        def on_train_end(self, model): ...
        def on_epoch_begin(self, model): ...
        def on_epoch_end(self, model):
            wv = model.wv
            rows = [wv.vectors_vocab[0], *wv.subwords.ngrams[wv.subwords.kept[wv.buckets_word[0]]]]
            np.testing.assert_allclose(wv.vectors[0], np.mean(rows, axis=0), atol=1e-6)
            seen.append(wv.vectors[0].copy())

    model_of(epochs=3, callbacks=[Look()])
    assert len(np.unique(seen, axis=0)) == 3


@pytest.mark.parametrize("kind", ["model", "vectors", "words"])
def test_it_starts_from_others(kind, trained):
    given = {"model": trained, "vectors": trained.wv, "words": Word2Vec(TEXT, vector_size=16, min_count=1)}[kind]
    model = FastText(**SMALL, init_from=given)
    model.build_vocab(TEXT)
    known = given if isinstance(given, KeyedVectors) else given.wv
    np.testing.assert_allclose(model.wv["walked"], known["walked"], atol=1e-5)
    model.wv.adjust_vectors()
    np.testing.assert_allclose(model.wv["walked"], known["walked"], atol=1e-5)
    if kind != "words":
        np.testing.assert_allclose(model.wv["walker"], trained.wv["walker"], atol=1e-6)


def test_what_is_frozen_stays(trained):
    frozen = model_of(freeze="input", epochs=2)
    fresh = FastText(**SMALL)
    fresh.build_vocab(TEXT)
    assert np.array_equal(frozen.wv.vectors, fresh.wv.vectors)
    assert frozen.syn1neg.any()
    half = FastText(**SMALL)
    half.build_vocab(TEXT)
    half.wv.vectors_ngrams_lockf = np.zeros(1, dtype=np.float32)
    half.train()
    assert np.array_equal(half.wv.subwords.ngrams, fresh.wv.subwords.ngrams)
    assert (half.wv.vectors_vocab != fresh.wv.vectors_vocab).any(axis=1).all()
    kept = FastText(**SMALL, init_from=trained, freeze="output")
    kept.build_vocab(TEXT)
    kept.train()
    assert np.array_equal(kept.syn1neg, trained.syn1neg)


def test_memory_is_what_it_says(trained):
    sizes = trained.estimate_memory()
    assert sizes["vectors"] == trained.wv.vectors.nbytes
    rows = trained.wv.subwords.own.base.nbytes
    assert sizes["vectors_vocab"] + sizes["vectors_ngrams"] == pytest.approx(rows + 4 * 1000, abs=64)
    assert FastText().estimate_memory(vocab_size=1000)["vectors_ngrams"] > 2_000_000 * 400


@pytest.mark.parametrize(
    "settings, message",
    [
        ({"objective": "softmax"}, "softmax"),
        ({"kernel": "mirror", "workers": 1}, "mirror"),
        ({"positional": "outputs", "sg": 1}, "CBOW"),
        ({"device": "cuda"}, "n-grams"),
        ({"shards": 2}, "n-grams"),
        ({"freeze": ["walk"]}, "n-grams"),
        ({"bucket": -1}, "bucket"),
        ({"min_n": -1}, "min_n"),
        ({"max_n": 65}, "max_n"),
    ],
)
def test_what_is_refused(settings, message):
    with pytest.raises(ValueError, match=message):
        FastText(**settings)


def test_other_refusals(model):
    with pytest.raises(NotImplementedError, match="word_ngrams"):
        FastText(word_ngrams=2)
    with pytest.raises(TypeError, match=r"FastText\(\) got an unexpected keyword argument 'nonsense'"):
        FastText(nonsense=1)
    with pytest.raises(ValueError, match="train_pairs learns vectors of words alone"):
        model.train_pairs(["walk"], ["talk"])
    model.min_n = 2
    with pytest.raises(ValueError, match="build_vocab starts afresh"):
        model.train(TEXT)


def test_its_parameters_are_those_of_gensim():
    names = list(inspect.signature(FastText).parameters)
    assert names[:10] == [
        "sentences", "corpus_file", "sg", "hs", "vector_size", "alpha", "window", "min_count", "max_vocab_size",
        "word_ngrams",
    ]  # fmt: skip
    assert names[19:24] == ["null_word", "min_n", "max_n", "sorted_vocab", "bucket"]
    assert FastTextKeyedVectors is FastTextVectors
    made = FastTextKeyedVectors(8, 3, 6, 50)
    assert (made.min_n, made.max_n, made.bucket, made.vectors_ngrams.shape) == (3, 6, 50, (50, 8))


# ---- fastText's .bin ----


@pytest.mark.parametrize("objective", [{"sg": 1}, {"sg": 0}, {"sg": 1, "hs": 1, "negative": 0}, {"bucket": 0}])
def test_bin_files_go_both_ways(objective, tmp_path):
    model = model_of(**objective)
    save_facebook_model(model, tmp_path / "model.bin")
    loaded = load_facebook_model(tmp_path / "model.bin")
    assert (loaded.sg, loaded.hs, loaded.negative) == (model.sg, model.hs, model.negative)
    assert np.array_equal(loaded.wv.vectors, model.wv.vectors)
    assert np.array_equal(load_facebook_vectors(tmp_path / "model.bin").vectors, model.wv.vectors)
    loaded.alpha, loaded.workers = model.alpha, 1
    for each in (model, loaded):
        each.train(TEXT, epochs=2)
    assert np.array_equal(loaded.wv.vectors, model.wv.vectors)
    if model.bucket:
        assert np.array_equal(loaded.wv["walker"], model.wv["walker"])


def test_fasttext_itself_reads_them(tmp_path):
    fasttext = pytest.importorskip("fasttext")
    model = model_of([*TEXT, ["größer", "naïve"]])
    save_facebook_model(model, tmp_path / "model.bin")
    theirs = fasttext.load_model(str(tmp_path / "model.bin"))
    for word in (*model.wv.index_to_key, "walker", "größter", "qqq", "aaaaa"):
        np.testing.assert_allclose(theirs.get_word_vector(word), model.wv[word], atol=1e-6)


@pytest.mark.parametrize(
    "change, message",
    [
        ({"hs": 1, "negative": 5}, "hs=0 or negative=0"),
        ({"objective": "nce"}, "objective"),
        ({"positional": "weights"}, "positional"),
        ({"window": "all"}, "window"),
    ],
)
def test_models_that_fasttext_has_not_are_refused(change, message, tmp_path):
    with pytest.raises(ValueError, match=message):
        save_facebook_model(model_of(**change), tmp_path / "model.bin")
    assert list(tmp_path.iterdir()) == []


def test_words_that_fasttext_has_not_are_refused(tmp_path):
    with pytest.raises(ValueError, match="white space"):
        save_facebook_model(model_of([["new york", "is"]]), tmp_path / "model.bin")
    with pytest.raises(TypeError, match="text"):
        save_facebook_model(model_of([[1, 2]]), tmp_path / "model.bin")
    assert list(tmp_path.iterdir()) == []


def test_a_damaged_model_is_refused(model, tmp_path):
    path = tmp_path / "model.bin"
    save_facebook_model(model, path)
    data = path.read_bytes()
    for cut in (3, 60, 200, len(data) - 5):
        path.write_bytes(data[:cut])
        with pytest.raises(FormatError):
            load_facebook_model(path)
    path.write_bytes(data + b"more")
    with pytest.raises(FormatError, match="nothing after"):
        load_facebook_model(path)


@pytest.mark.parametrize("number", [-1, 0, 70, 65027, 2**31 - 1])
def test_a_damaged_number_in_a_header_is_refused_or_makes_a_model(model, tmp_path, number):
    path = tmp_path / "model.bin"
    save_facebook_model(model, path)
    data, refused = path.read_bytes(), []
    for place in range(8, 8 + 12 * 4, 4):  # after the magic number and the version: what fastText was told
        path.write_bytes(data[:place] + struct.pack("<i", number) + data[place + 4 :])
        try:
            load_facebook_model(path)
        except FormatError as error:
            refused.append(str(error))
    assert len(refused) > 3
    assert all(str(path) in message for message in refused)
