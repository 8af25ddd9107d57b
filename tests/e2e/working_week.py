"""Who has an app in a week of a team: when they really work, and what of that their app's log shows.

Hours count from Monday 0:00; before that lies last Friday. Each of the team is a case of what logs can and cannot tell.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

DAYS = 7
FRIDAY = -3 * 24

SAVED = "[I {stamp} ServerApp] Saving file at /churn.ipynb"
ROOM = "[I {stamp} YDocExtension] Saving the content from room json:notebook:6f3c"
KERNEL = "[I {stamp} ServerApp] Kernel started: 0b7c1f0e-4b1c-4d5c-8f57-1a2b3c4d5e6f"
TAB = "[I {stamp} ServerApp] Connecting to kernel 0b7c1f0e-4b1c-4d5c-8f57-1a2b3c4d5e6f."
CELL = "[I {stamp} ServerApp] [Telemetry] Received data: {{'eventDetail': 'jl-cell-executed'}}"
GATEWAY = "[I {stamp} kernelgateway] Kernel started: 0b7c1f0e-4b1c-4d5c-8f57-1a2b3c4d5e6f"
EDITOR = "[{stamp}][127.0.0.1][1f2e3d4c][ManagementConnection] New connection established."

Lines = Iterable[tuple[float, str]]


@dataclass(frozen=True)
class Person:
    """works are the hours in which they do, log is what their app shows of them, chatter what it writes by itself."""

    name: str
    type: str
    works: tuple[tuple[float, float], ...]
    log: Callable[[tuple[tuple[float, float], ...]], Lines]
    chatter: str | None = None
    misses: str = ""  # why the plugin may say something else than what is true of this one

    def worked(self, hour: float) -> float:
        """worked is the last hour, up to hour, in which they worked."""
        return max(min(end, hour) for start, end in self.works if start <= hour)


def days(*numbers: int, start: float = 9, end: float = 18) -> tuple[tuple[float, float], ...]:
    """days are working days, 0 being Monday; last Friday is one in any case."""
    return tuple((24 * day + start, 24 * day + end) for day in (-3, *numbers))


def every(minutes: float, line: str):
    def log(works):
        for start, end in works:
            at = start
            while at < end:
                yield at, line
                at += minutes / 60
            yield end, line

    return log


def mornings(*lines: str):
    """mornings: all that is seen of a day is its beginning."""

    def log(works):
        for start, _ in works:
            yield from ((start, line) for line in lines)

    return log


def nothing(_works):
    return ()


WEEK = (0, 1, 2, 3, 4)

TEAM = (
    Person("saves-all-week", "JupyterLab", days(*WEEK), every(10, SAVED), "jupyterlab"),
    Person("leaves-on-tuesday", "JupyterLab", days(0, 1), every(10, SAVED), "jupyterlab"),
    Person("left-last-friday", "JupyterLab", days(), every(10, SAVED), "jupyterlab"),
    Person("shares-and-leaves", "JupyterLab", days(0, 1, 2), every(15, ROOM), "collaboration"),
    Person("runs-cells-unified", "JupyterLab", days(0, 2, 4), every(30, CELL), "collaboration"),
    Person(
        "saves-at-debug-level",
        "JupyterLab",
        days(*WEEK),
        mornings(TAB, KERNEL),
        "jupyterlab",
        "of a day only the tab and the kernel of the morning are seen, so it is idle some hours early on Saturday",
    ),
    Person(
        "reads",
        "JupyterLab",
        days(*WEEK),
        mornings(TAB),
        "jupyterlab",
        "reading leaves no line but that of the tab, so it is idle some hours early on Saturday",
    ),
    Person(
        "trains-for-40-hours",
        "JupyterLab",
        days(0) + ((33, 33 + 40),),
        mornings(SAVED),
        "jupyterlab",
        "a cell that runs with the tab closed writes nothing, so it is idle while it computes",
    ),
    Person(
        "edits-code",
        "CodeEditor",
        days(*WEEK),
        mornings(EDITOR),
        "codeeditor",
        "a Code Editor says opened, never worked, so it is idle some hours early on Saturday",
    ),
    Person(
        "edits-and-leaves",
        "CodeEditor",
        days(0),
        mornings(EDITOR),
        "codeeditor",
        "idle since it was opened, not since it was left",
    ),
    Person("starts-kernels", "KernelGateway", days(*WEEK), every(60, GATEWAY)),
    Person("forgets-a-flow", "KernelGateway", days(0, end=12), every(20, GATEWAY)),
    Person(
        "leaves-a-polling-tab",
        "KernelGateway",
        days(0),
        every(60, GATEWAY),
        "kernelgateway",
        "its newest event says busy until the log has been watched for a day and is found to chatter",
    ),
    Person("uses-canvas", "Canvas", days(0), nothing, None, "without a stream nothing is said of a Canvas"),
)
