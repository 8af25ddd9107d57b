"""The daemon's own configuration of the plugin, as one collectd of our own can have it."""

from __future__ import annotations

import os
import re
import shlex
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
# Ours are others: a short interval, and a copy of the state.
_OURS = re.compile(r'\s*(Interval|StateFile)\s+(?:"(?P<quoted>[^"]*)"|(?P<bare>\S+)).*', re.IGNORECASE)
_SETTING = re.compile(r'\s*(PluginDir|BaseDir)\s+"?([^"\s]+)"?\s*(#.*)?', re.IGNORECASE)
_ALIAS = re.compile(r'\s*UserAlias\s+"([^"]+)"\s+"([^"]+)"', re.IGNORECASE)
_WANTED = re.compile(r"AWS_\w+|\w*_proxy|\w*_PROXY|SSL_CERT_\w+")


@dataclass
class Configuration:
    """blocks is the text of all <Plugin sagemaker> blocks; state the daemon's state file, None for none."""

    blocks: str = ""
    plugin_folder: str | None = None
    base: str = BASE
    state: str | None = None
    aliases: dict[str, str] = field(default_factory=dict)
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def state_path(self) -> Path | None:
        return Path(self.base, self.state) if self.state else None


def read(given: str | None) -> Configuration:
    """read is the daemon's configuration; or that of a folder, of which all *.conf are read, or a file. Without any
    block the plugin has its defaults: one account, as every AWS tool finds it."""
    # The daemon's state is of no use beside another configuration, unless that names it.
    configuration = Configuration(state=STATE_FILE if given is None else None)
    for path in _files(given):
        try:
            text = path.read_text(encoding="utf-8", errors="surrogateescape")
        except OSError as error:
            hint = "" if os.geteuid() == 0 else "; as root it can be: sudo sagemaker-idle"
            raise Refused(f"{path} cannot be read: {error.strerror}{hint}") from None
        _take(configuration, text)
    if given is None:
        configuration.environment = _daemons_environment()
    return configuration


def _files(given: str | None) -> list[Path]:
    if given is not None:
        path = Path(given)
        if not path.exists():
            raise Refused(f"--config {given}: there is no such file or folder")
        return sorted(path.glob("*.conf")) if path.is_dir() else [path]
    mains = [path for path in MAINS if path.exists()][:1]
    return mains + [path for folder in FOLDERS if folder.is_dir() for path in sorted(folder.glob("*.conf"))]


def _take(configuration: Configuration, text: str) -> None:
    inside = False
    for line in text.splitlines():
        if not inside and (setting := _SETTING.fullmatch(line)):
            _set(configuration, setting[1].lower(), setting[2])
        begins = not inside and _BEGIN.fullmatch(line)
        inside = inside or bool(begins)
        if inside:
            _take_line(configuration, line)
        if inside and _END.fullmatch(line):
            inside = False


def _set(configuration: Configuration, name: str, value: str) -> None:
    if name == "basedir":
        configuration.base = value
    else:
        configuration.plugin_folder = value


def _take_line(configuration: Configuration, line: str) -> None:
    if ours := _OURS.fullmatch(line):
        if ours[1].lower() == "statefile":
            configuration.state = ours["quoted"] if ours["quoted"] is not None else ours["bare"]
        return
    if alias := _ALIAS.match(line):
        configuration.aliases[alias[1]] = alias[2]
    configuration.blocks += line + "\n"


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
