"""Each channel gets the text as it must be written for it: Slack's format, mail, the aws command line."""

from __future__ import annotations

import email.policy
import json
import socket
from email.message import EmailMessage

import pytest
from aiosmtpd.controller import Controller

from notify.conftest import PACKAGED, notification

EVIL = "<!channel>&`id`;$(id)"
TOPIC = "arn:aws:sns:eu-west-1:123456789012:studio-idle"

# A stand-in for the aws command line, which notes how it was called.
AWS = """\
#!/usr/bin/python3
import json, sys
json.dump(sys.argv[1:], open({calls!r}, "a"))
print("Unable to locate credentials", file=sys.stderr)
sys.exit({status})
"""


class Mailbox:
    """Mailbox is an SMTP server on a free port that keeps the mails it is given."""

    def __init__(self) -> None:
        self.mails: list[tuple[str, list[str], EmailMessage]] = []
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)

    async def handle_DATA(self, server, session, envelope) -> str:
        mail = email.message_from_bytes(envelope.content, policy=email.policy.default)
        self.mails.append((envelope.mail_from, envelope.rcpt_tos, mail))
        return "250 kept"

    def __enter__(self) -> Mailbox:
        self._controller.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._controller.stop()


@pytest.fixture
def mailbox():
    with Mailbox() as mailbox:
        yield mailbox


def test_a_webhook_gets_slacks_format_with_its_three_characters_escaped(notices):
    notices.record(notification(instance=f"d-1_{EVIL}"))
    notices.tell()
    assert notices.webhook.texts == [
        "&lt;!channel&gt;&amp;`id`;$(id) in d-1: an app idle for 1 day 1 h 20 min"
    ]


def test_mail_by_a_real_smtp_server(notices, mailbox):
    notices.set(
        mail_to="admins@example.org, studio@example.org",
        mail_from="collectd@example.org",
        mail_server=f"127.0.0.1:{mailbox.port}",
    )
    notices.record(notification(instance="d-1_jos\u00e9"))
    notices.record(notification(instance=f"d-1_{EVIL}\rBcc: all@example.org"))
    notices.tell()
    ((sender, recipients, mail),) = mailbox.mails
    assert (sender, recipients) == ("collectd@example.org", ["admins@example.org", "studio@example.org"])
    assert mail["To"] == "admins@example.org, studio@example.org" and mail["Bcc"] is None
    who = (f"{EVIL}?Bcc: all@example.org", "jos\u00e9")
    assert sorted(mail.get_content().splitlines()) == [f"{x} in d-1: an app idle for 1 day 1 h 20 min" for x in who]
    assert mail["Subject"].endswith("an app idle for 1 day 1 h 20 min (and 1 more)")
    assert notices.tell() == "" and len(mailbox.mails) == 1


def test_a_mail_server_that_is_away(notices):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        server = f"127.0.0.1:{closed.getsockname()[1]}"
        notices.set(mail_to="admins@example.org", mail_from="collectd@example.org", mail_server=server)
        notices.record(notification())
        assert f"mail server {server}: [Errno 111] Connection refused; it is tried again" in notices.tell()


def aws(notices, status: int) -> str:
    """aws is a PATH with a stand-in of the command line that ends so."""
    folder = notices.folder / "bin"
    folder.mkdir()
    calls = notices.state / "aws-calls"
    (folder / "aws").write_text(AWS.format(calls=str(calls), status=status))
    (folder / "aws").chmod(0o755)
    return f"{folder}:/usr/bin:/bin"


def test_a_topic_by_the_aws_command_line(notices):
    notices.set(topic=TOPIC)
    notices.record(notification(instance=f"d-1_{EVIL}"))
    notices.tell(path=aws(notices, 0))
    *command, option, message = json.loads((notices.state / "aws-calls").read_text())
    assert command == ["sns", "publish", "--region", "eu-west-1"]
    sentence = f"{EVIL} in d-1: an app idle for 1 day 1 h 20 min"
    assert option == "--cli-input-json"
    assert json.loads(message) == {"TopicArn": TOPIC, "Subject": sentence, "Message": sentence}
    (case,) = notices.cases().values()
    assert case["told"] is not None


def test_a_command_line_that_fails_is_tried_again(notices):
    notices.set(topic=TOPIC)
    notices.record(notification())
    complaint = notices.tell(path=aws(notices, 255))
    assert f"topic {TOPIC}: aws ended with status 255: Unable to locate credentials; it is tried again" in complaint
    (case,) = notices.cases().values()
    assert case["told"] is None


def test_the_command_lines_failure_is_seen_under_collectd(notices, start):
    """Whatever a daemon does with SIGCHLD: a child's failure must not look like a success."""
    notices.set(topic=TOPIC)
    path = aws(notices, 255)
    collectd = start(environment={"PATH": path})
    start.values(collectd).put({"sagemaker_user-d-1_user01/duration-max_idle": 100000})
    collectd.wait(lambda: [x for x in collectd.lines if "Unable to locate credentials" in x.text], "complaint")
    (case,) = notices.cases().values()
    assert case["told"] is None


def test_a_test_message_needs_no_case(notices):
    assert notices.tell("--test") == ""
    assert notices.webhook.texts == ["This is a test: messages about idle SageMaker Studio apps will arrive here."]
    notices.webhook.status = 404
    assert notices.tell("--test") == "tell: webhook: HTTP status 404 channel_is_archived\n"


def test_collectds_own_notify_email_with_the_sample(mailbox, notices, start):
    sample = (PACKAGED / "sagemaker.email.conf").read_text()
    assert 'SMTPServer "localhost"' in sample and "SMTPPort 25\n" in sample
    sample = sample.replace('"localhost"', '"127.0.0.1"').replace("SMTPPort 25\n", f"SMTPPort {mailbox.port}\n")
    collectd = start(sample + notices.unixsock)
    values = start.values(collectd)
    values.put({"sagemaker_user-d-1_user01/duration-max_idle": 100000})
    collectd.wait(lambda: mailbox.mails, "mail")
    values.put({"sagemaker_user-d-1_user01/duration-max_idle": 60})
    collectd.wait(lambda: len(mailbox.mails) == 2, "second mail")
    (sender, recipients, warning), (*_, okay) = mailbox.mails
    assert (sender, recipients) == ("collectd@example.org", ["admins@example.org"])
    assert warning["Subject"] == "collectd: WARNING on monitor.example"
    assert "d-1_user01" in warning.get_content()
    assert "above the warning threshold of 86400" in warning.get_content()
    assert okay["Subject"] == "collectd: OKAY on monitor.example"
