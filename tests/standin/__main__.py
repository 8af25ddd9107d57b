"""The stand-in as a program: python3 -m standin --world FILE --ready FILE.

It ends on SIGTERM, on SIGINT, and when the process that started it ends.
"""

from __future__ import annotations

import argparse
import ctypes
import json
import os
import signal
import ssl
import sys
from dataclasses import asdict
from pathlib import Path
from typing import IO

from . import worldfile
from .calls import Record
from .server import StandIn

PR_SET_PDEATHSIG = 1


def main() -> int:
    options = _options()
    # Blocked in every thread, and waited for: a handler that sets an event would wait for itself at a second signal.
    ends = (signal.SIGTERM, signal.SIGINT)
    signal.pthread_sigmask(signal.SIG_BLOCK, ends)
    _end_with_parent()
    world = worldfile.load(options.world, options.offset)
    log = open(options.log, "a", encoding="utf-8") if options.log else None
    aws = StandIn(
        world,
        port=options.port,
        tls=_tls(options.tls),
        pages=options.pages,
        seed=options.seed,
        latency=options.latency,
        scan_events=options.scan_events,
        keep_calls=False,
        log=None if log is None else lambda record: _write(log, record),
    )
    aws.quota = dict(options.quota)
    with aws:
        if options.ready:
            _say_ready(Path(options.ready), aws.port)
        signal.sigwait(ends)
    if log is not None:
        log.close()
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="standin", description="an AWS on 127.0.0.1")
    parser.add_argument("--world", required=True, help="JSON file of what there is")
    parser.add_argument("--port", type=int, default=0, help="0: any free one")
    parser.add_argument("--ready", help="file that gets the port once the stand-in listens")
    parser.add_argument("--latency", type=float, default=0.0, help="seconds, for every answer")
    parser.add_argument("--offset", type=float, default=0.0, help="seconds its clock is ahead")
    parser.add_argument("--pages", choices=("ragged", "exact"), default="exact")
    parser.add_argument("--seed", type=int, default=1, help="of the ragged pages")
    parser.add_argument(
        "--scan-events",
        type=int,
        default=10_000,
        help="log events that FilterLogEvents looks at for one page",
    )
    parser.add_argument(
        "--quota", action="append", type=_rate, default=[], metavar="OP=N", help="calls a second"
    )
    parser.add_argument("--tls", nargs=2, metavar=("CERT", "KEY"))
    parser.add_argument("--log", help="file that gets a line of JSON for every request")
    return parser.parse_args()


def _rate(text: str) -> tuple[str, float]:
    operation, equals, rate = text.partition("=")
    if not equals:
        raise argparse.ArgumentTypeError(f"{text!r} is not OPERATION=CALLS_A_SECOND")
    return operation, float(rate)


def _tls(files: list[str] | None) -> ssl.SSLContext | None:
    if files is None:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*files)
    return context


def _end_with_parent() -> None:
    """_end_with_parent has the kernel send SIGTERM when the parent ends."""
    parent = os.getppid()
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
    # The parent may have ended before the kernel was told.
    if os.getppid() != parent:
        sys.exit(0)


def _say_ready(path: Path, port: int) -> None:
    """_say_ready writes the file at once: a reader sees all of it or none."""
    beside = path.with_name(path.name + ".new")
    beside.write_text(f"{port}\n")
    beside.rename(path)


def _write(log: IO[str], record: Record) -> None:
    log.write(json.dumps(asdict(record)) + "\n")
    log.flush()


if __name__ == "__main__":
    sys.exit(main())
