"""Files of GloVe and fastText: made here by hand, and by fastText itself where it is."""

import json
from pathlib import Path

import numpy as np
import pytest
from fasttext_files import fasttext_bin
from peers import peer

from w2v import FormatError, KeyedVectors
from w2v.base.files import open_to_write
from w2v.formats import detect
from w2v.subwordvectors import FastTextVectors

WORDS = ["the", "naïve", "日本", "a"]
VECTORS = np.arange(12, dtype=np.float32).reshape(4, 3) / 7


# ---- GloVe ----


def test_glove_words_with_blanks(tmp_path):
    path = tmp_path / "glove.txt"
    path.write_text("the 1 2\n. . . 0.5 -1\nat name@domain.com 3 4\n1 2- 5 6\n")
    kv = KeyedVectors.load_glove(path)
    assert kv.index_to_key == ["the", ". . .", "at name@domain.com", "1 2-"]
    assert kv.vectors.tolist() == [[1, 2], [0.5, -1], [3, 4], [5, 6]]
    assert KeyedVectors.load_glove(path, limit=2).index_to_key == ["the", ". . ."]
    assert detect.detect_format(path) == "glove"
    assert KeyedVectors.load(path).index_to_key == kv.index_to_key
    path.write_text("the 1 2\na 1\n")
    with pytest.raises(FormatError, match=r"glove.txt: line 2: expected a word and 2 values, got 1 values"):
        KeyedVectors.load_glove(path)


@pytest.mark.parametrize("extension", ["", ".gz"])
def test_glove_round_trip(tmp_path, extension):
    path = tmp_path / f"glove.txt{extension}"
    kv = KeyedVectors.from_pieces(WORDS, VECTORS, {})
    kv.save_glove(path)
    loaded = KeyedVectors.load_glove(path)
    assert loaded.index_to_key == WORDS
    np.testing.assert_array_equal(loaded.vectors, VECTORS)


def test_glove_with_header(tmp_path):
    path = tmp_path / "glove.txt"
    path.write_text("2 2\na b 1 2\nc 3 4\n")
    assert KeyedVectors.load_glove(path).index_to_key == ["a b", "c"]


# ---- fastText ----

BUCKETS, SHORTEST, LONGEST = 13, 3, 4


def model(words=WORDS, vectors=VECTORS, kept=None, **changes):
    """The bytes of a fastText model whose n-gram rows are 100, 101, ..."""
    rows = BUCKETS if kept is None else len(kept)
    ngrams = np.repeat(np.arange(100, 100 + rows, dtype=np.float32), vectors.shape[1]).reshape(rows, -1)
    return fasttext_bin(words, vectors, ngrams, SHORTEST, LONGEST, kept, buckets=BUCKETS, **changes)


def buckets_of(word):
    """fastText's n-grams as buckets, from the definition: FNV-1a over signed bytes of every n-gram of <word>."""
    text, found = f"<{word}>", []
    for start in range(len(text)):
        for length in range(SHORTEST, LONGEST + 1):
            gram = text[start : start + length]
            if len(gram) == length:
                value = 2166136261
                for byte in gram.encode():
                    value = (value ^ (byte if byte < 128 else byte | 0xFFFFFF00)) * 16777619 % 2**32
                found.append(value % BUCKETS)
    return found


@pytest.mark.parametrize("name", ["model.bin", "model.bin.gz"])
def test_fasttext_by_definition(tmp_path, name):
    path = tmp_path / name
    with open_to_write(path) as file:
        file.write(model())
    kv = KeyedVectors.load(path)
    assert isinstance(kv, FastTextVectors)
    assert kv.index_to_key == WORDS
    assert kv.expandos["count"].tolist() == [10, 9, 8, 7]
    for row, word in enumerate(WORDS):
        parts = [VECTORS[row], *(np.full(3, 100 + bucket) for bucket in buckets_of(word))]
        np.testing.assert_allclose(kv[word], np.mean(parts, axis=0), rtol=1e-6)
    np.testing.assert_allclose(kv["ünknown"], np.full(3, 100 + np.mean(buckets_of("ünknown"))), rtol=1e-6)
    assert kv[["the", "ünknown"]].shape == (2, 3)
    assert kv.get_vector("ünknown", norm=True) @ kv.get_vector("ünknown", norm=True) == pytest.approx(1)
    assert "ünknown" in kv
    assert len(kv.most_similar("ünknown")) == 4
    assert len(kv.most_similar(positive=["the", "ünknown"], negative=[("naïver", 0.5)], topn=2)) == 2
    assert kv["</s>"].tolist() == [0, 0, 0]
    limited = KeyedVectors.load_fasttext(path, limit=2)
    assert limited.index_to_key == WORDS[:2]
    np.testing.assert_array_equal(limited["日本"], KeyedVectors.load(path).subwords.vectors(["日本"], known=False)[0])


def test_pruned_fasttext_model(tmp_path):
    path = tmp_path / "model.bin"
    buckets = buckets_of("the")
    path.write_bytes(model(kept={buckets[0]: 1, buckets[1]: 0}))
    rows = {buckets[0]: 101, buckets[1]: 100}
    parts = [VECTORS[0], *(np.full(3, rows[bucket]) for bucket in buckets if bucket in rows)]
    np.testing.assert_allclose(KeyedVectors.load(path)["the"], np.mean(parts, axis=0), rtol=1e-6)
    path.write_bytes(fasttext_bin(WORDS, VECTORS, np.ones((1, VECTORS.shape[1])), 0, 0, {0: 0}, buckets=BUCKETS))
    assert KeyedVectors.load(path).vectors.shape == VECTORS.shape  # n-grams of no length: there are none
    path.write_bytes(model(kept={buckets[0]: 1}))
    with pytest.raises(FormatError, match="n-grams: expected 13 buckets and 1 rows"):
        KeyedVectors.load(path)


