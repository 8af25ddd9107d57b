"""What people, machines and AWS do with a Jupyter server: over its REST interface and its web sockets."""

from __future__ import annotations

import json
import socket
import urllib.request
import uuid

import websocket

from e2e.collectd import PATIENCE_S

BASE = "/jupyterlab/default"


def command(port: int) -> list[str]:
    """command is how the server is started, much as the image starts it."""
    options = {"ip": "127.0.0.1", "port": port, "port_retries": 0, "base_url": BASE, "token": ""}
    options |= {"open_browser": False, "disable_check_xsrf": True}
    return ["/usr/bin/jupyter-server", "--allow-root", *(f"--ServerApp.{name}={value}" for name, value in options.items())]


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


class Jupyter:
    def __init__(self, port: int):
        self.address = f"127.0.0.1:{port}"

    def ask(self, path: str, method: str = "GET", body: object = None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"http://{self.address}{BASE}{path}", method=method, data=data)
        with urllib.request.urlopen(request, timeout=PATIENCE_S) as response:
            text = response.read()
        return json.loads(text) if text else None

    @property
    def answers(self) -> bool:
        try:
            return self.ask("/api/status") is not None
        except OSError:
            return False

    def kernel(self) -> Kernel:
        return Kernel(self, self.ask("/api/kernels", "POST", {})["id"])

    def terminal(self) -> Terminal:
        return Terminal(self, self.ask("/api/terminals", "POST")["name"])

    def connect(self, path: str) -> websocket.WebSocket:
        return websocket.create_connection(f"ws://{self.address}{BASE}{path}", timeout=PATIENCE_S)

    def last_active(self) -> str:
        """last_active is what AWS's idle check goes by: the newest activity of a kernel or terminal."""
        listed = [*self.ask("/api/kernels"), *self.ask("/api/terminals")]
        return max((one["last_activity"] for one in listed), default="")


class Kernel:
    """Kernel is a kernel with a tab that is open."""

    def __init__(self, jupyter: Jupyter, id: str):
        self.id = id
        self._jupyter = jupyter
        self._session = uuid.uuid4().hex
        self.tab = self.open()

    def open(self) -> websocket.WebSocket:
        """open is one more tab. The server asks the kernel what it is, too, on both channels, and old ones take the answer
        for the end of a cell: nothing is begun before the kernel has answered on both."""
        tab = self._jupyter.connect(f"/api/kernels/{self.id}/channels?session_id={uuid.uuid4().hex}")
        for channel in ("shell", "control"):
            self._await(tab, self._send(tab, "kernel_info_request", {}, channel), channel)
        return tab

    def start(self, code: str) -> str:
        """start begins a cell, and is what its end is known by."""
        content = {"code": code, "silent": False, "store_history": True, "user_expressions": {}, "allow_stdin": False}
        return self._send(self.tab, "execute_request", content)

    def finish(self, cell: str) -> None:
        reply = self._await(self.tab, cell)
        assert reply["content"]["status"] == "ok", reply["content"]

    def run(self, code: str) -> None:
        self.finish(self.start(code))

    def delete(self) -> None:
        self._jupyter.ask(f"/api/kernels/{self.id}", "DELETE")
        self.tab.close()

    def _send(self, tab: websocket.WebSocket, kind: str, content: dict, channel: str = "shell") -> str:
        id = uuid.uuid4().hex
        header = {"msg_id": id, "username": "", "session": self._session, "msg_type": kind, "version": "5.3", "date": ""}
        message = {"header": header, "parent_header": {}, "metadata": {}, "content": content, "channel": channel}
        tab.send(json.dumps(message | {"buffers": []}))
        return id

    def _await(self, tab: websocket.WebSocket, id: str, channel: str = "shell") -> dict:
        """_await waits for the reply, and for the kernel to be idle after it."""
        reply = idle = None
        while reply is None or idle is None:
            message = json.loads(tab.recv())
            if message["parent_header"].get("msg_id") == id:
                if message["channel"] == channel:
                    reply = message
                elif message["content"].get("execution_state") == "idle":
                    idle = message
        return reply


class Terminal:
    """Terminal is a terminal with a tab that is open, once its shell has said something."""

    def __init__(self, jupyter: Jupyter, name: str):
        self.name = name
        self._jupyter = jupyter
        self.open()

    def open(self) -> None:
        self.tab = self._jupyter.connect(f"/terminals/websocket/{self.name}")
        while json.loads(self.tab.recv())[0] != "stdout":
            pass

    def type(self, line: str) -> None:
        self.tab.send(json.dumps(["stdin", line + "\r"]))
