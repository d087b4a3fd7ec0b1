"""What holds for every answer: its headers, the size of what is taken, words for what fails."""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections.abc import Awaitable, Callable

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from publisher.errors import PublisherError
from publisher.render import paths
from publisher.render.head import POLICY

log = logging.getLogger("publisher.web")

LIMIT_BYTES = 64 * 1024
"""Of a form."""
FEEDBACK_BYTES = 5 * 1024 * 1024
"""Of what a provider sends: a bounce holds the message that came back, a push its commits."""
_SECONDS = 30
"""In which a request has to be here."""

Failing = Callable[[Request, int, str, str], Awaitable[Response]]
"""Writes the answer for what cannot be served: request, status, kind of message, number."""

HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": f"{POLICY}; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
    "Referrer-Policy": "no-referrer",
    "Strict-Transport-Security": "max-age=31536000",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}


class _TooLarge(Exception):
    pass


class _Gone(Exception):
    pass


class Guard:
    """Stands before the service: reads a request whole, and sees to every answer."""

    def __init__(self, app: ASGIApp, failing: Failing) -> None:
        self._app, self._failing = app, failing

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun = False

        async def sending(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                _complete(MutableHeaders(scope=message))
            await send(message)

        try:
            async with asyncio.timeout(_SECONDS):
                body = await _body(scope, receive)
        except _Gone:
            return
        except (_TooLarge, TimeoutError) as error:
            status = 413 if isinstance(error, _TooLarge) else 408
            answer = await self._failing(Request(scope), status, "unread", "")
            answer.headers["Connection"] = "close"
            await answer(scope, receive, sending)
            return
        try:
            await self._app(scope, _once(body, receive), sending)
        except Exception as error:  # noqa: BLE001  a reader never sees a traceback
            answer = await self._broken(Request(scope), error)
            if not begun:
                await answer(scope, receive, sending)

    async def _broken(self, request: Request, error: Exception) -> Response:
        """The answer to what failed here; the log has the same number, and no token."""
        number = uuid.uuid4().hex[:8]
        if isinstance(error, PublisherError):
            log.error("%s: %s", number, error)
            return await self._failing(request, 503, "broken", number)
        log.error("%s: something failed", number, exc_info=error)
        return await self._failing(request, 500, "broken", number)


def _complete(headers: MutableHeaders) -> None:
    for name, value in HEADERS.items():
        headers.setdefault(name, value)


async def _body(scope: Scope, receive: Receive) -> bytes:
    is_sent = any(f"{paths.SERVICE}{each}/" in scope["path"] for each in ("feedback", "hooks"))
    most = FEEDBACK_BYTES if is_sent else LIMIT_BYTES
    body = b""
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise _Gone
        body += bytes(message.get("body", b""))
        if len(body) > most:
            raise _TooLarge
        if not message.get("more_body"):
            return body


def _once(body: bytes, receive: Receive) -> Receive:
    """Gives a body that was read already."""
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def again() -> Message:
        return waiting.pop() if waiting else await receive()

    return again
