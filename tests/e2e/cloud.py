"""A stand-in AWS with a world in it, and what a truthful plugin says about that world."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from e2e.collectd import HOST, Collectd
from e2e.output import Value
from standin import ACCESS_KEY, SECRET_KEY, Chatter, StandIn, World
from standin.chatter import seed_of
from standin.streams import Stream
from standin.world import App, Domain, Region, Space

REGION = "us-east-1"
DOMAIN = "d-abcdefghijkl"
OTHER_DOMAIN = "d-mnopqrstuvwx"
HOUR_S = 3600
DAY_S = 86400

KEYS = {"AWS_ACCESS_KEY_ID": ACCESS_KEY, "AWS_SECRET_ACCESS_KEY": SECRET_KEY}

# All that the plugin may ever ask: what packaging/iam/policy.json allows, and STS for keys. The stand-in plays more.
OPERATIONS = {
    ("sagemaker", "ListApps"),
    ("sagemaker", "ListDomains"),
    ("sagemaker", "ListSpaces"),
    ("sagemaker", "DescribeDomain"),
    ("logs", "DescribeLogStreams"),
    ("logs", "FilterLogEvents"),
    ("cloudwatch", "GetMetricData"),
    ("sts", "AssumeRole"),
    ("sts", "AssumeRoleWithWebIdentity"),
    ("sts", "GetCallerIdentity"),
}

# Times are printed in milliseconds on both sides: each may be off by half of one.
EXACT_S = 0.0015

# AWS tells its time in whole seconds: that is how well a clock that differs from it can be corrected.
CORRECTED_S = 2.0


@dataclass(eq=False)
class Running:
    """Running is an app of the world, and since when it has done nothing."""

    app: App
    stream: Stream | None
    region: str
    owner: str | None = None  # of its space; None: an old shared one, or it is in no space

    @property
    def instance(self) -> str:
        return f"{self.app.domain}_{self.app.user or self.owner or 'space_' + self.app.space}"

    @property
    def identifier(self) -> str:
        """identifier is what the app's value stands under, with DomainLabel "id"."""
        app = self.app
        name = f"{app.type}_{app.name}"
        if app.space is not None:
            spaced = app.name == "default" and app.type in ("JupyterLab", "CodeEditor")
            name = f"{app.type}_{app.space}" if spaced else f"{app.type}_{app.space}_{app.name}"
        return f"sagemaker-{self.instance}/duration-{name}"

    @property
    def user_identifier(self) -> str:
        return f"sagemaker_user-{self.instance}/duration-max_idle"

    def billed(self, kind: str = "duration", unit: str | None = None) -> str:
        """billed is what the instance stands under; kind is "duration", "uptime", "hourly_cost" or "idle_hourly_cost"."""
        name = "_".join(part for part in (unit or self.app.instance, self.app.space) if part)
        type = kind if kind in ("duration", "uptime") else f"gauge-{kind}"
        return f"sagemaker_instance-{self.instance}/{type}-{name}"

    @property
    def since(self) -> float:
        """since is the last event of the app's own stream, or its creation if that is later."""
        last = self.stream.last_event if self.stream is not None else None
        return max(last or 0.0, self.app.created)


