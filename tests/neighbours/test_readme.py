"""The README's section on graphs names files that are there, and leaves out none that people are to use."""

from __future__ import annotations

import re

from e2e.collectd import TOP

FOLDERS = ("graphite", "influxdb", "grafana", "prometheus")
SECTION = re.search(r"^## Graphs$.*?(?=^## )", (TOP / "README.md").read_text(), re.MULTILINE | re.DOTALL)


def test_each_file_that_the_readme_names_is_there():
    assert SECTION
    named = re.findall(r"(?:packaging|tests)/[\w./-]+\w", SECTION[0])
    assert len(named) > len(FOLDERS)
    for name in named:
        assert (TOP / name).exists(), name


def test_the_readme_names_each_file():
    assert SECTION
    for folder in FOLDERS:
        for path in (TOP / "packaging" / folder).rglob("*.*"):
            assert path.name in SECTION[0], f"{path.name} is not in the README"
