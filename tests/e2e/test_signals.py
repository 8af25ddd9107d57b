"""Activity that means somebody: which log events count, by app type and by <Activity> block."""

import json

import pytest

from e2e.cloud import DAY_S, DOMAIN, HOUR_S, assert_idle_since

SAVED = "[I 2026-03-28 15:13:50.675 ServerApp] Saving file at /churn.ipynb"
KERNEL = "[I 2026-03-28 15:13:50.675 ServerApp] Kernel started: 0b7c1f0e-4b1c-4d5c-8f57-1a2b3c4d5e6f"
ROOM = "[I 2026-03-28 15:13:50.675 YDocExtension] Saving the content from room json:notebook:6f3c"
CELL = "[I 2026-03-28 15:13:50.675 ServerApp] [Telemetry] Received data: {'eventDetail': 'jl-cell-executed'}"
TAB = "[I 2026-03-28 15:13:50.675 ServerApp] Connecting to kernel 0b7c1f0e-4b1c-4d5c-8f57-1a2b3c4d5e6f."
PATCHES = "[I 2026-03-28 15:13:50.675 YDocExtension] Processed 31 Y patches in one minute"
NOT_FOUND = "[W 2026-03-28 15:13:50.675 ServerApp] 404 GET /jupyterlab/default/api/sessions (127.0.0.1) 1.07ms"
SHUTDOWN = "[I 2026-03-28 15:13:50.675 ServerApp] Kernel shutdown: 0b7c1f0e-4b1c-4d5c-8f57-1a2b3c4d5e6f"
AUTO_STOP = "[auto-stop-idle] JupyterLab is not idle. Passing check."
CONNECTED = "[10:12:31][127.0.0.1][1f2e3d4c][ManagementConnection] New connection established."
DISCONNECTED = (
    "[10:12:31][127.0.0.1][1f2e3d4c][ManagementConnection] The client has disconnected, will wait for reconnection 3h "
    "before disposing..."
)
CLOSED = (
    "[10:12:31][127.0.0.1][1f2e3d4c][ManagementConnection] The client has disconnected gracefully, so the connection "
    "will be disposed."
)
BUFFERING = "[I 2026-03-28 15:13:50.675 ServerApp] Starting buffering for 0b7c1f0e-4b1c-4d5c-8f57-1a2b3c4d5e6f:9a"
ROOM_FREED = "[I 2026-03-28 15:13:50.675 YDocExtension] Freeing room json:notebook:6f3c"
RESTARTED = "[I 2026-03-28 15:13:50.675 ServerApp] Jupyter Server 2.14.2 is running at: http://default:8888/jupyterlab"
MAINTENANCE = "[I 2026-03-28 15:13:50.675 ServerApp] Culling kernel '0b7c1f0e' (python3) [idle] due to 3600 seconds"
ASKED = "[I 2026-03-28 15:13:50.675 JupyterAi] prompt_and_reply: starting for session 7"
TERMINAL = "[I 2026-03-28 15:13:50.675 ServerApp] New terminal with automatic name: 1"
PROXIED = "[I 2026-03-28 15:13:50.675 ServerApp] Trying to establish websocket connection to ws://localhost:8501/_stcore"
PAGE = "[I 2026-03-28 15:13:50.675 ServerApp] received request to check status of post startup script"
YROOM = "[I 2026-03-28 15:13:50.675 YRoomManager] Connected yroom json:notebook:6f3c"
RECONNECTED = "[10:12:31][127.0.0.1][1f2e3d4c][ManagementConnection] Unknown reconnection token (seen before)."
EXTENSION = "[10:12:31] Extension installed successfully: ms-python.python file:///home/extensions/extensions.json"
EXTENSION_HOST = "[10:12:31][127.0.0.1][1f2e3d4c][ExtensionHostConnection] <stderr> (node:81) a warning"
POLLED = "[I 260318 11:02:10 web:2064] 200 GET /api/kernels (127.0.0.1) 0.59ms"


def account(*lines: str) -> str:
    return "\n".join(["Interval 1", "<Account default>", *lines, "</Account>"])


def activity(type: str, *lines: str) -> str:
    return account(f'<Activity "{type}">', *lines, "</Activity>")


def first_event(app) -> float:
    """first_event is when somebody did something: the oldest line of these logs, what follows is noise."""
    return app.stream.events[0][0] / 1000


def is_oldest(input: dict) -> bool:
    """is_oldest: it asks for the group's oldest event, which proves how far back the log goes."""
    return input == {"logGroupName": "/aws/sagemaker/studio", "startFromHead": True, "limit": 1}


