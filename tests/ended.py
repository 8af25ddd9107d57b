"""How the programs of tests/ end when they are asked to: no traceback, nothing left behind, and no word of their own.

What asks is Ctrl-C, which make answers with its one line, or SIGTERM. Either ends the blocks that are open, so that
folders and children go with them, and then the program, by the signal itself: who started it sees why.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable


class _Terminated(BaseException):
    """SIGTERM came."""


def _on_terminate(*_: object) -> None:
    # A second one must not break off what cleans up.
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    raise _Terminated


def run(main: Callable[[], int | None]) -> None:
    """run is sys.exit(main()), unless a signal ends it."""
    signal.signal(signal.SIGTERM, _on_terminate)
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
