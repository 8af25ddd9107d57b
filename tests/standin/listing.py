"""Things that a List operation lists: in the orders it offers, whole or by its filters.

An order of a filter's value is an Index that is built when somebody first asks for it and kept up
from then on, so that a page costs the same among ten things and among a hundred thousand.
"""

from __future__ import annotations

from collections.abc import Iterator

from .index import Index
from .rendering import Rendered


class Listed:
    """Listed is a thing in a Listing; setting any of its attributes keeps the Listing right."""

    def __setattr__(self, name: str, value: object) -> None:
        listing = self.__dict__.get("_listing")
        if listing is None:
            object.__setattr__(self, name, value)
            return
        listing.remove(self)
        object.__setattr__(self, name, value)
        object.__setattr__(self, "_json", None)
        listing.add(self)

    def remove(self) -> None:
        """remove takes the thing out of its listing, as if it had never been."""
        self._listing.remove(self)
        self.__dict__["_listing"] = None


class Listing:
    """Listing holds things that have created, serial and what they are ordered and found by."""

    def __init__(self) -> None:
        self._things: set[Listed] = set()
        self._indexes: dict[tuple[str, tuple[str, ...]], dict[tuple, Index]] = {}
        self._serial = 0

    def __len__(self) -> int:
        return len(self._things)

    def __iter__(self) -> Iterator[Listed]:
        return (key[-1] for key in self.select("created", {}))

    def enlist(self, thing: Listed) -> None:
        """enlist takes in a new thing, behind all that have the same time."""
        self._serial += 1
        thing.__dict__.update(_serial=self._serial, _json=None, _listing=self)
        self.add(thing)

    def add(self, thing: Listed) -> None:
        self._things.add(thing)
        for (order, names), groups in self._indexes.items():
            self._add(groups, order, names, thing)

    def remove(self, thing: Listed) -> None:
        self._things.remove(thing)
        for (order, names), groups in self._indexes.items():
            groups[_values(names, thing)].remove(_key(order, thing))

    def select(self, order: str, where: dict[str, str]) -> Index:
        """select is the Index of (order, serial, thing) of the things with these attributes."""
        names = tuple(sorted(where))
        groups = self._indexes.get((order, names))
        if groups is None:
            groups = self._indexes[order, names] = {}
            for thing in self._things:
                self._add(groups, order, names, thing)
        return groups.get(tuple(where[name] for name in names)) or Index()

    def _add(self, groups: dict, order: str, names: tuple[str, ...], thing: Listed) -> None:
        values = _values(names, thing)
        index = groups.get(values)
        if index is None:
            index = groups[values] = Index()
        index.add(_key(order, thing))


def _values(names: tuple[str, ...], thing: Listed) -> tuple:
    return tuple(getattr(thing, name) for name in names)


def _key(order: str, thing: Listed) -> tuple:
    return getattr(thing, order), thing.__dict__["_serial"], thing


def rendered(thing: Listed, make) -> Rendered:
    """rendered is the thing's JSON, made once and again only after a change."""
    text = thing.__dict__["_json"]
    if text is None:
        text = thing.__dict__["_json"] = Rendered(make(thing))
    return text
