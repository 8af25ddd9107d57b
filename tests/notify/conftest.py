"""A folder that an unprivileged user may read, with record and tell in it, and what they talk to."""

from __future__ import annotations

import contextlib
import fcntl
import grp
import json
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

import pytest

from demo.test_demo import still_running
from e2e.collectd import PATIENCE_S, TOP, Collectd, bare_environment
from e2e.conftest import cloud, watch  # noqa: F401
from notify.webhook import Webhook

PACKAGED = TOP / "packaging" / "notify"
HOST = "monitor.example"
DAY_S = 86400

# collectd's exec plugin refuses to run anything as root.
USER = "nobody" if os.getuid() == 0 else pwd.getpwuid(os.getuid()).pw_name
GROUP = grp.getgrgid(pwd.getpwnam(USER).pw_gid).gr_name


class Notices:
    """Notices is an installation of packaging/notify in a folder of its own, and the user's side of it."""

    def __init__(self, folder: Path, webhook: Webhook):
        self.folder = folder
        self.webhook = webhook
        self.state = folder / "state"
        self.socket = folder / "socket"
        self.settings = folder / "sagemaker-notify.conf"
        shutil.copytree(PACKAGED, folder / "lib")
        self.state.mkdir(mode=0o700)
        shutil.chown(self.state, USER, GROUP)
        self.set(webhook=webhook.url)

    def set(self, **given: object) -> None:
        """set writes the sample settings with these values; a channel that is given replaces the sample's."""
        kept = {"state": self.state, "socket": self.socket, **given}
        lines = []
        for line in (PACKAGED / "sagemaker-notify.conf").read_text().splitlines():
            name = line.partition(" = ")[0].lstrip("#")
            if name in kept and " = " in line:
                lines.append(f"{name} = {kept.pop(name)}")
            elif name != "webhook":
                lines.append(line)
        assert not kept, f"the sample has no {kept}"
        self.settings.write_text("\n".join(lines) + "\n")

    def record(self, text: str) -> None:
        done = self._run("record", input=text)
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")

    def tell(self, *options: str, path: str | None = None) -> str:
        """tell runs once, as the user, and is what it said."""
        done = self._run("tell", *options, path=path)
        assert done.stdout == ""
        return done.stderr

    def told(self, text: str) -> list[str]:
        """told is the sentences that a notification leads to."""
        before = len(self.webhook.sentences)
        self.record(text)
        assert self.tell() == "", "tell has something to say"
        return self.webhook.sentences[before:]

    def cases(self) -> dict[str, dict]:
        return {case["name"]: case for case in json.loads((self.state / "cases.json").read_text())["cases"]}

    def pass_time(self, seconds: float) -> None:
        """pass_time makes all that has been told and seen so much older."""
        with self._saved() as saved:
            saved["swept"] -= seconds
            for case in saved["cases"]:
                for name in ("told", "absent"):
                    case[name] = None if case[name] is None else case[name] - seconds

    def forget(self, name: str) -> None:
        with self._saved() as saved:
            saved["cases"] = [case for case in saved["cases"] if case["name"] != f"{HOST}/{name}"]

    @contextlib.contextmanager
    def _saved(self):
        """_saved is the state as it is on disk, for a change while no tell is at it."""
        with open(self.state / "lock") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            saved = json.loads((self.state / "cases.json").read_text())
            yield saved
            (self.state / "cases.json").write_text(json.dumps(saved))

    @property
    def sample(self) -> str:
        """sample is collectd's own configuration, with this folder's paths and user, each second."""
        text = (PACKAGED / "sagemaker.notify.conf").read_text()
        for place, here in (
            ("/usr/local/lib/sagemaker-notify", self.folder / "lib"),
            ("/etc/collectd/sagemaker-notify.conf", self.settings),
            ("/run/collectd-unixsock", self.socket),
            ('SocketGroup "sagemaker-notify"', f'SocketGroup "{GROUP}"'),
            ('"sagemaker-notify"', f'"{USER}"'),
            ("Interval 60", "Interval 1"),
        ):
            assert place in text
            text = text.replace(place, str(here))
        return text

    @property
    def unixsock(self) -> str:
        """unixsock is a collectd's configuration that answers lookups and runs nothing."""
        path = f'SocketFile "{self.socket}"'
        return f'LoadPlugin unixsock\n<Plugin unixsock>\n{path}\nSocketPerms "0666"\n</Plugin>\n'

    def _run(self, program: str, *options: str, path: str | None = None, **more) -> subprocess.CompletedProcess:
        command = [self.folder / "lib" / program, *options, self.settings]
        environment = {"PATH": path or "/usr/bin:/bin"}
        user = {"user": USER, "group": GROUP} if os.getuid() == 0 else {}
        return subprocess.run(
            command, capture_output=True, text=True, timeout=PATIENCE_S, env=environment, cwd="/", **user, **more
        )


