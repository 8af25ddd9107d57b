"""What every end-to-end test gets: an AWS that notes what it is asked wrongly, and collectds that end."""

from __future__ import annotations

from pathlib import Path

import pytest

from e2e.cloud import REGION, Cloud
from e2e.collectd import bare_environment
from e2e.monitor import Monitor
from standin import SECRET_KEY, StandIn, World

# Every secret of these tests contains one of these.
SECRETS = (SECRET_KEY, "TopSecret", "AWS4-HMAC-SHA256")


@pytest.fixture
def cloud():
    world, region = World.single(REGION)
    with StandIn(world) as aws:
        yield Cloud(aws, region)
        assert aws.violations == []


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
        assert_no_secret(monitor.folder / "output")
        assert_no_secret(monitor.folder / "stdout")


def assert_no_secret(path: Path) -> None:
    written = path.read_text(errors="replace") if path.exists() else ""
    for secret in SECRETS:
        assert secret not in written, f"{path.name} tells a secret"
