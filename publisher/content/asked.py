"""git at work on the content, while something else is done here."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from publisher.content import git
from publisher.content.stamp import Stamp, stamp_of


class Asked:
    """What git was asked of the content: it looks at every file, and that takes a while.

    What it says is of the time of `stamp`, or later: whoever finds another stamp asks again.
    """

    def __init__(self, root: Path) -> None:
        self._pool = ThreadPoolExecutor(1, "git")
        self._stamp = self._pool.submit(stamp_of, root)
        self._head = self._pool.submit(git.head, root)
        self._pool.shutdown(wait=False)  # it is asked nothing else

    @property
    def stamp(self) -> Stamp:
        """What commit and settings were when it was asked."""
        return self._stamp.result()

    @property
    def head(self) -> git.Head | None:
        """The commit; None without git, or before the first commit."""
        self.end()
        return self._head.result()

    def end(self) -> None:
        """Wait until no thread is left of it: a process that has one is not forked."""
        self._pool.shutdown()
