"""What may go wrong: the columns of the matrix, and how each is done to an operation at a position."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from faults.lane import Lane
from faults.operations import BY_NAME, Operation

CLOCK_OFFSET_S = 1200

# A name is looked up again once libcurl's own memory of it is over (CURLOPT_DNS_CACHE_TIMEOUT), in seconds.
NAME_KEPT_S = 61


class Trouble(Protocol):
    """Trouble is a fault that has been done: how often it was met, and its end.

    counts: every scan that meets it adds to hits. exact: it strikes just that operation at that position, first.
    """

    counts: bool
    exact: bool

    @property
    def hits(self) -> int: ...

    def end(self) -> None: ...


@dataclass(frozen=True)
class Kind:
    """Kind is a column. code is what the plugin counts it under, None where that is the operation's own affair."""

    name: str
    code: str | None
    strike: Callable[[Kind, Lane, Operation, str], Trouble]
    options: dict = field(default_factory=dict)
    process: str | None = None  # what a credential_process does that fails so; None: it has no such fault

    def applies(self, operation: Operation) -> bool:
        if operation.host is None:
            return self.process is not None or self.strike is _clock
        if self.strike is _pages:
            return len(operation.positions) > 1 or operation is BY_NAME
        if self.options.get("kind") in _JSON_ONLY:
            return operation.is_json
        # The instance's metadata has no name and no TLS.
        return operation.host != "instance" or self.strike not in (_name, _door) or self.name == "refused"


_JSON_ONLY = ("truncated", "wrong_types", "deep_nesting", "duplicate_keys", "nul_and_bad_utf8")


class Scripted:
    """Scripted is a fault of the stand-in's, and what else there is to end."""

    counts = True
    exact = True

    def __init__(self, lane: Lane, operation: Operation, position: str, kind, *, onward: bool = False, **options):
        self._lane = lane
        self._fault = lane.aws.fault(
            operation.asked,
            kind,
            page=operation.page(lane, position),
            onward=onward,
            where=operation.where,
            **options,
        )

    @property
    def hits(self) -> int:
        return self._fault.hits

    def end(self) -> None:
        self._lane.aws.clear_faults()
        self._lane.aws.release()


def _answer(kind: Kind, lane: Lane, operation: Operation, position: str) -> Trouble:
    options = dict(kind.options)
    if options["kind"] == "wrong_types" and operation.name == "FilterLogEvents":
        options["outer"] = True  # there is often nothing else on its last page than an empty list
    return Scripted(lane, operation, position, options.pop("kind"), **options)


def _pages(kind: Kind, lane: Lane, operation: Operation, position: str) -> Trouble:
    return Scripted(lane, operation, position, kind.options["kind"], onward=True)


class _Shut(Scripted):
    """_Shut is a host that is lost with the request at that position, and stays so."""

    counts = False

    def __init__(self, lane: Lane, operation: Operation, position: str, way: str):
        self._door = lane.doors[operation.host]

        def strike(struck, answer):
            lane.aws.shut_soon(self._door, way)
            return answer

        super().__init__(lane, operation, position, _then_nothing(strike), times=1)

    def end(self) -> None:
        super().end()
        self._lane.aws.set_door(self._door, None)


def _then_nothing(strike):
    """_then_nothing keeps the answer back: the connection ends before."""

    def kind(struck, answer):
        strike(struck, answer)

        async def deliver(connection, _answer):
            connection.reset()

        answer.delivery = deliver
        return answer

    return kind


def _door(kind: Kind, lane: Lane, operation: Operation, position: str) -> Trouble:
    return _Shut(lane, operation, position, kind.options["way"])


class _Unnamed(Scripted):
    """_Unnamed is a host whose name is lost, and all connections to it with the request at that position."""

    counts = False

    def __init__(self, lane: Lane, operation: Operation, position: str, way: str):
        self._name = lane.host(operation.host)

        def strike(struck, answer):
            lane.resolver.make(self._name, way)
            lane.aws.drop(lane.doors[operation.host])

        super().__init__(lane, operation, position, _then_nothing(strike))

    def end(self) -> None:
        super().end()
        self._lane.resolver.make(self._name, None)


class _Renamed:
    """_Renamed is a host that has got another name, which cannot be looked up: the first request to it fails."""

    counts = False
    exact = False

    def __init__(self, lane: Lane, operation: Operation, way: str):
        self._lane = lane
        self._name = lane.rename(operation.host)
        lane.resolver.make(self._name, way)
        lane.write_config()

    @property
    def hits(self) -> int:
        return int(self._lane.resolver.asked(self._name))

    def end(self) -> None:
        self._lane.resolver.make(self._name, None)


def _name(kind: Kind, lane: Lane, operation: Operation, position: str) -> Trouble:
    if _is_first(operation, position):
        return _Renamed(lane, operation, kind.options["way"])
    return _Unnamed(lane, operation, position, kind.options["way"])


def _is_first(operation: Operation, position: str) -> bool:
    """_is_first: nothing is asked of the host before that in a scan, and its name is in a file of the lane's.

    The container's is in the environment: it cannot change while collectd runs.
    """
    if operation.gives_keys:
        return operation.host != "container"
    return operation.is_first and position == "first"


def waits_for_name(kind: Kind, operation: Operation, position: str) -> bool:
    """waits_for_name: libcurl must have forgotten the name's address before the fault can be met."""
    return kind.strike is _name and not _is_first(operation, position)


def loses_host(kind: Kind) -> bool:
    """loses_host: what else is asked of that host fails, too, from then on."""
    return kind.strike in (_name, _door)