class Cloud:
    """Cloud is a stand-in AWS that is served, with one account and one region to begin with."""

    def __init__(self, aws: StandIn, region: Region):
        self.aws = aws
        self.region = region
        self.running: list[Running] = []

    @property
    def world(self) -> World:
        return self.aws.world

    @property
    def environment(self) -> dict[str, str]:
        """environment is what a collectd needs to scan this cloud."""
        return KEYS | {"AWS_ENDPOINT_URL": self.aws.url, "AWS_REGION": self.region.name}

    def domain(self, id: str = DOMAIN, name: str = "research", **more) -> Domain:
        with self.aws.lock:
            return self.region.domain(id, name, **more)

    def space(
        self,
        name: str,
        owner: str | None = None,
        *,
        domain: Domain | str = DOMAIN,
        age: float = 30 * DAY_S,
        region: Region | None = None,
        **more,
    ) -> Space:
        """space makes a space, an old shared one where it has no owner."""
        sharing = "Private" if owner else "Shared"
        with self.aws.lock:
            made = round(self.world.now(), 3) - age
            return (region or self.region).space(
                domain, name, owner=owner, created=made, **{"sharing": sharing, **more}
            )

    def app(
        self,
        user: str | None = None,
        name: str = "app",
        *,
        domain: Domain | str = DOMAIN,
        space: str | None = None,
        type: str = "KernelGateway",
        idle: float | None = 2 * HOUR_S,
        age: float = 30 * DAY_S,
        region: Region | None = None,
        log: Iterable[tuple[float, str]] = (),
        chatter: str | None = None,
        **more,
    ) -> Running:
        """app starts an app `age` seconds ago whose last event was `idle` ago (None: it has no stream).

        Given log (how long ago, and which line) or a chatter (what its server writes all by itself, a profile of
        standin.chatter), these are its stream. A space that is not there yet is made, without an owner.
        """
        region = region or self.region
        with self.aws.lock:
            owner = self._owner(region, domain, space) if space is not None else None
            now = round(self.world.now(), 3)
            app = region.app(
                domain, user=user, space=space, type=type, name=name, created=now - age, **more
            )
            name = app.stream_name()
            if log or chatter:
                events = [(now - ago, line) for ago, line in log]
                writer = Chatter(chatter, seed_of(name), now - age) if chatter else None
                stream = region.stream(name, events=events, chatter=writer)
            else:
                stream = None if idle is None else region.stream(name, last_event=now - idle)
        started = Running(app, stream, region.name, owner)
        self.running.append(started)
        return started

    def lab(self, space: str, owner: str | None = None, **more) -> Running:
        """lab is a JupyterLab in a space of its own, its log that of a server nobody needs to use."""
        self.space(space, owner)
        return self.app(space=space, type="JupyterLab", name="default", **{"chatter": "jupyterlab", **more})

    def ago(self, seconds: float) -> float:
        return round(self.world.now(), 3) - seconds

    def pass_time(self, seconds: float) -> None:
        """pass_time moves AWS's clock; the machine's own stays behind, and the plugin corrects it by AWS's Date."""
        with self.aws.lock:
            self.world.offset += seconds

    def idle_since(self, value: Value) -> float:
        """idle_since is since when, by AWS's clock, a value says that something is idle."""
        return value.time + self.world.offset - value.value

    def assert_only_read(self) -> None:
        """assert_only_read: nothing was asked, in all this time, but what may be."""
        with self.aws.lock:
            asked = {(call.service, call.operation) for call in self.aws.calls}
        assert asked <= OPERATIONS

    def _owner(self, region: Region, domain: Domain | str, name: str) -> str | None:
        for space in region.spaces:
            if (space.domain, space.name) == (str(domain), name):
                return space.owner
        return self.space(name, domain=domain, region=region).owner

    def assert_truthful(self, collectd: Collectd, *, every: bool = True) -> None:
        """assert_truthful holds every value about apps and users against a world that has not changed.

        every: each running app must have been reported.
        """
        apps = {running.identifier: running for running in self.running}
        users: dict[str, float] = {}
        for running in self.running:
            users[running.user_identifier] = min(users.get(running.user_identifier, 1e18), running.since)
        reported = set()
        for value in collectd.values:
            if value.plugin == "sagemaker":
                assert value.identifier in apps, f"no such app: {value}"
                assert_idle_since(value, apps[value.identifier].since)
                assert value.host == HOST
                reported.add(value.identifier)
            elif value.plugin == "sagemaker_user":
                assert value.identifier in users, f"no such user: {value}"
                # A user's most idle app may be unknown in an interval; then another one's time stands there.
                since = [r.since for r in self.running if r.user_identifier == value.identifier]
                if every:
                    assert_idle_since(value, users[value.identifier])
                else:
                    assert any(is_idle_since(value, time) for time in since), f"{value}: {since}"
        if every:
            assert reported == set(apps)


def is_idle_since(value: Value, since: float) -> bool:
    return abs(value.value - (value.time - since)) <= EXACT_S


def assert_idle_since(value: Value, since: float) -> None:
    """assert_idle_since: the value is exactly the time from since to the value's own time."""
    expected = value.time - since
    assert is_idle_since(value, since), f"{value.identifier} is {value.value}, not {expected:.3f}"
