"""The notebook's widget: what Python answers, what the page shows, and that nothing breaks without its library."""

import json
import sys
from importlib import resources

import pytest
from animals import made

from w2v.explore import widget


@pytest.fixture
def shown():
    pytest.importorskip("anywidget", reason="anywidget is not installed")
    return widget.neighbours(made(), "king", topn=2)


def test_answers_follow_the_word(shown):
    expected = [str(key) for key, _ in made().most_similar("king", topn=2)]
    assert [entry["word"] for entry in shown.answer["found"]] == expected
    shown.word = "kinh"
    assert "did you mean king" in shown.answer["error"]
    shown.word = ""
    assert shown.answer == {}


def test_suggestions_follow_what_is_typed(shown):
    shown.typed = "k"
    assert shown.suggestions == ["king", "Köln", "kiln"]
    shown.typed = ""
    assert shown.suggestions == []


def test_without_the_library(monkeypatch):
    monkeypatch.setitem(sys.modules, "anywidget", None)
    widget._widget_class.cache_clear()
    with pytest.raises(ImportError, match=r'pip install "w2v\[notebook\]"'):
        widget.neighbours(made())


@pytest.mark.parametrize("topn", [0, 101])
def test_bounds(topn):
    with pytest.raises(ValueError, match="topn: expected 1 to 100"):
        widget.neighbours(made(), topn=topn)


MODEL = """async (code) => {
  const calls = {};
  const state = { word: "king", typed: "", suggestions: [], answer: { asked: [{ word: "king" }],
                  found: [{ word: "<b>", cosine: 0.5, count: 3 }, { word: "queen", cosine: null, count: 2 }] } };
  window.model = {
    get: (name) => state[name],
    set: (name, value) => { state[name] = value; calls[`change:${name}`]?.(); },
    save_changes: () => {},
    on: (name, call) => { calls[name] = call; },
    off: (name) => { delete calls[name]; },
  };
  const url = URL.createObjectURL(new Blob([code], { type: "text/javascript" }));
  (await import(url)).default.render({ model: window.model, el: document.body });
}"""


def test_in_a_browser(browser):
    page = browser.new_page()
    page.set_content("<!doctype html><title>notebook</title>")
    page.evaluate(MODEL, resources.files("w2v.explore").joinpath("notebook", "widget.js").read_text(encoding="utf-8"))
    assert page.locator("caption").inner_text() == "Neighbours of king"
    assert page.locator("td").all_inner_texts() == ["<b>", "0.500", "3", "queen", "", "2"]
    page.get_by_role("button", name="queen").click()
    assert page.evaluate("model.get('word')") == "queen"
    assert page.get_by_label("Word").input_value() == "queen"
    page.get_by_label("Word").fill("k")
    assert page.evaluate("model.get('typed')") == "k"
    page.evaluate(f"model.set('suggestions', {json.dumps(['king', 'kiln'])})")
    assert page.locator("datalist option").count() == 2
    page.evaluate("model.set('answer', { error: 'not there' })")
    page.get_by_text("not there").wait_for()
    page.close()
