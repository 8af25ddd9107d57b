"""The beacon alone: its lines, its ways into the log, what it leaves alone, and how it is bounded."""

from __future__ import annotations

import base64
import json
import os
import re
import signal
import subprocess
import time
from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml

from lifecycle.conftest import Beacon
from lifecycle.container import BEACON, wait
from lifecycle.jupyter import free_port
from lifecycle.samples import ACTIVE, WATCHING
from packages.test_iam import Template

# So fast a sample takes 20 ms and five minutes 100.
SPEED = 3000
CONTENT_MAX = 16384  # AWS's CreateStudioLifecycleConfig
RESIDENT_MAX = 32 << 20


def kernel(second: int, state: str = "idle", connections: int = 1, id: str = "one") -> dict:
    return {
        "id": id,
        "execution_state": state,
        "connections": connections,
        "last_activity": f"2026-11-28T03:12:{second:02}.123456Z",
    }


def answered(*lists: list[dict]):
    """answered gives these lists of kernels, one a sample; the last one goes on."""
    waiting = list(lists)

    def answer(path: str) -> tuple[int, bytes]:
        return 200, json.dumps(waiting.pop(0) if len(waiting) > 1 else waiting[0]).encode()

    return answer


@pytest.fixture
def play(make_container, make_samples):
    """play(answer) is a beacon beside a server that is played, and the samples that it takes."""

    def play(answer, speed: float = SPEED, **environment: str):
        container = make_container()
        samples = make_samples(container, answer)
        return Beacon(container, samples.port, speed, **environment), samples

    return play


@pytest.mark.parametrize(
    ("lists", "works"),
    [
        ([[kernel(1)]], False),
        ([[kernel(1)], [kernel(2)]], True),
        ([[kernel(1)], [kernel(2, connections=2)]], False),
        ([[kernel(1)], [kernel(2, connections=0)]], True),
        ([[kernel(1)], [kernel(1, connections=0)]], False),
        ([[kernel(1, "busy")]], True),
        ([[kernel(1, "starting", 0)], [kernel(2, "starting", 0)]], False),
        ([[kernel(1, "starting", 0)], [kernel(2)]], False),
        ([[], [kernel(1, "starting", 0)]], False),
        ([[], [kernel(1)]], True),
        ([[kernel(1)], [kernel(1), kernel(1, id="two")]], True),
        ([[kernel(1), kernel(9, id="two")], [kernel(1)], []], False),
    ],
)
def test_what_jupyter_says_of_kernels(play, lists, works):
    beacon, samples = play(answered(*lists))
    samples.pass_(len(lists) + 2)
    assert bool(samples.active) == works
    assert beacon.container.lines[0] == WATCHING


def test_what_happens_while_the_server_is_away_is_not_known(play):
    """A kernel that is there when it is back may be as old as its restart."""
    answers = [(200, b"[]"), (502, b""), (200, json.dumps([kernel(1)]).encode())]
    beacon, samples = play(lambda path: answers.pop(0) if len(answers) > 1 else answers[0])
    samples.pass_(6)
    assert samples.active == []


def test_lines_are_five_minutes_and_six_hours_apart(play):
    """These are least times, however busy the machine is."""
    beacon, samples = play(answered([kernel(1, "busy")]))
    samples.wait(lambda: samples.active, "first line")
    began, first = time.monotonic(), len(samples.active)
    samples.wait(lambda: len(samples.active) >= first + 10, "ten lines more")
    assert time.monotonic() - began > 9 * 0.1


def test_it_says_every_six_hours_that_it_watches(play):
    began = time.monotonic()
    beacon, samples = play(answered([]), speed=20000)
    wait(lambda: len(beacon.container.lines) >= 3, "three lines")
    took = time.monotonic() - began
    assert set(beacon.container.lines) == {WATCHING}
    assert len(beacon.container.lines) - 1 <= took / (6 * 3600 / 20000) + 1


def test_without_a_server_it_says_nothing_until_there_is_one(make_container, make_samples):
    container = make_container()
    port = free_port()
    beacon = Beacon(container, port, SPEED)
    file = container.folder / "tmp/.sagemaker-last-active-timestamp"
    (pid,) = beacon.pids
    samples_taken(pid)
    file.write_text("2026-11-28T03:12:00.123Z")
    samples_taken(pid)
    file.write_text("2026-11-28T03:13:00.123Z")
    samples_taken(pid)
    assert container.lines == []


