"""Each fault as a client sees it, byte for byte where that is the point."""

from __future__ import annotations

import contextlib
import gc
import json
import socket
import time

import pytest
from botocore.exceptions import ClientError

from .conftest import Asker
from .server import StandIn
from .world import STUDIO_GROUP

DOMAIN = "d-abcdefghijkl"
FOR_EVER_S = 3600.0
# What a machine that does other things may take for what is done at once.
SOON_S = 30.0


class Wire:
    """Wire is one socket to the stand-in, with a signed request for ListApps."""

    def __init__(self, ask):
        headers = ask.sign("sagemaker", "ListApps", b"{}")
        lines = [f"{name}: {value}\r\n" for name, value in headers.items()]
        head = f"POST / HTTP/1.1\r\n{''.join(lines)}Content-Length: 2\r\n\r\n"
        self.request = head.encode() + b"{}"
        self.socket = socket.create_connection(("127.0.0.1", ask.aws.port), timeout=SOON_S)
        self.file = self.socket.makefile("rb")

    def __enter__(self) -> Wire:
        self.socket.sendall(self.request)
        return self

    def __exit__(self, *_exception) -> None:
        self.file.close()
        self.socket.close()

    def head(self) -> tuple[int, int]:
        """head reads the status line and the headers: status and Content-Length."""
        status = int(self.file.readline().split()[1])
        length = -1
        while (line := self.file.readline()) != b"\r\n":
            if line.lower().startswith(b"content-length:"):
                length = int(line.split(b":")[1])
        return status, length

    def all(self) -> bytes:
        """all reads one whole answer's body."""
        return self.file.read(self.head()[1])

    def silent(self) -> bool:
        """silent says whether nothing comes, for as long as it is worth waiting in a test."""
        self.socket.settimeout(0.1)
        try:
            return self.socket.recv(1, socket.MSG_PEEK) is None
        except TimeoutError:
            return True
        finally:
            self.socket.settimeout(SOON_S)


@pytest.fixture
def app(region):
    return region.app(DOMAIN, user="user01", name="app", created=1_790_000_000.5)


@pytest.mark.parametrize("kind", ["reset", "refuse"])
def test_a_reset_connection(aws, ask, kind):
    fault = aws.fault(None if kind == "refuse" else "ListApps", kind, times=1)
    with pytest.raises(ConnectionResetError), Wire(ask) as wire:
        wire.socket.recv(1)
        wire.socket.sendall(wire.request)
        wire.socket.recv(1)
    assert fault.hits == 1
    with Wire(ask) as wire:
        assert wire.all() == b'{"Apps":[]}'


def test_a_closed_connection(aws, ask):
    aws.fault("ListApps", "close")
    with Wire(ask) as wire:
        assert wire.file.read() == b""


def test_hanging_before_the_headers(aws, ask):
    aws.fault("ListApps", "hang_before_headers", times=1)
    with Wire(ask) as wire:
        assert wire.silent()
        aws.release()
        assert wire.file.read() == b""


def test_hanging_after_the_headers(aws, ask):
    aws.fault("ListApps", "hang_after_headers", times=1)
    with Wire(ask) as wire:
        assert wire.head() == (200, len(b'{"Apps":[]}'))
        assert wire.silent()
        aws.release()
        assert wire.file.read() == b""


def test_dripping(aws, ask):
    aws.fault("ListApps", "drip", interval=0.02)
    with Wire(ask) as wire:
        wire.head()
        started = time.monotonic()
        assert wire.file.read(11) == b'{"Apps":[]}'
        assert time.monotonic() - started >= 0.1


def test_dripping_ends_at_release(aws, ask):
    aws.fault("ListApps", "drip", interval=FOR_EVER_S)
    with Wire(ask) as wire:
        wire.head()
        assert wire.file.read(1) == b"{"
        aws.release()
        assert wire.file.read(10) == b'"Apps":[]}'


def test_a_status_of_ones_own(aws, ask):
    aws.fault("ListApps", "status", code=503, body="<h1>busy</h1>", headers={"Retry-After": "7"})
    with Wire(ask) as wire:
        assert wire.file.readline() == b"HTTP/1.1 503 Service Unavailable\r\n"
        assert wire.file.readline() == b"Retry-After: 7\r\n"
        while wire.file.readline() != b"\r\n":
            pass
        assert wire.file.read(13) == b"<h1>busy</h1>"


