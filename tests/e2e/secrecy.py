"""Secrets as these tests know them, and the files that tell one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from standin import SECRET_KEY

# Every secret of these tests has one of these in it; so have the keys that the stand-in's STS makes.
SECRETS = (SECRET_KEY, "TopSecret", "AWS4-HMAC-SHA256")

# What a test writes for its collectd to find, or an AWS command line would.
_GIVEN = {"credentials", "config", "token", "authorization", "keys"}


def files_that_tell(folder: Path) -> list[Path]:
    """files_that_tell are the files below folder with a secret in them that nobody has given to a collectd."""
    return [path for path in _written(folder) if any(secret.encode() in path.read_bytes() for secret in SECRETS)]


def _written(folder: Path) -> Iterator[Path]:
    for path in folder.rglob("*"):
        given = path.name in _GIVEN or path.suffix in (".conf", ".pem") or path.parent.name == "cache"
        if not given and path.is_file() and not path.is_symlink():
            yield path
