"""The explorer's map in a real browser: follows the word, shows the most frequent alone, names groups, selects."""

import csv
import io

import numpy as np
import pytest


def ink(page):
    """How many pixels of the map are not empty, and their sum, which changes with the picture."""
    return page.evaluate(
        "() => { const c = document.getElementById('map'); const d = c.getContext('2d').getImageData(0, 0, c.width,"
        "c.height).data; let n = 0, s = 0; for (let i = 3; i < d.length; i += 4) if (d[i]) { n++; s += i % 9973 }"
        "return [n, s] }"
    )


def test_map_is_drawn_and_follows_keys_and_wheel(page):
    before = ink(page)
    assert before[0] > 500
    page.locator("#map").focus()
    for key in ("+", "ArrowLeft"):
        page.keyboard.press(key)
        page.wait_for_timeout(100)
        after = ink(page)
        assert after != before
        before = after
    page.locator("#map").hover()
    page.mouse.wheel(0, -300)
    page.wait_for_timeout(100)
    assert ink(page) != before
    page.keyboard.press("0")
    page.keyboard.press("Enter")
    page.locator("#status", has_text=": rank").wait_for()


def test_click_on_the_map(page):
    box = page.locator("#map").bounding_box()
    page.get_by_role("button", name="All").click()
    for x in np.linspace(0.3, 0.7, 15):
        page.mouse.move(box["x"] + box["width"] * x, box["y"] + box["height"] * 0.5)
        if page.locator("#tip").is_visible():
            word = page.locator("#tip").inner_text()
            page.mouse.down()
            page.mouse.up()
            page.locator("#status", has_text=f"{word}: rank").wait_for()
            return
    pytest.fail("no word is under the pointer")


def in_the_middle(page):
    """The word under the middle of the map, or None."""
    page.wait_for_timeout(900)  # it flies there
    box = page.locator("#map").bounding_box()
    page.mouse.move(box["x"] + 3, box["y"] + 3)
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    return page.locator("#tip").inner_text() if page.locator("#tip").is_visible() else None


@pytest.mark.parametrize("width", [360, 1200])
def test_the_map_follows_the_word(page, width):
    page.set_viewport_size({"width": width, "height": 800})
    for word in ("king", "word120"):
        page.locator("#word").fill(word)
        page.locator("#word").press("Enter")
        page.locator("#status", has_text=f"{word}: rank").wait_for()
        assert in_the_middle(page) == word


def test_only_the_most_frequent_words(page):
    everything = ink(page)[0]
    assert page.locator("#most-shown").inner_text() == "305 most frequent words"
    page.locator("#most").focus()
    page.keyboard.press("Home")
    page.wait_for_timeout(200)
    assert page.locator("#most-shown").inner_text() == "100 most frequent words"
    assert page.locator("#most").get_attribute("aria-valuetext") == "100 most frequent words"
    assert ink(page)[0] < everything
    assert "most=100" in page.url
    page.reload()
    page.locator("#most-shown", has_text="100 most").wait_for()
    select_all_in_sight(page)
    page.locator("#status", has_text="100 words are selected").wait_for()


def select_all_in_sight(page):
    page.get_by_role("button", name="Select an area").click()
    page.locator("#map").focus()
    for _ in range(3):
        page.keyboard.press("-")
    page.keyboard.press("Enter")


def test_groups_are_named_and_can_be_visited(page):
    groups = page.locator("button.group")
    assert 8 < groups.count() <= 24
    before = ink(page)
    groups.nth(1).click()
    page.wait_for_timeout(900)
    assert ink(page) != before


def test_an_area_is_listed_and_saved(page):
    page.get_by_role("button", name="Select an area").click()
    box = page.locator("#map").bounding_box()
    corners = [(0.2, 0.2), (0.8, 0.2), (0.8, 0.8), (0.2, 0.8)]
    places = [(box["x"] + box["width"] * x, box["y"] + box["height"] * y) for x, y in corners]
    page.mouse.move(*places[0])
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*place, steps=5)
    page.mouse.up()
    page.locator("#status", has_text="words are selected").wait_for()
    listed = page.locator("#results button.word").all_inner_texts()
    assert 10 < len(listed) < 305
    with page.expect_download() as download:
        page.get_by_role("button", name="Save as CSV").click()
    with open(download.value.path(), newline="", encoding="utf-8") as file:
        head, *rows = csv.reader(io.StringIO(file.read()))
    assert head == ["word", "rank", "count"]
    assert [word for word, _, _ in rows] == listed
    assert [int(rank) for _, rank, _ in rows] == sorted(int(rank) for _, rank, _ in rows)
    page.get_by_role("button", name="Clear").click()
    page.locator("button.group").first.wait_for()


def test_words_in_files_are_quoted(page):
    page.evaluate("""async () => {
      const { csv } = await import("/selection.js");
      window.made = csv([{ word: 'a "b", c\\n', rank: 1 }, { word: "d", rank: 2 }]);
    }""")
    rows = list(csv.reader(io.StringIO(page.evaluate("window.made"), newline="")))
    assert rows == [["word", "rank"], ['a "b", c\n', "1"], ["d", "2"]]
