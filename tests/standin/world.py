"""The AWS that the stand-in plays: accounts, who may do what, and what stands in each region.

A test builds a World with the helpers here, gives it to StandIn, and changes it under `aws.lock`.
All times are seconds since the epoch by the world's clock.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from .chatter import Chatter
from .listing import Listed, Listing
from .streams import LogGroup, Stream, to_ms

ACCOUNT_ID = "123456789012"
ACCESS_KEY = "AKIAIOSFODNN7EXAMPLE"
SECRET_KEY = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
STUDIO_GROUP = "/aws/sagemaker/studio"


@dataclass(eq=False)
class Identity:
    """Identity is an access key: whose it is, until when, and what it may do.

    allowed are actions, policy is a document of IAM's; both must allow a request, None allows all.
    """

    account: str
    access_key: str
    secret_key: str
    token: str | None
    arn: str
    user_id: str
    expires: float | None = None
    allowed: set[str] | None = None
    policy: dict | None = None


@dataclass(eq=False)
class Role:
    """Role is what AssumeRole gives: trusted account ids (None: any) and a web token, if any."""

    account: str
    name: str
    external_id: str | None = None
    trusted: set[str] | None = None
    web_token: str | None = None
    allowed: set[str] | None = None
    max_duration: int = 43200

    @property
    def arn(self) -> str:
        return f"arn:aws:iam::{self.account}:role/{self.name}"


@dataclass(eq=False)
class Domain(Listed):
    id: str
    name: str
    created: float
    status: str = "InService"
    auth_mode: str = "IAM"
    # Minutes, or None for off, of "lab", "editor" and "shared" (labs); what is left out is not set.
    idle_shutdown: dict[str, int | None] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.id


@dataclass(eq=False)
class UserProfile(Listed):
    domain: str
    name: str
    created: float
    modified: float
    status: str = "InService"


@dataclass(eq=False)
class Space(Listed):
    domain: str
    name: str
    created: float
    modified: float
    owner: str | None = None
    sharing: str | None = "Private"
    type: str | None = "JupyterLab"
    volume_gb: int | None = 5
    status: str = "InService"
    remote: str | None = None  # "ENABLED" or "DISABLED", None: not told


@dataclass(eq=False)
class App(Listed):
    domain: str
    user: str | None
    space: str | None
    type: str
    name: str
    created: float
    status: str = "InService"
    instance: str | None = "ml.t3.medium"
    plan: str | None = None

    def delete(self) -> None:
        """delete does what DeleteApp does in the end: the app stays listed as Deleted."""
        self.status = "Deleted"

    def stream_name(self) -> str:
        return f"{self.domain}/{self.user or self.space}/{self.type}/{self.name}"


@dataclass(eq=False)
class Canvas:
    """Canvas is what CloudWatch is told of a user's Canvas while it runs: each minute how long ago it was used."""

    domain: str
    user: str
    active: float  # when it was used last
    since: float  # when the metric began
    until: float | None = None  # and ended; None: it goes on
    status: str = "Complete"  # of what GetMetricData answers

    def published(self, start: float, end: float) -> list[tuple[float, float]]:
        """published are the times and values of the points from start to before end, at the 37th second of a minute."""
        first = max(start, self.since)
        last = end if self.until is None else min(end, self.until)
        when = (first - PUBLISHED_AT_S) // 60 * 60 + PUBLISHED_AT_S
        points = []
        while when < last:
            if when >= first:
                points.append((when, max(0.0, when - self.active)))
            when += 60
        return points


PUBLISHED_AT_S = 37


