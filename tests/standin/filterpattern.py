"""Filter patterns of CloudWatch Logs, the unstructured kind: terms and phrases, - and ?.

A plain term must be in the message, a -term must not. ?terms are alternatives, but only among
themselves: beside any other term AWS ignores them without a word, and so does this.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from .chatter import PROFILES

_TERM = re.compile(r'\s*([-?]?)(?:"([^"]*)"|([A-Za-z0-9_]+))(?=\s|$)')


@dataclass(frozen=True, slots=True)
class Pattern:
    """Pattern says whether a message is wanted."""

    musts: tuple[str, ...]
    nots: tuple[str, ...]
    anys: tuple[str, ...]

    def matches(self, message: str) -> bool:
        if any(term in message for term in self.nots):
            return False
        if not all(term in message for term in self.musts):
            return False
        return not self.anys or any(term in message for term in self.anys)

    def depends_on_digits(self) -> bool:
        terms = self.musts + self.nots + self.anys
        return any(character.isdigit() for term in terms for character in term)


@lru_cache(maxsize=256)
def parse(text: str) -> Pattern:
    """parse reads a pattern; ValueError for what AWS refuses or the stand-in does not play."""
    found: dict[str, list[str]] = {"": [], "-": [], "?": []}
    rest = text.rstrip()
    at = 0
    while at < len(rest):
        term = _TERM.match(rest, at)
        if term is None:
            raise ValueError(f"Invalid character(s) in term '{rest[at:].strip()}'")
        sign, phrase, word = term.groups()
        found[sign].append(word if phrase is None else phrase)
        at = term.end()
    others = found[""] or found["-"]
    anys = () if others else tuple(found["?"])
    return Pattern(tuple(found[""]), tuple(found["-"]), anys)


@lru_cache(maxsize=4096)
def verdict(pattern: Pattern, profile: str, number: int) -> bool | None:
    """verdict is whether a chatterer's kind of line matches, None: each line has to be looked at.

    The lines of a kind differ in their digits only, so a pattern without digits judges all alike.
    """
    if pattern.depends_on_digits():
        return None
    return pattern.matches(PROFILES[profile][number].at(0))


def matcher(pattern: Pattern) -> Callable[[str], bool]:
    """matcher is the pattern as the quickest function that does it."""
    if not (pattern.musts or pattern.nots or pattern.anys):
        return lambda _message: True
    return pattern.matches
