"""Which notifications become messages: one for a case and day, and an all-clear; whatever fails on the way."""

import fcntl
import os
import stat
from concurrent.futures import ThreadPoolExecutor

import pytest

from notify.conftest import DAY_S, notification

USER = "monitor.example/sagemaker_user-test-domain-1_user02/duration-max_idle"


@pytest.fixture
def quiet(notices):
    """quiet is notices whose collectd is away, which has been said."""
    notices.record(notification(instance="d-1_first"))
    notices.tell()
    assert notices.webhook.texts
    notices.webhook.texts.clear()
    notices.record(notification("OKAY", instance="d-1_first", value=60))
    notices.tell()
    notices.webhook.texts.clear()
    return notices


def all_told(notices, *texts: str) -> list[str]:
    """all_told is the sentences of one run after these notifications."""
    before = len(notices.webhook.sentences)
    for text in texts:
        notices.record(text)
    notices.tell()
    return notices.webhook.sentences[before:]


def test_one_message_for_a_case_and_day_and_an_all_clear(quiet):
    assert len(all_told(quiet, notification())) == 1
    assert all_told(quiet, notification(value=95000), notification(value=99000)) == []
    assert all_told(quiet, notification("OKAY", value=60)) == [
        "user02 in test-domain-1: no app idle for 1 day or longer any more"
    ]
    assert all_told(quiet, notification("OKAY", value=60)) == []
    assert len(all_told(quiet, notification())) == 1


def test_an_okay_without_a_case_is_no_message(quiet):
    assert all_told(quiet, notification("OKAY", value=60)) == []
    assert quiet.cases() == {}


def test_what_began_and_ended_between_two_runs_is_no_message(quiet):
    """However their processes were scheduled: the time of the notifications counts."""
    for number in range(10):
        user = f"d-1_user{number}"
        quiet.record(notification("OKAY", instance=user, value=60, time=1711712945))
        quiet.record(notification(instance=user, time=1711712345))
    assert all_told(quiet) == []
    assert quiet.cases() == {}


def test_a_case_that_gets_worse_is_told_at_once_and_once(quiet):
    all_told(quiet, notification())
    (sentence,) = all_told(quiet, notification("FAILURE", value=700000))
    assert sentence.startswith("FAILURE: ")
    assert all_told(quiet, notification("WARNING"), notification("FAILURE", value=700000, time=1711712999)) == []


def test_notifications_of_others_are_no_business_of_ours(quiet):
    for plugin in ("cpu", "sagemakers", ""):
        assert all_told(quiet, notification(plugin=plugin)) == []
    assert quiet.cases() == {} and os.listdir(quiet.state / "new") == []


def test_a_reminder_comes_a_day_later_from_the_values_of_that_moment(notices, start):
    values = start.values(start(notices.unixsock, shipped=()))
    user = "sagemaker_user-test-domain-1_user02/duration-max_idle"
    values.put({user: 91200})
    assert len(all_told(notices, notification())) == 1
    notices.pass_time(DAY_S - 60)
    assert all_told(notices) == []
    values.put({user: 91200 + DAY_S})
    notices.pass_time(60)
    assert all_told(notices) == ["user02 in test-domain-1: an app idle for 2 days 1 h 20 min"]
    assert all_told(notices) == []
    values.put({user: 120})
    notices.pass_time(DAY_S)
    assert all_told(notices) == ["user02 in test-domain-1: no app idle for 1 day or longer any more"]
    assert notices.cases() == {}


def test_what_is_gone_without_a_word_is_told_so_a_day_after_it_was_missed(notices, start):
    """An app that was deleted while collectd was down: no NaN, no OKAY, no value."""
    start.values(start(notices.unixsock, shipped=()))
    assert len(all_told(notices, notification())) == 1
    notices.pass_time(DAY_S)
    assert all_told(notices) == []
    notices.pass_time(DAY_S)
    assert all_told(notices) == ["user02 in test-domain-1: no longer reported"]
    assert notices.cases() == {}


def test_without_collectd_there_is_no_reminder(quiet):
    all_told(quiet, notification())
    quiet.pass_time(2 * DAY_S)
    assert all_told(quiet) == []
    assert USER in quiet.cases()


@pytest.mark.parametrize("status", [500, 404, 302])
def test_a_webhook_that_fails_loses_nothing(quiet, status):
    quiet.webhook.status = status
    quiet.record(notification())
    complaint = quiet.tell()
    assert f"HTTP status {status}" in complaint and "TopSecret" not in complaint
    assert len(complaint.splitlines()) == 1
    assert quiet.tell() == "", "said twice"
    assert quiet.webhook.texts == []
    quiet.webhook.status = 200
    assert len(all_told(quiet)) == 1
    assert all_told(quiet) == []


