"""Kinds of users and machines: what they do in a week, and what of it their app's server writes.

Each is labelled by what people do, not by what can be seen: whoever reads, works; a server that restarts itself does
not. A computation that somebody has started and waits for is work; a probe, a forgotten prompt, a restart by a schedule
is none. What is written stands in the sources of what SageMaker ships, see week_lines.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from e2e import week_lines as lines
from e2e.week_life import FRIDAY, HOURS, SESSION_H, Life, Span

WEEK = range(5)
GATEWAY, LAB, CODE, CANVAS = "KernelGateway", "JupyterLab", "CodeEditor", "Canvas"

Lives = Callable[[Life], None]


@dataclass(frozen=True)
class Kind:
    """Kind is silent where its work leaves no line at all, and dark where what a beacon sees does not tell: somebody
    reads, or works without kernel, terminal and editor; or a kernel waits for somebody who does not come."""

    name: str
    type: str
    chatter: str | None
    silent: bool
    dark: bool
    owned: bool
    live: Lives

    @property
    def does(self) -> str:
        return " ".join((self.live.__doc__ or "").split())


KINDS: list[Kind] = []


def kind(type: str, chatter: str | None = None, *, silent: bool = False, dark: bool = False, owned: bool = True):
    def enlist(live: Lives) -> Lives:
        KINDS.append(Kind(live.__name__.replace("_", "-"), type, chatter, silent, dark, owned, live))
        return live

    return enlist


def notebook(life: Life, span: Span, save: str = lines.SAVED, *, closes: bool = True, late_min: float = 0) -> None:
    """notebook: cells are run and saved, in bursts; at the end the tab is closed."""
    start, end = span
    life.work(start, end)
    life.shows(start, lines.TAB)
    if life.dice.random() < 0.5:
        life.shows(start, lines.KERNEL)
    for at in life.some(start, end, 2, 25):
        life.touch(at)
        life.shows(at, save, late_min=late_min and life.dice.uniform(8, late_min))
    if closes:
        life.shows(end, lines.BUFFERING)


def notebooks(life: Life, numbers: Iterable[int], save: str = lines.SAVED, **more) -> None:
    for span in life.days(*numbers):
        notebook(life, span, save, **more)


def window(life: Life, span: Span, *, closes: bool = True) -> None:
    """window: a Code Editor's; what is done in it leaves no line."""
    start, end = span
    life.work(start, end)
    life.shows(start, lines.OPENED, lines.EXTENSION_HOST)
    for at in life.some(start, end, 1, 10):
        life.touch(at)
    if closes:
        life.shows(end, lines.CLOSED)
        life.writes(end, lines.HOST_EXITED)


# JupyterLab in private spaces.


@kind(LAB, "jupyterlab")
def saves_every_day(life):
    """works on notebooks every day"""
    notebooks(life, WEEK)


@kind(LAB, "jupyterlab")
def leaves_early_in_the_week(life):
    """works until one of the first days, then is elsewhere"""
    notebooks(life, life.until(0, 1, 2))


@kind(LAB)
def left_last_friday(life):
    """was last there on Friday; the server is silent"""
    notebooks(life, ())


@kind(LAB, "jupyterlab")
def on_holiday(life):
    """is on leave since the week before last"""
    life.born = -24 * 24.0
    notebook(life, life.day(-9))


@kind(LAB, "jupyterlab")
def two_short_days(life):
    """works on two days of the week, for three hours"""
    for span in life.whole_days(*sorted(life.dice.sample(WEEK, 2)), start=10, end=13):
        notebook(life, span)


@kind(LAB)
def evenings_and_weekend(life):
    """works on Wednesday's evening and at the weekend"""
    for span in life.whole_days(2, 5, 6, start=19, end=22):
        notebook(life, span)


@kind(LAB, "jupyterlab")
def forgets_the_tab(life):
    """leaves with the tab open, on a machine that stays awake; it falls silent when the session ends"""
    for start, end in life.whole_days(*life.until(1, 2)):
        notebook(life, (start, end), closes=False)
        life.writes(start + SESSION_H, lines.BUFFERING)


@kind(LAB, "jupyterlab")
def closes_the_lid(life):
    """closes the laptop on an open tab; opened at home for other things, the tab connects again"""
    for start, end in life.whole_days(*life.until(1, 2, 3)):
        notebook(life, (start, end), closes=False)
        life.shows(end + 95 / 3600, lines.BUFFERING)
        wakes = end + life.dice.uniform(1, 3)
        if wakes < start + SESSION_H and life.dice.random() < 0.7:
            life.writes(wakes, lines.RESTORED, lines.TAB)
            life.writes(min(wakes + life.dice.uniform(0.3, 2), start + SESSION_H), lines.BUFFERING)


