"""What the tests of faults share: one lane, and a collectd on it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from e2e.collectd import bare_environment
from e2e.monitor import Monitor
from faults.certificates import Authority, make_authority
from faults.lane import Lane
from faults.resolver import Resolver


class Bench:
    """Bench makes lanes and collectds in a folder, and ends them."""

    def __init__(self, folder: Path, authority: Authority):
        self.resolver = Resolver(folder / "resolver")
        self.authority = authority
        self._folder = folder
        self._lanes: list[Lane] = []
        self._started: list[Monitor] = []

    def lane(self, source: str = "keys") -> Lane:
        name = f"lane{len(self._lanes):02d}"
        lane = Lane(name, source, self._folder / name, self.authority, self.resolver)
        self._lanes.append(lane)
        lane.start()
        return lane

    def collectd(self, *options: str, **more) -> Monitor:
        """collectd is one on all lanes, not yet started; options stand in the plugin's block before theirs."""
        home = self._folder / f"collectd{len(self._started)}"
        environment = bare_environment(home) | {"AWS_EC2_METADATA_DISABLED": "false"} | self.resolver.environment
        for lane in self._lanes:
            environment |= lane.environment()
            lane.write_sso_token(8 * 3600, home)
        text = "\n".join(["Interval 1", *options, *(lane.options for lane in self._lanes)])
        made = Monitor(home, options=text, environment=environment, **more)
        made.account = self._lanes[0].name
        self._started.append(made)
        return made

    def close(self) -> None:
        for collectd in self._started:
            collectd.kill()
        for lane in self._lanes:
            lane.close()


@pytest.fixture(scope="session")
def authority(tmp_path_factory) -> Authority:
    return make_authority(tmp_path_factory.mktemp("authority") / "certificates")


@pytest.fixture
def bench(tmp_path, authority) -> Iterator[Bench]:
    bench = Bench(tmp_path / "bench", authority)
    yield bench
    bench.close()
