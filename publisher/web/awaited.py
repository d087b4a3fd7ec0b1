"""A service that cannot be opened yet, because its database is away: opened when that is back."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

from starlette.concurrency import run_in_threadpool
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from publisher.errors import PublisherError, StepFailed
from publisher.web.guard import HEADERS

log = logging.getLogger("publisher.web")

AGAIN = 2.0
"""Seconds between two tries."""
_RETRY_AFTER = "30"
_WORDS = "This page cannot be shown at the moment. Please try again in a few minutes.\n"


class Awaited:
    """An ASGI application in place of one that `make` makes, as soon as it can be made.

    Until then every request is answered with 503 (RFC 9110 section 15.6.4), in words.
    """

    def __init__(
        self, make: Callable[[], ASGIApp], timer: Callable[[], float] = time.monotonic
    ) -> None:
        self._make, self._timer = make, timer
        self._lock = threading.Lock()
        self._made: ASGIApp | None = None
        self._due = 0.0
        self._told = ""

    def open(self) -> None:
        """Make it now, unless what it needs is away.

        Raises whatever else is wrong: settings that nobody mends by waiting.
        """
        try:
            self._made = self._make()
        except StepFailed as error:
            self._tell(error)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if self._made is None:
            await run_in_threadpool(self._try)
        await (self._made or _closed)(scope, receive, send)

    def _try(self) -> None:
        """Make it, unless another request is at that, or has just failed."""
        if not self._lock.acquire(blocking=False):
            return
        try:
            if self._made is None and self._timer() >= self._due:
                self._made = self._make()
                log.info("the pages are served now")
        except PublisherError as error:
            self._tell(error)
        finally:
            self._lock.release()

    def _tell(self, error: PublisherError) -> None:
        self._due = self._timer() + AGAIN
        if str(error) != self._told:
            self._told = str(error)
            log.error("the pages cannot be served yet: %s", error)


async def _closed(scope: Scope, receive: Receive, send: Send) -> None:
    answer = PlainTextResponse(_WORDS, 503, headers={**HEADERS, "Retry-After": _RETRY_AFTER})
    await answer(scope, receive, send)
