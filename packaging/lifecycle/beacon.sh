#!/bin/sh
# The beacon of collectd-sagemaker: a lifecycle script for JupyterLab and Code Editor, which writes into the app's own log
# whether somebody or something works there. It changes nothing, stops nothing, asks nothing outside the app, and needs
# nothing but the image's python3. packaging/doc/beacon.md says how to attach it, what it writes and what that costs.
#
# At the end of a lifecycle script of your own it works as well as alone. It never fails an app's start.

# What may be different in an image of your own: Jupyter's address, as it is within the app, and the share of one
# processor that a kernel, or a command in a terminal, must use for a minute to count as work although it is silent.
BEACON_SERVER=${BEACON_SERVER:-http://127.0.0.1:8888/jupyterlab/default}
BEACON_CPU_SHARE=${BEACON_CPU_SHARE:-0.1}
# So many times faster than the clock: for tests.
BEACON_SPEED=${BEACON_SPEED:-1}

beacon_python=/opt/conda/bin/python3
[ -x "$beacon_python" ] || beacon_python=python3

BEACON_SERVER=$BEACON_SERVER BEACON_CPU_SHARE=$BEACON_CPU_SHARE BEACON_SPEED=$BEACON_SPEED \
  "$beacon_python" -I -S - collectd-sagemaker-beacon <<'PYTHON' || echo "collectd-sagemaker's beacon does not run here" >&2
import fcntl
import http.client
import json
import os
import re
import resource
import signal
import subprocess
import sys
import time
import urllib.parse

SPEED = float(os.environ["BEACON_SPEED"])
SAMPLE_S, ACTIVE_S, WATCHING_S, REFUSED_S = (seconds / SPEED for seconds in (60, 300, 6 * 3600, 3600))
PATIENCE_S = 20
SERVER = os.environ["BEACON_SERVER"]
CPU_SHARE = float(os.environ["BEACON_CPU_SHARE"])

WATCHING = b"collectd-sagemaker: watching\n"
ACTIVE = b"collectd-sagemaker: active\n"

# What is appended to the first is delivered to the app's stream; the second is the app's own output.
LOGS = ("/var/log/apps/app_container.log", "/proc/1/fd/1")
LOCK = "/tmp/.collectd-sagemaker.lock"
TOUCHED = ("/tmp/.sagemaker-last-active-timestamp", os.path.expanduser("~/.sagemaker-last-active-timestamp"))
METADATA = "/opt/ml/metadata/resource-metadata.json"

MEMORY_MAX = 256 << 20
ANSWER_MAX = 4 << 20
TICKS = os.sysconf("SC_CLK_TCK")
# A process of a kernel, whoever started it: its connection file stands on its command line.
KERNEL = re.compile(rb"ipykernel|kernel-[^/\0]*\.json")


def append(path, line):
    # Never a terminal, which the line would make look used, and never a wait for whoever reads a pipe.
    log = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC, 0o644)
    try:
        return not os.isatty(log) and os.write(log, line) == len(line)
    finally:
        os.close(log)


def append_as_root(path, line):
    command = ["sudo", "-n", "tee", "-a", path]
    done = subprocess.run(command, input=line, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=PATIENCE_S)
    return done.returncode == 0


def write(line):
    """write takes the first way into the app's log that there is; False: there is none now."""
    delivered, output = LOGS
    ways = [(append, output)]
    if os.path.isdir(os.path.dirname(delivered)):
        ways = [(append, delivered), (append_as_root, delivered), *ways]
    for way, path in ways:
        try:
            if way(path, line):
                return True
        except (OSError, subprocess.SubprocessError):
            pass
    return False


class Kernels:
    """Kernels asks Jupyter for its kernels, without being activity itself, and without a line in the log."""

    def __init__(self):
        self.before = None
        self.refused_until = 0.0

    def list(self):
        """list is what Jupyter says of each kernel; None: it does not answer."""
        if time.monotonic() < self.refused_until:
            return None
        address = urllib.parse.urlsplit(SERVER)
        connection = http.client.HTTPConnection(address.hostname, address.port or 80, timeout=PATIENCE_S)
        try:
            connection.request("GET", address.path.rstrip("/") + "/api/kernels?no_track_activity=1")
            answer = connection.getresponse()
            if 300 <= answer.status < 500:
                # Each refusal is a line in the log.
                self.refused_until = time.monotonic() + REFUSED_S
            if answer.status != 200:
                return None
            listed = json.loads(answer.read(ANSWER_MAX))
            return [(str(one["id"]), one) for one in listed] if isinstance(listed, list) else None
        finally:
            connection.close()

    def work(self):
        """work: True or False; None: not known. A tab that connects moves last_activity, too: that is no work. A kernel
        stays "starting" for ever without a client."""
        before, self.before = self.before, None
        listed = self.list()
        if listed is None:
            return None
        self.before = {name: (str(one["last_activity"]), int(one.get("connections") or 0)) for name, one in listed}
        return any(
            one["execution_state"] == "busy" or (one["execution_state"] != "starting" and self.moved(name, before))
            for name, one in listed
        )

    def moved(self, name, before):
        if before is None:
            return False
        moved, connections = self.before[name]
        moved_before, connections_before = before.get(name, ("", connections))
        return moved > moved_before and connections <= connections_before


