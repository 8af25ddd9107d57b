"""Worlds of any size for the benchmark: what runs in them, what years have left behind, and what is true of them.

A mixed world is an organisation's: 45 % of the apps are kernel gateways of users, 40 % JupyterLabs and 15 % Code Editors
in private spaces; four apps to a user, as many spaces in which nothing runs as there are with an app, several domains.
Of the apps 1 % has no log stream, 10 % is worked with all the time, and the rest was left an exponentially distributed
time ago. Ten times as many streams are those of deleted apps, whose last events are spread over a thousand days.
"""

from __future__ import annotations

import json
import math
import random
from dataclasses import dataclass, field
from pathlib import Path

REGION = "us-east-1"
OWN_ACCOUNT = "123456789012"
LOG_GROUP = "/aws/sagemaker/studio"
DAY_S = 86400

ACTIVE_SHARE = 0.10
UNLOGGED_SHARE = 0.01
MEAN_IDLE_S = 3 * DAY_S
LEAST_IDLE_S = 600.0
OLD_STREAMS_PER_APP = 10
OLD_DAYS = 1000
APPS_PER_USER = 4
# The usual script sees ten apps of a user: the fewest users with whom it sees all apps.
APPS_PER_USER_FLAT = 10

# How often a stream that is worked with moves: more often than the benchmark scans.
BUSY_PERIOD_S = 20
SAVE_PERIOD_S = 600
# Lines of who works: something all the time, and what counts as activity under the type's signal.
PROFILES = {
    "busy KernelGateway": [[BUSY_PERIOD_S, "[I {stamp} web:2064] 201 POST /api/kernels (127.0.0.1) 8.{n}ms", False]],
    "busy JupyterLab": [
        [BUSY_PERIOD_S, "[I {stamp} ServerApp] 200 GET /jupyterlab/default/api/contents 1.{n}ms", False],
        [SAVE_PERIOD_S, "[I {stamp} ServerApp] Saving file at /churn-{n}.ipynb", True],
    ],
    "busy CodeEditor": [
        [BUSY_PERIOD_S, "[auto-stop-idle] {stamp} CodeEditor is not idle. Passing check.", False],
        [SAVE_PERIOD_S, "[{stamp}][{n}][ManagementConnection] New connection established.", True],
    ],
}

_TYPES = {"KernelGateway": 0.45, "JupyterLab": 0.40, "CodeEditor": 0.15}
_INSTANCES = {"ml.t3.medium": 0.6, "ml.m5.xlarge": 0.2, "ml.m5.4xlarge": 0.1, "ml.g4dn.xlarge": 0.1}


@dataclass(frozen=True, slots=True)
class App:
    """App is one that runs: where, whose, and when it was last worked with; ages are seconds before the world's start."""

    domain: str
    owner: str
    space: str | None
    type: str
    name: str
    instance: str
    age: float
    idle: float | None  # None: it has no stream
    busy: bool = False
    profile: str | None = None

    @property
    def stream(self) -> str:
        return f"{self.domain}/{self.space or self.owner}/{self.type}/{self.name}"

    @property
    def since(self) -> float:
        """since is how long the app had been idle at the world's start."""
        return self.age if self.idle is None else min(self.idle, self.age)


@dataclass
class Population:
    """Population is all that there is; started is the moment from which ages count back."""

    title: str
    started: float
    domains: list[str] = field(default_factory=list)
    apps: list[App] = field(default_factory=list)
    vacant: list[tuple[str, str, str]] = field(default_factory=list)  # (domain, space, owner)
    old: list[tuple[str, float]] = field(default_factory=list)  # (stream, age of its last event)

    @property
    def users(self) -> set[tuple[str, str]]:
        return {(app.domain, app.owner) for app in self.apps}

    def idle_users(self, now: float, threshold: float, margin: float) -> tuple[set[str], set[str]]:
        """idle_users are those who have an app that is idle for longer than threshold: surely, and perhaps."""
        surely, perhaps = set(), set()
        for app in self.apps:
            idle = 0.0 if app.busy else app.since + now - self.started
            if idle > threshold + margin:
                surely.add(f"{app.domain}_{app.owner}")
            elif idle > threshold - margin:
                perhaps.add(f"{app.domain}_{app.owner}")
        return surely, perhaps - surely

    def write(self, path: Path) -> None:
        """write makes the file that the stand-in loads."""
        document = {"profiles": PROFILES, "accounts": [{"id": OWN_ACCOUNT, "regions": {REGION: self.region()}}]}
        path.write_text(json.dumps(document))

    def region(self) -> dict:
        """region is what there is in the world's one region, as the stand-in loads it."""
        at = self.started
        long_ago = at - 3 * 365 * DAY_S
        spaces = [(app.domain, app.space, app.owner) for app in self.apps if app.space is not None]
        return {
            "domains": [{"id": domain, "name": domain[2:], "created": long_ago} for domain in self.domains],
            "users": [{"domain": d, "name": name, "created": long_ago} for d, name in sorted(self.users)],
            "spaces": [
                {"domain": domain, "name": name, "owner": owner, "created": long_ago}
                for domain, name, owner in [*spaces, *self.vacant]
            ],
            "apps": [
                {"domain": app.domain, "type": app.type, "name": app.name, "instance": app.instance}
                | ({"user": app.owner} if app.space is None else {"space": app.space})
                | {"created": at - app.age}
                for app in self.apps
            ],
            "groups": {LOG_GROUP: self._group()},
        }

    def _group(self) -> dict:
        at = self.started
        logged = [app for app in self.apps if app.idle is not None]
        rows = [[app.stream, None if app.profile else at - app.idle] for app in logged]
        rows += [[name, at - age] for name, age in self.old]
        return {
            "streams": rows,
            "chatter": {
                app.stream: {"profile": app.profile, "seed": number, "since": at - app.age}
                | {"worked_until": at + 30 * DAY_S if app.busy else at - app.idle}
                for number, app in enumerate(logged)
                if app.profile
            },
        }


