"""Running replay.c, the bare loop of libcurl and json-c."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from e2e.collectd import TOP

PROGRAM = TOP / "build" / "bench" / "replay"


@dataclass(frozen=True)
class Request:
    path: str
    body: str
    headers: tuple[str, ...] = ()


@dataclass(frozen=True)
class Round:
    requests: int
    bytes: int
    cpu_s: float
    wall_s: float
    connections: int


def replay(
    folder: Path,
    url: str,
    requests: Sequence[Request],
    at_a_time: int,
    rounds: int,
    rest_s: int = 0,
    wrapper: Sequence[str] = (),
) -> list[Round]:
    """replay sends all requests in each of several rounds, with rests between, over connections that are kept; wrapper
    is what the program is run by."""
    path = folder / "requests"
    path.write_text("".join("\t".join((r.path, r.body, *r.headers)) + "\n" for r in requests))
    done = subprocess.run(
        [*wrapper, PROGRAM, url, path, str(at_a_time), str(rounds), str(rest_s)], capture_output=True, text=True, check=True
    )
    return [_round(line.split()) for line in done.stdout.splitlines()]


def _round(words: list[str]) -> Round:
    if int(words[5]):
        raise RuntimeError(f"{words[5]} of {words[0]} answers were errors")
    return Round(int(words[0]), int(words[1]), float(words[2]), float(words[3]), int(words[4]))
