"""The mail of an issue: one letter per edition, with slots for what is a reader's own."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from publisher.deliver.compiled import SLOT
from publisher.deliver.message import Letter, list_id_of
from publisher.issue.issue import EntryRevision, IssueRevision
from publisher.render import email, paths, text
from publisher.render.email import MailLinks
from publisher.render.files import pdf_view
from publisher.render.sign_up import service_links
from publisher.render.theme import Theme
from publisher.render.views import ALONE, Neighbours, Views


@dataclass(frozen=True, slots=True)
class IssueMail:
    """The mail of an issue in one edition, before it is addressed to anybody."""

    edition: str
    subject: str
    html: str
    text: str


def render_mail(
    views: Views,
    theme: Theme,
    revision: IssueRevision,
    entries: Mapping[str, EntryRevision],
    near: Neighbours = ALONE,
) -> IssueMail:
    """Render an issue's mail; `views` has absolute links."""
    view = views.issue(revision, entries, near)
    about, service = views.links.to(paths.about(views.edition.name)), service_links(views)
    links = MailLinks(
        view.url,
        # Without a service, the about page says how to leave.
        unsubscribe_url=service.to(paths.leave(SLOT)) if service else about,
        preferences_url=service.to(paths.preferences(SLOT)) if service else about,
        pdf=pdf_view(views, revision.issue, near),
    )
    html = email.render(theme, views, view, links)
    plain = text.render(theme, views, view, links)
    return IssueMail(views.edition.name, view.subject, html, plain)


def issue_letter(
    mail: IssueMail, views: Views, revision: IssueRevision, return_domain: str
) -> Letter:
    """The mail as a letter to nobody yet: `publisher.deliver.compiled` addresses it.

    `return_domain` is the domain whose mail comes back to us: bounces, and mails to leave by.
    """
    publication, issue = views.publication, revision.issue
    wanted = [each.key for each in views.edition.languages]
    name = publication.sender.name.resolve(wanted)[1]
    bulletin, service = issue.settings.name.resolve(wanted)[1], service_links(views)
    return Letter(
        subject=mail.subject,
        sender_name=f"{bulletin} · {name}" if name != bulletin else name,
        sender_address=publication.sender.address,
        recipient="",
        date=issue.slot,
        key="",
        seed=hashlib.sha256(f"{issue.id}\0{mail.edition}".encode()).hexdigest()[:32],
        domain=publication.domain,
        language_tags=tuple(each.tag for each in views.edition.languages),
        html=mail.html,
        text=mail.text,
        list_id=list_id_of(issue.bulletin, mail.edition, publication.domain),
        list_name=bulletin,
        archived_at=views.links.to(paths.issue(mail.edition, issue.bulletin, issue.name)),
        list_archive=views.links.to(paths.bulletin(mail.edition, issue.bulletin)),
        list_owner=publication.contact,
        list_help=views.links.to(paths.about(mail.edition)),
        list_subscribe=service.to(paths.subscribe(mail.edition)) if service else "",
        unsubscribe_url=service.to(paths.leave(SLOT)) if service else "",
        unsubscribe_address=leave_address(SLOT, return_domain),
    )


def leave_address(token: str, return_domain: str) -> str:
    """The address to which a mail ends a subscription (RFC 2369)."""
    return f"u+{token}@{return_domain}"


def return_path(token: str, return_domain: str) -> str:
    """The envelope sender of one delivery (VERP): what comes back says whose it was."""
    return f"b+{token}@{return_domain}"
