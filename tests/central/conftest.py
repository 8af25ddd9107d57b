"""Several collectds that talk to each other on 127.0.0.1, with the shipped files but for port, host and password."""

from __future__ import annotations

import socket
from collections.abc import Mapping
from pathlib import Path

import pytest

from e2e.collectd import TOP, Collectd, bare_environment
from e2e.conftest import Watch, cloud, watch  # noqa: F401
from e2e.monitor import Monitor

PACKAGED = TOP / "packaging" / "central"


def replaced(name: str, **given: str) -> str:
    """replaced is a sample with these texts replaced, of which each must be there."""
    text = (PACKAGED / name).read_text()
    for there, here in given.items():
        assert there in text, f"{name} has no {there}"
        text = text.replace(there, here)
    return text


class Network:
    """Network is a central collectd, and the agents that send to it."""

    def __init__(self, folder: Path, watch: Watch):
        self._folder = folder
        self._watch = watch
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.bind(("127.0.0.1", 0))
            self._port = str(probe.getsockname()[1])
        self._central: Collectd | None = None

    def central(self, shipped=("sagemaker.threshold.conf",), files: Mapping[str, str] | None = None) -> Collectd:
        """central listens before this returns; files are further ones of its collectd.conf.d."""
        folder = self._folder / "central"
        users = self._folder / "sagemaker-agents"
        users.write_text((PACKAGED / "sagemaker-agents").read_text())
        paths = {"/etc/collectd/sagemaker-agents": str(users), "0.0.0.0": "127.0.0.1", "25826": self._port}
        listen = replaced("sagemaker.central.conf", **paths)
        self._central = Collectd(folder, environment=bare_environment(folder), shipped=shipped, extra=listen, files=files)
        self._central.start()
        ready = "Initialization complete"
        self._central.wait(lambda: [x for x in self._central.lines if ready in x.text], "start of central")
        return self._central

    def agent(
        self, options: str = "Interval 1", *, name="agent1", password="change-me", flush_s: int = 1, **more
    ) -> Monitor:
        return self.start_agent(options, self.sample(name, password, flush_s), **more)

    def sample(self, name: str, password: str, flush_s: int = 1) -> str:
        """sample is an agent's file, which flushes more often."""
        given = {"central.example.org": "127.0.0.1", "25826": self._port, '"agent1"': f'"{name}"'}
        given |= {"FlushInterval 10": f"FlushInterval {flush_s}", '"change-me"': f'"{password}"'}
        return replaced("sagemaker.agent.conf", **given)

    def start_agent(self, options: str, sample: str, shipped=("sagemaker.conf", "sagemaker.prices.conf")) -> Monitor:
        return self._watch(options, shipped=shipped, extra=sample)

    def end(self) -> None:
        if self._central is not None:
            self._central.kill()


@pytest.fixture
def network(tmp_path: Path, watch: Watch):  # noqa: F811
    network = Network(tmp_path, watch)
    yield network
    network.end()
