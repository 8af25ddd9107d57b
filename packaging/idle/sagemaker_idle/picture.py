"""What the values say, as rows: apps, what is billed, volumes, and each account and region."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Place:
    """Where something runs, and whose it is. domain is what identifiers have: an id, or a name."""

    account: str
    region: str
    domain: str
    domain_id: str
    domain_name: str | None
    owner: str
    user: str | None
    space: str | None


@dataclass(frozen=True)
class App:
    place: Place
    app_type: str
    app_name: str
    instance_type: str | None
    idle_s: float
    signal: str | None
    remote_access: str | None
    beacon: str | None


@dataclass(frozen=True)
class Instance:
    """What is billed. idle_s None: its idleness is not known; hourly_cost None: it has no price, or a plan pays it."""

    place: Place
    instance_type: str
    idle_s: float | None
    hourly_cost: float | None
    idle_hourly_cost: float | None
    on_plan: bool
    uptime_s: float | None


@dataclass(frozen=True)
class Volume:
    place: Place
    bytes: float | None
    vacant_s: float
    hourly_cost: float | None


@dataclass(frozen=True)
class Target:
    """An account in a region, and what its scan has counted; an empty one has not listed its apps."""

    name: str
    counts: dict[str, int]


@dataclass
class Picture:
    apps: list[App] = field(default_factory=list)
    instances: list[Instance] = field(default_factory=list)
    volumes: list[Volume] = field(default_factory=list)
    targets: list[Target] = field(default_factory=list)

    @property
    def unknown(self) -> int:
        return sum(target.counts.get("unknown", 0) for target in self.targets)

    @property
    def without_price(self) -> dict[str, int]:
        """without_price is how many instances of each type no sum has in it."""
        found: dict[str, int] = {}
        for instance in self.instances:
            if instance.hourly_cost is None and not instance.on_plan:
                found[instance.instance_type] = found.get(instance.instance_type, 0) + 1
        return found

    @property
    def wasted(self) -> float | None:
        """wasted is what idle instances cost an hour; None where nothing that is billed has a price."""
        if self.instances and all(instance.hourly_cost is None for instance in self.instances):
            return None
        return sum(instance.idle_hourly_cost or 0.0 for instance in self.instances)

    @property
    def blind(self) -> list[Instance]:
        """blind is what is billed though nothing can tell now whether it is idle."""
        return [instance for instance in self.instances if instance.idle_s is None]

    def of(self, domains: Iterable[str], users: Iterable[str]) -> Picture:
        """of is what these domains (ids or names) and users have; none: all of them."""
        chosen_domains, chosen_users = set(domains), set(users)

        def is_chosen(row) -> bool:
            place = row.place
            in_domain = not chosen_domains or chosen_domains & {place.domain, place.domain_id, place.domain_name}
            return bool(in_domain and (not chosen_users or chosen_users & {place.owner, place.user}))

        rows = ([row for row in rows if is_chosen(row)] for rows in (self.apps, self.instances, self.volumes))
        return Picture(*rows, self.targets)


def picture(values: Iterable, aliases: Mapping[str, str] | None = None) -> Picture:
    """picture takes values with collectd's names and meta data; the newest of each counts, NaN is an end."""
    newest = {_key(value, value.type, value.type_instance): value for value in values}
    known = {key: value for key, value in newest.items() if not math.isnan(value.value)}
    made = Picture()
    for value in known.values():
        if value.plugin == "sagemaker" and value.type == "duration":
            made.apps.append(_app(value, aliases or {}))
        elif value.plugin == "sagemaker_space" and value.type == "duration":
            made.volumes.append(_volume(known, value, aliases or {}))
    made.instances = [_instance(known, billed, aliases or {}) for billed in _billed(known).values()]
    made.targets = _targets(known.values())
    made.apps.sort(key=lambda app: -app.idle_s)
    made.instances.sort(key=lambda row: (-(row.idle_hourly_cost or 0.0), -(row.idle_s or 0.0)))
    made.volumes.sort(key=lambda row: -(row.bytes or 0))
    return made


