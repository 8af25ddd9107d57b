"""A bare Debian in a folder: debootstrap's minimum with git, make and sudo, and a user with a login.

What is mounted in it is mounted in a namespace of each command's own, with that command's processes: both end with it,
and nothing that is removed has anything mounted in it.
"""

from __future__ import annotations

import os
import select
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

import ended
from bare import apt
from e2e.collectd import TOP, die_with_parent

BASES = TOP / "build" / "bare"
USER = "anna"
# make, the shell and every script meet a blank and letters beyond ASCII.
CHECKOUT = f"/home/{USER}/Geräte und Übungen/collectd-sagemaker"
_BARE = "git,make,sudo"
_NEW_NAMESPACES = ["unshare", "--mount", "--pid", "--fork", "--kill-child"]
_ENTER = Path(__file__).with_name("enter")
_LONGEST_S = 5400.0
_PLACE = "/var/tmp"


class NotHere(Exception):
    """NotHere tells why no bare Debian can be had on this machine."""


class Root:
    def __init__(self, folder: Path):
        self.folder = folder

    def run(self, *command: str, log: IO[str] | None = None) -> int:
        """run is the status of a command as root; log gets all that it says."""
        environment = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8"}
        return _run_apart(_ENTER, self.folder, *command, env=environment, stdout=log)

    def login(self, script: str, log: IO[str] | None = None) -> int:
        """login is the status of a script in the shell that the user gets by logging in."""
        return self.run("su", "-", USER, "-c", script, log=log)

    def write(self, path: str, text: str) -> None:
        (self.folder / path).write_text(text)


@contextmanager
def bare(suite: str) -> Iterator[Root]:
    """bare is a new bare Debian with the user's clone of this checkout, for as long as the block lasts."""
    base = _base(suite)
    with tempfile.TemporaryDirectory(prefix="collectd-sagemaker-", dir=_PLACE) as name:
        folder = Path(name) / suite
        folder.mkdir()
        try:
            subprocess.run(["tar", "-xpf", base, "-C", folder], check=True)
            root = Root(folder)
            _set_up(root, suite)
            _clone(root)
            yield root
        finally:
            subprocess.run(["rm", "-rf", "--one-file-system", folder], check=True)
            _give_back()


def _run_apart(*command: str | Path, env: Mapping[str, str], stdout: IO[str] | None) -> int:
    """_run_apart is the status of a command in namespaces of its own; none of their processes outlives it."""
    process = None
    try:
        with ended.held():
            process = subprocess.Popen(
                [*_NEW_NAMESPACES, *command],
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=stdout,
                stderr=subprocess.STDOUT if stdout else None,
                preexec_fn=die_with_parent,
            )
        return process.wait(_LONGEST_S)
    finally:
        if process is not None:
            _end(process)


def _end(apart: subprocess.Popen) -> None:
    """_end waits for the end of the namespaces' first process, which the kernel has wait for all others there."""
    if apart.poll() is not None:
        return
    children = Path(f"/proc/{apart.pid}/task/{apart.pid}/children").read_text().split()
    ends = [os.pidfd_open(int(child)) for child in children]
    apart.kill()
    apart.wait()
    for end in ends:
        with suppress(ProcessLookupError):
            signal.pidfd_send_signal(end, signal.SIGKILL)
        select.select([end], [], [])
        os.close(end)


def may_mount() -> bool:
    """may_mount is false in most containers."""
    mount = ["mount", "-t", "tmpfs", "tmpfs", "/mnt"]
    return subprocess.run([*_NEW_NAMESPACES, *mount], capture_output=True).returncode == 0


def _base(suite: str) -> Path:
    """_base is the archive of what debootstrap makes; made once."""
    base = BASES / f"{suite}.tar"
    if os.geteuid() != 0:
        raise NotHere("a bare Debian is made by root only")
    if not may_mount():
        raise NotHere("this machine lets nobody mount")
    BASES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="collectd-sagemaker-", dir=_PLACE) as name:
        folder = Path(name)
        archive = apt.sources(suite)[0]
        if not apt.reachable(archive, folder):
            raise NotHere(f"apt cannot fetch {suite} from {archive.uri}")
        if not base.exists():
            _bootstrap(suite, archive, folder)
            shutil.move(folder / "made.tar", base)
    return base


def _bootstrap(suite: str, archive: apt.Source, folder: Path) -> None:
    made = folder / suite
    command = ["debootstrap", "--variant=minbase", f"--include={_BARE}", suite, str(made), archive.uri]
    try:
        # In namespaces of its own: it mounts proc while it works.
        with open(folder / "log", "w+") as log:
            if _run_apart("--mount-proc", *command, env=os.environ | apt.proxy(), stdout=log):
                log.seek(0)
                raise RuntimeError(f"{' '.join(command)}: {log.read()[-4000:]}")
        tar = ["tar", "--one-file-system", "--exclude=./var/cache/apt/archives/*.deb", "-cf", folder / "made.tar", "."]
        subprocess.run(tar, cwd=made, check=True)
    finally:
        subprocess.run(["rm", "-rf", "--one-file-system", made], check=True)


def _give_back() -> None:
    """_give_back leaves nothing of root's in a user's checkout."""
    owner = TOP.stat()
    for path in (BASES.parent, BASES, *BASES.iterdir()):
        os.chown(path, owner.st_uid, owner.st_gid)


def _set_up(root: Root, suite: str) -> None:
    for name in ("resolv.conf", "hosts", "hostname"):
        shutil.copy(f"/etc/{name}", root.folder / "etc" / name)
    root.write("etc/apt/sources.list", "".join(f"{source}\n" for source in apt.sources(suite)))
    root.write("etc/apt/apt.conf.d/80fetching", apt.settings())
    # Nobody needs this root after its machine has lost power.
    root.write("etc/dpkg/dpkg.cfg.d/unsafe-io", "force-unsafe-io\n")
    root.write("etc/sudoers.d/user", f"{USER} ALL=(ALL) NOPASSWD: ALL\n")
    if root.run("useradd", "--create-home", "--shell", "/bin/bash", USER):
        raise RuntimeError(f"no user could be made on {suite}")


def _clone(root: Root) -> None:
    """_clone has the user clone what is checked out here, with what has changed in it since."""
    git = ["git", "-c", f"safe.directory={TOP}", "-C", str(TOP)]
    subprocess.run([*git, "bundle", "create", "-q", root.folder / "srv/checkout", "HEAD"], check=True)
    changed = subprocess.run([*git, "diff", "--binary", "HEAD"], check=True, capture_output=True).stdout
    (root.folder / "srv/changed").write_bytes(changed)
    quiet = "-c advice.detachedHead=false -c init.defaultBranch=main"
    script = f"git {quiet} clone -q /srv/checkout '{CHECKOUT}' && cd '{CHECKOUT}'"
    if changed:
        script += " && git apply /srv/changed"
    if root.login(script):
        raise RuntimeError("the checkout could not be cloned")
