"""A server between the beacon and Jupyter, which sees each sample that the beacon takes.

What the beacon has written when it takes a sample belongs to the one before, however busy the machine is: the tests
count in samples, which are minutes, and not in seconds.
"""

from __future__ import annotations

import threading
import urllib.error
import urllib.request
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from e2e.collectd import PATIENCE_S
from lifecycle.container import Container

ACTIVE = "collectd-sagemaker: active"
WATCHING = "collectd-sagemaker: watching"


class Samples:
    """answer is asked for each request's path, and gives a status and a body."""

    def __init__(self, container: Container, answer: Callable[[str], tuple[int, bytes]]):
        self.paths: list[str] = []
        self.written: list[tuple[int, str]] = []  # each line with the number of its sample
        self.server: list[tuple[int, str]] = []  # the server's own, likewise
        self._container = container
        self._answer = answer
        self._changed = threading.Condition()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def port(self) -> int:
        return self._server.server_port

    @property
    def count(self) -> int:
        return len(self.paths)

    @property
    def active(self) -> list[int]:
        """active are the samples at which a line said so."""
        return [at for at, line in self.written if line == ACTIVE]

    def wait(self, condition: Callable[[], object], what: str) -> None:
        """wait looks at the condition after each sample."""
        with self._changed:
            assert self._changed.wait_for(condition, PATIENCE_S), f"no {what}: {self.written}, {self.count} samples"

    def pass_(self, number: int) -> None:
        """pass_ waits until so many more samples are over, and what they have written is known."""
        goal = self.count + number + 1
        self.wait(lambda: self.count >= goal, f"{number} samples")

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _take(self, path: str) -> None:
        with self._changed:
            new = self._container.lines[len(self.written) :]
            self.written += [(self.count, line) for line in new]
            new = self._container.server_lines[len(self.server) :]
            self.server += [(self.count, line) for line in new]
            self.paths.append(path)
            self._changed.notify_all()

    def _handler(samples) -> type[BaseHTTPRequestHandler]:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                samples._take(self.path)
                status, body = samples._answer(self.path)
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        return Handler


def passed_on(address: str) -> Callable[[str], tuple[int, bytes]]:
    """passed_on asks the server at an address, and answers as it does; 502: nobody listens there."""

    def answer(path: str) -> tuple[int, bytes]:
        try:
            with urllib.request.urlopen(address + path, timeout=PATIENCE_S) as response:
                return response.status, response.read()
        except urllib.error.HTTPError as error:
            return error.code, error.read()
        except OSError:
            return 502, b""

    return answer
