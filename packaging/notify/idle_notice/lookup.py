"""What collectd knows at this moment, by its unixsock plugin: LISTVAL, GETVAL, GETTHRESHOLD."""

from __future__ import annotations

import os
import re
import socket

from idle_notice.notification import number

_READ_LIMIT = 1 << 16
_SHOWN_LENGTH = 40
_COUNT = re.compile(r"-?[0-9]{1,9}")


class Unreachable(Exception):
    """Unreachable: collectd does not answer on its socket, for the reason given."""


class Lookup:
    """Lookup is one connection; the names of all series are read once, in the beginning.

    started is when this collectd made its socket.
    """

    def __init__(self, path: str, timeout: float):
        try:
            self._socket = socket.socket(socket.AF_UNIX)
            self._socket.settimeout(timeout)
            self._socket.connect(path)
            self._stream = self._socket.makefile("rwb")
            lines = self._ask("LISTVAL")
            if lines is None:
                raise OSError("refuses LISTVAL")
            self.started = os.stat(path).st_ctime
        except OSError as error:
            self.close()
            raise Unreachable(f"collectd's socket {path}: {error}") from None
        self.names = [line.partition(" ")[2] for line in lines]
        self._below: dict[str, list[str]] = {}
        for name in self.names:
            folder, _, last = name.rpartition("/")
            self._below.setdefault(folder, []).append(last)
        self._known = set(self.names)

    def __contains__(self, name: str) -> bool:
        return name in self._known

    def close(self) -> None:
        self._socket.close()

    def below(self, folder: str, start: str) -> list[str]:
        """below is the rest of each name in HOST/PLUGIN-INSTANCE that begins so."""
        return [last[len(start) :] for last in self._below.get(folder, []) if last.startswith(start)]

    def value(self, name: str) -> float | None:
        """value is NaN for what collectd has as NaN, None for what it has not."""
        if name not in self:
            return None
        lines = self._answer(f"GETVAL {_quoted(name)}")
        return number(lines[0].partition("=")[2]) if lines else None

    def limits(self, name: str) -> tuple[float | None, float | None] | None:
        """limits are WarningMax and FailureMax of a series; None where it has no threshold.

        Only a collectd that has thresholds may be asked: one without any (5.12) crashes.
        """
        answer = self._answer(f"GETTHRESHOLD {_quoted(name)}")
        if answer is None:
            return None
        found = dict(line.partition(": ")[::2] for line in answer)
        return number(found.get("Warning Max")), number(found.get("Failure Max"))

    def _answer(self, command: str) -> list[str] | None:
        try:
            return self._ask(command)
        except OSError as error:
            raise Unreachable(f"collectd's socket: {error}") from None

    def _ask(self, command: str) -> list[str] | None:
        """_ask is the lines of an answer; None when collectd says no."""
        self._stream.write(command.encode() + b"\n")
        self._stream.flush()
        count = self._line().partition(" ")[0]
        if not _COUNT.fullmatch(count):
            raise OSError(f"answers {count[:_SHOWN_LENGTH]!r} to {command.partition(' ')[0]}")
        if int(count) < 0:
            return None
        return [self._line() for _ in range(int(count))]

    def _line(self) -> str:
        line = self._stream.readline(_READ_LIMIT)
        if not line.endswith(b"\n"):
            raise OSError("closed the connection")
        return line[:-1].decode("utf-8", "replace")


def _quoted(name: str) -> str:
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
