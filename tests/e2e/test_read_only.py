"""Nothing can leave the process but what the tables of operations name: told from the object files, by who calls whom."""

import re
import subprocess
from pathlib import Path

import pytest

from e2e.collectd import TOP

OBJECTS = TOP / "build" / "obj" / "plugin"

# Whatever can send a byte to somebody else, or have another program do it.
SENDS = r"socket|connect|send|sendto|sendmsg|sendmmsg|getaddrinfo|BIO_\w+|SSL_\w+"
SPAWNS = r"posix_spawnp?|fork|vfork|clone|exec[lv]p?e?|system|popen"

# Function: the only files that may call it.
CALLERS = {
    r"curl_\w+": {"util/http"},
    SENDS: set(),
    SPAWNS: {"util/child"},
    "http_send": {"aws/protocol/signed_request"},
    "signed_request_send": {"aws/call", "aws/protocol/request"},
    "aws_submit": {"studio/request"},
    "child_start": {"aws/credentials/credentials_process"},
    "aws_request_start": {"aws/credentials/credentials_container", "aws/credentials/credentials_sso", "aws/credentials/imds", "aws/credentials/sso_token", "aws/credentials/sts"},
    "sts_call": {"aws/credentials/credentials_role", "aws/credentials/credentials_web_identity", "aws/identity"},
}

# What each of these asks for, as it stands in its source: the AWS operation, or the method and where it goes.
ASKS = {
    "aws/credentials/credentials_role.c": (r"sts_call\([^;]*?\"(\w+)\"", {"AssumeRole"}),
    "aws/credentials/credentials_web_identity.c": (r"sts_call\([^;]*?\"(\w+)\"", {"AssumeRoleWithWebIdentity"}),
    "aws/identity.c": (r"sts_call\([^;]*?\"(\w+)\"", {"GetCallerIdentity"}),
    "aws/credentials/credentials_sso.c": (r"\.operation = \"(\w+)\"", {"GetRoleCredentials"}),
    "aws/credentials/sso_token.c": (r"\.operation = \"(\w+)\"", {"CreateToken"}),
    "aws/credentials/credentials_container.c": (r"\.method = \"(\w+)\"", {"GET"}),
    "aws/credentials/imds.c": (r"ask\(imds, \"(\w+)\"", {"GET", "PUT"}),
}


def objects() -> dict[str, Path]:
    found = {str(path.relative_to(OBJECTS).with_suffix("")): path for path in OBJECTS.rglob("*.o")}
    return {name: path for name, path in found.items() if (TOP / "plugin" / f"{name}.c").exists()}


def called(path: Path) -> set[str]:
    listed = subprocess.run(["nm", "--undefined-only", "-P", path], check=True, capture_output=True, text=True).stdout
    return {line.split()[0] for line in listed.splitlines()}


@pytest.mark.parametrize("function", CALLERS)
def test_who_calls(function):
    files = objects()
    assert len(files) == len(list((TOP / "plugin").rglob("*.c")))
    callers = {name for name, path in files.items() if any(re.fullmatch(function, f) for f in called(path))}
    assert callers == CALLERS[function]


@pytest.mark.parametrize("source", ASKS)
def test_what_is_asked_for(source):
    pattern, expected = ASKS[source]
    assert set(re.findall(pattern, (TOP / "plugin" / source).read_text())) == expected


def test_the_operations_of_services_stand_in_one_table():
    """An aws_operation_t is made nowhere else, and its name goes into the request as it stands there."""
    makers = []
    for path in (TOP / "plugin").rglob("*.c"):
        text = path.read_text()
        if re.search(r"aws_operation_t \w+(\[\w*\])? = ", text) or re.search(r"\(aws_operation_t\)\s*\{", text):
            makers.append(path.name)
    assert makers == ["operations.c"]
    table = (TOP / "plugin" / "studio" / "operations.c").read_text()
    names = re.findall(r"\[OPERATION_\w+\] = \{&\w+, \"(\w+)\"", table)
    assert sorted(names) == ["DescribeDomain", "DescribeLogStreams", "FilterLogEvents", "GetMetricData", "ListApps", "ListDomains", "ListSpaces"]
    call = (TOP / "plugin" / "aws" / "call.c").read_text()
    assert 'service->target_prefix, call->ask.operation->name' in call
    assert call.count("x-amz-target") == 1