def _key(value, type: str, type_instance: str) -> tuple:
    """_key is a value's identifier. Its names may lack letters (see _place), which the meta data tell apart."""
    told = (value.meta.get(name) for name in ("account", "region", "owner", "space"))
    return value.host, value.plugin, value.plugin_instance, *told, type, type_instance


def _place(value, aliases: Mapping[str, str]) -> Place:
    meta = value.meta
    domain, _, rest = value.plugin_instance.partition("_")
    owner = rest.replace("_", " ")
    # write_log has a "?" for each byte beyond ASCII: an alias is the configuration's, where it can be told.
    if "?" in owner:
        owner = _told_alias(owner, meta.get("owner"), aliases)
    return Place(
        account=meta.get("account", ""),
        region=meta.get("region", ""),
        domain=domain,
        domain_id=meta.get("domain_id", domain),
        domain_name=meta.get("domain_name"),
        owner=owner,
        user=meta.get("owner"),
        space=meta.get("space"),
    )


def _told_alias(owner: str, user: str | None, aliases: Mapping[str, str]) -> str:
    alias = aliases.get(user or "", "")
    shown = re.sub(rb"[\x80-\xff]", b"?", alias.replace("_", "-").encode()).decode()
    return alias if shown == owner else user or owner


def _app(value, aliases: Mapping[str, str]) -> App:
    meta = value.meta
    type, _, name = value.type_instance.partition("_")
    return App(
        place=_place(value, aliases),
        app_type=meta.get("app_type", type),
        app_name=meta.get("app_name", name),
        instance_type=meta.get("instance_type"),
        idle_s=value.value,
        signal=meta.get("signal"),
        remote_access=meta.get("remote_access"),
        beacon=meta.get("beacon"),
    )


def _billed(known: Mapping) -> dict:
    """_billed has a value of each instance: what it costs is known even while its idleness is not."""
    found = {}
    for value in known.values():
        is_cost = value.type_instance.startswith("hourly_cost-")
        if value.plugin == "sagemaker_instance" and (value.type in ("duration", "uptime") or is_cost):
            found.setdefault(_key(value, "", value.type_instance.removeprefix("hourly_cost-")), value)
    return found


def _instance(known: Mapping, value, aliases: Mapping[str, str]) -> Instance:
    name = value.type_instance.removeprefix("hourly_cost-")

    def number(type: str, prefix: str = "") -> float | None:
        return _number(known, value, type, prefix + name)

    return Instance(
        place=_place(value, aliases),
        instance_type=value.meta.get("instance_type", name.partition("_")[0]),
        idle_s=number("duration"),
        hourly_cost=number("gauge", "hourly_cost-"),
        idle_hourly_cost=number("gauge", "idle_hourly_cost-"),
        on_plan="training_plan" in value.meta,
        uptime_s=number("uptime"),
    )


def _volume(known: Mapping, value, aliases: Mapping[str, str]) -> Volume:
    def number(type: str, prefix: str) -> float | None:
        return _number(known, value, type, prefix + value.type_instance)

    return Volume(_place(value, aliases), number("bytes", "volume-"), value.value, number("gauge", "hourly_cost-"))


def _number(known: Mapping, value, type: str, type_instance: str) -> float | None:
    found = known.get(_key(value, type, type_instance))
    return None if found is None else found.value


def _targets(values: Iterable) -> list[Target]:
    counts: dict[str, dict[str, int]] = {}
    for value in values:
        if value.plugin == "sagemaker_scan":
            of_target = counts.setdefault(value.plugin_instance, {})
            if value.type == "count":
                of_target[value.type_instance] = int(value.value)
    return [Target(name, of_target) for name, of_target in sorted(counts.items())]