def searches(cloud) -> list[dict]:
    inputs = [call.input for call in cloud.aws.calls if call.operation == "FilterLogEvents"]
    return [input for input in inputs if not is_oldest(input)]


@pytest.mark.parametrize("profile", ["jupyterlab", "collaboration"])
def test_a_jupyterlab_that_chatters_is_idle_since_its_owner_saved(cloud, watch, profile):
    """Its newest event is of this minute."""
    cloud.domain()
    lab = cloud.lab("churn", "yamada", chatter=profile, log=[(30 * HOUR_S, SAVED)])
    collectd = watch()
    assert_idle_since(collectd.value(lab.identifier), first_event(lab))
    assert_idle_since(collectd.value(lab.user_identifier), first_event(lab))
    collectd.await_scans()
    assert {v.meta["signal"] for v in collectd.series(lab.identifier)} == {"match"}


@pytest.mark.parametrize("line", [SAVED, KERNEL, ROOM, CELL, TAB, ASKED, TERMINAL, PROXIED, PAGE, YROOM])
def test_what_people_cause_in_a_jupyterlab_counts(cloud, watch, line):
    cloud.domain()
    lab = cloud.lab("churn", "yamada", chatter=None, log=[(5 * HOUR_S, line), (60, AUTO_STOP)])
    assert_idle_since(watch().value(lab.identifier), first_event(lab))


@pytest.mark.parametrize("line", [BUFFERING, ROOM_FREED])
def test_a_reader_who_closed_the_tab_an_hour_ago_is_idle_for_an_hour(cloud, watch, line):
    """The end of a presence is the last sign of somebody, hours after the last save."""
    cloud.domain()
    log = [(6 * HOUR_S, SAVED), (HOUR_S, line), (60, AUTO_STOP)]
    lab = cloud.lab("churn", "yamada", chatter=None, log=log)
    assert_idle_since(watch().value(lab.identifier), lab.stream.events[1][0] / 1000)


@pytest.mark.parametrize("line", [PATCHES, NOT_FOUND, SHUTDOWN, AUTO_STOP, RESTARTED, MAINTENANCE])
def test_what_a_jupyterlab_does_by_itself_does_not_count(cloud, watch, line):
    cloud.domain()
    lab = cloud.lab("churn", "yamada", chatter=None, log=[(5 * HOUR_S, SAVED), (HOUR_S, line), (60, line)])
    assert_idle_since(watch().value(lab.identifier), first_event(lab))


def code_editor(cloud, log):
    cloud.domain()
    cloud.space("code", "yamada")
    return cloud.app(space="code", type="CodeEditor", name="default", log=log)


@pytest.mark.parametrize("line", [CONNECTED, CLOSED, DISCONNECTED])
def test_a_code_editor_counts_the_opening_and_the_closing_of_a_window(cloud, watch, line):
    editor = code_editor(cloud, [(5 * HOUR_S, line), (60, AUTO_STOP)])
    collectd = watch()
    assert_idle_since(collectd.value(editor.identifier), first_event(editor))
    collectd.await_scans()
    assert {v.meta["signal"] for v in collectd.series(editor.identifier)} == {"match"}


@pytest.mark.parametrize("line", [RECONNECTED, EXTENSION, EXTENSION_HOST, "a periodic line that nobody has heard of"])
def test_what_a_code_editor_does_by_itself_does_not_count(cloud, watch, line):
    """Each of them kept a forgotten window active while everything counted but what was known."""
    editor = code_editor(cloud, [(5 * HOUR_S, CONNECTED), (HOUR_S, line), (60, line)])
    assert_idle_since(watch().value(editor.identifier), first_event(editor))


def test_a_code_editor_may_be_measured_as_it_was(cloud, watch):
    log = [(5 * HOUR_S, CONNECTED), (3 * HOUR_S, "somebody's extension"), (2 * HOUR_S, DISCONNECTED), (60, AUTO_STOP)]
    editor = code_editor(cloud, log)
    value = watch(activity("CodeEditor", 'Signal "ignore"')).value(editor.identifier)
    assert_idle_since(value, editor.stream.events[1][0] / 1000)
    assert value.meta["signal"] == "ignore"


def test_a_kernel_gateway_counts_all_but_what_tabs_that_poll_make_it_write(cloud, watch):
    cloud.domain()
    app = cloud.app("user01", "app", log=[(5 * HOUR_S, "whatever a library says"), (HOUR_S, POLLED), (60, POLLED)])
    value = watch().value(app.identifier)
    assert_idle_since(value, first_event(app))
    assert value.meta["signal"] == "ignore"


