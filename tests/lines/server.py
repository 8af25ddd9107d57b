"""A server whose log is read act by act: what is written between an act's beginning and its end is the act's."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from e2e.collectd import PATIENCE_S
from neighbours.program import Program, free_port


class Server(Program):
    """Server keeps in `written` what each act has left: the lines of its output, in which times and all stand."""

    def __init__(self, folder: Path):
        super().__init__(folder)
        self.port = free_port()
        self.written: dict[str, list[str]] = {}
        self._begun = 0
        (folder / "said").touch()

    @contextmanager
    def doing(self, what: str) -> Iterator[None]:
        """doing is an act: what is done in its block, until the server has written all that comes of it."""
        assert what not in self.written, f"{what}: twice"
        self._settle_if_alive()
        self._begun = len(self.said())
        yield
        self._settle_if_alive()
        lines = self._lines()
        self.written[what] = [line for line in lines if self.background(line) is None]
        for line in lines:
            act = self.background(line)
            if act is not None:
                self.written.setdefault(act, []).append(line)

    def await_line(self, text: str, times: int = 1) -> None:
        """await_line waits until the act under way has left lines with a text."""
        self.wait(lambda: sum(text in line for line in self._lines()) >= times, f"line with {text}")

    def settle(self) -> None:
        """settle returns when the server has written what has been done so far."""

    def is_own(self, _line: str) -> bool:
        """is_own tells whether settle has made the server write a line."""
        return False

    def _lines(self) -> list[str]:
        lines = self.said()[self._begun :].splitlines()
        return [line for line in lines if line.strip() and not self.is_own(line)]

    def _settle_if_alive(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self.settle()

    def background(self, _line: str) -> str | None:
        """background is the act that a line is of that may come at any time; None for all others."""
        return None

    def end(self) -> None:
        """end asks the server to stop, as who restarts it does, and waits for that."""
        assert self._process is not None
        self._process.terminate()
        self._process.wait(timeout=PATIENCE_S)
