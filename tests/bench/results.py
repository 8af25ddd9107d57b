"""RESULTS.md: a document of sections, each of which is written by the run that measures it."""

from __future__ import annotations

import datetime
import os
import platform
import re
import subprocess
from collections.abc import Iterable, Sequence
from pathlib import Path

_HEAD = """\
# What a scan costs

Written by `make bench` and `make bench-transport`; each section says when and where it was measured.
"""


def write_section(path: Path, title: str, text: str) -> None:
    """write_section puts a section into the document, in the place of the one of that title or at the end."""
    parts = re.split(r"^## ", path.read_text() if path.exists() else _HEAD, flags=re.MULTILINE)
    section = f"{title}\n\n{text.strip()}\n\n"
    titles = [part.partition("\n")[0] for part in parts[1:]]
    if title in titles:
        parts[titles.index(title) + 1] = section
    else:
        parts.append(section)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("## ".join(part.strip() + "\n\n" for part in parts).strip() + "\n")


def table(heads: Sequence[str], rows: Iterable[Sequence[str]], texts: int = 1) -> str:
    """table is one of Markdown's, aligned in the source, too; all but the first columns are numbers."""
    cells = [list(heads), *(list(row) for row in rows)]
    widths = [max(len(cell) for cell in column) for column in zip(*cells)]
    lines = []
    for row in cells:
        left = [cell.ljust(width) for cell, width in zip(row[:texts], widths)]
        right = [cell.rjust(width) for cell, width in zip(row[texts:], widths[texts:])]
        lines.append("| " + " | ".join([*left, *right]) + " |")
    rule = ["-" * width for width in widths[:texts]] + ["-" * (width - 1) + ":" for width in widths[texts:]]
    return "\n".join([lines[0], "| " + " | ".join(rule) + " |", *lines[1:]])


def where() -> str:
    """where is when and on what a section is measured: a sentence."""
    when = datetime.datetime.now(datetime.timezone.utc)
    busy = os.getloadavg()[0]
    return (
        f"Measured on {when:%Y-%m-%d %H:%M} UTC, on {_cpu()} with {os.cpu_count()} cores, Linux {platform.release()}, "
        f"collectd {_version('collectd-core')}, libcurl {_version('libcurl4')}, json-c {_version('libjson-c5')}, "
        f"boto3 {_version('python3-boto3')}, at a load of {busy:.1f} when it began."
    )


def seconds(value: float) -> str:
    """seconds has three digits that mean something."""
    digits = 0 if value >= 100 else 1 if value >= 10 else 2 if value >= 1 else 3 if value >= 0.1 else 4
    return f"{value:,.{digits}f}"


def _cpu() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def _version(package: str) -> str:
    asked = subprocess.run(["dpkg-query", "-W", "-f", "${Version}", package], capture_output=True, text=True)
    return asked.stdout or "of unknown version"
