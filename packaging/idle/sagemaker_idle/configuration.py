"""The daemon's own configuration of the plugin, as one collectd of our own can have it."""

from __future__ import annotations

import contextlib
import os
import re
import shlex
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from sagemaker_idle.refused import Refused

# Debian, then Fedora and Enterprise Linux.
MAINS = (Path("/etc/collectd/collectd.conf"), Path("/etc/collectd.conf"))
FOLDERS = (Path("/etc/collectd/collectd.conf.d"), Path("/etc/collectd.d"))
ENVIRONMENTS = (Path("/etc/default/collectd"), Path("/etc/sysconfig/collectd"))
BASE = "/var/lib/collectd"
STATE_FILE = "sagemaker.state"

_BEGIN = re.compile(r'\s*<\s*Plugin\s+"?sagemaker"?\s*>\s*(#.*)?', re.IGNORECASE)
_END = re.compile(r"\s*</\s*Plugin\s*>.*", re.IGNORECASE)
# Ours are others: a short interval, a copy of the state, and all values, whatever the daemon's writers are to get.
_OURS = re.compile(r'\s*(Interval|StateFile|ReportByApp|ReportByUser|ReportByInstance)\s+(?:"(?P<quoted>[^"]*)"|(?P<bare>\S+)).*', re.IGNORECASE)
_SETTING = re.compile(r'\s*(PluginDir|BaseDir)\s+"?([^"\s]+)"?\s*(#.*)?', re.IGNORECASE)
_ALIAS = re.compile(r'\s*UserAlias\s+"([^"]+)"\s+"([^"]+)"', re.IGNORECASE)
_WANTED = re.compile(r"AWS_\w+|\w*_proxy|\w*_PROXY|SSL_CERT_\w+")


@dataclass
class Configuration:
    """blocks is the text of all <Plugin sagemaker> blocks, origins the file and number of each of its lines; state is the
    daemon's state file, None for none."""

    blocks: str = ""
    origins: list[tuple[Path, int]] = field(default_factory=list)
    plugin_folder: str | None = None
    base: str = BASE
    state: str | None = None
    aliases: dict[str, str] = field(default_factory=dict)
    environment: dict[str, str] = field(default_factory=dict)
    remark: str = ""

    @property
    def state_path(self) -> Path | None:
        return Path(self.base, self.state) if self.state else None


def read(given: str | None) -> Configuration:
    """read is the daemon's configuration; or that of a folder, of which all *.conf are read, or a file. Without any
    block the plugin has its defaults: one account, as every AWS tool finds it."""
    # The daemon's state is of no use beside another configuration, unless that names it.
    configuration = Configuration(state=STATE_FILE if given is None else None)
    files = _files(given)
    for path in files:
        with _readable(path):
            _take(configuration, path, path.read_text(encoding="utf-8", errors="surrogateescape"))
    if not configuration.blocks:
        configuration.remark = f"no <Plugin sagemaker> block in {_listed(files, given)}: one account, with default options"
    if given is None:
        configuration.environment = _daemons_environment()
    return configuration


@contextlib.contextmanager
def _readable(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        hint = "" if os.geteuid() == 0 else "; as root it can be: sudo sagemaker-idle"
        raise Refused(f"{path} cannot be read: {error.strerror}{hint}") from None


def _files(given: str | None) -> list[Path]:
    if given is None:
        mains = [path for path in MAINS if _kind(path) is not None][:1]
        return mains + [path for folder in FOLDERS if _kind(folder) == "folder" for path in _configurations(folder)]
    kind = _kind(Path(given)) if given else None
    if kind is None:
        raise Refused(f'--config "{given}": there is no such file or folder')
    files = _configurations(Path(given)) if kind == "folder" else [Path(given)]
    if not files:
        raise Refused(f'--config "{given}": no file of that folder ends in .conf')
    return files


def _kind(path: Path) -> str | None:
    """_kind tells a folder from a file, None where there is neither."""
    with _readable(path):
        try:
            return "folder" if stat.S_ISDIR(path.stat().st_mode) else "file"
        except (FileNotFoundError, NotADirectoryError):
            return None


def _configurations(folder: Path) -> list[Path]:
    with _readable(folder):
        return [folder / name for name in sorted(os.listdir(folder)) if name.endswith(".conf")]


def _listed(files: list[Path], given: str | None) -> str:
    return given or ", ".join(dict.fromkeys(str(path.parent) for path in files)) or "/etc/collectd"


def _take(configuration: Configuration, path: Path, text: str) -> None:
    inside = False
    for number, line in enumerate(text.split("\n"), 1):
        if not inside and (setting := _SETTING.fullmatch(line)):
            _set(configuration, setting[1].lower(), setting[2])
        begins = not inside and _BEGIN.fullmatch(line)
        inside = inside or bool(begins)
        if inside:
            _take_line(configuration, line, (path, number))
        if inside and _END.fullmatch(line):
            inside = False


def _set(configuration: Configuration, name: str, value: str) -> None:
    if name == "basedir":
        configuration.base = value
    else:
        configuration.plugin_folder = value


def _take_line(configuration: Configuration, line: str, origin: tuple[Path, int]) -> None:
    if ours := _OURS.fullmatch(line):
        if ours[1].lower() == "statefile":
            configuration.state = ours["quoted"] if ours["quoted"] is not None else ours["bare"]
        return
    if alias := _ALIAS.match(line):
        configuration.aliases[alias[1]] = alias[2]
    configuration.blocks += line + "\n"
    configuration.origins.append(origin)


def _daemons_environment() -> dict[str, str]:
    """_daemons_environment is what leads the daemon to AWS, where its unit has it from a file that can be read."""
    found = {}
    for path in ENVIRONMENTS:
        try:
            lines = path.read_text(encoding="utf-8").splitlines()
        except OSError:
            continue
        for line in lines:
            name, is_set, value = line.strip().removeprefix("export ").partition("=")
            if is_set and _WANTED.fullmatch(name):
                found[name] = "".join(_unquoted(value))
    return found


def _unquoted(value: str) -> list[str]:
    try:
        return shlex.split(value, comments=True)[:1]
    except ValueError:
        return [value]