class Region:
    """Region is what one account has in one region."""

    def __init__(self, account: str, name: str, now: Callable[[], float]):
        self.account = account
        self.name = name
        self.now = now
        self.domains = Listing()
        self.users = Listing()
        self.spaces = Listing()
        self.apps = Listing()
        self.groups: dict[str, LogGroup] = {}
        self.canvases: dict[tuple[str, str], Canvas] = {}

    def domain(
        self,
        id: str,
        name: str = "studio",
        *,
        created: float | None = None,
        status: str = "InService",
        auth_mode: str = "IAM",
        idle_shutdown: dict[str, int | None] | None = None,
    ) -> Domain:
        made = Domain(id, name, self._or_now(created), status, auth_mode, dict(idle_shutdown or {}))
        return _enlist(self.domains, made)

    def user(
        self,
        domain: Domain | str,
        name: str,
        *,
        created: float | None = None,
        status: str = "InService",
    ) -> UserProfile:
        when = self._or_now(created)
        return _enlist(self.users, UserProfile(str(domain), name, when, when, status))

    def space(
        self,
        domain: Domain | str,
        name: str,
        *,
        owner: str | None = None,
        sharing: str | None = "Private",
        type: str | None = "JupyterLab",
        volume_gb: int | None = 5,
        created: float | None = None,
        modified: float | None = None,
        status: str = "InService",
        remote: str | None = None,
    ) -> Space:
        """space without an owner is an old shared one, made in the console."""
        when = self._or_now(created)
        changed = when if modified is None else modified
        key = str(domain), name, when, changed
        return _enlist(self.spaces, Space(*key, owner, sharing, type, volume_gb, status, remote))

    def app(
        self,
        domain: Domain | str,
        *,
        user: str | None = None,
        space: str | None = None,
        type: str = "KernelGateway",
        name: str = "default",
        status: str = "InService",
        created: float | None = None,
        instance: str | None = "ml.t3.medium",
        plan: str | None = None,
    ) -> App:
        """app adds an app of a user or of a space; the same key may be added again."""
        if (user is None) == (space is None):
            raise ValueError("an app is a user's or a space's")
        when = self._or_now(created)
        made = App(str(domain), user, space, type, name, when, status, instance, plan)
        return _enlist(self.apps, made)

    def canvas(
        self,
        domain: Domain | str,
        user: str,
        active: float,
        *,
        since: float | None = None,
        until: float | None = None,
        status: str = "Complete",
    ) -> Canvas:
        """canvas has a user's Canvas publish its metric, from the time that it was used last if not since another."""
        made = Canvas(str(domain), user, active, active if since is None else since, until, status)
        self.canvases[made.domain, made.user] = made
        return made

    def group(self, name: str = STUDIO_GROUP) -> LogGroup:
        """group is the log group of this name, created when it does not exist."""
        if name not in self.groups:
            self.groups[name] = LogGroup(name, self.now, to_ms(self.now()))
        return self.groups[name]

    def stream(
        self,
        name: str,
        last_event: float | None = None,
        *,
        events: list[tuple[float, str]] | None = None,
        chatter: Chatter | None = None,
        index_lag: float = 0.0,
        created: float | None = None,
        group: str = STUDIO_GROUP,
    ) -> Stream:
        """stream adds a log stream, and its group where that is missing."""
        return self.group(group).stream(name, last_event, events, chatter, index_lag, created)

    def _or_now(self, when: float | None) -> float:
        return self.now() if when is None else when


@dataclass(eq=False)
class Account:
    id: str
    world: World
    identities: dict[str, Identity] = field(default_factory=dict)
    roles: dict[str, Role] = field(default_factory=dict)
    regions: dict[str, Region] = field(default_factory=dict)

    def identity(
        self,
        access_key: str = ACCESS_KEY,
        secret_key: str = SECRET_KEY,
        *,
        token: str | None = None,
        name: str = "reader",
        expires: float | None = None,
        allowed: set[str] | None = None,
    ) -> Identity:
        """identity adds an access key; allowed are actions as `sagemaker:ListApps`, None all."""
        arn = f"arn:aws:iam::{self.id}:user/{name}"
        made = Identity(
            self.id, access_key, secret_key, token, arn, f"AIDA{name.upper()}", expires, allowed
        )
        self.identities[access_key] = made
        self.world.keys[access_key] = made
        return made

    def role(
        self,
        name: str,
        *,
        external_id: str | None = None,
        trusted: set[str] | None = None,
        web_token: str | None = None,
        allowed: set[str] | None = None,
        max_duration: int = 43200,
    ) -> Role:
        """role adds a role; web_token is what AssumeRoleWithWebIdentity accepts for it."""
        made = Role(self.id, name, external_id, trusted, web_token, allowed, max_duration)
        self.roles[name] = made
        return made

    def region(self, name: str) -> Region:
        """region is the account's region of this name, created when it does not exist."""
        if name not in self.regions:
            self.regions[name] = Region(self.id, name, self.world.now)
        return self.regions[name]


class World:
    """World is all accounts under one clock: clock() + offset seconds."""

    def __init__(self, clock: Callable[[], float] = time.time, offset: float = 0.0):
        self.clock = clock
        self.offset = offset
        self.accounts: dict[str, Account] = {}
        self.keys: dict[str, Identity] = {}

    @classmethod
    def single(cls, region: str = "us-east-1", **arguments) -> tuple[World, Region]:
        """single is a world of one account with one key and one region, and that region."""
        world = cls(**arguments)
        account = world.account()
        account.identity()
        return world, account.region(region)

    def now(self) -> float:
        return self.clock() + self.offset

    def advance(self) -> None:
        """advance brings the orders of all things up to now, so that no request has to."""
        for account in self.accounts.values():
            for region in account.regions.values():
                for listing in (region.domains, region.users, region.spaces, region.apps):
                    next(iter(listing), None)
                for group in region.groups.values():
                    group.advance()
                    next(iter(group.by_name), None)
                    next(iter(group.by_time), None)

    def account(self, id: str = ACCOUNT_ID) -> Account:
        """account is the account of this id, created when it does not exist."""
        if id not in self.accounts:
            self.accounts[id] = Account(id, self)
        return self.accounts[id]


def _enlist(listing: Listing, thing):
    listing.enlist(thing)
    return thing
