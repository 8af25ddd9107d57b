"""How the programs of tests/ end when they are asked to: no traceback, nothing left behind, and no word of their own.

What asks is Ctrl-C, which make answers with its one line, or SIGTERM. Either ends the blocks that are open, so that
folders and children go with them, and then the program, by the signal itself: who started it sees why.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_ASKING = (signal.SIGINT, signal.SIGTERM)


class _Terminated(BaseException):
    """SIGTERM came."""


def _on_signal(number: int, _: object) -> None:
    # A second one must not break off what cleans up.
    for asking in _ASKING:
        signal.signal(asking, signal.SIG_IGN)
    raise KeyboardInterrupt if number == signal.SIGINT else _Terminated


def run(main: Callable[[], int | None]) -> None:
    """run is sys.exit(main()), unless a signal ends it."""
    for number in _ASKING:
        signal.signal(number, _on_signal)
    try:
        status = main()
    except KeyboardInterrupt:
        number = signal.SIGINT
    except _Terminated:
        number = signal.SIGTERM
    else:
        sys.exit(status)
    signal.signal(number, signal.SIG_DFL)
    os.kill(os.getpid(), number)


@contextmanager
def held() -> Iterator[None]:
    """held keeps back what asks until the block has ended, for one that starts a child and notes which.

    Otherwise Python answers a signal between fork and exec with a traceback of the child's, and one that comes right
    behind that with a child that nothing ends.
    """
    if threading.current_thread() is not threading.main_thread():
        yield  # Signals are the main thread's.
        return
    came: list[int] = []
    before = {number: signal.signal(number, lambda number, _: came.append(number)) for number in _ASKING}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    for number in came:
        signal.raise_signal(number)
