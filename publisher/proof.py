"""A proof: what readers would get of an issue if it were published now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from publisher.deliver.letters import IssueMail
from publisher.desk import Prepared
from publisher.document import Problem
from publisher.issue.issue import IssueRevision
from publisher.mailroom import Mailroom
from publisher.site.build import Builder
from publisher.site.targets import Target


@dataclass(frozen=True, slots=True)
class Proof:
    """An issue in every form: files of the site by their path, and the mail of each edition.

    `editions` are the names of its editions with what readers call them; `problems` and
    `remarks` are what its editor should know.
    """

    revision: IssueRevision
    is_published: bool
    editions: Mapping[str, str]
    files: Mapping[str, bytes]
    mails: Mapping[str, IssueMail]
    problems: tuple[Problem, ...] = ()
    remarks: tuple[str, ...] = ()


def make_proof(mailroom: Mailroom, revision: IssueRevision, prepared: Prepared | None) -> Proof:
    """Render an issue, the pages of its entries, and the front and feeds of its bulletin.

    `prepared` is what the desk has made of an issue that is not published yet.
    """
    site = mailroom.site
    builder = Builder(site)
    files: dict[str, bytes] = {}
    for target in _targets(revision):
        files.update(builder.render(target))
    editions = {
        name: site.parts(name).pages.views.edition_view().label
        for name in site.editions_of(revision.issue.bulletin)
    }
    mails = {mail.edition: mail for mail in mailroom.mails(revision)}
    if prepared is None:
        return Proof(revision, True, editions, files, mails)
    problems, remarks = prepared.problems, prepared.assembled.remarks
    return Proof(revision, False, editions, files, mails, problems, remarks)


def _targets(revision: IssueRevision) -> Iterator[Target]:
    issue = revision.issue
    yield Target("frame")
    yield Target("home")
    yield Target("bulletin", (issue.bulletin,))
    yield Target("issue", (issue.bulletin, issue.name))
    for entry in dict.fromkeys(placed.entry for placed in issue.placed()):
        yield Target("entry", (entry,))
