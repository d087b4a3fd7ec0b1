"""A section of a bulletin: which block it is, and what that block can be told."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal, get_args

from pydantic import AfterValidator, Field, ValidationInfo, model_validator
from pydantic_core import PydanticCustomError

from publisher.config.model import Email, Frozen, Line, Name, Slug, Url
from publisher.config.patterns import Pattern
from publisher.config.refusal import called, refuse, refuse_all
from publisher.language import Localized

Block = Literal[
    "prose", "list", "entries", "table", "figure", "calendar", "contents", "list-of-tables",
    "references", "key-points", "related", "people", "boilerplate", "qr-codes", "corrections",
]  # fmt: skip
BLOCKS: tuple[Block, ...] = get_args(Block)

# Those that show a file of content/data/.
TABLED: tuple[Block, ...] = ("table", "figure")

Show = Literal[
    "emoji", "source", "happened", "summary", "digest", "body", "verification", "fields", "sources"
]
InMail = Literal["whole", "link", "none"]
Collect = Literal["entries", "prose", "issue"]

# What a section of each block may be told, beside id, block, title, optional and mail.
SETTINGS: dict[Block, tuple[str, ...]] = {
    "prose": ("text", "numbered"),
    "list": ("numbered",),
    "entries": ("select", "max", "show", "fields", "numbered", "headline"),
    "table": ("table",),
    "figure": ("table",),
    "calendar": ("select", "max", "horizon"),
    "contents": ("depth",),
    "list-of-tables": (),
    "references": ("collect", "numbered"),
    "key-points": ("of",),
    "related": ("max", "bulletins"),
    "people": ("people",),
    "boilerplate": ("text", "numbered"),
    "qr-codes": ("codes",),
    "corrections": (),
}
_COMMON = ("id", "block", "title", "optional", "mail")

# What a section of a block cannot be without, what it says, and how to write it.
NEEDED: dict[Block, tuple[str, str, str]] = {
    "entries": (
        "select",
        "which entries it takes",
        "add select: {kinds: [event]}, or select: {} for every entry",
    ),
    "calendar": (
        "select",
        "which entries it takes",
        "add select: with the kinds that dates are written as, such as select: {kinds: [date]}",
    ),
    "key-points": (
        "of",
        "which sections it gathers",
        "add of: with the ids of sections, such as of: [companies, technology]",
    ),
    "people": ("people", "who they are", "add people: with a name for each"),
    "qr-codes": ("codes", "which codes it shows", 'add codes: [{url: "https://…"}]'),
}

_TABLE = re.compile(r"[a-z0-9]+(?:[-_.][a-z0-9]+)*(?:/[a-z0-9]+(?:[-_.][a-z0-9]+)*)*")
_IMAGE = re.compile(r"[A-Za-z0-9][\w.-]*(?:/[A-Za-z0-9][\w.-]*)*")


def is_table_name(value: str) -> bool:
    """Whether a text can name a table: folders and file below `content/data/`, without ending."""
    return bool(_TABLE.fullmatch(value)) and not value.endswith((".yaml", ".csv"))


def is_image_name(value: str) -> bool:
    """Whether a text can name an image: folders and file below `content/images/`."""
    return (
        bool(_IMAGE.fullmatch(value))
        and ".." not in value
        and not value.startswith(("content/", "images/"))
    )


def table_name(value: str) -> str:
    """The name of a table."""
    if not is_table_name(value):
        bare = value.removeprefix("content/").removeprefix("data/")
        bare = re.sub(r"\.(yaml|csv)$", "", bare)
        remedy = "name its file in content/data/ without .yaml, such as ai-weekly/traffic"
        if bare != value and _TABLE.fullmatch(bare):
            remedy = f"write {bare}"
        raise refuse("table_name", f"{called(value)} is no name of a table", remedy)
    return value


def _image_name(value: str) -> str:
    bare = value.removeprefix("content/").removeprefix("images/")
    if bare != value:
        what = "an image is named from content/images/ on"
        raise refuse("image_name", what, f"write {bare}")
    if not is_image_name(value):
        what = f"{called(value)} is no name of a file in content/images/"
        raise refuse("image_name", what, "write its name, such as account.png")
    return value


TableName = Annotated[str, AfterValidator(table_name)]
ImageName = Annotated[str, AfterValidator(_image_name)]


class Select(Frozen):
    """Which entries a section takes; every condition that is given must hold."""

    kinds: list[Name] = []
    tags: list[Slug] = []
    min_importance: Annotated[int, Field(ge=1, le=5)] = 1


class Person(Frozen):
    """Somebody who stands behind the bulletin."""

    name: Line
    role: Line | None = None
    phone: str | None = None
    email: Email | None = None
    licence: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _has_fields(cls, value: Any) -> Any:
        if isinstance(value, str):
            what = f"{called(value)} alone is nobody"
            raise refuse("person_type", what, "write {name: …, role: …}, each in every language")
        return value


class Code(Frozen):
    """A QR code: made from an address, or given as an image with words for those who see none."""

    url: Url | None = None
    image: ImageName | None = None
    alt: Line | None = None
    label: Line | None = None
    note: Line | None = None

    @model_validator(mode="before")
    @classmethod
    def _has_fields(cls, value: Any) -> Any:
        if isinstance(value, str):
            is_image = value.endswith((".png", ".jpg", ".jpeg", ".gif", ".webp"))
            is_image = is_image and "://" not in value
            remedy = f'write {{{"image" if is_image else "url"}: "{value}"}}'
            raise refuse("code_type", f"{called(value)} alone is no code", remedy)
        return value

    @model_validator(mode="after")
    def _one_of_two(self) -> Code:
        forms = "{url: https://…} or {image: account.png, alt: …}"
        if self.url and self.image:
            what = "a code is made from a url, or given as an image: this one has both"
            raise refuse("code", what, f"keep one: {forms}", "image")
        if not (self.url or self.image):
            what = "this code has neither a url that it is made from, nor an image"
            raise refuse("code", what, f"write {forms}")
        if self.image and self.alt is None:
            what = "this image says nothing to readers who do not see it"
            remedy = "add alt: what it shows and where it leads, in each language"
            raise refuse("code_alt", what, remedy, "image")
        return self


class SectionSettings(Frozen):
    """A block of every issue of the bulletin."""

    id: Slug
    block: Block
    title: Pattern | None = None
    optional: bool = False
    mail: InMail | None = None
    numbered: bool | Literal["continued"] = False
    text: Localized | None = None
    select: Select | None = None
    max: Annotated[int, Field(ge=1, le=500)] | None = None
    show: list[Show] = ["summary", "sources"]
    fields: list[Name] | None = None
    headline: Literal["heading", "run-in"] = "heading"
    table: TableName | None = None
    horizon: Annotated[int, Field(ge=1, le=1000)] = 120
    depth: Literal["sections", "entries"] = "entries"
    collect: Annotated[list[Collect], Field(min_length=1)] = ["entries", "prose", "issue"]
    of: list[Slug] = []
    bulletins: list[Slug] = []
    people: list[Person] = []
    codes: list[Code] = []

    @model_validator(mode="after")
    def _settings_fit_block(self, info: ValidationInfo) -> SectionSettings:
        if info.context is None:  # a frozen issue, which was checked by the version that froze it
            return self
        refuse_all([*self._misplaced(), *self._missing()])
        return self

    def _misplaced(self) -> list[PydanticCustomError]:
        belongs = SETTINGS[self.block]
        return [
            refuse(
                "section_setting",
                f'"{name}" means nothing in a {self.block} section',
                _remedy(name),
                name,
            )
            for name in type(self).model_fields
            if name in self.model_fields_set and name not in (*_COMMON, *belongs)
        ]

    def _missing(self) -> list[PydanticCustomError]:
        if self.block not in NEEDED:
            return []
        name, what, remedy = NEEDED[self.block]
        if getattr(self, name) not in (None, []):
            return []
        return [refuse("section_select", f'the section "{self.id}" does not say {what}', remedy)]

    @property
    def in_mail(self) -> InMail:
        """How it stands in mail: standing texts are linked to, all else is there."""
        return self.mail or ("link" if self.block == "boilerplate" else "whole")


def _remedy(name: str) -> str:
    """Where a setting would have a meaning."""
    blocks = [block for block, belongs in SETTINGS.items() if name in belongs]
    return f"delete it, or write block: {' or '.join(blocks)}"
