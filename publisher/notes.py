"""Notices as messages: to confirm, to welcome, and to tell the operator."""

from __future__ import annotations

import datetime as dt
import html
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from publisher.config.bulletin import Bulletin
from publisher.config.publication import Publication
from publisher.deliver.message import Letter, compose
from publisher.render import paths
from publisher.render.context import Texts
from publisher.render.context_service import Notice
from publisher.render.notice import confirm_notice, render_notice, welcome_notice
from publisher.render.service import item
from publisher.render.theme import Theme
from publisher.render.views import Views
from publisher.subscribers.addresses import Address
from publisher.subscribers.subscriber import Choice
from publisher.subscribers.tokens import Keys, Kind, Token, bulletin_tag

# RFC 3834 section 5: nothing that answers by itself should answer.  No header names a list to
# leave: who has not confirmed is on none.
_HEADERS = (("Auto-Submitted", "auto-generated"),)


@dataclass(frozen=True, slots=True)
class NoticeDesk:
    """Writes notices in a reader's language.

    `views_of` gives the views of an edition with absolute links; `bulletins` are those that can
    be subscribed to, and `keys` write the links to what a reader gets.
    """

    publication: Publication
    bulletins: Mapping[str, Bulletin]
    views_of: Callable[[str], Views]
    theme: Theme
    keys: Keys

    def confirm(
        self, address: Address, edition: str, choices: Sequence[Choice], token: str,
        now: dt.datetime,
    ) -> bytes:  # fmt: skip
        """A mail with the link that confirms; `edition` is that of the form."""
        views = self._views(edition)
        url = self._service.to(paths.confirm(token))
        notice = confirm_notice(views, self._items(views, choices), url)
        return self._message(views, address, notice, now)

    def welcome(
        self, address: Address, subscriber: int, choices: Sequence[Choice], now: dt.datetime
    ) -> bytes:
        """A mail after confirming: what comes, and where to change it.

        It is in the edition of the first choice.
        """
        first = choices[0]
        views = self._views(first.edition)
        token = self.keys.write(Token(Kind.READER, subscriber, bulletin_tag(first.bulletin)))
        url = self._service.to(paths.preferences(token))
        notice = welcome_notice(views, self._items(views, choices), url)
        return self._message(views, address, notice, now)

    def alarm(
        self, address: Address, subject: str, lines: Sequence[str], now: dt.datetime
    ) -> bytes:
        """A mail to the operator, in English."""
        title = html.escape(subject)
        shown = "".join(f"<p>{html.escape(line)}</p>\n" for line in lines)
        head = f'<meta charset="utf-8">\n<title>{title}</title>'
        return self._composed(
            address, now,
            subject=f"[{self.publication.domain}] {subject}",
            sender_name="publisher",
            language_tags=("en",),
            html=f'<!doctype html>\n<html lang="en">\n{head}\n{shown}</html>\n',
            text="\n\n".join(lines) + "\n",
        )  # fmt: skip

    # Helpers -----------------------------------------------------------------------------------

    @property
    def _service(self) -> paths.Links:
        found = self.publication
        return paths.Links(found.service_url or found.base_url, absolute=True)

    def _views(self, edition: str) -> Views:
        """The views of an edition; of the first one, where it is no longer there."""
        known = self.publication.editions
        return self.views_of(edition if edition in known else next(iter(known)))

    def _items(self, views: Views, choices: Iterable[Choice]) -> list[Texts]:
        return [item(views, self.bulletins, each.bulletin, each.edition) for each in choices]

    def _message(self, views: Views, address: Address, notice: Notice, now: dt.datetime) -> bytes:
        html_form, text_form = render_notice(self.theme, views, notice)
        return self._composed(
            address, now,
            subject=" · ".join(dict.fromkeys(each.text for each in notice.heading)),
            sender_name=views.texts(self.publication.sender.name).line,
            language_tags=tuple(each.tag for each in views.edition.languages),
            html=html_form,
            text=text_form,
        )  # fmt: skip

    def _composed(self, address: Address, now: dt.datetime, **parts: Any) -> bytes:
        # By chance: two notices to one person are never the same mail.
        key = uuid.uuid4().hex
        return compose(
            Letter(
                sender_address=self.publication.sender.address,
                recipient=address.envelope,
                date=now,
                key=key,
                seed=key,
                domain=self.publication.domain,
                headers=_HEADERS,
                **parts,
            )
        )
