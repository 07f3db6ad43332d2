"""Vectors of texts: the definition in numpy, whatever the texts come in, however many threads there are."""

import gzip
import itertools
import json
import logging

import numpy as np
import pytest

from w2v import JsonLines, KeyedVectors, ParquetColumn, Word2Vec, _core
from w2v.fasttext import FastTextVectors
from w2v.formats.saved import SavedVectors
from w2v.formats.subwords import Subwords
from w2v.inputs import finding
from w2v.reference.sentences import remove_components, sentence_means, sif_weights, usif_weights

WEIGHTINGS = ["mean", "sif", "usif"]
N, SIZE = 300, 17


def words_of(n):
    return [f"wörd{number}" for number in range(n)]


@pytest.fixture
def kv():
    random = np.random.default_rng(1)
    made = KeyedVectors(SIZE)
    counts = np.int64(10_000 / np.arange(1, N + 1))
    made.add_vectors(words_of(N), random.normal(size=(N, SIZE)).astype(np.float32), extras={"count": counts})
    return made


def some_texts(count, seed=2):
    """Lists of words, of which one in ten is unknown; some are empty."""
    random = np.random.default_rng(seed)
    names = [*words_of(N), *(f"unknown{number}" for number in range(N // 10))]
    return [[names[place] for place in random.integers(0, len(names), random.integers(0, 20))] for _ in range(count)]


def defined(kv, texts, weighting, components=None):
    """What the reference says."""
    chances = kv.expandos["count"] / kv.expandos["count"].sum()
    weights = {"mean": np.ones(len(kv)), "sif": sif_weights(chances), "usif": usif_weights(chances)}[weighting]
    ids = [[kv.key_to_index[word] for word in text if word in kv.key_to_index] for text in texts]
    means = sentence_means(kv.vectors.astype(float), weights, ids)
    number = {"mean": 0, "sif": 1, "usif": 5}[weighting] if components is None else components
    return remove_components(means, number, weighting == "usif")


@pytest.mark.parametrize("weighting", WEIGHTINGS)
@pytest.mark.parametrize("count", [10, 500])  # looked up in a dict, and in a table
def test_the_definition(kv, weighting, count):
    texts = some_texts(count)
    found = kv.sentence_vectors(texts, weighting)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, defined(kv, texts, weighting), atol=2e-6)


@pytest.mark.parametrize("count", [10, 500])
def test_texts_files_and_lists_are_the_same(kv, count, tmp_path):
    texts = some_texts(count)
    joined = [" ".join(text) for text in texts]
    lists = kv.sentence_vectors(texts)
    plain, packed = tmp_path / "texts", tmp_path / "texts.gz"
    plain.write_text("\n".join(joined) + "\n", encoding="utf-8")
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    assert np.array_equal(kv.sentence_vectors(joined), lists)
    assert np.array_equal(kv.sentence_vectors(text for text in joined), lists)
    assert np.array_equal(kv.sentence_vectors(corpus_file=plain), lists)
    assert np.array_equal(kv.sentence_vectors(corpus_file=[packed, plain]), np.vstack([lists, lists]))
    assert np.array_equal(kv.sentence_vectors(joined, tokenizer=str.split, progress=True), lists)
    assert np.array_equal(kv.sentence_vectors(np.array(joined)), lists)


def test_texts_with_line_ends_and_other_blanks_are_one_text(kv):
    texts = ["wörd1\nwörd2\u2003 wörd3\r\n", "", " \x1c", "wörd4"] * 200
    assert np.array_equal(kv.sentence_vectors(texts), kv.sentence_vectors([text.split() for text in texts]))


@pytest.mark.parametrize(
    "content, rows",
    [("", 0), ("\n", 1), ("wörd1", 1), ("wörd1\n", 1), ("\n\nwörd1\n\n", 4), ("wörd1\r\n\r\nwörd2", 3), ("  ", 1)],
)
def test_a_row_for_every_line(kv, content, rows, tmp_path):
    path, other = tmp_path / "texts", tmp_path / "more"
    path.write_bytes(content.encode())
    other.write_bytes(b"w\xc3\xb6rd5\n")
    found = kv.sentence_vectors(corpus_file=path)
    assert len(found) == rows
    expected = [line.split() for line in content.split("\n")][:rows]
    assert np.array_equal(found, kv.sentence_vectors(expected) if rows else found[:0])
    both = kv.sentence_vectors(corpus_file=[path, other, path])
    assert np.array_equal(both, np.vstack([found, kv[["wörd5"]], found]))


def test_a_text_that_is_longer_than_a_block(kv, tmp_path):
    words = [word for number in range(60_000) for word in (f"wörd{number % N}", "unknown", f"wörd{number % 7}")]
    texts = [["wörd1"], words, [], ["wörd2"]]
    (tmp_path / "texts").write_text("\n".join(map(" ".join, texts)) + "\n", encoding="utf-8")
    found = kv.sentence_vectors(texts)
    np.testing.assert_allclose(found, defined(kv, texts, "mean"), atol=2e-6)
    np.testing.assert_allclose(kv.sentence_vectors(corpus_file=tmp_path / "texts"), found, atol=2e-6)
    (tmp_path / "open").write_text("wörd1 " * 300_000, encoding="utf-8")
    open_ended = kv.sentence_vectors(corpus_file=[tmp_path / "open", tmp_path / "texts"])
    np.testing.assert_allclose(open_ended, np.vstack([kv[["wörd1"]], found]), atol=2e-6)


@pytest.mark.parametrize("weighting", WEIGHTINGS)
def test_any_number_of_workers_gives_the_same_bits(kv, weighting, monkeypatch):
    monkeypatch.setattr(finding, "_CHARACTERS", 1000)
    monkeypatch.setattr(finding, "_ITEMS", 100)
    texts = some_texts(2000)
    one = kv.sentence_vectors(texts, weighting, workers=1)
    assert np.array_equal(kv.sentence_vectors(texts, weighting, workers=4), one)
    np.testing.assert_allclose(one, defined(kv, texts, weighting), atol=2e-6)
    joined = kv.sentence_vectors([" ".join(text) for text in texts], weighting, workers=3)
    np.testing.assert_allclose(joined, one, atol=2e-6)


@pytest.mark.parametrize("dtype", ["float64", "float16", "int8"])
@pytest.mark.parametrize("pre_normalize", [False, True])
@pytest.mark.parametrize("count", [10, 500])
def test_every_type_of_numbers(kv, dtype, pre_normalize, count):
    kv.vectors[3] = 0
    narrow = kv.astype(dtype) if dtype != "float64" else KeyedVectors.from_pieces(kv.index_to_key, kv.vectors * 1.0, {})
    texts = some_texts(count)
    exact = KeyedVectors.from_pieces(kv.index_to_key, np.asarray(narrow, np.float32), {})
    expected = [exact.get_mean_vector(text, pre_normalize=pre_normalize) if text else np.zeros(SIZE) for text in texts]
    found = narrow.sentence_vectors(texts, pre_normalize=pre_normalize)
    np.testing.assert_allclose(found, expected, atol=1e-6)


def test_vectors_of_a_model(tmp_path):
    """Their rows are padded."""
    texts = [["to", "be", "or", "not", "to", "be"]] * 20
    model = Word2Vec(texts, vector_size=5, min_count=1, workers=1)
    np.testing.assert_allclose(
        model.wv.sentence_vectors(texts[:1])[0], model.wv.get_mean_vector(texts[0], pre_normalize=False), atol=1e-6
    )


def test_very_long_and_very_short_vectors_at_length_1():
    kv = KeyedVectors(2)
    kv.add_vectors(["long", "short", "zero"], np.array([[3e38, 0], [0, 3e-42], [0, 0]], np.float32))
    found = kv.sentence_vectors(["long short", "zero"], pre_normalize=True)
    np.testing.assert_allclose(found, [[0.5, 0.5], [0, 0]], rtol=1e-6)


def test_at_length_1(kv):
    found = kv.sentence_vectors(["wörd1 wörd2", "unknown"], post_normalize=True)
    np.testing.assert_allclose(np.linalg.norm(found, axis=1), [1, 0], atol=1e-6)


@pytest.fixture
def inferring():
    random = np.random.default_rng(1)
    own, ngrams = (random.normal(size=(rows, 6)).astype(np.float32) for rows in (N, 50))
    subwords, names = Subwords.of_parts(own, ngrams, 3, 5, 50), words_of(N)
    counts = {"count": np.arange(N, 0, -1) * 2}
    return FastTextVectors.from_subwords(SavedVectors(names, subwords.vectors(names), counts, subwords=subwords))


@pytest.mark.parametrize("change", [lambda kv: kv, lambda kv: kv.postprocess(top=1), lambda kv: kv.astype("int8")])
@pytest.mark.parametrize("pre_normalize", [False, True])
@pytest.mark.parametrize("count", [10, 500])
def test_unknown_words_by_their_ngrams(inferring, change, pre_normalize, count, tmp_path):
    kv, texts = change(inferring), some_texts(count)
    expected = [kv.get_mean_vector(text, pre_normalize=pre_normalize) if text else np.zeros(6) for text in texts]
    joined = [" ".join(text) for text in texts]
    (tmp_path / "texts").write_text("\n".join(joined) + "\n", encoding="utf-8")
    for given in ({"texts": texts}, {"texts": joined}, {"corpus_file": tmp_path / "texts"}):
        np.testing.assert_allclose(kv.sentence_vectors(**given, pre_normalize=pre_normalize), expected, atol=2e-6)


def test_unknown_words_are_the_rarest(inferring):
    inferring.vectors[:] = inferring["unknown1"]
    weighted = inferring.sentence_vectors([["unknown1"], ["wörd0"]], "sif", components=0)
    np.testing.assert_allclose(weighted[0], inferring["unknown1"], rtol=1e-5)
    assert np.linalg.norm(weighted[1]) < np.linalg.norm(weighted[0])


def test_a_word_that_is_no_utf8_is_told_where_it_would_be_inferred(inferring, kv, tmp_path):
    (tmp_path / "texts").write_bytes(b"w\xc3\xb6rd1\nw\xf6rd2\n")
    assert np.array_equal(kv.sentence_vectors(corpus_file=tmp_path / "texts")[1], np.zeros(SIZE))
    with pytest.raises(UnicodeDecodeError, match="line 2"):
        inferring.sentence_vectors(corpus_file=tmp_path / "texts")


def test_keys_of_other_kinds():
    kv = KeyedVectors(1)
    kv.add_vectors([1, (1, 2), b"x", "x", "", "two\nlines"], np.arange(1, 7).reshape(6, 1))
    texts = [[1, np.int64(1)], [(1, 2)], [b"x"], ["x"], ["", "y"], ["two\nlines"]]
    expected = [[1], [2], [3], [4], [5], [6]]
    assert kv.sentence_vectors(texts).tolist() == expected
    assert kv.sentence_vectors(texts * 20).tolist() == expected * 20
    assert kv.sentence_vectors(np.array([[1, 7], [7, 7]])).tolist() == [[1], [0]]


def test_columns(kv, tmp_path):
    texts = [" ".join(text) for text in some_texts(500)]
    expected = kv.sentence_vectors(texts)
    path = tmp_path / "texts.jsonl"
    path.write_text("".join(json.dumps({"text": text}) + "\n" for text in texts))
    assert np.array_equal(kv.sentence_vectors(JsonLines(path, "text")), expected)
    pandas, polars, arrow = (pytest.importorskip(name) for name in ("pandas", "polars", "pyarrow"))
    import pyarrow.parquet

    pyarrow.parquet.write_table(arrow.table({"text": texts}), tmp_path / "texts.parquet")
    for column in (
        pandas.Series(texts),
        polars.Series(texts),
        arrow.chunked_array([texts]),
        polars.Series([text.split() for text in texts]),
        ParquetColumn(tmp_path / "texts.parquet", "text"),
    ):
        assert np.array_equal(kv.sentence_vectors(column), expected)
    with pytest.raises(TypeError, match='give one column, as table\\["text"\\]'):
        kv.sentence_vectors(pandas.DataFrame({"text": texts}))


def test_components_of_other_texts(kv):
    texts, question = some_texts(500), some_texts(3, seed=5)
    for weighting in ("sif", "usif"):
        shared = kv.sentence_components(texts, weighting)
        whole = kv.sentence_vectors(texts, weighting)
        assert np.array_equal(kv.sentence_vectors(texts, weighting, components=shared), whole)
        left = kv.sentence_vectors(question, weighting, components=shared)
        plain = kv.sentence_vectors(question, weighting, components=0)
        np.testing.assert_allclose(left, plain - (plain @ shared.T) @ shared, atol=1e-6)
    assert kv.sentence_components(texts, "sif", 3).shape == (3, SIZE)
    np.testing.assert_allclose(kv.sentence_vectors(texts, components=2), defined(kv, texts, "mean", 2), atol=2e-6)


def test_more_components_than_there_are(kv):
    found = kv.sentence_vectors([["wörd1"], ["wörd2"]], "usif")
    assert np.isfinite(found).all()
    np.testing.assert_allclose(kv.sentence_vectors([["wörd1"]], "sif"), np.zeros((1, SIZE)), atol=1e-6)
    assert kv.sentence_vectors([], "sif").shape == (0, SIZE)


def test_directions_of_few_texts_are_told(kv, caplog):
    with caplog.at_level(logging.WARNING, "w2v"):
        kv.sentence_vectors(some_texts(500), "sif")
        assert not caplog.records
        kv.sentence_vectors([["wörd1"]], "sif")
    assert "directions taken away are those of 1 texts only" in caplog.text


def test_files_without_counts_take_zipfs_law(kv, tmp_path, caplog):
    kv.save_word2vec_format(tmp_path / "vectors.txt")
    loaded = KeyedVectors.load_word2vec_format(tmp_path / "vectors.txt")
    frequent, rare = np.linalg.norm(loaded.sentence_vectors([["wörd0"], ["wörd299"]], "sif", components=0), axis=1)
    assert frequent / np.linalg.norm(loaded["wörd0"]) < 0.02 < 0.4 < rare / np.linalg.norm(loaded["wörd299"])
    assert "Zipf" in caplog.text


def test_vectors_that_are_not_finite_do_not_spoil_the_others(kv):
    texts = [*some_texts(500), ["wörd1"]]
    texts = [[word for word in text if word != "wörd0"] for text in texts]
    expected = kv.sentence_vectors(texts, "sif")
    kv.vectors[0] = np.nan
    found = kv.sentence_vectors([*texts, ["wörd0"]], "sif")
    assert np.isnan(found[-1]).all()
    np.testing.assert_allclose(found[:-1], expected, atol=1e-6)


@pytest.mark.parametrize(
    "given, error, message",
    [
        ({}, TypeError, "either texts or corpus_file, got neither"),
        ({"texts": ["a"], "corpus_file": "a"}, TypeError, "got both"),
        ({"texts": "wörd1 wörd2"}, TypeError, "got str; a text file is given by corpus_file="),
        ({"texts": 3}, TypeError, "expected an iterable"),
        ({"texts": ["a", ["b"]]}, TypeError, "text 1: expected a str, as those before it, got list"),
        ({"texts": ["a"] * 500 + [None]}, TypeError, "text 500: expected a str, as those before it, got NoneType"),
        ({"texts": [["a"], "b"]}, TypeError, "sentence 1: expected a sequence of tokens"),
        ({"texts": [["a"]] * 500 + [3]}, TypeError, "sentence 500: expected a sequence of tokens, got int"),
        ({"texts": [["a"], [["b"]]]}, TypeError, "text 1: expected hashable tokens"),
        ({"texts": ["a"], "weighting": "tfidf"}, ValueError, "expected one of mean, sif, usif, got 'tfidf'"),
        ({"texts": ["a"], "weighting": "sif", "a": 0}, ValueError, "a above 0"),
        ({"texts": ["a"], "workers": 0}, ValueError, "workers: expected at least 1"),
        ({"texts": ["a"], "components": SIZE + 1}, ValueError, f"components: expected 0 to {SIZE}"),
        ({"texts": ["a"], "components": np.zeros((1, 3))}, ValueError, r"shape \(m, 17\), got shape \(1, 3\)"),
        ({"corpus_file": "a", "tokenizer": str.split}, TypeError, "tokenizer: expected texts, not corpus_file"),
        ({"corpus_file": "no such file"}, FileNotFoundError, "no such file"),
    ],
)
def test_refusals(kv, given, error, message):
    with pytest.raises(error, match=message):
        kv.sentence_vectors(**given)


def test_counts_are_needed(kv):
    bare = KeyedVectors.from_pieces(kv.index_to_key, kv.vectors, {})
    with pytest.raises(ValueError, match=r"weighting='sif': expected words with counts.*got none"):
        bare.sentence_vectors(["wörd1"], "sif")
    bare.expandos["count"] = np.zeros(N)
    with pytest.raises(ValueError, match="not all 0"):
        bare.sentence_vectors(["wörd1"], "usif")


@pytest.mark.parametrize("size", [1, 3, 16, 33])
def test_sums_of_rows(size):
    random = np.random.default_rng(1)
    known, more = (random.integers(-9, 9, (rows, 40)).astype(np.float32)[:, :size] for rows in (5, 2))
    factors = [np.arange(1, len(rows) + 1, dtype=np.float32) for rows in (known, more)]
    ids = np.array([0, 4, -2, 6, -1, -1, 5, 5], np.int32)
    sums, counts = np.full((3, size), 7, np.float32), np.full(3, 7)
    _core.sum_rows(ids, (known, factors[0]), (more, factors[1]), sums, counts)
    assert counts.tolist() == [3, 0, 2]
    expected = [known[0] + 5 * known[4] + 2 * more[1], np.zeros(size), 2 * more[0]]
    assert np.array_equal(sums, expected)
    parts = (known, factors[0]), (more, factors[1])
    for wrong in (np.array([7], np.int32), np.full(3, -1, np.int32)):
        with pytest.raises(ValueError, match="ids: expected rows and 2 ends"):
            _core.sum_rows(wrong, *parts, sums, counts)
    for rows, weights in itertools.product((known, np.zeros((5, size + 1), np.float32)), factors):
        if rows is not known or weights is not factors[0]:
            with pytest.raises(ValueError, match="known: expected rows"):
                _core.sum_rows(ids, (rows, weights), (more, factors[1]), sums, counts)
