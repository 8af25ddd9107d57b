"""A real program beside collectd: started in a folder of its own, waited for, ended by its process id."""

from __future__ import annotations

import os
import socket
import subprocess
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Self

import ended
from e2e.collectd import PATIENCE_S, die_with_parent

_POLL_S = 0.05


class Program:
    """Program is one process and its folder. Use it as a context manager: it never outlives that."""

    def __init__(self, folder: Path):
        self.folder = folder
        self._process: subprocess.Popen | None = None
        folder.mkdir(parents=True, exist_ok=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.kill()
        if self._process is not None:
            self._process.wait()

    def spawn(self, *command: str | Path, environment: Mapping[str, str] | None = None) -> None:
        """spawn runs a command whose output goes to a file of the folder."""
        kept = {"PATH": os.environ["PATH"], "HOME": str(self.folder), "LC_ALL": "C"}
        with open(self.folder / "said", "ab") as said, ended.held():
            self._process = subprocess.Popen(
                [str(word) for word in command],
                cwd=self.folder,
                env=kept | dict(environment or {}),
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=subprocess.STDOUT,
                preexec_fn=die_with_parent,
            )

    def wait(self, condition: Callable[[], object], what: str):
        """wait polls until condition is true and gives its result; an error when the program ends first."""
        assert self._process is not None
        end = time.monotonic() + PATIENCE_S
        while True:
            running = self._process.poll() is None
            result = condition()
            if result:
                return result
            assert running, f"{type(self).__name__} ended while we waited for {what}:\n{self.said()}"
            assert time.monotonic() < end, f"no {what} within {PATIENCE_S:g} s:\n{self.said()}"
            time.sleep(_POLL_S)

    def said(self) -> str:
        return (self.folder / "said").read_text(errors="replace")


def free_port(kind: socket.SocketKind = socket.SOCK_STREAM) -> int:
    """free_port is one of 127.0.0.1 that nobody listened on a moment ago, for programs that cannot choose one."""
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def answers(port: int) -> bool:
    """answers tells whether somebody accepts connections on a port."""
    try:
        socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S).close()
    except ConnectionRefusedError:
        return False
    return True
