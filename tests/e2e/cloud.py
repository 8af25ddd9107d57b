"""A stand-in AWS with a world in it, and what a truthful plugin says about that world."""

from __future__ import annotations

from dataclasses import dataclass

from e2e.collectd import HOST, Collectd
from e2e.output import Value
from standin import ACCESS_KEY, SECRET_KEY, StandIn, World
from standin.streams import Stream
from standin.world import App, Domain, Region

REGION = "us-east-1"
DOMAIN = "d-abcdefghijkl"
OTHER_DOMAIN = "d-mnopqrstuvwx"
HOUR_S = 3600
DAY_S = 86400

KEYS = {"AWS_ACCESS_KEY_ID": ACCESS_KEY, "AWS_SECRET_ACCESS_KEY": SECRET_KEY}

# Times are printed in milliseconds on both sides: each may be off by half of one.
EXACT_S = 0.0015


@dataclass(eq=False)
class Running:
    """Running is an app of the world, and since when it has done nothing."""

    app: App
    stream: Stream | None
    region: str

    @property
    def instance(self) -> str:
        return f"{self.app.domain}_{self.app.user or 'space_' + self.app.space}"

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

    def domain(self, id: str = DOMAIN, name: str = "research") -> Domain:
        with self.aws.lock:
            return self.region.domain(id, name)

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
        **more,
    ) -> Running:
        """app starts an app `age` seconds ago whose last event was `idle` ago (None: it has no stream)."""
        region = region or self.region
        with self.aws.lock:
            now = round(self.world.now(), 3)
            app = region.app(
                domain, user=user, space=space, type=type, name=name, created=now - age, **more
            )
            stream = None if idle is None else region.stream(app.stream_name(), last_event=now - idle)
        started = Running(app, stream, region.name)
        self.running.append(started)
        return started

    def assert_truthful(self, collectd: Collectd) -> None:
        """assert_truthful holds every value about apps and users against a world that has not changed."""
        apps = {running.identifier: running.since for running in self.running}
        users: dict[str, float] = {}
        for running in self.running:
            users[running.user_identifier] = min(users.get(running.user_identifier, running.since), running.since)
        reported = set()
        for value in collectd.values:
            if value.plugin in ("sagemaker", "sagemaker_user"):
                known = apps if value.plugin == "sagemaker" else users
                assert value.identifier in known, f"there is no such thing: {value}"
                assert_idle_since(value, known[value.identifier])
                assert value.host == HOST
                reported.add(value.identifier)
        assert reported == set(apps) | set(users)


def is_idle_since(value: Value, since: float) -> bool:
    return abs(value.value - (value.time - since)) <= EXACT_S


def assert_idle_since(value: Value, since: float) -> None:
    """assert_idle_since: the value is exactly the time from since to the value's own time."""
    expected = value.time - since
    assert is_idle_since(value, since), f"{value.identifier} is {value.value}, not {expected:.3f}"
