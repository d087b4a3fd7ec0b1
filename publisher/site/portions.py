"""A run's rendered targets, written in portions: claimed, then brought to their places."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from publisher.site.compress import original_of
from publisher.site.ledger import Ledger
from publisher.site.output import Session, Written
from publisher.site.rendered import Rendered

# Each portion appears wholly or not at all; so many files at once keep the memory flat.
_PORTION = 5000


class Portions:
    """Takes what was rendered, in the order in which it is to appear.

    `check` is called before each portion, `begin` before the first.
    """

    def __init__(
        self, run: Session, ledger: Ledger, check: Callable[[], None], begin: Callable[[], None]
    ) -> None:
        self._run, self._ledger, self._check, self._begin = run, ledger, check, begin
        self._has_begun = False
        self._waiting: list[Rendered] = []
        self._placed: dict[str, str] = {}
        self._changed: dict[str, None] = {}
        self._removed: list[str] = []
        self._unchanged = 0

    def add(self, found: Rendered) -> None:
        """One more target; a full portion is written."""
        self._waiting.append(found)
        for path, staged in found.files.items():
            if staged is not None:
                self._placed[path] = staged
            else:
                self._unchanged += 1
                # Two targets have it, and what is there is the later one's.
                self._placed.pop(path, None)
        if len(self._placed) >= _PORTION or len(self._waiting) >= _PORTION:
            self._write(self._claim())

    def end(self, *, is_whole: bool) -> Written:
        """Write the rest, and remove what no target has any more."""
        self._claim()
        if is_whole:
            self._ledger.leave_the_rest()
        self._write(self._ledger.gone())
        self._ledger.forget_gone()
        return Written(tuple(self._changed), self._unchanged, tuple(self._removed))

    def _claim(self) -> list[str]:
        """Claim what waits; gives back copies whose files are to have none any more.

        They go with the portion: a copy that differs from its file would be sent in its place.
        """
        outdated = list[str]()
        with self._ledger.claiming() as claim:
            for each in self._waiting:
                left = claim(each.target, each.uses, each.files)
                outdated += [path for path in left if original_of(path) in each.files]
        self._waiting = []
        return outdated

    def _write(self, removed: Iterable[str]) -> None:
        going = list(removed)
        if not self._placed and not going:
            return
        self._check()
        if not self._has_begun:
            self._begin()
            self._has_begun = True
        written = self._run.commit(self._placed, going)
        self._changed.update(dict.fromkeys(written.changed))
        self._removed += written.removed
        self._placed = {}
