"""The plugin in a real collectd, scan by scan: what each one asked, how long it took and what it used."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from bench.aws import Aws, Counted
from bench.process import Usage, thread_cpu
from e2e.collectd import PLUGIN, bare_environment
from e2e.monitor import Monitor

THREAD = "sagemaker"
_HEARTBEAT = "since_complete"
_TOLD = {"scan", "apps", "users", "unknown"}
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
        wrapper: Iterable[str] = (),
    ):
        """account is what stands in the <Account> block; environment what leads to aws in another way than straight;
        wrapper what collectd is run by."""
        self._aws = aws
        # What the plugin says of itself in a read, and of users, as far as that has been written.
        self._told: dict[str, float] = {}
        self._idle: dict[str, float] = {}
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
            wrapper=wrapper,
        )

    def __enter__(self) -> Plugin:
        self._aws.reset()
        self._monitor.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._monitor.kill()

    @property
    def pid(self) -> int:
        return self._monitor.pid

    @property
    def environment(self) -> Mapping[str, str]:
        return self._monitor.environment

    def restart(self) -> None:
        """restart ends collectd as systemd does, and starts it in the same folder."""
        self._monitor.stop(self._patience_s)
        self._take()
        self._cpu_s = self._process_cpu_s = 0.0
        self._aws.reset()
        self._monitor.start()

    def scan(self) -> Scan:
        """scan waits for the next complete scan."""
        scans = [self._read()]
        while self._told["unknown"] > 0:
            scans.append(self._read())
        counted, walls, cpus, processes = zip(*scans)
        total = counted[0]
        for more in counted[1:]:
            total += more
        usage = Usage(sum(process.cpu_s for process in processes), processes[-1].peak_bytes)
        return Scan(total, sum(walls), sum(cpus), usage, len(scans), round(self._told["apps"]), dict(self._idle))

    def _read(self) -> tuple[Counted, float, float, Usage]:
        """_read waits for the end of a read, which is that of its scan: what was asked, how long it took, what it used."""
        self._told.clear()
        self._await("end of a scan", lambda: _HEARTBEAT in self._told)
        counted = self._aws.counted()
        if counted.total == 0:
            # On a machine that is held up: a scan that was over before we began to wait for one.
            return self._read()
        # The next scan may begin at once.
        self._aws.reset()
        cpu_s, usage = thread_cpu(self._monitor.pid, THREAD), Usage.of(self._monitor.pid)
        used = cpu_s - self._cpu_s, Usage(usage.cpu_s - self._process_cpu_s, usage.peak_bytes)
        self._cpu_s, self._process_cpu_s = cpu_s, usage.cpu_s
        self._await("counts of a scan", lambda: _TOLD <= self._told.keys())
        self._await("value of every user", lambda: len(self._idle) >= self._told["users"])
        return counted, self._told["scan"], *used

    def _await(self, what: str, condition: Callable[[], bool]) -> None:
        end = time.monotonic() + self._patience_s
        while not condition():
            if not self._monitor.alive or time.monotonic() > end:
                lines = "\n".join(map(str, self._monitor.lines[-10:]))
                raise RuntimeError(f"no {what}; collectd's last lines:\n{lines}")
            time.sleep(_POLL_S)
            self._take()

    def _take(self) -> None:
        """_take takes in what was written since, and keeps the newest of each."""
        output = self._monitor.output.read()
        fresh, output.values = output.values, []
        for value in fresh:
            if value.plugin == "sagemaker_user":
                self._idle[value.plugin_instance] = value.value
            else:
                self._told[value.type_instance] = value.value
