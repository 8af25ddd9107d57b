"""A real collectd with the built plugin: configured, started, watched through what it writes, stopped.

The shipped collectd.conf.d is copied byte by byte into a folder that is included as Debian's collectd.conf
includes its own; what a test wants to be different stands in one more file there, sagemaker.test.conf, whose
`<Plugin sagemaker>` block adds to the shipped one. (A PluginDir holds for what is loaded behind it; that file leads
back to Debian's, for the threshold plugin.) Values, notifications and log lines are read from one file, which
logfile and write_log write.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import ended
from e2e import sanitizer
from e2e.output import Line, Notification, Output, Value

TOP = Path(__file__).resolve().parents[2]
SHIPPED = TOP / "collectd.conf.d"
PLUGIN = sanitizer.chosen.plugin if sanitizer.chosen else TOP / "build" / "sagemaker.so"
DAEMON = "/usr/sbin/collectd"
HOST = "monitor.example"

# What a wait is given before it fails: generous, for a machine that does other things at the same time.
PATIENCE_S = 60.0
_POLL_S = 0.02
_PR_SET_PDEATHSIG = 1

_MAIN = """\
Hostname "{host}"
FQDNLookup false
Interval {interval}
BaseDir "{folder}"
PIDFile "{folder}/collectd.pid"
TypesDB "/usr/share/collectd/types.db"
PluginDir "/usr/lib/collectd"
ReadThreads 5
WriteThreads 5
LoadPlugin logfile
<Plugin logfile>
  LogLevel info
  File "{folder}/output"
  Timestamp true
  PrintSeverity true
</Plugin>
LoadPlugin write_log
<Plugin write_log>
  Format JSON
</Plugin>
{extra}
PluginDir "{plugins}"
<Include "{folder}/collectd.conf.d">
  Filter "*.conf"
