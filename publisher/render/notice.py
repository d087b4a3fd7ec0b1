"""Notices: mails to one person that are no issue, as HTML and as plain text."""

from __future__ import annotations

from collections.abc import Iterable

from publisher.render import email, text
from publisher.render.context import Texts
from publisher.render.context_service import Notice
from publisher.render.inert import inert
from publisher.render.theme import Theme
from publisher.render.views import Views


def confirm_notice(views: Views, items: Iterable[Texts], url: str) -> Notice:
    """What a confirmation says.

    Neither who asked for it nor whence: whoever typed the address could write to a stranger so.
    """
    return Notice(
        kind="confirm",
        heading=_heading(views, "notice_confirm"),
        text=views.word("notice_confirm_text"),
        items=tuple(items),
        how=views.word("notice_confirm_how"),
        button=views.word("confirm_button"),
        url=url,
        link=views.word("notice_link"),
        small=views.word("notice_confirm_small"),
    )


def welcome_notice(views: Views, items: Iterable[Texts], url: str) -> Notice:
    """What a new reader is told: what comes, and where to change it."""
    return Notice(
        kind="welcome",
        heading=_heading(views, "notice_welcome"),
        text=views.word("notice_welcome_text"),
        items=tuple(items),
        how=views.word("notice_welcome_how"),
        button=views.word("mail_preferences"),
        url=url,
        link=views.word("notice_link"),
        small=Texts(),
    )


def _heading(views: Views, key: str) -> Texts:
    return views.word(key, name=views.texts(views.publication.name))


def render_notice(theme: Theme, views: Views, notice: Notice) -> tuple[str, str]:
    """A notice as HTML and as plain text; the links of `views` are absolute."""
    variables = {
        "t": views.t,
        "word": views.word,
        "colon": email.colons(views),
        "edition": views.edition_view(),
        "publication": views.publication_view(),
        "notice": notice,
    }
    html = email.laid_out(theme, "email/notice.mjml", {**variables, "faces": email.faces(views)})
    return html, text.tidy(inert(theme.render("text/notice.txt", **variables)))
