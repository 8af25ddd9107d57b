"""Pages: how long they are, and the tokens that lead from one to the next.

A token is opaque: it holds the position in the order where the next page goes on, the page's
number, and a seal over these and the request's other parameters. A page starts behind its
position in the order as it is *then*: what moved in between is missed or seen twice, as on AWS.

Ragged pages are what AWS's documentation allows and code forgets: shorter than asked for, empty
with a token, an empty last one. They follow from the seed and the position alone.
"""

from __future__ import annotations

import base64
import hashlib
import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

_SEAL_KEY = b"standin"
_SEAL_BYTES = 9
# So many empty pages in a row at most: a client that gives up earlier is wrong.
_EMPTY_IN_A_ROW = 2


@dataclass(slots=True)
class Pages:
    """How a stand-in cuts its pages: "ragged" or "exact", and how many things are the most (None: as asked)."""

    style: str = "ragged"
    seed: int = 1
    most: int | None = None

    def dice(self, about: str) -> int:
        return zlib.crc32(about.encode(), self.seed) if self.style == "ragged" else -1


@dataclass(slots=True)
class Cursor:
    """Cursor is where a request stands in its listing; it makes the next page's token."""

    pages: Pages
    about: str
    position: tuple | None = None
    page: int = 0
    empties: int = 0
    received: str | None = None
    issued: list = field(default_factory=list)

    def token(self, position: tuple | None, empty: bool = False) -> str:
        """token leads to the page behind position."""
        empties = self.empties + 1 if empty else 0
        plain = json.dumps([position, self.page + 1, empties], separators=(",", ":")).encode()
        return base64.b64encode(_seal(self.about, plain) + plain).decode()

    def open(self, token: str) -> None:
        """open reads a token; ValueError when it is forged or belongs to another request."""
        raw = base64.b64decode(token, validate=True)
        plain = raw[_SEAL_BYTES:]
        if _seal(self.about, plain) != raw[:_SEAL_BYTES]:
            raise ValueError("the token belongs to a request with other parameters")
        position, self.page, self.empties = json.loads(plain)
        self.position = None if position is None else tuple(position)
        self.received = token

    def size(self, limit: int) -> int:
        """size is how many things this page may hold: limit, or fewer when ragged."""
        limit = limit if self.pages.most is None else min(limit, self.pages.most)
        dice = self._dice()
        if dice < 0:
            return limit
        if dice % 100 < 12 and self.empties < _EMPTY_IN_A_ROW:
            return 0
        if dice % 100 < 40:
            return 1 + dice // 100 % limit
        return limit

    def cut(self, keys: Iterator[tuple], limit: int) -> tuple[list, str | None]:
        """cut gives this page's things from keys that go on behind the position, and a token."""
        size = self.size(limit)
        page = list(islice(keys, size))
        position = page[-1][:-1] if page else self.position
        things = [key[-1] for key in page]
        more = next(keys, None) is not None
        if not more and (not page or not self._false_end()):
            return things, None
        return things, self.token(position, empty=not page)

    def _false_end(self) -> bool:
        """_false_end: the last page may still have a token, to an empty one behind it."""
        return self._dice() // 7 % 3 == 0 if self.pages.style == "ragged" else False

    def _dice(self) -> int:
        return self.pages.dice(f"{self.about}{self.position}{self.page}")


def _seal(about: str, plain: bytes) -> bytes:
    sealed = about.encode() + plain
    return hashlib.blake2b(sealed, digest_size=_SEAL_BYTES, key=_SEAL_KEY).digest()


def about_request(account: str, region: str, operation: str, input: dict, token: str) -> str:
    """about_request names a listing: everything of the request but its token."""
    rest = {name: value for name, value in input.items() if name != token}
    return json.dumps([account, region, operation, rest], sort_keys=True)
