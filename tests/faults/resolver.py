"""The names that collectd looks up under faults.test, and what becomes of them; the other side of resolver.c."""

from __future__ import annotations

import time
from pathlib import Path

from e2e.collectd import TOP
from e2e.preload import preload

LIBRARY = TOP / "build" / "faults" / "resolver.so"
DOMAIN = "faults.test"


class Resolver:
    """Resolver is the folder that resolver.so reads."""

    def __init__(self, folder: Path):
        folder.mkdir(parents=True)
        self.folder = folder

    @property
    def environment(self) -> dict[str, str]:
        """environment is what a collectd needs to ask here."""
        return {"LD_PRELOAD": preload(LIBRARY, self.folder), "RESOLVER_FOLDER": str(self.folder)}

    def make(self, name: str, way: str | None) -> None:
        """make says whether a name resolves (None), is "absent", or its look-up "hangs"."""
        path = self.folder / name
        if way is None:
            path.unlink(missing_ok=True)
            return
        fresh = path.with_name(f"{name}.fresh")
        fresh.write_text(way)
        fresh.replace(path)

    def age(self, name: str) -> float:
        """age is how many seconds ago the name was looked up last."""
        try:
            return time.time() - (self.folder / f"{name}.asked").stat().st_mtime
        except FileNotFoundError:
            return float("inf")

    def asked(self, name: str) -> bool:
        return (self.folder / f"{name}.asked").exists()
