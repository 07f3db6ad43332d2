"""The card that tests train on: an emulated one, and then a real one if there is one."""

import pytest
from emulator import cards_for


@pytest.fixture(scope="session")
def kernels_folder(tmp_path_factory):
    """Where emulated kernels are compiled to."""
    return tmp_path_factory.mktemp("kernels")


@pytest.fixture(params=["emulation", "card"])
def cards(request, kernels_folder, monkeypatch):
    """Cards, for tests that run alike on both kinds."""
    return cards_for(request.param, kernels_folder, monkeypatch)


@pytest.fixture
def emulated(kernels_folder, monkeypatch):
    """Emulated cards alone, for tests of what a real one cannot be made to do."""
    return cards_for("emulation", kernels_folder, monkeypatch)
