"""STS: who am I, and the two ways to become a role."""

from __future__ import annotations

import re
import secrets
import string

from .calls import Call, Operation
from .errors import AwsError, access_denied
from .world import Account, Identity, Role

DEFAULT_DURATION_S = 3600
_ROLE_ARN = re.compile(r"arn:aws[a-z-]*:iam::(\d{12}):role/(?:[\w+=,.@/-]*/)?([\w+=,.@-]+)")
_ALPHABET = string.ascii_uppercase + string.digits


def get_caller_identity(call: Call) -> dict:
    identity = call.identity
    return {"UserId": identity.user_id, "Account": identity.account, "Arn": identity.arn}


def assume_role(call: Call) -> dict:
    """assume_role gives keys of the role to whom it trusts, if the external id is right."""
    role = _find_role(call)
    trusted = role is not None and (role.trusted is None or call.identity.account in role.trusted)
    if not trusted or role.external_id not in (None, call.input.get("ExternalId")):
        raise access_denied(call.identity.arn, "sts:AssumeRole", call.input["RoleArn"])
    return _assumed(call, role)


def assume_role_with_web_identity(call: Call) -> dict:
    role = _find_role(call)
    if role is None or role.web_token is None:
        raise AwsError(
            "AccessDenied", "Not authorized to perform sts:AssumeRoleWithWebIdentity", 403
        )
    if call.input["WebIdentityToken"] != role.web_token:
        raise AwsError(
            "InvalidIdentityToken", "The web identity token that was passed is not valid."
        )
    answer = _assumed(call, role)
    answer["SubjectFromWebIdentityToken"] = "system:serviceaccount:monitoring:collectd"
    answer["Audience"] = "sts.amazonaws.com"
    return answer


def _find_role(call: Call) -> Role | None:
    found = _ROLE_ARN.fullmatch(call.input["RoleArn"])
    if found is None:
        raise AwsError(
            "ValidationError",
            f"{call.input['RoleArn']} is invalid",
            violation=f"RoleArn {call.input['RoleArn']!r} is none",
        )
    account: Account | None = call.world.accounts.get(found[1])
    return None if account is None else account.roles.get(found[2])


def _assumed(call: Call, role: Role) -> dict:
    """_assumed makes a new identity of the role's account, and is what STS says of it."""
    duration = call.input.get("DurationSeconds", DEFAULT_DURATION_S)
    if duration > role.max_duration:
        raise AwsError(
            "ValidationError",
            "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
        )
    session = call.input["RoleSessionName"]
    arn = f"arn:aws:sts::{role.account}:assumed-role/{role.name}/{session}"
    expires = int(call.world.now()) + duration
    identity = Identity(
        role.account,
        "ASIA" + "".join(secrets.choice(_ALPHABET) for _ in range(16)),
        # To be told from everything else in a log.
        f"TopSecret{secrets.token_urlsafe(23)}",
        # Base64's own signs in it: a client that does not encode them is found out.
        "IQoJb3JpZ2luX2VjE+/" + secrets.token_hex(200) + "/+==",
        arn,
        f"AROA{role.name.upper()}:{session}",
        expires,
        role.allowed,
    )
    call.world.keys[identity.access_key] = identity
    return {
        "Credentials": {
            "AccessKeyId": identity.access_key,
            "SecretAccessKey": identity.secret_key,
            "SessionToken": identity.token,
            "Expiration": expires,
        },
        "AssumedRoleUser": {"AssumedRoleId": identity.user_id, "Arn": arn},
        "PackedPolicySize": 6,
    }


OPERATIONS = [
    Operation("sts", "GetCallerIdentity", get_caller_identity, None, None, "*", open=True),
    Operation("sts", "AssumeRole", assume_role, None, None, "{RoleArn}"),
    Operation(
        "sts",
        "AssumeRoleWithWebIdentity",
        assume_role_with_web_identity,
        None,
        None,
        "{RoleArn}",
        signed=False,
    ),
]
