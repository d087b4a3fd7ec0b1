"""The branch at the remote: whether it has moved, asked in a thread because networks are slow."""

from __future__ import annotations

import threading
from collections.abc import Callable

from publisher.errors import PublisherError


class Moved:
    """The branch has another commit than when we looked last, or cannot be reached any more.

    The run that follows pulls it, and says what is wrong with it.
    """

    name = "branch"

    def __init__(
        self, ask: Callable[[], str], known: str, every: float, monotonic: Callable[[], float]
    ) -> None:
        """`ask` tells the commit at the remote, and `known` is the one that is here."""
        self._ask, self._every, self._monotonic = ask, every, monotonic
        self._known = self._found = known
        self._looked = monotonic()
        self._thread: threading.Thread | None = None

    def is_given(self) -> bool:
        """Whether it has moved; a look that takes long is waited for, and no second one begun."""
        now = self._monotonic()
        if self._thread is None:
            if now - self._looked >= self._every:
                self._thread = threading.Thread(target=self._look, name="branch", daemon=True)
                self._thread.start()
            return False
        if self._thread.is_alive():
            return False
        self._thread, self._looked = None, now
        before, self._known = self._known, self._found
        return self._known != before

    def _look(self) -> None:
        try:
            self._found = self._ask()
        except PublisherError:
            self._found = ""