@kind(LAB, "jupyterlab", dark=True)
def reads_notebooks(life):
    """reads notebooks whose kernels idle, and closes them"""
    for start, end in life.whole_days(*WEEK):
        life.work(start, end)
        life.shows(start, lines.KERNEL, lines.TAB)
        life.touch(start)
        life.shows(end, lines.BUFFERING)


@kind(LAB, "jupyterlab", silent=True, dark=True)
def reads_files(life):
    """reads tables and texts, without a kernel"""
    for start, end in life.whole_days(*WEEK):
        life.work(start, end)
        life.writes(start, lines.PAGE)


@kind(LAB, "jupyterlab")
def edits_scripts(life):
    """edits scripts in the file editor, runs them in a terminal"""
    for start, end in life.days(*life.until(1, 3, 4)):
        life.work(start, end)
        life.shows(start, lines.TERMINAL)
        for at in life.some(start, end, 4, 20):
            life.shows(at, lines.SAVED)
            if life.dice.random() < 0.5:
                life.touch(at)


@kind(LAB, "jupyterlab", dark=True)
def writes_documents(life):
    """writes texts in the file editor, without kernel and terminal"""
    for start, end in life.days(*life.until(1, 3, 4)):
        life.work(start, end)
        for at in life.some(start, end, 3, 15):
            life.shows(at, lines.SAVED)


@kind(LAB, "jupyterlab", dark=True)
def labels_and_uploads(life):
    """uploads batches of files, copies and deletes some"""
    for start, end in life.whole_days(0, 2, 3, start=10, end=15):
        life.work(start, end)
        life.shows(start, lines.UPLOADED)
        for at in life.some(start, end, 10, 40):
            life.shows(at, life.dice.choice((lines.UPLOADED, lines.NEW_FILE)))
            life.writes(at, life.dice.choice((lines.COPIED, lines.DELETED)))
        life.shows(end, lines.UPLOADED)


@kind(LAB, "jupyterlab")
def works_in_a_terminal(life):
    """opens a terminal in the morning and works there all day"""
    for start, end in life.whole_days(*life.until(2, 4)):
        life.work(start, end)
        life.shows(start, lines.TERMINAL)
        for at in life.some(start, end, 1, 15):
            life.touch(at)


@kind(LAB, "jupyterlab", silent=True)
def keeps_a_terminal(life):
    """works all week in a terminal that was opened last week"""
    for start, end in life.days(*life.until(3, 4)):
        life.work(start, end)
        for at in life.some(start, end, 1, 15):
            life.touch(at)


@kind(LAB, "jupyterlab", silent=True)
def trains_in_a_silent_cell(life):
    """starts a cell that computes for one to two days, with the tab closed"""
    notebooks(life, (0,))
    start, end = life.day(1)
    notebook(life, (start, end))
    ready = end + life.dice.uniform(28, 44)
    life.work(end, ready)
    life.busy.append((end - 0.1, ready))


@kind(LAB, "jupyterlab", silent=True)
def trains_in_a_thread(life):
    """starts a thread that computes on after its cell, for one to two days"""
    start, end = life.day(1)
    notebook(life, (start, end))
    ready = end + life.dice.uniform(28, 44)
    life.work(end, ready)
    life.busy.append((end, ready))


@kind(LAB, "jupyterlab", silent=True)
def runs_papermill_beside(life):
    """runs notebooks with papermill from a terminal, output to a file, for more than a day"""
    notebooks(life, (0,))
    start, end = life.day(2, 9, 11)
    life.work(start, end)
    life.shows(start, lines.TERMINAL)
    life.touch(start, end)
    ready = end + life.dice.uniform(26, 36)
    life.work(end, ready)
    life.busy.append((end, ready))


@kind(LAB, "jupyterlab", silent=True)
def watches_papermill(life):
    """runs papermill in a terminal with its progress on the screen, for more than a day"""
    start, end = life.day(1, 9, 11)
    notebooks(life, (0,))
    life.shows(start, lines.TERMINAL)
    ready = end + life.dice.uniform(26, 36)
    life.work(start, ready)
    life.touch(start, ready)


