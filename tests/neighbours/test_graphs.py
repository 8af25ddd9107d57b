"""packaging/doc/graphs.md names files that are there, and leaves out none that people are to use."""

from __future__ import annotations

import re

from e2e.collectd import TOP

FOLDERS = ("graphite", "influxdb", "grafana", "prometheus")
TEXT = (TOP / "packaging" / "doc" / "graphs.md").read_text()


def test_each_file_that_the_document_names_is_there():
    named = re.findall(r"(?:packaging|tests)/[\w./-]+\w", TEXT)
    assert len(named) > len(FOLDERS)
    for name in named:
        assert (TOP / name).exists(), name


def test_the_document_names_each_file():
    for folder in FOLDERS:
        for path in (TOP / "packaging" / folder).rglob("*.*"):
            assert path.name in TEXT, f"{path.name} is not in the document"
