"""StandIn: an AWS on 127.0.0.1, for tests, the demo and the benchmark.

It runs in a thread of its own. The test's thread may change the world and the settings under
`with aws.lock:`; requests are answered under the same lock.
"""

from __future__ import annotations

import asyncio
import ssl
import threading
from collections import Counter
from collections.abc import Callable
from email.utils import formatdate

from .answers import plain
from .calls import Record
from .doors import Certificates, Door
from .faults import Fault, Kind
from .front import Front
from .metadata import Sources
from .paging import Pages
from .recording import Recording
from .wire import Answer, Connection, Request
from .world import World

CONTROL_PATH = "/_standin/"
TICK_S = 1.0


class StandIn:
    """StandIn serves a world from `with StandIn(world) as aws:` until the end of the block.

    latency is added to every answer, in seconds; quota is calls a second by operation; pages is
    "ragged" or "exact". scan_events is how many log events FilterLogEvents looks at for one page.
    error_style is where a JSON error has its code: answers.ERROR_STYLES. keep_calls False keeps
    counts only: for millions of requests. sources are further servers that keys come from.
    """

    def __init__(
        self,
        world: World,
        *,
        port: int = 0,
        tls: ssl.SSLContext | None = None,
        pages: str = "ragged",
        seed: int = 1,
        most: int | None = None,
        latency: float = 0.0,
        scan_events: int = 10_000,
        error_style: str = "bare",
        keep_calls: bool = True,
        log: Callable[[Record], None] | None = None,
        sources: Sources | None = None,
    ):
        self.lock = threading.RLock()
        self.latency = latency
        self.calls: list[Record] = []
        self.connections = 0
        self.bytes_sent = 0
        self.port = port
        self.recording = Recording()
        self.front = Front(
            world,
            self._let_go,
            Pages(pages, seed, most),
            error_style=error_style,
            scan_events=scan_events,
            sources=sources,
        )
        self._tls = tls
        self._keep_calls = keep_calls
        self._log = log
        self._counts: Counter = Counter()
        # When the first and the last request came.
        self._asked: tuple[float, float] | None = None
        self._open: set[Connection] = set()
        self._doors: list[Door] = []
        self._date = (0, "")
        self._loop = asyncio.new_event_loop()
        self._release = asyncio.Event()
        self._thread = threading.Thread(target=self._run, name="standin", daemon=True)
        self._listening = threading.Event()
        self._failure: BaseException | None = None

    def __enter__(self) -> StandIn:
        self.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    @property
    def url(self) -> str:
        return f"{'https' if self._tls else 'http'}://127.0.0.1:{self.port}"

    @property
    def world(self) -> World:
        return self.front.world

    @property
    def violations(self) -> list[str]:
        """violations are the mistakes of the client (and of the stand-in): must stay empty."""
        return self.front.violations

    @property
    def throttled(self) -> int:
        return self.front.throttled

    @property
    def quota(self) -> dict[str, float]:
        return self.front.quota.rates

    @quota.setter
    def quota(self, rates: dict[str, float]) -> None:
        with self.lock:
            self.front.quota.rates = dict(rates)

    def fault(
        self,
        operation: str | None = None,
        kind: str | Kind = "throttle",
        *,
        times: int | None = None,
        page: int | str | None = None,
        region: str | None = None,
        account: str | None = None,
        onward: bool = False,
        where: Callable[[dict], bool] | None = None,
        **options,
    ) -> Fault:
        """fault scripts a fault; the first that fits a request strikes it. See faults.KINDS."""
        made = Fault(kind, operation, region, account, page, times, options, onward, where)
        with self.lock:
            self.front.faults.append(made)
        return made

    def door(self, certificates: Certificates | None = None) -> Door:
        """door opens one more port, with TLS where there are certificates."""
        made = Door(lambda scheme, door: Connection(self, scheme, door), certificates)
        self._doors.append(made)
        self.set_door(made, None)
        return made

    def set_door(self, door: Door, way: str | None) -> None:
        """set_door opens a door (None) or shuts it, in one of Door.WAYS, and resets what came through it."""
        self._await(self._set_door(door, way))

    def shut_soon(self, door: Door, way: str) -> None:
        """shut_soon is set_door for a fault, which runs in the stand-in's own thread."""
        self._loop.create_task(self._set_door(door, way))

    async def _set_door(self, door: Door, way: str | None) -> None:
        await door.set(way)
        self.drop(door)

    def drop(self, door: Door) -> None:
        """drop resets all connections through a door; for a fault, which runs in the stand-in's own thread."""
        for connection in list(self._open):
            if connection.door is door:
                connection.reset()

    def _await(self, coroutine) -> None:
        asyncio.run_coroutine_threadsafe(coroutine, self._loop).result()

    def clear_faults(self) -> None:
        with self.lock:
            self.front.faults.clear()

    def release(self) -> None:
        """release lets go of every answer that hangs or drips."""
        self._loop.call_soon_threadsafe(self._release_now)

    def count(
        self, operation: str | None = None, region: str | None = None, account: str | None = None
    ) -> int:
        """count is how many requests there were, of an operation, region, account or of any."""
        with self.lock:
            return sum(
                number
                for (o, r, a), number in self._counts.items()
                if operation in (None, o) and region in (None, r) and account in (None, a)
            )

    def reset(self) -> None:
        """reset forgets all requests and what was counted of them, not the world or settings."""
        with self.lock:
            self.calls.clear()
            self._counts.clear()
            self.front.violations.clear()
            self.front.throttled = 0
            self.bytes_sent = 0
            self.connections = 0
            self._asked = None

    def stats(self) -> dict:
        with self.lock:
            by_operation: dict[str, dict[str, int]] = {}
            for (operation, region, _account), number in self._counts.items():
                regions = by_operation.setdefault(operation or "?", {})
                regions[region or "?"] = regions.get(region or "?", 0) + number
            return {
                "calls": by_operation,
                "throttled": self.front.throttled,
                "bytes": self.bytes_sent,
                "violations": list(self.front.violations),
                "connections": self.connections,
                "asked": self._asked,
            }

    def start(self) -> None:
        """start returns when the stand-in listens."""
        self._thread.start()
        self._listening.wait()
        if self._failure is not None:
            raise self._failure

    def close(self) -> None:
        """close ends all connections and the thread, whatever hangs."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()

    def connected(self, connection: Connection) -> None:
        with self.lock:
            self.connections += 1
            connection.number = self.connections
            self._open.add(connection)
            for fault in self.front.faults:
                if fault.kind == "refuse" and (fault.times is None or fault.hits < fault.times):
                    fault.hits += 1
                    connection.reset()
                    return

    def disconnected(self, connection: Connection) -> None:
        self._open.discard(connection)

    def complain(self, what: str) -> None:
        with self.lock:
            self.front.violations.append(what)

    def sent(self, size: int) -> None:
        self.bytes_sent += size

    def answer(self, request: Request) -> Answer:
        with self.lock:
            if request.target.startswith(CONTROL_PATH):
                return self._control(request)
            answer, record = self.front.answer(request)
            self._counts[record.operation, record.region, record.account] += 1
            self._asked = (self._asked or (record.time,))[0], record.time
            if self._keep_calls:
                self.calls.append(record)
            if self._log is not None:
                self._log(record)
            answer.headers.setdefault("Date", self._http_date())
            answer.delay_s = self.latency
            self.recording.keep(request, answer)
            return answer

    def _control(self, request: Request) -> Answer:
        what = request.target[len(CONTROL_PATH) :]
        if (request.method, what) == ("GET", "stats"):
            return plain(200, self.stats())
        if (request.method, what) == ("POST", "reset"):
            self.reset()
            return plain(200, {})
        if (request.method, what) == ("POST", "record"):
            self.recording.start()
            return plain(200, {})
        if (request.method, what) == ("GET", "recording"):
            return plain(200, self.recording.stop())
        if (request.method, what.rpartition("/")[0]) == ("POST", "again"):
            return self._again(what.rpartition("/")[2])
        return plain(404, {"error": f"no {request.method} {request.target}"})

    def _again(self, number: str) -> Answer:
        try:
            return self.recording.again(int(number))
        except (ValueError, LookupError):
            return plain(404, {"error": f"no answer {number} was recorded"})

    def _http_date(self) -> str:
        now = int(self.front.world.now())
        if self._date[0] != now:
            self._date = (now, formatdate(now, usegmt=True))
        return self._date[1]

    def _tick(self) -> None:
        """_tick moves what the clock alone moves, once a second, asked or not."""
        with self.lock:
            self.front.world.advance()
        self._loop.call_later(TICK_S, self._tick)

    async def _let_go(self, timeout_s: float | None) -> bool:
        try:
            await asyncio.wait_for(self._release.wait(), timeout_s)
        except asyncio.TimeoutError:
            return False
        return True

    def _release_now(self) -> None:
        self._release.set()
        self._release = asyncio.Event()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            server = self._loop.run_until_complete(self._listen())
        except BaseException as failure:
            self._failure = failure
            self._listening.set()
            return
        self._tick()
        self._listening.set()
        self._loop.run_forever()
        server.close()
        for door in self._doors:
            door.close()
        for connection in list(self._open):
            connection.transport.abort()
        for task in asyncio.all_tasks(self._loop):
            task.cancel()
        self._loop.run_until_complete(asyncio.sleep(0))
        self._loop.run_until_complete(self._loop.shutdown_asyncgens())
        self._loop.close()

    async def _listen(self) -> asyncio.Server:
        scheme = "https" if self._tls else "http"
        server = await self._loop.create_server(
            lambda: Connection(self, scheme),
            "127.0.0.1",
            self.port,
            ssl=self._tls,
            backlog=1024,
        )
        self.port = server.sockets[0].getsockname()[1]
        return server
