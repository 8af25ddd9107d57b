"""A Debian of its own for a package: a folder with a dpkg database and with what of this machine collectd needs.

dpkg unpacks there and keeps its database there, and collectd runs there under chroot: paths, conffiles and
dependencies are as they would be here, and this machine's dpkg hears of nothing. Plain containers lack the privilege
to mount, which an overlay of / would need; chroot they have. Who is not root becomes root of a user namespace.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

from e2e.collectd import DAEMON
from packages.built import output

ROOT = [] if os.geteuid() == 0 else ["unshare", "--map-root-user"]
PLUGIN = Path("usr/lib/collectd/sagemaker.so")
SAMPLES = Path("etc/collectd/collectd.conf.d")
SHARED = Path("usr/share/collectd-sagemaker")
_PLUGINS = [f"/usr/lib/collectd/{name}.so" for name in ("logfile", "write_log", "threshold")]
_SCRIPTS_NEED = ["/bin/sh", "/bin/rm"]

# What Debian's collectd.conf ends with.
INCLUDE = '<Include "/etc/collectd/collectd.conf.d">\n  Filter "*.conf"\n</Include>\n'


class Machine:
    def __init__(self, root: Path, package: Path):
        self.root = root
        self._copy_collectd(package)
        self._know_dependencies(package)
        # Inside, what a test calls by its path outside is found under the same path.
        inside = root / str(root)[1:]
        inside.parent.mkdir(parents=True)
        inside.symlink_to("/")

    @property
    def plugin(self) -> Path:
        return self.root / PLUGIN

    def sample(self, name: str) -> Path:
        return self.root / SAMPLES / name

    def shipped(self, name: str) -> Path:
        return self.root / SHARED / name

    def dpkg(self, *arguments: str | Path, fails: bool = False) -> str:
        """dpkg runs unattended: a question of its own would be an error."""
        command = [*ROOT, "dpkg", f"--root={self.root}", *arguments]
        path = "/usr/local/sbin:/usr/sbin:/sbin:/usr/local/bin:/usr/bin:/bin"
        done = subprocess.run(
            command, env={"PATH": path, "LC_ALL": "C"}, stdin=subprocess.DEVNULL, capture_output=True, text=True
        )
        assert (done.returncode != 0) == fails, done.stdout + done.stderr
        return done.stdout + done.stderr

    def pretend(self, edit: Callable[[str], str]) -> None:
        """pretend changes what dpkg believes to be installed."""
        status = self.root / "var/lib/dpkg/status"
        status.write_text(edit(status.read_text()))

    def files(self) -> set[str]:
        """files are all that is there, but for dpkg's database, what collectd wrote, and folders that others share."""
        found = {path.relative_to(self.root): path.is_dir() for path in self.root.rglob("*")}
        return {
            str(path)
            for path, is_folder in found.items()
            if path.parts[0] != "run"
            and path.parts[:3] != ("var", "lib", "dpkg")
            and (not is_folder or "sagemaker" in path.name)
        }

    def _copy_collectd(self, package: Path) -> None:
        shutil.copytree("/usr/share/collectd", self.root / "usr/share/collectd")
        (self.root / SAMPLES).mkdir(parents=True)
        (self.root / "var/lib/collectd").mkdir(parents=True)
        unpacked = self.root.parent / f"{self.root.name}.package"
        output("dpkg-deb", "--extract", package, unpacked)
        binaries = [DAEMON, *_PLUGINS, *_SCRIPTS_NEED]
        libraries = re.findall(r"(/\S+) \(0x", output("ldd", *binaries, unpacked / PLUGIN))
        # glibc loads it when a thread is cancelled.
        libraries += re.findall(r"\S+/libgcc_s\.so\S*", output("dpkg", "--listfiles", "libgcc-s1"))
        for file in {*binaries, *libraries}:
            target = self.root / file[1:]
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(file, target)

    def _know_dependencies(self, package: Path) -> None:
        database = self.root / "var/lib/dpkg"
        for folder in ("info", "updates", "triggers"):
            (database / folder).mkdir(parents=True)
        depends = output("dpkg-deb", "--field", package, "Depends")
        names = {re.split(r"[ (|]", part.strip())[0] for part in depends.split(",")}
        (database / "status").write_text("\n".join(output("dpkg-query", "--status", name) for name in sorted(names)))
