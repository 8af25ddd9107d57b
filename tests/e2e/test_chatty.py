"""Signals that say nothing are found out: a person sleeps, a machine does not. AWS's clock is moved by hours."""

import pytest

from e2e.cloud import CORRECTED_S, HOUR_S
from e2e.test_signals import CONNECTED, KERNEL, SAVED, first_event

# Reports of a scan that began before the clock was moved do not count: two of them are waited for.
OPTIONS = """\
Interval 0.15
<Account default>
  RateLimit "FilterLogEvents" 1000
  RateLimit "ListApps" 1000
  RateLimit "DescribeLogStreams" 1000
  {}
</Account>
"""


def options(*lines: str) -> str:
    return OPTIONS.format("\n".join(lines))


def by_newest_event(*lines: str) -> str:
    return options('<Activity "KernelGateway">', 'Signal "last-event"', "</Activity>", *lines)


def pass_hours(cloud, collectd, hours, each=lambda hour: None):
    for hour in range(hours):
        cloud.pass_time(HOUR_S)
        each(hour)
        collectd.await_reports()


def idle_since(cloud, collectd, app) -> float:
    return cloud.idle_since(collectd.value(app.identifier))


def notices(collectd) -> list[str]:
    return [line.text for line in collectd.own_lines if line.severity == "notice" and "moved in nearly" in line.text]


def test_a_kernel_gateway_that_is_polled_all_day_is_measured_by_phrases(cloud, watch):
    """Its newest event is always of this minute: it would never be idle."""
    cloud.domain()
    app = cloud.app("user01", "app", chatter="kernelgateway", log=[(5 * HOUR_S, KERNEL)])
    collectd = watch(by_newest_event())
    collectd.await_reports()
    pass_hours(cloud, collectd, 20)
    assert collectd.value(app.identifier).value < 120
    assert collectd.count("chatty") == 0
    assert not notices(collectd)
    pass_hours(cloud, collectd, 4)
    assert idle_since(cloud, collectd, app) == pytest.approx(first_event(app), abs=CORRECTED_S)
    assert collectd.value(app.identifier).meta["signal"] == "match"
    assert collectd.count("chatty") == 1
    pass_hours(cloud, collectd, 4)
    (line,) = notices(collectd)
    for part in (app.app.stream_name(), '<Activity "KernelGateway">', "Match"):
        assert part in line
    assert collectd.count("unknown") == 0


def test_a_quiet_run_of_five_hours_clears_it_and_the_apps_own_signal_counts_again(cloud, watch):
    cloud.domain()
    app = cloud.app("user01", "app", chatter="kernelgateway", log=[(5 * HOUR_S, KERNEL)])
    collectd = watch(by_newest_event())
    collectd.await_reports()
    pass_hours(cloud, collectd, 24)
    assert collectd.count("chatty") == 1
    with cloud.aws.lock:
        app.stream.chatters(None)
        app.stream.log(cloud.ago(0), "[I 260318 11:02:10 web:2064] 200 GET /api/kernels (127.0.0.1) 0.59ms")
    last = app.stream.last_event
    pass_hours(cloud, collectd, 4)
    assert collectd.count("chatty") == 1
    pass_hours(cloud, collectd, 2)
    assert collectd.count("chatty") == 0
    assert collectd.value(app.identifier).meta["signal"] == "last-event"
    assert idle_since(cloud, collectd, app) == pytest.approx(last, abs=CORRECTED_S)


def test_a_person_who_sleeps_is_not_chatty(cloud, watch):
    cloud.domain()
    app = cloud.app("user01", "app", log=[(60, KERNEL)])

    def work(hour):
        if hour % 24 < 17:
            with cloud.aws.lock:
                app.stream.log(cloud.ago(30), KERNEL)

    collectd = watch(options())
    collectd.await_reports()
    pass_hours(cloud, collectd, 44, work)
    assert {value.value for value in collectd.scan("count-chatty")} == {0}
    assert not notices(collectd)


def test_a_code_editor_under_ignore_is_switched_to_its_own_phrases(cloud, watch):
    """An extension writes something that nobody has heard of, every hour."""
    cloud.domain()
    cloud.space("code", "yamada")
    editor = cloud.app(space="code", type="CodeEditor", name="default", log=[(5 * HOUR_S, CONNECTED)])

    def chatter(_hour):
        with cloud.aws.lock:
            editor.stream.log(cloud.ago(30), "[exthost] heartbeat of an unknown extension")

    collectd = watch(options('<Activity "CodeEditor">', 'Signal "ignore"', "</Activity>"))
    collectd.await_reports()
    pass_hours(cloud, collectd, 26, chatter)
    assert collectd.count("chatty") == 1
    assert idle_since(cloud, collectd, editor) == pytest.approx(first_event(editor), abs=CORRECTED_S)
    assert collectd.value(editor.identifier).meta["signal"] == "match"
    assert len(notices(collectd)) == 1


