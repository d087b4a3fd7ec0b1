"""Writing the site: the targets that something new touches, or all of them.

The ledger beside the archive remembers the last time.  Losing it costs a full build.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain, islice
from pathlib import Path

from publisher.config.settings_types import SiteSettings
from publisher.site import ledger as ledgers
from publisher.site import output
from publisher.site.beside import SOON
from publisher.site.build import Builder
from publisher.site.compress import Copies
from publisher.site.due import Due, due_of
from publisher.site.editions import Editions, Files
from publisher.site.ground import is_path
from publisher.site.inputs import Uses, state_of
from publisher.site.ledger import DamagedLedgerError, Ledger, State
from publisher.site.mirror import Mirror
from publisher.site.parallel import FEW, made_ready, rendered
from publisher.site.portions import Portions
from publisher.site.targets import Target, everything

_PLAIN = SiteSettings(processes=1)

Bring = Callable[[Editions, Sequence[Target] | None], None]
"""Makes the files beside the issues among some targets; None: beside all."""


class SiteWriter:
    """The folder of the site, and what is remembered of it in the state folder.

    `check` is called before anything is written; it raises where another machine has taken over.
    A `mirror` gets what was changed.
    """

    def __init__(
        self,
        public: Path,
        state: Path,
        check: Callable[[], None] = lambda: None,
        mirror: Mirror | None = None,
        settings: SiteSettings = _PLAIN,
    ) -> None:
        self._public = public
        self._check = check
        self._mirror = mirror
        self._settings = settings
        self._journal = state / "site.journal"
        self._ledger = state / "site.sqlite"
        # What earlier versions kept in its place.
        self._lists = (state / "site.files", state / "site.json")

    @property
    def processes(self) -> int:
        """How many render it; 0: one for each core."""
        return self._settings.processes

    def recover(self) -> bool:
        """Finish a write that was interrupted after its commit."""
        self._check()
        return output.recover(self._public, journal=self._journal)

    def write(
        self,
        builder: Builder,
        *,
        whole: bool = False,
        seconds: float = SOON,
        is_strict: bool = False,
    ) -> output.Written:
        """Bring the site to the archive's state; raises OutputError, with nothing half done.

        Files beside issues are made for so many `seconds`.  With `is_strict` none of them stays
        that would not be made like that today.
        """
        if not builder.site.bulletins:
            return output.Written((), 0, ())
        now = state_of(builder.site, self._public.absolute(), self._settings.compressed)
        bring = partial(builder.site.beside.bring, seconds=seconds, is_strict=is_strict)
        with builder.site.library.index.still():
            try:
                return self._write(builder, now, bring, whole=whole)
            except DamagedLedgerError:
                ledgers.remove(self._ledger)
                return self._write(builder, now, bring, whole=True)

    def _write(self, builder: Builder, now: State, bring: Bring, *, whole: bool) -> output.Written:
        with closing(Ledger(self._ledger)) as ledger:
            known = ledger.state
            if known is None:
                self._claim_lists(ledger)
            due = due_of(builder.site.library, ledger, known, now)
            if whole or not self._public.is_dir():
                due = Due(everything(builder.site.library.index), is_whole=True)
            due = _with_files(builder, due, bring)
            written = self._write_targets(ledger, builder, now, due)
            self._check()
            self._bring(written, now, whole=whole)
            ledger.remember(now)
        for each in self._lists:
            each.unlink(missing_ok=True)
        return written

    def _write_targets(
        self, ledger: Ledger, builder: Builder, now: State, due: Due
    ) -> output.Written:
        copies = Copies(self._settings.compressed)
        uses = Uses(builder.site, now.inputs)
        builder, targets = _made_ready(builder, due.targets, self._settings.processes)
        with output.session(self._public, journal=self._journal, copies=copies) as run:
            portions = Portions(run, ledger, self._check, lambda: self._begin(ledger, now))
            found = rendered(run, builder, uses, targets, self._settings.processes)
            with closing(found):
                for each in found:
                    portions.add(each)
            return portions.end(is_whole=due.is_whole)

    def _begin(self, ledger: Ledger, now: State) -> None:
        """Before anything is written: what is half done must not pass for what was before."""
        if self._mirror is not None:
            self._mirror.begin()
        known = ledger.state
        if known is not None and (differing := known.differing(now)):
            kept = {name: each for name, each in known.inputs.items() if name not in differing}
            ledger.remember(replace(known, inputs=kept))

    def _bring(self, written: output.Written, now: State, *, whole: bool) -> None:
        if self._mirror is None:
            return
        if whole:
            self._mirror.bring_all(now.told)
        else:
            self._mirror.bring(written.changed, written.removed, now.told)

    def _claim_lists(self, ledger: Ledger) -> None:
        """The files that earlier versions of the program listed as ours."""
        try:
            found = self._lists[0].read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeError):
            return
        ledger.claim_unnamed(path for path in found if is_path(path))


def _with_files(builder: Builder, due: Due, bring: Bring) -> Due:
    """Make the files beside the issues that are due, before pages link to them."""
    site = builder.site
    if not site.beside.bulletins(site):
        return due
    targets = None if due.is_whole else list(due.targets)
    bring(site, targets)
    return due if targets is None else replace(due, targets=targets)


@dataclass(frozen=True)
class _Ready(Builder):
    """Gives back what was rendered before."""

    files: Mapping[Target, Files]

    def render(self, target: Target) -> Files:
        """The files of a target."""
        return self.files[target]


def _made_ready(
    builder: Builder, targets: Iterable[Target], processes: int
) -> tuple[Builder, Iterable[Target]]:
    """Render what an issue touches, or a small site, before the site is locked.

    Who renders may be stalled; then another machine takes over, and must not find the site held
    for ever.  Where there are too many to be kept in memory they are rendered later.
    """
    left = iter(targets)
    first = list(islice(left, FEW))
    if len(first) == FEW:
        return builder, chain(first, left)
    return _Ready(builder.site, made_ready(builder, first, processes)), first
