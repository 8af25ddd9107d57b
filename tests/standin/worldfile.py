"""A world as a JSON file, for a stand-in that runs as a program of its own.

Times in the file are seconds; with "relative" true they are added to the moment of loading (so
-3600 is an hour ago), which keeps a file true whenever it is read. Streams are rows, because there
may be a million of them: [name, last event or null, index lag, created]. "profiles" adds kinds of
chatter to those of chatter.py: {name: [[period, text, whether a person causes it], ...]}.
"""

from __future__ import annotations

import gc
import json
from pathlib import Path

from .chatter import PROFILES, Chatter, Line
from .streams import LogGroup, Stream, to_ms
from .world import Account, Region, World


def load(path: str | Path, offset: float = 0.0) -> World:
    """load builds the world of a file."""
    world = World(offset=offset)
    # Nothing of what is built here is garbage: a million things are not to be looked at for it.
    gc.disable()
    try:
        document = json.loads(Path(path).read_text())
        base = world.now() if document.get("relative") else 0.0
        for name, lines in document.get("profiles", {}).items():
            PROFILES[name] = tuple(Line(to_ms(period), text, work) for period, text, work in lines)
        for entry in document["accounts"]:
            _load_account(world, entry, base)
        world.advance()
    finally:
        gc.enable()
    gc.freeze()
    return world


def _load_account(world: World, entry: dict, base: float) -> None:
    account = world.account(entry["id"])
    for identity in entry.get("identities", [{}]):
        account.identity(**_timed(_with_set(identity, "allowed"), base, "expires"))
    for role in entry.get("roles", []):
        account.role(**_with_set(_with_set(role, "allowed"), "trusted"))
    for name, content in entry.get("regions", {}).items():
        _load_region(account.region(name), content, base)


def _load_region(region: Region, content: dict, base: float) -> None:
    for domain in content.get("domains", []):
        region.domain(**_timed(domain, base, "created"))
    for user in content.get("users", []):
        region.user(**_timed(user, base, "created"))
    for space in content.get("spaces", []):
        region.space(**_timed(space, base, "created", "modified"))
    for app in content.get("apps", []):
        region.app(**_timed(app, base, "created"))
    for canvas in content.get("canvases", []):
        region.canvas(**_timed(canvas, base, "active", "since", "until"))
    for name, entry in content.get("groups", {}).items():
        group = region.group(name)
        for row in entry.get("streams", []):
            _load_stream(group, row, base)
        for stream, events in entry.get("events", {}).items():
            for when, message in events:
                group.streams[stream].log(when + base, message)
        for stream, settings in entry.get("chatter", {}).items():
            timed = _timed(settings, base, "since", "until", "worked_until")
            group.streams[stream].chatters(Chatter(**timed))


def _load_stream(group: LogGroup, row: list, base: float) -> None:
    name, last_event, index_lag, created = (row + [None] * 3)[:4]
    group.stream(
        name,
        None if last_event is None else last_event + base,
        index_lag=index_lag or 0.0,
        created=None if created is None else created + base,
    )


def dump(world: World, path: str | Path) -> None:
    """dump writes a world so that load gives the same, with absolute times."""
    accounts = [_account(account) for account in world.accounts.values()]
    Path(path).write_text(json.dumps({"accounts": accounts}))


def _account(account: Account) -> dict:
    identities = [
        _told(
            access_key=identity.access_key,
            secret_key=identity.secret_key,
            token=identity.token,
            name=identity.arn.rpartition("/")[2],
            expires=identity.expires,
            allowed=None if identity.allowed is None else sorted(identity.allowed),
        )
        for identity in account.identities.values()
    ]
    roles = [
        _told(
            name=role.name,
            external_id=role.external_id,
            trusted=None if role.trusted is None else sorted(role.trusted),
            web_token=role.web_token,
            allowed=None if role.allowed is None else sorted(role.allowed),
            max_duration=role.max_duration,
        )
        for role in account.roles.values()
    ]
    return {
        "id": account.id,
        "identities": identities,
        "roles": roles,
        "regions": {name: _region(region) for name, region in account.regions.items()},
    }


def _region(region: Region) -> dict:
    return {
        "domains": [
            _plain(domain, "id", "name", "created", "status", "auth_mode", "idle_shutdown") for domain in region.domains
        ],
        "users": [_plain(user, "domain", "name", "created", "status") for user in region.users],
        "spaces": [
            _plain(
                space,
                *("domain", "name", "owner", "sharing", "type", "volume_gb"),
                *("created", "modified", "status", "remote"),
            )
            for space in region.spaces
        ],
        "apps": [
            _plain(
                app,
                *("domain", "user", "space", "type", "name", "status"),
                *("created", "instance", "plan"),
            )
            for app in region.apps
        ],
        "canvases": [
            _plain(canvas, "domain", "user", "active", "since", "until", "status") for canvas in region.canvases.values()
        ],
        "groups": {name: _group(group) for name, group in region.groups.items()},
    }


def _group(group: LogGroup) -> dict:
    streams = group.streams.values()
    return {
        "streams": [_row(stream) for stream in streams],
        "events": {
            stream.name: [[when / 1000, message] for when, message in stream.events]
            for stream in streams
            if stream.events and not stream.history
        },
        "chatter": {stream.name: _chatter(stream.chatter) for stream in streams if stream.chatter},
    }


def _row(stream: Stream) -> list:
    newest = stream.events[-1][0] / 1000 if stream.history and stream.events else None
    return [stream.name, newest, stream.index_lag, stream.created_ms / 1000]


def _chatter(chatter: Chatter) -> dict:
    return _told(
        profile=chatter.profile,
        seed=chatter.seed,
        since=chatter.since_ms / 1000,
        until=None if chatter.until_ms is None else chatter.until_ms / 1000,
        worked_until=None if chatter.worked_until_ms < 0 else chatter.worked_until_ms / 1000,
        day=chatter.day,
    )


def _plain(thing: object, *names: str) -> dict:
    return {name: getattr(thing, name) for name in names}


def _told(**values: object) -> dict:
    return {name: value for name, value in values.items() if value is not None}


def _timed(entry: dict, base: float, *names: str) -> dict:
    """_timed is the entry with base added to those of its members that are times."""
    return {n: v + base if n in names and v is not None else v for n, v in entry.items()}


def _with_set(entry: dict, name: str) -> dict:
    return {n: set(v) if n == name and v is not None else v for n, v in entry.items()}
