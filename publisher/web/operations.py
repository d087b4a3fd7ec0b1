"""The second listener: health, readiness and metrics, for those who look after the service.

It is loopback by default.  What is served here without a token names no reader.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Mapping

from fastapi import APIRouter, FastAPI
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from publisher.config.settings import OperationsSettings
from publisher.errors import PublisherError
from publisher.overview.judge import wrong
from publisher.overview.model import Overview
from publisher.web.api.problems import Problem, problem_of
from publisher.web.guard import Guard
from publisher.web.watch import Watch


def make_operations(
    watch: Watch,
    settings: OperationsSettings,
    routers: Iterable[APIRouter] = (),
    mounts: Mapping[str, ASGIApp] | None = None,
) -> FastAPI:
    """The pages for operators, as an ASGI application.

    `routers` are included as they are, `mounts` are whole applications below a path; both stand
    behind the same guard and the same check of hosts.
    """
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False)
    app.include_router(_router(watch))
    for each in routers:
        app.include_router(each)
    for path, mounted in (mounts or {}).items():
        app.mount(path, mounted)
    app.add_middleware(Guard, failing=_failing)
    app.add_middleware(HostCheck, host=settings.host)

    async def refused(request: Request, error: Exception) -> Response:
        return problem_of(error).response()

    app.add_exception_handler(HTTPException, refused)
    return app


async def _failing(request: Request, status: int, kind: str, number: str) -> Response:
    detail = {413: "too large", 408: "it took too long"}.get(status, "something failed here")
    told = f"{detail}; the log has it as {number}" if number else detail
    return Problem(status, told).response()


def _router(watch: Watch) -> APIRouter:
    router, duty = APIRouter(), _Duty(watch)
    for path, endpoint in (
        ("/healthz", duty.health), ("/readyz", duty.ready), ("/metrics", duty.metrics),
    ):  # fmt: skip
        router.add_api_route(path, endpoint, methods=["GET", "HEAD"], response_model=None)
    return router


class _Duty:
    """Answers those who watch."""

    def __init__(self, watch: Watch) -> None:
        self._watch = watch

    async def health(self, request: Request) -> Response:
        """Whether the process answers: no database, no disk."""
        return PlainTextResponse("ok\n")

    async def ready(self, request: Request) -> Response:
        """Whether what is due comes out; else why not, in words."""
        try:
            seen = await run_in_threadpool(self._watch.look)
        except PublisherError as error:
            return JSONResponse({"ready": False, "reasons": [error.what]}, 503)
        reasons = [each.what for each in wrong(seen) if each.stops]
        return JSONResponse(readiness(seen, reasons), 503 if reasons else 200)

    async def metrics(self, request: Request) -> Response:
        """Numbers, for Prometheus."""
        from publisher.web.metrics import MEDIA_TYPE, exposition

        seen = await run_in_threadpool(self._watch.look)
        people = await run_in_threadpool(self._watch.people)
        return Response(exposition(seen, people), headers={"Content-Type": MEDIA_TYPE})


def readiness(seen: Overview, reasons: list[str]) -> dict[str, object]:
    """What /readyz says."""
    data = seen.data()
    coming = min(seen.coming, key=lambda each: each.slot, default=None)
    following = {"issue": str(coming), "slot": coming.slot.isoformat()} if coming else None
    return {
        "ready": not reasons, "reasons": reasons, "at": data["at"], "last_run": data["last_run"],
        "next": following, "lag": data["lag"], "queues": data["queues"],
        "troubles": len(wrong(seen)),
    }  # fmt: skip


class HostCheck:
    """Refuses names that are not this machine's where we listen for this machine only.

    A page of a stranger that a browser here has open could lead its own name to 127.0.0.1 and
    read along (DNS rebinding); the name in the Host header gives it away.
    """

    def __init__(self, app: ASGIApp, host: str) -> None:
        self._app, self._host = app, host.lower()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http" or self._allows(_host_of(scope)):
            await self._app(scope, receive, send)
            return
        told = "this name is not served here; a proxy must ask with Host: localhost\n"
        await PlainTextResponse(told, 421)(scope, receive, send)

    def _allows(self, name: str) -> bool:
        return not _is_loopback(self._host) or name == self._host or _is_loopback(name)


def _host_of(scope: Scope) -> str:
    """The name or address of the Host header, without its port."""
    given = next((value for name, value in scope["headers"] if name == b"host"), b"")
    host: str = given.decode("latin-1").strip().lower()
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.rpartition(":")[0] if host.rpartition(":")[2].isdigit() else host


def _is_loopback(name: str) -> bool:
    if name == "localhost":
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False
