"""What handlers share: who asks, in which language, and the answer as a page."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import ParamSpec, TypeVar

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response

from publisher.render.head import origin_of
from publisher.web.client import client_address, is_foreign
from publisher.web.office import Front, Office

log = logging.getLogger("publisher.web")
P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Answers:
    """Reads requests and answers them; `work` is done outside the event loop."""

    office: Office

    async def work(self, what: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Do what may block: the database, a page."""
        return await run_in_threadpool(what, *args, **kwargs)

    async def front(self) -> Front:
        """What there is now."""
        return await self.work(self.office.front)

    def client(self, request: Request) -> str:
        """The address of whoever asks."""
        peer = request.client.host if request.client else ""
        forwarded = request.headers.getlist("x-forwarded-for")
        return client_address(peer, forwarded, self.office.settings.proxies)

    def is_foreign(self, request: Request, front: Front, *, has_token: bool) -> bool:
        """Whether a form was sent from a page that is not ours."""
        found = front.publication
        ours = {origin_of(url) for url in (found.base_url, found.service_url) if url}
        return is_foreign(request.headers, ours, has_token=has_token)

    async def message(
        self,
        request: Request,
        kind: str,
        status: int = 200,
        *,
        edition: str | None = None,
        token: str = "",
        number: str = "",
    ) -> Response:
        """A short answer, in an edition or in the language of the browser."""
        front = await self.front()
        pages = front.pages_of(edition, request.headers.get("accept-language", ""))
        return page(await self.work(pages.message, kind, token, number), status)

    async def failing(self, request: Request, status: int, kind: str, number: str) -> Response:
        """The answer to what cannot be served, in words even where nothing else works."""
        try:
            return await self.message(request, kind, status, number=number)
        except Exception as error:
            log.error("%s: no page either", number, exc_info=error)
            text = f"Something went wrong here. Please try again later. ({number})\n"
            return PlainTextResponse(text, status)


def page(html: str, status: int = 200) -> Response:
    """A page as an answer."""
    return HTMLResponse(html, status)


async def form_of(request: Request) -> FormData:
    """A form in either encoding; empty for anything else."""
    return await request.form(max_files=0, max_fields=300)


def text_of(form: FormData, name: str) -> str:
    """A field of a form as text."""
    found = form.get(name)
    return found if isinstance(found, str) else ""
