"""Word2VecVectorizer: what scikit-learn expects of an estimator, in pipelines, grid searches and copies."""

import pickle
import subprocess
import sys

import numpy as np
import pytest

from w2v import KeyedVectors, Word2Vec

sklearn = pytest.importorskip("sklearn", minversion="1.6")

from sklearn import config_context  # noqa: E402
from sklearn.base import clone  # noqa: E402
from sklearn.exceptions import NotFittedError  # noqa: E402
from sklearn.linear_model import LogisticRegression  # noqa: E402
from sklearn.model_selection import GridSearchCV, cross_val_score  # noqa: E402
from sklearn.pipeline import make_pipeline  # noqa: E402
from sklearn.utils import estimator_checks  # noqa: E402

from w2v.sklearn import Word2VecVectorizer  # noqa: E402

ANIMALS = ["cat", "dog", "cow", "horse", "sheep", "goat"]
TOOLS = ["saw", "drill", "hammer", "wrench", "file", "plane"]


def documents(count=120):
    """Texts about animals or about tools, in turn, and which they are."""
    random = np.random.default_rng(1)
    both = (["the", "a", "eats", "sleeps", *ANIMALS], ["the", "a", "cuts", "turns", *TOOLS])
    texts = [" ".join(random.choice(both[number % 2], 8)).capitalize() + "." for number in range(count)]
    return texts, [number % 2 for number in range(count)]


def vectorizer(**settings):
    return Word2VecVectorizer(**{"vector_size": 8, "min_count": 1, "epochs": 10, "random_state": 1, **settings})


@pytest.fixture(scope="module")
def vectors():
    """With counts, of lower-case words."""
    texts, _ = documents()
    return Word2Vec([text.lower().rstrip(".").split() for text in texts], vector_size=8, min_count=1, workers=1).wv


def test_check_estimator():
    """All that scikit-learn asks of an estimator whose data are texts."""
    with pytest.warns(match="requires input"):  # the other checks have matrices of numbers
        results = estimator_checks.check_estimator(vectorizer(), on_skip=None)
    assert [result["check_name"] for result in results if result["status"] != "passed"] == []


@pytest.mark.parametrize(
    "name",
    [
        "check_parameters_default_constructible",
        "check_no_attributes_set_in_init",
        "check_estimator_repr",
        "check_get_params_invariance",
        "check_set_params",
        "check_valid_tag_types",
        "check_estimator_tags_renamed",
        "check_mixin_order",
        "check_estimator_cloneable",
    ],
)
def test_checks_that_need_no_data(name):
    check = getattr(estimator_checks, name)
    check("Word2VecVectorizer", vectorizer())


def test_a_pipeline_learns_classes():
    texts, labels = documents()
    for weighting in ("mean", "sif", "usif"):
        model = make_pipeline(vectorizer(weighting=weighting, epochs=50), LogisticRegression(C=100))
        assert cross_val_score(model, texts, labels, cv=3).min() > 0.8  # by chance: 0.5


def test_a_grid_search_over_its_settings(vectors):
    texts, labels = documents()
    grid = {"word2vecvectorizer__weighting": ["mean", "sif"], "word2vecvectorizer__vectors": [None, vectors]}
    search = GridSearchCV(make_pipeline(vectorizer(), LogisticRegression()), grid, cv=2, n_jobs=2).fit(texts, labels)
    assert search.best_score_ > 0.8
    assert set(search.best_params_) == set(grid)


def test_the_same_seed_gives_the_same_vectors():
    texts, _ = documents()
    one, other = vectorizer().fit_transform(texts), vectorizer().fit_transform(texts)
    assert np.array_equal(one, other)
    assert not np.array_equal(one, vectorizer(random_state=2).fit_transform(texts))
    assert not np.array_equal(one, vectorizer(random_state=None).fit_transform(texts))
    state = np.random.RandomState
    assert np.array_equal(*(vectorizer(random_state=state(7)).fit_transform(texts) for _ in range(2)))


