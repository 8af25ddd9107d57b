"""A webhook on a port of its own that keeps what it is sent, fails or hangs."""

from __future__ import annotations

import http.server
import json
import threading


class Webhook:
    """Webhook: texts are those that were taken, with 200; status is what it answers; hanging, it answers nothing."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.requests = 0
        self.status = 200
        self.hanging = threading.Event()
        self._released = threading.Event()
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/services/TopSecret"

    @property
    def sentences(self) -> list[str]:
        return [sentence for text in self.texts for sentence in text.split("\n")]

    def __enter__(self) -> Webhook:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._released.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def _handler(self) -> type[http.server.BaseHTTPRequestHandler]:
        webhook = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                webhook.requests += 1
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                if webhook.hanging.is_set():
                    webhook._drip(self)
                    return
                assert self.headers["Content-Type"] == "application/json"
                if webhook.status == 200:
                    webhook.texts.append(body["text"])
                self.send_response(webhook.status)
                self.send_header("Location", "/elsewhere")
                self.end_headers()
                self.wfile.write(b"channel_is_archived")

            def do_GET(self) -> None:
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        return Handler

    def _drip(self, handler: http.server.BaseHTTPRequestHandler) -> None:
        """_drip sends a byte now and then: no single read of the other side ever times out."""
        try:
            while not self._released.wait(0.1):
                handler.wfile.write(b"H")
        except OSError:
            pass
