"""A real browser and a server with two models, for the tests of the explorer's page."""

import shutil
import threading

import numpy as np
import pytest
from animals import made

from w2v.explore.answers import Answers
from w2v.explore.app import App


@pytest.fixture(scope="session")
def browser():
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with playwright.sync_playwright() as program:
        installed = shutil.which("chromium") or shutil.which("google-chrome")
        try:
            browser = program.chromium.launch(executable_path=installed, args=["--no-sandbox"])
        except playwright.Error as error:
            pytest.skip(f"no browser: {str(error).splitlines()[0]}")
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def address():
    """A server with two models of 300 words, whose neighbours are known."""
    rng = np.random.default_rng(1)
    words = ["man", "king", "woman", "queen", "<img src=x>", *(f"word{number}" for number in range(300))]
    rows = rng.normal(0, 0.3, (len(words), 8))
    rows[:4, :3] = np.array([[1, 0, 0], [1, 0, 1], [0, 1, 0], [0, 1, 1]]) * 6
    moved = rows.copy()
    moved[10] *= -1
    models = {"first": made(words, rows), "second": made(words[:200], moved[:200])}
    waitress = pytest.importorskip("waitress", reason="waitress is not installed")
    server = waitress.create_server(App(Answers(models)), host="127.0.0.1", port=0, ident=None)
    thread = threading.Thread(target=server.run)
    thread.start()
    yield f"http://127.0.0.1:{server.effective_port}/"
    server.close()
    server.task_dispatcher.shutdown()
    thread.join()


@pytest.fixture
def page(browser, address):
    """A new page, which must have no errors."""
    page = browser.new_page(viewport={"width": 1200, "height": 800})
    page.set_default_timeout(20_000)
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda message: errors.append(message.text) if "Content Security" in message.text else None)
    page.goto(address)
    page.locator("#map-status", has_text="words").wait_for()
    yield page
    page.close()
    assert errors == []