def mixed(apps: int, started: float, seed: int = 6, prefix: str = "bench", old: int = OLD_STREAMS_PER_APP) -> Population:
    """mixed is the organisation that the head of this file describes; prefix begins the ids of its domains, and old is
    how many streams of deleted apps there are to each that runs."""
    dice = random.Random(seed)
    made = Population(f"{apps:,} apps", started, _domains(max(2, round(2 * math.log10(apps))), prefix))
    types = _shares(_TYPES, apps, dice)
    for number, type in enumerate(types):
        user = number // APPS_PER_USER
        domain = made.domains[user % len(made.domains)]
        age, idle = _ages(dice, logged=number % 100 < 100 - 100 * UNLOGGED_SHARE)
        # Every tenth works, of every type: 7 has no factor in common with what the types are dealt by.
        busy = idle is not None and number % 10 == 7
        made.apps.append(
            App(
                domain,
                f"user{user:05}",
                None if type == "KernelGateway" else f"space{number:06}",
                type,
                f"gateway-{number % APPS_PER_USER}" if type == "KernelGateway" else "default",
                _pick(_INSTANCES, dice),
                age,
                idle,
                busy,
                f"busy {type}" if busy else None,
            )
        )
        if type != "KernelGateway":
            made.vacant.append((domain, f"vacant{number:06}", f"user{user:05}"))
    _leave_behind(made, apps * old, dice)
    return made


def chattering(apps: int, started: float, seed: int = 7) -> Population:
    """chattering is JupyterLabs whose servers all log every minute, the busy ones' people saving now and then."""
    dice = random.Random(seed)
    made = Population(f"{apps:,} chattering", started, _domains(2))
    for number in range(apps):
        age, idle = _ages(dice, logged=True)
        user = number // APPS_PER_USER
        place = made.domains[user % 2], f"user{user:05}", f"space{number:06}"
        busy = number % 10 == 7
        made.apps.append(App(*place, "JupyterLab", "default", "ml.t3.medium", age, idle, busy, "collaboration"))
    _leave_behind(made, apps * OLD_STREAMS_PER_APP, dice)
    return made


def flattened(world: Population) -> Population:
    """flattened is the same work as the usual script can see it: one domain, kernel gateways, ten to a user, all with a
    stream (without one it dies)."""
    made = Population(world.title, world.started, world.domains[:1], old=world.old)
    for number, app in enumerate(world.apps):
        owner = f"user{number // APPS_PER_USER_FLAT:05}"
        name = f"gateway-{number % APPS_PER_USER_FLAT}"
        profile = app.profile and app.profile.replace(app.type, "KernelGateway")
        idle = app.age if app.idle is None else app.idle
        flat = App(made.domains[0], owner, None, "KernelGateway", name, app.instance, app.age, idle, app.busy, profile)
        made.apps.append(flat)
    return made


def _domains(number: int, prefix: str = "bench") -> list[str]:
    return [f"d-{prefix}{index:07}" for index in range(number)]


def _shares(shares: dict[str, float], number: int, dice: random.Random) -> list[str]:
    """_shares deals exactly these shares of a number of things, in any order."""
    dealt: list[str] = []
    total = 0.0
    for name, share in shares.items():
        total += share
        dealt += [name] * (round(total * number) - len(dealt))
    dice.shuffle(dealt)
    return dealt


def _pick(shares: dict[str, float], dice: random.Random) -> str:
    return dice.choices(list(shares), list(shares.values()))[0]


def _ages(dice: random.Random, logged: bool) -> tuple[float, float | None]:
    """_ages are how long ago an app was started and last worked with."""
    idle = round(LEAST_IDLE_S + dice.expovariate(1 / MEAN_IDLE_S), 3)
    age = round(idle + dice.uniform(1800, 20 * DAY_S), 3)
    return age, idle if logged else None


def _leave_behind(made: Population, number: int, dice: random.Random) -> None:
    """_leave_behind adds the streams of deleted apps."""
    span_s = OLD_DAYS * DAY_S
    for index in range(number):
        domain = made.domains[index % len(made.domains)]
        type = "KernelGateway" if index % 2 else "JupyterLab"
        name = f"{domain}/user{index // 40:05}/{type}/gone-{index:07}"
        made.old.append((name, round(dice.uniform(0, span_s), 3)))


def far_behind(apps: int, started: float) -> Population:
    """far_behind is apps whose streams have so many newer ones before them that each is best asked for by name."""
    return _gateways(f"{apps:,} apps by name", apps, started, idle=900 * DAY_S, old=60 * apps * APPS_PER_USER)


def in_front(apps: int, started: float) -> Population:
    """in_front is apps whose streams are the newest there are: a sweep finds all of them."""
    return _gateways(f"{apps:,} apps by a sweep", apps, started, idle=3600.0, old=apps)


def _gateways(title: str, apps: int, started: float, idle: float, old: int) -> Population:
    made = Population(title, started, _domains(1))
    for number in range(apps):
        place = made.domains[0], f"user{number // APPS_PER_USER:05}", None
        name = f"gateway-{number % APPS_PER_USER}"
        age = idle + number
        made.apps.append(App(*place, "KernelGateway", name, "ml.t3.medium", age + DAY_S, age))
    made.old = [(f"{made.domains[0]}/gone/KernelGateway/gone-{number:07}", 2 * DAY_S + number) for number in range(old)]
    return made
