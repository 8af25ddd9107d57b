"""Doors: ports of a stand-in's that may be shut, each in one of the ways in which a host cannot be reached.

    door = aws.door(Certificates(good, wrong_ca, expired))
    run_client(endpoint=f"https://name-of-the-certificate:{door.port}")
    door.shut("refused")        # from now on; what is connected is reset
    door.open()

The port stays the door's whatever happens: a socket that never listens holds it.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

_LOOPBACK = "127.0.0.1"


@dataclass(frozen=True)
class Certificates:
    """Certificates are files with a certificate and its key: the good one, and those that must be refused."""

    good: Path
    wrong_ca: Path
    expired: Path


class _NoTls(asyncio.Protocol):
    """_NoTls answers a handshake as a server does that speaks plain HTTP."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._transport.write(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
        self._transport.close()


class Door:
    """Door is one port; without certificates it speaks HTTP. Its methods belong to the stand-in's loop."""

    WAYS = ("refused", "tls_failure", "wrong_ca", "expired")

    def __init__(self, serve: Callable[[str, Door], asyncio.Protocol], certificates: Certificates | None):
        self.certificates = certificates
        self._serve = serve
        self._placeholder = _bound(0)
        self.port: int = self._placeholder.getsockname()[1]
        self._server: asyncio.Server | None = None

    async def set(self, way: str | None) -> None:
        """set opens the door (None), or shuts it in a way."""
        if self._server is not None:
            # Nothing listens from here on. What is connected is not waited for: it is reset by who shuts the door.
            self._server.close()
            self._server = None
        if way != "refused":
            listener = _bound(self.port)
            self._server = await asyncio.get_running_loop().create_server(
                self._protocol(way), sock=listener, ssl=self._context(way), backlog=1024
            )

    def close(self) -> None:
        if self._server is not None:
            self._server.close()
        self._placeholder.close()

    def _protocol(self, way: str | None) -> Callable[[], asyncio.Protocol]:
        if way == "tls_failure":
            return _NoTls
        return lambda: self._serve("http" if self.certificates is None else "https", self)

    def _context(self, way: str | None) -> ssl.SSLContext | None:
        if self.certificates is None or way == "tls_failure":
            return None
        file = {"wrong_ca": self.certificates.wrong_ca, "expired": self.certificates.expired}.get(
            way, self.certificates.good
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file)
        return context


def _bound(port: int) -> socket.socket:
    bound = socket.socket()
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    bound.bind((_LOOPBACK, port))
    return bound
