"""The stand-in as a program of its own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from . import clients, worldfile
from .world import World

TESTS = Path(__file__).parent.parent


def command(folder: Path, *options: str) -> list[str]:
    """command starts a stand-in for a world of one app; it writes folder/ready."""
    world, region = World.single()
    region.app("d-1", user="user01", name="app")
    worldfile.dump(world, folder / "world.json")
    files = ["--world", str(folder / "world.json"), "--ready", str(folder / "ready")]
    return [sys.executable, "-m", "standin", *files, *options]


class Program:
    """Program is a running stand-in; its url is there as soon as it listens."""

    def __init__(self, folder: Path, *options: str):
        self.ready_file = folder / "ready"
        self.process = subprocess.Popen(command(folder, *options), cwd=TESTS)

    def url(self) -> str:
        while not self.ready_file.exists():
            assert self.process.poll() is None
            os.sched_yield()
        return f"http://127.0.0.1:{int(self.ready_file.read_text())}"

    def stats(self) -> dict:
        return json.load(urllib.request.urlopen(f"{self.url()}/_standin/stats"))


@pytest.fixture
def start(tmp_path):
    started = []

    def start(*options: str) -> Program:
        started.append(Program(tmp_path, *options))
        return started[-1]

    yield start
    for program in started:
        program.process.kill()
        program.process.wait()


def test_it_serves_the_world_of_its_file_until_sigterm(start):
    program = start()
    client = clients.client(program.url(), "sagemaker")
    assert [app["AppName"] for app in client.list_apps()["Apps"]] == ["app"]
    stats = program.stats()
    assert stats["calls"] == {"ListApps": {"us-east-1": 1}} and stats["violations"] == []
    program.process.send_signal(signal.SIGTERM)
    assert program.process.wait(timeout=5) == 0


def test_its_options_reach_the_stand_in(start, tmp_path):
    program = start("--quota", "ListApps=0.001", "--log", str(tmp_path / "log"), "--offset", "60")
    client = clients.client(program.url(), "sagemaker")
    client.list_apps()
    with pytest.raises(client.exceptions.ClientError):
        client.list_apps()
    assert program.stats()["throttled"] == 1
    records = [json.loads(line) for line in (tmp_path / "log").read_text().splitlines()]
    assert [record["operation"] for record in records] == ["ListApps", "ListApps"]
    assert [record["status"] for record in records] == [200, 400]
    assert records[0]["time"] > os.stat(tmp_path / "log").st_mtime + 50


def test_it_ends_with_its_parent(tmp_path):
    """A pipe that only the program holds is at its end when the program has ended."""
    read_end, write_end = os.pipe()
    parent = (
        "import os, subprocess\n"
        f"subprocess.Popen({command(tmp_path)!r}, pass_fds=[{write_end}])\n"
        f"while not os.path.exists({str(tmp_path / 'ready')!r}): os.sched_yield()\n"
    )
    subprocess.run([sys.executable, "-c", parent], cwd=TESTS, pass_fds=[write_end], check=True)
    os.close(write_end)
    with os.fdopen(read_end, "rb") as pipe:
        assert pipe.read() == b""
