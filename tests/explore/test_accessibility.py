"""The explorer's page under axe, in every view, on a screen and on a phone, light and dark."""

from pathlib import Path

import pytest

SIZES = {"screen": (1280, 800), "phone": (360, 740), "narrow": (320, 640)}
VIEWS = {
    "start": "",
    "neighbours": "#word=king",
    "analogy": "#view=analogy&a=man&b=king&c=woman",
    "compare": "#view=compare&word=king",
    "moved": "#view=compare",
    "error": "#word=nowhere",
}


@pytest.fixture(scope="module")
def axe():
    package = pytest.importorskip("axe_playwright_python", reason="axe-playwright-python is not installed")
    return Path(package.__path__[0], "axe.min.js").read_text(encoding="utf-8")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_no_violations(browser, address, axe, size, scheme):
    width, height = SIZES[size]
    page = browser.new_page(viewport={"width": width, "height": height}, color_scheme=scheme)
    for view in VIEWS.values():
        page.goto("about:blank")
        page.goto(address + view)
        page.locator("#map-status", has_text="words").wait_for()
        page.locator("#status:not(:empty)").wait_for()
        assert violations(page, axe) == [], view
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.get_by_role("button", name="Select an area").click()
    page.locator("#map").focus()
    page.keyboard.press("Enter")
    page.locator(".actions").wait_for()
    assert violations(page, axe) == []
    page.locator("#word, #a").first.focus()
    page.close()


def violations(page, axe):
    page.evaluate(axe)
    found = page.evaluate("axe.run()")["violations"]
    return [(one["id"], [node["html"][:120] for node in one["nodes"]]) for one in found]
