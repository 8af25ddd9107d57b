"""Bare Debians: apt's sources and settings for them, and what is said where none can be had."""

import os
import platform
import signal
import subprocess
import sys

import pytest

import check
from bare import apt, root
from e2e.collectd import TOP

OWN = platform.freedesktop_os_release()["VERSION_CODENAME"]
INDEXED = f"""\
http://mirror.example/debian-security/ {OWN}-security main
http://mirror.example/debian/ {OWN} main
http://mirror.example/debian/ {OWN} contrib
http://mirror.example/debian/ {OWN}-updates main
http://packages.example/tool/ stable main
"""
SETTINGS = """\
APT::Architecture "amd64";
Acquire::http::Proxy "http://proxy.example:3128";
Acquire::Retries "3";
DPkg::Post-Invoke:: "a-hook";
"""


@pytest.fixture
def plays(tmp_path, monkeypatch):
    """plays(name, text) puts a program in front that prints this."""

    def play(name: str, text: str) -> None:
        (tmp_path / "text").write_text(text)
        (tmp_path / name).write_text(f"#!/bin/sh\ncat '{tmp_path / 'text'}'\n")
        (tmp_path / name).chmod(0o755)
        monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")

    return play


@pytest.mark.parametrize(
    ("suite", "expected"),
    [
        ("other", ["debian other", "debian other-updates", "debian-security other-security"]),
        ("sid", ["debian sid"]),
    ],
)
def test_sources_are_this_machines_with_another_name(plays, suite, expected):
    plays("apt-get", INDEXED)
    found = apt.sources(suite)
    assert [str(source).split("http://mirror.example/")[1] for source in found] == [f"{line} main" for line in expected]


def test_without_a_source_of_ones_own_there_is_none_of_another(plays):
    plays("apt-get", "http://packages.example/tool/ stable main\n")
    with pytest.raises(RuntimeError, match=f"no source of {OWN}"):
        apt.sources("other")


def test_settings_are_those_of_fetching(plays):
    plays("apt-config", SETTINGS)
    assert apt.settings() == "".join(f"{line}\n" for line in SETTINGS.splitlines()[1:3])
    assert apt.proxy() == {"http_proxy": "http://proxy.example:3128"}


def test_who_is_not_root_is_told_what_is_not_run(monkeypatch, capsys):
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert check.bare_debian() == check.Count()
    assert "not run: a bare Debian is made by root only" in capsys.readouterr().out


def test_without_a_network_it_is_told_what_is_not_run(monkeypatch, capsys, tmp_path):
    monkeypatch.setattr(root, "may_mount", lambda: True)
    monkeypatch.setattr(root, "BASES", tmp_path)
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(apt, "sources", lambda suite: [apt.Source("http://127.0.0.1:9/debian", suite, "main")])
    assert check.bare_debian() == check.Count()
    assert "not run: apt cannot fetch bookworm from http://127.0.0.1:9/debian" in capsys.readouterr().out


# In place of what enters a bare Debian: many who make folders there for as long as may be.
BUSY = """\
#!/bin/bash
for one in {1..200}; do (while sleep 0.1; do mkdir -p "$1/$RANDOM/$RANDOM"; done) & done
echo "working in $1"
wait
"""
BARE = """
import ended, sys
from contextlib import suppress
from pathlib import Path
from bare import root
place = Path(sys.argv[1])
root._PLACE = place / "made"
root._ENTER = place / "busy"
root._base = lambda suite: place / "base.tar"
root._set_up = root._clone = lambda *_: None
root._give_back = lambda: None
def main():
    with root.bare("bookworm") as made:
        try:
            made.run("something")
        finally:
            for name in Path("/proc").glob("[0-9]*/cmdline"):
                with suppress(OSError):
                    if str(made.folder) in name.read_text():
                        print("left:", name)
ended.run(main)
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_what_runs_in_it_and_leaves_no_folder(tmp_path, number):
    if os.geteuid() != 0 or not root.may_mount():
        pytest.skip("namespaces are root's")
    (tmp_path / "made").mkdir()
    subprocess.run(["tar", "-cf", tmp_path / "base.tar", "--files-from=/dev/null"], check=True)
    (tmp_path / "busy").write_text(BUSY)
    (tmp_path / "busy").chmod(0o755)
    pipe = subprocess.PIPE
    command = [sys.executable, "-c", BARE, tmp_path]
    with subprocess.Popen(command, cwd=TOP / "tests", stdout=pipe, stderr=pipe, text=True) as program:
        assert program.stdout.readline().startswith(f"working in {tmp_path}"), program.stderr.read()
        program.send_signal(number)
        # Who is left behind holds the pipe open.
        said = program.communicate(timeout=60)
    assert (said, program.returncode) == (("", ""), -number)
    assert list((tmp_path / "made").iterdir()) == []