class Values:
    """Values puts values into a collectd by its unixsock plugin.

    Each time by a connection of its own: a collectd whose C library takes all streams' locks when it exits (glibc of
    Debian 13) does not end while somebody is connected.
    """

    def __init__(self, path: Path):
        self._path = path
        self.listed()

    def put(self, values: dict[str, float | None], interval: float = 300) -> None:
        with self._connected() as stream:
            for name, value in values.items():
                shown = "U" if value is None else repr(float(value))
                stream.write(f'PUTVAL "{HOST}/{name}" interval={interval} N:{shown}\n')
                stream.flush()
                assert stream.readline().startswith("0 "), name

    def listed(self) -> set[str]:
        """listed are the values that collectd has: what was put comes there by its write threads, in any order."""
        with self._connected() as stream:
            stream.write("LISTVAL\n")
            stream.flush()
            count = int(stream.readline().split()[0])
            return {stream.readline().split(f" {HOST}/", 1)[1].rstrip("\n") for _ in range(count)}

    @contextmanager
    def _connected(self) -> Iterator[TextIO]:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(str(self._path))
            with connection.makefile("rw") as stream:
                yield stream


@pytest.fixture
def webhook():
    with Webhook() as webhook:
        yield webhook


@pytest.fixture
def notices(webhook: Webhook):
    folder = Path(tempfile.mkdtemp(prefix="collectd-sagemaker-"))
    folder.chmod(0o755)
    try:
        yield Notices(folder, webhook)
    finally:
        # What a collectd that is killed has started for a notification goes on for a moment.
        end = time.monotonic() + PATIENCE_S
        while still_running(folder) and time.monotonic() < end:
            time.sleep(0.02)
        shutil.rmtree(folder)


class Start:
    """Start starts collectds without the plugin, with the shipped thresholds, whose values a test puts in."""

    def __init__(self, folder: Path, notices: Notices):
        self._folder = folder
        self._notices = notices
        self.started: list[Collectd] = []

    def __call__(self, extra: str | None = None, **more) -> Collectd:
        """extra is configuration beside the thresholds; where none is given, the sample's."""
        folder = self._folder / f"collectd{len(self.started)}"
        kept = {"shipped": ("sagemaker.threshold.conf",), "environment": bare_environment(folder)}
        kept["extra"] = self._notices.sample if extra is None else extra
        collectd = Collectd(folder, **kept | more)
        self.started.append(collectd)
        return collectd.start()

    def values(self, collectd: Collectd) -> Values:
        collectd.wait(self._notices.socket.exists, "socket of unixsock")
        return collectd.wait(self._answering, "an answer on the socket")

    def _answering(self) -> Values | None:
        try:
            return Values(self._notices.socket)
        except OSError:
            return None

    def end(self) -> None:
        for collectd in self.started:
            collectd.kill()


@pytest.fixture
def start(tmp_path: Path, notices: Notices):
    start = Start(tmp_path, notices)
    yield start
    start.end()


def notification(
    severity: str = "WARNING",
    plugin: str = "sagemaker_user",
    instance: str = "test-domain-1_user02",
    series: str = "max_idle",
    value: float | None = 91200.0,
    *,
    time: float = 1711712345.0,
    type: str = "duration",
    limit: float = 86400.0,
) -> str:
    """notification is the text that collectd's exec plugin writes for one of its threshold plugin; None: no value."""
    meta = ""
    if value is not None:
        meta = f"DataSource: seconds\nCurrentValue: {value:e}\nWarningMin: nan\nWarningMax: {limit:e}\n"
        meta += "FailureMin: nan\nFailureMax: nan\n"
    return (
        f"Severity: {severity}\nTime: {time:.3f}\nHost: {HOST}\nPlugin: {plugin}\nPluginInstance: {instance}\n"
        f"Type: {type}\nTypeInstance: {series}\n{meta}\nHost {HOST}, plugin {plugin}, and so on.\n"
    )
