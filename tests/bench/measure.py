"""One world after another: the plugin, the bare loop and the two scripts in each."""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from bench import bounds, scripts, worlds
from bench.aws import LATENCY_S, QUOTA, Aws
from bench.bounds import Bound
from bench.instructions import Instructions, count
from bench.plugin import Plugin, Scan
from bench.replay import Request, Round, replay
from bench.scripts import Run
from bench.worlds import DAY_S, Population

REPLAYS = 5
# Who has been idle for about a day may be on either side while the benchmark runs.
MARGIN_S = 1800.0

# Nothing is idle for a year. And every limit of ours at AWS's.
_UNCONFIRMED = "  ConfirmAfter 31536000\n"
_AT_QUOTA = "".join(f'  RateLimit "{name}" {rate}\n' for name, rate in QUOTA.items() if name != "ListUserProfiles")

# What libcurl says by itself, in the bare loop as in the plugin.
_LIBCURLS = ("host", "content-length", "accept")


@dataclass(frozen=True)
class Plan:
    """Plan is how a world is measured. interval is above what its streams rest between two events, and, where that does
    not take too long, above a warm scan; scripts is "run", "aside" (while the greatest world is scanned: they wait for
    AWS's quota nearly all the time) or "computed"."""

    make: Callable[[float], Population]
    interval: float
    warm_scans: int
    scripts: str
    timeout: float = 900.0
    account: str = ""
    lookback: float = bounds.LOOKBACK_S
    rest_s: int = 5  # the bare loop's, before each round
    # Also cold scans without exact looks, and with no limits but AWS's own; and a warm one's instructions.
    variants: bool = False


PLANS = {
    "10": Plan(partial(worlds.mixed, 10), 25, 3, "run"),
    "1000": Plan(partial(worlds.mixed, 1000), 25, 5, "run", variants=True),
    "10000": Plan(partial(worlds.mixed, 10_000), 25, 3, "aside"),
    # A lookback of two days would have a cold start read seventeen million lines, at FilterLogEvents' limit.
    "chatter": Plan(partial(worlds.chattering, 3000), 65, 3, "aside", account="  Lookback 7200", lookback=7200.0),
    "100000": Plan(partial(worlds.mixed, 100_000), 230, 2, "computed", timeout=3600.0),
}


@dataclass(frozen=True)
class Verdict:
    """Verdict is how right somebody was about who has been idle for a day, of so many."""

    missed: int
    wrong: int
    of: int


@dataclass
class Measured:
    """Measured is what came of one world; scripts by name, None where it was not run."""

    name: str
    title: str
    apps: int
    cold_bound: Bound
    warm_bound: Bound
    cold: Scan
    warm: list[Scan]
    again: Scan  # after a restart
    unconfirmed: Scan | None  # cold, without ConfirmAfter's looks
    at_quota: Scan | None  # cold, with RateLimit at AWS's own limits
    floor: list[Round]
    instructions: Instructions | None
    looks: int  # of the cold scan's calls
    verdict: Verdict
    computed: Mapping[str, tuple[Mapping[str, int], float]]  # calls, and the least seconds
    scripts: dict[str, Run] = field(default_factory=dict)
    script_verdicts: dict[str, Verdict] = field(default_factory=dict)

    def warm_median(self, of: Callable[[Scan], float]) -> float:
        return statistics.median(of(scan) for scan in self.warm)

    @property
    def floor_cpu_s(self) -> float:
        return statistics.median(round.cpu_s for round in self.floor)


def measure(plans: Mapping[str, Plan], folder: Path, say: Callable[[str], None]) -> list[Measured]:
    """measure measures one world after another, in folders of their own."""
    found: list[Measured] = []
    aside: list[Callable[[], None]] = []
    running: list[Future] = []
    with ThreadPoolExecutor() as pool:
        for name, plan in plans.items():
            if plan.scripts == "computed":
                running, aside = [pool.submit(work) for work in aside], []
            world = plan.make(time.time())
            say(f"{world.title}: the plugin")
            made = _measure_plugin(name, plan, world, folder / name, say)
            found.append(made)
            for script in ("usual", "corrected") if plan.scripts != "computed" else ():
                work = partial(_measure_script, made, script, world, folder / f"{name}-{script}", say)
                if plan.scripts == "aside":
                    aside.append(work)
                else:
                    work()
        running += [pool.submit(work) for work in aside]
        for future in running:
            try:
                future.result()
            except Exception as error:  # an hour's measurements are not to be lost to a script's trouble
                say(f"a script is left out: {error}")
    return found