def test_fit_and_transform(vectors):
    texts, labels = documents()
    model = vectorizer(weighting="sif")
    fitted = model.fit(texts, labels)
    assert fitted is model
    assert np.array_equal(model.transform(texts), vectorizer(weighting="sif").fit_transform(texts, labels))
    assert model.components_.shape == (1, 8)
    tokens = [text.lower().rstrip(".").split() for text in texts[:9]]
    assert np.array_equal(model.transform(tokens), model.transform(texts[:9]))
    expected = model.vectors_.sentence_vectors(tokens, "sif", components=model.components_)
    assert np.array_equal(model.transform(tokens), expected)
    assert not vectorizer(vectors=vectors).fit(texts).transform(["nothing known", []]).any()


def test_vectors_that_there_are(vectors, tmp_path):
    texts, _ = documents()
    vectors.save(tmp_path / "vectors.w2v")
    model = Word2Vec(vector_size=8)
    model.wv = vectors
    found = [vectorizer(vectors=given).fit_transform(texts) for given in (vectors, tmp_path / "vectors.w2v", model)]
    assert np.array_equal(found[0], vectors.sentence_vectors([text.lower().rstrip(".") for text in texts]))
    assert np.array_equal(found[0], found[1])
    assert np.array_equal(found[0], found[2])


def test_how_texts_are_split(vectors):
    texts = ["The CAT, the dog!"]
    plain = vectors.sentence_vectors(["the cat the dog"])
    assert np.array_equal(vectorizer(vectors=vectors).fit_transform(texts), plain)
    sensitive = vectorizer(vectors=vectors, lowercase=False, post_normalize=True).fit_transform(texts)
    np.testing.assert_allclose(sensitive, vectors.sentence_vectors(["the dog"], post_normalize=True), rtol=1e-6)
    split = vectorizer(vectors=vectors, tokenizer=str.split).fit_transform(texts)
    assert np.array_equal(split, vectors.sentence_vectors(["the the"]))
    pattern = vectorizer(vectors=vectors, token_pattern=r"c\w+").fit_transform(texts)
    assert np.array_equal(pattern, vectors.sentence_vectors(["cat"]))


def test_names_of_features_and_frames():
    texts, _ = documents()
    model = vectorizer().fit(texts)
    assert model.get_feature_names_out().tolist() == [f"word2vecvectorizer{number}" for number in range(8)]
    pandas = pytest.importorskip("pandas")
    frame = model.set_output(transform="pandas").transform(pandas.Series(texts, index=range(5, 125)))
    assert list(frame.columns) == model.get_feature_names_out().tolist()
    with config_context(transform_output="default"):
        assert isinstance(clone(vectorizer()).fit_transform(texts), np.ndarray)


def test_copies():
    texts, _ = documents()
    model = vectorizer(settings={"window": 2, "alpha": 0.05})
    copy = clone(model)
    assert copy.get_params() == model.get_params()
    with pytest.raises(NotFittedError):
        copy.transform(texts)
    model.fit(texts)
    assert np.array_equal(pickle.loads(pickle.dumps(model)).transform(texts), model.transform(texts))


@pytest.mark.parametrize(
    "given, message",
    [
        ("one text", "an iterable of documents, got str"),
        (3, "an iterable of documents, got int"),
        (["a", None], "document 1: expected a text or a list of tokens, got NoneType"),
    ],
)
def test_refusals(given, message):
    with pytest.raises(ValueError, match=message):
        vectorizer().fit(given)


def test_settings_are_checked_when_it_is_fitted(tmp_path):
    texts, _ = documents()
    for settings, message in (
        ({"weighting": "tfidf"}, "weighting"),
        ({"vectors": 3}, "vectors: expected KeyedVectors"),
    ):
        with pytest.raises(ValueError, match=message):
            vectorizer(**settings).fit(texts)
    bare = KeyedVectors(2)
    bare.add_vector("cat", [1, 2])
    with pytest.raises(ValueError, match="expected words with counts"):
        vectorizer(vectors=bare, weighting="sif").fit(texts)


def test_without_scikit_learn():
    code = "import sys; sys.modules['sklearn'] = None; import w2v.sklearn"
    finished = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert 'needs scikit-learn 1.6 or later: pip install "w2v[sklearn]"' in finished.stderr
