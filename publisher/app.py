"""What is done with a publication: the other half of the composition root (`publisher.parts`).

What a run of `publish` does is told by `publisher.press`, and decided by `publisher.publishing`.
Imports that `publish` does not need stand where they are used: it is what begins most often.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from dataclasses import replace
from typing import TYPE_CHECKING

from publisher.archive.library import Library
from publisher.archive.records import tombstones
from publisher.archive.revise import revise
from publisher.deliver.letters import IssueMail
from publisher.document import Problem
from publisher.errors import ContentError, UsageError
from publisher.issue.approvals import missing_approvals
from publisher.issue.issue import Issue, IssueRevision
from publisher.issue.timetable import files_without_slot, short_calendars
from publisher.issue.timing import slot_in
from publisher.mailroom import Mailroom
from publisher.parts import Parts
from publisher.press import Press, until_live
from publisher.publishing import Report, Wanted, backfill, coming, due
from publisher.review import (
    BROKEN,
    Edits,
    broken_files,
    errors_of,
    find_edits,
    is_spared,
    remember_broken,
    theme_problems,
)
from publisher.site import output
from publisher.site.build import Builder
from publisher.skipping import is_skipped, lift, skip
from publisher.taking_down import found, go_on, remove, still_there
from publisher.until import Until

if TYPE_CHECKING:
    from publisher.archive.records import Tombstone
    from publisher.checkout import Pulled
    from publisher.content.judging import Tell
    from publisher.mailing import Sent
    from publisher.proof import Proof
    from publisher.render.wechat import Article
    from publisher.returns.returns import Verdict
    from publisher.site.weasy import Pdf
    from publisher.storage.issues import StepRow
    from publisher.taking_down import TakenDown

_JUDGED_FOR = dt.timedelta(days=1)
_JUDGED = 20
"""Mailings whose refusals are looked at again when mail is read that came back."""


_AHEAD = 14
"""Days ahead for which `check` asks whether a calendar reaches them."""


class App(Parts):
    """A publication with everything that belongs to it, opened as it is needed."""

    # pull --------------------------------------------------------------------------------------

    def pull(self) -> Pulled | None:
        """Bring the content up to date by git; None where no branch is named.

        Raises PullFailed, after the operator was told: what is here may be published all the same.
        Call it before anything of the content is used.
        """
        from publisher.checkout import Checkout, pull, remember
        from publisher.content.clone import PullFailed

        if not self.settings.pull.branch:
            return None
        checkout = Checkout(self.root, self.settings.pull, self.now)
        try:
            pulled = pull(checkout, self._alone, self.library.index)
        except PullFailed as error:
            remember(self.post, error)
            raise
        self.read_anew()
        remember(self.post, None)
        return pulled

    # check -------------------------------------------------------------------------------------

    def check(self, tell: Tell | None = None) -> tuple[Problem, ...]:
        """Every problem of content and themes, and the edits that readers will not see."""
        from publisher.content.check import check, read_content
        from publisher.issue.check import check_issues

        content = read_content(self.root, self.settings.state, tell)
        problems = [*content.problems, *check(content)]
        frame = content.frame
        if frame is None:
            return tuple(sorted(set(problems)))
        problems += check_issues(frame, content.entries)
        problems += [*short_calendars(frame, self.now, _AHEAD), *files_without_slot(frame)]
        problems += missing_approvals(frame, self.now)
        problems += theme_problems(frame, self.theme_of)
        if self.settings.archive_url or self.settings.archive.is_dir():
            problems += self._edits().unseen()
            problems += still_there(self.library, content.entries.entries.values())
        return tuple(sorted(set(problems)))

    def _edits(self) -> Edits:
        """Published entries and issue files that were edited since."""
        return find_edits(self.root, self.frame, self.library, self.head)

    # explain and due ---------------------------------------------------------------------------

    def explain(self, bulletin: str, name: str) -> tuple[Issue, bool]:
        """An issue with the record of its candidates, and whether it is the frozen one."""
        if (known := self.library.published(bulletin, name)) is not None:
            return known.issue, True
        self._refuse_unknown(bulletin, name)
        return self.desk.prepare(bulletin, name).assembled.issue, False

    def due(self, days: int) -> list[tuple[Wanted, bool]]:
        """What is due now, and what comes within some days, by slot."""
        found = [(each, True) for each in self._due()]
        until = self.now + dt.timedelta(days=days)
        found += [(each, False) for each in coming(self.frame, self.now, until)]
        return sorted(found, key=lambda each: (each[0].slot, each[0].bulletin, each[0].name))

    # skip --------------------------------------------------------------------------------------

    def skip(self, bulletin: str, name: str, reason: str = "") -> StepRow:
        """Decide that an issue is not published, or, where it is frozen, that it is not mailed."""
        with self._alone():
            known = self.desk.frozen(bulletin, name)
            if known is None:
                self._refuse_unknown(bulletin, name)
            slot = known.issue.slot if known else slot_in(self.frame, bulletin, name)
            return skip(
                self.rows, (bulletin, name, slot), self.now, reason,
                is_frozen=known is not None,
                is_mailed=self.mailings.find(bulletin, name) is not None,
            )  # fmt: skip

    def lift(self, bulletin: str, name: str) -> StepRow:
        """Take such a decision back, where nothing was published."""
        with self._alone():
            return lift(self.rows, bulletin, name, self.now)

    def why_skipped(self, wanted: Wanted) -> str:
        """What an operator said who skips an issue; "" for one that is not skipped."""
        row = self.rows.get(wanted.bulletin, wanted.name)
        return row.reason if row is not None and is_skipped(row) else ""

    # take down ---------------------------------------------------------------------------------

    def can_be_taken_down(self, entry: str) -> None:
        """Raise UsageError where no entry is or was called so."""
        found(self.library, entry)

    def taken_down(self) -> list[Tombstone]:
        """What was taken down by law, by day."""
        return sorted(tombstones(self.store), key=lambda each: (each.day, each.entry))

    def takedown(self, entry: str, reason: str) -> TakenDown:
        """Take an entry down by law; again is no mistake, and does what was left."""
        with self._alone():
            return remove(self, entry, reason)

    # publish -----------------------------------------------------------------------------------

    def publish(
        self,
        *,
        all_files: bool = False,
        until: Until = "mailed",
        dry_run: bool = False,
        mail: bool = False,
        send: bool = True,
    ) -> Report:
        """Publish what is due, or every issue that has a file, and send what is to be sent.

        With `all_files` a problem of one issue stops all, before anything is written; what is
        due goes out also where another issue is held.  Then mail goes out where it stays on this
        machine, or with `mail`.  Without `send` mailings are opened, and `deliver` sends them.
        Where a page is to be seen before its mailing, it is asked for once then.
        Settings that are broken are borne with where an earlier version of them is good.
        """
        self.ask_for_head()
        self._refuse_broken_settings(spare=not all_files)
        opens = not all_files or self.post.is_rehearsal or mail

        def go(wanted: list[Wanted] | None = None) -> Report:
            with self._alone():
                self.ask_for_head()
                # Once more: it may have been read anew.
                self._refuse_broken_settings(spare=not all_files)
                if not dry_run:
                    go_on(self)
                press = self._press(opens)
                if wanted is None:
                    if not dry_run:
                        self._remember(broken_files(self.frame))
                    wanted = backfill(self.frame, self.rows) if all_files else self._due()
                else:
                    press = replace(press, now=self.post.clock())
                report = press.run(wanted, until, is_backfill=all_files, dry_run=dry_run)
            # Others may publish meanwhile: sending has a lock of its own.
            return report if dry_run or not send else self._sent(report, until)

        report = until_live(go, self.post.wait_for_pages if send else None)
        undrawn = map(str, self.drawings.faults())
        return replace(
            report,
            problems=(*broken_files(self.frame), *report.problems),
            remarks=(*report.remarks, *undrawn),
        )

    def _sent(self, report: Report, until: Until) -> Report:
        """Send what is to be sent, and tell others."""
        if until == "mailed":
            sent = self.deliver()
            report = replace(report, mailed=sum(s.tally.sent for s in sent or ()), sent=sent)
        self.make_calls()
        return report

    def make_calls(self) -> int:
        """Tell others what happened: webhooks, and the hub of the feeds; how many were tried."""
        return self.post.make_calls()

    def deliver(self) -> tuple[Sent, ...] | None:
        """Send what is due of every mailing; None where another process is at it."""
        self.post.tell_paused()  # what goes on again may pause again, which is news
        with self.post.sending():
            sent = self.post.mailing_desk().send()
            self.post.notice_sender().send_due()
        for each in sent or ():
            self.returns.judge_failures(each.mailing.id, self.post.clock())
        self.post.tidy()
        return None if sent is None else tuple(sent)

    def judge_failures(self) -> Iterator[Verdict]:
        """Decide about what relays have refused for good, until a day after a mailing's end."""
        now = self.post.clock()
        for mailing in self.mailings.all(limit=_JUDGED):
            if mailing.finished is not None and now - mailing.finished > _JUDGED_FOR:
                continue
            yield from self.returns.judge_failures(mailing.id, self.post.clock())

    def read_returns(self) -> Iterator[Verdict]:
        """Decide about all mail that has come back, and about what relays have refused.

        Raises UsageError where nobody has said where it comes to, and Unreachable.
        """
        from publisher.returns.reading import take_all

        yield from self.judge_failures()
        source = self.post.returns_source
        if source is None:
            raise UsageError(
                "nothing says where mail comes back to",
                "set PUBLISHER_FEEDBACK to a Maildir or a mailbox (docs/operating.md)",
            )
        yield from take_all(source, self.returns, self.post.clock())

    def _press(self, opens_mailings: bool) -> Press:
        return Press(
            self.desk, self.rows, self.site, self.post.mailing_desk(), self.post.announcer,
            self.post.return_domain, opens_mailings, self.post.copies, self._editions_of_a_run,
            self._edits, lambda: self.head, self.now,
        )  # fmt: skip

    def _refuse_broken_settings(self, *, spare: bool = False) -> None:
        """Settings, issue files and themes must be right before anything is written.

        With `spare` one is borne with where publishing can go on without it, or with an earlier
        version.  Who looks at what they have just written is told of all.
        """
        problems = errors_of(self.frame, self.theme_of)
        if spare:
            problems = [each for each in problems if not is_spared(self.frame, each)]
        if problems:
            raise ContentError(
                "nothing was published",
                "mend the above; `publisher check` reports every problem at once",
                problems,
            )

    def _remember(self, broken: tuple[Problem, ...]) -> None:
        known = [each.key for each in self.post.troubles.all(BROKEN)]
        remember_broken(self.post, known, broken)

    def _due(self) -> list[Wanted]:
        return due(self.frame, self.library, self.rows, self.now)

    def issue(self, bulletin: str, name: str) -> IssueRevision:
        """A published issue, as it is now; raises UsageError for any other."""
        found = self.library.published(bulletin, name)
        if found is None:
            raise UsageError(
                f"{bulletin} {name} was never published",
                "`publisher publish` publishes what is due, `--backfill` every issue with a file",
            )
        return found

    # The site ----------------------------------------------------------------------------------

    def build(self) -> output.Written:
        """The whole site again from the archive; unchanged files keep their dates."""
        # What takes long needs no lock: others may publish meanwhile.
        self.beside.bring(self.editions(), None, None)
        with self._alone():
            self.site.recover()
            go_on(self)
            return self.site.write(Builder(self.editions()), whole=True)

    # Mail --------------------------------------------------------------------------------------

    def mailroom(self) -> Mailroom:
        """What renders mail, as the archive is now."""
        return Mailroom(self.editions(), self.post.return_domain)

    def render(
        self, bulletin: str, name: str, edition: str, recipient: str = ""
    ) -> tuple[IssueMail, bytes]:
        """The mail of an issue in one edition, and the message as one address would get it.

        Of an issue that is not published yet, as it would be now.
        """
        with self._as_if_published(bulletin, name) as app:
            mailroom, revision = app.mailroom(), app.issue(bulletin, name)
            mailroom.site.refuse_unknown(bulletin, edition)
            mail = mailroom.mail(revision, edition)
        someone = recipient or f"readers+{edition}@{self.frame.publication.domain}"
        return mail, mailroom.message(revision, mail, someone)

    def article(self, bulletin: str, name: str, edition: str) -> Article:
        """The issue as an article for WeChat; one that is not published yet, as it would be now."""
        from publisher.site.articles import wechat_article

        with self._as_if_published(bulletin, name) as app:
            return wechat_article(app.editions(), app.issue(bulletin, name), edition)

    def pdf(self, bulletin: str, name: str, edition: str) -> Pdf:
        """The issue as a PDF; one that is not published yet, as it would be now."""
        from publisher.site.paper import issue_pdf

        with self._as_if_published(bulletin, name) as app:
            return issue_pdf(app.editions(), app.issue(bulletin, name), edition)

    def send_test(self, message: bytes, recipient: str) -> str:
        """Send one message to one address, past the ledger; what the other side answered."""
        return self.post.send_one(message, self.settings.delivery.redirect or recipient)

    def proof(self, bulletin: str, name: str) -> Proof:
        """What readers would get of an issue if `publish` ran now; nothing of it is kept."""
        from publisher.proof import make_proof

        # In this order: a bulletin whose file is broken is not known, either.
        self._refuse_broken_settings()
        self._refuse_unknown(bulletin, name)
        edits = self._edits()
        with self.desk.rehearsal() as desk:
            revise(desk.library, edits.entries, edits.issues, desk.commit, self.now)
            prepared = None
            if desk.frozen(bulletin, name) is None:
                prepared = desk.prepare(bulletin, name)
                desk.freeze(prepared)
            app = self._over(desk.library)
            proof = make_proof(app.mailroom(), app.issue(bulletin, name), prepared)
            return replace(proof, remarks=(*proof.remarks, *map(str, self.drawings.faults())))

    @contextmanager
    def _as_if_published(self, bulletin: str, name: str) -> Iterator[App]:
        if self.library.index.issue(bulletin, name) is not None:
            yield self
            return
        self._refuse_unknown(bulletin, name)
        self._refuse_broken_settings()
        with self.desk.rehearsal() as desk:
            desk.freeze(desk.prepare(bulletin, name))
            yield self._over(desk.library)

    def _over(self, library: Library) -> App:
        """The same publication with another archive."""
        app = copy(self)
        app.library = library
        return app

    def _refuse_unknown(self, bulletin: str, name: str) -> None:
        if bulletin not in self.frame.bulletins:
            known = ", ".join(sorted(self.frame.bulletins)) or "none"
            raise UsageError(f"there is no bulletin “{bulletin}”", f"bulletins: {known}")
        if (bulletin, name) in self.frame.broken_issue_files:
            return  # its errors are told when it is assembled
        try:
            slot_in(self.frame, bulletin, name)
        except ValueError as error:
            raise UsageError(f"{bulletin}: {error}") from error