def test_a_type_by_its_newest_event_is_never_searched(cloud, watch):
    cloud.domain()
    app = cloud.app("user01", "app", log=[(5 * HOUR_S, KERNEL), (60, POLLED)])
    collectd = watch(activity("KernelGateway", 'Signal "last-event"'))
    assert_idle_since(collectd.value(app.identifier), app.since)
    collectd.await_scans()
    assert app.since > first_event(app)
    assert searches(cloud) == []


ONE_LOG = [(5 * HOUR_S, SAVED), (4 * HOUR_S, "deployed model 7"), (3 * HOUR_S, NOT_FOUND)]


@pytest.mark.parametrize(
    ("lines", "counts", "signal"),
    [
        (['Signal "match"'], 0, "match"),
        (['Match "deployed model"'], 1, "match"),
        (['Signal "match"', 'Match "deployed model" "nothing"', 'Match "never"'], 1, "match"),
        (['Match "+deployed model" "+never"'], 1, "match"),
        (['Match "+never"'], 0, "match"),
        (['Ignore "+deployed"'], 0, "ignore"),
        (['Signal "ignore"'], 1, "ignore"),
        (['Ignore "404 GET" "deployed"'], 0, "ignore"),
        (['Ignore "404 GET"', 'Ignore "Saving"'], 1, "ignore"),
        (['Signal "last-event"'], 2, "last-event"),
    ],
)
def test_an_activity_block_says_what_counts(cloud, watch, lines, counts, signal):
    cloud.domain()
    lab = cloud.lab("churn", "yamada", chatter=None, log=ONE_LOG)
    value = watch(activity("JupyterLab", *lines)).value(lab.identifier)
    assert_idle_since(value, lab.stream.events[counts][0] / 1000)
    assert value.meta["signal"] == signal


def test_given_phrases_replace_the_defaults_and_only_of_their_type(cloud, watch):
    cloud.domain()
    lab = cloud.lab("churn", "yamada", chatter=None, log=[(5 * HOUR_S, "deployed"), (HOUR_S, SAVED)])
    app = cloud.app("user01", "app", log=[(5 * HOUR_S, KERNEL), (60, POLLED)])
    blocks = ['<Activity "JupyterLab">', 'Match "deployed"', "</Activity>"]
    blocks += ['<Activity "KernelGateway">', 'Ignore "GET /api"', "</Activity>"]
    collectd = watch(account(*blocks))
    assert_idle_since(collectd.value(lab.identifier), first_event(lab))
    assert_idle_since(collectd.value(app.identifier), first_event(app))


def test_phrases_are_case_sensitive_as_aws_has_them(cloud, watch):
    cloud.domain()
    lab = cloud.lab("churn", "yamada", chatter=None, log=[(5 * HOUR_S, SAVED), (HOUR_S, "saving FILE at /churn")])
    assert_idle_since(watch().value(lab.identifier), first_event(lab))


def test_nobody_worked_in_the_whole_lookback_is_a_lower_bound_that_grows(cloud, watch):
    """Somebody saved four days ago: farther back than is searched."""
    cloud.domain()
    lab = cloud.lab("churn", "yamada", log=[(4 * DAY_S, SAVED)])
    began = cloud.world.now()
    collectd = watch(account(f"Lookback {6 * HOUR_S}"))
    first = collectd.value(lab.identifier)
    assert began - 1 <= first.time - first.value + 6 * HOUR_S <= first.time + 1
    collectd.await_scans(4)
    last = collectd.value(lab.identifier)
    assert last.time - last.value == pytest.approx(first.time - first.value, abs=0.01)
    assert last.value > first.value + 2


def test_an_app_younger_than_the_lookback_is_idle_since_its_creation(cloud, watch):
    cloud.domain()
    lab = cloud.lab("churn", "yamada", age=3 * HOUR_S)
    assert_idle_since(watch().value(lab.identifier), lab.app.created)


def test_a_stream_whose_newest_event_is_older_than_the_lookback_is_not_searched(cloud, watch):
    """That event itself is the start of idleness, under every signal."""
    cloud.domain()
    lab = cloud.lab("churn", "yamada", chatter=None, log=[(5 * DAY_S, SAVED), (4 * DAY_S, AUTO_STOP)])
    collectd = watch()
    assert_idle_since(collectd.value(lab.identifier), lab.since)
    collectd.await_scans()
    assert searches(cloud) == []