ERRORS = [
    ("throttle", {}, "ThrottlingException", 400),
    ("expired_token", {}, "ExpiredTokenException", 400),
    ("access_denied", {}, "AccessDeniedException", 400),
    ("error", {"code": "InternalFailure", "message": "?", "status": 500}, "InternalFailure", 500),
]


@pytest.mark.parametrize("kind,options,code,status", ERRORS)
def test_errors(aws, ask, kind, options, code, status):
    fault = aws.fault("ListApps", kind, times=1, **options)
    client = ask.client("sagemaker")
    with pytest.raises(ClientError) as refused:
        client.list_apps()
    assert refused.value.response["Error"]["Code"] == code
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == status
    assert (aws.calls[-1].error, aws.calls[-1].status) == (code, status)
    client.list_apps()
    assert fault.hits == 1


def test_a_fault_strikes_only_what_it_names(aws, ask, world, region):
    world.account().region("eu-west-1")
    for i in range(30):
        region.app(DOMAIN, user="user01", name=f"app{i}")
    page = aws.fault("ListApps", "throttle", page=1)
    there = aws.fault("ListApps", "throttle", region="eu-west-1")
    nobody = aws.fault("ListApps", "throttle", account="000000000000")
    client = ask.client("sagemaker")
    token = client.list_apps()["NextToken"]
    client.list_domains()
    with pytest.raises(ClientError):
        client.list_apps(NextToken=token)
    with pytest.raises(ClientError):
        ask.client("sagemaker", region="eu-west-1").list_apps()
    assert (page.hits, there.hits, nobody.hits) == (1, 1, 0)
    aws.clear_faults()
    client.list_apps(NextToken=token)


def test_an_empty_body(aws, ask):
    aws.fault("ListApps", "empty_body")
    with Wire(ask) as wire:
        assert wire.head() == (200, 0)


def test_cut_json_has_its_own_length(aws, ask, app):
    aws.fault("ListApps", "truncated")
    with Wire(ask) as wire:
        body = wire.all()
    assert body.startswith(b'{"Apps":[{"DomainId":"d-abc')
    with pytest.raises(ValueError):
        json.loads(body)


def test_a_short_body_ends_before_its_length(aws, ask, app):
    aws.fault("ListApps", "short_body")
    with Wire(ask) as wire:
        _, length = wire.head()
        assert 0 < len(wire.file.read()) < length


def test_a_page_of_html(aws, ask):
    aws.fault("ListApps", "html")
    with Wire(ask) as wire:
        assert wire.all().startswith(b"<!DOCTYPE html>")


def test_a_redirect(aws, ask):
    aws.fault("ListApps", "redirect", url="http://127.0.0.1:1/elsewhere")
    with Wire(ask) as wire:
        assert wire.file.readline() == b"HTTP/1.1 302 Found\r\n"
        assert wire.file.readline() == b"Location: http://127.0.0.1:1/elsewhere\r\n"


def test_wrong_types(aws, ask, app):
    aws.fault("ListApps", "wrong_types", times=1)
    aws.fault("ListApps", "wrong_types", outer=True)
    with Wire(ask) as wire:
        assert json.loads(wire.all()) == {
            "Apps": [
                {
                    "DomainId": 17,
                    "UserProfileName": 17,
                    "AppType": 17,
                    "AppName": 17,
                    "Status": 17,
                    "CreationTime": "seventeen",
                    "ResourceSpec": [{"InstanceType": 17}],
                }
            ]
        }
    with Wire(ask) as wire:
        assert isinstance(json.loads(wire.all())["Apps"], dict)


def test_deep_nesting(aws, ask):
    aws.fault("ListApps", "deep_nesting")
    with Wire(ask) as wire:
        body = wire.all()
    assert body == b'{"Apps":' + b"[" * 100_000 + b"]" * 100_000 + b"}"


def test_duplicate_keys(aws, ask, app):
    aws.fault("ListApps", "duplicate_keys")
    with Wire(ask) as wire:
        body = wire.all()
    assert body.startswith(b'{"Apps":null,"Apps":[{"DomainId":null,"DomainId":"d-')
    assert json.loads(body)["Apps"][0]["AppName"] == "app"


def test_errors_are_utf8(aws, ask):
    aws.fault("ListApps", "error", code="ValidationException", message="ドメインがありません")
    with Wire(ask) as wire:
        body = wire.all()
    assert "ドメインがありません".encode() in body and b"\\u" not in body


