"""A lane: an <Account> of the plugin's with an AWS of its own, so that many faults can be tried in one collectd.

Its world is small, but every listing in it has at least three pages, and something moves in it all the time. Every
value that collectd dispatches of it is held against what is true about that world.
"""

from __future__ import annotations

import bisect
import hashlib
import json
import time
from dataclasses import dataclass, field
from pathlib import Path

from e2e.cloud import REGION, Cloud, Running
from e2e.output import Line, Value
from faults.certificates import Authority
from faults.resolver import DOMAIN, Resolver
from faults.truth import Tracked, Truth
from standin import ACCESS_KEY, SECRET_KEY, StandIn, World
from standin.chatter import PROFILES
from standin.chatter import Line as Chat
from standin.metadata import Sources, minted_in

TIMEOUT_S = 2
MINUTE_S = 60
KEYS_LAST_S = 3600

# The server of the app whose activity is told by matching events: something to search in every scan, of several pages.
STEADY = "steady"
PROFILES.setdefault(STEADY, (Chat(500, "[I {stamp} ServerApp] 200 GET /api/status {n}"),))
_SCAN_EVENTS = 400

# Things on a page, and apps: few enough for at least three pages, and so many more apps that to sweep is worth it.
_MOST = 4
_APPS = 12

# How keys are found. A region lane has keys, and its region from the instance.
SOURCES = ("keys", "role", "web", "sso", "instance", "container", "process", "region")

# The hosts that have names, and which services are behind each.
HOSTS = {
    "sagemaker": ("sagemaker",),
    "logs": ("cloudwatch_logs",),
    "sts": ("sts",),
    "sso": ("sso", "sso_oidc"),
    "container": (),
}

_OPERATIONS = ("ListApps", "ListDomains", "ListSpaces", "DescribeLogStreams", "FilterLogEvents")


@dataclass
class Mark:
    """Mark is a place in what a lane was told."""

    values: int
    lines: int


