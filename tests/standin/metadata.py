"""The small servers that keys come from where there is no STS: IMDS, the container agent, SSO, OIDC.

    with Metadata() as servers:
        servers.role = "studio"                 # IMDS: None for an instance without one
        run_client(AWS_EC2_METADATA_SERVICE_ENDPOINT=servers.url)
        servers.script("/latest/api/token", Reply(500), Reply(delay=2.0))
        assert servers.asked == ["PUT /latest/api/token", ...]

One port for all of them: their paths do not overlap. Each is as strict as the real one about methods, headers and
tokens; a request that none would understand is in violations.
"""

from __future__ import annotations

import json
import secrets
import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

from .jsontext import encoded
from .world import Account, Identity

IMDS_ROLES = "/latest/meta-data/iam/security-credentials/"
TTL = "x-aws-ec2-metadata-token-ttl-seconds"


@dataclass
class Reply:
    """Reply is an answer out of turn. drop closes the connection without any."""

    status: int = 200
    body: bytes = b""
    delay: float = 0.0
    drop: bool = False
    headers: dict[str, str] = field(default_factory=dict)


Mint = Callable[[str, float], dict[str, str]]


def named_keys(name: str, lifetime: float) -> dict[str, str]:
    """named_keys are keys that say which server they are of; nobody accepts them."""
    return {
        "AccessKeyId": f"AKID{name}",
        "SecretAccessKey": f"secret-{name}",
        "Token": f"token-{name}",
        "Expiration": _stamp(time.time() + lifetime),
    }


def minted_in(account: Account) -> Mint:
    """minted_in makes keys of the account, new ones each time, which its world accepts until they expire."""

    def mint(name: str, lifetime: float) -> dict[str, str]:
        expires = int(account.world.now() + lifetime)
        arn = f"arn:aws:sts::{account.id}:assumed-role/{name}/session"
        key, secret = f"ASIA{secrets.token_hex(8).upper()}", f"TopSecret{secrets.token_urlsafe(24)}"
        made = Identity(account.id, key, secret, f"TopSecretToken{secrets.token_hex(100)}", arn, f"AROA{name}", expires)
        account.world.keys[key] = made
        return {"AccessKeyId": key, "SecretAccessKey": secret, "Token": made.token, "Expiration": _stamp(expires)}

    return mint


def _stamp(seconds: float) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))


def operation_of(method: str, target: str) -> str:
    """operation_of is what a request is called where it is counted and struck."""
    path = urlsplit(target).path
    if path.startswith("/container/"):
        return "container"
    names = {
        "/latest/api/token": "instance token",
        "/latest/meta-data/placement/region": "instance region",
        IMDS_ROLES: "instance role",
        "/federation/credentials": "GetRoleCredentials",
        "/token": "CreateToken",
    }
    return names.get(path, "instance keys" if path.startswith(IMDS_ROLES) else f"{method} {path}")


