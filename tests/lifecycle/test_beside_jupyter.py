"""A day beside a real Jupyter server: what counts as work, what does not, and that AWS's idle check sees none of it.

Times are samples, one a minute; the clock of the script goes faster here.
"""

from __future__ import annotations

import os
import signal

import pytest

from e2e.collectd import PATIENCE_S
from lifecycle import jupyter
from lifecycle.conftest import Beacon
from lifecycle.container import wait
from lifecycle.jupyter import Jupyter, Terminal
from lifecycle.samples import WATCHING, Samples, passed_on

SPEED = 200
MINUTE_S = 60
# Lines are five samples apart, so after as many without one a next one is due at once.
SILENCE = 6
QUIET = 3
SERVER = "python3\0/usr/bin/jupyter-server"
WAITS = "import os, time\nwhile not os.path.exists('/tmp/{}'):\n    time.sleep(0.02)"
BURNS = "import os\nwhile not os.path.exists('/tmp/{}'):\n    pass\n"


class Day:
    """Day is an app with a beacon and a real server."""

    def __init__(self, beacon: Beacon, server: Jupyter, samples: Samples):
        self.beacon = beacon
        self.container = beacon.container
        self.server = server
        self.samples = samples
        self.moments: list[tuple[int, int, int]] = []  # when the last work ended, at the earliest and latest; and now

    def release(self, name: str) -> int:
        """release lets go what waits for a file of that name, and is the last sample before."""
        (self.container.folder / "tmp" / name).touch()
        return self.samples.count

    def works(self, lines: int = 2, *, busy: bool = True) -> None:
        """works waits for lines that say so, no farther apart than five samples. What is not busy shows by its use of the
        processor, of which a busy machine may leave it little for a while."""
        before = len(self.samples.active)
        self.samples.wait(lambda: len(self.samples.active) >= before + lines, f"{lines} lines")
        told = self.samples.active[before:]
        assert not busy or all(later - earlier <= 5 for earlier, later in zip(told, told[1:])), told

    def ended(self, since: int | None = None) -> None:
        """ended: the last work ended between that sample and now. The last line says so to five minutes."""
        until = self.samples.count
        self.samples.pass_(SILENCE)
        last = self.samples.active[-1]
        since = until if since is None else since
        assert since - 4 <= last <= until + 1, (since, until, self.samples.active)
        self.moments.append((since, until, self.samples.count))

    def is_quiet(self, samples: int = QUIET) -> None:
        told = list(self.samples.active)
        self.samples.pass_(samples)
        assert self.samples.active == told


@pytest.fixture
def day(make_container, make_samples):
    port = jupyter.free_port()
    container = make_container(*jupyter.command(port))
    samples = make_samples(container, passed_on(f"http://127.0.0.1:{port}"))
    beacon = Beacon(container, samples.port, SPEED)
    server = Jupyter(port)
    wait(lambda: server.answers, "Jupyter server")
    samples.pass_(2)
    return Day(beacon, server, samples)


def a_reader_is_idle(day: Day) -> None:
    """An open notebook, a culler and an idle check that poll, tabs that come and go."""
    kernel = day.server.kernel()
    kernel.run("1 + 1")
    day.ended()
    seen = day.server.last_active()
    for _ in range(QUIET):
        for path in ("/api/kernels", "/api/sessions", "/api/terminals", "/api/status"):
            day.server.ask(path)
        day.is_quiet(1)
    assert day.server.last_active() == seen
    second = kernel.open()
    # A tab that connects is activity to the servers before 2.15.
    assert day.server.last_active() >= seen
    day.is_quiet()
    second.close()
    day.is_quiet()


def a_silent_cell_works_until_it_ends(day: Day) -> None:
    kernel = day.server.kernel()
    cell = kernel.start(WAITS.format("cell"))
    day.samples.pass_(1)
    seen = day.server.last_active()
    day.works(3)
    assert day.server.last_active() == seen
    released = day.release("cell")
    kernel.finish(cell)
    day.ended(released)


def a_job_over_rest_works(day: Day) -> None:
    """As papermill runs a notebook through a gateway: a kernel, cells that say nothing, no kernel."""
    kernel = day.server.kernel()
    cell = kernel.start(WAITS.format("job"))
    day.works()
    released = day.release("job")
    kernel.finish(cell)
    kernel.delete()
    day.ended(released)