</Include>
"""


_BACK_TO_DEBIANS = 'PluginDir "/usr/lib/collectd"\n'


class Died(AssertionError):
    """collectd ended although nobody had asked it to."""


class Collectd:
    """One daemon in a folder of its own. Use it as a context manager, and start it in there: it never outlives that."""

    def __init__(
        self,
        folder: Path,
        *,
        options: str = "",
        environment: Mapping[str, str],
        shipped: Iterable[str] = ("sagemaker.conf", "sagemaker.threshold.conf"),
        files: Mapping[str, str] | None = None,
        extra: str = "",
        interval: float = 1,
        plugin: Path = PLUGIN,
        wrapper: Iterable[str] = (),
    ):
        """options is what stands in sagemaker.test.conf's `<Plugin sagemaker>` ("": there is no such block).

        environment is all that the daemon gets, see bare_environment; files are further ones for collectd.conf.d; extra
        is configuration of other plugins; wrapper a command that the daemon is run by, valgrind for instance.
        """
        self.folder = folder
        self.output = Output(folder / "output")
        self.command: list[str] = []
        self._process: subprocess.Popen | None = None
        self._wrapper = list(wrapper)
        self.environment = dict(environment)
        if sanitizer.chosen and not self._wrapper:
            self._wrapper = list(sanitizer.chosen.wrapper)
            self.environment |= sanitizer.chosen.environment(folder)
        folder.mkdir(parents=True, exist_ok=True)
        included = folder / "collectd.conf.d"
        included.mkdir()
        for name in shipped:
            shutil.copyfile(SHIPPED / name, included / name)
        block = f"<Plugin sagemaker>\n{options}\n</Plugin>\n" if options else ""
        for name, text in {"sagemaker.test.conf": _BACK_TO_DEBIANS + block, **(files or {})}.items():
            (included / name).write_text(text)
        main = _MAIN.format(host=HOST, interval=interval, folder=folder, plugins=plugin.parent, extra=extra)
        (folder / "collectd.conf").write_text(main)

    def __enter__(self) -> Collectd:
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    @property
    def values(self) -> list[Value]:
        return self.output.read().values

    @property
    def notifications(self) -> list[Notification]:
        return self.output.read().notifications

    @property
    def lines(self) -> list[Line]:
        return self.output.read().lines

    @property
    def complaints(self) -> list[Line]:
        """complaints are the plugin's own warnings and errors."""
        return [line for line in self.own_lines if line.severity in ("warning", "error")]

    @property
    def own_lines(self) -> list[Line]:
        """own_lines are what the plugin says, but for what its first scans have found: that is no news to a test."""
        return [line for line in self.all_own_lines if line.severity != "info"]

    @property
    def all_own_lines(self) -> list[Line]:
        return [line for line in self.lines if line.text.startswith("sagemaker plugin: ")]

    @property
    def alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def start(self) -> Collectd:
        self._spawn("-f")
        return self

    def run_once(self, within: float = PATIENCE_S) -> int:
        """run_once is `collectd -T`: one read of everything; its exit status."""
        self._spawn("-T")
        try:
            assert self._process is not None
            return self._process.wait(within)
        finally:
            self.kill()

    def refuse(self, within: float = PATIENCE_S) -> list[Line]:
        """refuse starts a daemon that must not come up, and is the errors that it ended with."""
        self.start()
        assert self._process is not None
        try:
            status = self._process.wait(within)
        finally:
            self.kill()
        assert status != 0, "collectd started in spite of its configuration"
        return [line for line in self.lines if line.severity == "error"]

    def stop(self, within: float = PATIENCE_S) -> float:
        """stop asks the daemon to end, and is the seconds that it took."""
        assert self._process is not None and self.alive, self._report("collectd had ended before it was stopped")
        started = time.monotonic()
        self._process.send_signal(signal.SIGTERM)
        try:
            status = self._process.wait(within)
        finally:
            took = time.monotonic() - started
            self.kill()
        assert status == 0, self._report(f"collectd ended with status {status}")
        return took

    def kill(self) -> None:
        """kill leaves nothing running; safe twice."""
        if self._process is None:
            return
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()
        found = sanitizer.reports(self.folder, self._process.pid)
        assert not found, found

    def wait(self, condition: Callable[[], object], what: str, within: float = PATIENCE_S):
        """wait polls until condition is true and gives its result; Died when the daemon ends first."""
        end = time.monotonic() + within
        while True:
            running = self.alive
            result = condition()
            if result:
                return result
            if not running:
                raise Died(self._report(f"collectd died while we waited for {what}"))
            if time.monotonic() > end:
                raise AssertionError(self._report(f"no {what} within {within:g} s"))
            time.sleep(_POLL_S)

    def series(self, identifier: str) -> list[Value]:
        """series is what was dispatched under PLUGIN-INSTANCE/TYPE-INSTANCE, oldest first."""
        return [value for value in self.values if value.identifier == identifier]

    def latest(self) -> dict[str, Value]:
        """latest is the newest value of each identifier."""
        newest: dict[str, Value] = {}
        for value in self.values:
            if value.identifier not in newest or value.time >= newest[value.identifier].time:
                newest[value.identifier] = value
        return newest

    def value(self, identifier: str, within: float = PATIENCE_S) -> Value:
        """value waits for an identifier and is its newest value."""
        return self.wait(lambda: self.series(identifier), f"value of {identifier}", within)[-1]

    def said(self, *parts: str, within: float = PATIENCE_S) -> Line:
        """said waits for a line of the plugin's that has all these parts in it."""

        def search() -> Line | None:
            return next((x for x in self.own_lines if all(part in x.text for part in parts)), None)

        return self.wait(search, f"line with {parts}", within)

    def _spawn(self, mode: str) -> None:
        self.command = [*self._wrapper, DAEMON, mode, "-C", str(self.folder / "collectd.conf")]
        with open(self.folder / "stdout", "ab") as stdout, ended.held():
            self._process = subprocess.Popen(
                self.command,
                cwd=self.folder,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=stdout,
                stderr=subprocess.STDOUT,
                preexec_fn=die_with_parent,
            )

    def _report(self, what: str) -> str:
        tail = "\n".join(str(line) for line in self.lines[-30:])
        series = "\n".join(f"{name} = {value.value}" for name, value in sorted(self.latest().items())[:40])
        return f"{what}; its last lines:\n{tail}\nits newest values:\n{series}"


def bare_environment(folder: Path) -> dict[str, str]:
    """bare_environment is what a daemon needs to run, and nothing that tells it about AWS or proxies."""
    kept = {name: os.environ[name] for name in ("PATH", "TMPDIR", "LD_PRELOAD") if name in os.environ}
    return kept | {"HOME": str(folder), "LC_ALL": "C", "AWS_EC2_METADATA_DISABLED": "true"}


_libc = ctypes.CDLL(None, use_errno=True)


def die_with_parent() -> None:
    """die_with_parent, called in a new process, has the kernel kill it when the one that made it ends."""
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
