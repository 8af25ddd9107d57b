"""The week, played: every kind has an app in each of several regions, which one collectd watches by different means.

The clock of the stand-in goes from hour to hour. After each the plugin has looked again, and what it says of each app
is held against what is true of it then.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from random import Random

from e2e import week_lines
from e2e.cloud import DAY_S, HOUR_S, Cloud, Running
from e2e.conftest import Watch
from e2e.monitor import Monitor
from e2e.output import Value
from e2e.week_life import HOURS, Life, Written
from e2e.working_week import CANVAS, CODE, GATEWAY, KINDS, LAB, Kind
from standin.chatter import Chatter, seed_of
from standin.world import App, Region

RATES = "\n".join(f'RateLimit "{name}" 1000' for name in ("FilterLogEvents", "ListApps", "DescribeLogStreams"))
WITH_BEACON = (LAB, CODE)
STARTS = {LAB: week_lines.SERVER_STARTS, CODE: week_lines.EDITOR_STARTS}


@dataclass(frozen=True)
class Means:
    """Means is a way to watch: an account's options, in a region and a domain of its own."""

    name: str
    region: str
    domain: str
    options: str = ""
    has_beacon: bool = False


DEFAULTS = Means("defaults", "us-east-1", "d-defaults0001")
BEACONS = Means("beacons", "eu-west-1", "d-beacons00001", has_beacon=True)
# The phrases of 1.0.0, for comparison; its other rules are not there any more.
FORMER = Means(
    "1.0.0's phrases",
    "ap-northeast-1",
    "d-former000001",
    f"""\
<Activity "{LAB}">
  Match "Saving file" "Saving the content from room" "jl-cell-executed" "Kernel started" "Kernel restarted"
  Match "Kernel interrupted" "Creating new" "Uploading file to" "Trusting notebook" "from checkpoint"
  Match "chat handler resolved" "is running at"
  Match "Connecting to kernel" "Completed handshake with client" "Request for Y document"
</Activity>
<Activity "{CODE}">
  Ignore "auto-stop-idle" "The client has disconnected" "The client has reconnected" "reconnection grace time"
  Ignore "reconnection short grace time" "Another client has connected" "No ptyHost heartbeat"
  Ignore "Error checking terminal activity" "File not found" "Extension Host Process exited"
  Ignore "Persistent process" "Deleted uninstalled extension"
</Activity>
<Activity "{GATEWAY}">
  Signal "last-event"
</Activity>
""",
)


@dataclass
class Verdict:
    """Verdict counts the hours of an app by what was said of "idle for more than a day" and what was true."""

    right: int = 0
    early: int = 0  # said to be idle and was not
    missed: int = 0  # was idle and not said to be
    off_s: float = 0  # between the value and the truth, summed over the hours that have a value
    told: int = 0
    above_s: float = -1e9  # the most that a value was above what a line or the beacon shows

    def __add__(self, other: Verdict) -> Verdict:
        sums = (getattr(self, name) + getattr(other, name) for name in ("right", "early", "missed", "off_s", "told"))
        return Verdict(*sums, above_s=max(self.above_s, other.above_s))

    @property
    def precision(self) -> float:
        return self.right / max(1, self.right + self.early)

    @property
    def recall(self) -> float:
        return self.right / max(1, self.right + self.missed)

    @property
    def off_h(self) -> float:
        return self.off_s / HOUR_S / max(1, self.told)

    def take(self, said_s: float | None, true_s: float) -> None:
        said, true = said_s is not None and said_s >= DAY_S, true_s >= DAY_S
        self.right += said and true
        self.early += said and not true
        self.missed += true and not said
        if said_s is not None:
            self.told += 1
            self.off_s += abs(said_s - true_s)


@dataclass
class Seat:
    """Seat is a kind's app as one of the means sees it, and what is still to come of it."""

    kind: Kind
    life: Life
    means: Means
    region: Region
    app: Running
    coming: list[Written]
    moves: list[tuple[float, bool]]  # when it starts and ends
    newest: Verdict = field(default_factory=Verdict)
    verdict: Verdict = field(default_factory=Verdict)
    shown: float | None = None  # the last hour at which a line that has arrived, or the beacon, shows somebody

    @property
    def runs(self) -> bool:
        return self.app.app.status == "InService"

    def pass_to(self, monday: float, hour: float) -> None:
        """pass_to makes happen what has happened until this hour."""
        while self.moves and self.moves[0][0] <= hour:
            at, starts = self.moves.pop(0)
            self._start(monday, at) if starts else self._end(monday, at)
        while self.coming and self.coming[0].arrives <= hour:
            line = self.coming.pop(0)
            if self.app.stream is None:
                self.app.stream = self.region.stream(self.app.app.stream_name())
            self.app.stream.log(monday + line.at * HOUR_S, line.text)
            if line.shows and not self.beaconed:
                self.shown = max(self.shown or line.at, line.at)
        if self.beaconed:
            self.shown = self.life.seen(hour)

    @property
    def beaconed(self) -> bool:
        return self.means.has_beacon and self.kind.type in WITH_BEACON

    def judge(self, value: Value | None, now: float, hour: float) -> None:
        said = None if value is None or value.is_nan else value.value
        true = max(0.0, hour - self.life.worked(hour)) * HOUR_S
        self.verdict.take(said, true)
        stream = self.app.stream
        event = stream.last_event if stream is not None else None
        self.newest.take(None if event is None else now - event, true)
        if said is not None and self.shown is not None:
            self.verdict.above_s = max(self.verdict.above_s, said - (hour - self.shown) * HOUR_S)

    def _start(self, monday: float, at: float) -> None:
        made = self.app.app
        where = {"user": made.user, "space": made.space, "type": made.type, "name": made.name}
        self.app.app = self.region.app(made.domain, created=monday + at * HOUR_S, **where)
        if self.kind.chatter:
            if self.app.stream is None:
                self.app.stream = self.region.stream(made.stream_name())
            begins = monday + at * HOUR_S
            self.app.stream.chatters(Chatter(self.kind.chatter, seed_of(self.kind.name), begins))

    def _end(self, monday: float, at: float) -> None:
        self.app.app.delete()
        if self.kind.chatter:
            seed = seed_of(self.kind.name)
            begins, ends = self.app.app.created, monday + at * HOUR_S
            self.app.stream.chatters(Chatter(self.kind.chatter, seed, begins, ends))


