"""Where messages go: a webhook in Slack's format, an SNS topic, mail. Each delivery ends within the timeout."""

from __future__ import annotations

import contextlib
import http.client
import json
import signal
import smtplib
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from email.message import EmailMessage

from idle_notice.notification import one_line
from idle_notice.settings import Settings

# SNS takes subjects of 100 ASCII characters.
_SUBJECT_LENGTH = 100
_REASON_LENGTH = 200


class DeliveryError(Exception):
    """DeliveryError says in one line why a message has not been taken."""


def deliver(settings: Settings, sentences: list[str]) -> None:
    """deliver sends one message with these sentences; DeliveryError when that is not known to have succeeded."""
    text = "\n".join(sentences)
    more = f" (and {len(sentences) - 1} more)" if len(sentences) > 1 else ""
    subject = _ascii(sentences[0])[: _SUBJECT_LENGTH - len(more)] + more
    send, channel = _webhook, "webhook"
    if settings.topic:
        send, channel = _topic, f"topic {settings.topic}"
    elif settings.mail_to:
        send, channel = _mail, f"mail server {settings.mail_host}:{settings.mail_port}"
    try:
        with _deadline(settings.timeout):
            send(settings, subject, text)
    except urllib.error.HTTPError as error:
        with error, contextlib.suppress(OSError, http.client.HTTPException):
            answer = error.read(_REASON_LENGTH).decode("utf-8", "replace")
            raise DeliveryError(_reason(channel, f"HTTP status {error.code} {answer}")) from None
        raise DeliveryError(_reason(channel, f"HTTP status {error.code}")) from None
    except (
        OSError,
        ValueError,  # a URL or an address that cannot be used
        http.client.HTTPException,
        smtplib.SMTPException,
        subprocess.SubprocessError,
    ) as error:
        raise DeliveryError(_reason(channel, str(getattr(error, "reason", error)))) from None


def escaped_for_slack(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A redirected POST would become a GET, and its success would say nothing."""

    def redirect_request(self, *_: object) -> None:
        return None


def _webhook(settings: Settings, subject: str, text: str) -> None:
    body = json.dumps({"text": escaped_for_slack(text)}).encode()
    request = urllib.request.Request(settings.webhook, body, {"Content-Type": "application/json"})
    with urllib.request.build_opener(_NoRedirect).open(request, timeout=settings.timeout) as answer:
        answer.read(_REASON_LENGTH)


def _topic(settings: Settings, subject: str, text: str) -> None:
    # As JSON: `aws` would take a --message that begins with file:// for the name of a file.
    message = json.dumps({"TopicArn": settings.topic, "Subject": subject, "Message": text})
    command = ["aws", "sns", "publish", "--region", settings.region, "--cli-input-json", message]
    done = subprocess.run(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, timeout=settings.timeout
    )
    if done.returncode:
        reason = done.stderr.decode("utf-8", "replace").strip()
        raise subprocess.SubprocessError(f"aws ended with status {done.returncode}: {reason}")


def _mail(settings: Settings, subject: str, text: str) -> None:
    message = EmailMessage()
    message["From"] = settings.mail_from
    message["To"] = ", ".join(settings.mail_to)
    message["Subject"] = subject
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text + "\n")
    with smtplib.SMTP(settings.mail_host, settings.mail_port, timeout=settings.timeout) as server:
        server.send_message(message)


@contextlib.contextmanager
def _deadline(seconds: float) -> Iterator[None]:
    """_deadline ends what takes longer in all: the libraries' timeouts hold for each read and write anew."""

    def expired(*_: object) -> None:
        raise TimeoutError(f"no answer within {seconds:g} s")

    before = signal.signal(signal.SIGALRM, expired)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _ascii(text: str) -> str:
    return text.encode("ascii", "replace").decode()


def _reason(channel: str, text: str) -> str:
    return one_line(" ".join(f"{channel}: {text}".split()))[: _REASON_LENGTH * 2]