@kind(LAB, "jupyterlab")
def report_over_rest(life):
    """a schedule runs a report over REST each night, which people read; nobody else is there"""
    notebooks(life, ())
    for night in range(-2, 7):
        start, end = life.day(night, 2, 2.7)
        life.work(start, end)
        life.shows(start, lines.KERNEL, lines.TAB)
        life.busy.append((start, end))
        life.shows(end, lines.BUFFERING, lines.SHUTDOWN)


@kind(LAB, "jupyterlab")
def probe_over_rest(life):
    """a probe starts a kernel each night, looks whether it answers, and deletes it; its owner left early"""
    notebooks(life, life.until(0, 1))
    for night in range(-2, 7):
        start, _ = life.day(night, 3, 4)
        life.writes(start, lines.KERNEL, lines.TAB, lines.BUFFERING, lines.SHUTDOWN)
        life.busy.append((start, start + 3 / 3600))


@kind(LAB, "jupyterlab")
def culled(life):
    """leaves early in the week; a culler ends the kernels"""
    for start, end in life.days(*life.until(0, 1, 2)):
        notebook(life, (start, end))
        life.writes(end + 2.02, lines.CULLED, lines.SHUTDOWN)


@kind(LAB, "jupyterlab")
def server_restarted_nightly(life):
    """leaves early in the week; a script restarts the server each night"""
    notebooks(life, life.until(0, 1))
    for night in range(-2, 7):
        life.writes(24 * night + 3 - life.zone, *lines.SERVER_STARTS)


@kind(LAB, "jupyterlab")
def made_each_morning_for_nobody(life):
    """a schedule makes the app on each morning of the week and deletes it in the evening; its owner is on leave"""
    notebooks(life, ())
    for day in (FRIDAY, *WEEK):
        life.run(24 * day + 7.5 - life.zone, 24 * day + 20 - life.zone, *lines.SERVER_STARTS)


@kind(LAB, "jupyterlab")
def made_each_morning(life):
    """a schedule makes the app on each morning and deletes it in the evening; its owner works on some days"""
    notebooks(life, sorted(life.dice.sample(WEEK, 2)))
    for day in (FRIDAY, *WEEK):
        life.run(24 * day + 7.5 - life.zone, 24 * day + 20 - life.zone, *lines.SERVER_STARTS)


@kind(LAB, "jupyterlab")
def made_anew_each_night(life):
    """leaves early in the week; each night the app is deleted and made anew, for updates"""
    notebooks(life, life.until(0, 1, 2))
    edges = [24.0 * night + 2 - life.zone for night in range(-4, 9)]
    for start, end in zip(edges, edges[1:], strict=False):
        life.run(start + 0.1, end, *lines.SERVER_STARTS)


@kind(LAB, "jupyterlab")
def saves_at_debug(life):
    """an image that logs saves at DEBUG: several notebooks a day, opened and closed"""
    for start, end in life.days(*life.until(2, 3, 4)):
        life.work(start, end)
        life.shows(start, lines.KERNEL, lines.CONNECTED_ROOM)
        for at in life.some(start, end, 40, 150):
            life.writes(at, lines.HANDSHAKES[0])
            life.shows(at, lines.HANDSHAKES[1], lines.CONNECTED_ROOM)
        for at in life.some(start, end, 2, 25):
            life.touch(at)
        life.shows(end + life.dice.uniform(0.01, 0.07), lines.ROOM_FREED[0])
        life.writes(end + 0.08, *lines.ROOM_FREED[1:])


@kind(LAB)
def one_notebook_all_day(life):
    """an image that logs saves at DEBUG: one notebook, opened in the morning and closed in the evening"""
    for start, end in life.whole_days(*life.until(1, 2, 4)):
        life.work(start, end)
        life.writes(start, lines.HANDSHAKES[0])
        life.shows(start, lines.HANDSHAKES[1], lines.CONNECTED_ROOM)
        for at in life.some(start, end, 2, 25):
            life.touch(at)
        life.shows(end + life.dice.uniform(0.01, 0.07), lines.ROOM_FREED[0])
        life.writes(end + 0.08, *lines.ROOM_FREED[1:])


@kind(LAB, "jupyterlab")
def asks_an_agent(life):
    """works by messages to an agent"""
    for start, end in life.days(*life.until(1, 3, 4)):
        life.work(start, end)
        life.writes(start, lines.AGENT_SESSION)
        for at in life.some(start, end, 2, 20):
            life.shows(at, lines.PROMPT)
            life.touch(at)


