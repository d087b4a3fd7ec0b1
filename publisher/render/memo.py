"""What was made a moment ago and is wanted again: entries stand in several lists and feeds."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

V = TypeVar("V")


class Memo(Generic[V]):
    """Remembers the results of the last calls, at most so many; all are forgotten when it is full.

    Forgetting all is as good as forgetting the oldest here: a build goes on to other entries.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._known: dict[Hashable, V] = {}

    def __call__(self, key: Hashable, make: Callable[[], V]) -> V:
        """The value of a key, made where it is not remembered."""
        try:
            return self._known[key]
        except KeyError:
            pass
        if len(self._known) >= self._most:
            self._known.clear()
        made = self._known[key] = make()
        return made
