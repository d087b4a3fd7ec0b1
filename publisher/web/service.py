"""The service: routes, and what stands before them."""

from __future__ import annotations

from urllib.parse import urlsplit

from fastapi import APIRouter, FastAPI
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from publisher.web.answers import Answers
from publisher.web.client import network_of
from publisher.web.guard import Guard
from publisher.web.office import Office
from publisher.web.reader import ReaderDesk
from publisher.web.sign_up import SignUpDesk

_KINDS = {400: "unread", 404: "not-found", 405: "not-found"}


def make_service(office: Office) -> FastAPI:
    """The pages for subscribers, as an ASGI application.

    They stand below the path of `service_url` and at the root: whether a proxy takes that path
    off is its own affair.
    """
    answers = Answers(office)
    # No redirect to a corrected address: it would be made of the Host header.
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False)
    router = _router(answers)
    publication = office.front().publication
    below = urlsplit(publication.service_url or "").path.rstrip("/")
    for prefix in dict.fromkeys(("", below)):
        app.include_router(router, prefix=prefix)
    app.add_middleware(Guard, failing=answers.failing)

    async def refused(request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        answer = await answers.message(request, _KINDS.get(status, "unread"), status)
        if isinstance(error, HTTPException) and error.headers:
            answer.headers.update(error.headers)
        return answer

    app.add_exception_handler(HTTPException, refused)
    return app


def _router(answers: Answers) -> APIRouter:
    router, sign_up, reader = APIRouter(), SignUpDesk(answers), ReaderDesk(answers)
    service = _Service(answers)
    see, send = ["GET", "HEAD"], ["POST"]
    for path, methods, endpoint in (
        ("/-/{edition}/subscribe", see, sign_up.show),
        ("/-/{edition}/subscribe", send, sign_up.take),
        ("/-/confirm/{token}", see, reader.show_confirm),
        ("/-/confirm/{token}", send, reader.confirm),
        ("/-/preferences/{token}", see, reader.show_preferences),
        ("/-/preferences/{token}", send, reader.choose),
        ("/-/leave/{token}", see, reader.show_leave),
        ("/-/leave/{token}", send, reader.leave),
        ("/-/feedback/{kind}", send, service.feedback),
        ("/-/hooks/pull", send, service.pull),
        ("/-/style.css", see, service.style),
        ("/healthz", see, service.health),
    ):
        router.add_api_route(path, endpoint, methods=methods, response_model=None)
    return router


class _Service:
    """What is no page."""

    def __init__(self, answers: Answers) -> None:
        self._answers, self._office = answers, answers.office

    async def style(self, request: Request) -> Response:
        """The style sheet of the pages."""
        front = await self._answers.front()
        hour = {"Cache-Control": "public, max-age=3600"}
        return Response(front.style, media_type="text/css", headers=hour)

    async def health(self, request: Request) -> Response:
        """Whether the service and its database answer."""
        await self._answers.work(self._office.subscribing.people.get, 0)
        return PlainTextResponse("ok\n")

    async def feedback(self, request: Request, kind: str) -> Response:
        """What a provider sends: bounces, complaints."""
        if self._office.feedback is None:
            raise HTTPException(404)
        headers, body = dict(request.headers), await request.body()
        status, text = await self._answers.work(self._office.feedback, kind, headers, body)
        return PlainTextResponse(text, status)

    async def pull(self, request: Request) -> Response:
        """A git forge that says that there are new commits."""
        if self._office.pull is None:
            raise HTTPException(404)
        if not self._office.limits.allows_client(network_of(self._answers.client(request))):
            return PlainTextResponse("too often; come again later\n", 429)
        headers, body = dict(request.headers), await request.body()
        status, text = await self._answers.work(self._office.pull, headers, body)
        if status == 404:
            raise HTTPException(404)
        return PlainTextResponse(text, status)
