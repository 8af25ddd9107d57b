"""The documents: which there are, and where their links lead."""

from __future__ import annotations

import re
from pathlib import Path

from e2e.collectd import TOP

# What people read to use the plugin; each is installed, side by side.
MANUALS = ["README.md", *sorted(str(path.relative_to(TOP)) for path in TOP.glob("packaging/doc/*.md"))]
DOCUMENTS = [*MANUALS, "CONTRIBUTING.md", "CHANGELOG.md", "tests/RELIABILITY.md", "tests/bench/RESULTS.md"]


def links(document: Path) -> list[str]:
    """links are the targets within the project: no URLs."""
    found = re.findall(r"\]\(([^)\s]+)\)", document.read_text())
    return [target for target in found if not re.match(r"\w+:", target)]


def anchors(document: Path) -> set[str]:
    """anchors are what a heading is called by in a link, as GitHub makes them."""
    headings = re.findall(r"(?m)^#+ (.+)$", document.read_text())
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def broken(document: Path) -> list[str]:
    """broken are the links of a document that lead to no file, or to no heading of one."""
    lost = []
    for target in links(document):
        path, _, anchor = target.partition("#")
        file = document.parent / path if path else document
        if not file.is_file() or (anchor and anchor not in anchors(file)):
            lost.append(target)
    return lost
