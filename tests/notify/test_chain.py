"""collectd itself runs record and tell: threshold, exec and unixsock plugins with the shipped files."""

from __future__ import annotations

import os

from e2e.cloud import DAY_S, DOMAIN

USERS, APPS_A_USER = 300, 10
# So many notifications at a time: more make collectd's exec plugin run out of descriptors, and lose some.
SLICE = 100


def test_a_forgotten_app_becomes_a_sentence_and_its_deletion_an_all_clear(cloud, watch, notices):
    """The plugin, the thresholds, the prices and the messages as they are shipped."""
    cloud.domain()
    name = "sagemaker-data-wrang-ml-m5-4xlarge-a4f6"
    app = cloud.app("user02", name, idle=DAY_S + 4800, instance="ml.m5.4xlarge")
    cloud.app("user03", "app", idle=60)
    shipped = ("sagemaker.conf", "sagemaker.prices.conf", "sagemaker.threshold.conf")
    collectd = watch(shipped=shipped, extra=notices.sample)
    collectd.wait(lambda: notices.webhook.sentences, "message")
    who = f"user02 in {DOMAIN}"
    assert notices.webhook.sentences == [
        f"{who}: Data Wrangler on ml.m5.4xlarge idle for 1 day 1 h 20 min, about 23 USD"
    ]
    with cloud.aws.lock:
        app.app.delete()
    collectd.wait(lambda: len(notices.webhook.sentences) > 1, "all-clear")
    assert notices.webhook.sentences[1:] == [f"{who}: no app runs any more"]
    collectd.wait(lambda: notices.cases() == {}, "end of the case")
    assert not [line for line in collectd.lines if "exec_read_one" in line.text]


def idle_apps() -> list[tuple[dict[str, float], str]]:
    """idle_apps is, for each user, the values of the apps and of the user, and the name of the most idle app."""
    users = []
    for number in range(USERS):
        instance = f"d-1_user{number:03}"
        values = {f"sagemaker-{instance}/duration-KernelGateway_app{a}": 2 * DAY_S + a for a in range(APPS_A_USER)}
        values[f"sagemaker_user-{instance}/duration-max_idle"] = 2 * DAY_S + APPS_A_USER - 1
        users.append((values, f"user{number:03} in d-1: KernelGateway app{APPS_A_USER - 1} idle for 2 days"))
    return users


def put_all(collectd, values, users) -> None:
    """put_all puts the values in, as fast as the exec plugin takes notifications without losing one."""
    for first in range(0, len(users), SLICE):
        given = {name: value for some, _ in users[first : first + SLICE] for name, value in some.items()}
        apps = {name: value for name, value in given.items() if name.startswith("sagemaker-")}
        values.put(apps)
        collectd.wait(lambda: apps.keys() <= values.listed(), "the values of apps")
        values.put({name: value for name, value in given.items() if name not in apps})
        expected = first + SLICE
        collectd.wait(lambda: len(collectd.notifications) == expected, f"{expected} notifications")
        collectd.wait(lambda: not children(collectd.pid), "end of all that was started for them")


def children(pid: int) -> list[int]:
    found = []
    for process in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{process}/stat") as file:
                if int(file.read().rpartition(")")[2].split()[1]) == pid:
                    found.append(int(process))
        except OSError:
            continue
    return found


def test_a_restart_with_3000_apps_tells_nobody_anything_again(notices, start):
    users = idle_apps()
    assert sum(len(values) - 1 for values, _ in users) == 3000
    collectd = start()
    put_all(collectd, start.values(collectd), users)
    collectd.wait(lambda: len(notices.webhook.sentences) >= USERS, "messages")
    assert sorted(notices.webhook.sentences) == sorted(sentence for _, sentence in users)
    collectd.stop()

    collectd = start()
    values = start.values(collectd)
    put_all(collectd, values, users)
    assert {n.severity for n in collectd.notifications} == {"WARNING"}
    # What comes after them is told after them.
    values.put({"sagemaker_user-d-1_last/duration-max_idle": 3 * DAY_S})
    collectd.wait(lambda: len(notices.webhook.sentences) > USERS, "message about the last one")
    assert notices.webhook.sentences[USERS:] == ["last in d-1: an app idle for 3 days"]
    collectd.stop()


def test_what_the_exec_plugin_loses_is_found_in_collectds_values(notices, start):
    """A sweep asks for the value and the threshold of each series, once a notification has shown that there are any."""
    collectd = start()
    values = start.values(collectd)
    lost, other = (f"sagemaker_user-d-1_user0{number}/duration-max_idle" for number in (1, 2))
    values.put({lost: 2 * DAY_S, other: 3 * DAY_S, "sagemaker_user-d-1_user03/duration-max_idle": 60})
    collectd.wait(lambda: len(notices.webhook.sentences) == 2, "messages")
    collectd.wait(lambda: len(notices.cases()) == 2 and not children(collectd.pid), "quiet")
    # As if the notification had not arrived.
    notices.forget(lost)
    notices.pass_time(3600)
    collectd.wait(lambda: len(notices.webhook.sentences) == 3, "message")
    assert notices.webhook.sentences[2] == "user01 in d-1: an app idle for 2 days"
    collectd.wait(lambda: len(notices.cases()) == 2, "both cases")


def test_a_collectd_without_thresholds_is_not_asked_for_them(notices, start):
    """5.12 crashes when it is: here, one that had them is started again without."""
    collectd = start()
    values = start.values(collectd)
    name = "sagemaker_user-d-1_user01/duration-max_idle"
    values.put({name: 2 * DAY_S})
    collectd.wait(lambda: notices.webhook.sentences, "message")
    collectd.stop()
    notices.pass_time(2 * DAY_S)
    collectd = start(shipped=())
    start.values(collectd).put({name: 3 * DAY_S})
    collectd.wait(lambda: len(notices.webhook.sentences) == 2, "reminder")
    notices.pass_time(2 * DAY_S)
    collectd.wait(lambda: len(notices.webhook.sentences) == 3, "reminder")
    collectd.stop()
