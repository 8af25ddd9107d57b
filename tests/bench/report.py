"""The tables and the plot of what was measured."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from bench.aws import LATENCY_S, QUOTA
from bench.bar import Heap, Line
from bench.bounds import Bound
from bench.capacity import Capacity
from bench.measure import Measured, Verdict
from bench.plot import plot
from bench.plugin import Scan
from bench.results import seconds, table
from bench.scripts import Run

_HEADS = (
    *("who", "calls", "ListApps", "other List*", "Describe", "Filter", "refused"),
    *("wall s", "CPU s", "process CPU s", "peak MB", "received kB", "missed", "wrong"),
)
_MB, _KB, _MILLION = 1e6, 1e3, 1e6

_SCRIPTS = {"usual": "usual script", "corrected": "corrected, 10 threads"}

METHOD = f"""\
The stand-in of AWS is a process of its own. It checks every request and signature, answers {LATENCY_S * 1000:.0f} ms later and refuses
what is above AWS's limits: {QUOTA["DescribeLogStreams"]:.0f} DescribeLogStreams and {QUOTA["FilterLogEvents"]:.0f} FilterLogEvents a second, buckets that hold one second's
calls. SageMaker publishes no limit of its List operations; {QUOTA["ListApps"]:.0f} a second are assumed.

A world of N apps is a mixed one: 45 % kernel gateways of users, 40 % JupyterLabs and 15 % Code Editors in private
spaces, four apps to a user, as many spaces in which nothing runs as with an app, several domains. 1 % of the apps have no stream, 10 %
are worked with all the time, the rest was left an exponentially distributed time ago, three days on average; 10 N more
streams are of deleted apps, their last events spread over 1,000 days. "3,000 chattering" are JupyterLabs whose servers
all log twice a minute; there the plugin's Lookback is two hours, so that whoever left one before counts as idle for two
hours when it starts: those are "missed".

- *plugin*: in a real collectd, with its default limits. *cold*: the first scan; *warm*: those after it, the median;
  *again*: the first after collectd was restarted; *without the looks*: a cold one with a `ConfirmAfter` that nobody
  reaches; *at AWS's limits*: one with `RateLimit` at those limits. Wall time is `response_time-scan`; CPU that of the thread that scans,
  process CPU all of collectd's until the scan after it, the values of all apps, users and instances included; peak
  memory is the process's, too.
- *bound*: the fewest calls that answer the same questions, and the least time at this latency and the plugin's limits
  (tests/bench/bounds.py); ConfirmAfter's looks apart.
- *bare loop*: libcurl and json-c receive and parse what the last warm scan was answered, over as many connections as that
  used; its CPU is the floor of any client in C. It rests some seconds between two rounds, as the plugin does between two
  scans: what was in the processor's caches is not there any more. Seconds on a shared machine differ from run to run, so
  instructions are counted, too (valgrind's callgrind; of the thread that scans, without the kernel's).
- *usual script*: tests/bench/usual_script.py, on boto3, one call after another. It gets a world of its own in which everything is within
  its reach: the same apps as kernel gateways of one domain, ten to a user, each with a stream. It is mended in one place,
  to follow the list of users beyond ten. So what it leaves out does not make it look cheaper.
- *corrected*: every page, domain, space; exact names; ten threads and adaptive retries.
- Both scripts are whole runs, Python's start included. Where they would take hours their least is computed from the calls
  and AWS's limits, in italics.
- *missed*, *wrong*: users who have left something for a day and were not named, and the other way round. boto3's scripts
  take the newest event of any kind for activity.
"""


def results(made: Measured) -> str:
    """results is one world's table."""
    looks = f"; ConfirmAfter's looks: {made.looks} calls, at least {made.cold_bound.looks}" if made.looks else ""
    rows = [
        _bound("bound, cold", made.cold_bound),
        _scans("plugin, cold" + (f" ({made.cold.reads} scans)" if made.cold.reads > 1 else ""), [made.cold]),
        *([_scans("cold without the looks", [made.unconfirmed])] if made.unconfirmed else []),
        *([_scans("cold at AWS's limits", [made.at_quota])] if made.at_quota else []),
        _bound("bound, warm", made.warm_bound),
        _scans("plugin, warm", made.warm, made.verdict),
        _scans("plugin, again", [made.again]),
        _floor(made),
        *_scripts(made),
    ]
    text = f"{made.verdict.of} users have left something for a day{looks}."
    if made.instructions is not None:
        scan, floor = made.instructions.scan / _MILLION, made.instructions.floor / _MILLION
        text += f" A warm scan executes {scan:.1f} million instructions, the bare loop {floor:.1f}."
    return f"### {made.title}\n\n{table(_HEADS, rows)}\n\n{text}"


def _bound(who: str, bound: Bound) -> list[str]:
    return [who, *_calls(bound.calls), "", seconds(bound.seconds(LATENCY_S)), *[""] * 6]


