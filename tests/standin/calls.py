"""What an operation is given, and what is remembered of every request."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from .paging import Cursor
from .world import Identity, Region, World


@dataclass(slots=True)
class Call:
    """Call is one request that has passed all checks, on its way to its operation."""

    world: World
    region: Region | None
    identity: Identity | None
    operation: str
    input: dict
    cursor: Cursor
    scan_events: int


@dataclass(frozen=True, slots=True)
class Operation:
    """Operation is one of AWS's that the stand-in plays.

    token is the input's member that holds the page's token, answer_token the output's; None where
    there are no pages. resource is what AccessDenied names: an ARN's end, or a whole ARN. An
    unsigned operation has no identity and no region; an open one needs no permission.
    """

    service: str
    name: str
    run: Callable[[Call], dict]
    token: str | None
    answer_token: str | None
    resource: str
    signed: bool = True
    open: bool = False


@dataclass(slots=True)
class Record:
    """Record is one request as `aws.calls` keeps it; status 0: there was no HTTP answer."""

    time: float
    account: str | None
    region: str | None
    service: str | None
    operation: str | None
    input: dict | None
    access_key: str | None
    status: int
    error: str | None
    connection: int
    bytes: int
    page: int = 0
