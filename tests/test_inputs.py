"""Everything a user may give: the same vectors whatever the form, where the ids are kept, and what is refused."""

import bz2
import gzip
import io
import json
import lzma
import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from w2v import Ids, JsonLines, LineSentence, ParquetColumn, VocabularyError, Word2Vec
from w2v._core import TokenBlock, TokenReader, TokenTable, pack_walks, tally_ids
from w2v.corpus import encode_file, encode_iterable, encode_rows
from w2v.errors import FormatError, MissingFileError
from w2v.inputs.storage import Storage
from w2v.inputs.stream import token_parts
from w2v.inputs.tokens import Keys

RANDOM = np.random.default_rng(1)
WALKS = RANDOM.integers(0, 40, (2000, 12))
SENTENCES = [[f"w{word}" for word in walk] for walk in WALKS.tolist()]
SMALL = {"vector_size": 8, "min_count": 1, "epochs": 2, "workers": 1, "sample": 0.01}


def vectors(sentences=None, **changes):
    return Word2Vec(sentences, **SMALL | changes).wv.vectors


class Sentences:
    """What users write: starts anew each time."""

    def __iter__(self):
        for sentence in SENTENCES:
            yield (word for word in sentence)


# ---- tokens ----

tokens = st.one_of(
    st.text(max_size=20),
    st.text("ab", max_size=2),
    st.binary(max_size=4),
    st.integers(-(2**70), 2**70),
    st.integers(-3, 3),
    st.floats(allow_nan=False),
    st.booleans(),
    st.none(),
    st.tuples(st.integers(0, 2), st.text("ab", max_size=1)),
)


@settings(deadline=None)
@given(st.lists(st.lists(tokens, max_size=10), max_size=20), st.integers(1, 3))
def test_any_tokens_are_counted_as_a_dict_counts(sentences, workers):
    vocab, corpus = encode_iterable(sentences, min_count=1, workers=workers)
    counts = Counter(token for sentence in sentences for token in sentence)
    assert dict(zip(vocab.words, vocab.counts.tolist(), strict=True)) == counts
    stored = [[vocab.words[number] for number in sentence] for sentence in corpus]
    assert stored == [sentence for sentence in sentences if sentence]
    again = encode_iterable(sentences, vocab=vocab, workers=workers)[1]
    assert again.ids.tolist() == corpus.ids.tolist()


def test_tokens_of_numpy_are_python_s():
    vocab = encode_iterable([np.array(["a", "b"]), [np.str_("a"), np.int64(3)], np.array([3, 4])], min_count=1)[0]
    assert {word: type(word) for word in vocab.words} == {"a": str, "b": str, 3: int, 4: int}


@settings(deadline=None)
@given(st.lists(st.lists(st.text("aé語😀\ud800\n", max_size=9), max_size=6), max_size=9), st.integers(1, 9))
def test_blocks_of_any_size(sentences, room):
    keys, table = Keys(), TokenTable()
    reader, block, stream = TokenReader(sentences, keys.key_of), TokenBlock(room, room), []
    while reader.read(block):
        ids = np.empty(block.n_items, np.int32)
        table.count_tokens(block, ids)
        stream += ids.tolist()
    words = keys.spell(table, np.arange(len(table), dtype=np.int32), reader)
    read = [None if number < 0 else words[number] for number in stream]
    assert read == [token for sentence in sentences for token in (*sentence, None)]


def test_a_list_that_shrinks_while_it_is_read():
    class Shrinking:
        def __hash__(self):
            sentence.clear()
            return 1

    sentence = ["a", Shrinking(), "b"]
    assert encode_iterable([sentence], min_count=1)[1].n_words == 2


def test_seams_check_their_arguments():
    block = TokenBlock(9, 9)
    assert TokenReader([["a", "b"]], None).read(block)
    with pytest.raises(ValueError, match="ids: expected room for 3, got 2"):
        TokenTable().count_tokens(block, np.empty(2, np.int32))
    with pytest.raises(ValueError, match="expected room for 6 ids and 3 offsets, got 5, 3"):
        pack_walks(np.zeros((2, 3), np.int32), np.empty(5, np.int32), np.empty(3, np.int64))
    assert tally_ids(np.array([0, 2, 1], np.int32), counts := np.zeros(2, np.int64)) == 1
    assert counts.tolist() == [1, 0]


