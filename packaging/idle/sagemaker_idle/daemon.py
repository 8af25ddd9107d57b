"""One collectd of our own, in a folder of its own: it scans every account and region once, and ends."""

from __future__ import annotations

import json
import math
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from sagemaker_idle.configuration import Configuration
from sagemaker_idle.refused import Refused

# What asks a program to end: Ctrl-C, a service manager, a terminal that has gone.
ASKING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
# The longest that scans are waited for.
LONGEST_S = 300
# A target that has ended is scanned again after so long, while others are waited for.
INTERVAL_S = 15
_STOPPED_WITHIN_S = 30
_POLL_S = 0.05
_QUIET_S, _QUIET_ON_A_TERMINAL_S = 10, 2
_DAEMONS = ("/usr/sbin/collectd", "/usr/local/sbin/collectd", "/opt/collectd/sbin/collectd")

_MAIN = """\
Hostname "localhost"
FQDNLookup false
Interval {interval}
BaseDir "{folder}"
PIDFile "{folder}/pid"
LoadPlugin logfile
<Plugin logfile>
  LogLevel info
  File "{folder}/output"
  Timestamp false
  PrintSeverity true
</Plugin>
LoadPlugin write_log
<Plugin write_log>
  Format JSON
</Plugin>
{plugin_folder}LoadPlugin sagemaker
{blocks}<Plugin sagemaker>
  Interval {interval}
  StateFile "{folder}/state"
</Plugin>
"""
_VALUES_FOLLOW = "[info] write_log values:"
_LINE = re.compile(r"\[(?P<severity>\w+)\] (?P<text>.*)")
_OURS = "sagemaker plugin: "
_PARSE_ERROR = re.compile(r"Parse error in file `([^']*)', line (\d+)")
_STATE = b"collectd-sagemaker state "


@dataclass(frozen=True)
class Value:
    host: str
    plugin: str
    plugin_instance: str
    type: str
    type_instance: str
    value: float
    meta: dict = field(default_factory=dict)


@dataclass
class Told:
    """What the run has told: values in their order, and lines for people. awaited are the targets that have not ended."""

    values: list[Value] = field(default_factory=list)
    messages: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    awaited: set[str] = field(default_factory=set)


def scan(configuration: Configuration, folder: Path, plugin_folder: str | None) -> Told:
    """scan is what one scan of all accounts and regions tells. folder is ours; the daemon's state is only copied."""
    _copy_state(configuration, folder)
    found = plugin_folder or configuration.plugin_folder
    text = _MAIN.format(
        folder=folder,
        interval=INTERVAL_S,
        plugin_folder=f'PluginDir "{found}"\n' if found else "",
        blocks=configuration.blocks,
    )
    (folder / "collectd.conf").write_text(text, encoding="utf-8", errors="surrogateescape")
    output = _Output(folder / "output")
    environment = configuration.environment | os.environ
    process, came = _started([_daemon(), "-f", "-C", str(folder / "collectd.conf")], environment, folder / "said")
    try:
        for number in came:
            signal.raise_signal(number)
        _await(process, output)
    finally:
        _stop(process)
    told = output.read()
    if not told.values:
        told.errors += [line for line in (folder / "said").read_text(errors="replace").splitlines() if line][:1]
    first = text[: text.index(configuration.blocks)].count("\n") + 1
    told.errors = [_in_the_daemons(error, configuration, first) for error in told.errors]
    return told


def _in_the_daemons(error: str, configuration: Configuration, first: int) -> str:
    """_in_the_daemons names the daemon's file and line where collectd names those of our own."""
    found = _PARSE_ERROR.search(error)
    number = int(found[2]) - first if found else -1
    if not 0 <= number < len(configuration.origins):
        return error
    path, line = configuration.origins[number]
    return f"{error[: found.start()]}Parse error in file `{path}', line {line}{error[found.end() :]}"


def _started(command: list[str], environment: dict[str, str], said: Path) -> tuple[subprocess.Popen, list[int]]:
    """_started is collectd, and the signals that came meanwhile: raised there, they would leave it without a parent."""
    came: list[int] = []
    heeded = [number for number in ASKING if signal.getsignal(number) != signal.SIG_IGN]
    kept = {number: signal.signal(number, lambda number, _: came.append(number)) for number in heeded}
    try:
        with open(said, "wb") as file:
            process = subprocess.Popen(
                command, env=environment, stdin=subprocess.DEVNULL, stdout=file, stderr=subprocess.STDOUT
            )
    finally:
        for number, handler in kept.items():
            signal.signal(number, handler)
    return process, came


