"""Bars: what is worth most is shown first, for narrow terminals cut off the end."""

import re

import pytest

from w2v.base.progress import open_bar


@pytest.mark.parametrize("total", [100, 17_000_000])
@pytest.mark.parametrize("columns", [40, 60, 80, 120])
def test_time_left_is_shown_in_forty_columns(total, columns):
    with open_bar("training", " words", total, delay=99) as bar:
        bar.set_postfix(loss="2.4123", refresh=False)
        bar.n, bar.start_t, bar.ncols = total // 3, bar.start_t - 30, columns
        shown = str(bar)
    assert re.match(r"training: 33%, 0[01]:[0-9][0-9] left, loss=2.4123 \|", shown)
    assert len(shown) <= columns


def test_of_an_unknown_total_what_is_done_is_shown():
    with open_bar("reading", "B", None, delay=99) as bar:
        bar.n, bar.ncols = 5_000_000, 40
        assert str(bar).startswith("reading: 5.00MB [")
