"""The API, put together: operations, their description, and words for what is not there."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match

from publisher.version import VERSION
from publisher.web.api.admission import Admission
from publisher.web.api.desk import AdminDesk
from publisher.web.api.issues import add_issues
from publisher.web.api.mailings import add_mailings
from publisher.web.api.problems import SCHEMA, problem_of
from publisher.web.api.route import Route
from publisher.web.api.subscribers import add_subscribers

PATH = "/api/v1"
"""Where it is mounted."""
_ABOUT = (
    "People, issues and mailings of a publication, for other programs. Tokens are made with "
    "`publisher tokens create`. Errors are problem details (RFC 9457) with a `remedy`."
)


def make_api(desk: AdminDesk, admission: Admission) -> FastAPI:
    """The API as an ASGI application of its own, to be mounted at `PATH`.

    Its description is at `/openapi.json` and open to everybody: it tells nothing of the
    publication.  There is no page that shows it: the usual ones load scripts from elsewhere.
    """
    app = FastAPI(
        title="publisher", version=VERSION, description=_ABOUT, docs_url=None, redoc_url=None,
        openapi_url="/openapi.json", redirect_slashes=False,
    )  # fmt: skip
    app.router.route_class = Route
    app.state.desk, app.state.admission = desk, admission
    add_subscribers(app, desk)
    add_issues(app, desk)
    add_mailings(app, desk)

    async def refused(request: Request, error: Exception) -> Response:
        answer = problem_of(error).response()
        if answer.status_code == 405:
            # Starlette names those of one route; RFC 9110 15.5.6 wants all of the address.
            answer.headers["Allow"] = ", ".join(sorted(_methods(app, request)))
        return answer

    app.add_exception_handler(HTTPException, refused)
    app.openapi = lambda: described(app)  # type: ignore[method-assign]
    return app


def _methods(app: FastAPI, request: Request) -> set[str]:
    fitting = (each for each in app.router.routes if each.matches(request.scope)[0] != Match.NONE)
    return {method for each in fitting for method in getattr(each, "methods", None) or ()}


def described(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI description, with the shape of problems and the way to show a token."""
    if app.openapi_schema is None:
        schema = get_openapi(
            title=app.title, version=app.version, description=app.description, routes=app.routes,
            servers=[{"url": PATH}],
        )  # fmt: skip
        parts = schema["components"]
        for unused in ("HTTPValidationError", "ValidationError"):
            parts["schemas"].pop(unused, None)
        parts["schemas"]["Problem"] = SCHEMA
        parts["securitySchemes"] = {"bearer": {"type": "http", "scheme": "bearer"}}
        app.openapi_schema = schema
    return app.openapi_schema
