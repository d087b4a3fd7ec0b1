"""What was made a moment ago and is wanted again: entries stand in several lists and feeds."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, TypeVar

V = TypeVar("V")


class Memo:
    """Remembers the results of the last calls, at most so many; all are forgotten when it is full.

    Forgetting all is as good as forgetting the oldest here: a build goes on to other entries.
    A key says by its form what its value is, and None is never remembered.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._known: dict[Hashable, Any] = {}

    def __call__(self, key: Hashable, make: Callable[[], V]) -> V:
        """The value of a key, made where it is not remembered."""
        known: V | None = self._known.get(key)
        if known is not None:
            return known
        made = make()
        if len(self._known) >= self._most:
            self._known.clear()
        self._known[key] = made
        return made
