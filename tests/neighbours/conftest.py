"""What the neighbours get to see: the scene of `make demo`, through a real collectd."""

from __future__ import annotations

from pathlib import Path

import pytest

from demo.__main__ import SCENE
from e2e.cloud import REGION, Cloud
from e2e.conftest import watch  # noqa: F401  a fixture
from neighbours.carbon import Carbon
from neighbours.graphite import GraphiteWeb
from standin import StandIn, worldfile


@pytest.fixture
def cloud():
    world = worldfile.load(SCENE)
    (account,) = world.accounts.values()
    with StandIn(world) as aws:
        yield Cloud(aws, account.regions[REGION])
        assert aws.violations == []


@pytest.fixture
def carbon(tmp_path: Path):
    with Carbon(tmp_path / "carbon") as carbon:
        yield carbon.start()


@pytest.fixture
def graphite(carbon: Carbon, tmp_path: Path):
    with GraphiteWeb(tmp_path / "graphite", carbon) as web:
        yield web.start()
