"""An entry: one news event, one file `content/entries/YYYY/MM/DD/<name>.yaml`."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    Field,
    PlainSerializer,
    ValidatorFunctionWrapHandler,
    WithJsonSchema,
    WrapValidator,
    model_validator,
)

from publisher.config.addresses import SLUG
from publisher.config.model import Day, Frozen, LanguageTag, Line, Moment, Name, Site, Slug, Url
from publisher.config.refusal import called, refuse
from publisher.content.when import When
from publisher.language import Localized

_ID = re.compile(r"(\d{4})/(\d{2})/(\d{2})/([^/]+)")


# Asked for at every sight of an entry: in lists, feeds, the sitemap.
@lru_cache(maxsize=4096)
def filed_day(entry_id: str) -> dt.date:
    """The day an entry is filed under: the folder of its file.

    Raises ValueError for an id that is not ``YYYY/MM/DD/name``, or a day that does not exist.
    """
    match = _ID.fullmatch(entry_id)
    if match is None or not SLUG.fullmatch(match[4]):
        raise ValueError(f"{entry_id!r} is no entry id")
    return dt.date(int(match[1]), int(match[2]), int(match[3]))


def is_entry_id(value: str) -> bool:
    """Whether a text can be the id of an entry."""
    try:
        filed_day(value)
    except ValueError:
        return False
    return True


def _entry_id(value: str) -> str:
    if not is_entry_id(value):
        raise refuse("entry_id", f"{called(value)} is no entry id", _id_remedy(value))
    return value


def _id_remedy(value: str) -> str:
    bare = value.removeprefix("content/").removeprefix("entries/").removesuffix(".yaml").strip("/")
    if bare != value and _ID.fullmatch(bare):
        return f"write {bare}"
    return "write its folder and file name without .yaml, such as 2026/04/26/some-news"


EntryId = Annotated[
    str,
    AfterValidator(_entry_id),
    WithJsonSchema({"type": "string", "pattern": r"^\d{4}/\d{2}/\d{2}/[a-z0-9-]+$"}),
]


def _emoji(value: str) -> str:
    # So: pictures; U+20E3 and U+FE0F: keycaps and characters shown as emoji.
    pictures = [c for c in value if unicodedata.category(c) == "So" or c in "\u20e3\ufe0f"]
    if not pictures or any(c.isspace() or c.isalpha() for c in value):
        raise refuse("emoji", f"{called(value)} is no emoji", "paste one emoji, such as 🏆")
    return value


def _by_shape(value: Any, handler: ValidatorFunctionWrapHandler) -> Any:
    """A field of type plain is a bare text, one of type text has one text for each language.

    Told apart by shape, because a union would report each error twice.
    """
    return value if isinstance(value, str) else handler(value)


Emoji = Annotated[
    str,
    Field(min_length=1, max_length=16),
    AfterValidator(_emoji),
    WithJsonSchema({"type": "string"}),
]
if TYPE_CHECKING:
    FieldText = str | Localized
else:
    FieldText = Annotated[
        Localized,
        WrapValidator(_by_shape),
        PlainSerializer(lambda text: text if isinstance(text, str) else dict(text)),
    ]


class Source(Frozen):
    """Where a fact comes from."""

    publisher: str | None = None
    title: str | None = None
    url: Url | None = None
    site: Site | None = None
    lang: LanguageTag | None = None
    date: Day | None = None

    @model_validator(mode="before")
    @classmethod
    def _has_fields(cls, value: Any) -> Any:
        if isinstance(value, str):
            is_address = value.lower().startswith(("http://", "https://", "www."))
            remedy = f'write {{url: "{value}"}}' if is_address else f"write {{publisher: {value}}}"
            raise refuse("source_type", f"{called(value)} alone is no source", remedy)
        return value

    @model_validator(mode="after")
    def _says_where(self) -> Source:
        if not (self.url or self.site or self.publisher):
            raise refuse(
                "source",
                "this source does not say where it is",
                "give it a publisher, a site or a url",
            )
        return self

    @property
    def domain(self) -> str:
        """The bare domain, for display; empty where only a publisher is known."""
        if self.site:
            return self.site
        host = urlsplit(self.url or "").hostname or ""
        return host.removeprefix("www.")


class Correction(Frozen):
    """What was corrected after publication, and when."""

    date: Day
    note: Localized


class Verification(Frozen):
    """How far a claim has been verified."""

    status: Literal["verified", "signal", "mixed", "unverified"]
    note: Localized | None = None

    @model_validator(mode="before")
    @classmethod
    def _has_fields(cls, value: Any) -> Any:
        if isinstance(value, str):
            remedy = f"write {{status: {value}}}"
            raise refuse("verification_type", "the status of a verification has a name", remedy)
        return value


class Entry(Frozen):
    """One news event as its editors wrote it."""

    id: EntryId
    kind: Name
    title: Line
    short_title: Line | None = None
    digest: Line | None = None
    summary: Localized | None = None
    body: Localized | None = None
    happened: When | None = None
    emoji: Emoji | None = None
    fields: dict[str, FieldText] = {}
    sources: list[Source] = []
    tags: list[Slug] = []
    importance: Annotated[int, Field(ge=1, le=5)] = 3
    story: Slug | None = None
    verification: Verification | None = None
    embargo: Moment | None = None
    draft: bool = False
    aliases: list[EntryId] = []
    corrections: list[Correction] = []

    @property
    def filed(self) -> dt.date:
        """The day the entry is filed under, in the publication's time zone."""
        return filed_day(self.id)

    def localized(self) -> Iterator[tuple[tuple[str | int, ...], Localized]]:
        """Every text in several languages, with its place in the file."""
        for name in ("title", "short_title", "digest", "summary", "body"):
            if (text := getattr(self, name)) is not None:
                yield (name,), text
        for name, value in self.fields.items():
            if isinstance(value, Localized):
                yield ("fields", name), value
        if self.verification and self.verification.note:
            yield ("verification", "note"), self.verification.note
        for at, correction in enumerate(self.corrections):
            yield ("corrections", at, "note"), correction.note
