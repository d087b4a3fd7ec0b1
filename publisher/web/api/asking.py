"""What the parts of the API share: the shape of numbers, names and pages in a request."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated, Any, Literal, TypeVar

from fastapi import FastAPI, Path, Query

from publisher.errors import PublisherError, UsageError
from publisher.web.api.bodies import SLUG
from publisher.web.api.problems import MEDIA_TYPE, Refused
from publisher.web.api.route import KEY_PATTERN

T = TypeVar("T")

MOST = 500
"""Items of a page."""
_LARGEST = 2**63 - 1
_LARGEST_SERIAL = 2**31 - 1

Limit = Annotated[int, Query(ge=1, le=MOST, description="Items of a page.")]
SubscriberId = Annotated[int, Path(ge=0, le=_LARGEST, description="A subscriber's number.")]
MailingId = Annotated[int, Path(ge=1, le=_LARGEST_SERIAL, description="A mailing's number.")]
BulletinName = Annotated[str, Path(pattern=SLUG, description="A bulletin, such as daily.")]
IssueName = Annotated[
    str, Path(pattern=r"^[0-9A-Za-z](?:[0-9A-Za-z-]{0,39})$", description="Such as 2026-04-26.")
]
AfterNumber = Annotated[
    int | None, Query(ge=0, le=_LARGEST, description="`next` of the page before.")
]
AfterSerial = Annotated[
    int | None, Query(ge=0, le=_LARGEST_SERIAL, description="`next` of the page before.")
]

_WORDS = {
    400: "The request cannot be read.",
    401: "No token was shown, or one that is not good (RFC 6750).",
    403: "The token does not allow this.",
    404: "There is no such thing.",
    409: "It cannot be done as things stand.",
    413: "The request is larger than 64 KiB.",
    422: "The request does not fit; `errors` says where.",
    429: "Too many unknown tokens were tried from this address.",
    500: "Something failed that nobody foresaw.",
    503: "Something that this needs does not answer.",
}
_KEY: dict[str, Any] = {
    "name": "Idempotency-Key", "in": "header", "required": False,
    "description": "A new random text, such as a UUID, for each change: who asks again with the "
    "same one gets the first answer (kept for 24 hours).",
    "schema": {"type": "string", "maxLength": 100, "pattern": KEY_PATTERN},
}  # fmt: skip


def add(
    app: FastAPI,
    method: Literal["GET", "POST", "PUT", "DELETE"],
    path: str,
    endpoint: Callable[..., object],
    scope: str,
    **options: Any,
) -> None:
    """Add an operation to the API, which a token with `scope` may do."""
    extra: dict[str, Any] = {"security": [{"bearer": [scope]}]}
    statuses = {401, 403, 422, 429, 500, 503}
    if "{" in path:
        statuses |= {404}
    if method != "GET":
        statuses |= {400, 409, 413}
        extra["parameters"] = [_KEY]
    told = {each: _problem(_WORDS[each]) for each in sorted(statuses)} | options.pop("also", {})
    app.router.add_api_route(
        path, endpoint, methods=[method], responses=told, openapi_extra=extra,
        operation_id=f"{options['tags'][0]}_{endpoint.__name__}", **options,
    )  # fmt: skip


def _problem(words: str) -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/Problem"}
    return {"description": words, "content": {MEDIA_TYPE: {"schema": schema}}}


def rest(items: Sequence[T], limit: int, cursor: Callable[[T], object]) -> str | None:
    """Where the next page begins, if this one is full."""
    return str(cursor(items[-1])) if len(items) == limit else None


def found(what: Callable[[], T], name: str) -> T:
    """What a store has; raises Refused with 404 where it says that there is none."""
    try:
        return what()
    except UsageError as error:
        raise gone(name, error) from None


def gone(name: str, error: PublisherError | None = None) -> Refused:
    """There is no such thing."""
    return Refused(404, error.what if error else f"there is no {name}", "list what there is")
