"""Suggestions in a real browser: typed fast and slowly, from a slow server, on a screen and on a phone."""

import time

import pytest

WIDTHS = {"screen": 1200, "phone": 360}


@pytest.fixture(params=WIDTHS)
def page(page, request):
    """The page at two widths; its server takes a moment for suggestions."""

    def slow(route):
        time.sleep(0.25)
        route.continue_()

    page.set_viewport_size({"width": WIDTHS[request.param], "height": 740})
    page.route("**/api/suggest*", slow)
    return page


def hidden_answers(page):
    """The words among the answers in sight that something else lies over."""
    return page.evaluate("""() => {
      const panel = document.getElementById("panel").getBoundingClientRect();
      return [...document.querySelectorAll("#results button.word")].filter((button) => {
        const box = button.getBoundingClientRect();
        const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
        return y < Math.min(panel.bottom, innerHeight) && !button.contains(document.elementFromPoint(x, y));
      }).map((button) => button.textContent);
    }""")


@pytest.mark.parametrize("delay", [0, 120], ids=["fast", "slowly"])
def test_suggestions_never_hide_the_answers(page, delay):
    page.locator("#word").click()
    page.keyboard.type("king", delay=delay)
    page.keyboard.press("Enter")
    page.locator("#status", has_text="king: rank 2").wait_for()
    page.wait_for_timeout(900)  # longer than suggestions take
    assert page.locator("[role=listbox]:visible").count() == 0
    assert page.locator("#word").get_attribute("aria-expanded") == "false"
    assert page.locator("#results button.word").count() == 20
    assert hidden_answers(page) == []


@pytest.mark.parametrize("delay", [0, 120], ids=["fast", "slowly"])
def test_a_suggestion_is_chosen_by_keys(page, delay):
    page.locator("#word").click()
    page.keyboard.type("wo", delay=delay)
    page.locator("[role=option]").first.wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.locator("#status", has_text="woman: rank 3").wait_for()
    page.wait_for_timeout(900)
    assert page.locator("[role=listbox]:visible").count() == 0
    assert hidden_answers(page) == []


def test_typing_goes_on_after_the_answers(page):
    page.locator("#word").click()
    page.keyboard.type("king")
    page.keyboard.press("Enter")
    page.locator("#status", has_text="king: rank 2").wait_for()
    page.locator("#word").fill("")
    page.keyboard.type("que")
    page.locator("[role=option]", has_text="queen").wait_for()
    page.keyboard.press("Escape")
    assert page.locator("[role=listbox]:visible").count() == 0
    assert hidden_answers(page) == []


def test_escape_while_suggestions_are_awaited(page):
    page.locator("#word").click()
    page.keyboard.type("wo")
    page.wait_for_timeout(100)
    page.keyboard.press("Escape")
    page.wait_for_timeout(900)
    assert page.locator("[role=listbox]:visible").count() == 0