@pytest.mark.parametrize(
    "changes, message",
    [
        ({"version": 13}, "start: expected a fastText model of version 11 or 12"),
        ({"sizes": (9, 4, 5)}, "ends early|words and then labels|expected"),
        ({"sizes": (2**31 - 1, 2**31 - 1, 0)}, "dictionary: expected words and labels, at most"),
        ({"sizes": (-1, -1, 0)}, "dictionary: expected"),
        ({"quantised": 1}, "not supported"),
    ],
)
def test_fasttext_files_that_make_no_sense(tmp_path, changes, message):
    path = tmp_path / "model.bin"
    path.write_bytes(model(**changes))
    with pytest.raises(FormatError, match=message) as caught:
        KeyedVectors.load(path)
    assert str(path) in str(caught.value)


def test_truncated_fasttext_files(tmp_path):
    path, data = tmp_path / "model.bin", model()
    for length in range(4, len(data)):
        path.write_bytes(data[:length])
        with pytest.raises(FormatError, match=r"model\.bin: byte"):
            KeyedVectors.load(path)
    path.write_bytes(data + b"x")
    with pytest.raises(FormatError, match="nothing after the output rows"):
        KeyedVectors.load(path)


@pytest.mark.parametrize("mmap", [None, "r", "c"])
def test_a_file_is_mapped_only_when_that_is_asked_for(tmp_path, mmap):
    path = tmp_path / "model.bin"
    path.write_bytes(model())
    kv = KeyedVectors.load(path, mmap=mmap)
    assert (str(path) in Path("/proc/self/maps").read_text()) == (mmap is not None)
    whole = KeyedVectors.load(path)
    np.testing.assert_array_equal(kv.vectors, whole.vectors)
    np.testing.assert_array_equal(kv["ünknown"], whole["ünknown"])
    assert kv["the"].flags.writeable is False
    assert kv.vectors.flags.writeable


def test_words_and_numbers_across_blocks(tmp_path, monkeypatch):
    """Whatever is read at once, and wherever that cuts words and numbers, the model is the same."""
    path = tmp_path / "model.bin"
    path.write_bytes(model())
    whole = KeyedVectors.load(path)
    for block in range(1, 40):
        monkeypatch.setattr("w2v.formats.fasttext_bin._BLOCK", block)
        monkeypatch.setattr("w2v.formats.fasttext_bin._PIECE", block)
        for limit in (None, 2):
            found = KeyedVectors.load(path, limit=limit)
            assert found.index_to_key == WORDS[:limit]
            np.testing.assert_array_equal(found.vectors, whole.vectors[:limit])
            np.testing.assert_array_equal(found["ünknown"], whole["ünknown"])


def test_counts_below_zero(tmp_path):
    path = tmp_path / "model.bin"
    path.write_bytes(model().replace((10).to_bytes(8, "little"), (-1).to_bytes(8, "little", signed=True), 1))
    with pytest.raises(FormatError, match="dictionary: expected words and then labels, with counts"):
        KeyedVectors.load(path)


def test_fasttext_vec(tmp_path):
    path = tmp_path / "wiki.vec"
    path.write_text("2 2\nthe 0.1 0.2 \na 1 2 \n")  # fastText ends lines with a blank
    assert KeyedVectors.load_fasttext(path).index_to_key == ["the", "a"]
    path.write_text("the 0.1 0.2\na 1 2\n")
    with pytest.raises(FormatError, match="expected fastText's"):
        KeyedVectors.load_fasttext(path)


TRAIN = """
import sys, json, fasttext
folder, options = sys.argv[1], json.loads(sys.argv[2])
with open(folder + "/text", "w") as file:
    file.write("naïve cats and 日本語 dogs met other naïve dogs in 日本\\n" * 50)
fasttext.train_unsupervised(folder + "/text", dim=8, epoch=1, thread=1, verbose=0, **options).save_model(folder + "/m")
model = fasttext.load_model(folder + "/m")
words = model.get_words() + ["unknown", "日", "dogsdogs", "ä", "</s>"]
rows = model.get_input_matrix()
mean = [rows[model.get_subwords(word)[1]].mean(0).tolist() for word in words]
print(json.dumps([words, mean, [model.get_word_vector(word).tolist() for word in words]]))
"""


@pytest.mark.parametrize("options", [{"bucket": 300}, {"minn": 1, "maxn": 2, "bucket": 50, "model": "cbow"}])
def test_vectors_are_those_of_fasttext(tmp_path, options):
    words, means, theirs = json.loads(peer("fasttext", TRAIN, tmp_path, json.dumps({"minCount": 1, **options})))
    kv = KeyedVectors.load_fasttext(tmp_path / "m")
    keep = [i for i, word in enumerate(words) if np.isfinite(means[i]).all()]  # a word without n-grams has no mean
    ours = np.array([kv[words[i]] for i in keep])
    np.testing.assert_allclose(ours, np.array(means)[keep], atol=1e-6)
    # Facebook's fastText gives these means; fasttext-community 0.11 gives them at length 1.
    unit = np.array([kv.get_vector(words[i], norm=True) for i in keep])
    theirs = np.array(theirs)[keep]
    assert min(abs(theirs - ours).max(), abs(theirs - unit).max()) < 1e-6
