"""Containers and samples that end with their test."""

from __future__ import annotations

from pathlib import Path

import pytest

from e2e.conftest import cloud, watch  # noqa: F401
from lifecycle import container
from lifecycle.container import BEACON, Container
from lifecycle.samples import Samples


@pytest.fixture(scope="session")
def namespaces():
    if not container.can_be_had():
        pytest.skip("this machine grants no namespaces")


@pytest.fixture
def make_container(namespaces, tmp_path: Path):
    made: list[Container] = []

    def make(*command: str) -> Container:
        made.append(Container(tmp_path / f"container{len(made)}", *command))
        return made[-1]

    yield make
    for one in made:
        one.kill()


@pytest.fixture
def make_samples():
    made: list[Samples] = []

    def make(inside: Container, answer) -> Samples:
        made.append(Samples(inside, answer))
        return made[-1]

    yield make
    for one in made:
        one.close()


class Beacon:
    """Beacon is a container in which the script was run as a lifecycle script is, before there is any server."""

    def __init__(self, inside: Container, port: int, speed: float, **environment: str):
        self.container = inside
        self.environment = {
            "BEACON_SERVER": f"http://127.0.0.1:{port}/jupyterlab/default",
            "BEACON_SPEED": str(speed),
            **environment,
        }
        done = self.run()
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")

    def run(self):
        return self.container.run("env", "--chdir=/srv", BEACON, **self.environment)

    @property
    def pids(self) -> list[int]:
        return self.container.pids("collectd-sagemaker-beacon")
