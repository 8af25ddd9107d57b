"""A collectd that is watched for what the plugin says about itself: its scans, its reads, its complaints."""

from __future__ import annotations

from e2e.cloud import REGION
from e2e.collectd import PATIENCE_S, Collectd
from e2e.output import Line, Value

# Two heartbeats whose last complete scans are nearer to each other than this mean the same scan.
_SAME_SCAN_S = 0.2


class Monitor(Collectd):
    """Monitor is a Collectd whose waits are counted in scans and reads of one account and region."""

    account = "default"
    region = REGION

    def scan_identifier(self, name: str) -> str:
        return f"sagemaker_scan-{self.account}_{self.region}/{name}"

    def scan(self, name: str) -> list[Value]:
        """scan is one of the plugin's values about itself, as count-apps."""
        return self.series(self.scan_identifier(name))

    @property
    def heartbeats(self) -> list[Value]:
        return sorted(self.scan("duration-since_complete"), key=lambda value: value.time)

    def beat(self) -> Value:
        """beat is the newest heartbeat; a read dispatches its first behind the values of the apps."""
        return self.wait(lambda: self.heartbeats, "heartbeat")[-1]

    def completions(self) -> list[float]:
        """completions are the times at which a scan was complete, as the heartbeats tell them.

        Before the first one the heartbeat is the time since the start, which counts as one, too.
        """
        found: list[float] = []
        for beat in self.heartbeats:
            completed = beat.time - beat.value
            if not found or completed > found[-1] + _SAME_SCAN_S:
                found.append(completed)
        return found

    def await_scans(self, number: int = 2, within: float = PATIENCE_S) -> None:
        """await_scans waits for so many further complete scans: the second has seen whatever was changed before."""
        wanted = len(self.completions()) + number
        self.wait(lambda: len(self.completions()) >= wanted, f"{number} complete scans", within)

    def await_reports(self, number: int = 2, within: float = PATIENCE_S) -> None:
        """await_reports waits for so many further scans to be reported, complete or not, however short the interval."""
        seen = len(self.values)
        name = self.scan_identifier("count-apps")

        def reported() -> bool:
            fresh = [v for v in self.values[seen:] if v.type_instance == "apps"]
            return sum(v.identifier == name for v in fresh) >= number

        self.wait(reported, f"{number} reports", within)

    def count(self, name: str) -> float:
        """count is what the last scan counted, as "unknown"."""
        return self.value(self.scan_identifier(f"count-{name}")).value

    def await_reads(self, number: int = 3, within: float = PATIENCE_S) -> None:
        """await_reads waits for so many further reads, whatever came of them."""
        wanted = len(self.heartbeats) + number
        self.wait(lambda: len(self.heartbeats) >= wanted, f"{number} reads", within)

    def assert_complains_once(self, *parts: str) -> Line:
        """assert_complains_once: over several reads there is one complaint, and it has these parts."""
        line = self.wait(lambda: self.complaints, "complaint")[0]
        self.await_reads(4)
        assert len(self.complaints) == 1, "\n".join(map(str, self.own_lines))
        for part in parts:
            assert part in line.text, f"{part!r} is not in {line.text!r}"
        return line

    def assert_recovers_once(self) -> Line:
        """assert_recovers_once: one line after the complaint says that it is over, and scans are complete again."""
        self.await_scans(3)
        (complaint,) = self.complaints
        after = self.own_lines[self.own_lines.index(complaint) + 1 :]
        assert len(after) == 1, "\n".join(map(str, self.own_lines))
        return after[0]
