"""The base of every model, and the types that several of them share."""

from __future__ import annotations

import datetime as dt
import re
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    PlainSerializer,
    WithJsonSchema,
)

from publisher import cjk
from publisher.config import addresses, dates
from publisher.config.addresses import NAME, SLUG
from publisher.config.refusal import called, refuse
from publisher.language import Localized, locale_of


class Frozen(BaseModel):
    """A model that never changes and knows all its fields."""

    # What is never validated is never built, and a part only within its whole: that is an eighth
    # of the start of a command.
    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=False, defer_build=True)


# Countries that are taken for languages.
_TAGS = {
    "cn": "zh-CN", "tw": "zh-TW", "hk": "zh-HK", "jp": "ja", "kr": "ko", "cz": "cs", "dk": "da",
    "gr": "el", "ua": "uk",
}  # fmt: skip


def language_tag(value: str) -> str:
    """A language tag that CLDR knows (BCP 47)."""
    try:
        locale_of(value)
    except ValueError:
        near = _TAGS.get(value.lower()) or (value.replace("_", "-") if "_" in value else "")
        raise refuse(
            "language_tag",
            f"{called(value)} is no language tag that is known",
            f"did you mean {near}?" if near else "use a BCP 47 tag, such as zh-CN, en or pt-BR",
        ) from None
    return value


def _one_line(text: Localized) -> Localized:
    """A text that stands in a subject or a heading: lines are joined, paragraphs are refused."""
    for key, value in text.items():
        if re.search(r"\n[ ]*\n", value.strip()):
            raise refuse("paragraphs", f'the text for "{key}" has several paragraphs',
                         "write it as one line", key)  # fmt: skip
    if not any("\n" in value or value != value.strip() for value in text.values()):
        return text
    return Localized({key: _join(value.strip().split("\n")) for key, value in text.items()})


def _join(lines: list[str]) -> str:
    joined = lines[0].strip()
    for line in map(str.strip, lines[1:]):
        joined += line if cjk.joins(joined, line) else f" {line}"
    return joined


def _schema(**parts: Any) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", **parts})


Line = Annotated[Localized, AfterValidator(_one_line)]
Slug = Annotated[str, AfterValidator(addresses.slug), _schema(pattern=f"^{SLUG.pattern}$")]
Name = Annotated[str, AfterValidator(addresses.name), _schema(pattern=f"^{NAME.pattern}$")]
Url = Annotated[str, AfterValidator(addresses.url), _schema(pattern="^https?://[^/]")]
Site = Annotated[str, AfterValidator(addresses.site), _schema(pattern=r"^[^/:\s]+\.[^/:\s]+$")]
Email = Annotated[str, AfterValidator(addresses.email), _schema(pattern="^[^@\\s]+@[^@\\s]+$")]
LanguageTag = Annotated[str, AfterValidator(language_tag)]
Day = Annotated[dt.date, BeforeValidator(dates.day), _schema(pattern=f"^{dates.DATE.pattern}$")]
TimeOfDay = Annotated[dt.time, BeforeValidator(dates.time), _schema(pattern=r"^\d{1,2}:\d{2}$")]
Moment = Annotated[
    dt.datetime, BeforeValidator(dates.moment), _schema(pattern=f"^{dates.DATE.pattern}[T ]")
]
Span = Annotated[
    dt.timedelta,
    BeforeValidator(dates.span),
    PlainSerializer(dates.said, return_type=str),
    _schema(pattern=r"^\d{1,5}\s*[mhd]$"),
]
Zone = Annotated[
    ZoneInfo,
    BeforeValidator(dates.zone),
    PlainSerializer(lambda zone: zone.key, return_type=str),
    _schema(pattern="^[A-Z]"),
]
