from __future__ import annotations

import pytest

from e2e.conftest import cloud, watch  # noqa: F401
from packages import built
from packages.machine import Machine


@pytest.fixture(scope="session")
def deb():
    return built.deb()


@pytest.fixture(scope="session")
def rpm():
    return built.rpm()


@pytest.fixture
def machine(tmp_path, deb):
    return Machine(tmp_path / "machine", deb)
