"""The base of every model, and the types that several of them share.

Each refusal carries its remedy in the error's context: `publisher.document.fit` turns it into a
problem with a place.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import Annotated, Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from email_validator import EmailNotValidError, validate_email
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, PlainSerializer
from pydantic_core import PydanticCustomError

SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
NAME = re.compile(r"[a-z][a-z0-9_]*")


class Frozen(BaseModel):
    """A model that never changes and knows all its fields."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=False)


def refuse(code: str, what: str, remedy: str) -> PydanticCustomError:
    """An error in an editor's words, with what to do about it."""
    # Braces in a message would be read as placeholders by pydantic.
    escaped = what.replace("{", "(").replace("}", ")")
    return PydanticCustomError(code, escaped, {"remedy": remedy})  # type: ignore[arg-type]


def _slug(value: str) -> str:
    if not SLUG.fullmatch(value):
        raise refuse(
            "slug",
            f"“{value}” cannot stand in an address",
            "use small letters, digits and single hyphens, such as ai-weekly",
        )
    return value


def _name(value: str) -> str:
    if not NAME.fullmatch(value):
        raise refuse(
            "name",
            f"“{value}” is no name",
            "use small letters, digits and underscores, such as why_it_matters",
        )
    return value


def check_url(value: str) -> str:
    """An absolute http(s) address that can be linked as it stands (RFC 3986)."""
    remedy = "give the whole address, such as https://example.com/page"
    if any(ch.isspace() or ord(ch) < 0x20 for ch in value):
        raise refuse("url", "the address contains a space or a line break", remedy)
    try:
        parts = urlsplit(value)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise refuse("url", f"“{value}” is no valid address", remedy) from None
    if parts.scheme.lower() not in {"http", "https"}:
        scheme = f"“{parts.scheme}:”" if parts.scheme else "no scheme"
        raise refuse(
            "url_scheme", f"the address has {scheme}; only https and http are linked", remedy
        )
    if not host or "." not in host.strip(".") or ".." in host or (port is not None and port == 0):
        raise refuse("url", f"“{value}” names no host", remedy)
    if parts.username is not None or parts.password is not None:
        raise refuse("url", "the address contains a user name or password", "leave it out")
    if any(ch in value for ch in '<>"`{}|\\^'):
        raise refuse(
            "url", "the address contains a character that must be percent-encoded", remedy
        )
    return value


def _site(value: str) -> str:
    if not re.fullmatch(r"[\w-]+(\.[\w-]+)+", value):
        raise refuse(
            "site", f"“{value}” is no domain", "write the bare domain, such as cnbc.com"
        )
    return value


def _email(value: str) -> str:
    try:
        return validate_email(value, check_deliverability=False, test_environment=True).normalized
    except EmailNotValidError as error:
        raise refuse("email", f"“{value}” is no mail address: {error}", "such as a@b.org") from None


def _zone(value: Any) -> ZoneInfo:
    if isinstance(value, ZoneInfo):
        return value
    try:
        return ZoneInfo(str(value))
    except (KeyError, ValueError, OSError):
        raise refuse(
            "time_zone",
            f"“{value}” is no time zone that is known",
            "use a name of the IANA list, such as Asia/Shanghai or Europe/Berlin",
        ) from None


_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})")


def parse_date(value: Any) -> dt.date:
    """A day written ``2026-04-26``; a refusal that says why for any other text."""
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return value
    match = _DATE.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise refuse("date", f"“{value}” is no date", "write year-month-day, such as 2026-04-26")
    try:
        return dt.date(*map(int, match.groups()))
    except ValueError:
        raise refuse(
            "date", f"the day {value} does not exist", "look at the calendar and mend the date"
        ) from None


def _time(value: Any) -> dt.time:
    if isinstance(value, dt.time):
        return value
    match = re.fullmatch(r"(\d{1,2}):(\d{2})", value) if isinstance(value, str) else None
    if match is None or int(match[1]) > 23 or int(match[2]) > 59:
        raise refuse(
            "time", f"“{value}” is no time of day", 'write hours and minutes, such as "08:00"'
        )
    return dt.time(int(match[1]), int(match[2]))


def _aware(value: Any) -> dt.datetime:
    if isinstance(value, str):
        try:
            value = dt.datetime.fromisoformat(value)
        except ValueError:
            value = None
    if not isinstance(value, dt.datetime):
        raise refuse(
            "moment", "this is no point in time", "write it such as 2026-04-26T06:00+08:00"
        )
    if value.tzinfo is None:
        raise refuse(
            "moment_naive",
            "this point in time has no offset from UTC",
            f"add one, such as {value.isoformat(timespec='minutes')}+08:00",
        )
    return value


Slug = Annotated[str, AfterValidator(_slug)]
Name = Annotated[str, AfterValidator(_name)]
Url = Annotated[str, AfterValidator(check_url)]
Site = Annotated[str, AfterValidator(_site)]
Email = Annotated[str, AfterValidator(_email)]
Day = Annotated[dt.date, BeforeValidator(parse_date)]
TimeOfDay = Annotated[dt.time, BeforeValidator(_time)]
Moment = Annotated[dt.datetime, BeforeValidator(_aware)]
Zone = Annotated[
    ZoneInfo,
    BeforeValidator(_zone),
    PlainSerializer(lambda zone: zone.key, return_type=str),
]
