"""The reader of pickles: those that mean harm, those that make no sense, and what the others hold."""

import collections
import os
import pickle

import numpy as np
import pytest
from pickled import pickled

from w2v import FormatError, FrozenPhrases, KeyedVectors, Phrases, Word2Vec
from w2v.formats.pickle_values import Record, items_of, mapping_of
from w2v.formats.pickles import read_pickle
from w2v.formats.starts import is_pickle

KIND = "gensim.models.keyedvectors.KeyedVectors"
STATE = {"index_to_key": ["a", "b"], "vectors": np.ones((2, 3), np.float32), "vector_size": 3}


class Evil:
    """What an attacker would pickle."""

    def __init__(self, call, *args):
        self.call, self.args = call, args

    def __reduce__(self):
        return self.call, self.args


@pytest.mark.parametrize("protocol", range(6))
@pytest.mark.parametrize("call", [os.system, eval, exec, getattr, __import__])
def test_nothing_is_run(tmp_path, call, protocol):
    path, mark = tmp_path / "kv", tmp_path / "mark"
    evil = Evil(call, f"touch {mark}" if call is os.system else f"open({str(mark)!r}, 'w')")
    path.write_bytes(pickle.dumps(evil, protocol))
    for load in (KeyedVectors.load, Word2Vec.load, Phrases.load, FrozenPhrases.load):
        with pytest.raises(FormatError, match=f"an object of {call.__module__}.{call.__name__}"):
            load(path)
    for name in ("index_to_key", "vectors"):
        path.write_bytes(pickled(KIND, {**STATE, name: evil}, protocol))
        with pytest.raises(FormatError, match=f"kv: {name}: .* got an object of {call.__module__}.{call.__name__}"):
            KeyedVectors.load(path)
    path.write_bytes(pickled(KIND, {**STATE, "comment": [evil, {evil: evil}], "expandos": {"x": evil}}, protocol))
    assert KeyedVectors.load(path).index_to_key == ["a", "b"]
    assert not mark.exists()


@pytest.mark.parametrize(
    "data, message",
    [
        (b"\x80\x04}", "ends early"),
        (b"\x80\x04\x8e" + b"\xff" * 7 + b"\x7f", "expected 9223372036854775807 bytes, got 0"),
        (b"\x80\x04B\xff\xff\xff\xffab.", "expected 4294967295 bytes, got 3"),
        (b"\x80\x04T\xff\xff\xff\xffab.", "expected 4294967295 bytes, got 3"),
        (b"\x80\x04\x8b\xff\xff\xff\x7fab.", "expected a number of at most 512 bytes, got 2147483647"),
        (b"\x80\x04\x8a\x09\x01.", "expected 9 bytes, got 2"),
        (b"I" + b"9" * 600 + b"\n.", "expected a line of at most 512 bytes"),
        (b"Ix\n.", "invalid literal"),
        (b"Fx\n.", "could not convert"),
        (b"S'abc\n.", "quotation marks"),
        (b"V\\ud\n.", "truncated"),
        (b"cos\nsystem", "expected a line"),
        (b"c" + b"o" * 300 + b"\nsystem\n.", "at most 256 bytes"),
        (b"X\x2c\x01\0\0" + b"o" * 300 + b"2\x93.", "at most 256 characters, got 300"),
        (b"\x80\x04j\x05\x00\x00\x00.", "what is not there"),
        (b"\x80\x04Nr\x05\x00\x00\x00h\x03.", "what is not there"),
        (b"g5\n.", "what is not there"),
        (b"g-1\n.", "what is not there"),
        (b"\x80\x04.", "what is not there"),
        (b"\x80\x04u.", "what is not there"),
        (b"\x80\x04o.", "what is not there"),
        (b"\x80\x04(o.", "not enough values"),
        (b"\x80\x04(K\x01o.", "expected a class, got 1"),
        (b"\x80\x04})\x81.", "expected a class, got dict"),
        (b"\x80\x04}y.", "expected an opcode of pickles, got b'y'"),
        (b"\x80\x05\x97.", "kept elsewhere"),
        (b"\x80\x04}]K\x01s.", "expected text, a number, bytes or a tuple of these, got list"),
        (b"\x80\x04}(K\x01u.", "as many keys as values"),
        (b"\x80\x04K\x01K\x02a.", "expected a list, got 1"),
        (b"\x80\x04K\x01}b.", "expected an object for a state, got 1"),
        (b"\x80\x04K\x01K\x02\x93.", "expected names of a module and in it, got 1 and 2"),
        (b"\x80\x04N.N.", "expected the end of the file after the pickle, got 2 more bytes"),
    ],
)
def test_pickles_that_make_no_sense(data, message):
    with pytest.raises(FormatError, match="a file: byte .*" + message):
        read_pickle(data, "a file")


