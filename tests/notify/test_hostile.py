"""Whatever is read: no traceback, one line about it, and what is well is told.

The inputs are made of good ones by a small mutator, the same in each run. FUZZ_SECONDS runs it for longer, with others.
"""

from __future__ import annotations

import json
import math
import os
import random
import socket
import sys
import threading
import time

import pytest

from notify.conftest import PACKAGED, notification

sys.path.insert(0, str(PACKAGED))

from idle_notice import cases, channels, lookup, sentences, settings  # noqa: E402
from idle_notice import notification as notifications  # noqa: E402

LIMIT_S = 86400.0
GOOD = [
    notification(),
    notification("OKAY", value=60),
    notification("FAILURE", "sagemaker", series="JupyterLab_churn"),
    notification("FAILURE", "sagemaker_scan", "prod_us-east-1", "since_complete", None),
    notification("WARNING", "sagemaker_space", series="old"),
    notification("WARNING", "sagemaker_instance", series="ml.g5.xlarge_churn"),
]
PIECES = [
    "", "\n", "\n\n", "\r", "\0", "\x1b[2J", "\u2028", "\ufeff", "\ud800", "\U0001f600", "nan", "-nan", "inf", "-inf",
    "1e400", "-1e400", "1e308", "-1", "0", "1_0", "9" * 400, ": ", "/", "-", "_", "~", "%s", "<!channel>", "'\"",
    "Severity: WARNING\n", "Time: ", "Host: ", "CurrentValue: 1e400\n", "WarningMax: inf\n", "x" * 300, "null", "[" * 3000, "{}",
]  # fmt: skip


def mutate(chance: random.Random, text: str) -> str:
    for _ in range(chance.randint(1, 4)):
        start = chance.randint(0, len(text))
        end = min(len(text), start + chance.choice((0, 0, 1, 2, 8, 40)))
        text = text[:start] + chance.choice((*PIECES, text[start:end] * 2, chr(chance.randint(0, 255)))) + text[end:]
    return text


def mutations(seeds: list[str], count: int):
    """mutations are the seeds, each piece in the place of each line's value, and then so many by chance."""
    yield from seeds
    for seed in seeds:
        lines = seed.split("\n")
        for at, line in enumerate(lines):
            for piece in PIECES:
                yield "\n".join([*lines[:at], line.partition(": ")[0] + ": " + piece, *lines[at + 1 :]])
    chance = random.Random(20260101)
    for _ in range(count):
        yield mutate(chance, chance.choice(seeds))
    until = time.monotonic() + float(os.environ.get("FUZZ_SECONDS", "0"))
    chance = random.Random()
    while time.monotonic() < until:
        yield mutate(chance, chance.choice(seeds))


def as_read(text: str) -> str:
    return text.encode("utf-8", "surrogatepass").decode("utf-8", "replace")


class Known:
    """Known is collectd's values in place of a Lookup: any number under each name that is asked for."""

    def __init__(self, chance: random.Random):
        self._chance = chance

    def value(self, name: str) -> float | None:
        return notifications.number(self._chance.choice(("90000", "0.5", "inf", "-inf", "nan", "1e400", "-3", "1e15", "x")))

    def below(self, folder: str, start: str) -> list[str]:
        return ["JupyterLab_churn", "ml.t3.medium", "KernelGateway_a-ml-t3-medium", "ml.g5.xlarge_churn", "", "_"]


def assert_is_line(text: str) -> None:
    assert text and not set(text) & set(map(chr, [*range(32), *range(127, 160), 0x2028, 0x2029])), ascii(text)
    assert len(text) < 20_000


def test_every_notification_is_refused_or_told_in_one_line(tmp_path):
    chance = random.Random(1)
    for text in map(as_read, mutations(GOOD, 3000)):
        try:
            taken = notifications.parse(text)
        except ValueError as error:
            assert_is_line(str(error))
            continue
        assert math.isfinite(taken.time)
        for known in (None, Known(chance)):
            kept = cases.Cases(str(tmp_path / "cases.json"))
            kept.apply(taken)
            for case in list(kept.open.values()):
                assert_is_line(notifications.one_line(sentences.opening(case, known)))
                kept.told(case, 1711712345.0)
                kept.apply(notifications.Notification("OKAY", taken.time, taken.name, taken.value, taken.limit))
                assert_is_line(notifications.one_line(sentences.closing(case)))


def test_what_has_been_kept_of_any_notification_is_read_again(tmp_path):
    path = tmp_path / "cases.json"
    kept = cases.Cases(str(path))
    for text in map(as_read, mutations(GOOD, 500)):
        try:
            kept.apply(notifications.parse(text))
        except ValueError:
            continue
    kept.save()
    again = cases.Cases(str(path))
    assert again.load() is None
    assert again.open.keys() == kept.open.keys()


def saved_cases() -> str:
    case = cases.Case("h/sagemaker_user-d_u/duration-max_idle", "WARNING", 90000.0, LIMIT_S, told=1711712345.0)
    file = {"version": 1, "swept": 0.0, "ruled": 1711712345.0, "said": "x", "cases": [vars(case)]}
    return json.dumps(file, indent=0)


def test_every_file_of_cases_is_taken_or_set_aside(tmp_path):
    path = tmp_path / "cases.json"
    for text in mutations([saved_cases()], 3000):
        path.write_text(text, encoding="utf-8", errors="surrogatepass")
        kept = cases.Cases(str(path))
        complaint = kept.load()
        if complaint is not None:
            assert_is_line(complaint)
            assert kept.open == {} and not path.exists()
            continue
        for case in list(kept.open.values()):
            case.due(1711712345.0, LIMIT_S)
            for known in (None, Known(random.Random(2))):
                assert_is_line(notifications.one_line(sentences.opening(case, known)))
            assert_is_line(notifications.one_line(sentences.closing(case)))
        kept.save()