@kind(LAB, "warnings", silent=True)
def logs_warnings_only(life):
    """an image whose server logs from WARNING on: no phrase fits"""
    for start, end in life.days(*WEEK):
        life.work(start, end)
        life.writes(start, lines.NOT_TRUSTED)
        for at in life.some(start, end, 2, 25):
            life.touch(at)
        for at in life.some(start, end, 60, 200):
            life.writes(at, lines.NOT_TRUSTED)


@kind(LAB, "extension")
def chatty_extension(life):
    """leaves early in the week; an extension goes on to write every minute"""
    notebooks(life, life.until(0, 1, 2))


@kind(LAB, "raw output")
def forgotten_cluster(life):
    """leaves early in the week; the processes of a cluster that was forgotten write into the log"""
    notebooks(life, life.until(0, 1, 2))


@kind(LAB, "auto-stop-refused")
def auto_stop_refused(life):
    """leaves early in the week; AWS's script would stop the app, and may not"""
    notebooks(life, life.until(0, 1, 2))


@kind(LAB, "jupyterlab", dark=True)
def looks_at_a_dashboard(life):
    """a team looks at a dashboard that is served through the server, several times a day"""
    for start, end in life.whole_days(*WEEK):
        for at in [start, *life.some(start, end, 60, 150)]:
            until = at + life.dice.uniform(0.2, 0.8)
            life.work(at, until)
            life.shows(at, lines.PROXIED)


@kind(LAB, "jupyterlab")
def late_lines(life):
    """works until one of the first days; what is saved arrives 8 to 40 minutes late, what chatters at once"""
    notebooks(life, life.until(1, 2, 3), late_min=40)


@kind(LAB, "jupyterlab", dark=True)
def stuck_at_a_prompt(life):
    """leaves early in the week, with a debugger's prompt open: its kernel is busy for ever"""
    notebooks(life, life.until(0, 1))
    life.busy.append((life.works[-1][1] - 0.2, HOURS))


@kind(LAB, "jupyterlab", silent=True)
def remote_ide(life):
    """works from an IDE on the own machine, connected by StartSession"""
    for start, end in life.days(*WEEK):
        life.work(start, end)
        life.touch(start, end)


@kind(LAB, "jupyterlab", silent=True)
def remote_ide_until_midweek(life):
    """works from an IDE on the own machine until one of the first days"""
    for start, end in life.days(*life.until(1, 2)):
        life.work(start, end)
        life.touch(start, end)


# Spaces that run the collaboration server.


@kind(LAB, "collaboration")
def pairs_across_zones(life):
    """two people eight hours apart share a notebook until one of the first days"""
    last = life.until(1, 2, 3)
    for zone in (0, -8):
        life.zone = zone
        for start, end in life.days(*last):
            life.work(start, end)
            life.shows(start, lines.ROOM_OPENED, lines.TAB)
            for at in life.some(start, end, 2, 20):
                life.shows(at, lines.ROOM_SAVED, lines.FILE_SAVED)
                life.touch(at)
            life.shows(end, lines.BUFFERING)
            life.writes(end + 1 / 60, lines.ROOM_LEFT)


@kind(LAB, "collaboration", owned=False)
def shares_an_old_space(life):
    """several people in an old shared space, now and then until one of the first days"""
    for start, end in life.whole_days(*life.until(1, 2, 4)):
        for at in life.some(start, end, 40, 120):
            until = min(at + life.dice.uniform(0.2, 1.5), end)
            life.work(at, until)
            life.shows(at, lines.ROOM_OPENED)
            for save in life.some(at, until, 2, 10):
                life.shows(save, lines.ROOM_SAVED, lines.FILE_SAVED)
                life.touch(save)
            life.writes(until, lines.ROOM_LEFT)


@kind(LAB, "collaboration")
def unified_runs_cells(life):
    """runs cells in Unified Studio on three days"""
    for start, end in life.days(0, 2, 4):
        life.work(start, end)
        life.shows(start, lines.POST_STARTUP)
        for at in life.some(start, end, 2, 20):
            life.shows(at, lines.CELL, lines.CELL)
            life.touch(at)