def test_what_is_no_sentence_is_told_with_its_number():
    with pytest.raises(TypeError, match=r"sentence 1: expected a sequence of tokens, got int"):
        encode_iterable([["a"], 5])
    with pytest.raises(TypeError, match=r"sentence 1: expected hashable tokens: unhashable type: 'list'"):
        encode_iterable([["a"], [["b"]]])


# ---- forms ----

FORMS = {
    "tuple of tuples": tuple(map(tuple, SENTENCES)),
    "class": Sentences(),
    "iterator": iter(SENTENCES),
    "map": map(list, SENTENCES),
    "callable": lambda: iter(SENTENCES),
    "arrays of str": [np.array(sentence) for sentence in SENTENCES],
    "one array of str": np.array(SENTENCES),
    "keys of a dict": dict.fromkeys(map(tuple, SENTENCES[:0])) or SENTENCES,
}


@pytest.mark.parametrize("form", FORMS)
def test_every_form_gives_the_same_vectors(form):
    assert np.array_equal(vectors(FORMS[form]), vectors(SENTENCES))


def test_tokenizers():
    texts = list(map(" ".join, SENTENCES))
    expected = vectors(SENTENCES)
    assert np.array_equal(vectors(texts, tokenizer=str.split), expected)
    assert np.array_equal(vectors(lambda: (text for text in texts), tokenizer=str.split), expected)
    with pytest.raises(TypeError, match="tokenizer: expected sentences, not corpus_file"):
        Word2Vec(corpus_file="text", tokenizer=str.split)


def test_columns_of_arrow(tmp_path):
    arrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    expected = vectors(SENTENCES)
    column = arrow.chunked_array([SENTENCES[:700], SENTENCES[700:]])
    assert np.array_equal(vectors(column), expected)
    texts = arrow.array(list(map(" ".join, SENTENCES)))
    assert np.array_equal(vectors(texts, tokenizer=str.split), expected)
    parquet.write_table(arrow.table({"tokens": column, "text": texts}), tmp_path / "one.parquet")
    for name in ("tokens", "text"):
        assert np.array_equal(vectors(ParquetColumn(tmp_path, name)), expected)
    with pytest.raises(FormatError, match="expected the column 'nothing', got tokens, text"):
        list(ParquetColumn(tmp_path, "nothing"))