@dataclass(eq=False)
class Lane:
    name: str
    source: str
    folder: Path
    authority: Authority
    resolver: Resolver
    values: list[Value] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    truth: Truth = field(default_factory=Truth)

    def __post_init__(self) -> None:
        world, region = World.single(REGION)
        account = world.account()
        account.role("studio", web_token="web-token")
        self.sources = Sources(minted_in(account))
        self.sources.version_1 = False
        self.sources.region = REGION
        self.aws = StandIn(world, pages="exact", most=_MOST, scan_events=_SCAN_EVENTS, sources=self.sources)
        self.cloud = Cloud(self.aws, region)
        self.domain_id = f"d-{self.name}base"
        self.timeout: float = TIMEOUT_S
        self.keys_last = KEYS_LAST_S  # how long those of a process do
        self.rates: dict[str, float] = dict.fromkeys(_OPERATIONS, 1000)
        self._names = dict.fromkeys(HOSTS, 0)
        self._arrivals = 0
        self._reports: list[tuple[float, int]] = []  # when one was made, and where in the values it ends

    def start(self) -> None:
        self.aws.start()
        certificates = self.authority.shown
        self.doors = {host: self.aws.door(certificates) for host in HOSTS} | {"instance": self.aws.door()}
        self.folder.mkdir(parents=True)
        self._fill()
        self._write_credentials()
        self.write_config()

    def close(self) -> None:
        self.aws.close()

    def host(self, host: str) -> str:
        return f"{self.name}-{host}-{self._names[host]}.{DOMAIN}"

    def rename(self, host: str) -> str:
        """rename gives a host another name, which nobody has looked up yet."""
        self._names[host] += 1
        return self.host(host)

    def url(self, host: str) -> str:
        if host == "instance":
            return f"http://127.0.0.1:{self.doors[host].port}"
        return f"https://{self.host(host)}:{self.doors[host].port}"

    @property
    def options(self) -> str:
        rates = "\n".join(f'RateLimit "{name}" {rate}' for name, rate in self.rates.items())
        region = "" if self.source == "region" else f'Region "{REGION}"\n'
        return (
            f'<Account "{self.name}">\nProfile "{self.name}"\nConfigFile "{self.folder}/config"\n{region}'
            f'CredentialsFile "{self.folder}/credentials"\nCACert "{self.authority.ca}"\nTimeout {self.timeout}\n'
            f"{rates}\n</Account>"
        )

    def environment(self) -> dict[str, str]:
        """environment is what only the environment of the whole daemon can say."""
        if self.source != "container":
            return {}
        return {"AWS_CONTAINER_CREDENTIALS_FULL_URI": f"{self.url('container')}/container/keys"}

    def write_config(self) -> None:
        """write_config writes the profile anew, which the next scan notices."""
        account = self.cloud.region.account
        role = f"role_arn = arn:aws:iam::{account}:role/studio\n"
        own = {
            "role": f"{role}source_profile = base\n",
            "web": f"{role}web_identity_token_file = {self.folder}/token\n",
            "sso": f"sso_session = {self.name}\nsso_account_id = {account}\nsso_role_name = Reader\n",
            "instance": f"{role}credential_source = Ec2InstanceMetadata\n",
            "process": f"credential_process = {self.folder}/process\n",
        }.get(self.source, "")
        services = "".join(
            f"{service} =\n  endpoint_url = {self.url(host)}\n" for host, some in HOSTS.items() for service in some
        )
        fresh = self.folder / "config.fresh"
        fresh.write_text(
            f"[profile {self.name}]\n{own}services = all\nec2_metadata_service_endpoint = {self.url('instance')}\n"
            f"[sso-session {self.name}]\nsso_start_url = https://example.com/start\nsso_region = {REGION}\n"
            f"[services all]\n{services}"
        )
        fresh.replace(self.folder / "config")

    def revoke(self) -> None:
        """revoke ends all keys that were given out for a while, and makes the next ones be asked for."""
        with self.aws.lock:
            now = self.aws.world.now()
            for identity in self.aws.world.keys.values():
                if identity.expires is not None:
                    identity.expires = now - 1
        if self.source == "process":
            self.write_keys()

    def write_keys(self) -> None:
        """write_keys are what the process of a process lane prints."""
        keys = minted_in(self.aws.world.account())("process", self.keys_last)
        document = {"Version": 1} | {n: keys[n] for n in ("AccessKeyId", "SecretAccessKey", "Expiration")}
        fresh = self.folder / "keys.fresh"
        fresh.write_text(json.dumps(document | {"SessionToken": keys["Token"]}))
        fresh.replace(self.folder / "keys.json")

    def write_process(self, script: str | None) -> None:
        """write_process replaces the program of credential_process (None: there is none)."""
        path = self.folder / "process"
        if script is None:
            path.unlink(missing_ok=True)
            return
        fresh = self.folder / "process.fresh"
        fresh.write_text(f"#!/bin/sh\necho >>{self.folder}/ran\ncd {self.folder}\n{script}\n")
        fresh.chmod(0o700)
        fresh.replace(path)

    def mend_process(self) -> None:
        self.keys_last = KEYS_LAST_S
        self.write_keys()
        self.write_process("cat keys.json")

    def process_runs(self) -> int:
        ran = self.folder / "ran"
        return ran.stat().st_size if ran.exists() else 0

    def write_sso_token(self, lifetime: float, home: Path | None = None) -> None:
        """write_sso_token is `aws sso login`; home is where, from the first time on."""
        if home is not None:
            self._sso = home / ".aws" / "sso" / "cache" / f"{hashlib.sha1(self.name.encode()).hexdigest()}.json"
            self._sso.parent.mkdir(parents=True, exist_ok=True)
        token = {
            "accessToken": "sso-token",
            "expiresAt": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + lifetime)),
            "refreshToken": "refresh-token",
            "clientId": "client",
            "clientSecret": "client-secret",
            "registrationExpiresAt": "2099-01-01T00:00:00Z",
        }
        fresh = self._sso.with_suffix(".fresh")
        fresh.write_text(json.dumps(token))
        fresh.replace(self._sso)

    def set_clock(self, offset: float) -> None:
        """set_clock moves AWS's clock; a fault may call it, in the stand-in's thread."""
        with self.aws.lock:
            self.aws.world.offset = offset
            self.truth.clock.append((time.time(), offset))

    def heal(self) -> None:
        """heal ends whatever is wrong, for the cells that follow one that failed."""
        self.aws.clear_faults()
        self.aws.release()
        for door in self.doors.values():
            self.aws.set_door(door, None)
        for host in HOSTS:
            self.resolver.make(self.host(host), None)
        if self.aws.world.offset:
            self.set_clock(0)
        if self.source == "process":
            self.mend_process()

    def forget_calls(self) -> None:
        """forget_calls: what comes now is of the cell."""
        with self.aws.lock:
            self.aws.calls.clear()

    def add(self, running: Running, arrived: bool = True) -> Tracked:
        """add tracks an app; arrived: it came while the plugin was looking."""
        tracked = Tracked(running, time.time(), arrived)
        self.truth.tracked[running.identifier] = tracked
        return tracked

    def arrive(self, **more) -> Tracked:
        """arrive is one more app, of a user of its own unless more says otherwise; that it starts stands in its log."""
        self._arrivals += 1
        own = {"user": f"guest{self._arrivals}"} if "space" not in more else {}
        arguments = {"age": 5 * MINUTE_S, "idle": 0, "domain": self.domain_id} | own | more
        # Without a stream, and with an old creation time, nothing tells that it was started.
        is_start = arguments["idle"] is not None or arguments["age"] == 0
        return self.add(self.cloud.app(name=f"visit{self._arrivals}", **arguments), arrived=is_start)

    def arrive_in_space(self) -> Tracked:
        """arrive_in_space is an app in a space that nobody has asked for yet."""
        space = f"room{self._arrivals}"
        self.cloud.space(space, owner=f"tenant{self._arrivals}", domain=self.domain_id, age=5 * MINUTE_S)
        return self.arrive(space=space)

    def arrive_in_domain(self) -> Tracked:
        domain = f"d-{self.name}more{self._arrivals}"
        self.cloud.domain(domain, "another")
        return self.arrive(domain=domain)

    def remove(self, tracked: Tracked) -> None:
        """remove leaves nothing of an app: what a sweep comes by stays the same from cell to cell."""
        with self.aws.lock:
            tracked.running.app.remove()
            if tracked.running.stream is not None:
                tracked.running.stream.delete()
            if tracked.running.app.space is not None:
                for space in list(self.cloud.region.spaces):
                    if space.name == tracked.running.app.space:
                        space.remove()
            if tracked.running.app.domain != self.domain_id:
                for domain in list(self.cloud.region.domains):
                    if domain.id == tracked.running.app.domain:
                        domain.remove()
        tracked.removed = time.time()

    def start_lab(self) -> Tracked:
        """start_lab is the JupyterLab whose matching events are searched for; its server never rests."""
        self._arrivals += 1
        space = f"lab{self._arrivals}"
        self.cloud.space(space, owner=f"scientist{self._arrivals}", domain=self.domain_id)
        worked = (8 * MINUTE_S, "[I 2026-01-01 00:00:00.000 ServerApp] Saving file at /a.ipynb")
        more = {"type": "JupyterLab", "name": "default", "age": 10 * MINUTE_S, "log": [worked], "chatter": STEADY}
        self.lab = self.add(self.cloud.app(space=space, domain=self.domain_id, **more))
        self.lab.worked = self.lab.running.stream.events[0][0] / 1000
        return self.lab

    def _fill(self) -> None:
        self.cloud.domain(self.domain_id, "research")
        for number in range(2 * _MOST):
            self.cloud.domain(f"d-{self.name}empty{number}", f"empty{number}")
            self.cloud.space(f"vacant{number}", owner="user1", domain=self.domain_id)
        for number in range(_APPS):
            idle = (number + 1) * 7 * MINUTE_S
            app = self.cloud.app(f"user{number // 2}", f"app{number}", domain=self.domain_id, idle=idle)
            self.add(app, arrived=False)
        quiet = self.cloud.app("user9", "quiet", domain=self.domain_id, idle=None, age=10 * MINUTE_S)
        self.add(quiet, arrived=False)
        self.start_lab().arrived = False

    def _write_credentials(self) -> None:
        profile = {"keys": self.name, "region": self.name}.get(self.source, "base")
        path = self.folder / "credentials"
        path.write_text(f"[{profile}]\naws_access_key_id = {ACCESS_KEY}\naws_secret_access_key = {SECRET_KEY}\n")
        path.chmod(0o600)
        (self.folder / "token").write_text("web-token")
        if self.source == "process":
            self.mend_process()

    # What collectd says of this lane.

    def owns(self, value: Value) -> bool:
        if value.plugin == "sagemaker_scan":
            return value.plugin_instance.startswith(f"{self.name}_")
        return value.plugin_instance.startswith(f"d-{self.name}")

    def take(self, value: Value) -> None:
        """take is a value of this lane's; costs depend on prices, of which there are none here."""
        self.values.append(value)
        if value.type == "response_time":
            self._reports.append((value.time, len(self.values)))
        if value.plugin in ("sagemaker", "sagemaker_user", "sagemaker_instance") and value.type == "duration":
            self.truth.check(value)

    def take_line(self, line: Line) -> None:
        self.lines.append(line)

    def mark(self) -> Mark:
        return Mark(len(self.values), len(self.lines))

    def reports_since(self, when: float) -> list[int]:
        """reports_since is where in the values the reports end, of complete scans and others, that were made since."""
        return [end for made, end in self._reports[bisect.bisect(self._reports, (when,)) :]]

    def values_since(self, mark: Mark) -> list[Value]:
        return self.values[mark.values :]

    def complaints_since(self, mark: Mark) -> list[Line]:
        return [line for line in self.lines[mark.lines :] if line.severity in ("warning", "error")]

    def reported_since(self, mark: Mark) -> set[str]:
        """reported_since are the apps that had a value."""
        return {v.identifier for v in self.values_since(mark) if v.plugin == "sagemaker" and not v.is_nan}

    @property
    def present(self) -> set[str]:
        """present are the apps that are there now."""
        return self.truth.present
