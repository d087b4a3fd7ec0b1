"""The page with the numbers, and who may see it.

A browser asks for a token as the password of HTTP Basic (RFC 7617), under any name: no session to
keep, no cookie to steal, no form that another site could send.  Nothing can be changed here, and
the API takes bearer tokens only: that a browser sends a password by itself is of no use to a page
of somebody else.
"""

from __future__ import annotations

import base64
import binascii
import time
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from fastapi import APIRouter
from jinja2 import Environment, StrictUndefined
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response

from publisher.web.api.admission import REALM, Admission
from publisher.web.api.desk import AdminDesk
from publisher.web.api.making import PATH
from publisher.web.api.problems import Refused, problem_of
from publisher.web.dashboard import charts
from publisher.web.dashboard.numbers import BACK, STATES, Numbers, Row, gather
from publisher.web.watch import Kept

_HERE = Path(__file__).parent
_SCOPE = "dashboard:read"
_CHALLENGE = f'Basic realm="{REALM}", charset="UTF-8"'
_SECONDS = 30.0
"""For which the numbers are shown again at least."""
_SAID = {"soft": "soft bounces", "hard": "hard bounces", "spam": "complaints"}
_HOUR = {"Cache-Control": "public, max-age=3600"}


def make_dashboard(
    desk: AdminDesk, admission: Admission, timer: Callable[[], float] = time.monotonic
) -> APIRouter:
    """The routes of the dashboard: `/`, and its style sheet."""
    router, kept = APIRouter(), Kept(lambda: gather(desk), _SECONDS, timer)

    def show(request: Request) -> Response:
        try:
            admission.admit(request, _password(request), _SCOPE, _CHALLENGE)
            return HTMLResponse(page(kept.get()))
        except Exception as error:  # noqa: BLE001  an operator sees words, not a traceback
            problem = problem_of(error)
            text = f"{problem.what}. {problem.remedy}\n"
            return PlainTextResponse(text, problem.status, dict(problem.headers))

    async def answer(request: Request) -> Response:
        return await run_in_threadpool(show, request)

    async def style(request: Request) -> Response:
        return Response(_text("dashboard.css"), media_type="text/css", headers=_HOUR)

    see = ["GET", "HEAD"]
    router.add_api_route("/", answer, methods=see, response_model=None)
    router.add_api_route("/dashboard.css", style, methods=see, response_model=None)
    return router


def _password(request: Request) -> str:
    """The password of HTTP Basic, which is a token; raises Refused where there is none."""
    kind, _, given = request.headers.get("authorization", "").partition(" ")
    if kind.lower() == "basic":
        try:
            return base64.b64decode(given, validate=True).decode("utf-8").partition(":")[2]
        except (binascii.Error, UnicodeDecodeError):
            pass
    what = f"a token with the scope {_SCOPE} is needed, as the password; the name does not matter"
    remedy = f"Make one with: publisher tokens create NAME --scope {_SCOPE}"
    raise Refused(401, what, remedy, WWW_Authenticate=_CHALLENGE)


def page(numbers: Numbers) -> str:
    """The page with the numbers."""
    text: str = _template().render(
        numbers=numbers, api=f"{PATH}/openapi.json", bulletins=list(_bulletins(numbers)),
        deliveries=list(_deliveries(numbers)), returns=list(_returns(numbers)),
        moments=[f"{each:%Y-%m-%d}" for each in numbers.moments], states=STATES, said=_SAID,
    )  # fmt: skip
    return text


def _bulletins(numbers: Numbers) -> Iterator[Mapping[str, Any]]:
    moments = [f"{each:%Y-%m-%d}" for each in numbers.moments]
    for bulletin, editions in numbers.readers.items():
        series = [charts.Series(name, values) for name, values in editions.items()]
        now = {each.name: each.values[-1] for each in series}
        label = f"Readers of {bulletin} from {moments[0]} to {moments[-1]}; now: "
        label += ", ".join(f"{number} {name}" for name, number in now.items())
        yield {
            "slug": bulletin, "total": sum(now.values()),
            "chart": charts.lines(series, moments, label),
            "editions": [(each.name, charts.colour(at), each.values)
                         for at, each in enumerate(series)],
        }  # fmt: skip


def _deliveries(numbers: Numbers) -> Iterator[Mapping[str, Any]]:
    most = max((each.mailing.recipients for each in numbers.mailings), default=0)
    for each in numbers.mailings:
        parts = [(state, each.counts.get(state, 0)) for state in STATES]
        told = [(state, number) for state, number in parts if number]
        yield {"mailing": each.mailing, "bar": charts.bar(parts, most), "told": told}


def _returns(numbers: Numbers) -> Iterator[Mapping[str, Any]]:
    """By their share of what was sent: a small issue may be a large trouble."""
    most = max(map(_share, numbers.mailings), default=0.0)
    for each in numbers.mailings:
        parts = [(kind, each.bounces.get(kind, 0)) for kind in BACK]
        # In bars that compare shares, the longest fills its cell.
        whole = round(_tried(each) * most) or 1
        yield {
            "mailing": each.mailing, "bar": charts.bar(parts, whole), "share": _share(each),
            "told": [(kind, number) for kind, number in parts if number],
        }  # fmt: skip


def _share(row: Row) -> float:
    return sum(row.bounces.values()) / max(1, _tried(row))


def _tried(row: Row) -> int:
    return row.counts.get("sent", 0) + row.counts.get("failed", 0)


@cache
def _template() -> Any:
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["number"] = lambda value: f"{value:,}"
    return environment.from_string(_text("dashboard.html"))


@cache
def _text(name: str) -> str:
    return (_HERE / name).read_text(encoding="utf-8")
