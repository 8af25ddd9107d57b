"""What goes wrong now and then while the soak lasts: a fault of one operation's, or of a whole AWS."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from soak.place import CLOCK_OFFSET_S, Place

# Left out is the answer of 100 MB: what libc keeps of the pages that it has taken once hides all that comes later.
_ANSWERS: dict[str, dict] = {
    "throttle": {},
    "status": {"code": 500},
    "reset": {},
    "close": {},
    "short_body": {},
    "hang_before_headers": {},
    "hang_after_headers": {},
    "truncated": {},
    "empty_body": {},
    "html": {},
    "wrong_types": {"outer": True},
    "deep_nesting": {},
    "same_token": {},
    "access_denied": {},
    "expired_token": {},
}

# ListDomains is asked for no more once all guests' domains are known.
_OPERATIONS = ("ListApps", "DescribeLogStreams", "FilterLogEvents", "ListSpaces")

_OF_KEYS = {"role": "AssumeRole", "instance": "instance keys", "process": ""}
_PROGRAMS = ("exit 1", "sleep 1; cat keys.json", "head -c 40 keys.json", "head -c 300000 /dev/zero")


@dataclass
class Trouble:
    """Trouble is something that is wrong. hits is how often it was met; calm: nothing else may change meanwhile."""

    name: str
    hits: Callable[[], int]
    end: Callable[[], None]
    calm: bool = False


def strike(place: Place, random: Random) -> Trouble:
    """strike makes something go wrong at a place."""
    kind = random.choice([*_ANSWERS, *_OTHERS])
    return _OTHERS[kind](place, random) if kind in _OTHERS else _answer(place, random, kind)


def _answer(place: Place, random: Random, kind: str) -> Trouble:
    operation = random.choice(_OPERATIONS)
    if kind == "access_denied" and operation == "FilterLogEvents":
        for tracked in place.truth.tracked.values():
            tracked.fallback = tracked.running.app.type == "JupyterLab"
    return _scripted(place, operation, kind, **_ANSWERS[kind])


def _scripted(place: Place, operation: str, kind, **options) -> Trouble:
    fault = place.aws.fault(operation, kind, **options)
    if operation == "ListSpaces":
        place.come("space")  # else nobody asks for them

    def end() -> None:
        place.aws.clear_faults()
        place.aws.release()

    return Trouble(f"{operation} {kind}", lambda: fault.hits, end)


def _keys(place: Place, random: Random) -> Trouble:
    """_keys: those that were given out are over, and the first who is asked for new ones has none."""
    operation = _OF_KEYS[place.source]
    if not operation:
        return _process(place, random)
    trouble = _scripted(place, operation, random.choice(("status", "reset", "truncated")), code=500)
    place.revoke()
    return trouble


def _process(place: Place, random: Random) -> Trouble:
    """_process: the program that is to give keys fails, or takes its time (a minute, where it hangs: not here)."""
    runs = place.process_runs()
    place.revoke()
    place.write_process(random.choice(_PROGRAMS))
    return Trouble("credential_process", lambda: place.process_runs() - runs, place.mend_process)


def _expiry(place: Place, _random: Random) -> Trouble:
    """_expiry: keys end before their time, and new ones can be had."""
    place.revoke()
    return Trouble("keys that ended", lambda: 1, lambda: None)


def _files(place: Place, _random: Random) -> Trouble:
    place.write_config()
    return Trouble("files written anew", lambda: 1, lambda: None)


def _clock(place: Place, _random: Random) -> Trouble:
    place.set_clock(CLOCK_OFFSET_S)
    return Trouble("AWS's clock", lambda: 1, lambda: place.set_clock(0), calm=True)


def _door(place: Place, random: Random) -> Trouble:
    door = place.doors[random.choice(("sagemaker", "logs"))]
    way = random.choice(door.WAYS)
    place.aws.set_door(door, way)
    return Trouble(f"door {way}", lambda: 1, lambda: place.aws.set_door(door, None))


_OTHERS: dict[str, Callable[[Place, Random], Trouble]] = {
    "keys": _keys,
    "expiry": _expiry,
    "files": _files,
    "clock": _clock,
    "door": _door,
}
