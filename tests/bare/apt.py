"""Where this machine's apt has its Debian from, for a bare Debian of any suite: nothing here names a host."""

from __future__ import annotations

import platform
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

# What is no matter of how packages are fetched is not copied: hooks, for instance, call programs that are not there.
_FETCHING = re.compile(r"^Acquire::(http|https|ftp|Retries|Check-|Languages|GzipIndexes|IndexTargets|Queue-Mode)")
_KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"


@dataclass(frozen=True)
class Source:
    uri: str
    release: str
    component: str

    def __str__(self) -> str:
        return f"deb [signed-by={_KEYRING}] {self.uri} {self.release} {self.component}"


def sources(suite: str) -> list[Source]:
    """sources are this machine's own, with a suite's name; its main archive is the first, and all that sid has."""
    own = platform.freedesktop_os_release()["VERSION_CODENAME"]
    asked = ["--format", "$(REPO_URI) $(RELEASE) $(COMPONENT)", "Identifier: Packages"]
    listed = _output("apt-get", "indextargets", *asked)
    found = {Source(*line.replace("/ ", " ", 1).split()) for line in listed.splitlines() if len(line.split()) == 3}
    renamed = {
        Source(source.uri, source.release.replace(own, suite, 1), source.component)
        for source in found
        if source.component == "main" and re.fullmatch(own + "(-updates|-security)?", source.release)
    }
    wanted = [source for source in renamed if source.release == suite or suite != "sid"]
    if not any(source.release == suite for source in wanted):
        raise RuntimeError(f"apt has no source of {own} here, so that there is none of {suite} either")
    return sorted(wanted, key=lambda source: len(source.release))


def settings() -> str:
    """settings are how this machine's apt fetches what it fetches: through which proxy, with which patience."""
    dumped = _output("apt-config", "dump", "--no-empty")
    return "".join(f"{line}\n" for line in dumped.splitlines() if _FETCHING.match(line))


def proxy() -> dict[str, str]:
    """proxy is the environment that leads debootstrap where apt goes."""
    found = re.findall(r'^Acquire::(https?)::Proxy "([^"]+)";', settings(), re.MULTILINE)
    return {f"{scheme}_proxy": url for scheme, url in found if url != "DIRECT"}


def reachable(source: Source, folder: Path) -> bool:
    """reachable: apt itself can fetch what the archive begins with."""
    url = f"{source.uri}/dists/{source.release}/InRelease"
    helper = ["/usr/lib/apt/apt-helper", "-o", "Acquire::Retries=2", "download-file", url, folder / "InRelease"]
    return subprocess.run(helper, cwd=folder, capture_output=True).returncode == 0


def _output(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout
