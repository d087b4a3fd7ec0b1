"""What happens around every request of the API: who asks, only once, and words for what fails."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Coroutine
from typing import Any

from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from publisher.storage.answers import Claim
from publisher.web.api.admission import Admission
from publisher.web.api.desk import AdminDesk
from publisher.web.api.problems import MEDIA_TYPE, Problem, Refused, misfit, problem_of

Handler = Callable[[Request], Coroutine[Any, Any, Response]]

# Visible ASCII.  The draft writes it as a structured field, a string in quotes (RFC 9651); most
# clients send it bare: both are taken.
KEY_PATTERN = r'^[!#-\[\]-~]{1,98}$|^"[!#-\[\]-~]{1,98}"$'
_KEY = re.compile(KEY_PATTERN)
_SAFE = ("GET", "HEAD")


class Route(APIRoute):
    """A route whose scope stands in its OpenAPI data; the app's state has desk and admission."""

    def get_route_handler(self) -> Handler:
        """The handler, with all that stands around it."""
        inner, scope = super().get_route_handler(), scope_of(self.openapi_extra)
        known = {each.alias for each in self.dependant.query_params}

        async def handle(request: Request) -> Response:
            admission: Admission = request.app.state.admission
            try:
                caller = await run_in_threadpool(admission.bearer, request, scope)
                request.state.caller = caller
                if (refused := _unknown(request, known)) is not None:
                    return refused
                key = key_of(request)
                if key is None or request.method in _SAFE:
                    return await _done(inner, request)
                return await _once(inner, request, caller.token.id, key)
            except Exception as error:  # noqa: BLE001  nobody outside sees a traceback
                return problem_of(error).response()

        return handle


def scope_of(extra: dict[str, Any] | None) -> str:
    """The scope that a route's OpenAPI data demands."""
    scope: str = (extra or {})["security"][0]["bearer"][0]
    return scope


def _unknown(request: Request, known: set[str]) -> Response | None:
    """The answer to parameters that there are not: a misspelt filter would list everybody."""
    if not (names := sorted(set(request.query_params) - known)):
        return None
    return misfit((f"query.{name}", "there is no such parameter") for name in names).response()


def key_of(request: Request) -> str | None:
    """The idempotency key of a request; raises Refused for one that cannot be kept."""
    given = request.headers.get("idempotency-key")
    if given is None:
        return None
    if not _KEY.match(given):
        what = "Idempotency-Key has 1 to 98 visible ASCII characters, none of them a backslash"
        raise Refused(400, what, "use a new random UUID for each change")
    return given.strip('"')


async def _done(inner: Handler, request: Request) -> Response:
    """The answer, whatever happens."""
    try:
        return await inner(request)
    except Exception as error:  # noqa: BLE001  nobody outside sees a traceback
        return problem_of(error).response()


async def _once(inner: Handler, request: Request, token: int, key: str) -> Response:
    """Do a request that has a key, unless it was done already."""
    desk: AdminDesk = request.app.state.desk
    told = _hash(request, await request.body())
    claim = await run_in_threadpool(desk.answers.claim, token, key, told, desk.clock())
    if claim.state != "new":
        return _again(claim)
    answer = await _done(inner, request)
    if answer.status_code >= 500:
        # Nobody knows what it came to: it is not the last word.
        await run_in_threadpool(desk.answers.drop, token, key)
    else:
        text = bytes(answer.body).decode("utf-8")
        await run_in_threadpool(desk.answers.keep, token, key, answer.status_code, text)
    return answer


def _again(claim: Claim) -> Response:
    if claim.state == "busy":
        what = "the first request with this Idempotency-Key is still at work"
        return Problem(409, what, "ask again in a while", {"Retry-After": "5"}).response()
    if claim.state == "other":
        what = "this Idempotency-Key was used for another request"
        return Problem(422, what, "use a new key for each change").response()
    media_type = MEDIA_TYPE if claim.status >= 400 else "application/json"
    return Response(claim.body, claim.status, {"Idempotent-Replayed": "true"}, media_type)


def _hash(request: Request, body: bytes) -> str:
    parts = (request.method, request.url.path, request.url.query)
    return hashlib.sha256("\0".join(parts).encode() + b"\0" + body).hexdigest()
