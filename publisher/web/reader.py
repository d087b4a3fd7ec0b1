"""By a link of a mail: confirm, choose, leave.  A GET shows; only a POST changes anything."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from publisher.render.service import Held, ServicePages, editions_of
from publisher.storage.subscriber_rows import Confirmed, Consent
from publisher.subscribers.addresses import masked
from publisher.subscribers.subscriber import Choice, Subscriber
from publisher.subscribing import Preference, Reader
from publisher.web.answers import Answers, form_of, page, text_of
from publisher.web.office import Front

log = logging.getLogger("publisher.web")

_CONFIRM = re.compile("[0-9a-fA-F]{40}")
_ONE_CLICK = b"List-Unsubscribe=One-Click"


class _Unknown(ValueError):
    """A form that asks for what there is not."""


@dataclass(frozen=True, slots=True)
class ReaderDesk:
    """Answers those who follow a link that we have sent them."""

    answers: Answers

    # Confirming --------------------------------------------------------------------------------

    async def show_confirm(self, request: Request, token: str) -> Response:
        """What would be confirmed, and a button."""
        office = self.answers.office
        found = await self.answers.work(office.subscribing.asked_for, token, office.clock())
        if found is None:
            return await self._not_confirmed(request, token)
        pages = (await self.answers.front()).pages_of(_edition_of(found))
        choices = [(each.bulletin, each.edition) for each in found.choices]
        address = masked(found.subscriber.address)
        return page(await self.answers.work(pages.confirm, token, address, choices))

    async def confirm(self, request: Request, token: str) -> Response:
        """Confirm."""
        office, front = self.answers.office, await self.answers.front()
        if self.answers.is_foreign(request, front, has_token=True):
            return await self._foreign(request, "confirm")
        client = self.answers.client(request)
        found = await self.answers.work(
            office.subscribing.confirm, token, client, office.clock()
        )  # fmt: skip
        if found is None:
            return await self._not_confirmed(request, token)
        own = office.subscribing.token_of(found.subscriber.id, found.choices[0].bulletin)
        edition = _edition_of(found)
        return await self.answers.message(request, "confirmed", edition=edition, token=own)

    async def _not_confirmed(self, request: Request, token: str) -> Response:
        if _CONFIRM.fullmatch(token):
            return await self.answers.message(request, "old", 410)
        return await self.answers.message(request, "unknown", 404)

    # Choosing ----------------------------------------------------------------------------------

    async def show_preferences(self, request: Request, token: str) -> Response:
        """What a reader gets."""
        reader = await self._reader(token, "preferences")
        if reader is None or reader.subscriber is None:
            return await self._nobody(request, reader)
        pages = await self._pages(request, reader)
        return page(await self._preferences(pages, token, reader.subscriber))

    async def choose(self, request: Request, token: str) -> Response:
        """What a reader wants from now on."""
        front, reader = await self.answers.front(), await self._reader(token, "preferences")
        if reader is None or reader.subscriber is None:
            return await self._nobody(request, reader)
        if self.answers.is_foreign(request, front, has_token=True):
            return await self._foreign(request, "preferences")
        pages, form = await self._pages(request, reader), await form_of(request)
        subscribing, now = self.answers.office.subscribing, self.answers.office.clock()
        if text_of(form, "leave") == "all":
            await self.answers.work(subscribing.leave_all, reader.subscriber, "preferences", now)
            return await self._said(pages, "left-all", token)
        try:
            client = self.answers.client(request)
            wanted = list(_wanted(form, front, pages, reader.subscriber, client))
        except _Unknown:
            shown = await self._preferences(pages, token, reader.subscriber, is_bad=True)
            return page(shown, 422)
        await self.answers.work(subscribing.prefer, reader.subscriber, wanted, now)
        return await self._said(pages, "saved", token)

    async def _preferences(
        self, pages: ServicePages, token: str, subscriber: Subscriber, *, is_bad: bool = False
    ) -> str:
        held = {
            each.bulletin: Held(each.edition, each.state, each.confirmed)
            for each in subscriber.subscriptions
            if each.state in ("active", "paused")
        }
        return await self.answers.work(
            pages.preferences, token, masked(subscriber.address), held,
            is_stopped=subscriber.state != "ok", is_bad=is_bad,
        )  # fmt: skip

    # Leaving -----------------------------------------------------------------------------------

    async def show_leave(self, request: Request, token: str) -> Response:
        """The bulletin that a mail was of, and a button."""
        reader = await self._reader(token, "leave")
        if reader is None or reader.subscriber is None:
            return await self._nobody(request, reader)
        pages, found = await self._pages(request, reader), reader.subscription
        if found is None or found.state == "ended":
            return await self._said(pages, "left", token)
        address = masked(reader.subscriber.address)
        return page(await self.answers.work(pages.leave, token, address, found.bulletin))

    async def leave(self, request: Request, token: str) -> Response:
        """Leave: by the button, or by a mail program (RFC 8058).

        That one gets a short text at once, with no cookie and no redirect, and is heard from
        wherever it comes; also for somebody who was forgotten since.
        """
        is_one_click = await _is_one_click(request)
        front = await self.answers.front()
        if not is_one_click and self.answers.is_foreign(request, front, has_token=True):
            return await self._foreign(request, "leave")
        office, how = self.answers.office, "one-click" if is_one_click else "page"
        reader = await self.answers.work(office.subscribing.leave, token, how, office.clock())
        if is_one_click:
            text = "Unsubscribed.\n" if reader else "This link is not known here.\n"
            return PlainTextResponse(text, 200 if reader else 404)
        if reader is None:
            return await self.answers.message(request, "unknown", 404)
        own = token if reader.subscriber else ""
        return await self._said(await self._pages(request, reader), "left", own)

    # Helpers -----------------------------------------------------------------------------------

    async def _reader(self, token: str, where: str) -> Reader | None:
        found = await self.answers.work(self.answers.office.subscribing.reader, token)
        if found is None:
            log.warning("a link that is not ours (%s)", where)
        return found

    async def _pages(self, request: Request, reader: Reader) -> ServicePages:
        edition = reader.subscription.edition if reader.subscription else None
        languages = request.headers.get("accept-language", "")
        return (await self.answers.front()).pages_of(edition, languages)

    async def _nobody(self, request: Request, reader: Reader | None) -> Response:
        """The answer to a forged link, and to the genuine one of somebody who was forgotten."""
        if reader is None:
            return await self.answers.message(request, "unknown", 404)
        return await self.answers.message(request, "gone", 410)

    async def _foreign(self, request: Request, where: str) -> Response:
        log.warning("a form came from another site (%s)", where)
        return await self.answers.message(request, "foreign", 403)

    async def _said(self, pages: ServicePages, kind: str, token: str) -> Response:
        return page(await self.answers.work(pages.message, kind, token))


def _edition_of(found: Confirmed) -> str:
    return found.choices[0].edition


async def _is_one_click(request: Request) -> bool:
    """Whether the body says so; form-data, form-urlencoded, or without a type at all."""
    if (await request.body()).strip() == _ONE_CLICK:
        return True
    return text_of(await form_of(request), "List-Unsubscribe") == "One-Click"


def _wanted(
    form: FormData, front: Front, pages: ServicePages, subscriber: Subscriber, client: str
) -> Iterator[Preference]:
    """What a form asks for; raises _Unknown where it asks for what there is not."""
    for slug, settings in front.bulletins.items():
        state = text_of(form, f"state.{slug}")
        if not state:
            continue
        known, before = editions_of(front.publication, settings), subscriber.subscription(slug)
        usual = before.edition if before and before.edition in known else pages.edition
        edition = text_of(form, f"edition.{slug}") or (usual if usual in known else known[0])
        if state not in ("active", "paused", "none") or edition not in known:
            raise _Unknown
        is_held = before is not None and before.state in ("active", "paused")
        if state == "active" or is_held:
            consent = Consent(pages.views.lang, pages.offer(slug), "preferences", client)
            yield Preference(Choice(slug, edition), _STATES[state], consent)


_STATES: dict[str, Literal["active", "paused", "ended"]] = {
    "active": "active", "paused": "paused", "none": "ended",
}  # fmt: skip
