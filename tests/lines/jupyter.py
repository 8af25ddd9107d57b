"""Debian's Jupyter server, started as SageMaker starts its own, and what JupyterLab asks of it over REST and WebSocket."""

from __future__ import annotations

import json
import re
import time
import urllib.error
import uuid
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Self

import websocket

from e2e.collectd import PATIENCE_S
from lifecycle import jupyter as client

from .server import Server

_FENCE = "no-such-file-"


class Tab:
    """Tab is an open notebook: a WebSocket to its kernel, in a session that stays the same when it connects again."""

    def __init__(self, server: client.Jupyter, kernel: str):
        self._server = server
        self._session = uuid.uuid4().hex
        self._path = f"/api/kernels/{kernel}/channels?session_id={self._session}"
        self.connect()

    def connect(self) -> None:
        self._socket = self._server.connect(self._path)

    def await_kernel(self) -> None:
        """await_kernel asks until the kernel answers: what it is asked while it starts can be lost."""
        end = time.monotonic() + PATIENCE_S
        while time.monotonic() < end:
            self._send("kernel_info_request", {})
            try:
                return self._await(lambda message: message["msg_type"] == "kernel_info_reply", within=1.0)
            except TimeoutError:
                pass
        raise TimeoutError("the kernel does not answer")

    def run(self, code: str) -> str:
        """run is what a cell of this code prints; it returns when the kernel has nothing more to do."""
        printed = ""

        def is_last(message: dict) -> bool:
            nonlocal printed
            if message["parent_header"].get("msg_id") != asked:
                return False
            if message["msg_type"] == "stream":
                printed += message["content"]["text"]
            return _state(message) == "idle"

        asked = self.begin(code)
        self._await(is_last)
        return printed

    def begin(self, code: str) -> str:
        """begin makes the kernel run a cell, waits until it does, and is the request's id."""
        asked = self._send("execute_request", {"code": code, "silent": False, "allow_stdin": False})
        self._await(lambda m: m["parent_header"].get("msg_id") == asked and _state(m) == "busy")
        return asked

    def await_output(self) -> None:
        """await_output waits until a cell has printed something."""
        self._await(lambda message: message["msg_type"] == "stream")

    def await_state(self, state: str) -> None:
        """await_state waits until the kernel is told to be in a state."""
        self._await(lambda message: _state(message) == state)

    def _send(self, kind: str, content: dict) -> str:
        header = {"msg_id": uuid.uuid4().hex, "session": self._session, "username": "", "version": "5.3"}
        header |= {"msg_type": kind, "date": "2026-01-01T00:00:00Z"}
        message = {"header": header, "parent_header": {}, "metadata": {}, "content": content, "channel": "shell"}
        self._socket.send(json.dumps(message))
        return header["msg_id"]

    def _await(self, is_it: Callable[[dict], bool], within: float = PATIENCE_S) -> None:
        end = time.monotonic() + within
        while True:
            self._socket.settimeout(max(end - time.monotonic(), 0.001))
            try:
                message = self._socket.recv()
            except websocket.WebSocketTimeoutException:
                raise TimeoutError(f"no such message within {within:g} s") from None
            if is_it(json.loads(message)):
                return

    def close(self) -> None:
        self._socket.close(timeout=PATIENCE_S)

    def cut(self) -> None:
        """cut ends the connection without a word."""
        self._socket.shutdown()


def _state(message: dict) -> str | None:
    return message["content"].get("execution_state") if message["msg_type"] == "status" else None


class Jupyter(Server):
    """Jupyter writes at INFO, and serves a folder of its own."""

    def __init__(self, folder: Path):
        super().__init__(folder)
        self.files = folder / "files"
        self.files.mkdir()
        self._client = client.Jupyter(self.port)
        self._fences = count()

    def start(self, *options: str) -> Self:
        self.spawn(
            *client.command(self.port),
            f"--ServerApp.root_dir={self.files}",
            "--MappingKernelManager.kernel_info_timeout=5",
            *options,
            environment={"PATH": "/usr/bin:/bin", "PYDEVD_DISABLE_FILE_VALIDATION": "1"},
        )
        self.wait(lambda: self._client.answers, "answer")
        return self

    def ask(self, method: str, path: str, body: object = None):
        """ask is one request of the REST API, and the answer; {} where it is an error."""
        try:
            return self._client.ask(path, method, body)
        except urllib.error.HTTPError as error:
            error.close()
            return {}

    def tab(self, kernel: str) -> Tab:
        """tab opens a notebook's tab on a kernel that runs."""
        return Tab(self._client, kernel)

    def terminal(self, name: str) -> client.Terminal:
        return client.Terminal(self._client, name)

    def settle(self) -> None:
        # The server does one thing after the other, and writes lines for what it does not have: these two, in any order.
        fence = f"{_FENCE}{next(self._fences)}."
        self.ask("GET", f"/api/contents/{fence}")
        both = [re.compile(rf"{re.escape(fence)} .*{end}") for end in (r"\): ", "ms referer=")]
        self.wait(lambda: all(one.search(self.said()) for one in both), "line")

    def is_own(self, line: str) -> bool:
        return _FENCE in line
