"""Columns of tables: JSON lines, Parquet, Arrow, pandas, polars, Hugging Face's datasets."""

import gzip
import json
import sys

import numpy as np
import pytest
from sentences import SENTENCES, vectors

from w2v import JsonLines, ParquetColumn
from w2v.errors import FormatError

TEXTS = list(map(" ".join, SENTENCES))


@pytest.fixture(scope="module")
def expected():
    return vectors(SENTENCES)


def same(expected, tokens, texts):
    """Check a column of lists of tokens, and one of texts."""
    assert np.array_equal(vectors(tokens), expected)
    assert np.array_equal(vectors(texts, tokenizer=str.split), expected)


def refused(table, message):
    with pytest.raises(TypeError, match=message):
        vectors(table)


def test_columns_of_arrow(tmp_path, expected):
    arrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    column, texts = arrow.chunked_array([SENTENCES[:700], SENTENCES[700:]]), arrow.array(TEXTS)
    same(expected, column, texts)
    for kind in (arrow.large_list(arrow.large_string()), arrow.list_(arrow.string(), 12)):
        assert np.array_equal(vectors(arrow.array(SENTENCES, type=kind)), expected)
    table = arrow.table({"tokens": column, "text": texts})
    refused(
        table, r'expected an iterable of sentences, got Table of tokens, text: give one column, as table\["tokens"\]'
    )
    parquet.write_table(table, tmp_path / "one.parquet")
    for name in ("tokens", "text"):
        assert np.array_equal(vectors(ParquetColumn(tmp_path, name)), expected)
    with pytest.raises(FormatError, match="expected the column 'nothing', got tokens, text"):
        list(ParquetColumn(tmp_path, "nothing"))
    parquet.write_table(arrow.table({"tokens": [["a"], None]}), tmp_path / "two.parquet")
    with pytest.raises(FormatError, match=r"two.parquet: row 2: tokens: expected a list of tokens.* got NoneType"):
        list(ParquetColumn(tmp_path / "two.parquet", "tokens"))


def test_columns_of_pandas(expected):
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"tokens": SENTENCES, "text": TEXTS})
    same(expected, frame["tokens"], frame["text"])
    same(expected, frame["tokens"].to_numpy(), frame.text.to_numpy())
    refused(frame, "expected an iterable of sentences, got DataFrame of tokens, text")
    frame.loc[3, "tokens"] = None
    refused(frame["tokens"], "sentence 3: expected a sequence of tokens, got NoneType")


def test_columns_of_polars(expected):
    polars = pytest.importorskip("polars")
    frame = polars.DataFrame({"tokens": SENTENCES, "text": TEXTS})
    same(expected, frame["tokens"], frame["text"])
    refused(frame, "expected an iterable of sentences, got DataFrame of tokens, text")


def test_columns_of_datasets(expected):
    datasets = pytest.importorskip("datasets")
    dataset = datasets.Dataset.from_dict({"tokens": SENTENCES, "text": TEXTS})
    for format_ in (None, "numpy", "arrow", "pandas"):
        column = dataset.with_format(format_)["tokens"]
        assert np.array_equal(vectors(column), expected)
    same(expected, dataset["tokens"], dataset["text"])
    turned = dataset.select(range(len(TEXTS))[::-1])
    same(vectors(SENTENCES[::-1]), turned["tokens"], turned["text"])
    refused(dataset, "expected an iterable of sentences, got Dataset of tokens, text")
    refused(datasets.DatasetDict(train=dataset), "expected an iterable of sentences, got DatasetDict of train")


def test_streams_of_datasets(expected):
    datasets = pytest.importorskip("datasets")
    stream = datasets.IterableDataset.from_generator(lambda: ({"tokens": tokens} for tokens in SENTENCES))
    for cache in ("auto", False):
        assert np.array_equal(vectors(lambda: (row["tokens"] for row in stream), cache=cache), expected)
    refused(stream, "expected an iterable of sentences, got IterableDataset of")
    refused(lambda: stream, "expected a function that returns an iterable of sentences, got IterableDataset")
    refused(lambda: iter(stream), "sentence 0: expected a sequence of tokens, got dict.*: tokens")


def test_parquet_needs_pyarrow(monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    with pytest.raises(ImportError, match=r"w2v\[arrow\]"):
        ParquetColumn("x", "y")


def test_json_lines(tmp_path, expected):
    path = tmp_path / "texts.jsonl.gz"
    path.write_bytes(gzip.compress("\n".join(json.dumps({"t": sentence}) for sentence in SENTENCES).encode()))
    assert np.array_equal(vectors(JsonLines(path, "t")), expected)
    other = tmp_path / "other.jsonl"
    other.write_text('\n{"t": "a-b"}\n\n{"t": ["c"]}\n \n')
    assert list(JsonLines(other, "t", lambda text: text.split("-"))) == [["a", "b"], ["c"]]
    for line, message in (
        ("{", "line 2: expected JSON"),
        ("[]", "line 2: expected an object with the field 't', got list"),
        ('{"u": 1, "v": 2}', "line 2: expected the field 't', got u, v"),
        ('{"t": 1}', "got int"),
    ):
        other.write_text('{"t": "a b"}\n' + line)
        with pytest.raises(FormatError, match=message):
            list(JsonLines(other, "t"))