class _Clock(Scripted):
    """_Clock is a clock that differs from the machine's from the request at that position on."""

    counts = False

    def __init__(self, lane: Lane, operation: Operation, position: str):
        def strike(struck, answer):
            lane.set_clock(CLOCK_OFFSET_S)
            return answer

        super().__init__(lane, operation, position, strike, times=1)

    def end(self) -> None:
        super().end()
        self._lane.set_clock(0)


class _ClockOfProcess:
    """_ClockOfProcess is a clock that is moved while the process runs, which knows nothing of it."""

    counts = False
    exact = True

    def __init__(self, lane: Lane):
        self._lane = lane
        self._before = lane.process_runs()
        lane.set_clock(CLOCK_OFFSET_S)

    @property
    def hits(self) -> int:
        return self._lane.process_runs() - self._before

    def end(self) -> None:
        self._lane.set_clock(0)


def _clock(_kind: Kind, lane: Lane, operation: Operation, position: str) -> Trouble:
    if operation.host is None:
        return _ClockOfProcess(lane)
    return _Clock(lane, operation, position)


class Process:
    """Process is a program that gives keys, or fails to."""

    exact = True

    def __init__(self, lane: Lane, script: str):
        self._lane = lane
        self._runs = lane.process_runs()
        self._is_there = self.counts = script != _NO_PROGRAM
        if script == _EXPIRED:
            lane.keys_last = -60
            lane.write_keys()
            script = "cat keys.json"
        lane.write_process(script if self._is_there else None)

    @property
    def hits(self) -> int:
        """hits are its runs; what is not there cannot count."""
        return self._lane.process_runs() - self._runs if self._is_there else 1

    def end(self) -> None:
        self._lane.mend_process()


_NO_PROGRAM = "no program"
_EXPIRED = "keys that have expired"
_HALF = 'head -c "$(($(wc -c <keys.json) * 2 / 3))" keys.json'
_NESTED = "head -c 60000 /dev/zero | tr '\\0' '['"
_WRONG_TYPE = """sed 's/"SecretAccessKey": "[^"]*"/"SecretAccessKey": 17/' keys.json"""
_TWICE = """sed 's/{/{"SecretAccessKey": null, /' keys.json"""
_NO_TEXT = """printf '{"Version": 1, "AccessKeyId": "A\\377\\0"}'"""

KINDS = (
    Kind("refused", "connect", _door, {"way": "refused"}, process=_NO_PROGRAM),
    Kind("reset", "connect", _answer, {"kind": "reset"}, process=f"{_HALF}; kill -9 $$"),
    Kind("hang before headers", "timeout", _answer, {"kind": "hang_before_headers"}, process="sleep 600"),
    Kind("hang after headers", "timeout", _answer, {"kind": "hang_after_headers"}, process=f"{_HALF}; sleep 600"),
    Kind("slow drip", "timeout", _answer, {"kind": "drip"}, process="while sleep 1; do printf ' '; done"),
    Kind("body cut short", "connect", _answer, {"kind": "short_body"}),
    Kind("name does not resolve", "dns", _name, {"way": "absent"}),
    Kind("name server hangs", "timeout", _name, {"way": "hangs"}),
    Kind("TLS failure", "tls", _door, {"way": "tls_failure"}),
    Kind("wrong CA", "tls", _door, {"way": "wrong_ca"}),
    Kind("expired certificate", "tls", _door, {"way": "expired"}),
    *(
        Kind(str(code), str(code), _answer, {"kind": "status", "code": code})
        for code in (400, 403, 404, 429, 500, 503)
    ),
    Kind("ThrottlingException", "ThrottlingException", _answer, {"kind": "throttle"}),
    Kind("ExpiredToken", "ExpiredTokenException", _answer, {"kind": "expired_token"}, process=_EXPIRED),
    Kind("AccessDenied", "AccessDeniedException", _answer, {"kind": "access_denied"}, process="exit 1"),
    Kind("empty body", "parse", _answer, {"kind": "empty_body"}, process="exit 0"),
    Kind("truncated JSON", "parse", _answer, {"kind": "truncated"}, process=_HALF),
    Kind("wrong types", "parse", _answer, {"kind": "wrong_types"}, process=_WRONG_TYPE),
    Kind("deep nesting", "parse", _answer, {"kind": "deep_nesting"}, process=_NESTED),
    Kind("duplicate keys", None, _answer, {"kind": "duplicate_keys"}, process=_TWICE),
    Kind("NUL and invalid UTF-8", "parse", _answer, {"kind": "nul_and_bad_utf8"}, process=_NO_TEXT),
    Kind("100 MB", "parse", _answer, {"kind": "huge"}, process="head -c 100000000 /dev/zero | tr '\\0' ' '"),
    Kind("endless pages", "parse", _pages, {"kind": "endless_pages"}),
    Kind("repeated token", "parse", _pages, {"kind": "same_token"}),
    Kind("HTML", "parse", _answer, {"kind": "html"}, process="echo '<html>'"),
    Kind("redirect", "302", _answer, {"kind": "redirect"}),
    Kind("clock 20 minutes off", None, _clock),
)


def strike(kind: Kind, lane: Lane, operation: Operation, position: str) -> Trouble:
    """strike does a fault to an operation at a position, until its end."""
    if operation.host is None and kind.process is not None:
        return Process(lane, kind.process)
    return kind.strike(kind, lane, operation, position)


def is_clock(kind: Kind) -> bool:
    return kind.strike is _clock
