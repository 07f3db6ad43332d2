"""What a caller gives as keys: one key of any kind, a list of them, and text that is no list of letters."""

import datetime
import decimal
import re
import uuid

import numpy as np
import pytest

from w2v import KeyedVectors, align, plot
from w2v.subwordvectors import FastTextVectors
from w2v.vectors.asking import weighted_items

ODD_KEYS = [
    b"bytes",
    (1, 2),
    ("a", None),
    10.0,
    2.5,
    frozenset({"a", "b"}),
    datetime.date(2020, 2, 29),
    datetime.timedelta(1),
    decimal.Decimal("0.1"),
    uuid.UUID(int=7),
    np.datetime64("2020-02-29"),
    range(3),
    "text",
    7,
]


def vectors_of(keys):
    kv = KeyedVectors(4)
    rows = np.random.default_rng(1).normal(size=(len(keys), 4))
    kv.add_vectors(list(keys), rows.astype(np.float32))
    return kv


@pytest.fixture
def letters():
    """Words, and the letters that texts would fall apart into."""
    return vectors_of(["king", "queen", "man", *"abcdegikmnqu"])


@pytest.mark.parametrize("key", ODD_KEYS, ids=lambda key: type(key).__name__ + str(key)[:1])
def test_every_call_takes_a_key_of_any_kind(key):
    kv = vectors_of([f"w{i}" for i in range(120)] + ODD_KEYS)
    row, other = kv.vectors[kv.key_to_index[key]], "w1"
    np.testing.assert_array_equal(kv[key], row)
    np.testing.assert_array_equal(kv[[key, other]], [row, kv[other]])
    np.testing.assert_array_equal(kv.get_vector(key), row)
    assert key in kv
    assert kv.has_index_for(key)
    nearest = kv.similar_by_vector(row, topn=2)[1]
    assert kv.most_similar(key, topn=1) == kv.most_similar([key], topn=1) == kv.similar_by_key(key, topn=1)
    assert kv.most_similar(key, topn=1)[0] == (nearest[0], pytest.approx(nearest[1], abs=1e-6))
    assert kv.most_similar((key, other), topn=3) == kv.most_similar([key, other], topn=3)
    assert kv.most_similar([(key, 2.0), other], topn=3) == kv.most_similar([key, key, other], topn=3)
    assert kv.most_similar(other, negative=key, topn=1) == kv.most_similar(other, negative=[key], topn=1)
    assert kv.most_similar_batch([key])[0][0][0] == kv.most_similar(key)[0][0]
    assert kv.most_similar_cosmul(key, topn=1) == kv.most_similar_cosmul([key], topn=1)
    cosine = kv.similarity(key, other)
    assert kv.distances(key, [other])[0] == pytest.approx(1 - cosine, abs=1e-6)
    assert kv.distances(other, [key])[0] == pytest.approx(1 - cosine, abs=1e-6)
    assert kv.n_similarity([key], [other]) == pytest.approx(cosine, abs=1e-6)
    assert kv.rank(other, key) == len(kv.closer_than(other, key)) + 1
    assert kv.most_similar_to_given(key, [other, key]) == key
    assert {found for _, found in kv.rank_by_centrality([key, other])} == {key, other}
    np.testing.assert_allclose(kv.get_mean_vector([key], pre_normalize=False), row)
    assert kv.vectors_for_all([key, other]).index_to_key == [key, other]
    kv.set_vecattr(key, "count", 3)
    assert kv.get_vecattr(key, "count") == 3
    kv.add_vectors(key, [[1, 2, 3, 4]], replace=True)
    assert kv[key].tolist() == [1, 2, 3, 4]
    kv[key] = [4, 3, 2, 1]
    assert kv[key].tolist() == [4, 3, 2, 1]


@pytest.mark.parametrize(
    "key",
    [b"king", bytearray(b"king"), memoryview(b"king"), b"\x01"],
    ids=["bytes", "bytearray", "memoryview", "one byte"],
)
def test_bytes_are_no_list_of_positions(key):
    kv = vectors_of(["king", *(f"w{i}" for i in range(200))])
    for ask in (
        kv.__getitem__,
        kv.most_similar,
        kv.get_vector,
        kv.similar_by_key,
        kv.distances,
        kv.most_similar_cosmul,
    ):
        with pytest.raises((KeyError, TypeError), match=r"king|x01|memory"):
            ask(key)
    with pytest.raises(TypeError, match="expected a list"):
        kv.doesnt_match(key)


@pytest.mark.parametrize("key", [(1, 2), 2.5, 1e9, None, datetime.date(2020, 2, 29), ("king", "man")], ids=repr)
def test_missing_keys_of_any_kind(key, letters):
    if isinstance(key, tuple) and isinstance(key[0], str):  # of words that are here, it is a list
        assert letters[key].shape == (2, 4)
    elif isinstance(key, tuple):  # of numbers that are no keys, it is a list of positions
        np.testing.assert_array_equal(letters[key], letters.vectors[[1, 2]])
    else:
        with pytest.raises(KeyError, match=re.escape(repr(key))):
            letters[key]
        assert key not in letters
    with pytest.raises(KeyError):
        letters.get_vector(key)
    with pytest.raises(TypeError, match="expected a key, got list"):
        letters.get_vector(["king"])
    with pytest.raises(TypeError, match="expected a key, got list"):
        letters[["king", ["man"]]]