def test_a_webhook_that_hangs_is_given_up_after_the_timeout(quiet):
    """It sends a byte now and then: a timeout of each read would never end."""
    quiet.set(webhook=quiet.webhook.url, timeout=0.5)
    quiet.webhook.hanging.set()
    quiet.record(notification())
    assert "no answer within 0.5 s" in quiet.tell()
    quiet.webhook.hanging.clear()
    assert len(all_told(quiet)) == 1


def test_an_all_clear_that_could_not_be_sent_is_sent_later(quiet):
    all_told(quiet, notification())
    quiet.webhook.status = 503
    assert all_told(quiet, notification("OKAY", value=60)) == []
    quiet.webhook.status = 200
    assert len(all_told(quiet)) == 1


def test_3000_cases_are_told_once_each_and_3000_repetitions_not_at_all(quiet):
    warnings = [notification(instance=f"d-1_user{number:04}") for number in range(3000)]
    put_aside(quiet, warnings)
    quiet.tell()
    expected = [f"user{number:04} in d-1: an app idle for 1 day 1 h 20 min" for number in range(3000)]
    assert sorted(quiet.webhook.sentences) == expected
    assert max(len(text) for text in quiet.webhook.texts) < 40000
    put_aside(quiet, warnings)
    quiet.tell()
    assert len(quiet.webhook.sentences) == 3000
    assert len(quiet.cases()) == 3000 and os.listdir(quiet.state / "new") == []


def put_aside(notices, texts: list[str]) -> None:
    """put_aside leaves the files that so many runs of record would."""
    before = os.umask(0o022)
    for number, text in enumerate(texts):
        (notices.state / "new" / str(number)).write_text(text)
    os.umask(before)


def test_many_at_once_are_all_recorded_and_told_once(quiet):
    texts = [notification(instance=f"d-1_user{number:02}") for number in range(40)]
    with ThreadPoolExecutor(8) as pool:
        for _ in pool.map(quiet.record, texts):
            pass
        list(pool.map(lambda _: quiet.tell(), range(4)))
    quiet.tell()
    assert len(quiet.webhook.sentences) == len(set(quiet.webhook.sentences)) == 40


def test_state_is_the_users_alone(quiet):
    all_told(quiet, notification())
    quiet.record(notification(instance="d-1_other"))
    (recorded,) = (quiet.state / "new").iterdir()
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (recorded, quiet.state / "cases.json")}
    assert set(modes.values()) == {0o600}
    assert stat.S_IMODE((quiet.state / "new").stat().st_mode) == 0o700


SAVED = '{"version": 1, "swept": 0, "ruled": 0, "said": null, "cases": [{"name": "h/p/t", "severity": %s, "told": %s}]}'


@pytest.mark.parametrize(
    "damage",
    [
        *("", "{", "[]", "\x00\xff", '{"version": 2}'),
        *(SAVED % ("7", "1"), SAVED % ('"LOUD"', "1"), SAVED % ('"WARNING"', '"x"')),
    ],
)
def test_a_damaged_state_is_set_aside_and_said(quiet, damage):
    all_told(quiet, notification())
    (quiet.state / "cases.json").write_text(damage)
    complaint = quiet.tell()
    assert "cases.json is damaged" in complaint and len(complaint.splitlines()) == 1
    assert (quiet.state / "cases.json.damaged").read_text() == damage
    assert len(all_told(quiet, notification())) == 1


def test_nothing_is_told_that_could_not_be_noted(quiet):
    """Or it would be told in each run."""
    (quiet.state / "cases.json.new").mkdir()
    quiet.record(notification())
    complaint = quiet.tell()
    assert "cases.json.new" in complaint and "until this can be written" in complaint
    assert quiet.webhook.texts == []
    (quiet.state / "cases.json.new").rmdir()
    assert len(all_told(quiet)) == 1


def test_what_is_no_notification_is_said_and_gone(quiet):
    put_aside(quiet, ["Severity: LOUD\n\n"])
    assert "was no notification" in quiet.tell()
    assert os.listdir(quiet.state / "new") == []


def test_two_at_the_same_time_do_not_tell_twice(quiet):
    """One holds the lock; the other leaves everything to it."""
    quiet.record(notification())
    with open(quiet.state / "lock") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert quiet.tell() == "" and quiet.webhook.texts == []
    assert len(all_told(quiet)) == 1