def test_a_search_goes_no_farther_back_than_the_lookback(cloud, watch):
    cloud.domain()
    cloud.lab("churn", "yamada")
    began = cloud.world.now()
    collectd = watch(account(f"Lookback {12 * HOUR_S}"))
    collectd.await_scans()
    assert min(input["startTime"] for input in searches(cloud)) / 1000 >= began - 12 * HOUR_S - 1
    assert all(input["startFromHead"] is False for input in searches(cloud))


def test_after_the_cold_start_only_what_is_new_is_searched(cloud, watch):
    cloud.domain()
    lab = cloud.lab("churn", "yamada", log=[(40 * HOUR_S, SAVED)])
    collectd = watch()
    collectd.await_scans()
    cold = len(searches(cloud))
    with cloud.aws.lock:
        lab.stream.log(cloud.ago(0), AUTO_STOP)
    collectd.wait(lambda: len(searches(cloud)) > cold, "search of what has moved")
    warm = searches(cloud)[cold:]
    assert min(input["startTime"] for input in warm) / 1000 > cloud.world.now() - HOUR_S / 2


def test_a_stream_that_has_not_moved_is_not_searched_again(cloud, watch):
    cloud.domain()
    lab = cloud.lab("churn", "yamada", chatter=None, log=[(40 * HOUR_S, SAVED), (20 * HOUR_S, AUTO_STOP)])
    collectd = watch()
    collectd.await_scans(2)
    cold = len(searches(cloud))
    collectd.await_scans(3)
    assert len(searches(cloud)) == cold > 0
    assert_idle_since(collectd.value(lab.identifier), first_event(lab))


def test_somebody_who_comes_back_is_seen(cloud, watch):
    cloud.domain()
    lab = cloud.lab("churn", "yamada", log=[(40 * HOUR_S, SAVED)])
    collectd = watch()
    assert_idle_since(collectd.value(lab.identifier), first_event(lab))
    with cloud.aws.lock:
        lab.stream.log(cloud.ago(0), ROOM)
    collectd.wait(lambda: collectd.value(lab.identifier).value < 30, "value of somebody who works")


def test_a_hundred_and_more_streams_go_into_few_calls(cloud, watch):
    cloud.domain()
    for number in range(130):
        log = [((1 + number % 40) * HOUR_S, SAVED), (60, AUTO_STOP)]
        cloud.lab(f"space{number}", f"user{number % 30}", chatter=None, log=log)
    collectd = watch(account('RateLimit "FilterLogEvents" 100'))
    collectd.await_scans(2)
    newest = {lab.identifier: first_event(lab) for lab in cloud.running}
    for identifier, value in collectd.latest().items():
        if identifier in newest:
            assert_idle_since(value, newest.pop(identifier))
    assert not newest
    assert max(len(input["logStreamNames"]) for input in searches(cloud)) == 100


def test_a_mixed_fleet_takes_a_call_for_all_phrases_and_one_for_what_is_ignored(cloud, watch):
    """Each log has the other type's phrases, too, newer than its own."""
    editor = code_editor(cloud, [(7 * HOUR_S, CONNECTED), (60, SAVED)])
    lab = cloud.lab("churn", "yamada", chatter=None, log=[(5 * HOUR_S, SAVED), (60, CONNECTED)])
    kernel = cloud.app("user01", "app", log=[(6 * HOUR_S, KERNEL), (60, POLLED)])
    collectd = watch()
    collectd.await_scans(2)
    cold = len(searches(cloud))
    with cloud.aws.lock:
        for app, line in ((lab, CONNECTED), (editor, SAVED), (kernel, POLLED)):
            app.stream.log(cloud.ago(0), line)
    collectd.wait(lambda: len(searches(cloud)) > cold, "search of what has moved")
    collectd.await_scans(2)
    warm = searches(cloud)[cold:]
    assert sorted(len(search["logStreamNames"]) for search in warm) == [1, 2]
    for app in (lab, editor, kernel):
        assert_idle_since(collectd.series(app.identifier)[-1], first_event(app))


@pytest.mark.parametrize("scan_events", [50, 1000])
def test_partial_and_empty_pages_end_nothing(cloud, watch, scan_events):
    """AWS may answer with a page that has nothing and goes on: the save is behind dozens of those."""
    cloud.domain()
    lab = cloud.lab("churn", "yamada", log=[(20 * HOUR_S, SAVED)])
    with cloud.aws.lock:
        cloud.aws.front.scan_events = scan_events
    collectd = watch(account('RateLimit "FilterLogEvents" 1000'))
    assert_idle_since(collectd.value(lab.identifier), first_event(lab))


