"""Libraries that a program under test loads before its own."""

from __future__ import annotations

import os
from pathlib import Path


def preload(library: Path, folder: Path, before: str | None = None) -> str:
    """preload is LD_PRELOAD with the library behind what is there before (None: in this environment).

    ld.so separates names by blanks and colons and knows no way around that, while a checkout may lie anywhere: it is
    given a link in the folder, which is a test's.
    """
    link = folder / library.name
    if not link.is_symlink():
        link.symlink_to(library)
    assert not {" ", ":"} & set(str(link)), f"ld.so cannot load {link}"
    return " ".join(filter(None, [os.environ.get("LD_PRELOAD", "") if before is None else before, str(link)]))