def samples_taken(pid: int) -> None:
    """samples_taken waits while a process that nobody answers goes to sleep again some times."""
    status = Path(f"/proc/{pid}/status")

    def slept() -> int:
        return int(next(line for line in status.read_text().splitlines() if line.startswith("voluntary")).split()[1])

    before = slept()
    wait(lambda: slept() >= before + 5, "samples")


@pytest.mark.parametrize("status", [302, 403, 404])
def test_a_server_that_refuses_is_left_alone_for_an_hour(play, status):
    """Each refusal is a line in its log. An app of which half is not seen is none with a beacon."""
    times: list[float] = []

    def refuse(path: str) -> tuple[int, bytes]:
        times.append(time.monotonic())
        return status, b""

    beacon, samples = play(refuse)
    samples.pass_(1)
    assert times[1] - times[0] > 0.9 * 3600 / SPEED
    assert beacon.container.lines == []


NO_LISTS = {"nothing": b"", "object": b"{}", "texts": b'["one"]', "ids": b'[{"id": 1}]', "page": b"<html>", "deep": b"[" * 9999}


@pytest.mark.parametrize("answer", NO_LISTS.values(), ids=NO_LISTS)
def test_an_answer_that_is_no_list_of_kernels_is_none(play, answer):
    beacon, samples = play(lambda path: (200, answer))
    samples.pass_(3)
    assert beacon.container.lines == []


@pytest.mark.parametrize("told_by", ["environment", "metadata"])
def test_a_code_editor_is_known_by_its_file_and_asks_no_server(make_container, make_samples, told_by):
    container = make_container()
    samples = make_samples(container, answered([]))
    if told_by == "metadata":
        (container.folder / "opt/ml/metadata").mkdir(parents=True)
        (container.folder / "opt/ml/metadata/resource-metadata.json").write_text('{"AppType": "CodeEditor"}')
    beacon = Beacon(
        container, samples.port, SPEED, SAGEMAKER_APP_TYPE="CodeEditor" if told_by == "environment" else "JupyterLab"
    )
    wait(lambda: container.lines == [WATCHING], "first line")
    file = container.folder / "tmp/.sagemaker-last-active-timestamp"
    (pid,) = beacon.pids
    # AWS's idle check makes it where it is not there.
    file.write_text("2026-11-28T03:12:00.123Z")
    samples_taken(pid)
    assert container.lines == [WATCHING]
    file.write_text("2026-11-28T03:13:00.123Z")
    wait(lambda: container.lines[1:] == [ACTIVE], "line of the edit")
    assert samples.paths == []


def test_there_is_one_however_often_it_is_started_and_another_when_it_has_died(play):
    beacon, samples = play(answered([]))
    (first,) = beacon.pids
    for _ in range(3):
        done = beacon.run()
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert beacon.pids == [first]
    os.kill(first, signal.SIGKILL)
    wait(lambda: beacon.pids == [], "end of the first")
    beacon.run()
    assert len(beacon.pids) == 1


def test_where_nothing_delivers_a_file_the_apps_own_output_is_its_log(play, make_container, make_samples):
    container = make_container()
    container.log.unlink()
    container.log.parent.rmdir()
    samples = make_samples(container, answered([kernel(1, "busy")]))
    Beacon(container, samples.port, SPEED)
    wait(lambda: ACTIVE in container.output, "line in the output")
    assert container.output.splitlines()[:2] == [WATCHING, ACTIVE]


# It stands in for root: what is no file to us takes its lines.
SUDO = '#!/bin/sh\n[ "$*" = "-n tee -a /var/log/apps/app_container.log" ] && exec tee -a /srv/written\n'


def test_a_log_that_is_roots_is_written_as_root(make_container, make_samples):
    container = make_container()
    container.log.unlink()
    container.log.mkdir()
    sudo = container.folder / "home/sudo"
    sudo.write_text(SUDO)
    sudo.chmod(0o755)
    container.environment["PATH"] = "/srv:/usr/bin:/bin"
    samples = make_samples(container, answered([kernel(1, "busy")]))
    Beacon(container, samples.port, SPEED)
    written = container.folder / "home/written"
    wait(lambda: written.exists() and ACTIVE in written.read_text(), "line by way of sudo")
    assert written.read_text().splitlines()[:2] == [WATCHING, ACTIVE]
    assert container.output == ""


