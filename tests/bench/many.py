"""Many targets in one collectd: with a state file, and without one."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from bench import scripts
from bench.estate import LATENCY_S, Estate, Played, play
from bench.process import Usage, thread_cpu
from bench.results import table
from e2e.collectd import Collectd, bare_environment

INTERVAL_S = 60
THREAD = "sagemaker"
# How long a round may take before the run is given up.
PATIENCE_S = 300.0
_POLL_S = 0.05
# Nothing that is under way is quiet for so long.
QUIET_S = 5.0
# A round has begun, and is not over.
AMID_S = 1.0

# Of what is dispatched only how long a scan took is written to the log; the rest ends in collectd's cache.
_LOG_LITTLE = """\
LoadPlugin match_regex
<Chain "Many">
  <Rule "read here">
    <Match "regex">
      Plugin "^sagemaker_scan$"
      TypeInstance "^(scan|unknown)$"
    </Match>
    <Target "write">
      Plugin "write_log"
    </Target>
  </Rule>
  Target "stop"
</Chain>
PostCacheChain "Many"
"""


@dataclass(frozen=True)
class Round:
    """Round is one scan of every target."""

    slowest_s: float  # from the round's beginning to the end of the last target's scan, as the plugin reports it
    cpu_s: float  # of collectd, dispatching included
    thread_cpu_s: float  # of the thread that scans
    unknown: int  # apps of which nothing could be said


@dataclass(frozen=True)
class Run:
    """Run is a collectd on an estate: a cold round, a warm one, one after a restart, and what was seen meanwhile."""

    cold: Round
    warm: Round
    again: Round
    asked_s: float  # from the first request of the cold round to its last answer, as the stand-in saw it
    told_s: float  # from the start of the program to the report of the last target
    descriptors: int
    peak_bytes: int
    stops_s: tuple[float, float]  # at rest, and in the middle of a round
    complaints: list[str]
    standin_cpu_s: float  # of all processes, in the cold and the warm round
    calls: int  # of the cold round


class Watched:
    """Watched is a collectd on an estate, whose descriptors are counted all the time; a context manager."""

    def __init__(self, folder: Path, played: Played, options: str):
        self._targets = played.estate.targets
        self.collectd = Collectd(
            folder,
            options=f"Interval {INTERVAL_S}\n{options}\n{played.blocks()}",
            environment=bare_environment(folder) | played.aws[0].environment,
            shipped=("sagemaker.conf", "sagemaker.prices.conf"),
            extra=_LOG_LITTLE,
            interval=INTERVAL_S,
        )
        self.descriptors = 0
        self._seen = 0
        self._cpu = (0.0, 0.0)
        self._over = threading.Event()
        self._counting = threading.Thread(target=self._count)

    def __enter__(self) -> Watched:
        self.collectd.start()
        self._counting.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._counting.join()
        self.collectd.kill()

    def restart(self, after_s: float) -> float:
        """restart ends collectd after so many seconds, and is how long that took."""
        took = self.stop(after_s)
        self._seen, self._cpu = len(self.collectd.values), (0.0, 0.0)
        self.collectd.start()
        return took

    def stop(self, after_s: float) -> float:
        """stop ends collectd after so many seconds, and is how long that took."""
        time.sleep(after_s)
        return self.collectd.stop(PATIENCE_S)

    def round(self) -> Round:
        """round waits until every target has been reported once more."""
        told: dict[str, dict[str, float]] = {"scan": {}, "unknown": {}}

        def all_told() -> bool:
            values = self.collectd.values
            for value in values[self._seen :]:
                told[value.type_instance][value.plugin_instance] = value.value
            self._seen = len(values)
            return all(len(targets) >= self._targets for targets in told.values())

        self.collectd.wait(all_told, f"report of all {self._targets} targets", PATIENCE_S)
        used = Usage.of(self.collectd.pid).cpu_s, thread_cpu(self.collectd.pid, THREAD)
        before, self._cpu = self._cpu, used
        slowest_s = max(told["scan"].values())
        return Round(slowest_s, used[0] - before[0], used[1] - before[1], round(sum(told["unknown"].values())))

    def _count(self) -> None:
        while not self._over.wait(_POLL_S):
            with suppress(OSError, AssertionError):
                folder = Path(f"/proc/{self.collectd.pid}/fd")
                self.descriptors = max(self.descriptors, sum(1 for _ in folder.iterdir()))


def figures(estate: Estate, kept: Run, none: Run) -> str:
    """figures is what was reached, beside what was wanted."""
    rows = [
        ("every target complete, cold", f"{kept.asked_s:.1f} s", f"{none.asked_s:.1f} s", "≤ 20 s"),
        ("every target told", f"{kept.told_s:.1f} s", f"{none.told_s:.1f} s", ""),
        ("the same, warm", f"{kept.warm.slowest_s:.1f} s", f"{none.warm.slowest_s:.1f} s", ""),
        ("the same, after a restart", f"{kept.again.slowest_s:.1f} s", f"{none.again.slowest_s:.1f} s", ""),
        ("CPU of the cold round", f"{kept.cold.cpu_s:.2f} s", f"{none.cold.cpu_s:.2f} s", "≤ 1.3 ×"),
        ("CPU of a warm round", f"{kept.warm.cpu_s:.2f} s", f"{none.warm.cpu_s:.2f} s", "≤ 1.3 ×"),
        ("the scanning thread's share of it", f"{kept.warm.thread_cpu_s:.2f} s", f"{none.warm.thread_cpu_s:.2f} s", ""),
        ("descriptors, at most", str(kept.descriptors), str(none.descriptors), "≤ 256"),
        ("peak memory", f"{kept.peak_bytes / 1e6:.0f} MB", f"{none.peak_bytes / 1e6:.0f} MB", ""),
        ("a stop at rest", f"{kept.stops_s[0]:.2f} s", f"{none.stops_s[0]:.2f} s", ""),
        ("a stop amid a round", f"{kept.stops_s[1]:.2f} s", f"{none.stops_s[1]:.2f} s", "≤ 12 s"),
        ("lines of warning or error", str(len(kept.complaints)), str(len(none.complaints)), "0"),
        ("calls of the cold round", f"{kept.calls:,}", f"{none.calls:,}", ""),
        ("CPU of the stand-in, two rounds", f"{kept.standin_cpu_s:.1f} s", f"{none.standin_cpu_s:.1f} s", ""),
    ]
    heads = ("", "with the state file", "without", "wanted")
    return f"{estate.title}, Interval {INTERVAL_S}, {LATENCY_S * 1000:.0f} ms latency.\n\n" + table(heads, rows)


def _await_quiet(played: Played) -> float:
    """_await_quiet waits until nothing more is asked: a read that does not wait for all tells of the last ones later."""
    total, quiet_since = 0, time.monotonic()
    while total == 0 or time.monotonic() - quiet_since < QUIET_S:
        time.sleep(_POLL_S)
        asked = sum(aws.counted().total for aws in played.aws)
        if asked != total:
            total, quiet_since = asked, time.monotonic()
    return max(aws.counted().span_s for aws in played.aws)


def measure(folder: Path, played: Played, options: str, say: Callable[[str], None]) -> Run:
    """measure runs a collectd with these options for three rounds; options are those of <Plugin sagemaker>."""
    for aws in played.aws:
        aws.reset()
    standin = sum(aws.usage().cpu_s for aws in played.aws)
    started = time.monotonic()
    with Watched(folder, played, options) as watched:
        asked_s = _await_quiet(played)
        cold = watched.round()
        told_s = time.monotonic() - started
        say(f"  cold: {asked_s:.1f} s, {cold.cpu_s:.1f} s of CPU")
        calls = sum(aws.counted().total for aws in played.aws)
        warm = watched.round()
        standin = sum(aws.usage().cpu_s for aws in played.aws) - standin
        say(f"  warm: {warm.slowest_s:.1f} s, {warm.cpu_s:.1f} s of CPU")
        peak_bytes = Usage.of(watched.collectd.pid).peak_bytes
        at_rest = watched.restart(after_s=0)
        again = watched.round()
        watched.restart(after_s=0)
        amid = watched.stop(after_s=AMID_S)
        complaints = [str(line) for line in watched.collectd.complaints]
    stops = at_rest, amid
    return Run(cold, warm, again, asked_s, told_s, watched.descriptors, peak_bytes, stops, complaints, standin, calls)


def compare(estate: Estate, folder: Path, say: Callable[[str], None]) -> str:
    """compare measures an estate with and without a state file, and is the figures of both."""
    say(estate.title)
    with play(estate, folder) as played:
        kept = measure(folder / "kept", played, 'StateFile "sagemaker.state"', say)
        none = measure(folder / "none", played, 'StateFile ""', say)
        say("the script")
        script = scripts.run(scripts.MANY, played.aws[0], folder / "script", *arguments(played))
    return (
        figures(estate, kept, none)
        + f"\n\nA script on boto3 that assumes each role, with ten threads: {script.wall_s:.0f} s, "
        f"{script.usage.cpu_s:.0f} s of CPU, {script.usage.peak_bytes / 1e6:.0f} MB.\n"
    )


def arguments(played: Played) -> list[str]:
    """arguments are the script's: the regions, then a role and where it is assumed for each account."""
    return [",".join(played.estate.region_names), *(part for role in played.roles() for part in role)]
