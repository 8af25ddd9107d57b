"""The stand-in of AWS as a process of its own, so that what it costs is on nobody's account, and its controls."""

from __future__ import annotations

import http.client
import json
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bench.process import Usage
from bench.worlds import Population
from standin import ACCESS_KEY, SECRET_KEY

# A million streams are built in a quarter of a minute on one core.
START_S = 300.0
_POLL_S = 0.05

LATENCY_S = 0.030

# CloudWatch Logs publishes 25 and 5 to 25 (10 in us-east-1's neighbours) calls a second for an account and region.
# SageMaker publishes nothing for its List operations: they are assumed to allow what DescribeLogStreams allows, which is
# kind to whoever calls them once for each user.
QUOTA = {
    "DescribeLogStreams": 25.0,
    "FilterLogEvents": 10.0,
    "ListApps": 25.0,
    "ListDomains": 25.0,
    "ListSpaces": 25.0,
    "DescribeDomain": 25.0,
    "ListUserProfiles": 25.0,
}


@dataclass(frozen=True)
class Counted:
    """Counted is what the stand-in has answered: calls by operation, those refused, bytes sent, connections taken, and
    the seconds from the first request to the last answer."""

    calls: Mapping[str, int]
    throttled: int
    bytes: int
    connections: int
    span_s: float

    @property
    def total(self) -> int:
        return sum(self.calls.values())

    def __add__(self, later: Counted) -> Counted:
        names = self.calls.keys() | later.calls.keys()
        return Counted(
            {name: self.calls.get(name, 0) + later.calls.get(name, 0) for name in names},
            self.throttled + later.throttled,
            self.bytes + later.bytes,
            self.connections + later.connections,
            self.span_s + later.span_s,
        )


class Aws:
    """Aws is a stand-in that serves a world; a context manager: it never outlives that."""

    def __init__(
        self,
        folder: Path,
        world: Population,
        *,
        latency: float = LATENCY_S,
        quota: Mapping[str, float] | None = None,
        options: tuple[str, ...] = (),
    ):
        self._latency = latency
        folder.mkdir(parents=True, exist_ok=True)
        self._ready = folder / "ready"
        self._ready.unlink(missing_ok=True)
        world.write(folder / "world.json")
        rates = QUOTA if quota is None else quota
        command = [sys.executable, "-m", "standin", "--world", folder / "world.json", "--ready", self._ready]
        command += ["--latency", str(latency), *options]
        for name, rate in rates.items():
            command += ["--quota", f"{name}={rate}"]
        started = time.monotonic()
        # Ctrl-C is not for it: it ends with the block.
        self._process = subprocess.Popen([str(part) for part in command], start_new_session=True)
        self.port = self._await()
        self.start_s = time.monotonic() - started
        self._control = http.client.HTTPConnection("127.0.0.1", self.port, timeout=START_S)

    def __enter__(self) -> Aws:
        return self

    def __exit__(self, *_: object) -> None:
        self._control.close()
        self._process.terminate()
        self._process.wait()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        """environment is what leads an AWS client to this stand-in."""
        return {
            "AWS_ENDPOINT_URL": self.url,
            "AWS_REGION": "us-east-1",
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_ACCESS_KEY_ID": ACCESS_KEY,
            "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
        }

    def usage(self) -> Usage:
        return Usage.of(self._process.pid)

    def reset(self) -> None:
        """reset begins to count anew."""
        self._ask("POST", "reset")

    def counted(self) -> Counted:
        """counted is what was asked since the last reset; a request that AWS would have refused is an error."""
        stats = self._ask("GET", "stats")
        if stats["violations"]:
            raise RuntimeError(f"not what AWS takes: {stats['violations'][0]}")
        first, last = stats["asked"] or (0.0, 0.0)
        calls = {name: sum(regions.values()) for name, regions in stats["calls"].items()}
        span_s = last - first + self._latency
        return Counted(calls, stats["throttled"], stats["bytes"], stats["connections"], span_s)

    def record(self) -> None:
        """record begins to keep answers; replays are asked for at /_standin/again/NUMBER."""
        self._ask("POST", "record")

    def recorded(self) -> list[dict]:
        """recorded ends the recording: headers, body and connection of each request."""
        return self._ask("GET", "recording")

    def _ask(self, method: str, what: str):
        self._control.request(method, f"/_standin/{what}")
        return json.loads(self._control.getresponse().read())

    def _await(self) -> int:
        end = time.monotonic() + START_S
        while not self._ready.exists():
            if self._process.poll() is not None or time.monotonic() > end:
                self._process.kill()
                raise RuntimeError("the stand-in of AWS does not start")
            time.sleep(_POLL_S)
        return int(self._ready.read_text())
