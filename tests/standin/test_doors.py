"""Doors that are shut in each way, faults of certain pages, and the servers of keys behind the stand-in's own door."""

from __future__ import annotations

import json
import socket
import ssl
import urllib.error
import urllib.request

import pytest

from faults.certificates import Authority, make_authority

from .conftest import Asker
from .metadata import TTL, Sources, minted_in
from .server import StandIn

NAME = "sagemaker.faults.test"
DOMAIN = "d-abcdefghijkl"


@pytest.fixture(scope="module")
def authority(tmp_path_factory) -> Authority:
    return make_authority(tmp_path_factory.mktemp("authority") / "certificates")


def shake_hands(port: int, authority: Authority) -> str:
    """shake_hands is what comes of a connection with TLS: "well", or the reason why not."""
    context = ssl.create_default_context(cafile=authority.ca)
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=5) as plain:
            with context.wrap_socket(plain, server_hostname=NAME):
                return "well"
    except ssl.SSLCertVerificationError as error:
        return error.verify_message
    except ssl.SSLError as error:
        return error.reason
    except ConnectionRefusedError:
        return "refused"


@pytest.mark.parametrize(
    "way, said",
    [
        ("refused", "refused"),
        ("tls_failure", "WRONG_VERSION_NUMBER"),
        ("wrong_ca", "unable to get local issuer certificate"),
        ("expired", "certificate has expired"),
    ],
)
def test_a_door_is_shut_and_opened_again(aws, authority, way, said):
    door = aws.door(authority.shown)
    port = door.port
    assert shake_hands(port, authority) == "well"
    aws.set_door(door, way)
    assert shake_hands(port, authority) == said
    assert shake_hands(port, authority) == said
    aws.set_door(door, None)
    assert shake_hands(port, authority) == "well"
    assert door.port == port


def test_what_came_through_a_door_is_reset_when_it_is_shut(aws):
    door, other = aws.door(), aws.door()
    with socket.create_connection(("127.0.0.1", door.port)) as lost:
        with socket.create_connection(("127.0.0.1", other.port)) as kept:
            for connection in (lost, kept):
                connection.settimeout(5)
                connection.sendall(b"GET /_standin/stats HTTP/1.1\r\nHost: x\r\n\r\n")
                assert connection.recv(1) == b"H"
            aws.set_door(door, "refused")
            with pytest.raises(ConnectionResetError):
                while lost.recv(65536):
                    pass
            kept.sendall(b"GET /_standin/stats HTTP/1.1\r\nHost: x\r\n\r\n")
            assert kept.recv(65536)


def test_pages_of_at_most_so_many_things(world, region):
    for number in range(5):
        region.domain(f"d-{number}", "research")
    with StandIn(world, pages="exact", most=2) as aws:
        pages = Asker(aws).pages("sagemaker", "list_domains")
    assert [len(page["Domains"]) for page in pages] == [2, 2, 1]


@pytest.mark.parametrize(
    "page, onward, struck",
    [(0, False, [0]), (1, False, [1]), ("last", False, [2]), (1, True, [1, 2]), ("last", True, [2])],
)
def test_a_fault_of_a_page(world, region, clock, page, onward, struck):
    """A fault that only looks: which pages of three does it fit?"""
    for number in range(5):
        region.domain(f"d-{number}", "research")
    seen: list[int] = []
    with StandIn(world, pages="exact", most=2) as aws:

        def look(_struck, answer):
            seen.append(len(aws.calls))
            return answer

        aws.fault("ListDomains", look, page=page, onward=onward)
        Asker(aws).pages("sagemaker", "list_domains")
    assert seen == struck


def test_a_fault_of_some_inputs_only(aws, ask, region):
    region.stream(f"{DOMAIN}/user01/KernelGateway/app", last_event=region.now())
    fault = aws.fault("DescribeLogStreams", "throttle", where=lambda input: "logStreamNamePrefix" in input)
    assert len(ask.streams()) == 1
    assert fault.hits == 0
    with pytest.raises(Exception, match="ThrottlingException"):
        ask.streams(logStreamNamePrefix="d-")


def get(url: str, method: str = "GET", **headers: str) -> tuple[int, bytes]:
    try:
        with urllib.request.urlopen(urllib.request.Request(url, method=method, headers=headers), timeout=5) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


def test_servers_of_keys_give_keys_that_their_world_accepts(world, region):
    sources = Sources(minted_in(world.account()))
    with StandIn(world, sources=sources) as aws:
        _, token = get(f"{aws.url}/latest/api/token", "PUT", **{TTL: "21600"})
        header = {"x-aws-ec2-metadata-token": token.decode()}
        _, body = get(f"{aws.url}/latest/meta-data/iam/security-credentials/studio", **header)
        keys = json.loads(body)
        assert world.keys[keys["AccessKeyId"]].secret_key == keys["SecretAccessKey"]
        aws.fault("instance keys", "status", code=503)
        assert get(f"{aws.url}/latest/meta-data/iam/security-credentials/studio", **header)[0] == 503
        _, again = get(f"{aws.url}/container/keys")
        assert json.loads(again)["AccessKeyId"] != keys["AccessKeyId"]
        counted = [call.operation for call in aws.calls]
    assert counted == ["instance token", "instance keys", "instance keys", "container"]
