"""What AWS says when it refuses, in its own words.

AwsError travels from where a request is refused to where the answer is written. `violation` is
set where the request itself is wrong in a way that botocore would never send: the stand-in notes
it, and the tests of a client assert that none was noted.
"""

from __future__ import annotations


class AwsError(Exception):
    """An answer that is an error: code and message as AWS has them, HTTP status."""

    def __init__(self, code: str, message: str, status: int = 400, violation: str | None = None):
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.status = status
        self.violation = violation


class StandInError(Exception):
    """A mistake of the stand-in itself: an answer that does not fit AWS's model."""


# STS speaks the query protocol and has names of its own for what the JSON services refuse.
_QUERY_CODES = {
    "UnrecognizedClientException": ("InvalidClientTokenId", 403),
    "InvalidSignatureException": ("SignatureDoesNotMatch", 403),
    "IncompleteSignatureException": ("IncompleteSignature", 400),
    "MissingAuthenticationTokenException": ("MissingAuthenticationToken", 403),
    "ExpiredTokenException": ("ExpiredToken", 403),
    "AccessDeniedException": ("AccessDenied", 403),
    "ThrottlingException": ("Throttling", 400),
    "ValidationException": ("ValidationError", 400),
    "UnknownOperationException": ("InvalidAction", 400),
}


def for_query(error: AwsError) -> AwsError:
    """for_query gives the same refusal as STS names it."""
    code, status = _QUERY_CODES.get(error.code, (error.code, error.status))
    return AwsError(code, error.message, status, error.violation)


def unknown_key() -> AwsError:
    return AwsError(
        "UnrecognizedClientException", "The security token included in the request is invalid."
    )


def expired_token() -> AwsError:
    return AwsError(
        "ExpiredTokenException", "The security token included in the request is expired"
    )


def throttled() -> AwsError:
    return AwsError("ThrottlingException", "Rate exceeded")


def access_denied(arn: str, action: str, resource: str) -> AwsError:
    return AwsError(
        "AccessDeniedException",
        f"User: {arn} is not authorized to perform: {action} on resource: {resource} "
        f"because no identity-based policy allows the {action} action",
    )


def wrong_signature(canonical_request: str, string_to_sign: str) -> AwsError:
    """wrong_signature is AWS's text, with what the signer should have signed at its end."""
    return AwsError(
        "InvalidSignatureException",
        "The request signature we calculated does not match the signature you provided. Check "
        "your AWS Secret Access Key and signing method. Consult the service documentation for "
        f"details.\n\nThe Canonical String for this request should have been\n"
        f"'{canonical_request}'\n\nThe String-to-Sign should have been\n'{string_to_sign}'\n",
        violation="signature is not botocore's",
    )


def bad_signature(message: str) -> AwsError:
    """bad_signature is a signature whose form, scope or time AWS refuses before computing it."""
    return AwsError("InvalidSignatureException", message, violation=message)


def invalid(service: str, message: str) -> AwsError:
    """invalid is an input that the service's model or rules refuse."""
    code = "InvalidParameterException" if service == "logs" else "ValidationException"
    return AwsError(code, message, violation=message)


def malformed(code: str, message: str, status: int = 400) -> AwsError:
    return AwsError(code, message, status, violation=message)