def test_parquet_needs_pyarrow(monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    with pytest.raises(ImportError, match=r"w2v\[arrow\]"):
        ParquetColumn("x", "y")


def test_json_lines(tmp_path):
    path = tmp_path / "texts.jsonl.gz"
    path.write_bytes(gzip.compress("\n".join(json.dumps({"t": sentence}) for sentence in SENTENCES).encode()))
    assert np.array_equal(vectors(JsonLines(path, "t")), vectors(SENTENCES))
    other = tmp_path / "bad.jsonl"
    for line, message in (
        ("{", "line 2: expected JSON"),
        ("[]", "line 2: expected an object with the field 't', got list"),
        ('{"u": 1, "v": 2}', "line 2: expected the field 't', got u, v"),
        ('{"t": 1}', "got int"),
    ):
        other.write_text('{"t": "a b"}\n' + line)
        with pytest.raises(FormatError, match=message):
            list(JsonLines(other, "t"))


# ---- ids ----


def test_walks_are_rows_of_the_vectors():
    model = Word2Vec(WALKS, **SMALL)
    assert model.wv.index_to_key == list(range(40))
    assert np.array_equal(model.wv[7], model.wv.vectors[7])
    assert model.wv.get_vecattr(7, "count") == (WALKS == 7).sum()
    assert model.train(WALKS[:10], epochs=1)[1] == 120
    flat = Ids(WALKS.reshape(-1), np.arange(0, WALKS.size + 1, 12))
    for same in (WALKS.astype(np.uint8), np.asfortranarray(WALKS), flat, iter(np.array_split(WALKS, 3))):
        assert np.array_equal(vectors(same), vectors(WALKS))


def test_ids_are_not_copied():
    walks = WALKS.astype(np.int32)
    assert np.shares_memory(encode_rows(walks)[1].ids, walks)
    flat = walks.reshape(-1)
    assert np.shares_memory(Ids(flat, np.array([5, 9, 20])).ids, flat)


def test_padding_ends_a_walk():
    padded = WALKS.copy()
    lengths = RANDOM.integers(0, 13, len(WALKS))
    padded[np.arange(12) >= lengths[:, None]] = -1
    sentences = [walk[:length].tolist() for walk, length in zip(WALKS, lengths, strict=True)]
    assert [walk.tolist() for walk in Ids(padded)] == sentences
    corpus = encode_rows(padded)[1]
    assert [walk.tolist() for walk in corpus] == [sentence for sentence in sentences if sentence]
    assert (corpus.n_sentences, corpus.n_words) == (2000, lengths.sum())


def test_long_ids_are_stored_in_pieces():
    corpus = encode_rows(Ids(np.zeros(20_001, np.int32), np.array([0, 0, 20_001])))[1]
    assert corpus.offsets.tolist() == [0, 10_000, 20_000, 20_001]


@pytest.mark.parametrize(
    "arguments, error, message",
    [
        ((np.array([0, 1]),), TypeError, r"Ids\(ids, offsets\)"),
        ((np.array([[0.5]]),), TypeError, "expected an array of integers, got float64"),
        ((np.zeros((1, 1, 1), int),), ValueError, "got 3 dimensions"),
        ((np.array([[0, 1]]), np.array([0, 1])), ValueError, "got 2 dimensions and offsets"),
        ((np.array([[-2, 0]]),), ValueError, "ids: expected -1.*got -2"),
        ((np.array([[2**31 - 1]]),), ValueError, "ids: expected .*got 2147483647"),
        ((np.array([[0, 1], [-1, 3]]),), ValueError, "at the end of a row only, got 3 after it in row 1"),
        ((np.array([0, -1]), np.array([0, 2])), ValueError, r"ids: expected 0\..*got -1"),
        ((np.array([0, 1]), np.array([0, 3])), ValueError, "offsets: expected to rise within the 2 ids"),
        ((np.array([0, 1]), np.array([0, 2, 1])), ValueError, "offsets: expected to rise"),
        ((np.array([0, 1]), np.array([[0]])), ValueError, "offsets: expected one dimension"),
    ],
)
def test_ids_that_do_not_fit(arguments, error, message):
    with pytest.raises(error, match=message):
        Ids(*arguments)


def test_ids_and_models():
    with pytest.raises(TypeError, match=r"flat ids are given by Ids\(ids, offsets\)"):
        Word2Vec(np.arange(5))
    with pytest.raises(ValueError, match="trim_rule: expected None for ids"):
        Word2Vec(WALKS, trim_rule=lambda *_: 0)
    with pytest.raises(VocabularyError):
        Word2Vec(np.zeros((0, 3), int))
    model = Word2Vec(WALKS, **SMALL)
    before = model.wv.vectors.copy()
    for unknown in (np.array([[40, 1]]), iter([np.array([[40, 1]])])):
        with pytest.raises(ValueError, match=r"0\.\.39, got 40"):
            model.train(unknown, epochs=1)
    assert np.array_equal(model.wv.vectors, before)


# ---- where the ids are kept ----


@pytest.mark.parametrize("cache", ["memory", "disk", True, False, 0, 10_000])
@pytest.mark.parametrize("given", ["sentences", "file", "lines", "walks", "blocks"])
def test_where_ids_are_kept_changes_nothing(given, cache, tmp_path):
    path = tmp_path / "text"
    path.write_text("\n".join(map(" ".join, SENTENCES)))
    forms = {"sentences": {"sentences": SENTENCES}, "file": {"corpus_file": path}, "walks": {"sentences": WALKS}}
    forms["lines"] = {"sentences": LineSentence(path)}
    forms["blocks"] = {"sentences": lambda: iter(np.array_split(WALKS, 5))}
    expected = vectors(WALKS) if given in ("walks", "blocks") else vectors(SENTENCES)
    assert np.array_equal(vectors(**forms[given], cache=cache, cache_dir=tmp_path), expected)
    assert os.listdir(tmp_path) == ["text"]


def test_streams_with_all_settings():
    for settings_ in ({"sg": 1}, {"kernel": "pairwise"}, {"compute_loss": True}, {"sample": 0}):
        models = [Word2Vec(SENTENCES, cache=cache, **SMALL | settings_) for cache in (True, False)]
        assert np.array_equal(models[0].wv.vectors, models[1].wv.vectors)
        assert models[0].losses == models[1].losses
    model = Word2Vec(SENTENCES, cache=False, **SMALL | {"workers": 2, "min_count": 600})
    assert 0 < len(model.wv) < 40
    assert model.train(SENTENCES, epochs=1)[1] == model.train(epochs=1)[1] == WALKS.size


@settings(deadline=None)
@given(st.lists(st.lists(st.sampled_from("abc"), max_size=50), max_size=40))
def test_parts_are_what_is_kept(sentences):
    sentences.append(["a"] * 25_000)
    vocab, corpus = encode_iterable(sentences, vocab=encode_iterable([["a", "b"]], min_count=1)[0])
    import w2v.inputs.stream as stream

    items, stream._ITEMS = stream._ITEMS, 7000
    try:
        parts = list(token_parts(sentences, vocab.words))
    finally:
        stream._ITEMS = items
    assert np.concatenate([part.ids for part in parts]).tolist() == corpus.ids.tolist()
    assert [0, *(end for part in parts for end in part.offsets[1:].tolist())] == corpus.offsets.tolist()
    assert [part.first_sentence for part in parts] == np.cumsum([0, *(len(p.offsets) - 1 for p in parts[:-1])]).tolist()


def test_a_corpus_that_changes_from_pass_to_pass():
    passes = []

    def sentences():
        passes.append(len(passes))
        yield from ([f"w{len(passes)}", "always"] for _ in range(100))

    model = Word2Vec(sentences, cache=False, **SMALL | {"epochs": 3})
    assert passes == [0, 1, 2, 3]
    assert set(model.wv.index_to_key) == {"w1", "always"}


def test_errors_of_a_stream_come_back():
    model = Word2Vec(SENTENCES, cache=False, **SMALL | {"workers": 2})

    def broken():
        yield from SENTENCES
        if len(passes) > 1:
            raise RuntimeError("broken corpus")
        passes.append(1)

    passes = [1]
    before = threading.active_count()
    with pytest.raises(RuntimeError, match="broken corpus"):
        model.train(broken, epochs=2)
    assert threading.active_count() == before
    assert np.isfinite(model.wv.vectors).all()


def test_generators_are_read_once_if_a_cache_is_asked_for():
    for cache in (True, "memory", "disk", 10**6):
        assert np.array_equal(vectors((s for s in SENTENCES), cache=cache), vectors(SENTENCES))
    for cache in ("auto", False):
        with pytest.raises(TypeError, match=r"a generator can be read once only.*cache=True"):
            Word2Vec((s for s in SENTENCES), cache=cache, **SMALL)
    with pytest.raises(TypeError, match="of type map can be read once only"):
        Word2Vec(map(list, SENTENCES), cache=False, **SMALL)


def test_caches_that_are_none():
    for cache in ("nowhere", -1, 1.5, None):
        with pytest.raises(
            ValueError, match="cache: expected one of 'auto', 'memory', 'disk', True, False, or a number"
        ):
            Word2Vec(SENTENCES, cache=cache, **SMALL)
    with pytest.raises(OSError, match="see cache_dir="):
        Word2Vec(SENTENCES, cache="disk", cache_dir="/no/such/folder", **SMALL)


def test_storage_keeps_to_its_budget():
    storage = Storage(16 << 20)
    pieces = [storage.piece(10) for _ in range(2)]
    assert not storage.on_disk
    pieces.append(storage.piece(10))
    assert storage.on_disk
    assert [len(piece) >= 10 for piece in pieces] == [True] * 3


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs SIGKILL")
def test_a_crash_leaves_nothing_on_the_disk(tmp_path):
    program = (
        "import sys, time; from w2v.inputs.storage import Storage; a = Storage('disk', sys.argv[1]).piece(9);"
        "print(1, flush=True); time.sleep(60)"
    )
    command = [sys.executable, "-c", program, tmp_path]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout.readline() == b"1\n"
        process.kill()
    assert os.listdir(tmp_path) == []


# ---- files ----


def test_many_files_are_one_corpus(tmp_path):
    names = ["0.txt", "1.gz", "2.bz2", "3.xz"]
    openers = [open, gzip.open, bz2.open, lzma.open]
    for number, (name, opener) in enumerate(zip(names, openers, strict=True)):
        with opener(tmp_path / name, "wb") as file:
            file.write("\n".join(map(" ".join, SENTENCES[500 * number : 500 * number + 500])).encode())
    (tmp_path / ".hidden").write_text("no")
    (tmp_path / "folder").mkdir()
    expected = vectors(SENTENCES)
    for paths in (tmp_path, str(tmp_path / "[0-3].*"), [tmp_path / name for name in names]):
        for cache in (True, False):
            assert np.array_equal(vectors(corpus_file=paths, cache=cache), expected)
    model = Word2Vec(corpus_file=tmp_path, **SMALL)
    known = model._corpus
    assert model._source(None, str(tmp_path / "[0-3].*")).is_of(known)
    (tmp_path / "4.txt").write_text("more")
    assert not model._source(None, tmp_path).is_of(known)


@pytest.mark.parametrize("cache", ["auto", False])
def test_paths_from_an_iterator(cache, tmp_path):
    for number in range(2):
        (tmp_path / f"{number}.txt").write_text("\n".join(map(" ".join, SENTENCES[1000 * number :][:1000])))
    paths = iter(sorted(tmp_path.glob("*.txt")))
    assert np.array_equal(vectors(corpus_file=paths, cache=cache), vectors(SENTENCES))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_pipes_are_opened_once(tmp_path):
    pipe, text = tmp_path / "pipe", "\n".join(map(" ".join, SENTENCES)).encode()
    os.mkfifo(pipe)
    for source in ({"corpus_file": pipe}, {"sentences": LineSentence(pipe), "tokenizer": list}):
        writer = threading.Thread(target=pipe.write_bytes, args=(text,), daemon=True)
        writer.start()
        assert np.array_equal(vectors(**source), vectors(SENTENCES))
        writer.join(10)
        with pytest.raises(TypeError, match=r"can be read once only.* cache=True"):
            vectors(**source, cache=False)
    with pytest.raises(ValueError, match="neither compressed files nor pipes"):
        vectors(corpus_file=pipe, kernel="mirror")


def test_zst(tmp_path):
    zstd = pytest.importorskip("compression.zstd" if sys.version_info >= (3, 14) else "backports.zstd")
    (tmp_path / "text.zst").write_bytes(zstd.compress(b"to be or not to be\n"))
    assert encode_file(tmp_path / "text.zst", min_count=2)[0].words == ["be", "to"]
    assert list(LineSentence(tmp_path / "text.zst")) == [["to", "be", "or", "not", "to", "be"]]


def test_damaged_compressed_files(tmp_path):
    whole = gzip.compress(b"to be " * 10**6)
    for name, data in (("cut", whole[:-20]), ("changed", whole[:2000] + b"x" * 9 + whole[2009:]), ("other", b"text")):
        path = tmp_path / f"{name}.gz"
        path.write_bytes(data)
        before = threading.active_count()
        with pytest.raises(FormatError, match=f"{name}.gz: expected a whole compressed file"):
            encode_file(path, workers=2)
        deadline = time.monotonic() + 5
        while threading.active_count() > before and time.monotonic() < deadline:
            time.sleep(0.01)
        assert threading.active_count() == before


def test_files_that_are_not_there(tmp_path):
    for nothing in (tmp_path / "missing", tmp_path / "missing.gz", tmp_path / "*.txt", tmp_path, []):
        with pytest.raises(MissingFileError):
            Word2Vec(corpus_file=nothing)


def test_standard_input(monkeypatch):
    program = "import w2v; print(w2v.Word2Vec(corpus_file='-', min_count=2, workers=1).wv.index_to_key)"
    done = subprocess.run(
        [sys.executable, "-c", program], input=b"to be or not to be\n" * 2, capture_output=True, timeout=60, check=True
    )
    assert done.stdout == b"['be', 'to', 'not', 'or']\n"
    assert io.BytesIO is not None


# ---- windows and weights ----


@pytest.mark.parametrize("sg", [0, 1])
def test_all_of_a_basket_is_its_window(sg):
    baskets = [sentence[: 2 + number % 10] for number, sentence in enumerate(SENTENCES)]
    expected = vectors(baskets, window=99, shrink_windows=False, sg=sg)
    model = Word2Vec(baskets, window="all", sg=sg, **SMALL)
    assert np.array_equal(model.wv.vectors, expected)
    for bad in ("ALL", 0, 1.5):
        with pytest.raises((TypeError, ValueError), match="window: expected"):
            Word2Vec(window=bad)


def test_window_sides():
    # After "a" comes "b", always: seen from one side only, "b" predicts nothing of "a".
    sentences = [["a", "b"]] * 300
    left, right = (Word2Vec(sentences, window_side=side, sg=1, **SMALL) for side in ("left", "right"))
    fresh = Word2Vec(**SMALL)
    fresh.build_vocab(sentences)
    moved = [{word for word in "ab" if not np.array_equal(model.wv[word], fresh.wv[word])} for model in (left, right)]
    assert moved == [{"a"}, {"b"}]
    with pytest.raises(ValueError, match="window_side: expected one of both, left, right, got 'up'"):
        Word2Vec(window_side="up")


def test_sentence_weights():
    weights = np.ones(len(SENTENCES))
    expected = vectors(SENTENCES)
    assert np.array_equal(vectors(SENTENCES, sentence_weights=weights), expected)
    weights[100:] = 0
    rest = SENTENCES[:100] + [["w0"]] * 1900  # a single word teaches nothing, but keeps the numbers of all others
    model = Word2Vec(**SMALL | {"sample": 0})
    model.build_vocab(SENTENCES)
    start = model.wv.vectors.copy()
    model.train(SENTENCES, sentence_weights=weights)
    assert not np.array_equal(model.wv.vectors, start)
    learnt = model.wv.vectors.copy()
    model.init_weights()
    model.train(SENTENCES[:100], start_alpha=0.025, end_alpha=0.025 - (0.025 - 0.0001) / 20, epochs=1)
    assert len(rest) == len(SENTENCES)
    assert np.corrcoef(learnt.ravel() - start.ravel(), model.wv.vectors.ravel() - start.ravel())[0, 1] > 0.5


def test_weights_follow_their_sentences():
    sentences = [["a"] * 3, [], ["b"] * 10_001, ["c"], ["a"]]
    corpus = encode_iterable(sentences, min_count=2, weights=[1, 2, 3, 4, 5])[1]
    assert corpus.weights.tolist() == [1, 3, 3, 5]
    padded = np.array([[0, 1], [-1, -1], [1, -1]])
    assert encode_rows(padded, weights=[1, 2, 3])[1].weights.tolist() == [1, 3]
    for weights, message in (([1], "one for each of 5 sentences"), ([1, 2, 3, 4, -5], "of at least 0")):
        with pytest.raises(ValueError, match=message):
            encode_iterable(sentences, weights=weights)
    for refused in ({"corpus_file": "x"}, {"sentences": SENTENCES, "cache": False}):
        with pytest.raises(TypeError, match="sentence_weights: expected sentences"):
            Word2Vec(sentence_weights=[1], **refused)


def test_any_exponent_of_noise():
    for exponent in (-1.5, 0, 0.5, 3):
        assert np.isfinite(vectors(SENTENCES, ns_exponent=exponent)).all()
