"""nginx before the stand-in: it speaks TLS and, where that is wanted, HTTP/2, and hands every request on."""

from __future__ import annotations

import os
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_WITHIN_S = 30
_POLL_S = 0.02

_CONFIGURATION = """
daemon off;
pid {folder}/pid;
error_log {folder}/error.log;
events {{}}
http {{
  log_format protocol '$server_protocol $connection $ssl_session_reused';
  access_log {folder}/access.log protocol;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  upstream standin {{ server {target}; keepalive 64; }}
  keepalive_timeout {idle_s}s;
  server {{
    listen 127.0.0.1:{port} ssl {protocol};
    ssl_certificate {folder}/certificate.pem;
    ssl_certificate_key {folder}/key.pem;
    ssl_session_cache shared:sessions:1m;
    location / {{
      proxy_pass http://standin; proxy_http_version 1.1;
      proxy_set_header Host $http_host; proxy_set_header Connection "";
    }}
  }}
}}
"""


@dataclass(frozen=True)
class Front:
    """Front is a running nginx; a client has to trust certificate."""

    url: str
    folder: Path

    @property
    def certificate(self) -> Path:
        return self.folder / "certificate.pem"

    def served(self) -> list[tuple[str, str]]:
        """served are protocol and connection of every request that has been answered."""
        return [(protocol, connection) for protocol, connection, _ in self._requests()]

    def resumed(self) -> list[bool]:
        """resumed is of every request whether its connection went on from a TLS session of one before."""
        return [resumed == "r" for _, _, resumed in self._requests()]

    def _requests(self) -> list[list[str]]:
        return [line.split() for line in (self.folder / "access.log").read_text().splitlines()]


@contextmanager
def nginx(folder: Path, target: str, *, http2: bool = True, keep_alive: bool = True) -> Iterator[Front]:
    """nginx runs one for the HTTP URL target; without keep_alive it ends a connection after each answer."""
    folder.mkdir(parents=True)
    port = _free_port()
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1"]
        + ["-addext", "subjectAltName=IP:127.0.0.1"]
        + ["-out", folder / "certificate.pem", "-keyout", folder / "key.pem"],
        check=True,
        capture_output=True,
    )
    place = {"folder": folder, "port": port, "target": target.removeprefix("http://")}
    protocol, idle_s = "http2" if http2 else "", 75 if keep_alive else 0
    (folder / "nginx.conf").write_text(_CONFIGURATION.format(**place, protocol=protocol, idle_s=idle_s))
    command = ["/usr/sbin/nginx", "-p", folder, "-c", folder / "nginx.conf"]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL, env={"PATH": os.environ["PATH"]}) as process:
        try:
            _await_port(port)
            yield Front(f"https://127.0.0.1:{port}", folder)
        finally:
            process.terminate()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return taken.getsockname()[1]


def _await_port(port: int) -> None:
    deadline = time.monotonic() + _WITHIN_S
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(_POLL_S)
    raise AssertionError("nginx does not listen")