SETTINGS = [
    "state = /var/lib/x\nwebhook = https://example.test/x\nremind = 86400\ntimeout = 10\n",
    "state = /var/lib/x\nmail_to = a@example.test, b@example.test\nmail_from = c@example.test\nmail_server = h:25\n",
    "state = /var/lib/x\ntopic = arn:aws:sns:us-east-1:123456789012:studio-idle\n",
]


def test_every_settings_file_is_taken_or_refused_in_one_line(tmp_path):
    path = tmp_path / "settings"
    for text in mutations(SETTINGS, 3000):
        path.write_text(text, encoding="utf-8", errors="surrogatepass")
        try:
            taken = settings.read(str(path))
        except settings.SettingsError as error:
            assert_is_line(notifications.one_line(str(error)))
            continue
        assert 0 < taken.timeout < 1e9 and 0 < taken.remind < 1e9


class Listener:
    """Listener answers each connection with the same bytes, on a Unix socket or on a port."""

    def __init__(self, family: int, address: object):
        self.answer = b""
        self.socket = socket.socket(family)
        self.socket.bind(address)
        self.socket.listen()
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            with connection:
                try:
                    connection.recv(65536)
                    connection.sendall(self.answer)
                except OSError:
                    pass


def test_every_answer_of_collectds_socket_is_an_answer_or_one_reason(tmp_path):
    listener = Listener(socket.AF_UNIX, str(tmp_path / "socket"))
    name = "h/sagemaker_user-d_u/duration-max_idle"
    good = f"1 Value found\n1711712345.0 {name}\n1 Value found\nvalue=9.0e+04\n1 Threshold found\nWarning Max: 86400\n"
    for text in mutations([good, "-1 No such value\n", "\u00b2 Values\n", "--5 x\n", f"{'9' * 5000} Values\n"], 300):
        listener.answer = text.encode("utf-8", "surrogatepass")
        try:
            known = lookup.Lookup(str(tmp_path / "socket"), 5)
            for one in known.names:
                known.value(one)
                known.limits(one)
            known.close()
        except lookup.Unreachable as error:
            assert_is_line(notifications.one_line(str(error)))
    listener.socket.close()


def webhook(url: str) -> settings.Settings:
    return settings.Settings(state="/x", socket="/x", remind=1.0, timeout=5.0, webhook=url)


def test_every_answer_of_a_webhook_is_a_delivery_or_one_reason():
    listener = Listener(socket.AF_INET, ("127.0.0.1", 0))
    url = f"http://127.0.0.1:{listener.socket.getsockname()[1]}/x"
    head = "HTTP/1.1 200 OK\r\n"
    seeds = [
        f"{head}Content-Length: 2\r\n\r\nok",
        f"{head}Transfer-Encoding: chunked\r\n\r\n-2\r\nok\r\n0\r\n\r\n",
        f"{head}Content-Length: 9\r\n\r\nok",
        "SSH-2.0-x\r\n",
        "HTTP/1.1 302 x\r\nLocation: file:///etc/passwd\r\n\r\n",
        f"{head}X: {'y' * 70000}\r\n\r\n",
    ]
    for text in mutations(seeds, 200):
        listener.answer = text.encode("utf-8", "surrogatepass")
        try:
            channels.deliver(webhook(url), ["a sentence"])
        except channels.DeliveryError as error:
            assert_is_line(str(error))
    listener.socket.close()


@pytest.mark.parametrize("url", ["http://[x/", "http://127.0.0.1:port/", "http://127.0.0.1:1/\u5206", "https://\0/"])
def test_a_webhook_that_cannot_be_one_is_one_reason(url):
    with pytest.raises(channels.DeliveryError) as raised:
        channels.deliver(webhook(url), ["a sentence"])
    assert_is_line(str(raised.value))


ODD = {
    "inf": notification(instance="d-1_odd", value=math.inf),
    "1e400": notification(instance="d-1_odd").replace("9.120000e+04", "1e400"),
    "a limit of inf": notification(instance="d-1_odd", limit=math.inf),
    "CR": notification(instance="d-1_odd").replace("\n", "\r\n"),
    "CR in a name": notification(instance="d-1_o\rd\rd"),
    "a time of inf": notification(instance="d-1_odd").replace("1711712345.000", "inf"),
    "a time of 400 digits": notification(instance="d-1_odd").replace("1711712345.000", "9" * 400),
    "no severity": notification(instance="d-1_odd").partition("\n")[2],
    "empty": "",
    "a megabyte": notification(instance="d-1_odd") + "x\n" * 500_000,
}


@pytest.mark.parametrize("name", ODD)
def test_an_odd_notification_is_one_line_and_no_more_and_the_others_are_sent(notices, name):
    notices.record(notification(instance="d-1_first"))
    first = notices.tell()
    notices.webhook.texts.clear()
    notices.record(ODD[name])
    notices.record(notification(instance="d-1_good"))
    said = notices.tell()
    assert "Traceback" not in first + said and said.count("\n") <= 1
    told = notices.webhook.sentences
    assert sum("good in d-1" in sentence for sentence in told) == 1
    assert len(told) + said.count("no notification") <= 2
    notices.webhook.texts.clear()
    assert "Traceback" not in notices.tell()
    assert notices.webhook.texts == []


def test_a_thousand_odd_notifications_are_one_line(notices):
    for number in range(1000):
        path = notices.state / "new" / str(number)
        path.parent.mkdir(exist_ok=True)
        path.write_text("Plugin: sagemaker\n")
    (notices.state / "new").chmod(0o777)
    said = notices.tell()
    assert "and 999 more" in said
    assert said.count("\n") == 1 and len(said) < 1000