class Touched:
    """Touched is the file that Code Editor and remote IDEs write the time into while somebody uses them."""

    def __init__(self):
        self.before = {}

    def work(self):
        before, self.before = self.before, {}
        for path in TOUCHED:
            try:
                with open(path, "rb") as file:
                    self.before[path] = file.read(64)
            except OSError:
                pass
        # AWS's own idle check makes the file when it is not there.
        return any(path in before and self.before[path] != before[path] for path in self.before)


class Terminals:
    """Terminals are all that are open in the app. What is written to one moves its time; a tab that connects does not."""

    def __init__(self):
        self.before = None

    def work(self):
        newest = 0.0
        for name in os.listdir("/dev/pts"):
            if name.isdigit():
                try:
                    newest = max(newest, os.stat(f"/dev/pts/{name}").st_mtime)
                except FileNotFoundError:
                    pass
        before, self.before = self.before, newest
        return before is not None and newest > before


class Processor:
    """Processor is how much of the processor kernels and commands in terminals use: threads that outlive their cell,
    notebooks that run beside the server, silent commands. What they have started belongs to them."""

    def __init__(self):
        self.before = None
        self.at = 0.0
        self.working = set()

    def work(self):
        at, now = self.at, time.monotonic()
        # After a sample that took long the next one comes at once: a tick would be much of so short a time.
        if self.before is not None and now - at < SAMPLE_S / 2:
            return False
        before, self.before, self.at = self.before, processes(), now
        parents = {pid: (parent, (pid, began)) for (pid, began), (parent, _, _) in self.before.items()}
        self.working = {key for key in self.before if self.belongs(key, parents)}
        if before is None:
            return False
        # A child that ends leaves all that it has ever used to its parent.
        left = {}
        for key, (parent, _, ticks) in before.items():
            if key not in self.before:
                left[parent] = left.get(parent, 0) + ticks
        known = {key: (before[key][2] if key in before else 0) + left.get(key[0], 0) for key in self.working}
        used = (self.before[key][2] - known[key] for key in self.working)
        return max(used, default=0) / TICKS / (now - at) >= CPU_SHARE

    def belongs(self, key, parents):
        seen = set()
        while key[0] not in seen and key[0] != os.getpid():
            seen.add(key[0])
            parent, terminal, _ = self.before[key]
            if terminal or key in self.working or is_kernel(key[0]):
                return True
            if parent not in parents:
                return False
            key = parents[parent][1]
        return False


def processes():
    """processes are all in the app, by number and start: the parent, whether there is a terminal, the ticks used, those
    of the children that have ended among them."""
    found = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                with open(f"/proc/{name}/stat", "rb") as file:
                    fields = file.read(4096).rpartition(b")")[2].split()
                found[int(name), int(fields[19])] = int(fields[1]), fields[4] != b"0", sum(map(int, fields[11:15]))
            except (OSError, IndexError):
                pass
    return found


def is_kernel(pid):
    try:
        with open(f"/proc/{pid}/cmdline", "rb") as file:
            return KERNEL.search(file.read(4096)) is not None
    except OSError:
        return False


def has_jupyter():
    """has_jupyter: the app is no Code Editor, so without Jupyter's answers nothing is known of it."""
    kind = os.environ.get("SAGEMAKER_APP_TYPE", "")
    try:
        with open(METADATA, "rb") as file:
            kind = str(json.loads(file.read(65536))["AppType"])
    except (OSError, ValueError, KeyError, TypeError):
        pass
    return kind.lower() != "codeeditor"


def ask(witness):
    """ask is what a witness says; None: it cannot see."""
    try:
        signal.alarm(2 * PATIENCE_S)
        return witness.work()
    except (OSError, ValueError, KeyError, TypeError, RecursionError, http.client.HTTPException):
        return None
    finally:
        signal.alarm(0)


def watch():
    needed = [Kernels()] if has_jupyter() else []
    others = [Touched(), Terminals(), Processor()]
    at = time.monotonic()
    watching_at, active_at, owed = at, at, False
    while True:
        said = [ask(witness) for witness in needed]
        # A beacon that sees only half of it says nothing: then the phrases of the app's log count.
        sees = None not in said
        works = True in said + [ask(witness) for witness in others]
        if sees and at >= watching_at and write(WATCHING):
            watching_at = at + WATCHING_S - SAMPLE_S / 2
        owed = owed or (sees and works and at >= active_at)
        if owed and write(ACTIVE):
            owed, active_at = False, at + ACTIVE_S - SAMPLE_S / 2
        at = max(at + SAMPLE_S, time.monotonic() - SAMPLE_S)
        time.sleep(max(0.0, at - time.monotonic()))


def too_slow(*_):
    raise TimeoutError


def be_alone():
    """be_alone: False where another beacon runs. The lock ends with the process that has it."""
    lock = os.open(LOCK, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    except BlockingIOError:
        return False


def go_into_the_background():
    """The lifecycle script that started this ends now; nothing of it stays open."""
    if os.fork() > 0:
        os._exit(0)
    os.setsid()
    os.chdir("/")
    os.nice(10)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_MAX, MEMORY_MAX))
    nothing = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nothing, descriptor)
    signal.signal(signal.SIGALRM, too_slow)


def main():
    if not be_alone():
        return
    if not write(b""):
        sys.exit("collectd-sagemaker's beacon: neither %s nor %s can be written" % LOGS)
    go_into_the_background()
    watch()


main()
PYTHON
