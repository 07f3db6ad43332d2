"""Keys that are no text: written and read again they are equal, and what could not be is refused."""

import datetime
import decimal
import enum
import fractions
import json
import uuid

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from w2v.base.keys import check_key, key_of_text, text_of_key

values = st.recursive(
    st.one_of(
        st.text(max_size=5),
        st.integers(-(2**70), 2**70),
        st.floats(allow_nan=False),
        st.booleans(),
        st.binary(max_size=5),
        st.complex_numbers(allow_nan=False),
        st.dates(),
        st.datetimes(timezones=st.none() | st.just(datetime.timezone.utc)),
        st.times(),
        st.timedeltas(),
        st.decimals(allow_nan=False),
        st.fractions(),
        st.uuids(),
    ),
    lambda parts: st.lists(parts, max_size=3).map(tuple) | st.frozensets(parts, max_size=3),
    max_leaves=6,
)


@given(values)
def test_a_key_comes_back_equal(key):
    again = key_of_text(text_of_key(key))
    assert again == key
    assert hash(again) == hash(key)


class Colour(enum.Enum):
    RED = 1


class Size(enum.IntEnum):
    LARGE = 3


@pytest.mark.parametrize(
    "key", [Size.LARGE, np.str_("a"), np.float32(0.1), np.int64(3), np.datetime64("2020-01-02"), (None, np.int8(1))]
)
def test_numbers_and_names_of_other_libraries_are_keys(key):
    assert key_of_text(text_of_key(key)) == key


@pytest.mark.parametrize(
    "key", [None, float("nan"), np.float32("nan"), np.datetime64("NaT", "s"), decimal.Decimal("nan")]
)
def test_missing_values_are_no_keys(key):
    with pytest.raises(TypeError, match="stands for a missing value"):
        check_key(key)


@pytest.mark.parametrize("key", [object(), Colour.RED, len, (1, (2, object())), (1, float("nan")), range(3)])
def test_what_cannot_be_saved_is_no_key(key):
    with pytest.raises(TypeError, match=r"cannot be (part of )?a word"):
        check_key(key)


def test_a_tuple_without_end_is_refused():
    key = ()
    for _ in range(1000):
        key = (key,)
    with pytest.raises(TypeError, match="tuple cannot be a word"):
        check_key(key)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        "[]",
        '["unknown", 1]',
        '["date", 5]',
        '["uuid", "x"]',
        '["tuple", 3]',
        "[" * 5000,
        '["fraction", "1/0"]',
    ],
)
def test_what_was_not_written_by_it_is_an_error(text):
    with pytest.raises(ValueError, match="expected a key as JSON"):
        key_of_text(text)


def test_the_text_is_what_a_file_holds():
    key = (datetime.date(2020, 1, 2), uuid.UUID(int=1), fractions.Fraction(1, 3))
    assert json.loads(text_of_key(key))[1][0] == ["date", "2020-01-02"]