def _daemon() -> str:
    found = shutil.which("collectd", path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")
    for path in (found, *_DAEMONS):
        if path and os.access(path, os.X_OK):
            return path
    raise Refused("collectd is not installed: nothing can be scanned without it")


def _copy_state(configuration: Configuration, folder: Path) -> None:
    path = configuration.state_path
    try:
        if path is None or not path.exists():
            return
        shutil.copyfile(path, folder / "state")
        with open(folder / "state", "rb") as copy:
            is_ours = copy.read(len(_STATE)) == _STATE
        reason = None if is_ours else "it was not written by the plugin"
        if not is_ours:
            (folder / "state").unlink()
    except OSError as error:
        reason = error.strerror
    if reason:
        print(f"sagemaker-idle: {path}: {reason}: everything is asked anew, which takes longer", file=sys.stderr)


def _await(process: subprocess.Popen, output: _Output) -> None:
    """_await is over when each account and region has ended its scan, well or not, collectd has, or it is too late."""
    started = time.monotonic()
    progress = _Progress(started)
    while process.poll() is None and time.monotonic() < started + LONGEST_S:
        told = output.read()
        if told.values and not told.awaited:
            break
        progress.tell(lambda: _awaited(told))
        time.sleep(_POLL_S)
    progress.clear()


def _awaited(told: Told) -> str:
    requests: dict[str, float] = {}
    newest = {(v.plugin_instance, v.type_instance): v.value for v in told.values if v.type == "total_requests"}
    for (_, operation), number in newest.items():
        requests[operation] = requests.get(operation, 0) + number
    asked = ", ".join(f"{number:.0f} of {operation}" for operation, number in requests.items() if number)
    targets = ", ".join(sorted(told.awaited)[:3]) + (" and others" if len(told.awaited) > 3 else "")
    waiting = f"waiting for {targets}" if targets else "waiting for collectd"
    return f"{waiting}; requests so far: {asked}" if asked else f"{waiting}: the first answer (ListApps)"


def _stop(process: subprocess.Popen) -> None:
    if process.poll() is None:
        process.terminate()
    try:
        process.wait(_STOPPED_WITHIN_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


class _Progress:
    """A line on a terminal that is overwritten; elsewhere one each ten seconds."""

    def __init__(self, started: float):
        self.on_terminal = sys.stderr.isatty()
        self.started = self.said = started
        self.shown = False

    def tell(self, what: Callable[[], str]) -> None:
        now = time.monotonic()
        pause = 0.5 if self.shown and self.on_terminal else _QUIET_ON_A_TERMINAL_S if self.on_terminal else _QUIET_S
        if now < self.said + pause:
            return
        self.said, self.shown = now, True
        text = f"sagemaker-idle: {now - self.started:.0f} s; {what()}"
        print(f"\r{text}\x1b[K" if self.on_terminal else text, end="" if self.on_terminal else "\n", file=sys.stderr)
        sys.stderr.flush()

    def clear(self) -> None:
        if self.shown and self.on_terminal:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)


class _Output:
    """Reads what logfile and write_log write, each byte once."""

    def __init__(self, path: Path):
        self._path = path
        self._offset = 0
        self._rest = b""
        self._values_follow = False
        self._told = Told()
        self._ended: set[str] = set()

    def read(self) -> Told:
        try:
            with open(self._path, "rb") as file:
                file.seek(self._offset)
                fresh = file.read()
        except FileNotFoundError:
            return self._told
        self._offset += len(fresh)
        *whole, self._rest = (self._rest + fresh).split(b"\n")
        for line in whole:
            self._take(line.decode("utf-8", "replace"))
        return self._told

    def _take(self, text: str) -> None:
        if self._values_follow:
            self._values_follow = False
            for entry in json.loads(text):
                self._take_value(entry)
            return
        self._values_follow = text.startswith(_VALUES_FOLLOW)
        line = _LINE.fullmatch(text)
        if line is None or line["severity"] not in ("notice", "warning", "error"):
            return
        if line["text"].startswith(_OURS):
            self._told.messages.append(line["text"].removeprefix(_OURS))
        elif line["severity"] == "error":
            self._told.errors.append(line["text"])

    def _take_value(self, entry: dict) -> None:
        number = entry["values"][0]
        names = (entry[name] for name in ("host", "plugin", "plugin_instance", "type", "type_instance"))
        value = Value(*names, math.nan if number is None else number, entry.get("meta", {}))
        self._told.values.append(value)
        if value.plugin == "sagemaker_scan":
            if value.type == "response_time":
                self._ended.add(value.plugin_instance)
            self._told.awaited.add(value.plugin_instance)
            self._told.awaited -= self._ended