CALLS_FOR_A_LIST = {
    "n_similarity first": lambda kv, given: kv.n_similarity(given, ["king"]),
    "n_similarity second": lambda kv, given: kv.n_similarity(["king"], given),
    "doesnt_match": lambda kv, given: kv.doesnt_match(given),
    "rank_by_centrality": lambda kv, given: kv.rank_by_centrality(given),
    "most_similar_to_given": lambda kv, given: kv.most_similar_to_given("king", given),
    "get_mean_vector": lambda kv, given: kv.get_mean_vector(given),
    "distances": lambda kv, given: kv.distances("king", given),
    "vectors_for_all": lambda kv, given: kv.vectors_for_all(given),
    "most_similar_batch": lambda kv, given: kv.most_similar_batch(given),
    "most_similar_batch negative": lambda kv, given: kv.most_similar_batch(["king"] * len(given), given),
    "wmdistance first": lambda kv, given: kv.wmdistance(given, ["king"]),
    "wmdistance second": lambda kv, given: kv.wmdistance(["king"], given),
    "align": lambda kv, given: align(kv, kv, given),
    "plot.similarity": lambda kv, given: kv.plot.similarity(given),
    "plot.zipf": lambda kv, given: kv.plot.zipf(given),
    "plot groups": lambda kv, given: kv.plot({"people": given}),
    "plot pairs": lambda kv, given: kv.plot(pairs=[given]),
    "plot.movement": lambda kv, given: plot.movement(kv, kv, given),
}


@pytest.mark.parametrize("call", CALLS_FOR_A_LIST.values(), ids=CALLS_FOR_A_LIST)
def test_text_is_no_list_of_its_letters(call, letters):
    pytest.importorskip("matplotlib", reason="matplotlib is not installed")
    letters.expandos["count"] = np.arange(len(letters), 0, -1)
    for text in ("king queen", "king", "k"):
        with pytest.raises(TypeError, match=f"expected a list of keys, got the text '{text}': split it"):
            call(letters, text)
    with pytest.raises(TypeError, match="expected a list, got bytes"):
        call(letters, b"king")
    with pytest.raises(TypeError, match="expected a list"):
        call(letters, letters["king"])  # a vector, whose numbers would be keys that are missing


def test_text_is_no_list_of_names(letters):
    with pytest.raises(TypeError, match="attrs: expected a list of names, got the text 'count'"):
        letters.allocate_vecattrs("count", [int] * 5)
    with pytest.raises(TypeError, match="words: expected a list of keys, got the text 'abc'"):
        KeyedVectors.from_pieces("abc", np.ones((3, 2), np.float32), {})


def test_pairs_with_weights_and_vectors_of_two_numbers():
    kv = KeyedVectors(2)
    kv.add_vectors(["a", ("a", 2), 0.5], [[1, 0], [0, 1], [1, 1]])
    assert weighted_items(kv, ["a", ("a", 3), ["a", -1]], 1.0) == (["a", "a", "a"], [1.0, 3.0, -1.0])
    assert weighted_items(kv, [("a", 2)], 1.0) == ([("a", 2)], [1.0])  # a key before it is a key and its weight
    assert weighted_items(kv, [(0.5, 2)], 1.0) == ([0.5], [2.0])
    assert weighted_items(kv, [(0.25, 2)], 1.0) == ([(0.25, 2)], [1.0])  # a vector
    vector = np.array([1.0, 0.0])
    assert weighted_items(kv, vector, -1.0)[1] == [-1.0]
    assert weighted_items(kv, None, 1.0) == ([], [])


def test_counts_of_answers(letters):
    ask = [
        letters.most_similar,
        letters.most_similar_cosmul,
        letters.similar_by_key,
        letters.similar_by_word,
        lambda key, **options: letters.similar_by_vector(letters[key], **options),
        lambda key, **options: letters.most_similar_batch([key], **options),
    ]
    for call in ask:
        with pytest.raises(ValueError, match="topn: expected 0 or more, or None for all, got -1"):
            call("king", topn=-1)
        with pytest.raises(ValueError, match="restrict_vocab: expected how many of the first keys to ask, got -5"):
            call("king", restrict_vocab=-5)
        with pytest.raises(TypeError):
            call("king", topn="3")
    for topn in (0, -1, None):
        with pytest.raises(ValueError, match="topn: expected"):
            letters.relative_cosine_similarity("king", "queen", topn=topn)


def test_empty_lists(letters):
    with pytest.raises(ValueError, match="keys_list: expected at least one key, got none"):
        letters.most_similar_to_given("king", [])
    assert len(letters.vectors_for_all([])) == 0
    assert FastTextVectors(3).index_to_key == []
    assert "any" not in FastTextVectors(3)
