"""JSON as AWS writes it: UTF-8, not \\u escapes.

A Python string holds two things that UTF-8 has not. Half a surrogate pair ("\\ud83d") leaves as its escape, the only
way in which JSON can say it. A byte that is not UTF-8 is what Python's surrogateescape makes of it ("\\udce9" for 0xE9)
and leaves as that byte.
"""

from __future__ import annotations

import codecs
import json
from json.encoder import encode_basestring as quoted

__all__ = ["decoded", "encoded", "encoded_text", "quoted"]

_BYTES = range(0xDC80, 0xDD00)


def encoded(value: object) -> bytes:
    """encoded is a value as JSON."""
    return encoded_text(json.dumps(value, ensure_ascii=False))


def encoded_text(text: str) -> bytes:
    """encoded_text is a JSON text that has been put together, on the wire."""
    return text.encode("utf-8", "standin.json")


def decoded(body: bytes) -> object:
    """decoded is what encoded or encoded_text wrote."""
    return json.loads(body.decode("utf-8", "surrogateescape"))


def _half_or_byte(error: UnicodeError) -> tuple[bytes, int]:
    assert isinstance(error, UnicodeEncodeError)
    odd = ord(error.object[error.start])
    return bytes([odd - 0xDC00]) if odd in _BYTES else b"\\u%04x" % odd, error.start + 1


codecs.register_error("standin.json", _half_or_byte)
