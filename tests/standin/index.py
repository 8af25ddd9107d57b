"""A sorted set of keys that takes a million of them and gives pages from any position.

Keys are tuples whose last member is the thing itself; the members before it must differ between
any two keys, so that things are never compared. The keys stand in short sorted chunks: adding,
removing and starting at a position cost microseconds whatever the size. Keys added in bulk are
sorted only when somebody reads.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterator

CHUNK = 512


class _Above:
    """_Above compares above everything: the place right behind all keys that start alike."""

    def __lt__(self, _other: object) -> bool:
        return False

    def __gt__(self, _other: object) -> bool:
        return True


_ABOVE = _Above()


class Index:
    """Index keeps tuples in order; keys are unique."""

    __slots__ = ("_chunks", "_lasts", "_waiting", "_size")

    def __init__(self) -> None:
        self._chunks: list[list[tuple]] = []
        self._lasts: list[tuple] = []
        self._waiting: list[tuple] = []
        self._size = 0

    def __len__(self) -> int:
        return self._size + len(self._waiting)

    def __iter__(self) -> Iterator[tuple]:
        return self.ascending()

    def add(self, key: tuple) -> None:
        self._waiting.append(key)

    def remove(self, key: tuple) -> None:
        """remove takes out a key that is there; KeyError otherwise."""
        self._settle()
        at = bisect_left(self._lasts, key)
        if at == len(self._chunks):
            raise KeyError(key)
        chunk = self._chunks[at]
        place = bisect_left(chunk, key)
        if chunk[place] != key:
            raise KeyError(key)
        del chunk[place]
        self._size -= 1
        if chunk:
            self._lasts[at] = chunk[-1]
        else:
            del self._chunks[at], self._lasts[at]

    def ascending(self, position: tuple | None = None) -> Iterator[tuple]:
        """ascending yields the keys above position (all for None), lowest first.

        A position is a key without the thing at its end, or without more of its end.
        """
        self._settle()
        start, place = 0, 0
        if position is not None:
            position += (_ABOVE,)
            start = bisect_right(self._lasts, position)
            if start < len(self._chunks):
                place = bisect_right(self._chunks[start], position)
        for number in range(start, len(self._chunks)):
            chunk = self._chunks[number]
            for i in range(place, len(chunk)):
                yield chunk[i]
            place = 0

    def descending(self, position: tuple | None = None) -> Iterator[tuple]:
        """descending yields the keys below position (all for None), highest first."""
        self._settle()
        start = len(self._chunks) - 1
        place = None
        if position is not None:
            start = min(bisect_left(self._lasts, position), start)
            if start >= 0:
                place = bisect_left(self._chunks[start], position)
        for number in range(start, -1, -1):
            chunk = self._chunks[number]
            for i in range((len(chunk) if place is None else place) - 1, -1, -1):
                yield chunk[i]
            place = None

    def _settle(self) -> None:
        """_settle brings added keys to their places: one by one, or by sorting when many."""
        waiting = self._waiting
        if not waiting:
            return
        self._waiting = []
        if len(waiting) * 16 > self._size:
            self._rebuild(waiting)
            return
        for key in waiting:
            self._insert(key)

    def _rebuild(self, waiting: list[tuple]) -> None:
        everything = [key for chunk in self._chunks for key in chunk]
        everything += waiting
        everything.sort()
        self._size = len(everything)
        self._chunks = [everything[i : i + CHUNK] for i in range(0, self._size, CHUNK)]
        self._lasts = [chunk[-1] for chunk in self._chunks]

    def _insert(self, key: tuple) -> None:
        at = min(bisect_left(self._lasts, key), len(self._chunks) - 1)
        chunk = self._chunks[at]
        insort(chunk, key)
        self._lasts[at] = chunk[-1]
        self._size += 1
        if len(chunk) > 2 * CHUNK:
            self._chunks[at : at + 1] = [chunk[:CHUNK], chunk[CHUNK:]]
            self._lasts[at : at + 1] = [chunk[CHUNK - 1], chunk[-1]]
