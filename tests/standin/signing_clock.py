"""A clock for botocore's signer, whichever way this botocore asks for the time."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from contextlib import AbstractContextManager
from types import SimpleNamespace
from unittest import mock

import botocore.auth


def signing_at(now: Callable[[], float]) -> AbstractContextManager:
    """signing_at lets botocore sign with that time: datetime.utcnow in 1.29 to 1.37, get_current_datetime since."""

    def current(*_arguments: object) -> datetime.datetime:
        return datetime.datetime.fromtimestamp(now(), datetime.timezone.utc).replace(tzinfo=None)

    if hasattr(botocore.auth, "get_current_datetime"):
        return mock.patch.object(botocore.auth, "get_current_datetime", current)

    class Then(datetime.datetime):
        utcnow = staticmethod(current)

    return mock.patch.object(botocore.auth, "datetime", SimpleNamespace(datetime=Then))