def _measure_plugin(name: str, plan: Plan, world: Population, folder: Path, say: Callable[[str], None]) -> Measured:
    with Aws(folder, world) as aws:
        with Plugin(
            folder / "collectd", aws, interval=plan.interval, timeout=plan.timeout, account=plan.account
        ) as plugin:
            say(f"  built in {aws.start_s:.0f} s; cold scan")
            aws.record()
            cold = plugin.scan()
            looks = sum(_is_look(request) for request in aws.recorded())
            warm = []
            for number in range(plan.warm_scans):
                say(f"  warm scan {number + 1}")
                aws.record()
                warm.append(plugin.scan())
            recorded = aws.recorded()
            verdict = _judge(world, {user for user, idle in warm[-1].idle.items() if idle > DAY_S})
            say("  scan after a restart")
            plugin.restart()
            again = plugin.scan()
        unconfirmed = _variant(plan, aws, folder / "collectd-unconfirmed", say, _UNCONFIRMED)
        at_quota = _variant(plan, aws, folder / "collectd-at-quota", say, _AT_QUOTA)
        say("  bare loop")
        requests, connections = _requests(recorded)
        # The first round opens the connections, which the plugin had from its scan before.
        floor = replay(folder, aws.url, requests, connections, REPLAYS + 1, plan.rest_s)[1:]
        instructions = None
        if plan.variants:
            say("  instructions")
            instructions = count(folder / "instructions", aws, requests, connections, plan.interval, plan.timeout)
    now = time.time()
    cold_bound, warm_bound = bounds.cold(world, now, plan.lookback), bounds.warm(world, now, plan.interval)
    return Measured(
        *(name, world.title, len(world.apps), cold_bound, warm_bound, cold, warm, again),
        *(unconfirmed, at_quota, floor, instructions, looks, verdict),
        _computed(world) if plan.scripts == "computed" else {},
    )


def _variant(plan: Plan, aws: Aws, folder: Path, say: Callable[[str], None], options: str) -> Scan | None:
    if not plan.variants:
        return None
    say(f"  cold scan with {' '.join(options.split()[:3])}")
    with Plugin(folder, aws, interval=plan.interval, timeout=plan.timeout, account=plan.account + options) as plugin:
        return plugin.scan()


def _measure_script(
    made: Measured, script: str, world: Population, folder: Path, say: Callable[[str], None]
) -> None:
    say(f"{world.title}: the {script} script")
    if script == "usual":
        world = worlds.flattened(world)
    path, arguments = (scripts.USUAL, world.domains[:1]) if script == "usual" else (scripts.CORRECTED, [])
    with Aws(folder, world) as aws:
        run = scripts.run(path, aws, folder, *arguments)
    owners = {app.stream: f"{app.domain}_{app.owner}" for app in world.apps}
    made.scripts[script] = run
    made.script_verdicts[script] = _judge(world, {owners[stream] for stream in run.named})


def _judge(world: Population, named: set[str]) -> Verdict:
    surely, perhaps = world.idle_users(time.time(), DAY_S, MARGIN_S)
    return Verdict(len(surely - named), len(named - surely - perhaps), len(surely))


def _is_look(request: dict) -> bool:
    """_is_look: the exact look before an app is first reported beyond a ConfirmAfter asks for events of any text."""
    target = request["headers"]["x-amz-target"]
    return target.endswith(".FilterLogEvents") and not json.loads(request["body"]).get("filterPattern")


def _requests(recorded: list[dict]) -> tuple[list[Request], int]:
    """_requests are what the bare loop asks for what a scan was answered, and the connections that the scan used."""
    requests = []
    for number, request in enumerate(recorded):
        headers = [f"{name}: {value}" for name, value in request["headers"].items() if name not in _LIBCURLS]
        requests.append(Request(f"/_standin/again/{number}", request["body"], tuple(headers)))
    return requests, len({request["connection"] for request in recorded})


def _computed(world: Population) -> dict[str, tuple[Mapping[str, int], float]]:
    """_computed is what the scripts would have to call, and the least that takes by latency and AWS's quota."""
    apps = len(world.apps)
    users = -(-apps // worlds.APPS_PER_USER_FLAT)
    usual = {"ListUserProfiles": -(-users // 10), "ListApps": users, "DescribeLogStreams": apps}
    corrected = {
        "ListApps": -(-apps // bounds.LIST_PAGE),
        "ListSpaces": bounds.cold(world, world.started).calls["ListSpaces"],
        "DescribeLogStreams": apps,
    }
    paced = (apps - QUOTA["DescribeLogStreams"]) / QUOTA["DescribeLogStreams"]
    return {
        "usual": (usual, max(paced, LATENCY_S * sum(usual.values()))),
        "corrected": (corrected, paced + LATENCY_S * corrected["ListApps"]),
    }