def test_what_old_opcodes_make():
    text = b"(I01\nI00\nI5\nL-7L\nF2.5\nS'a\\n'\nVna\\u00efve\n(lp0\n(dp1\ng0\n2P12\n(iold\nClass\n(cold\nClass\no0t."
    *values, twice, again, gone, made = read_pickle(text, "a file")
    assert values == [True, False, 5, -7, 2.5, "a\n", "naïve", [], {}]
    assert list(map(type, values[:3])) == [bool, bool, int]
    assert twice is again
    assert (gone.name, made.name, made.args) == ("persistent object", "old.Class", ())


def test_new_objects_with_names_and_extensions():
    made = read_pickle(b"\x80\x04cold\nClass\nK\x05\x85}\x92}K\x01K\x02sb.", "a file")
    assert (made.name, made.args, made.state) == ("old.Class", (5,), {1: 2})
    assert read_pickle(b"\x80\x02\x82\x05.", "a file").name == "extension"


@pytest.mark.parametrize("protocol", range(6))
def test_containers_of_all_kinds(protocol):
    for value in ([1, "a"], (1, "a"), {1, 2}, frozenset("a"), collections.deque([1])):
        assert sorted(map(str, items_of(read_pickle(pickle.dumps(value, protocol), "")))) == sorted(map(str, value))
    for value in ({"a": 1}, collections.OrderedDict(a=1), collections.defaultdict(int, a=1), collections.Counter("a")):
        assert mapping_of(read_pickle(pickle.dumps(value, protocol), "")) == {"a": 1}
    assert mapping_of(Record("collections.OrderedDict", ([["a", 1]],))) == {"a": 1}  # as Python 2 pickled it
    assert items_of(Record("builtins.print")) is mapping_of(Record("builtins.print")) is items_of(5) is None


@pytest.mark.parametrize("protocol", range(6))
@pytest.mark.parametrize("dtype", ["<f4", ">f8", "<i8", "|b1", "|u1"])
def test_arrays_of_all_kinds(protocol, dtype):
    for shape, order in (((2, 300), "C"), ((2, 300), "F"), ((0, 3), "C"), ((), "C"), ((5,), "C")):
        array = np.asarray(np.arange(np.prod(shape)).reshape(shape), dtype, order=order)
        found = read_pickle(pickle.dumps(array, protocol), "a file")
        for made in (found.content(), found.view()):
            np.testing.assert_array_equal(made, array)
            assert (made.dtype, found.shape(), found.nbytes()) == (array.dtype, shape, array.nbytes)
        assert found.content().flags.writeable


def test_states_of_arrays_that_make_no_sense():
    good = read_pickle(pickle.dumps(np.ones((2, 3), np.float32), 4), "a file")
    version, shape, dtype, fortran, data = good.state
    assert good.content().shape == (2, 3)
    good.state = (shape, dtype, fortran, data)  # numpy's first
    assert good.content().shape == (2, 3)
    for state in (
        None, 5, (1,), (version, (-1,), dtype, fortran, data), (version, (2.0, 3), dtype, fortran, data),
        (version, (1,) * 65, dtype, fortran, data), (version, (0, 1 << 62), dtype, fortran, data),
        (version, (2, 4), dtype, fortran, data), (version, (1, 3), dtype, fortran, data),
        (version, shape, "f4", fortran, data), (version, shape, Record("numpy.dtype", ("V8",)), fortran, data),
        (version, shape, dtype, fortran, "日本" * 12), (version, shape, dtype, fortran, None),
    ):  # fmt: skip
        good.state = state
        with pytest.raises(ValueError, match=r"expected|ordinal"):
            good.content()


def test_files_that_are_pickles():
    for protocol in range(6):
        assert is_pickle(pickled(KIND, STATE, protocol)), protocol
    assert is_pickle(b"(iold\nClass\np0\n")
    for other in (
        b"",
        b"\x80",
        b"\x80\x01",
        b"\x80\x06",
        b"c 1 2\nd 3 4\n",
        b"cat 1 2\n",
        b"5 2\ncat 1 2\n",
        b"(i 1\n",
    ):
        assert not is_pickle(other)
