"""What people and machines do to a server, what it is expected to write of that, and the table of both."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from e2e.collectd import TOP


class Who(StrEnum):
    PERSON = "a person did"
    MACHINE = "a machine did"


class Trace(StrEnum):
    """Trace is what an act leaves in the log."""

    COUNTED = "counted"
    UNCOUNTED = "not counted"
    NONE = "no line"


@dataclass(frozen=True)
class Act:
    """Act is something that is done to a server. A counted act of a machine is a known error, which why explains."""

    what: str
    who: Who
    expected: Trace
    why: str = ""


def trace_of(lines: Sequence[str], counts: Callable[[str], bool]) -> Trace:
    if not lines:
        return Trace.NONE
    return Trace.COUNTED if any(map(counts, lines)) else Trace.UNCOUNTED


def table(acts: Sequence[Act], written: Mapping[str, Sequence[str]], counts: Callable[[str], bool]) -> str:
    """table shows each act with what it left: how many lines, how many of them count, and the first that tells most."""
    width = max(len(act.what) for act in acts)
    rows = [f"{'who':13}  {'what':{width}}  lines  count  trace        line"]
    for act in acts:
        lines = list(written.get(act.what, ()))
        counted = [line for line in lines if counts(line)]
        shown = (counted + lines + [""])[0]
        trace = trace_of(lines, counts)
        row = f"{act.who:13}  {act.what:{width}}  {len(lines):5}  {len(counted):5}  {trace:11}  {shown[:110]}"
        rows.append(row.rstrip() + (f" [{act.why}]" if act.why else ""))
    return "\n".join(rows)


def show(name: str, text: str) -> None:
    """show prints a table, and leaves it where `make check` looks for it."""
    print(text)
    (TOP / "build" / "results").mkdir(parents=True, exist_ok=True)
    (TOP / "build" / "results" / f"{name}.txt").write_text(text + "\n")


def failures(acts: Sequence[Act], written: Mapping[str, Sequence[str]], counts: Callable[[str], bool]) -> list[str]:
    """failures are the acts that left something else than expected, or were not tried, or are in no table."""
    found = [f"{what}: in no table" for what in written.keys() - {act.what for act in acts}]
    for act in acts:
        if act.what not in written:
            found.append(f"{act.what}: not tried")
            continue
        trace = trace_of(written[act.what], counts)
        if trace != act.expected:
            lines = "".join(f"\n    {line}" for line in written[act.what])
            found.append(f"{act.who}: {act.what}: {trace}, expected: {act.expected}{lines}")
    return found