def _scans(who: str, scans: Sequence[Scan], verdict: Verdict | None = None) -> list[str]:
    def middle(of) -> float:
        ordered = sorted(of(scan) for scan in scans)
        return ordered[len(ordered) // 2]

    operations = {name for scan in scans for name in scan.counted.calls}
    calls = {name: middle(lambda scan, name=name: scan.counted.calls.get(name, 0)) for name in operations}
    return [
        who,
        *_calls(calls),
        f"{middle(lambda scan: scan.counted.throttled):,}",
        seconds(middle(lambda scan: scan.wall_s)),
        seconds(middle(lambda scan: scan.cpu_s)),
        seconds(middle(lambda scan: scan.process.cpu_s)),
        f"{middle(lambda scan: scan.process.peak_bytes) / _MB:,.0f}",
        f"{middle(lambda scan: scan.counted.bytes) / _KB:,.0f}",
        *_judged(verdict),
    ]


def _floor(made: Measured) -> list[str]:
    round = made.floor[0]
    return ["bare loop, warm", f"{round.requests:,}", *[""] * 6, seconds(made.floor_cpu_s), "", "", *[""] * 3]


def _scripts(made: Measured) -> Iterable[list[str]]:
    for script, name in _SCRIPTS.items():
        if script in made.scripts:
            yield _script(name, made.scripts[script], made.script_verdicts[script])
        elif script in made.computed:
            calls, least_s = made.computed[script]
            cells = [name, *_calls(calls), "", seconds(least_s)]
            yield [f"*{cell}*" if cell else "" for cell in cells] + [""] * 6


def _script(name: str, run: Run, verdict: Verdict) -> list[str]:
    counted, cpu_s = run.counted, seconds(run.usage.cpu_s)
    received = f"{counted.bytes / _KB:,.0f}"
    used = [seconds(run.wall_s), cpu_s, cpu_s, f"{run.usage.peak_bytes / _MB:,.0f}", received]
    return [name, *_calls(counted.calls), f"{counted.throttled:,}", *used, *_judged(verdict)]


def _judged(verdict: Verdict | None) -> list[str]:
    return ["", ""] if verdict is None else [str(verdict.missed), str(verdict.wrong)]


def _calls(calls: Mapping[str, int]) -> list[str]:
    named = ("ListApps", "DescribeLogStreams", "FilterLogEvents")
    apps, describe, events = (calls.get(name, 0) for name in named)
    others = sum(calls.values()) - apps - describe - events
    return [f"{number:,}" for number in (sum(calls.values()), apps, others, describe, events)]


def bar_table(lines: Sequence[Line]) -> str:
    rows = [
        [
            line.what,
            f"{line.measured:,.2f}{line.unit}",
            *_judgement(line),
        ]
        for line in lines
    ]
    return table(("the bar", "measured", "limit", "is"), rows)


def _judgement(line: Line) -> tuple[str, str]:
    if line.limit is None:
        return "", ""
    return f"{'≥' if line.least else '≤'} {line.limit:g}{line.unit}", "met" if line.met else "**not met**"


def capacity_table(found: Mapping[str, Sequence[Capacity]]) -> str:
    """capacity_table is what the stand-in serves, a column for each world."""
    (first, *_) = found.values()
    rows = [
        [line.what, *(f"{lines[number].per_second:,.0f}" for lines in found.values())] for number, line in enumerate(first)
    ]
    return table(("requests a second", *found), rows)


def heap_table(heaps: Sequence[Heap]) -> str:
    rows = [
        [f"{heap.apps:,}", f"{heap.first:,}", f"{heap.later:,}", f"{heap.an_app:,.0f}", f"{heap.later - heap.first:,}"]
        for heap in heaps
    ]
    heads = ("apps", "bytes after the first scan", "after the third", "an app", "growth over two scans")
    return table(heads, rows)


def cost_plot(found: Sequence[Measured]) -> str:
    """cost_plot is calls, wall time and CPU of a scan against the apps of the mixed worlds."""
    mixed = [made for made in found if made.name.isdigit()]
    panels: dict[str, dict[str, list[tuple[float, float]]]] = {
        "API calls": {
            "plugin, cold": [(made.apps, made.cold.counted.total) for made in mixed],
            "plugin, warm": [(made.apps, made.warm_median(lambda scan: scan.counted.total)) for made in mixed],
            "bound, warm": [(made.apps, made.warm_bound.total) for made in mixed],
        },
        "wall seconds": {
            "plugin, cold": [(made.apps, made.cold.wall_s) for made in mixed],
            "plugin, warm": [(made.apps, made.warm_median(lambda scan: scan.wall_s)) for made in mixed],
            "bound, warm": [(made.apps, made.warm_bound.seconds(LATENCY_S)) for made in mixed],
        },
        "CPU seconds": {
            "plugin, cold": [(made.apps, made.cold.cpu_s) for made in mixed],
            "plugin, warm": [(made.apps, made.warm_median(lambda scan: scan.cpu_s)) for made in mixed],
            "bound, warm": [(made.apps, made.floor_cpu_s) for made in mixed],
        },
    }
    for script, name in _SCRIPTS.items():
        panels["API calls"][name] = [(made.apps, calls) for made in mixed for calls, _ in _outlay(made, script)]
        panels["wall seconds"][name] = [(made.apps, wall_s) for made in mixed for _, wall_s in _outlay(made, script)]
        panels["CPU seconds"][name] = [
            (made.apps, made.scripts[script].usage.cpu_s) for made in mixed if script in made.scripts
        ]
    return plot(panels)


def _outlay(made: Measured, script: str) -> Iterable[tuple[float, float]]:
    """_outlay is a script's calls and wall time, run or computed."""
    if script in made.scripts:
        yield made.scripts[script].counted.total, made.scripts[script].wall_s
    elif script in made.computed:
        calls, least_s = made.computed[script]
        yield sum(calls.values()), least_s
