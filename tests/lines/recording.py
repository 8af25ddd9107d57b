"""Lines that a server wrote, kept as text: comments, then for each act a heading and what it left."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

_HEADING = "== "


def read(path: Path) -> dict[str, list[str]]:
    """read is what each act of a recording left."""
    written: dict[str, list[str]] = {}
    lines: list[str] = []
    for line in path.read_text().splitlines():
        if line.startswith(_HEADING):
            lines = written.setdefault(line.removeprefix(_HEADING), [])
        elif line and not line.startswith("# "):
            lines.append(line)
    return written


def write(path: Path, said: str, written: Mapping[str, Sequence[str]], names: Mapping[str, str]) -> None:
    """write keeps what each act left, with folders of this machine under other names; said is how it was made."""
    parts = [*(f"# {line}" for line in said.splitlines())]
    for what, lines in written.items():
        parts += ["", _HEADING + what, *lines]
    text = "\n".join(parts) + "\n"
    for name, other in names.items():
        text = text.replace(name, other)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