def test_nul_and_bad_utf8(aws, ask, app):
    aws.fault("ListApps", "nul_and_bad_utf8")
    with Wire(ask) as wire:
        body = wire.all()
    assert b"\\u0000" in body
    with pytest.raises(UnicodeDecodeError):
        body.decode()


def test_a_huge_body_is_right_and_never_in_memory(aws, ask, app):
    aws.fault("ListApps", "huge", bytes=5_000_000)
    with Wire(ask) as wire:
        _, length = wire.head()
        body = wire.file.read(length)
    assert length > 5_000_000
    names = {app["AppName"] for app in json.loads(body)["Apps"]}
    assert names == {"app"}


def test_a_huge_body_waits_for_its_reader(aws, ask, app):
    aws.fault("ListApps", "huge")
    with Wire(ask) as wire:
        _, length = wire.head()
        assert length > 100_000_000
        assert not wire.silent()
        assert aws.bytes_sent < 30_000_000


def test_endless_pages_always_have_a_new_token(aws, ask, app):
    aws.fault("ListApps", "endless_pages")
    client, tokens, answer = ask.client("sagemaker"), set(), {}
    for _ in range(20):
        answer = client.list_apps(**{k: v for k, v in answer.items() if k == "NextToken"})
        tokens.add(answer["NextToken"])
    assert len(tokens) == 20


def test_the_same_token_again_and_again(aws, ask, region):
    for i in range(25):
        region.app(DOMAIN, user="user01", name=f"app{i}")
    aws.fault("ListApps", "same_token")
    client, tokens, answer = ask.client("sagemaker"), set(), {}
    for _ in range(5):
        answer = client.list_apps(**{k: v for k, v in answer.items() if k == "NextToken"})
        tokens.add(answer["NextToken"])
    assert len(tokens) == 1


def test_a_fault_of_ones_own(aws, ask, app):
    def without_types(_struck, answer):
        answer.body = answer.body.replace(b"KernelGateway", b"SomethingElse")
        return answer

    aws.fault("ListApps", without_types)
    assert ask.client("sagemaker").list_apps()["Apps"][0]["AppType"] == "SomethingElse"


def test_a_fault_that_does_not_fit_is_a_mistake_of_the_script(aws, ask, region, refusals):
    region.stream("one")
    aws.fault("GetLogEvents", "same_token")
    ask.client("logs").get_log_events(logGroupName=STUDIO_GROUP, logStreamName="one")
    assert "mistake of the script" in refusals[0]
    for operation, kind in (("ListApps", "no such kind"), ("ListApps", "refuse")):
        with pytest.raises(ValueError):
            aws.fault(operation, kind)


def test_a_fault_hides_no_mistake_of_the_client(aws, ask, refusals):
    aws.fault("ListApps", "html")
    signed = ask.sign("sagemaker", "ListApps", b"{}") | {"X-Amz-Date": "20200101T000000Z"}
    with pytest.raises(ValueError):
        ask.post(signed, b"{}")
    assert len(refusals) == 1


def test_latency_holds_every_answer_but_nobody_else(aws, ask):
    client = ask.client("sagemaker")
    aws.latency = 0.2
    started = time.monotonic()
    client.list_apps()
    assert time.monotonic() - started >= 0.2
    aws.latency = FOR_EVER_S
    with Wire(ask) as wire:
        while len(aws.calls) < 2:
            time.sleep(0.001)
        aws.latency = 0
        client.list_apps()
        assert wire.silent()


@pytest.mark.parametrize("kind", ["hang_before_headers", "hang_after_headers", "drip", "huge"])
def test_closing_ends_soon_whatever_hangs(world, kind, recwarn):
    # What other tests' clients left open is warned of now, not in the midst of this test.
    gc.collect()
    recwarn.clear()
    with StandIn(world, pages="exact") as aws:
        aws.fault("ListApps", kind)
        wires = [Wire(Asker(aws)).__enter__() for _ in range(3)]
        while len(aws.calls) < 3:
            time.sleep(0.001)
        started = time.monotonic()
    assert time.monotonic() - started < SOON_S
    for wire in wires:
        with contextlib.suppress(ConnectionResetError):
            wire.file.read()
        wire.__exit__()
    assert aws.violations == []
    assert [str(warning.message) for warning in recwarn] == []
