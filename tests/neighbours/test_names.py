"""Names beyond ASCII, by each way that values leave collectd: letters stay, and two people are two."""

from __future__ import annotations

import socket
import threading
from pathlib import Path

import pytest

from e2e.cloud import DAY_S, DOMAIN, Cloud
from neighbours.program import free_port
from neighbours.prometheus import exposed
from standin import StandIn, World

NAMES = {"u1": "佐藤 由紀", "u2": "鈴木 一郎"}
OPTIONS = "\n".join(
    ["Interval 1", "<Account default>", *(f'UserAlias "{u}" "{n}"' for u, n in NAMES.items()), "</Account>"]
)
BUSY_S = 100
FORGOTTEN_S = 3 * DAY_S


@pytest.fixture
def cloud():
    """cloud has one user who works, and one who forgot an app."""
    world, region = World.single("us-east-1")
    with StandIn(world) as aws:
        made = Cloud(aws, region)
        made.domain()
        made.app("u1", "kg-a", idle=BUSY_S)
        made.app("u2", "kg-a", idle=FORGOTTEN_S)
        yield made
        assert aws.violations == []


class Lines(threading.Thread):
    """Lines takes what a plugin sends over TCP."""

    def __init__(self):
        super().__init__(daemon=True)
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port = self._server.getsockname()[1]
        self.text = b""
        self.start()

    def run(self) -> None:
        connection, _ = self._server.accept()
        with connection:
            while piece := connection.recv(65536):
                self.text += piece

    def close(self) -> None:
        self._server.close()


def block(plugin: str, *lines: str) -> str:
    return "\n".join([f"LoadPlugin {plugin}", f"<Plugin {plugin}>", *lines, "</Plugin>", ""])


def user(name: str) -> str:
    return f"sagemaker_user-{DOMAIN}_{name}/duration-max_idle"


def kept(folder: Path) -> str:
    """kept is a configuration: write_log has a '?' for each byte beyond ASCII, csv keeps names as they are."""
    return block("csv", f'DataDir "{folder}"', "StoreRates false")


def test_who_forgot_an_app_is_told_apart_from_who_works(cloud, watch, tmp_path: Path):
    collectd = watch(OPTIONS, extra=kept(tmp_path))
    for app, name in zip(cloud.running, NAMES.values(), strict=True):
        when, value = collectd.wait(lambda: _written(tmp_path, user(name)), "csv file")  # noqa: B023
        assert when - value == pytest.approx(app.since, abs=0.01)

    def warned() -> set[str]:
        told = [n for n in collectd.notifications if n.plugin == "sagemaker_user" and n.severity == "WARNING"]
        return {n.plugin_instance for n in told}

    assert collectd.wait(warned, "WARNING") == {f"{DOMAIN}_{NAMES['u2']}"}
    assert not collectd.complaints


def test_each_writer_carries_them(cloud, watch, tmp_path: Path):
    graphite, central_port, page = Lines(), free_port(), free_port()
    listen = block("network", f'Listen "127.0.0.1" "{central_port}"')
    central = watch("", shipped=(), environment={}, extra=listen + kept(tmp_path / "central"))
    path = tmp_path / "socket"
    watch(
        OPTIONS,
        extra=block("write_graphite", "<Node a>", 'Host "127.0.0.1"', f'Port "{graphite.port}"', "</Node>")
        + block("network", f'Server "127.0.0.1" "{central_port}"')
        + block("unixsock", f'SocketFile "{path}"')
        + block("write_prometheus", 'Host "127.0.0.1"', f'Port "{page}"'),
    )
    for number, name in ((BUSY_S, NAMES["u1"]), (FORGOTTEN_S, NAMES["u2"])):
        near = pytest.approx(number, abs=120)
        labels = f'sagemaker_user="{DOMAIN}_{name}",type="max_idle",instance="monitor.example"'
        ways = {
            "network": lambda: (_written(tmp_path / "central", user(name)) or [None])[-1],  # noqa: B023
            "unixsock": lambda: _answered(path, user(name)),  # noqa: B023
            "write_graphite": lambda: _sent(graphite, name),  # noqa: B023
            "Prometheus": lambda: _exposed(page, labels),  # noqa: B023
        }
        for way, told in ways.items():
            assert central.wait(told, f"{name} by {way}") == near
    graphite.close()


def _exposed(port: int, labels: str) -> float | None:
    try:
        return exposed(port).get(("collectd_sagemaker_user_duration_seconds", labels))
    except OSError:
        return None


def _answered(path: Path, identifier: str) -> float | None:
    if not path.exists():
        return None
    with socket.socket(socket.AF_UNIX) as line:
        line.connect(str(path))
        line.sendall(f'GETVAL "monitor.example/{identifier}"\n'.encode())
        with line.makefile() as answers:
            announced = answers.readline().startswith("1 ")
            return float(answers.readline().rpartition("=")[2]) if announced else None


def _written(folder: Path, identifier: str) -> tuple[float, float] | None:
    """_written is the time and the value of the last whole row of a csv file."""
    files = list(folder.glob(f"monitor.example/{identifier}-*"))
    rows = files[0].read_text().split("\n")[1:-1] if files else []
    if not rows:
        return None
    when, value = rows[-1].split(",")
    return float(when), float(value)


def _sent(lines: Lines, name: str) -> float | None:
    """_sent: a blank is write_graphite's own separator, it makes '_' of it."""
    part = f"sagemaker_user-{DOMAIN}_{name.replace(' ', '_')}.duration-max_idle ".encode()
    found = [line for line in lines.text.split(b"\n") if part in line]
    return float(found[-1].split(b" ")[1]) if found else None