def test_a_cold_start_goes_on_over_several_scans_and_dispatches_nothing_meanwhile(cloud, watch):
    """More pages than a scan may ask for lie between now and the save."""
    cloud.domain()
    lab = cloud.lab("churn", "yamada", log=[(40 * HOUR_S, SAVED)])
    known = cloud.app("user01", "app", idle=HOUR_S)
    with cloud.aws.lock:
        cloud.aws.front.scan_events = 2
    collectd = watch(account('RateLimit "FilterLogEvents" 1000'))
    assert_idle_since(collectd.value(lab.identifier), first_event(lab))
    first = collectd.series(lab.identifier)[0]
    unknown = [value for value in collectd.scan("count-unknown") if value.value == 1]
    assert unknown and unknown[-1].time < first.time
    assert_idle_since(collectd.series(known.identifier)[0], known.since)
    assert collectd.series(known.identifier)[0].time < first.time
    assert cloud.aws.count("FilterLogEvents") > 500


def test_log_text_is_in_no_output(cloud, watch):
    """A search may bring back whatever people print: it must not reach the log, the values or their meta data."""
    cloud.domain()
    secret = "password=TopSecretHunter2"
    log = [(3 * HOUR_S, f"{SAVED} {secret}"), (HOUR_S, f"{AUTO_STOP} {secret}")]
    opened = f"{CONNECTED} {secret}"
    lab = cloud.lab("churn", "yamada", log=log)
    cloud.space("code", "yamada")
    cloud.app(space="code", type="CodeEditor", name="default", log=[(HOUR_S, opened)])
    collectd = watch()
    collectd.value(lab.identifier)
    cloud.aws.fault("FilterLogEvents", "truncated")
    collectd.await_reads(3)
    cloud.aws.clear_faults()
    collectd.await_scans(2)
    collectd.stop()
    for path in collectd.folder.iterdir():
        written = path.read_text(errors="replace") if path.is_file() else ""
        for part in ("Saving file", "TopSecret", "auto-stop"):
            assert part not in written, f"{path.name} has log text"
    assert json.dumps([v.meta for v in collectd.values]).count("password") == 0


def test_two_apps_that_share_a_stream_are_searched_once(cloud, watch):
    cloud.domain()
    cloud.space("alpha", "yamada")
    log = [(5 * HOUR_S, SAVED), (60, AUTO_STOP)]
    own = cloud.app("alpha", "default", type="JupyterLab", log=log)
    with cloud.aws.lock:
        cloud.region.app(DOMAIN, space="alpha", type="JupyterLab", name="default", created=cloud.ago(DAY_S))
    collectd = watch()
    for identifier in (own.identifier, f"sagemaker-{DOMAIN}_yamada/duration-JupyterLab_alpha"):
        assert_idle_since(collectd.value(identifier), first_event(own))
    assert all(len(input["logStreamNames"]) == 1 for input in searches(cloud))


def oldest_asked(cloud) -> int:
    return sum(call.operation == "FilterLogEvents" and is_oldest(call.input) for call in cloud.aws.calls)


@pytest.mark.parametrize(("kept_h", "bound_h"), [(24, 24), (30, 30), (24 * 30, 48), (None, 48)])
def test_a_log_that_is_kept_for_less_than_the_lookback_proves_no_more(cloud, watch, kept_h, bound_h):
    """Somebody saved 40 hours ago, or four days: retention has removed the line, or the lookback ends before it."""
    cloud.domain()
    cloud.region.group().retention = None if kept_h is None else kept_h * HOUR_S
    lab = cloud.lab("churn", "yamada", log=[((40 if bound_h < 40 else 96) * HOUR_S, SAVED)])
    began = cloud.world.now()
    collectd = watch(account())
    value = collectd.value(lab.identifier)
    assert value.time - value.value == pytest.approx(began - bound_h * HOUR_S, abs=120)
    collectd.await_reports(3)
    assert oldest_asked(cloud) == 1


def test_a_stream_whose_events_retention_has_removed_had_its_last_when_that_came(cloud, watch):
    cloud.domain()
    cloud.region.group().retention = 7 * DAY_S
    app = cloud.app("user01", "app", idle=10 * DAY_S)
    lab = cloud.lab("churn", "yamada", chatter=None, log=[(11 * DAY_S, SAVED)])
    collectd = watch(account())
    for running in (app, lab):
        value = collectd.value(running.identifier)
        assert value.time - value.value == pytest.approx(running.stream.last_event, abs=1)
    collectd.await_reports()
    assert (collectd.count("unknown"), collectd.count("unlogged"), oldest_asked(cloud)) == (0, 0, 0)
