"""HTTP/1.1 on one connection: bytes in, requests out, answers in their order.

Only what the clients of AWS send: Content-Length bodies, keep-alive, pipelining, Expect:
100-continue. What is answered is decided elsewhere; an answer may bring its own way of being
delivered (late, broken, never).
"""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from http.client import responses
from typing import Protocol

MAX_HEAD_BYTES = 64 * 1024
MAX_BODY_BYTES = 1024 * 1024



@dataclass(slots=True)
class Request:
    """Request is one request as it came; header names are in lower case."""

    method: str
    target: str
    version: str
    headers: list[tuple[str, str]]
    body: bytes = b""
    scheme: str = "http"
    connection: int = 0
    # As an emulator that does not know STS's JSON takes it.
    wants_xml: bool = False

    def header(self, name: str) -> str | None:
        for present, value in self.headers:
            if present == name:
                return value
        return None

    @property
    def url(self) -> str:
        return f"{self.scheme}://{self.header('host') or ''}{self.target}"

    @property
    def keep_alive(self) -> bool:
        wish = (self.header("connection") or "").lower()
        return "close" not in wish and (self.version == "HTTP/1.1" or "keep-alive" in wish)


@dataclass(slots=True)
class Answer:
    """Answer is a status, headers and a body; delivery replaces the plain way of sending it.

    Where counted is False it is the stand-in's own talk, and no part of what a client received.
    """

    status: int
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)
    delivery: Callable[[Connection, Answer], Awaitable[None]] | None = None
    delay_s: float = 0.0
    keep_alive: bool = True
    counted: bool = True

    def head(self, length: int | None = None) -> bytes:
        """head is the status line and the headers, for a body of length bytes."""
        size = len(self.body) if length is None else length
        lines = [f"HTTP/1.1 {self.status} {responses.get(self.status, 'Unknown')}"]
        lines += [f"{name}: {value}" for name, value in self.headers.items()]
        lines.append(f"Content-Length: {size}")
        if not self.keep_alive:
            lines.append("Connection: close")
        return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")

    def encode(self) -> bytes:
        return self.head() + self.body


class Server(Protocol):
    """Server is what a connection needs of whoever answers."""

    def connected(self, connection: Connection) -> None: ...

    def disconnected(self, connection: Connection) -> None: ...

    def answer(self, request: Request) -> Answer: ...

    def complain(self, what: str) -> None: ...

    def sent(self, size: int) -> None: ...


class Malformed(Exception):
    """Bytes that are no HTTP request."""


class Connection(asyncio.Protocol):
    """Connection reads requests from one socket and answers them one after another."""

    def __init__(self, server: Server, scheme: str, door: object = None):
        self.server = server
        self.scheme = scheme
        self.door = door
        self.number = 0
        self.transport: asyncio.Transport
        self._buffer = bytearray()
        self._head: Request | None = None
        self._length = 0
        self._task: asyncio.Task | None = None
        self._writable = asyncio.Event()
        self._writable.set()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self.server.connected(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self._writable.set()
        if self._task is not None:
            self._task.cancel()
        self.server.disconnected(self)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        self._advance()

    def pause_writing(self) -> None:
        self._writable.clear()

    def resume_writing(self) -> None:
        self._writable.set()

    def write(self, data: bytes, counted: bool = True) -> None:
        if counted:
            self.server.sent(len(data))
        self.transport.write(data)

    async def drain(self) -> None:
        """drain waits until the peer has taken most of what was written, and lets others have their turn."""
        await asyncio.sleep(0)
        await self._writable.wait()

    def reset(self) -> None:
        """reset ends the connection with RST; safe twice."""
        if self.transport.is_closing():
            return
        peer: socket.socket = self.transport.get_extra_info("socket")
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.transport.abort()

    def _advance(self) -> None:
        """_advance answers what has arrived completely, as long as nothing is under way."""
        try:
            while self._task is None and not self.transport.is_closing():
                request = self._next_request()
                if request is None:
                    return
                self._serve(request)
        except Malformed as reason:
            self.server.complain(f"HTTP: {reason}")
            body = str(reason).encode()
            self.write(Answer(400, body, keep_alive=False).encode())
            self.transport.close()

    def _serve(self, request: Request) -> None:
        answer = self.server.answer(request)
        answer.keep_alive = answer.keep_alive and request.keep_alive
        if answer.delivery is None and answer.delay_s <= 0:
            self._send(answer)
            return
        self._task = asyncio.get_running_loop().create_task(self._deliver(answer))
        self._task.add_done_callback(self._delivered)

    def _send(self, answer: Answer) -> None:
        self.write(answer.encode(), answer.counted)
        if not answer.keep_alive:
            self.transport.close()

    async def _deliver(self, answer: Answer) -> None:
        if answer.delay_s > 0:
            await asyncio.sleep(answer.delay_s)
        if answer.delivery is None:
            self._send(answer)
        else:
            await answer.delivery(self, answer)

    def _delivered(self, task: asyncio.Task) -> None:
        self._task = None
        if not task.cancelled() and task.exception() is not None:
            self.server.complain(f"mistake of the stand-in: {task.exception()!r}")
            self.transport.abort()
        self._advance()

    def _next_request(self) -> Request | None:
        """_next_request is the next complete request in the buffer, None until there is one."""
        if self._head is None:
            end = self._buffer.find(b"\r\n\r\n")
            if end < 0:
                if len(self._buffer) > MAX_HEAD_BYTES:
                    raise Malformed("the request's head is too long")
                return None
            self._head = parse_head(bytes(self._buffer[:end]), self.scheme)
            self._length = body_length(self._head)
            del self._buffer[: end + 4]
            expects = (self._head.header("expect") or "").lower() == "100-continue"
            if expects and len(self._buffer) < self._length:
                self.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        if len(self._buffer) < self._length:
            return None
        request, self._head = self._head, None
        request.body = bytes(self._buffer[: self._length])
        request.connection = self.number
        del self._buffer[: self._length]
        return request


def parse_head(head: bytes, scheme: str) -> Request:
    """parse_head reads the request line and the headers."""
    lines = head.decode("latin-1").split("\r\n")
    parts = lines[0].split(" ")
    if len(parts) != 3 or parts[2] not in ("HTTP/1.1", "HTTP/1.0"):
        raise Malformed(f"no request line: {lines[0]!r}")
    headers = []
    for line in lines[1:]:
        name, colon, value = line.partition(":")
        if not colon or not name or name != name.strip():
            raise Malformed(f"no header: {line!r}")
        headers.append((name.lower(), value.strip(" \t")))
    return Request(parts[0], parts[1], parts[2], headers, scheme=scheme)


def body_length(request: Request) -> int:
    if request.header("transfer-encoding") is not None:
        raise Malformed("only Content-Length bodies are understood")
    lengths = {value for name, value in request.headers if name == "content-length"}
    if not lengths:
        return 0
    length = lengths.pop()
    if lengths or not length.isdigit() or int(length) > MAX_BODY_BYTES:
        raise Malformed("no usable Content-Length")
    return int(length)