def a_terminal_works_while_it_is_used(day: Day, terminal: Terminal) -> None:
    """A tab that comes back is nobody's work; a command that says nothing is, when the tab has gone, too."""
    terminal.tab.close()
    terminal.open()
    day.is_quiet()
    told = len(day.samples.active)
    while len(day.samples.active) == told:
        terminal.type("true")
        day.samples.pass_(1)
    day.ended()
    terminal.type("while [ ! -e /tmp/command ]; do :; done")
    terminal.tab.close()
    day.works(busy=False)
    day.ended(day.release("command"))


def a_thread_works_after_its_cell(day: Day) -> None:
    kernel = day.server.kernel()
    kernel.run(f"import threading\nthreading.Thread(target=exec, args=({BURNS.format('thread')!r}, {{}})).start()")
    day.works(busy=False)
    day.ended(day.release("thread"))


BESIDE = """
from jupyter_client.manager import start_new_kernel
manager, client = start_new_kernel()
client.execute_interactive(%r)
client.stop_channels()
manager.shutdown_kernel()
"""


def a_notebook_that_runs_beside_the_server_works(day: Day) -> None:
    """As nbconvert runs one."""
    job = day.container.start("/usr/bin/python3", "-c", BESIDE % BURNS.format("beside"))
    day.works(busy=False)
    released = day.release("beside")
    assert job.wait(PATIENCE_S) == 0
    day.ended(released)


def a_remote_ide_works_while_it_is_used(day: Day) -> None:
    file = day.container.folder / "tmp/.sagemaker-last-active-timestamp"
    file.write_text("2026-11-28T03:12:00.123Z")
    day.is_quiet()
    file.write_text("2026-11-28T03:13:00.123Z")
    day.ended()


def a_restart_of_the_server_is_no_work(day: Day) -> None:
    (before,) = day.container.pids(SERVER)
    os.kill(before, signal.SIGKILL)
    wait(lambda: before not in day.container.pids(SERVER) and day.server.answers, "server that has restarted")
    day.is_quiet()
    kernel = day.server.kernel()
    kernel.run("1 + 1")
    day.ended()


def is_told(day: Day, cloud, watch) -> None:
    """is_told: what a real collectd reads in the lines of beacon and server, at each of the day's moments: an app each."""
    cloud.domain()
    apps = []
    for number, (_, _, now) in enumerate(day.moments):
        lines = sorted(day.samples.written + day.samples.server, key=lambda line: line[0])
        log = [((now - at) * MINUTE_S, line) for at, line in lines if at <= now and line]
        age = (now + 10) * MINUTE_S
        apps.append(cloud.lab(f"moment{number}", "yamada", age=age, chatter=None, log=log))
    collectd = watch()
    for app, (since, until, now) in zip(apps, day.moments):
        idle = collectd.value(app.identifier).value / MINUTE_S
        assert now - until - 1.1 <= idle <= now - since + 5.1, (idle, since, until, now)


def ends(day: Day) -> None:
    """ends is the day's end: the beacon's with its app, which it has never kept alive."""
    assert {path.partition("?")[2] for path in day.samples.paths} == {"no_track_activity=1"}
    assert day.container.lines[0] == WATCHING
    (pid,) = day.beacon.pids
    day.container.kill()
    wait(lambda: not os.path.exists(f"/proc/{pid}"), "end of the beacon with its app")


def test_people_and_jobs_at_a_real_server(day, cloud, watch):
    assert day.samples.active == []
    terminal = day.server.terminal()
    a_reader_is_idle(day)
    a_silent_cell_works_until_it_ends(day)
    a_job_over_rest_works(day)
    a_terminal_works_while_it_is_used(day, terminal)
    ends(day)
    is_told(day, cloud, watch)


def test_what_works_beside_a_real_server(day, cloud, watch):
    a_thread_works_after_its_cell(day)
    a_notebook_that_runs_beside_the_server_works(day)
    a_remote_ide_works_while_it_is_used(day)
    a_restart_of_the_server_is_no_work(day)
    ends(day)
    is_told(day, cloud, watch)
