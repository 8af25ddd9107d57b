"""packaging/version: the release's number, and what a checkout beyond it adds; it sorts as time goes."""

import os
import re
import shutil
import subprocess

import pytest

from e2e.collectd import TOP
from packages.built import VERSION, output


@pytest.fixture
def checkout(tmp_path):
    """checkout is a folder with what the version comes from, not yet of git."""
    top = tmp_path / "checkout"
    (top / "packaging").mkdir(parents=True)
    shutil.copy(TOP / "Makefile", top)
    shutil.copy(TOP / "packaging" / "version", top / "packaging")
    return top


def commit(top, time: str) -> str:
    name = ["-c", "user.name=somebody", "-c", "user.email=somebody@example.org"]
    environment = {"PATH": "/usr/bin:/bin", "GIT_COMMITTER_DATE": time, "GIT_AUTHOR_DATE": time}
    command = ["git", *name, "commit", "-q", "--allow-empty", "-m", "something"]
    subprocess.run(command, cwd=top, env=environment, check=True)
    return output("git", "-C", top, "rev-parse", "--short=7", "HEAD").strip()


def version(top, **environment: str) -> str:
    program, found = top / "packaging" / "version", os.environ | environment
    return subprocess.run([program], env=found, check=True, capture_output=True, text=True).stdout.strip()


def is_before(one: str, other: str) -> bool:
    return subprocess.run(["dpkg", "--compare-versions", one, "lt", other]).returncode == 0


def test_sources_without_git_have_the_releases(checkout):
    # A folder above is somebody else's.
    output("git", "init", "-q", checkout.parent)
    assert version(checkout) == VERSION


def test_a_checkout_where_git_is_not_installed_has_the_releases(checkout, tmp_path):
    output("git", "init", "-q", checkout)
    commit(checkout, "2026-11-28T06:00:00Z")
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in ("dirname", "sed", "grep"):
        (programs / name).symlink_to(shutil.which(name))
    assert version(checkout, PATH=str(programs)) == VERSION
    assert version(checkout) != VERSION


def test_a_commit_beyond_the_release_is_named_and_sorts_between_its_neighbours(checkout):
    output("git", "init", "-q", checkout)
    commit(checkout, "2026-11-28T06:00:00Z")
    output("git", "-C", checkout, "tag", f"v{VERSION}")
    assert version(checkout) == VERSION
    first = commit(checkout, "2026-11-28T10:00:01+02:00")
    earlier = version(checkout)
    assert earlier == f"{VERSION}+git20261128080001.{first}"
    commit(checkout, "2026-11-28T08:00:02Z")
    later = version(checkout)
    following = re.sub(r"\d+$", lambda number: str(int(number[0]) + 1), VERSION)
    for one, other in ((VERSION, earlier), (earlier, later), (later, following)):
        assert is_before(one, other)
