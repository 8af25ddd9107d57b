"""Debian's Chromium without a screen, driven over its DevTools protocol."""

from __future__ import annotations

import json
import time
import urllib.request
from base64 import b64decode
from collections.abc import Mapping
from pathlib import Path
from typing import Self

import websocket

from e2e.collectd import PATIENCE_S
from neighbours.program import Program

_POLL_S = 0.05
_CONTROL, _SHIFT = 2, 8
_CODES = {"Enter": 13, "Escape": 27, "F1": 112, "`": 192}


class Window:
    """Window is one page of a browser. What it showed when something was awaited in vain is in shown.png."""

    def __init__(self, url: str, folder: Path):
        self._folder = folder
        self._socket = websocket.create_connection(url, timeout=PATIENCE_S, suppress_origin=True)
        self._asked = 0
        self.call("Page.enable")
        self.call("Emulation.setFocusEmulationEnabled", enabled=True)

    def call(self, method: str, **parameters: object) -> dict:
        """call is one command of the protocol, and its result. A page that asks whether to leave it is told so."""
        asked = self._send(method, parameters)
        while True:
            message = json.loads(self._socket.recv())
            if message.get("method") == "Page.javascriptDialogOpening":
                self._send("Page.handleJavaScriptDialog", {"accept": True})
            if message.get("id") == asked:
                assert "error" not in message, message
                return message["result"]

    def _send(self, method: str, parameters: Mapping[str, object]) -> int:
        self._asked += 1
        self._socket.send(json.dumps({"id": self._asked, "method": method, "params": parameters}))
        return self._asked

    def open(self, url: str) -> None:
        self.call("Page.navigate", url=url)

    def await_shown(self, selector: str, text: str = "") -> None:
        """await_shown waits until an element is there, with a text in it."""
        found = f"[...document.querySelectorAll({json.dumps(selector)})]"
        self.await_true(f"{found}.some(element => element.textContent.includes({json.dumps(text)}))")

    def await_true(self, expression: str) -> None:
        end = time.monotonic() + PATIENCE_S
        while not self.call("Runtime.evaluate", expression=expression)["result"].get("value"):
            if time.monotonic() > end:
                (self._folder / "shown.png").write_bytes(b64decode(self.call("Page.captureScreenshot")["data"]))
                raise TimeoutError(f"not so within {PATIENCE_S:g} s, see {self._folder}/shown.png: {expression}")
            time.sleep(_POLL_S)

    def press(self, key: str, control: bool = False, shift: bool = False) -> None:
        code = _CODES.get(key) or ord(key.upper())
        modifiers = (_CONTROL if control else 0) | (_SHIFT if shift else 0)
        for kind in ("rawKeyDown", "keyUp"):
            self.call(
                "Input.dispatchKeyEvent",
                type=kind,
                key=key,
                code={"`": "Backquote"}.get(key, f"Key{key.upper()}" if len(key) == 1 else key),
                windowsVirtualKeyCode=code,
                modifiers=modifiers,
                text="\r" if key == "Enter" and kind == "rawKeyDown" else "",
            )

    def type(self, text: str) -> None:
        self.call("Input.insertText", text=text)

    def close(self) -> None:
        """close closes the page as its cross does: what it does at its end is done."""
        self.call("Page.close")
        self._socket.close()


class Chromium(Program):
    def __init__(self, folder: Path):
        super().__init__(folder)
        self._profile = folder / "profile"
        self._port = 0

    def start(self) -> Self:
        self.spawn(
            "/usr/bin/chromium",
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--no-first-run",
            "--remote-debugging-port=0",
            f"--user-data-dir={self._profile}",
            "--window-size=1200,800",
            "about:blank",
        )
        chosen = self._profile / "DevToolsActivePort"
        self._port = int(self.wait(lambda: chosen.exists() and chosen.read_text().split(), "DevTools")[0])
        return self

    def window(self) -> Window:
        request = urllib.request.Request(f"http://127.0.0.1:{self._port}/json/new?about:blank", method="PUT")
        with urllib.request.urlopen(request, timeout=PATIENCE_S) as answer:
            return Window(json.loads(answer.read())["webSocketDebuggerUrl"], self.folder)

    def kill(self) -> None:
        """kill ends the browser as a power cut does."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()
