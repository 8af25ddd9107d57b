"""What the plugin asks for: each operation, on which lane it is met, and what makes a scan ask for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

from faults.lane import Lane
from faults.truth import Tracked
from standin import clients

PAGED = ("first", "middle", "last")
SINGLE = ("only",)

# The last page of a sweep is known from so many of them: one alone may have been longer than the next.
SWEEPS_SEEN = 3


@dataclass(frozen=True)
class Operation:
    """Operation is a row of the matrix.

    asked is its name in the stand-in's record. spared are the apps, of those that are there, that have a value while it
    fails at a position. provoke makes the next scan ask for it, and may add an app for that, which is spared or not.
    """

    name: str
    asked: str
    host: str | None
    sources: tuple[str, ...] = ()  # the lanes that it is met on; (): on all
    positions: tuple[str, ...] = SINGLE
    is_json: bool = True
    where: Callable[[dict], bool] | None = None
    provoke: Callable[[Lane], Tracked | None] = lambda lane: None
    spared: Callable[[Lane, str], set[str]] = lambda lane, position: set()
    spares_newcomer: bool = False

    @property
    def is_first(self) -> bool:
        """is_first: a scan asks its host for nothing before it."""
        return self.name in ("ListApps", "DescribeLogStreams")

    @property
    def gives_keys(self) -> bool:
        return bool(self.sources)

    def page(self, lane: Lane, position: str) -> int | str | None:
        """page is which page of the stand-in's a position is."""
        if self.positions == SINGLE:
            return None
        if position == "last":
            return _last_swept(lane) if self is SWEEP else "last"
        return PAGED.index(position)


def _by_name(input: dict) -> bool:
    return "logStreamNamePrefix" in input


def _by_recency(input: dict) -> bool:
    return not _by_name(input)


def asked_by_name(lane: Lane) -> set[str]:
    """asked_by_name are the streams that were lately asked for one by one: to sweep may be dearer."""
    with lane.aws.lock:
        inputs = [call.input for call in lane.aws.calls if call.operation == SWEEP.asked]
    return {input.get("logStreamNamePrefix", "") for input in inputs}


def swept_to(lane: Lane) -> list[int]:
    """swept_to is the last page of each sweep of late that another has followed; botocore gives no limit."""
    with lane.aws.lock:
        asked = [(call.page, call.input) for call in lane.aws.calls if call.operation == SWEEP.asked]
    pages = [page for page, input in asked if _by_recency(input) and "limit" in input]
    return [page for page, after in pairwise(pages) if after <= page]


def _last_swept(lane: Lane) -> int:
    """_last_swept is the last page that each of the latest sweeps has come to: the client says when it is enough."""
    return min(swept_to(lane)[-SWEEPS_SEEN:])


def _pages_before(lane: Lane, position: str, page: int, service: str, method: str, member: str, **asked) -> list[dict]:
    """_pages_before is what stands on the pages before a position, as botocore reads them."""
    client = clients.client(lane.aws.url, service)
    try:
        pages = [found[member] for found in client.get_paginator(method).paginate(**asked)]
    finally:
        client.close()
    wanted = len(pages) - 1 if position == "last" and service == "sagemaker" else page
    return [item for found in pages[:wanted] for item in found]


def _on_earlier_pages(lane: Lane, position: str) -> set[str]:
    if position == "first":
        return set()
    page = PAGED.index(position)
    apps = _pages_before(lane, position, page, "sagemaker", "list_apps", "Apps")
    keys = {(a["DomainId"], a.get("UserProfileName") or a.get("SpaceName"), a["AppName"]) for a in apps}
    return {name for name in lane.present if _key(lane.truth.tracked[name]) in keys}


def _key(tracked: Tracked) -> tuple[str, str | None, str]:
    app = tracked.running.app
    return app.domain, app.user or app.space, app.name


def _swept_before(lane: Lane, position: str) -> set[str]:
    if position == "first":
        return set()
    return _swept(lane, _last_swept(lane) if position == "last" else 1)


def _swept(lane: Lane, page: int) -> set[str]:
    """_swept are the apps whose streams are on the pages before that page of a sweep."""
    asked = {"logGroupName": "/aws/sagemaker/studio", "orderBy": "LastEventTime", "descending": True}
    streams = _pages_before(lane, "", page, "logs", "describe_log_streams", "logStreams", **asked)
    names = {stream["logStreamName"] for stream in streams}
    return {name for name in lane.present if lane.truth.tracked[name].running.app.stream_name() in names}


def _all(lane: Lane, _position: str) -> set[str]:
    return lane.present


def _all_but_the_lab(lane: Lane, _position: str) -> set[str]:
    return lane.present - {lane.lab.running.identifier}


def _revoke(lane: Lane) -> None:
    """_revoke ends the keys between two pages of a listing: the next request of all is refused."""

    def strike(_struck, answer):
        lane.revoke()
        return answer

    lane.aws.fault("ListApps", strike, page=0, times=1)


def _forget_tokens(lane: Lane) -> None:
    lane.sources.forget_tokens()
    _revoke(lane)


def _expire_sso(lane: Lane) -> None:
    lane.write_sso_token(-1)
    _revoke(lane)


SWEEP = Operation(
    "DescribeLogStreams", "DescribeLogStreams", "logs", (), PAGED, True, _by_recency, spared=_swept_before
)

BY_NAME = Operation(
    "DescribeLogStreams by name",
    "DescribeLogStreams",
    "logs",
    where=_by_name,
    provoke=lambda lane: lane.arrive(idle=None),
    spared=_all,
)

OPERATIONS = (
    Operation("ListApps", "ListApps", "sagemaker", (), PAGED, spared=_on_earlier_pages),
    Operation(
        "ListDomains",
        "ListDomains",
        "sagemaker",
        (),
        PAGED,
        provoke=Lane.arrive_in_domain,
        spared=_all,
        spares_newcomer=True,
    ),
    Operation(
        "ListSpaces",
        "ListSpaces",
        "sagemaker",
        (),
        PAGED,
        provoke=Lane.arrive_in_space,
        spared=_all,
    ),
    SWEEP,
    BY_NAME,
    Operation("FilterLogEvents", "FilterLogEvents", "logs", (), PAGED, spared=_all_but_the_lab),
    Operation("AssumeRole", "AssumeRole", "sts", ("role",), provoke=_revoke),
    Operation("AssumeRoleWithWebIdentity", "AssumeRoleWithWebIdentity", "sts", ("web",), provoke=_revoke),
    Operation("GetRoleCredentials", "GetRoleCredentials", "sso", ("sso",), provoke=_revoke),
    Operation("CreateToken", "CreateToken", "sso", ("sso",), provoke=_expire_sso),
    Operation("instance token", "instance token", "instance", ("instance",), is_json=False, provoke=_forget_tokens),
    Operation("instance role", "instance role", "instance", ("instance",), is_json=False, provoke=_revoke),
    Operation("instance keys", "instance keys", "instance", ("instance",), provoke=_revoke),
    Operation("instance region", "instance region", "instance", ("region",), is_json=False),
    Operation("container", "container", "container", ("container",), provoke=_revoke),
    Operation("credential_process", "", None, ("process",), provoke=_revoke),
)
