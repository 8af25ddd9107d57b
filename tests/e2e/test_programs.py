"""Programs that scripts, recipes and tests call are from packages that packaging/deps names, or on every Debian."""

import re
from pathlib import Path

import pytest

from e2e import programs
from e2e.collectd import TOP

TASKS = ("build", "unit", "run", "demo", "deb", "rpm", "check", "bench", "neighbours", "pictures", "bare", "long")
# What a script is for; packaging/deps itself has to do with what is on every Debian.
FOR = {"packaging/deps": (), "packaging/package": ("build", "deb", "rpm"), "tests/bare/step": ("build", "deb", "run")}
# In no package of Debian's: where Debian has collectd's headers the RPM's source is not fetched.
ELSEWHERE = {"packaging/package": {"curl"}}
# It runs in SageMaker's images, and calls nothing but their python3.
OF_IMAGES = TOP / "packaging/lifecycle/beacon.sh"
OF_LONG = {"/usr/bin/chromium"}
SCRIPTS = sorted(
    str(path.relative_to(TOP))
    for folder in (".ci", "packaging", "tests")
    for path in (TOP / folder).rglob("*")
    if path.is_file() and path != OF_IMAGES and re.match(rb"#!/bin/(ba)?sh", path.read_bytes()[:16])
)


def lacking(found: set[str], script: str, tasks: tuple[str, ...]) -> list[str]:
    assert found, f"no program is found in {script}"
    return programs.missing(found - ELSEWHERE.get(script, set()), programs.packages_of(*tasks))


@pytest.mark.parametrize("script", SCRIPTS)
def test_of_a_script(script):
    assert lacking(programs.in_shell((TOP / script).read_text()), script, FOR.get(script, TASKS)) == []


def test_of_the_makefile():
    found = programs.in_make((TOP / "Makefile").read_text())
    assert found >= {"make", "pod2man", "sed", "pkg-config", "clang-tidy", "/usr/bin/python3", "install", "nproc"}
    assert lacking(found, "Makefile", TASKS) == []


def test_of_the_python_files():
    found = set().union(*(programs.in_python(path.read_text()) for path in (TOP / "tests").rglob("*.py")))
    assert found >= {"valgrind", "vgdb", "/usr/sbin/nginx", "dpkg-deb", "debootstrap", "openssl", "/usr/bin/influxd"}
    # A list that begins with a column of a table is no command.
    found -= {"time"}
    # What only check-long needs is there only where that was run.
    found -= {program for program in OF_LONG if not Path(program).exists()}
    assert lacking(found, "tests", TASKS) == []


def test_what_is_in_no_package_that_is_named_is_told():
    assert programs.missing({"valgrind", "nonesuch", "sed"}, {"gcc"}) == ["nonesuch (none)", "valgrind (valgrind)"]
    assert programs.missing({"valgrind"}, {"valgrind"}) == []


@pytest.mark.parametrize(
    ("script", "found"),
    [
        ("a b | c d && ! e; f=$(g h) i", {"a", "c", "e", "g", "i"}),
        ('x="$(curl -s url)"; if [[ -n $x ]]; then jq . <file; fi', {"curl", "jq"}),
        ("case $1 in\n  one | two) three ;;\n  four)\n    five ;;\nesac", {"three", "five"}),
        ("own() {\n  sudo -n X=1 six --seven # eight | nine\n}\nown 'ten; eleven'", {"sudo", "six"}),
    ],
)
def test_commands_of_a_script(script, found):
    assert programs.in_shell(script) == found


def test_commands_of_a_recipe():
    recipes = "a: b\n\t@$(CC) -o $@ $< $(call f,$(g $(k n)))\n\tfor x in $$(h); do i \\\n\t  -j; done\nK := $(shell l m)\n"
    assert programs.in_make(recipes) == {"gcc", "h", "i", "l"}