@kind(LAB, "collaboration")
def unified_forgets_the_page(life):
    """leaves Unified Studio with the page open, early in the week"""
    for start, end in life.whole_days(*life.until(0, 1)):
        life.work(start, end)
        life.shows(start, lines.POST_STARTUP, lines.ROOM_OPENED)
        for at in life.some(start, end, 2, 20):
            life.shows(at, lines.CELL, lines.CELL, lines.ROOM_SAVED)
            life.touch(at)
        life.writes(start + SESSION_H, lines.BUFFERING, lines.ROOM_LEFT)


# Code Editor.


@kind(CODE, "editor")
def edits_every_day(life):
    """edits all day, closes the window in the evening"""
    for span in life.whole_days(*WEEK):
        window(life, span)


@kind(CODE)
def edits_and_leaves(life):
    """edits until one of the first days"""
    for span in life.whole_days(*life.until(0, 1, 2)):
        window(life, span)


@kind(CODE, "editor")
def forgets_the_window(life):
    """leaves with the window open; it is cut when the session ends"""
    for start, end in life.whole_days(*life.until(0, 1, 2)):
        window(life, (start, end), closes=False)
        life.writes(start + SESSION_H + 0.01, lines.CUT)


@kind(CODE, "editor")
def closes_the_editors_lid(life):
    """closes the laptop on an open window; asleep, the machine wakes now and then and connects again"""
    for start, end in life.whole_days(*life.until(0, 1, 2)):
        window(life, (start, end), closes=False)
        life.shows(end + 30 / 3600, lines.CUT)
        for at in life.some(end + 0.5, start + SESSION_H, 40, 110):
            life.writes(at, lines.RECONNECTED)
            life.writes(at + 2 / 60, lines.CUT)


@kind(CODE, "metrics")
def metrics_in_the_log(life):
    """leaves early in the week; a script writes metrics into the log, extensions are updated"""
    for span in life.whole_days(*life.until(0, 1, 2)):
        window(life, span)
    for half_day in range(-4, 15):
        life.writes(12 * half_day + 4, *lines.EXTENSION_UPDATES)


@kind(CODE, "no internet")
def editor_without_internet(life):
    """leaves early in the week; the server tries to reach what it cannot"""
    for span in life.whole_days(*life.until(0, 1, 2)):
        window(life, span)


@kind(CODE, "editor")
def editor_restarted_nightly(life):
    """leaves early in the week; each night the app is deleted and made anew"""
    for span in life.whole_days(*life.until(0, 1)):
        window(life, span)
    edges = [24.0 * night + 2 - life.zone for night in range(-4, 9)]
    for start, end in zip(edges, edges[1:], strict=False):
        life.run(start + 0.1, end, *lines.EDITOR_STARTS)


@kind(CODE, "editor", silent=True)
def trains_in_the_editors_terminal(life):
    """starts a training in a terminal of Code Editor, closes the window and comes back in one or two days"""
    for span in life.whole_days(0, 1):
        window(life, span)
    _, end = life.works[-1]
    ready = end + life.dice.uniform(28, 40)
    life.work(end, ready)
    life.touch(end, ready)


@kind(CODE, "editor", silent=True)
def remote_ide_in_an_editors_space(life):
    """works from an IDE on the own machine in a Code Editor's space"""
    for start, end in life.days(*life.until(2, 4)):
        life.work(start, end)
        life.touch(start, end)


# Studio Classic and Canvas, where no lifecycle script runs beside the log.


@kind(GATEWAY, "polls")
def gateway_with_polls(life):
    """works with kernels every day; an extension polls the gateway for ever"""
    for start, end in life.days(*WEEK):
        life.work(start, end)
        life.shows(start, lines.GATEWAY_KERNEL)


@kind(GATEWAY, "polls")
def gateway_forgotten_with_polls(life):
    """leaves early in the week; an extension polls the gateway for ever"""
    for start, end in life.days(*life.until(0, 1, 2)):
        life.work(start, end)
        life.shows(start, lines.GATEWAY_KERNEL)


@kind(GATEWAY)
def forgets_a_flow(life):
    """works on a Data Wrangler flow until one of the first days"""
    for start, end in life.days(*life.until(0, 1)):
        life.work(start, end)
        life.shows(start, lines.GATEWAY_KERNEL)
        life.writes(start, lines.GATEWAY_OPENED)
        for at in life.some(start, end, 30, 120):
            life.shows(at, lines.GATEWAY_KERNEL)
            life.writes(at, lines.GATEWAY_OPENED)


@kind(CANVAS, silent=True)
def canvas(life):
    """works in Canvas on Monday; it has no log"""
    for start, end in life.days(0):
        life.work(start, end)
