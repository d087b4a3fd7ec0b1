"""The mailroom: an issue's mail in each edition, and the messages that are made of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial

from publisher.deliver.compiled import SLOT, Compiled, addressed, compile_letter
from publisher.deliver.letters import IssueMail, issue_letter, render_mail
from publisher.deliver.message import Letter, compose, message_key
from publisher.issue.issue import IssueRevision
from publisher.site.drawings import may_draw
from publisher.site.editions import Editions
from publisher.site.parallel import shared


@dataclass(frozen=True, slots=True)
class Mailroom:
    """Renders mail for the readers of each edition; bounces come back to `return_domain`.

    In so many `processes`; 0: one for each core.
    """

    site: Editions
    return_domain: str
    processes: int = 1

    def mails(
        self, revision: IssueRevision, meanwhile: Callable[[], None] = lambda: None
    ) -> list[IssueMail]:
        """The mail of an issue in each of its bulletin's editions; processes share the work.

        The archive is asked before: what is rehearsed is known to this process alone, which does
        something else `meanwhile`.
        """
        editions = self.site.editions_of(revision.issue.bulletin)
        made = [self._making(revision, edition) for edition in reversed(editions)]

        def make(number: int) -> IssueMail:
            return made[number]()

        # Two processes must not draw the same picture at once, nor each start what draws.
        may = may_draw(revision.issue.settings)
        processes = 1 if may else self.processes
        return shared(len(made), make, lambda: make, processes, meanwhile)[::-1]

    def mail(self, revision: IssueRevision, edition: str) -> IssueMail:
        """The mail of an issue in one edition."""
        return self._making(revision, edition)()

    def _making(self, revision: IssueRevision, edition: str) -> Callable[[], IssueMail]:
        views = self.site.views(edition, absolute=True)
        theme = self.site.theme_of(self.site.theme_name(revision.issue.bulletin))
        entries = self.site.library.entries_of(revision)
        near = self.site.near_issue(edition, revision)
        return partial(render_mail, views, theme, revision, entries, near)

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
