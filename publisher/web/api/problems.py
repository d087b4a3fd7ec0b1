"""What the API says where something is not done: problem details (RFC 9457)."""

from __future__ import annotations

import http
import json
import logging
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from publisher.errors import ContentError, PublisherError, SettingsError, UsageError
from publisher.subscribers.addresses import AddressRefused

log = logging.getLogger("publisher.web.api")

MEDIA_TYPE = "application/problem+json"

SCHEMA: dict[str, Any] = {
    "type": "object",
    "title": "Problem",
    "description": "Why something was not done, and what to do about it (RFC 9457).",
    "required": ["type", "title", "status", "detail", "remedy"],
    "properties": {
        "type": {"type": "string", "const": "about:blank"},
        "title": {"type": "string", "description": "The phrase of the status."},
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "detail": {"type": "string", "description": "What is wrong."},
        "remedy": {"type": "string", "description": "What to do about it; may be empty."},
        "errors": {
            "type": "array",
            "description": "Each part of the request that is wrong.",
            "items": {
                "type": "object",
                "required": ["where", "what"],
                "properties": {"where": {"type": "string"}, "what": {"type": "string"}},
            },
        },
    },
}


@dataclass(frozen=True, slots=True)
class Problem:
    """A request that is refused, or that failed: status, what is wrong, what to do."""

    status: int
    what: str
    remedy: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    errors: Sequence[tuple[str, str]] = ()

    def response(self) -> Response:
        """The problem as an answer."""
        body: dict[str, object] = {
            "type": "about:blank", "title": _phrase(self.status), "status": self.status,
            "detail": self.what, "remedy": self.remedy,
        }  # fmt: skip
        if self.errors:
            body["errors"] = [{"where": where, "what": what} for where, what in self.errors]
        text = json.dumps(body, ensure_ascii=False)
        return Response(text, self.status, dict(self.headers), MEDIA_TYPE)


class Refused(Exception):
    """Ends a request with a problem."""

    def __init__(self, status: int, what: str, remedy: str = "", **headers: str) -> None:
        """`headers` are named with underscores: `Retry_After="30"`."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.problem = Problem(status, what, remedy, named)
        super().__init__(what)


def problem_of(error: Exception) -> Problem:
    """What is said of an exception; what nobody foresaw is in the log, by a number."""
    if isinstance(error, Refused):
        return error.problem
    if isinstance(error, RequestValidationError):
        return misfit(_wrong(error.errors()))
    if isinstance(error, HTTPException):
        return _of_http(error)
    if isinstance(error, PublisherError):
        return _of_ours(error)
    number = uuid.uuid4().hex[:8]
    log.error("%s: something failed", number, exc_info=error)
    return Problem(500, f"something failed here; the log has it as {number}", "report it")


def misfit(wrong: Iterable[tuple[str, str]]) -> Problem:
    """A request that does not fit its description: where, and what is wrong there."""
    remedy = "mend what `errors` names; openapi.json says what fits"
    return Problem(422, "the request does not fit", remedy, errors=tuple(wrong))


def _of_ours(error: PublisherError) -> Problem:
    if isinstance(error, AddressRefused):
        return Problem(422, error.what, error.remedy, errors=(("address", error.what),))
    if isinstance(error, UsageError) and not isinstance(error, SettingsError):
        return Problem(409, error.what, error.remedy)
    if isinstance(error, ContentError):
        # Its problems name files of the editors: they are for `publisher check`.
        return Problem(409, error.what, error.remedy)
    log.error("%s", error)
    return Problem(503, error.what, error.remedy, {"Retry-After": "30"})


def _of_http(error: HTTPException) -> Problem:
    remedies = {
        400: "send JSON (RFC 8259) in UTF-8",
        404: "see openapi.json for what there is",
        405: "see openapi.json for what can be done with it",
    }
    what = "there is nothing here" if error.status_code == 404 else str(error.detail)
    return Problem(error.status_code, what, remedies.get(error.status_code, ""),
                   dict(error.headers or {}))  # fmt: skip


def _wrong(errors: Iterable[Mapping[str, Any]]) -> Iterable[tuple[str, str]]:
    """Where and what; never what was given: it may be somebody's address."""
    for each in errors:
        yield ".".join(str(part) for part in each["loc"]), str(each["msg"])


def _phrase(status: int) -> str:
    try:
        return http.HTTPStatus(status).phrase
    except ValueError:
        return "Error"
