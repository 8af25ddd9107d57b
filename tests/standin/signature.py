"""Is a request signed as AWS wants it? botocore's own SigV4Auth computes what it should say.

The request is rebuilt as botocore's AWSRequest from what came over the wire, with the headers that
the client says it signed and no others, and signed at the client's X-Amz-Date.
"""

from __future__ import annotations

import calendar
import hashlib
import hmac
import re
import time
from dataclasses import dataclass

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.compat import HTTPHeaders
from botocore.credentials import Credentials

from .errors import AwsError, bad_signature, malformed, wrong_signature
from .wire import Request

ALLOWED_SKEW_S = 300

_AUTHORIZATION = re.compile(
    r"AWS4-HMAC-SHA256 Credential=([^/, ]+)/([^/, ]*)/([^/, ]*)/([^/, ]*)/aws4_request, ?"
    r"SignedHeaders=([^, ]+), ?Signature=([0-9a-f]{64})"
)


@dataclass(slots=True)
class Signature:
    """What the Authorization header claims."""

    access_key: str
    date: str
    region: str
    service: str
    signed: tuple[str, ...]
    value: str


def parse(request: Request) -> Signature:
    """parse reads the Authorization header; AwsError when there is none or it is not one."""
    header = request.header("authorization")
    if header is None:
        raise malformed("MissingAuthenticationTokenException", "Missing Authentication Token")
    found = _AUTHORIZATION.fullmatch(header)
    if found is None:
        raise malformed(
            "IncompleteSignatureException", f"Authorization header is not complete: '{header}'"
        )
    key, date, region, service, signed, value = found.groups()
    return Signature(key, date, region, service, tuple(signed.split(";")), value)


def check(request: Request, claimed: Signature, secret: str, token: str | None) -> None:
    """check raises AwsError (a violation) unless botocore comes to the same signature."""
    stamp = request.header("x-amz-date")
    if stamp is None or not re.fullmatch(r"\d{8}T\d{6}Z", stamp):
        raise bad_signature("X-Amz-Date is missing or not of the form YYYYMMDDTHHMMSSZ.")
    if claimed.date != stamp[:8]:
        raise bad_signature(
            "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from "
            f"HTTP: '{claimed.date}' != '{stamp[:8]}', from '{stamp}'."
        )
    _check_headers(request, claimed, token)
    rebuilt = _rebuild(request, claimed, stamp)
    signer = SigV4Auth(
        Credentials(claimed.access_key, secret, token), claimed.service, claimed.region
    )
    canonical = signer.canonical_request(rebuilt)
    to_sign = signer.string_to_sign(rebuilt, canonical)
    if not hmac.compare_digest(signer.signature(to_sign, rebuilt), claimed.value):
        raise wrong_signature(canonical, to_sign)


def check_time(request: Request, now: float) -> None:
    """check_time raises AWS's refusal of a clock that is more than five minutes off."""
    stamp = request.header("x-amz-date")
    signed_at = calendar.timegm(time.strptime(stamp, "%Y%m%dT%H%M%SZ"))
    code = "InvalidSignatureException"
    if signed_at < now - ALLOWED_SKEW_S:
        raise AwsError(
            code,
            f"Signature expired: {stamp} is now earlier than {_stamp(now - ALLOWED_SKEW_S)} "
            f"({_stamp(now)} - 5 min.)",
        )
    if signed_at > now + ALLOWED_SKEW_S:
        raise AwsError(
            code,
            f"Signature not yet current: {stamp} is still later than "
            f"{_stamp(now + ALLOWED_SKEW_S)} ({_stamp(now)} + 5 min.)",
        )


def _check_headers(request: Request, claimed: Signature, token: str | None) -> None:
    present = {name for name, _ in request.headers}
    must = {"host"} | {n for n in present if n.startswith("x-amz-") or n == "content-type"}
    unsigned = sorted(must - set(claimed.signed))
    if unsigned:
        raise bad_signature(f"'{unsigned[0]}' must be a 'SignedHeader' in the request.")
    if list(claimed.signed) != sorted(set(claimed.signed)):
        raise bad_signature("SignedHeaders must be sorted and without repetition.")
    missing = sorted(set(claimed.signed) - present)
    if missing:
        raise bad_signature(f"The signed header '{missing[0]}' is not in the request.")
    sent = request.header("x-amz-security-token")
    if sent != token:
        raise AwsError(
            "UnrecognizedClientException",
            "The security token included in the request is invalid.",
            violation="x-amz-security-token is not the identity's",
        )
    digest = request.header("x-amz-content-sha256")
    if digest is not None and digest != hashlib.sha256(request.body).hexdigest():
        raise bad_signature("x-amz-content-sha256 is not the body's.")


def _rebuild(request: Request, claimed: Signature, stamp: str) -> AWSRequest:
    headers = HTTPHeaders()
    for name, value in request.headers:
        if name in claimed.signed:
            headers[name] = value
    rebuilt = AWSRequest(
        method=request.method, url=request.url, data=request.body, headers=headers
    )
    rebuilt.context["timestamp"] = stamp
    return rebuilt


def _stamp(seconds: float) -> str:
    return time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(seconds))
