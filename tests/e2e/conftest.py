"""What every end-to-end test gets: an AWS that notes what it is asked wrongly, and collectds that end."""

from __future__ import annotations

from pathlib import Path

import pytest

from e2e.cloud import REGION, Cloud
from e2e.collectd import bare_environment
from e2e.monitor import Monitor
from e2e.secrecy import files_that_tell
from standin import StandIn, World


@pytest.fixture
def cloud():
    world, region = World.single(REGION)
    with StandIn(world) as aws:
        made = Cloud(aws, region)
        yield made
        assert aws.violations == []
        made.assert_only_read()


class Watch:
    """Watch starts collectds on a cloud, each in a folder of its own; see Monitor for what may be given."""

    def __init__(self, cloud: Cloud, folder: Path):
        self.started: list[Monitor] = []
        self._cloud = cloud
        self._folder = folder

    def __call__(self, options: str = "Interval 1", **more) -> Monitor:
        monitor = self.stopped(options, **more)
        monitor.start()
        return monitor

    def stopped(self, options: str = "Interval 1", *, environment: dict | None = None, **more) -> Monitor:
        """stopped is a collectd that is configured and not yet started.

        environment is what it finds beside a bare one; where none is given, what leads to the cloud.
        """
        folder = self._folder / f"monitor{len(self.started)}"
        found = self._cloud.environment if environment is None else environment
        monitor = Monitor(folder, options=options, environment=bare_environment(folder) | found, **more)
        self.started.append(monitor)
        return monitor


@pytest.fixture
def watch(cloud: Cloud, tmp_path: Path):
    watch = Watch(cloud, tmp_path)
    yield watch
    for monitor in watch.started:
        monitor.kill()
        assert files_that_tell(monitor.folder) == []
