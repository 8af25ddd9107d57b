"""Where in a process's memory a text stands: read from /proc/PID/mem, as root or as the process's parent may."""

from __future__ import annotations

from dataclasses import dataclass

# What the kernel maps for itself cannot be read.
_UNREADABLE = ("[vvar]", "[vsyscall]", "[vdso]")


@dataclass(frozen=True)
class Found:
    """Found is a place of a text: its address, and the mapping that it is in ("" is memory without a name)."""

    address: int
    mapping: str


def find(pid: int, *texts: str) -> dict[str, list[Found]]:
    """find is every place of each text in all that the process can write to."""
    found: dict[str, list[Found]] = {text: [] for text in texts}
    with open(f"/proc/{pid}/maps") as maps, open(f"/proc/{pid}/mem", "rb", buffering=0) as memory:
        for line in maps:
            fields = line.split(maxsplit=5)
            name = fields[5].strip() if len(fields) == 6 else ""
            if not fields[1].startswith("rw") or name in _UNREADABLE:
                continue
            start, end = (int(text, 16) for text in fields[0].split("-"))
            memory.seek(start)
            content = memory.read(end - start)
            for text, places in found.items():
                at = content.find(text.encode())
                while at >= 0:
                    places.append(Found(start + at, name))
                    at = content.find(text.encode(), at + 1)
    return found
