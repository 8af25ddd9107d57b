"""What a world says beyond ASCII leaves the stand-in as AWS writes it: UTF-8, and what is not UTF-8, too."""

from __future__ import annotations

import pytest

from .jsontext import decoded, encoded
from .world import STUDIO_GROUP

NAME = "分析/é/😀"


@pytest.mark.parametrize(
    "text, wire",
    [
        ("分析", b'"\xe5\x88\x86\xe6\x9e\x90"'),
        ("😀", b'"\xf0\x9f\x98\x80"'),
        ('"\\\n\x01', b'"\\"\\\\\\n\\u0001"'),
        ("half \ud83d", b'"half \\ud83d"'),
        ("\udc00", b'"\\udc00"'),
        ("caf\udce9", b'"caf\xe9"'),
        ("\udced\udca0\udcbd", b'"\xed\xa0\xbd"'),
    ],
)
def test_text_is_utf8_and_what_is_not_utf8_leaves_as_it_can(text, wire):
    assert encoded(text) == wire
    assert decoded(wire) == text


def test_names_and_lines_beyond_ascii_are_told_as_they_are(ask, region):
    region.stream(NAME, events=[(region.now() - 60, "Saving file at /w/分析.ipynb")])
    assert ask.streams() == [NAME]
    page = ask.client("logs").filter_log_events(logGroupName=STUDIO_GROUP)
    assert [event["message"] for event in page["events"]] == ["Saving file at /w/分析.ipynb"]
