"""What may go wrong with an answer, as a script: which request is struck, how often, and how.

Each kind is a function that takes the answer that would have been right and gives another, or one
with its own way of being delivered. The request has passed all checks before: a fault hides no
mistake of the client.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from .calls import Record
from .errors import AwsError, StandInError, expired_token, throttled
from .jsontext import decoded, encoded, encoded_text, quoted
from .paging import Cursor
from .wire import Answer, Connection

Kind = Callable[["Struck", Answer], Answer]

NESTING_LEVELS = 100_000
HUGE_BYTES = 100_000_000
_PIECE_BYTES = 64 * 1024


@dataclass(slots=True)
class Struck:
    """Struck is what a fault may know of the request, and what it may do with it."""

    options: dict
    denied: AwsError
    refuse: Callable[[AwsError], Answer]
    let_go: Callable[[float | None], Awaitable[bool]]
    cursor: Cursor | None
    token: str | None


@dataclass(eq=False)
class Fault:
    """Fault strikes requests that fit, `times` times (None: always); hits counts them.

    page is a page's number, or "last": the one whose answer has no token. onward: the pages behind it, too.
    where is a condition on the request's input.
    """

    kind: str | Kind
    operation: str | None = None
    region: str | None = None
    account: str | None = None
    page: int | str | None = None
    times: int | None = None
    options: dict = field(default_factory=dict)
    onward: bool = False
    where: Callable[[dict], bool] | None = None
    hits: int = 0

    def __post_init__(self) -> None:
        if isinstance(self.kind, str) and self.kind not in KINDS and self.kind != "refuse":
            raise ValueError(f"no fault {self.kind!r}: {sorted(KINDS) + ['refuse']}")
        if self.kind == "refuse" and (self.operation or self.region or self.account or self.page):
            raise ValueError("refuse strikes connections, before anything is asked")

    def fits(self, record: Record, token: str | None, answer: Answer) -> bool:
        if self.times is not None and self.hits >= self.times:
            return False
        return (
            self.operation in (None, record.operation)
            and self.region in (None, record.region)
            and self.account in (None, record.account)
            and (self.where is None or self.where(record.input or {}))
            and self._fits_page(record.page, token, answer)
        )

    def _fits_page(self, page: int, token: str | None, answer: Answer) -> bool:
        if self.page == "last":
            return not decoded(answer.body).get(token) or (self.onward and self.hits > 0)
        return self.page in (None, page) or (self.onward and page > self.page)

    def strike(self, struck: Struck, answer: Answer) -> Answer:
        self.hits += 1
        kind = self.kind if callable(self.kind) else KINDS[self.kind]
        return kind(struck, answer)


def _reset(_struck: Struck, answer: Answer) -> Answer:
    async def deliver(connection: Connection, _answer: Answer) -> None:
        connection.reset()

    answer.delivery = deliver
    return answer


def _close(_struck: Struck, answer: Answer) -> Answer:
    async def deliver(connection: Connection, _answer: Answer) -> None:
        connection.transport.close()

    answer.delivery = deliver
    return answer


def _hang_before_headers(struck: Struck, answer: Answer) -> Answer:
    async def deliver(connection: Connection, _answer: Answer) -> None:
        await struck.let_go(None)
        connection.transport.abort()

    answer.delivery = deliver
    return answer


def _hang_after_headers(struck: Struck, answer: Answer) -> Answer:
    async def deliver(connection: Connection, answer: Answer) -> None:
        connection.write(answer.head())
        await struck.let_go(None)
        connection.transport.abort()

    answer.delivery = deliver
    return answer


def _drip(struck: Struck, answer: Answer) -> Answer:
    interval_s = struck.options.get("interval", 1.0)

    async def deliver(connection: Connection, answer: Answer) -> None:
        connection.write(answer.head())
        for sent in range(len(answer.body)):
            connection.write(answer.body[sent : sent + 1])
            if await struck.let_go(interval_s):
                connection.write(answer.body[sent + 1 :])
                return

    answer.delivery = deliver
    return answer


def _short_body(_struck: Struck, answer: Answer) -> Answer:
    async def deliver(connection: Connection, answer: Answer) -> None:
        connection.write(answer.head() + answer.body[: len(answer.body) // 2])
        connection.transport.close()

    answer.delivery = deliver
    return answer


def _status(struck: Struck, _answer: Answer) -> Answer:
    options = struck.options
    body = options.get("body", b"")
    body = body.encode() if isinstance(body, str) else body
    return Answer(options["code"], body, dict(options.get("headers", {})))


def _throttle(struck: Struck, _answer: Answer) -> Answer:
    return struck.refuse(throttled())


def _error(struck: Struck, _answer: Answer) -> Answer:
    options = struck.options
    error = AwsError(options["code"], options.get("message", ""), options.get("status", 400))
    return struck.refuse(error)


def _expired_token(struck: Struck, _answer: Answer) -> Answer:
    return struck.refuse(expired_token())


def _access_denied(struck: Struck, _answer: Answer) -> Answer:
    return struck.refuse(struck.denied)


def _empty_body(_struck: Struck, answer: Answer) -> Answer:
    answer.body = b""
    return answer


def _truncated(_struck: Struck, answer: Answer) -> Answer:
    answer.body = answer.body[: len(answer.body) * 2 // 3]
    return answer


def _html(_struck: Struck, _answer: Answer) -> Answer:
    page = b"<!DOCTYPE html><html><body><h1>Please sign in to the network</h1></body></html>"
    return Answer(200, page, {"Content-Type": "text/html"})


def _redirect(struck: Struck, _answer: Answer) -> Answer:
    return Answer(302, b"", {"Location": struck.options.get("url", "http://127.0.0.1:9/")})


def _wrong_types(struck: Struck, answer: Answer) -> Answer:
    outer = struck.options.get("outer", False)
    answer.body = encoded(_inside(_output(answer), outer))
    return answer


def _swapped(value: object, outer: bool) -> object:
    """_swapped is the value as another type; a list stays one unless outer, for what is in it."""
    if isinstance(value, list):
        return {"list": value} if outer else [_inside(part, outer) for part in value]
    if isinstance(value, dict):
        return [_inside(value, outer)]
    if isinstance(value, bool):
        return "true"
    return 17 if isinstance(value, str) else "seventeen"


def _inside(value: object, outer: bool) -> object:
    if isinstance(value, dict):
        return {name: _swapped(part, outer) for name, part in value.items()}
    return _swapped(value, outer)


def _deep_nesting(_struck: Struck, answer: Answer) -> Answer:
    first = next(iter(_output(answer)), "Apps")
    levels = NESTING_LEVELS
    answer.body = f'{{"{first}":{"[" * levels}{"]" * levels}}}'.encode()
    return answer


def _duplicate_keys(_struck: Struck, answer: Answer) -> Answer:
    answer.body = encoded_text(_twice(_output(answer)))
    return answer


def _twice(value: object) -> str:
    """_twice is JSON with every member twice: first with null, then with its value."""
    if isinstance(value, dict):
        members = [f"{quoted(n)}:null,{quoted(n)}:{_twice(v)}" for n, v in value.items()]
        return "{" + ",".join(members) + "}"
    if isinstance(value, list):
        return "[" + ",".join(_twice(part) for part in value) + "]"
    return json.dumps(value, ensure_ascii=False)


def _nul_and_bad_utf8(_struck: Struck, answer: Answer) -> Answer:
    """Every string gets an escaped NUL and bytes that are not UTF-8."""
    answer.body = encoded(_marked(_output(answer)))
    return answer


def _marked(value: object) -> object:
    if isinstance(value, dict):
        return {name: _marked(part) for name, part in value.items()}
    if isinstance(value, list):
        return [_marked(part) for part in value]
    if isinstance(value, str):
        return f"{value[:3]}\0\udcff\udcfe\udcc0\udc80{value[3:]}"
    return value


def _huge(struck: Struck, answer: Answer) -> Answer:
    """A right answer whose first list has its first thing again and again, sent as it is made."""
    output = decoded(answer.body) if answer.body.startswith(b"{") else {}
    name = next((n for n, v in output.items() if isinstance(v, list) and v), None)
    piece = encoded(output[name][0] if name else "x" * 1000) + b","
    pieces = piece * (_PIECE_BYTES // len(piece) + 1)
    rounds = struck.options.get("bytes", HUGE_BYTES) // len(pieces) + 1
    start, end = f'{{"{name or "padding"}":['.encode(), piece[:-1] + b"]}"

    async def deliver(connection: Connection, answer: Answer) -> None:
        connection.write(answer.head(len(start) + rounds * len(pieces) + len(end)) + start)
        for _ in range(rounds):
            if connection.transport.is_closing():
                return
            connection.write(pieces)
            await connection.drain()
        connection.write(end)

    answer.delivery = deliver
    return answer


def _endless_pages(struck: Struck, answer: Answer) -> Answer:
    output = _output(answer)
    cursor, member = _paging(struck)
    if not output.get(member):
        output[member] = cursor.token(cursor.position)
    answer.body = encoded(output)
    return answer


def _same_token(struck: Struck, answer: Answer) -> Answer:
    output = _output(answer)
    cursor, member = _paging(struck)
    output[member] = cursor.received or output.get(member) or cursor.token(cursor.position)
    answer.body = encoded(output)
    return answer


def _paging(struck: Struck) -> tuple[Cursor, str]:
    if struck.cursor is None or struck.token is None:
        raise StandInError("this fault needs an operation with pages")
    return struck.cursor, struck.token


def _output(answer: Answer) -> dict:
    try:
        return decoded(answer.body)
    except ValueError:
        raise StandInError("this fault needs a JSON answer") from None


KINDS: dict[str, Kind] = {
    "reset": _reset,
    "close": _close,
    "hang_before_headers": _hang_before_headers,
    "hang_after_headers": _hang_after_headers,
    "drip": _drip,
    "short_body": _short_body,
    "status": _status,
    "throttle": _throttle,
    "error": _error,
    "expired_token": _expired_token,
    "access_denied": _access_denied,
    "empty_body": _empty_body,
    "truncated": _truncated,
    "html": _html,
    "redirect": _redirect,
    "wrong_types": _wrong_types,
    "deep_nesting": _deep_nesting,
    "duplicate_keys": _duplicate_keys,
    "nul_and_bad_utf8": _nul_and_bad_utf8,
    "huge": _huge,
    "endless_pages": _endless_pages,
    "same_token": _same_token,
}
