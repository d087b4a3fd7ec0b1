"""Signing up: the form, and what becomes of it.

The answer to a form is the same, after the same time, for every address: known, unknown, waiting
for its confirmation, or forgotten.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from publisher.render.service import ServicePages, editions_of
from publisher.storage.subscriber_rows import Consent
from publisher.subscribers.addresses import Address, AddressRefused, read_address
from publisher.subscribers.subscriber import Choice
from publisher.web.answers import Answers, form_of, page, text_of
from publisher.web.client import network_of
from publisher.web.office import Front

log = logging.getLogger("publisher.web")

SOURCE = "form"
"""What the proof of consent names as the place where it was given."""
# A name that no browser fills in by itself: a person would be taken for a program.
_TRAP = "subject"


@dataclass(frozen=True, slots=True)
class Filled:
    """A form as it was filled in: `chosen` holds the edition of each bulletin that is marked."""

    address: str
    name: str
    chosen: Mapping[str, str]
    is_trapped: bool

    @classmethod
    def read(cls, form: FormData, front: Front, edition: str) -> Filled:
        """Read a form; bulletins and editions that there are not are left out."""
        marked = {each for each in form.getlist("bulletin") if isinstance(each, str)}
        chosen = {slug: _edition(form, front, slug, edition) for slug in front.bulletins}
        return cls(
            text_of(form, "address").strip(),
            text_of(form, "name"),
            {slug: found for slug, found in chosen.items() if found and slug in marked},
            bool(text_of(form, _TRAP)),
        )

    @property
    def choices(self) -> list[Choice]:
        """What is asked for."""
        return [Choice(slug, edition) for slug, edition in self.chosen.items()]


def _edition(form: FormData, front: Front, slug: str, edition: str) -> str:
    """The edition of a bulletin that a form asks for: its own, else the page's, else any."""
    known = editions_of(front.publication, front.bulletins[slug])
    wanted = text_of(form, f"edition.{slug}")
    if wanted:
        return wanted if wanted in known else ""
    return edition if edition in known else next(iter(known), "")


@dataclass(frozen=True, slots=True)
class SignUpDesk:
    """Answers those who want to subscribe; `at_once` of them are written down at a time.

    A crowd that signs up waits for itself, and never keeps a reader from leaving.
    """

    answers: Answers
    at_once: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(4))

    async def show(self, request: Request, edition: str) -> Response:
        """The form; `?bulletin=` marks one."""
        front = await self.answers.front()
        if edition not in front.pages:
            return await self.answers.message(request, "not-found", 404)
        pages, wanted = front.pages[edition], request.query_params.getlist("bulletin")
        form = pages.form({slug: "" for slug in front.bulletins if slug in wanted})
        return _open(page(await self.answers.work(pages.subscribe, form)))

    async def take(self, request: Request, edition: str) -> Response:
        """A form that was sent."""
        begun, front = time.monotonic(), await self.answers.front()
        if edition not in front.pages:
            return await self.answers.message(request, "not-found", 404)
        if self.answers.is_foreign(request, front, has_token=False):
            log.warning("a form to subscribe with came from another site")
            return await self.answers.message(request, "foreign", 403, edition=edition)
        client, limits = self.answers.client(request), self.answers.office.limits
        if not limits.allows_client(network_of(client)):
            return await self._too_often(request, edition)
        filled = Filled.read(await form_of(request), front, edition)
        address, refused = _address(filled.address)
        if address is None or not filled.chosen:
            return await self._again(front.pages[edition], filled, refused)
        if not limits.allows_address(address.match):
            return await self._too_often(request, edition)
        await self._ask(filled, front.pages[edition], client)
        answer = await self.answers.message(request, "sent", edition=edition)
        office = self.answers.office
        await office.wait(max(0.0, office.patience - (time.monotonic() - begun)))
        return _open(answer)

    async def _ask(self, filled: Filled, pages: ServicePages, client: str) -> None:
        """Ask for what was chosen; nothing, where a program has filled in what nobody sees."""
        if filled.is_trapped:
            log.info("a form that a program has filled in")
            return
        office = self.answers.office
        consent = Consent(*pages.consent(), SOURCE, client)
        async with self.at_once:
            await self.answers.work(
                office.subscribing.ask, filled.address, filled.name, filled.choices, consent,
                pages.edition, office.clock(),
            )  # fmt: skip

    async def _again(self, pages: ServicePages, filled: Filled, refused: str) -> Response:
        """The form as it was filled in, with what has to be corrected."""
        form = pages.form(
            filled.chosen,
            address=filled.address[:320],
            name=filled.name[:120],
            address_error=refused,
            bulletins_error="" if filled.chosen else "signup_no_bulletin",
        )
        return _open(page(await self.answers.work(pages.subscribe, form), 422))

    async def _too_often(self, request: Request, edition: str) -> Response:
        answer = await self.answers.message(request, "often", 429, edition=edition)
        answer.headers["Retry-After"] = "300"
        return _open(answer)


def _address(given: str) -> tuple[Address | None, str]:
    """An address, or the interface string that says what is wrong with it."""
    if not given:
        return None, "signup_no_address"
    try:
        return read_address(given), ""
    except AddressRefused:
        return None, "signup_bad_address"


def _open(answer: Response) -> Response:
    """No token stands in its address: the browser may say which site a form came from."""
    answer.headers["Referrer-Policy"] = "strict-origin-when-cross-origin"
    return answer