@dataclass
class Week:
    """Week is what came of one: the seats of each means, in the order of KINDS."""

    seats: dict[str, list[Seat]]

    def verdicts(self, means: str, counts: Callable[[Kind], bool] = lambda kind: True) -> Verdict:
        return sum((seat.verdict for seat in self.seats[means] if counts(seat.kind)), Verdict())

    def newest(self, counts: Callable[[Kind], bool] = lambda kind: True) -> Verdict:
        seats = next(iter(self.seats.values()))
        return sum((seat.newest for seat in seats if counts(seat.kind)), Verdict())


def play(cloud: Cloud, watch: Watch, means: Sequence[Means], seed: int) -> Week:
    monday = -(-cloud.ago(0) // HOUR_S) * HOUR_S
    week = Week({way.name: [_seat(cloud, way, kind, seed) for kind in KINDS] for way in means})
    seats = [seat for each in week.seats.values() for seat in each]
    _pass_to(cloud, seats, monday, 0)
    collectd = watch("Interval 0.05\n" + "".join(_account(way) for way in means))
    _report(collectd, means)
    for hour in range(1, HOURS):
        _pass_to(cloud, seats, monday, hour)
        told = _report(collectd, means)
        for seat in seats:
            if seat.runs:
                seat.judge(told.get(seat.app.identifier), monday + hour * HOUR_S, hour)
    return week


def _account(means: Means) -> str:
    options = f'Region "{means.region}"\n{RATES}\nReportByUser false\nReportByInstance false\n{means.options}'
    return f'<Account "{means.name}">\n{options}</Account>\n'


def _seat(cloud: Cloud, means: Means, kind: Kind, seed: int) -> Seat:
    """_seat: the same seed and kind are the same life, whatever the means."""
    life = Life(Random(f"{seed} {kind.name}"))
    kind.live(life)
    life.exists(*STARTS.get(kind.type, ()))
    written = list(life.written)
    if means.has_beacon and kind.type in WITH_BEACON:
        written += life.beacon()
    region = cloud.world.account().region(means.region)
    with cloud.aws.lock:
        if not len(region.domains):
            region.domain(means.domain, "research")
        app = _not_started(region, means, kind)
    moves = sorted((at, starts) for span in life.runs for at, starts in zip(span, (True, False), strict=True))
    owner = _owner(kind) if app.space else None
    return Seat(
        kind,
        life,
        means,
        region,
        Running(app, None, region.name, owner),
        sorted(written, key=lambda line: (line.arrives, line.at)),
        moves,
    )


def _owner(kind: Kind) -> str | None:
    return "owner-of-" + kind.name if kind.owned else None


def _not_started(region: Region, means: Means, kind: Kind) -> App:
    if kind.type in WITH_BEACON:
        sharing = "Private" if kind.owned else "Shared"
        region.space(means.domain, kind.name, owner=_owner(kind), sharing=sharing, type=kind.type)
        return App(means.domain, None, kind.name, kind.type, "default", 0.0, "Deleted")
    user = kind.name
    return App(means.domain, user, None, kind.type, "default" if kind.type == CANVAS else "app", 0.0, "Deleted")


def _pass_to(cloud: Cloud, seats: Iterable[Seat], monday: float, hour: float) -> None:
    with cloud.aws.lock:
        cloud.world.offset += monday + hour * HOUR_S - cloud.world.now()
        for seat in seats:
            seat.pass_to(monday, hour)


def _report(collectd: Monitor, means: Sequence[Means]) -> dict[str, Value]:
    """_report waits for two further reports of all accounts, and is the newest value of each app in them."""
    seen = len(collectd.values)
    wanted = {f"sagemaker_scan-{way.name}_{way.region}/count-apps" for way in means}

    def reported() -> bool:
        fresh = [value.identifier for value in collectd.values[seen:] if value.type_instance == "apps"]
        return all(fresh.count(name) >= 2 for name in wanted)

    collectd.wait(reported, "two reports of each account")
    return {value.identifier: value for value in collectd.values[seen:] if value.plugin == "sagemaker"}
