"""The press: one run of publishing, from a rehearsal to the last message."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING

from publisher.archive.library import Library
from publisher.archive.revise import revise
from publisher.content import git
from publisher.deliver.compiled import Compiled
from publisher.deliver.letters import IssueMail
from publisher.desk import Desk
from publisher.errors import ContentError
from publisher.issue.issue import Issue, IssueRevision
from publisher.lateness import settle_late, tell_unmailed, why_unmailed
from publisher.mailroom import Mailroom
from publisher.publishing import (
    EditionReport,
    Rehearsed,
    Report,
    Waiting,
    Wanted,
    rehearse,
    unapproved,
)
from publisher.review import Edits
from publisher.site import output
from publisher.site.beside import PATIENT, SOON
from publisher.site.build import Builder
from publisher.site.editions import Editions
from publisher.site.publish_site import SiteWriter
from publisher.site.targets import Target
from publisher.skipping import is_skipped
from publisher.steps import Steps, is_unseen
from publisher.unmade import remarks, tell
from publisher.until import Until

if TYPE_CHECKING:
    from publisher.announcing.announcer import Announcer
    from publisher.mailing import MailingDesk
    from publisher.storage.copies import Copies
    from publisher.storage.issues import IssueSteps, StepRow

COPIED = "restored from a backup: it may have been mailed before"
"""Said of an issue that was due after the backup, before the copy was called the only one."""

_APPROVAL = "approval:"
"""How the keys of troubles begin about issues that are not approved."""

Proofs = dict[tuple[str, str], tuple[IssueRevision, list[IssueMail]]]
"""The mails of new issues as they were tried out, by bulletin and issue."""


@dataclass(slots=True)
class _Brought:
    """What became of issues whose pages are written; `unseen` says why some are held."""

    opened: list[str] = field(default_factory=list)
    editions: list[EditionReport] = field(default_factory=list)
    waiting: list[Waiting] = field(default_factory=list)
    unseen: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Press:
    """What a run works with: `editions` renders a library, `edits` compares content with it.

    Where it `opens_mailings` is false, issues are published and not mailed.
    """

    desk: Desk
    rows: IssueSteps
    site: SiteWriter
    mailing_desk: MailingDesk
    announcer: Announcer
    return_domain: str
    opens_mailings: bool
    copies: Copies
    editions: Callable[[Library], Editions]
    edits: Callable[[], Edits]
    head_of: Callable[[], git.Head | None]
    now: dt.datetime

    @property
    def head(self) -> git.Head | None:
        """The commit of the content; git may still have to find it out."""
        return self.head_of()

    @property
    def library(self) -> Library:
        """What was published."""
        return self.desk.library

    def run(
        self, wanted: Sequence[Wanted], until: Until, *, is_backfill: bool, dry_run: bool
    ) -> Report:
        """Publish issues as far as was asked for; a dry run says what would be published.

        With `is_backfill` a problem of one issue stops all, and mail goes out however late.
        """
        if not dry_run:
            self.site.recover()
        with rehearse(self.desk, wanted) as rehearsed:
            if is_backfill and rehearsed.held:
                raise ContentError("\n".join(rehearsed.held.values()), "nothing was published")
            if not (dry_run or is_backfill):
                self._tell_unapproved(wanted)
                settle_late(self.announcer.operator, self.rows, self.now)
            coming = [each for each in wanted if each not in rehearsed.held]
            proofs = self._try_out(rehearsed, coming)
        report = Report(
            published=tuple(
                str(w) for w in coming if self._is_left(w) and w not in rehearsed.empty
            ),
            held=tuple(rehearsed.held.values()),
            remarks=(*self._irreproducible(coming), *self._unmailed(), *rehearsed.remarks),
            problems=rehearsed.problems,
        )
        if dry_run:
            return report
        return self._go(coming, rehearsed, report, until, proofs, never_late=is_backfill)

    def _try_out(self, rehearsed: Rehearsed, coming: list[Wanted]) -> Proofs:
        """Render what is new before it is frozen, so that a theme fails before all else."""
        proofs: Proofs = {}
        site = self.editions(rehearsed.library)
        builder, mailroom = Builder(site), self._mailroom(site)
        for each in coming:
            known = self.library.index.issue(each.bulletin, each.name)
            revision = rehearsed.library.published(each.bulletin, each.name)
            if revision is None or known is not None:
                continue
            pages = partial(_try_pages, builder, revision.issue)
            proofs[each.bulletin, each.name] = (revision, mailroom.mails(revision, pages))
        return proofs

    def _unmailed(self) -> list[str]:
        """What an operator should know of a copy."""
        if (taken := self.copies.taken()) is None:
            return []
        what = f"this installation was restored from a backup of {taken:%Y-%m-%d %H:%M} UTC"
        return [f"{what}: nothing is mailed until `publisher restore --only-one`"]

    def _irreproducible(self, coming: list[Wanted]) -> list[str]:
        """What an operator should know where the content is not what was committed."""
        differing = self.head.differing if self.head else ()
        is_new = any(self.library.index.issue(w.bulletin, w.name) is None for w in coming)
        if not (differing and is_new):
            return []
        shown = ", ".join(differing[:3]) + (" …" if len(differing) > 3 else "")
        files = "content file differs" if len(differing) == 1 else "content files differ"
        what = f"{len(differing)} {files} from the last commit ({shown})"
        return [f"{what}: what is published now is not reproducible; commit first to avoid it"]

    def _go(
        self,
        coming: list[Wanted],
        rehearsed: Rehearsed,
        report: Report,
        until: Until,
        proofs: Proofs,
        *,
        never_late: bool,
    ) -> Report:
        steps = Steps(self.desk, self.rows, self.now, self.announcer, is_backfill=never_late)
        for held, why in rehearsed.held.items():
            steps.hold(held, why)
        edits = self.edits()
        self.rows.check()  # the archive is written next
        revised = self._revise(edits)
        rows = [steps.freeze(each) for each in coming]
        going = [row for row in rows if row.step != "skipped"]
        written = output.Written((), 0, ())
        if until != "frozen":
            site = self.editions(self.library)
            seconds = PATIENT if never_late else SOON
            written = self.site.write(Builder(site), seconds=seconds)
            tell(self.announcer.operator, site.beside, site)
            report = replace(report, remarks=(*report.remarks, *remarks(site.beside)))
        # What was revised since the rehearsal may stand in a mail, too.
        usable = {} if revised else proofs
        brought = self._mail(steps, going, until, usable)
        if until not in ("frozen", "written"):
            self.announcer.corrections(self.library, self.now)
        steps.settle()
        still = {str(each.wanted) for each in brought.waiting} | brought.unseen.keys()
        names = [(f"{row.bulletin} {row.issue}", row.step == "frozen") for row in going]
        return replace(
            report,
            published=tuple(name for name, is_new in names if is_new or name not in still),
            skipped=tuple(_skipped(row) for row in rows if row not in going),
            held=(*report.held, *brought.unseen.values()),
            waiting=tuple(brought.waiting),
            editions=tuple(brought.editions),
            opened=tuple(brought.opened),
            revised=revised,
            problems=tuple(dict.fromkeys([*report.problems, *edits.problems])),
            changed=len(written.changed),
            removed=len(written.removed),
            unchanged=written.unchanged,
        )

    def _mail(self, steps: Steps, rows: list[StepRow], until: Until, proofs: Proofs) -> _Brought:
        """Bring issues whose pages are written to the step that was asked for."""
        mailroom = self._mailroom(self.editions(self.library))
        before_mail: Until = "announced" if until == "mailed" else until
        brought = _Brought()
        for each in rows:
            name = f"{each.bulletin} {each.issue}"
            row, why = steps.advance(each, before_mail)
            if is_unseen(row):
                brought.unseen[name] = f"{name}: {row.reason}"
            elif why and row.step == "written":
                brought.waiting.append(Waiting(_wanted(row), why))
            if why and each.step != "frozen":
                continue  # it was told when it was written
            revision = self._revision(row)
            tried, mails = proofs.get((each.bulletin, each.issue), (None, []))
            # A mail of the rehearsal knows nothing of the files that were made since.
            if tried != revision or mailroom.site.beside.is_asked(revision.issue):
                mails = mailroom.mails(revision)
            brought.editions += [self._report(revision, mail) for mail in mails]
            if until == "mailed" and row.step == "announced":
                messages = partial(mailroom.compiled, revision, mails)
                if self._open(steps, row, messages):
                    brought.opened.append(name)
        return brought

    def _open(
        self, steps: Steps, row: StepRow, messages: Callable[[], Mapping[str, Compiled]]
    ) -> bool:
        """Open the mailing of an issue, unless it comes too late, gives way or stays unmailed.

        In a copy of an installation it waits until a person says that it is the only one.
        """
        if self.copies.taken() is not None:
            return False
        if self.copies.may_have_mailed(row.slot):
            steps.move(row, "not-mailed", COPIED)
            return False
        if not steps.is_backfill and (why := self._why_unmailed(row)):
            tell_unmailed(self.announcer.operator, row, why, self.now)
            steps.move(row, "not-mailed", why)
            return False
        if not self.opens_mailings:
            steps.move(row, "not-mailed", "backfilled without --mail")
            return False
        self.mailing_desk.open(row.bulletin, row.issue, messages(), self.now)
        steps.move(row, "mailed")
        return True

    def _why_unmailed(self, row: StepRow) -> str:
        """Why it is too late for an issue; not where its mailing was opened by a run that died."""
        if self.mailing_desk.mailings.find(row.bulletin, row.issue) is not None:
            return ""
        return why_unmailed(self.rows, row, self._revision(row).issue.settings, self.now)

    def _tell_unapproved(self, wanted: Sequence[Wanted]) -> None:
        """Tell the operator which approvals are missing, and end what is over."""
        operator, still = self.announcer.operator, set[str]()
        for each in unapproved(self.desk.frame, self.library, wanted, self.now):
            if is_skipped(self.rows.get(each.bulletin, each.name)):
                continue
            key = f"{_APPROVAL}{each.bulletin}/{each.name}"
            still.add(key)
            path = f"content/issues/{each.bulletin}/{each.name}.yaml"
            lines = [f"{each} is due at {each.slot.isoformat()}, and is held until it is approved:",
                     f"approved: true in {path}."]  # fmt: skip
            operator.trouble(key, f"Not approved: {each}", lines)
        for known in operator.troubles.all(_APPROVAL):
            if known.key not in still:
                operator.settled(known.key)

    def _revision(self, row: StepRow) -> IssueRevision:
        revision = self.library.published(row.bulletin, row.issue)
        assert revision is not None  # only rows of frozen issues get here
        return revision

    def _mailroom(self, site: Editions) -> Mailroom:
        return Mailroom(site, self.return_domain, self.site.processes)

    def _is_left(self, wanted: Wanted) -> bool:
        return not self.rows.is_settled(wanted.bulletin, wanted.name)

    def _revise(self, edits: Edits) -> int:
        """Freeze the corrections and translations of what was published."""
        is_clean = self.head is not None and not self.head.differing
        at = self.head.at if self.head and is_clean else self.now
        return revise(self.library, edits.entries, edits.issues, self.desk.commit, at)

    def _report(self, revision: IssueRevision, mail: IssueMail) -> EditionReport:
        issue = revision.issue
        entries = self.library.entries_of(revision)
        tags = {tag for each in entries.values() for tag in each.entry.tags}
        # The issue's page and its entries'; the bulletin's and the entries' feeds in three forms,
        # and one for each tag.
        return EditionReport(
            issue.bulletin, issue.name, mail.edition, len(issue.news()),
            len(mail.html.encode()), 1 + len(entries), 6 + len(tags),
        )  # fmt: skip


def _try_pages(builder: Builder, issue: Issue) -> None:
    """The page of an issue and that of its first entry: a theme may fail at either."""
    builder.render(Target("issue", (issue.bulletin, issue.name)))
    for placed in issue.placed()[:1]:
        builder.render(Target("entry", (placed.entry,)))


def _wanted(row: StepRow) -> Wanted:
    return Wanted(row.bulletin, row.issue, row.slot)


def until_live(
    go: Callable[[list[Wanted] | None], Report],
    wait: Callable[[tuple[Waiting, ...]], bool] | None,
) -> Report:
    """Publish what is due, and go on with what waits for its pages, while `wait` says so."""
    report = go(None)
    while wait and report.waiting and wait(report.waiting):
        report = report.followed_by(go([each.wanted for each in report.waiting]))
    return report


def _skipped(row: StepRow) -> str:
    """Why an issue does not come out; its name stands once, though some reasons begin with it."""
    name = f"{row.bulletin} {row.issue}"
    return f"{name}: {row.reason.removeprefix(f'{name} ')}"
