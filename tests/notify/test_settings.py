"""A wrong setting gets one line that names it, its value and what is allowed."""

import ast

import pytest

from e2e.collectd import TOP
from notify.conftest import PACKAGED

PROGRAMS = [PACKAGED / "tell", *sorted((PACKAGED / "idle_notice").glob("*.py"))]


@pytest.mark.parametrize(
    ("setting", "complaint"),
    [
        ({"state": "here"}, "setting 'state': 'here' is not an absolute path"),
        ({"webhook": ""}, "one of webhook, topic, mail_to must be set; none is"),
        ({"webhook": "http://127.0.0.1/", "topic": "x"}, "must be set; webhook and topic is"),
        ({"webhook": "hooks.slack.com/TopSecret"}, "setting 'webhook' is not a URL"),
        ({"topic": "arn:aws:sns:here"}, "setting 'topic': 'arn:aws:sns:here' is not the ARN of an SNS topic"),
        ({"mail_to": "admins"}, "setting 'mail_to': 'admins' is not one or several mail addresses"),
        ({"mail_to": "a@example.org", "mail_from": "b"}, "setting 'mail_from': 'b' is not a mail address"),
        (
            {"mail_to": "a@example.org", "mail_from": "b@example.org", "mail_server": "h:99999"},
            "setting 'mail_server': 'h:99999' is not HOST or HOST:PORT",
        ),
        ({"webhook": "http://127.0.0.1/", "timeout": "0"}, "setting 'timeout': '0' is not a positive number"),
        ({"webhook": "http://127.0.0.1/", "remind": "1 day"}, "setting 'remind': '1 day' is not a positive number"),
    ],
)
def test_a_wrong_setting(notices, setting, complaint):
    notices.set(**setting)
    said = notices.tell()
    assert complaint in said and str(notices.settings) in said and "TopSecret" not in said
    assert len(said.splitlines()) == 1


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("webhok = http://127.0.0.1/", "setting 'webhok' is not known; known are state, socket, webhook"),
        ("webhook http://127.0.0.1/", "is not NAME = VALUE"),
        ("state = /elsewhere", "setting 'state' stands there twice"),
    ],
)
def test_a_wrong_line(notices, line, complaint):
    with open(notices.settings, "a") as file:
        file.write(line + "\n")
    said = notices.tell()
    number = len(notices.settings.read_text().splitlines())
    assert complaint in said and f":{number}: " in said and len(said.splitlines()) == 1


def test_settings_that_are_not_there(notices):
    notices.settings.unlink()
    assert "cannot be read" in notices.tell()


def test_a_state_folder_that_cannot_be_made(notices):
    notices.set(webhook=notices.webhook.url, state="/proc/here")
    assert "as root: install -d -m 700 -o " in notices.tell()


def test_the_sample_says_what_the_defaults_are():
    from_the_sample = {}
    for line in (PACKAGED / "sagemaker-notify.conf").read_text().splitlines():
        name, equals, value = line.lstrip("#").partition(" = ")
        from_the_sample[name] = value
    source = (PACKAGED / "idle_notice" / "settings.py").read_text()
    for name in ("socket", "mail_server", "remind", "timeout"):
        assert f'"{name}": "{from_the_sample[name]}"' in source, name


@pytest.mark.parametrize("path", PROGRAMS, ids=lambda path: str(path.relative_to(TOP)))
def test_python_3_9_understands_it(path):
    """RHEL 9's: no newer syntax, and nothing but the standard library is imported."""
    tree = ast.parse(path.read_text(), feature_version=(3, 9))
    assert not [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module == "typing"]
