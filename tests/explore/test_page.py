"""The explorer's page in a real browser: search, neighbours, analogies, two models, addresses, keys, the map."""

import re

import numpy as np
import pytest


def search(page, word):
    page.locator("#word").fill(word)
    page.locator("#word").press("Enter")


def words(page):
    return page.locator("#results button.word").all_inner_texts()


def test_search_with_suggestions_and_keys(page):
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "word"
    page.keyboard.type("wo")
    options = page.locator("[role=option]")
    options.first.wait_for()
    assert options.first.inner_text() == "woman"
    page.keyboard.press("ArrowDown")
    assert page.locator("#word").get_attribute("aria-activedescendant") == "word-list-0"
    page.keyboard.press("Enter")
    page.locator("#status", has_text="woman: rank 3").wait_for()
    assert len(words(page)) == 20
    assert not options.first.is_visible()


def test_click_on_a_neighbour_and_back(page):
    search(page, "king")
    page.locator("#status", has_text="king: rank 2").wait_for()
    near = words(page)[0]
    page.get_by_role("button", name=near, exact=True).click()
    page.locator("#status", has_text=f"{near}: rank").wait_for()
    assert f"word={near}" in page.url
    page.go_back()
    page.locator("#status", has_text="king: rank 2").wait_for()
    assert page.locator("#word").input_value() == "king"


def test_analogy_survives_a_reload(page):
    page.get_by_role("tab", name="Analogy").click()
    for name, word in (("a", "man"), ("b", "king"), ("c", "woman")):
        page.locator(f"#{name}").fill(word)
    page.get_by_role("button", name="Ask").click()
    page.locator("#status", has_text="man is to king as woman is to queen").wait_for()
    assert words(page)[0] == "queen"
    page.reload()
    page.locator("#status", has_text="man is to king as woman is to queen").wait_for()
    assert page.get_by_role("tab", name="Analogy").get_attribute("aria-selected") == "true"


def test_compare(page):
    page.get_by_role("tab", name="Compare").click()
    page.get_by_role("heading", name="Words that moved most").wait_for()
    page.get_by_role("button", name="word5", exact=True).first.click()
    page.locator("#status", has_text=re.compile("word5: [0-9]+ of 20 neighbours are shared")).wait_for()
    assert page.locator(".sides table").count() == 2
    search(page, "word290")
    page.get_by_text("does not have this word").wait_for()


def test_the_other_model(page):
    page.get_by_label("Model", exact=True).select_option("second")
    assert "model=1" in page.url
    search(page, "word290")
    page.locator("#status.error", has_text="second: word 'word290' is not among its 200 words").wait_for()


def test_words_are_text(page):
    search(page, "<img src=x>")
    page.locator("#status", has_text="<img src=x>: rank 5").wait_for()
    assert page.locator("main img").count() == 0


@pytest.mark.parametrize("state", ["#view=nothing&model=7&topn=1e9&layout=x", "#model=-1&word=king", "#%00&view=%ff"])
def test_odd_addresses(page, address, state):
    page.goto(address + state)
    page.reload()
    page.locator("#map-status", has_text="words").wait_for()
    assert page.get_by_role("tab", name="Neighbours").get_attribute("aria-selected") == "true"


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


def test_dark_and_light(page):
    colour = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(colour)
    page.get_by_role("button", name="Dark").click()
    dark = page.evaluate(colour)
    assert (light, dark) == ("rgb(255, 255, 255)", "rgb(20, 24, 29)")
    page.reload()
    page.locator("#map-status", has_text="words").wait_for()
    assert page.evaluate(colour) == dark
    page.get_by_role("button", name="Dark").click()


def test_everything_has_a_name(page):
    search(page, "king")
    page.locator("#results table").wait_for()
    unnamed = page.evaluate(
        "() => [...document.querySelectorAll('button, input, select, canvas, [role=tabpanel]')].filter(e =>"
        "!(e.innerText || e.getAttribute('aria-label') || e.getAttribute('aria-labelledby') || e.labels?.length)"
        ").map(e => e.outerHTML)"
    )
    assert unnamed == []
    assert page.locator("html").get_attribute("lang") == "en"


@pytest.mark.parametrize("width", [360, 1200])
def test_nothing_sticks_out(page, width):
    page.set_viewport_size({"width": width, "height": 700})
    search(page, "king")
    page.locator("#results table").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
