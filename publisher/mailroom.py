"""The mailroom: an issue's mail in each edition, and its way into the outbox."""

from __future__ import annotations

from dataclasses import dataclass

from publisher.deliver.letters import IssueMail, address_mail, render_mail
from publisher.deliver.transports.base import Accepted, Envelope, Transport, dot_stuffed
from publisher.errors import TransportError
from publisher.issue.issue import IssueRevision
from publisher.site.editions import Editions


@dataclass(frozen=True, slots=True)
class Mailroom:
    """Renders mail for the readers of each edition."""

    site: Editions

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

    def addressed(self, revision: IssueRevision, mail: IssueMail) -> tuple[Envelope, bytes]:
        """The message to the readers of an edition: one address until there are subscribers."""
        views = self.site.views(mail.edition, absolute=True)
        recipient = f"readers+{mail.edition}@{self.site.publication.domain}"
        return address_mail(mail, views, revision, recipient)

    def send(self, revision: IssueRevision, mails: list[IssueMail], transport: Transport) -> int:
        """One message per edition; a second time changes nothing.  Raises TransportError."""
        for mail in mails:
            envelope, message = self.addressed(revision, mail)
            parts = [dot_stuffed(message) if transport.is_dot_stuffed else message]
            answer = transport.send(envelope, parts)
            if not isinstance(answer, Accepted):
                raise TransportError(
                    f"the mail of {revision.issue.id} could not be handed over: {answer.reply}",
                    "mend it and run `publisher publish` again; nobody gets it twice",
                )
        return len(mails)
