"""The settings file: NAME = VALUE lines, and one clear line about what is wrong in it."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass

_TOPIC = re.compile(r"arn:aws[a-z-]*:sns:(?P<region>[a-z0-9-]+):\d{12}:[A-Za-z0-9_-]+(\.fifo)?")
_ADDRESS = re.compile(r"[^\s@,<>\"]+@[^\s@,<>\"]+")
_SERVER = re.compile(r"(?P<host>[A-Za-z0-9._-]+|\[[0-9a-fA-F:]+\])(:(?P<port>\d{1,5}))?")
_CHANNELS = ("webhook", "topic", "mail_to")
_DEFAULTS = {"socket": "/run/collectd-unixsock", "mail_server": "localhost:25", "remind": "86400", "timeout": "10"}
_NAMES = ("state", "socket", *_CHANNELS, "mail_from", "mail_server", "remind", "timeout")
_SMTP_PORT = 25


class SettingsError(Exception):
    """SettingsError is one line that names the file, the setting, its value and what is allowed."""


@dataclass(frozen=True)
class Settings:
    state: str
    socket: str
    remind: float
    timeout: float
    webhook: str | None = None
    topic: str | None = None
    region: str | None = None
    mail_to: tuple[str, ...] = ()
    mail_from: str | None = None
    mail_host: str = "localhost"
    mail_port: int = _SMTP_PORT


def read(path: str) -> Settings:
    """read is the settings of a file; SettingsError when any of them is wrong."""
    try:
        with open(path, encoding="utf-8") as file:
            given = _pairs(path, file.read())
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path}: cannot be read: {error}") from None
    return _checked(path, given)


def _pairs(path: str, text: str) -> dict[str, str]:
    given: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        name, equals, value = (part.strip() for part in line.partition("="))
        if not equals:
            raise SettingsError(f"{path}:{number}: {line.strip()!r} is not NAME = VALUE")
        if name not in _NAMES:
            raise SettingsError(f"{path}:{number}: setting {name!r} is not known; known are {', '.join(_NAMES)}")
        if name in given:
            raise SettingsError(f"{path}:{number}: setting {name!r} stands there twice; remove one")
        given[name] = value
    return given


def _checked(path: str, given: dict[str, str]) -> Settings:
    def wrong(name: str, allowed: str) -> SettingsError:
        return SettingsError(f"{path}: setting {name!r}: {given.get(name, '')!r} is not {allowed}")

    def number(name: str) -> float:
        value = given.get(name, _DEFAULTS[name])
        if not re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,9})?", value) or not float(value) > 0:
            raise wrong(name, "a positive number of seconds")
        return float(value)

    if not os.path.isabs(given.get("state", "")):
        raise wrong("state", "an absolute path, such as /var/lib/sagemaker-notify")
    channels = [name for name in _CHANNELS if given.get(name)]
    if len(channels) != 1:
        found = " and ".join(channels) or "none"
        raise SettingsError(f"{path}: one of {', '.join(_CHANNELS)} must be set; {found} is")
    if "webhook" in channels and not re.fullmatch(r"https?://[^\s/]+\S*", given["webhook"]):
        raise SettingsError(f"{path}: setting 'webhook' is not a URL that begins with https:// or http://")
    topic = _TOPIC.fullmatch(given.get("topic", ""))
    if "topic" in channels and not topic:
        raise wrong("topic", "the ARN of an SNS topic, as arn:aws:sns:us-east-1:123456789012:studio-idle")
    recipients = tuple(part.strip() for part in given.get("mail_to", "").split(",") if part.strip())
    if not all(map(_ADDRESS.fullmatch, recipients)):
        raise wrong("mail_to", "one or several mail addresses with commas between them")
    if recipients and not _ADDRESS.fullmatch(given.get("mail_from", "")):
        raise wrong("mail_from", "a mail address, which mail_to needs")
    server = _SERVER.fullmatch(given.get("mail_server", _DEFAULTS["mail_server"]))
    if server is None or int(server["port"] or _SMTP_PORT) > 65535:
        raise wrong("mail_server", "HOST or HOST:PORT")
    return Settings(
        state=given["state"],
        socket=given.get("socket", _DEFAULTS["socket"]),
        remind=number("remind"),
        timeout=number("timeout"),
        webhook=given.get("webhook") or None,
        topic=given.get("topic") or None,
        region=topic["region"] if topic else None,
        mail_to=recipients,
        mail_from=given.get("mail_from"),
        mail_host=server["host"].strip("[]"),
        mail_port=int(server["port"] or _SMTP_PORT),
    )
