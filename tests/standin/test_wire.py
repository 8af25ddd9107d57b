"""HTTP as it comes over the socket: kept open, pipelined, in pieces, over TLS, and wrong."""

from __future__ import annotations

import contextlib
import json
import socket
import ssl
import subprocess

import pytest

from .server import StandIn


class Socket:
    """Socket is a plain connection on which a test says every byte."""

    def __init__(self, aws: StandIn, context: ssl.SSLContext | None = None):
        plain = socket.create_connection(("127.0.0.1", aws.port), timeout=5)
        self.socket = context.wrap_socket(plain, server_hostname="localhost") if context else plain
        self.file = self.socket.makefile("rb")

    def __enter__(self) -> Socket:
        return self

    def __exit__(self, *_exception) -> None:
        self.file.close()
        self.socket.close()

    def send(self, data: bytes) -> None:
        self.socket.sendall(data)

    def answer(self) -> tuple[int, dict]:
        status = int(self.file.readline().split()[1])
        length = 0
        while (line := self.file.readline()) != b"\r\n":
            if line.lower().startswith(b"content-length:"):
                length = int(line.split(b":")[1])
        return status, json.loads(self.file.read(length) or b"null")


def signed(ask, operation: str, input: dict, **headers: str) -> tuple[bytes, bytes]:
    """signed is a signed request's head and body."""
    body = json.dumps(input).encode()
    lines = [f"{n}: {v}\r\n" for n, v in ask.sign("sagemaker", operation, body).items()]
    lines += [f"{n}: {v}\r\n" for n, v in headers.items()]
    return f"POST / HTTP/1.1\r\n{''.join(lines)}Content-Length: {len(body)}\r\n\r\n".encode(), body


def test_pipelined_requests_are_answered_in_their_order(aws, ask, region):
    region.app("d-1", user="user01")
    first = b"".join(signed(ask, "ListApps", {}))
    second = b"".join(signed(ask, "ListDomains", {}))
    aws.fault("ListApps", "drip", interval=0.001, times=2)
    with Socket(aws) as wire:
        wire.send((first + second) * 3)
        answers = [list(wire.answer()[1]) for _ in range(6)]
    assert answers == [["Apps"], ["Domains"]] * 3
    assert aws.connections == 1


def test_a_request_may_come_byte_by_byte(aws, ask):
    with Socket(aws) as wire:
        for byte in b"".join(signed(ask, "ListApps", {"MaxResults": 5})):
            wire.send(bytes([byte]))
        assert wire.answer() == (200, {"Apps": []})


def test_expect_is_answered_before_the_body_comes(aws, ask):
    head, body = signed(ask, "ListApps", {}, Expect="100-continue")
    with Socket(aws) as wire:
        wire.send(head)
        assert wire.file.readline() == b"HTTP/1.1 100 Continue\r\n"
        assert wire.file.readline() == b"\r\n"
        wire.send(body)
        assert wire.answer()[0] == 200
        wire.send(head + body)
        assert wire.answer()[0] == 200


def test_connection_close_closes(aws, ask):
    head, body = signed(ask, "ListApps", {}, Connection="close")
    with Socket(aws) as wire:
        wire.send(head + body)
        assert wire.answer()[0] == 200
        assert wire.file.read() == b""


@pytest.mark.parametrize(
    "request_bytes",
    [
        b"hello\r\n\r\n",
        b"POST / HTTP/3\r\n\r\n",
        b"POST / HTTP/1.1\r\nno colon\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost : x\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: many\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"x" * 70_000,
    ],
)
def test_what_is_no_http_is_refused_and_noted(aws, refusals, request_bytes):
    with Socket(aws) as wire:
        wire.send(request_bytes)
        assert wire.file.readline() == b"HTTP/1.1 400 Bad Request\r\n"
    assert len(refusals) == 1 and refusals[0].startswith("HTTP: ")


@pytest.mark.parametrize("line", [b"GET / HTTP/1.1\r\n", b"POST /latest HTTP/1.1\r\n"])
def test_only_post_to_the_root_is_a_request_of_awss(aws, ask, refusals, line):
    head, body = signed(ask, "ListApps", {})
    with Socket(aws) as wire:
        wire.send(line + head.partition(b"\r\n")[2] + body)
        status, answer = wire.answer()
    assert (status, answer["__type"]) == (404, "UnknownOperationException")
    assert len(refusals) == 1


def test_stats_and_reset_over_http(aws, ask, clock):
    ask.client("sagemaker").list_apps()
    with Socket(aws) as wire:
        wire.send(b"GET /_standin/stats HTTP/1.1\r\nHost: x\r\n\r\n")
        _, stats = wire.answer()
        assert stats["calls"] == {"ListApps": {"us-east-1": 1}}
        assert (stats["throttled"], stats["violations"], stats["connections"]) == (0, [], 2)
        assert stats["bytes"] > 0
        assert stats["asked"] == [clock.now, clock.now]
        # What the stand-in says of itself is no part of what it counts.
        wire.send(b"GET /_standin/stats HTTP/1.1\r\nHost: x\r\n\r\n")
        assert wire.answer() == (200, stats)
        aws.violations.append("one")
        wire.send(b"POST /_standin/reset HTTP/1.1\r\nHost: x\r\n\r\n")
        assert wire.answer() == (200, {})
    assert aws.count() == 0 and aws.calls == aws.violations == []


def test_recorded_answers_are_given_again_without_being_counted(aws, ask, region):
    region.app("d-1", user="user01", name="app")
    with Socket(aws) as wire:
        wire.send(b"POST /_standin/record HTTP/1.1\r\nHost: x\r\n\r\n")
        assert wire.answer() == (200, {})
        head, body = signed(ask, "ListApps", {"MaxResults": 3})
        wire.send(head + body)
        _, answer = wire.answer()
        wire.send(b"GET /_standin/recording HTTP/1.1\r\nHost: x\r\n\r\n")
        _, (request,) = wire.answer()
        assert json.loads(request["body"]) == {"MaxResults": 3}
        assert request["headers"]["x-amz-target"] == "SageMaker.ListApps"
        ask.client("sagemaker").list_apps()
        wire.send(b"POST /_standin/again/0 HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}")
        assert wire.answer() == (200, answer)
        for number in (b"1", b"-1", b"x", b"0/0"):
            wire.send(b"POST /_standin/again/%s HTTP/1.1\r\nHost: x\r\n\r\n" % number)
            assert wire.answer()[0] == 404
    assert aws.count() == 2


def test_only_this_machine_can_connect(aws):
    """Bound to 127.0.0.1 and not to all addresses: the second loopback address is refused."""
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.2", aws.port), timeout=5)


def test_tls(world, tmp_path):
    key, certificate = tmp_path / "key.pem", tmp_path / "cert.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
        + ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
        + ["-keyout", key, "-out", certificate],
        check=True,
        capture_output=True,
    )
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(certificate, key)
    with StandIn(world, tls=server) as aws:
        assert aws.url.startswith("https://")
        with Socket(aws, ssl.create_default_context(cafile=certificate)) as wire:
            wire.send(b"GET /_standin/stats HTTP/1.1\r\nHost: x\r\n\r\n")
            assert wire.answer()[0] == 200
        refused = aws.fault(None, "refuse")
        with Socket(aws, ssl.create_default_context(cafile=certificate)) as wire:
            # Python's ssl takes some resets for the end of the stream.
            with contextlib.suppress(ConnectionResetError):
                assert wire.socket.recv(1) == b""
        assert refused.hits == 1
