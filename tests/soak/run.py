"""The soak: one collectd on three places, for so many intervals; what it holds is measured whenever all places rest."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from random import Random

from e2e.collectd import Collectd, bare_environment
from faults.cell import Failed, Script, goes_on
from faults.certificates import make_authority
from faults.resolver import Resolver
from soak.figures import SHORT
from soak.life import Life
from soak.place import Place
from soak.process import Probe, Sample, least, peak

INTERVAL_S = 0.05

# Three ways to keys that have an end: STS, the instance's metadata, a program.
SOURCES = ("role", "instance", "process")

# Intervals between two samples, and reports without any change before one.
ROUND = 100
_REST_REPORTS = 6
_LOOKS = 5

# How much of what happens is trouble; a short soak wants its share.
_TROUBLED = 0.1
_TROUBLED_IN_SHORT = 0.25

_POLL_S = 0.01


class Soak:
    """Soak runs once, in a folder that does not exist yet."""

    def __init__(self, folder: Path, intervals: int, seed: int, tell: Callable[[str], None] = lambda text: None):
        self.wanted = intervals
        self.samples: list[Sample] = []
        self.wrong: list[str] = []
        self.seconds = 0.0
        self.peak = 0
        self._round = min(ROUND, max(intervals // 12, 1))
        self._folder = folder
        self._tell = tell
        self._resolver = Resolver(folder / "resolver")
        self._probe = Probe(folder / "heap")
        authority = make_authority(folder / "certificates")
        self.lives: list[Life] = []
        troubled = _TROUBLED_IN_SHORT if intervals < SHORT else _TROUBLED
        for number, source in enumerate(SOURCES):
            name = f"lane{number:02d}"
            place = Place(name, source, folder / name, authority, self._resolver)
            self.lives.append(Life(place, Random(f"{seed} {name}"), troubled))

    @property
    def places(self) -> list[Place]:
        return [life.place for life in self.lives]

    @property
    def intervals(self) -> int:
        return self.places[0].intervals

    def run(self) -> None:
        started = time.monotonic()
        for place in self.places:
            place.start()
        try:
            with self._collectd() as collectd:
                collectd.start()
                self._live(collectd)
                if collectd.alive:
                    self.peak = peak(collectd.pid)
                    collectd.stop()
        finally:
            for place in self.places:
                place.close()
        self.seconds = time.monotonic() - started

    def _collectd(self) -> Collectd:
        home = self._folder / "collectd"
        environment = bare_environment(home) | {"AWS_EC2_METADATA_DISABLED": "false"} | self._resolver.environment
        environment |= self._probe.environment(environment["LD_PRELOAD"])
        options = "\n".join([f"Interval {INTERVAL_S}", *(place.options for place in self.places)])
        return Collectd(home, options=options, environment=environment)

    def _live(self, collectd: Collectd) -> None:
        """_live goes from rest to rest, until there were as many intervals as are wanted, or something is wrong."""
        while self.intervals < self.wanted and not self.wrong:
            end = self.intervals + self._round
            self._drive(collectd, [life.go_on(lambda end=end: self.intervals >= end) for life in self.lives])
            self._drive(collectd, [life.rest(_REST_REPORTS) for life in self.lives])
            if self.wrong:
                return
            self.samples.append(self._sample(collectd))
            self._tell(str(self.samples[-1]))
            _give_back(collectd.output.path)

    def _sample(self, collectd: Collectd) -> Sample:
        """_sample is the least of several: what a scan that is under way takes is not held."""
        found = []
        for _ in range(_LOOKS):
            self._drive(collectd, [self.lives[0].wait_reports(1)])
            found.append(self._probe.sample(collectd.pid, self.intervals))
        return least(found)

    def _drive(self, collectd: Collectd, scripts: list[Script]) -> None:
        """_drive hands out what collectd says, and goes on with each script, until all have ended."""
        while scripts and not self.wrong:
            running = collectd.alive
            self._hand_out(collectd)
            if not running:
                self.wrong.append("collectd died")
            try:
                scripts = [script for script in scripts if goes_on(script)]
            except Failed as reason:
                self.wrong.append(str(reason))
            self.wrong += [untruth for place in self.places for untruth in place.truth.wrong]
            self.wrong += [f"asked wrongly: {what}" for place in self.places for what in place.aws.violations]
            time.sleep(_POLL_S)

    def _hand_out(self, collectd: Collectd) -> None:
        output = collectd.output.read()
        for value in output.values:
            owner = next((place for place in self.places if place.owns(value)), None)
            if owner is not None:
                owner.take(value)
            else:
                self.wrong.append(f"nobody's value: {value}")
        for line in output.lines:
            ours = line.text.startswith("sagemaker plugin: ")
            if not any(f'"{place.name}"' in line.text for place in self.places) and (ours or line.severity == "error"):
                self.wrong.append(f"nobody's line: {line}")
        for told in (output.values, output.lines, output.notifications):
            told.clear()


def _give_back(path: Path) -> None:
    """_give_back frees the blocks of what was read: hundreds of megabytes in ten thousand intervals."""
    length = path.stat().st_size
    subprocess.run(["fallocate", "--punch-hole", f"--length={length}", str(path)], check=False, capture_output=True)
