"""Generated requests are signed by us and by botocore's SigV4Auth; the Authorization headers must be the same."""

from urllib.parse import urlsplit

from botocore.auth import SIGNED_HEADERS_BLACKLIST, SigV4Auth, _host_from_url
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from standin.signing_clock import signing_at

CASES = 6000

METHODS = ("GET", "POST", "PUT", "DELETE", "HEAD", "PATCH", "OPTIONS")
SEGMENTS = ("", ".", "..", "...", "a", "B-_~.", "%20", "%2F", "%e1%88%b4", "%", "a b", "é", "ሴ", "😀", "+", "*", "=", "&",
            "!'()", ":@,;$", "\\", "|", "^`{}[]<>\"")
NAMES = ("", "a", "A", "b", "Action", "X-Amz-Expires", "%20", "é", "a b", "a%3D", "-._~", "+", "/", "?")
VALUES = ("", "1", "2", "a=b", "=", "é", "%E1%88%B4", "a b", "a+b", "-._~/", "?x", "z")
HEADERS = ("Content-Type", "X-Amz-Target", "My-Header1", "my-header1", "MY-HEADER1", "a", "B", "x_y", "Accept",
           "X-Amz-Content-Sha256x", "Zzz-0")
HEADER_VALUES = ("", " ", "value", "  value  ", "a  b   c", "\ta\t b", '"a   b"', "a,b", "A;b=C", "é ü", "%20", "::")


def paths(rng):
    return rng.choice(("", "/")) + "/".join(rng.choice(SEGMENTS) for _ in range(rng.randrange(6)))


def queries(rng):
    pairs = (rng.choice(NAMES) + rng.choice(("", "=", "=")) + rng.choice(VALUES) for _ in range(rng.randrange(6)))
    return "&".join(pairs)


def generated(rng):
    path, query = paths(rng), queries(rng)
    if path and not path.startswith("/"):
        path = "/" + path
    host = rng.choice(("example.com", "api.sagemaker.eu-west-1.amazonaws.com", "localhost:4566", "[::1]:8080", "h:443"))
    headers = [(rng.choice(HEADERS), rng.choice(HEADER_VALUES)) for _ in range(rng.randrange(6))]
    if rng.random() < 0.3:
        headers.insert(rng.randrange(len(headers) + 1), (rng.choice(("Host", "host")), host))
    if rng.random() < 0.1:
        headers.append(("X-Amz-Content-SHA256", "UNSIGNED-PAYLOAD"))
    return {
        "method": rng.choice(METHODS),
        "url": f"https://{host}{path}" + (f"?{query}" if query else ""),
        "headers": headers,
        "body": rng.randbytes(rng.choice((0, 0, 1, 17, 63, 64, 65, 300))),
        "time": rng.choice((0, 951782399, 1440938160, rng.randrange(4_000_000_000), 253402300799)),
        "region": rng.choice(("us-east-1", "cn-north-1", "eu-isoe-west-1", "moon-base-1")),
        "service": rng.choice(("sagemaker", "logs", "sts", "service")),
        "access_key_id": rng.choice(("AKIDEXAMPLE", "ASIA/+=", "test")),
        "secret": rng.choice(("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "", "s", "é", "x" * 100)),
        "token": rng.choice((None, "AQoDYXdzEPT//////////wEXAMPLE==", "t" * 2000)),
    }


def sign_as_botocore(case):
    request = AWSRequest(method=case["method"], url=case["url"], data=case["body"])
    for name, value in case["headers"]:
        request.headers.add_header(name, value)
    credentials = Credentials(case["access_key_id"], case["secret"], case["token"])
    with signing_at(lambda: case["time"]):
        SigV4Auth(credentials, case["service"], case["region"]).add_auth(request)
    return request.headers


def question(case, headers):
    """The request as it goes out: the headers that botocore added for date and token are part of it."""
    parts = urlsplit(case["url"])
    sent = [(name, value) for name, value in headers.items()
            if name.lower() not in (*SIGNED_HEADERS_BLACKLIST, "authorization")]
    if not any(name.lower() == "host" for name, _ in sent):
        sent.append(("host", _host_from_url(case["url"])))
    return {"command": "sign", "method": case["method"], "path": parts.path, "query": parts.query, "headers": sent,
            "body": case["body"].hex(),
            **{name: case[name] for name in ("time", "region", "service", "access_key_id", "secret")}}


def test_authorization_headers_are_equal(ask, rng):
    cases = [generated(rng) for _ in range(CASES)]
    theirs = [sign_as_botocore(case) for case in cases]
    ours = ask([question(case, headers) for case, headers in zip(cases, theirs)])
    for case, expected, answer in zip(cases, theirs, ours):
        assert answer.get("authorization") == expected["Authorization"], case
        assert answer["date"] == expected["X-Amz-Date"]


def test_a_changed_request_has_another_signature(ask, rng):
    """So that the test above cannot pass because both sides leave something out."""
    case = {**generated(rng), "headers": [("My-Header1", "a b")]}
    base = question(case, sign_as_botocore(case))
    changes = {"method": "TRACE", "path": "/changed", "query": "changed=1", "body": "00ff", "time": 86400,
               "region": "changed", "service": "changed", "secret": "changed",
               "headers": [*base["headers"], ["changed", ""]]}
    answers = ask([base] + [{**base, name: value} for name, value in changes.items()])
    signatures = [answer["authorization"].rpartition("=")[2] for answer in answers]
    assert len(set(signatures)) == 1 + len(changes)