def test_a_jupyterlab_under_ignore_is_switched_to_its_phrases(cloud, watch):
    cloud.domain()
    lab = cloud.lab("churn", "yamada", chatter=None, log=[(5 * HOUR_S, SAVED), (60, "a new periodic line")])

    def chatter(_hour):
        with cloud.aws.lock:
            lab.stream.log(cloud.ago(30), "a new periodic line")

    collectd = watch(options('<Activity "JupyterLab">', 'Signal "ignore"', "</Activity>"))
    collectd.await_reports()
    pass_hours(cloud, collectd, 26, chatter)
    assert idle_since(cloud, collectd, lab) == pytest.approx(first_event(lab), abs=CORRECTED_S)
    assert (collectd.count("chatty"), len(notices(collectd))) == (1, 1)


def test_saves_in_every_hour_are_activity_and_counted(cloud, watch):
    """Code runs on with an open tab: it is active."""
    cloud.domain()
    lab = cloud.lab("churn", "yamada", log=[(60, SAVED)])

    def save(_hour):
        with cloud.aws.lock:
            lab.stream.log(cloud.ago(30), SAVED)

    collectd = watch(options())
    collectd.await_reports()
    pass_hours(cloud, collectd, 25, save)
    assert collectd.count("chatty") == 1
    assert collectd.value(lab.identifier).value < 120
    assert collectd.value(lab.identifier).meta["signal"] == "match"


def test_a_chatty_app_without_a_single_match_is_idle_since_the_lookback_began(cloud, watch):
    """An image that writes in words of its own."""
    cloud.domain()
    app = cloud.app("user01", "app", chatter="kernelgateway")
    collectd = watch(by_newest_event(f"Lookback {6 * HOUR_S}"))
    collectd.await_reports()
    pass_hours(cloud, collectd, 25)
    value = collectd.value(app.identifier)
    assert 6 * HOUR_S - 60 < value.value < 10 * HOUR_S
    pass_hours(cloud, collectd, 3)
    later = collectd.value(app.identifier)
    assert later.value - value.value == pytest.approx(3 * HOUR_S, abs=60)
    assert collectd.count("chatty") == 1


def test_a_chatty_app_for_whose_type_no_phrases_are_known_has_no_value(cloud, watch):
    """Its newest event is of this minute and says nothing: it is not called active, and nobody else is kept back."""
    cloud.domain()
    chatty = cloud.app("user01", "default", type="JupyterServer", chatter="kernelgateway")
    known = cloud.app("user01", "app", idle=5 * HOUR_S)
    collectd = watch(options())
    collectd.await_reports()
    pass_hours(cloud, collectd, 22)
    assert collectd.value(chatty.identifier).value < 120
    pass_hours(cloud, collectd, 2)
    said = len(collectd.series(chatty.identifier))
    pass_hours(cloud, collectd, 2)
    assert len(collectd.series(chatty.identifier)) == said
    assert (collectd.count("chatty"), collectd.count("unknown")) == (1, 0)
    assert idle_since(cloud, collectd, known) == pytest.approx(known.since, abs=CORRECTED_S)
    assert collectd.value(known.user_identifier).value == pytest.approx(collectd.value(known.identifier).value, abs=5)
    (line,) = notices(collectd)
    for part in (chatty.app.stream_name(), 'JupyterServer, signal "last-event"', "no idle time", "count-chatty"):
        assert part in line


def test_phrases_that_do_not_fit_an_image_are_found_out(cloud, watch):
    """Its server writes while somebody works, in words of its own: for two days it looks idle."""
    cloud.domain()
    log = [(60 * HOUR_S, "something else"), (49 * HOUR_S, "something else")]
    lab = cloud.lab("churn", "yamada", chatter=None, log=log)
    fits = cloud.lab("fraud", "suzuki", chatter=None, log=[(49 * HOUR_S, SAVED)])

    def work(hour):
        if hour % 24 < 9:
            with cloud.aws.lock:
                lab.stream.log(cloud.ago(30), "a notebook was stored")
                fits.stream.log(cloud.ago(30), SAVED)

    def deaf() -> list[str]:
        return [line.text for line in collectd.own_lines if "moves as a person's does" in line.text]

    collectd = watch(options())
    collectd.await_reports()
    pass_hours(cloud, collectd, 20, work)
    assert (collectd.count("deaf"), deaf()) == (0, [])
    pass_hours(cloud, collectd, 26, lambda hour: work(hour + 20))
    assert collectd.count("deaf") == 1
    (line,) = deaf()
    for part in (lab.app.stream_name(), "(JupyterLab)", '<Activity "JupyterLab">', 'Match "+...'):
        assert part in line
    assert collectd.value(lab.identifier).value > 45 * HOUR_S
    assert collectd.count("chatty") == 0
