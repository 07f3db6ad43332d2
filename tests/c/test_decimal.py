"""Decimal text of float32: the shortest digits out, correctly rounded values in, against numpy and exact fractions."""

from decimal import Context, Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from w2v import _core
from w2v.formats.word2vec_text import _read_floats


def printed(values):
    """The text of each float32."""
    rows = np.asarray(values, dtype=np.float32).reshape(-1, 1)
    text = _core.write_rows(b"w" * len(rows), np.arange(1, len(rows) + 1), rows)
    return [line.split()[1].decode() for line in bytes(text).splitlines()]


def parsed(text):
    """What C makes of a number: float32, or None if it wants a closer look."""
    out, words = np.empty((1, 1), dtype=np.float32), np.empty((1, 2), dtype=np.int64)
    rows, _ = _core.read_rows(b"w " + text.encode() + b"\n", True, False, out, words)
    return out[0, 0] if rows else None


def nearest(value):
    """The float32 nearest to a Fraction, ties to even, by comparing with its two neighbours."""
    near = np.float32(float(value))
    candidates = [np.nextafter(near, np.float32(-np.inf)), near, np.nextafter(near, np.float32(np.inf))]
    return min(
        (c for c in candidates if np.isfinite(c)),
        key=lambda c: (abs(Fraction(float(c)) - value), c.view(np.uint32) & 1),
    )


def hard_values():
    """Values at the borders of exponents, of notations, and of what can be represented."""
    powers = 2.0 ** np.arange(-149, 128)
    tens = 10.0 ** np.arange(-45, 39)
    values = np.concatenate([powers, tens, [0.0, 16777216, 16777217, 3.4028235e38, 1.1754944e-38, 1.4e-45, 1e16, 1e-4]])
    values = values.astype(np.float32)
    values = np.concatenate(
        [values, np.nextafter(values, np.float32(0)), np.nextafter(values[:-10], np.float32(np.inf))]
    )
    return np.concatenate([values, -values])


@pytest.mark.parametrize("seed", [None, 1, 2])
def test_shortest_digits_that_read_back(seed):
    if seed is None:
        values = hard_values()
    else:
        bits = np.random.default_rng(seed).integers(0, 2**32, 50_000, dtype=np.uint32)
        values = bits.view(np.float32)
        values = values[np.isfinite(values)]
    texts = printed(values)
    # numpy's notation differs between its versions, the digits do not.
    assert [Decimal(text) for text in texts] == [Decimal(str(value)) for value in values]
    back = _read_floats([text.encode() for text in texts], np.dtype(np.float32))
    assert back.tobytes() == values.tobytes()


@pytest.mark.parametrize(
    "value, text",
    [
        (0, "0.0"), (-0.0, "-0.0"), (1, "1.0"), (-2.5, "-2.5"), (0.1, "0.1"), (123456.79, "123456.79"),
        (1e15, "1000000000000000.0"), (1e16, "1e+16"), (1.5e16, "1.5e+16"),
        (0.0001, "0.0001"), (0.00012345, "0.00012345"), (1e-5, "1e-05"),
        (1.25e-5, "1.25e-05"), (1.1754944e-38, "1.1754944e-38"), (1.4e-45, "1e-45"),
        (3.4028235e38, "3.4028235e+38"), (-1.5e15, "-1500000000000000.0"),
        (np.inf, "inf"), (-np.inf, "-inf"), (np.nan, "nan"),
    ],
)  # fmt: skip
def test_notation_is_that_of_python(value, text):
    assert printed([value]) == [text]


@given(st.floats(width=32, allow_nan=False, allow_infinity=False))
def test_round_trip(value):
    text = printed([value])[0]
    assert _read_floats([text.encode()], np.dtype(np.float32))[0] == value
    in_c = parsed(text)
    assert in_c is None or in_c == value


digits = st.text("0123456789", min_size=1, max_size=30)


@given(st.sampled_from(["", "-", "+"]), digits, st.none() | digits, st.none() | st.integers(-60, 60))
@example("", "16777217", None, None)
@example("", "16777217", "0000000000000000000000000001", None)
@example("", "0", "00000000000000000000000000000000000000000000000000000001", 20)
@example("-", "340282356779733661637539395458142568447", None, None)
def test_parsed_correctly_rounded(sign, whole, part, exponent):
    text = sign + whole + ("" if part is None else "." + part) + ("" if exponent is None else f"e{exponent}")
    value = Fraction(text)
    if abs(value) >= Fraction(2) ** 127:
        return  # overflow is tested below
    exact = nearest(value)
    assert _read_floats([text.encode()], np.dtype(np.float32))[0] == exact
    in_c = parsed(text)
    assert in_c is None or in_c == exact


def test_midpoints_of_floats_are_rounded_exactly():
    generator = np.random.default_rng(3)
    for low in generator.integers(0x00800000, 0x7F000000, 300, dtype=np.uint32).view(np.float32):
        high = np.nextafter(low, np.float32(np.inf))
        middle = (Fraction(float(low)) + Fraction(float(high))) / 2
        text = f"{Context(prec=200).divide(Decimal(middle.numerator), Decimal(middle.denominator)):.180e}"
        assert Fraction(text) == middle
        for nudge in ("", "1"):
            number = text.replace("e", nudge + "e")
            assert _read_floats([number.encode()], np.dtype(np.float32))[0] == nearest(Fraction(number))
            in_c = parsed(number)
            assert in_c is None or in_c == nearest(Fraction(number))


@pytest.mark.parametrize("text", ["inf", "-Infinity", "nan", "1e39", "-1e400", "1e-50", "1e-999999999", "0e999999999"])
def test_beyond_the_range(text):
    with np.errstate(over="ignore"):
        expected = np.float32(float(text))
    np.testing.assert_equal(_read_floats([text.encode()], np.dtype(np.float32))[0], expected)
    in_c = parsed(text)
    assert in_c is None or in_c == expected


@pytest.mark.parametrize(
    "text", ["", "-", ".", "e5", "1e", "1e+", "1.2.3", "0x10", "1_000", "1,5", "--1", "1e5.0", "١"]
)
def test_what_is_no_number(text):
    assert parsed(text) is None
    with pytest.raises(ValueError):
        _read_floats([text.encode()], np.dtype(np.float32))[0]


@pytest.mark.parametrize("text, value", [("1.", 1), (".5", 0.5), ("+3", 3), ("1E5", 1e5), ("007", 7), ("-0", 0)])
def test_spellings(text, value):
    assert parsed(text) == value


def test_seam_refuses_what_does_not_fit():
    floats, spans = np.zeros((2, 2), dtype=np.float32), np.zeros((1, 2), dtype=np.int64)
    with pytest.raises(ValueError, match="words: expected shape"):
        _core.read_rows(b"a 1 2\n", True, False, floats, spans)
    for ends in ([1], [2, 1], [1, 3], [-1, 1]):
        with pytest.raises(ValueError, match="expected 2 rising offsets"):
            _core.write_rows(b"ab", np.array(ends), floats)
    with pytest.raises(ValueError, match="contiguous rows"):
        _core.write_rows(b"ab", np.array([1, 2]), np.zeros((2, 4), dtype=np.float32)[:, ::2])
    with pytest.raises(ValueError, match="contiguous rows"):
        _core.write_rows(b"ab", np.array([1, 2]), floats[::-1])
