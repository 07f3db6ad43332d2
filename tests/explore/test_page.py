"""The explorer's page in a real browser: search, neighbours, analogies, two models, addresses, keys, the map."""

import itertools
import re

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


def test_the_theme_button_says_what_it_does(page):
    colour = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(colour)
    page.get_by_role("button", name="Switch to dark").click()
    dark = page.evaluate(colour)
    assert (light, dark) == ("rgb(255, 255, 255)", "rgb(20, 24, 29)")
    page.reload()
    page.locator("#map-status", has_text="words").wait_for()
    assert page.evaluate(colour) == dark
    page.get_by_role("button", name="Switch to light").click()
    assert page.evaluate(colour) == light


@pytest.mark.parametrize("width", [320, 360, 760])
def test_the_header_has_two_rows_on_a_phone(page, width):
    page.set_viewport_size({"width": width, "height": 640})
    tops = page.evaluate("""() => [...document.querySelectorAll("header > *, header [role=tab]")].map((part) => {
      const box = part.getBoundingClientRect();
      return box.top + box.height / 2;
    })""")
    rows = sorted(tops)
    assert sum(below - above > 15 for above, below in itertools.pairwise(rows)) == 1
    assert page.locator("header").bounding_box()["height"] < 90


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


@pytest.mark.parametrize("width", [320, 360, 1200])
def test_nothing_sticks_out(page, width):
    page.set_viewport_size({"width": width, "height": 700})
    search(page, "king")
    page.locator("#results table").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
