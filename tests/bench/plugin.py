"""The plugin in a real collectd, scan by scan: what each one asked, how long it took and what it used."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bench.aws import Aws, Counted
from bench.process import Usage, thread_cpu
from e2e.collectd import PLUGIN, bare_environment
from e2e.monitor import Monitor

THREAD = "sagemaker"
_POLL_S = 0.01

# A read waits for its scan however long that takes, so that the end of each is seen when it comes.
_OPTIONS = """\
Interval {interval}
<Account "default">
  Timeout {timeout}
{account}
</Account>
"""

# Of what is dispatched only what is read here is written to the log; the rest ends in collectd's cache.
_LOG_LITTLE = """\
LoadPlugin match_regex
<Chain "Benchmark">
  <Rule "read here">
    <Match "regex">
      Plugin "^sagemaker_(scan|user)$"
    </Match>
    <Target "write">
      Plugin "write_log"
    </Target>
  </Rule>
  Target "stop"
</Chain>
PostCacheChain "Benchmark"
"""


@dataclass(frozen=True)
class Scan:
    """Scan is one complete scan; reads is how many it took, each with a scan of its own, until none was unknown."""

    counted: Counted
    wall_s: float  # as the plugin reports it: response_time-scan
    cpu_s: float  # of the thread that scans
    process: Usage  # of collectd since the scan before, dispatching included; the peak since its start
    reads: int
    apps: int
    idle: Mapping[str, float]  # DOMAIN_OWNER -> the most idle of their apps


class Plugin:
    """Plugin is a collectd on a stand-in; a context manager."""

    def __init__(
        self,
        folder: Path,
        aws: Aws,
        *,
        interval: float,
        timeout: float,
        account: str = "",
        plugin: Path = PLUGIN,
        environment: Mapping[str, str] | None = None,
    ):
        """account is what stands in the <Account> block; environment what leads to aws in another way than straight."""
        self._aws = aws
        self._reads = 0
        self._cpu_s = 0.0
        self._process_cpu_s = 0.0
        self._patience_s = timeout
        self._monitor = Monitor(
            folder,
            options=_OPTIONS.format(interval=interval, timeout=timeout, account=account),
            environment=bare_environment(folder) | aws.environment | dict(environment or {}),
            shipped=("sagemaker.conf", "sagemaker.prices.conf"),
            extra=_LOG_LITTLE,
            interval=interval,
            plugin=plugin,
        )

    def __enter__(self) -> Plugin:
        self._aws.reset()
        self._monitor.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._monitor.kill()

    def restart(self) -> None:
        """restart ends collectd as systemd does, and starts it in the same folder."""
        self._monitor.stop(self._patience_s)
        self._reads = len(self._monitor.heartbeats)
        self._cpu_s = self._process_cpu_s = 0.0
        self._aws.reset()
        self._monitor.start()

    def scan(self) -> Scan:
        """scan waits for the next complete scan."""
        reads = 0
        wall_s = 0.0
        while True:
            self._await_read()
            reads += 1
            counts = self._counts()
            wall_s += counts["scan"]
            if counts["since_complete"] < 1 and counts["unknown"] == 0:
                break
        counted = self._aws.counted()
        self._aws.reset()
        cpu_s, usage = thread_cpu(self._monitor.pid, THREAD), Usage.of(self._monitor.pid)
        made = Scan(
            counted,
            wall_s,
            cpu_s - self._cpu_s,
            Usage(usage.cpu_s - self._process_cpu_s, usage.peak_bytes),
            reads,
            round(counts["apps"]),
            self._idle(round(counts["users"])),
        )
        self._cpu_s, self._process_cpu_s = cpu_s, usage.cpu_s
        return made

    def _await_read(self) -> None:
        self._reads += 1
        end = time.monotonic() + self._patience_s
        while len(self._monitor.heartbeats) < self._reads:
            if not self._monitor.alive or time.monotonic() > end:
                raise RuntimeError("\n".join(["no scan ends; collectd's last lines:", *map(str, self._lines())]))
            time.sleep(_POLL_S)

    def _counts(self) -> dict[str, float]:
        """_counts is what the plugin says of itself in the newest read, once all of it has been written."""
        when = self._monitor.heartbeats[-1].time
        wanted = {"since_complete", "scan", "apps", "users", "unknown"}

        def said() -> dict[str, float] | None:
            found = {v.type_instance: v.value for v in self._monitor.values if abs(v.time - when) < 0.5}
            return found if wanted <= found.keys() else None

        return self._monitor.wait(said, "counts of a read")

    def _idle(self, users: int) -> dict[str, float]:
        def said() -> dict[str, float] | None:
            found = {v.plugin_instance: v.value for v in self._monitor.values if v.plugin == "sagemaker_user"}
            return found if len(found) >= users else None

        return self._monitor.wait(said, "values of all users")

    def _lines(self) -> list:
        return self._monitor.lines[-10:]