class Sources:
    """Sources are what these servers know and answer, whoever carries it over the network."""

    def __init__(self, mint: Mint = named_keys) -> None:
        self.role: str | None = "studio"
        self.region: str | None = "ap-southeast-2"
        self.lifetime = 3600.0
        self.tokens: set[str] = set()
        self.version_1 = True
        self.authorization: str | None = None
        self.sso_tokens = {"sso-token"}
        self.refresh_tokens = {"refresh-token"}
        self.asked: list[str] = []
        self.violations: list[str] = []
        self._mint = mint
        self._scripts: dict[str, deque[Reply]] = defaultdict(deque)
        self._lock = threading.Lock()

    def script(self, path: str, *replies: Reply) -> None:
        """script makes the next requests to path get these replies."""
        with self._lock:
            self._scripts[path].extend(replies)

    def forget_tokens(self) -> None:
        """forget_tokens is an instance that has moved: its old session tokens are refused."""
        with self._lock:
            self.tokens.clear()

    def keys(self, name: str) -> dict[str, str]:
        return self._mint(name, self.lifetime)

    def answer(self, method: str, target: str, headers: dict[str, str], body: bytes) -> Reply:
        path = urlsplit(target).path
        with self._lock:
            self.asked.append(f"{method} {target}")
            if self._scripts[path]:
                return self._scripts[path].popleft()
            if path.startswith("/latest/"):
                return self._imds(method, path, headers)
            if path.startswith("/container/"):
                return self._container(headers)
            if (method, path) == ("GET", "/federation/credentials"):
                return self._portal(dict(parse_qsl(urlsplit(target).query)), headers)
            if (method, path) == ("POST", "/token"):
                return self._oidc(headers, body)
            self.violations.append(f"{method} {target}")
            return Reply(404)

    def _imds(self, method: str, path: str, headers: dict[str, str]) -> Reply:
        if path == "/latest/api/token":
            if method != "PUT" or headers.get(TTL) != "21600" or "x-forwarded-for" in headers:
                self.violations.append(f"{method} {path} {headers}")
                return Reply(400)
            self.tokens.add(f"token-{len(self.asked)}")
            return Reply(200, f"token-{len(self.asked)}".encode(), headers={TTL: "21600"})
        token = headers.get("x-aws-ec2-metadata-token")
        if token not in self.tokens and (token is not None or not self.version_1):
            return Reply(401)
        if path == "/latest/meta-data/placement/region" and self.region:
            return Reply(200, self.region.encode())
        if path == "/latest/meta-data/placement/availability-zone/" and self.region:
            return Reply(200, f"{self.region}a".encode())
        if path == IMDS_ROLES and self.role:
            return Reply(200, self.role.encode())
        if path == f"{IMDS_ROLES}{self.role}":
            return Reply(200, encoded({"Code": "Success", "Type": "AWS-HMAC"} | self.keys("INSTANCE")))
        return Reply(404)

    def _container(self, headers: dict[str, str]) -> Reply:
        if self.authorization is not None and headers.get("authorization") != self.authorization:
            return Reply(401, b'{"message": "unauthorized"}')
        return Reply(200, encoded(self.keys("CONTAINER")))

    def _portal(self, query: dict[str, str], headers: dict[str, str]) -> Reply:
        if set(query) != {"role_name", "account_id"} or "authorization" in headers:
            self.violations.append(f"GetRoleCredentials {query}")
        if headers.get("x-amz-sso_bearer_token") not in self.sso_tokens:
            body = b'{"message": "Session token not found or invalid"}'
            return Reply(401, body, headers={"x-amzn-ErrorType": "UnauthorizedException"})
        made = self.keys("SSO")
        keys = {
            "accessKeyId": made["AccessKeyId"],
            "secretAccessKey": made["SecretAccessKey"],
            "sessionToken": made["Token"],
            "expiration": int((time.time() + self.lifetime) * 1000),
        }
        return Reply(200, encoded({"roleCredentials": keys}))

    def _oidc(self, headers: dict[str, str], body: bytes) -> Reply:
        asked = json.loads(body)
        if set(asked) != {"clientId", "clientSecret", "grantType", "refreshToken"}:
            self.violations.append(f"CreateToken {sorted(asked)}")
        if asked["refreshToken"] not in self.refresh_tokens:
            said = {"error": "invalid_grant", "error_description": "Invalid refresh token provided"}
            return Reply(400, encoded(said), headers={"x-amzn-ErrorType": "InvalidGrantException"})
        made = f"sso-token-{len(self.asked)}"
        self.sso_tokens.add(made)
        said = {"accessToken": made, "expiresIn": 28800, "refreshToken": "refresh-token", "tokenType": "Bearer"}
        return Reply(200, encoded(said))


class Metadata(Sources):
    """Metadata serves on 127.0.0.1 until the end of the block; access keys are the server's name."""

    def __init__(self) -> None:
        super().__init__()
        self._stopped = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    def __enter__(self) -> Metadata:
        self._thread.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self._stopped.set()
        self._server.shutdown()
        self._server.server_close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def _handler(servers) -> type[BaseHTTPRequestHandler]:
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def _serve(self) -> None:
                length = int(self.headers.get("content-length") or 0)
                headers = {name.lower(): value for name, value in self.headers.items()}
                reply = servers.answer(self.command, self.path, headers, self.rfile.read(length))
                if reply.delay and servers._stopped.wait(reply.delay):
                    return
                if reply.drop:
                    self.close_connection = True
                    return
                try:
                    self.send_response(reply.status)
                    for name, value in reply.headers.items():
                        self.send_header(name, value)
                    self.send_header("Content-Length", str(len(reply.body)))
                    self.end_headers()
                    self.wfile.write(reply.body)
                except OSError:
                    self.close_connection = True

            do_GET = do_PUT = do_POST = _serve

            def log_message(self, *_arguments: object) -> None:
                pass

        return Handler
