"""The mail of an issue: one letter per edition, complete as bytes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from publisher.deliver.message import Letter, compose, list_id_of, message_key
from publisher.deliver.transports.base import Envelope
from publisher.issue.issue import EntryRevision, IssueRevision
from publisher.render import email, paths, text
from publisher.render.email import MailLinks
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
    edition = views.edition.name
    about = views.links.to(paths.about(edition))
    # Until there are subscribers, the about page says how to leave.
    links = MailLinks(view.url, unsubscribe_url=about, preferences_url=about)
    html = email.render(theme, views, view, links)
    plain = text.render(theme, views, view, links)
    return IssueMail(edition, view.subject, html, plain)


def address_mail(
    mail: IssueMail, views: Views, revision: IssueRevision, recipient: str
) -> tuple[Envelope, bytes]:
    """The mail as a message to one recipient, with its envelope."""
    publication, issue = views.publication, revision.issue
    wanted = [each.key for each in views.edition.languages]
    key = message_key(issue.id, mail.edition, recipient)
    name = publication.sender.name.resolve(wanted)[1]
    bulletin = issue.settings.name.resolve(wanted)[1]
    letter = Letter(
        subject=mail.subject,
        sender_name=f"{bulletin} · {name}" if name != bulletin else name,
        sender_address=publication.sender.address,
        recipient=recipient,
        date=issue.slot,
        key=key,
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
    )
    return Envelope(publication.sender.address, recipient, key), compose(letter)
