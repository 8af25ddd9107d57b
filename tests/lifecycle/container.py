"""A container like an app's, of namespaces: its own processes, terminals, /tmp, home and logs; the network is ours."""

from __future__ import annotations

import os
import subprocess
import time
from pathlib import Path

from e2e.collectd import PATIENCE_S, TOP, die_with_parent

BEACON = TOP / "packaging" / "lifecycle" / "beacon.sh"
_ENTER = Path(__file__).with_name("enter")
_IS_ROOT = os.geteuid() == 0
_UNSHARE = ["unshare", *([] if _IS_ROOT else ["--map-root-user"]), "--mount", "--pid", "--fork", "--kill-child"]
_NSENTER = ["nsenter", *([] if _IS_ROOT else ["--user", "--preserve-credentials"]), "--mount", "--pid"]
_POLL_S = 0.01


def can_be_had() -> bool:
    """can_be_had: this machine grants namespaces; many containers do not."""
    done = subprocess.run([*_UNSHARE, "--mount-proc", "true"], stderr=subprocess.DEVNULL)
    return done.returncode == 0


class Container:
    """Container is running from the start on, with a command that is run again whenever it ends."""

    def __init__(self, folder: Path, *command: str):
        self.folder = folder
        for name in ("home", "log/apps", "opt", "tmp"):
            (folder / name).mkdir(parents=True)
        self.log = folder / "log/apps/app_container.log"
        self.log.touch()
        self.environment = {"PATH": "/usr/bin:/bin", "HOME": "/srv", "LC_ALL": "C.UTF-8"}
        with open(folder / "output", "wb") as output:
            self._process = subprocess.Popen(
                [*_UNSHARE, "--mount-proc", _ENTER, str(folder), *(command or ("sleep", "infinity"))],
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                preexec_fn=die_with_parent,
            )
        wait(lambda: (folder / "home/ready").exists(), f"container in {folder}")

    @property
    def output(self) -> str:
        """output is that of its first process."""
        return (self.folder / "output").read_text()

    @property
    def lines(self) -> list[str]:
        return self.log.read_text().splitlines() if self.log.is_file() else []

    @property
    def server_lines(self) -> list[str]:
        """server_lines are what the command has written."""
        path = self.folder / "home/server.log"
        return path.read_text().splitlines() if path.is_file() else []

    def run(self, *command: str | Path, **environment: str) -> subprocess.CompletedProcess:
        """run runs a command inside, to its end and until it has closed its output."""
        return subprocess.run(
            self._inside(*command),
            env=self.environment | environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
        )

    def start(self, *command: str | Path) -> subprocess.Popen:
        """start starts a command inside; it ends with the container."""
        return subprocess.Popen(
            self._inside(*command), env=self.environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL
        )

    def pids(self, word: str) -> list[int]:
        """pids are our numbers of the processes inside that have a word on their command line."""
        namespace = os.readlink(f"/proc/{self._first()}/ns/pid")
        found = []
        for path in Path("/proc").glob("[0-9]*"):
            try:
                if os.readlink(path / "ns/pid") == namespace and word.encode() in (path / "cmdline").read_bytes():
                    found.append(int(path.name))
            except OSError:
                continue
        return found

    def kill(self) -> None:
        """kill ends the first process, and so all there are. Safe twice."""
        self._process.kill()
        self._process.wait()

    def _first(self) -> int:
        pid = self._process.pid
        return int(Path(f"/proc/{pid}/task/{pid}/children").read_text().split()[0])

    def _inside(self, *command: str | Path) -> list[str]:
        return [*_NSENTER, f"--target={self._first()}", "--wd=/", "--", *map(str, command)]


def wait(condition, what: str):
    """wait polls until condition is true and gives its result."""
    end = time.monotonic() + PATIENCE_S
    while True:
        result = condition()
        if result:
            return result
        assert time.monotonic() < end, f"no {what}"
        time.sleep(_POLL_S)