def test_an_app_starts_where_it_cannot_run(make_container):
    """A lifecycle script that fails keeps its app from starting."""
    container = make_container()
    done = container.run("env", "PATH=/srv", BEACON)
    assert done.returncode == 0
    assert "collectd-sagemaker's beacon does not run here" in done.stderr
    assert container.lines == []


def test_it_stands_at_the_end_of_another_script(make_container, make_samples):
    container = make_container()
    samples = make_samples(container, answered([]))
    own = container.folder / "home/on-start.sh"
    own.write_text("#!/bin/bash\nset -euxo pipefail\necho mine\n" + BEACON.read_text())
    server = f"http://127.0.0.1:{samples.port}/jupyterlab/default"
    done = container.run("bash", "/srv/on-start.sh", BEACON_SERVER=server, BEACON_SPEED=str(SPEED))
    assert (done.returncode, done.stdout) == (0, "mine\n")
    wait(lambda: container.lines == [WATCHING], "first line")


def test_it_is_bounded_and_leaves_nothing_but_its_lock(play):
    beacon, samples = play(answered([kernel(1, "busy")]))
    samples.pass_(20)
    (pid,) = beacon.pids
    limits = Path(f"/proc/{pid}/limits").read_text()
    assert next(line for line in limits.splitlines() if line.startswith("Max address space")).split()[3] == "268435456"
    assert int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") < RESIDENT_MAX
    assert os.readlink(f"/proc/{pid}/cwd") == "/"
    assert {os.readlink(f"/proc/{pid}/fd/{name}") for name in (0, 1, 2)} == {"/dev/null"}
    written = {path.name for path in beacon.container.folder.rglob("*") if path.is_file()}
    assert written == {"output", "ready", "server.log", "app_container.log", ".collectd-sagemaker.lock"}
    assert beacon.container.output == ""


def processor(clock: list[float], samples: list[dict]):
    """processor is the script's class, which sees these processes at these times."""
    program = BEACON.read_text()
    text = program[program.index("class Processor:") : program.index("def processes():")]
    seen = {"os": os, "TICKS": 100, "CPU_SHARE": 0.1, "SAMPLE_S": 60.0, "is_kernel": lambda _pid: False}
    seen["time"] = SimpleNamespace(monotonic=lambda: clock.pop(0))
    seen["processes"] = lambda: samples.pop(0)
    exec(text, seen)  # noqa: S102
    return seen["Processor"]()


def test_a_command_that_ends_is_not_worked_all_over_again():
    """What it had used long ago is its shell's from then on."""
    shell, command = (10, 1), (11, 2)
    alive = {shell: (1, True, 5), command: (10, True, 90_000)}
    watched = processor([0.0, 60.0, 120.0], [alive, {shell: (1, True, 90_005)}, {shell: (1, True, 91_005)}])
    assert [watched.work() for _ in range(3)] == [False, False, True]


def test_two_samples_at_once_say_nothing():
    shell = (10, 1)
    watched = processor([0.0, 60.0, 60.05, 120.0], [{shell: (1, True, ticks)} for ticks in (5, 6, 8)])
    assert [watched.work() for _ in range(4)] == [False] * 4


def test_it_fits_into_a_lifecycle_configuration():
    assert len(base64.b64encode(BEACON.read_bytes())) <= CONTENT_MAX


def test_the_template_has_the_script_in_it_for_both_types():
    template = yaml.load(subprocess.run([BEACON.with_name("template")], capture_output=True, check=True).stdout, Template)
    for kind, made in template["Resources"].items():
        properties = made["Properties"]
        assert made["Type"] == "AWS::SageMaker::StudioLifecycleConfig"
        assert properties["StudioLifecycleConfigAppType"] == kind
        assert properties["StudioLifecycleConfigContent"] == {"Fn::Base64": BEACON.read_text()}
        assert re.fullmatch(r"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}", properties["StudioLifecycleConfigName"])
        assert template["Outputs"][kind]["Value"] == {"Fn::GetAtt": f"{kind}.StudioLifecycleConfigArn"}
    assert set(template["Resources"]) == set(template["Outputs"]) == {"JupyterLab", "CodeEditor"}
