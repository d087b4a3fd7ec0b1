"""The mailroom: an issue's mail in each edition, and the messages that are made of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from publisher.deliver.compiled import SLOT, Compiled, addressed, compile_letter
from publisher.deliver.letters import IssueMail, issue_letter, render_mail
from publisher.deliver.message import Letter, compose, message_key
from publisher.issue.issue import IssueRevision
from publisher.site.editions import Editions


@dataclass(frozen=True, slots=True)
class Mailroom:
    """Renders mail for the readers of each edition; bounces come back to `return_domain`."""

    site: Editions
    return_domain: str

    def mails(self, revision: IssueRevision) -> list[IssueMail]:
        """The mail of an issue in each of its bulletin's editions."""
        editions = self.site.editions_of(revision.issue.bulletin)
        return [self.mail(revision, edition) for edition in editions]

    def mail(self, revision: IssueRevision, edition: str) -> IssueMail:
        """The mail of an issue in one edition."""
        views = self.site.views(edition, absolute=True)
        theme = self.site.theme_of(self.site.theme_name(revision.issue.bulletin))
        entries = self.site.library.entries_of(revision)
        near = self.site.near_issue(edition, revision)
        return render_mail(views, theme, revision, entries, near)

    def letter(self, revision: IssueRevision, mail: IssueMail) -> Letter:
        """The letter to the readers of an edition."""
        views = self.site.views(mail.edition, absolute=True)
        return issue_letter(mail, views, revision, self.return_domain)

    def compiled(self, revision: IssueRevision, mails: Iterable[IssueMail]) -> dict[str, Compiled]:
        """The message of each edition, ready to be spliced for its readers."""
        return {mail.edition: compile_letter(self.letter(revision, mail)) for mail in mails}

    def message(self, revision: IssueRevision, mail: IssueMail, recipient: str) -> bytes:
        """The message as one address would get it, with links that lead nobody anywhere."""
        letter = self.letter(revision, mail)
        key = message_key(revision.issue.id, recipient)
        return compose(addressed(letter, recipient, "", key, SLOT))
