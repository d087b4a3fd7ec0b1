"""`content/bulletins/<slug>.yaml`: one recurring series and what its issues consist of."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Annotated, Any, Literal

from pydantic import (
    BeforeValidator,
    Field,
    ValidationInfo,
    WithJsonSchema,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError

from publisher.config.model import Frozen, Line, Name, Slug, Span, TimeOfDay, Zone
from publisher.config.patterns import Pattern
from publisher.config.refusal import called, nearest, refuse, refuse_all
from publisher.config.section import SectionSettings
from publisher.language import Localized

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

Cadence = Literal["daily", "weekly", "monthly"]

FACTS = ("date", "time_zone", "window", "number")
"""What a masthead can show of every issue, beside the bulletin's own facts."""


def _on(value: Any) -> Any:
    """Weekdays, one weekday, or a day of the month; which of them, the cadence says."""
    if isinstance(value, int) and not isinstance(value, bool):
        if not 1 <= value <= 31:
            what = f"no month has a day {value}"
            raise refuse("schedule", what, "write 1 to 31 (31 means the last day of each month)")
        return value
    days = list(enumerate(value)) if isinstance(value, list) else [(None, value)]
    refuse_all(
        [
            refuse(
                "weekday",
                f"{called(day)} is no weekday",
                _weekday(day),
                *(() if at is None else (at,)),
            )
            for at, day in days
            if value is not None and day not in WEEKDAYS
        ]
    )
    return value


def _weekday(word: object) -> str:
    near = str(word)[:3].lower()
    return f'write "{near}"' if near in WEEKDAYS else f"use {', '.join(WEEKDAYS)}"


On = Annotated[
    list[str] | str | int | None,
    BeforeValidator(_on),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "array", "items": {"enum": list(WEEKDAYS)}},
                {"enum": list(WEEKDAYS)},
                {"type": "integer", "minimum": 1, "maximum": 31},
            ]
        }
    ),
]


class Schedule(Frozen):
    """When issues come out, in the bulletin's time zone."""

    at: TimeOfDay
    on: On = None
    calendar: Slug | None = None

    @model_validator(mode="before")
    @classmethod
    def _has_fields(cls, value: Any) -> Any:
        if isinstance(value, str):
            what = f"{called(value)} alone is no schedule"
            raise refuse("schedule_type", what, f'write {{at: "{value}"}}')
        return value


class WindowSettings(Frozen):
    """The days that an issue covers: rolling days, or a week, or a month."""

    days: Annotated[int, Field(ge=1, le=366)] | None = None
    ends: Literal["issue-day", "day-before"] = "issue-day"
    week: Literal["this", "previous"] | None = None
    month: Literal["this", "previous"] | None = None

    @model_validator(mode="after")
    def _one_kind(self) -> WindowSettings:
        given = [name for name in ("days", "week", "month") if getattr(self, name) is not None]
        if len(given) != 1:
            what, remedy = "this window does not say how long it is", "write"
            if given:
                what, remedy = f"this window has both {' and '.join(given)}", "keep one:"
            choice = f"{remedy} {{days: 7}}, {{week: this}} or {{month: previous}}"
            raise refuse("window", what, choice, *given[1:2])
        return self


class Approval(Frozen):
    """An issue needs `approved: true` in its file, so long before its slot."""

    by: Span = Field(dt.timedelta(), json_schema_extra={"default": "0m"})

    @model_validator(mode="before")
    @classmethod
    def _short_form(cls, value: Any) -> Any:
        if value is True:
            return {}
        if not isinstance(value, dict):
            what = f"{called(value)} does not say until when an issue is approved"
            raise refuse("approval_type", what, "write true, or {by: 2h}; or delete the line")
        return value


class AtLeast(Frozen):
    """How many entries an issue needs, and what becomes of one that has fewer.

    It is skipped; with `roll-over` the next one covers its days, too.
    """

    entries: Annotated[int, Field(ge=1, le=500)]
    otherwise: Literal["skip", "roll-over"] = "skip"

    @model_validator(mode="before")
    @classmethod
    def _has_fields(cls, value: Any) -> Any:
        if not isinstance(value, dict):
            what = f"{called(value)} alone does not say what becomes of a shorter issue"
            raise refuse("at_least_type", what, "write {entries: 3, otherwise: skip}")
        return value


_REMEDIES = {
    "daily": "delete on, or name weekdays: on: [mon, tue, wed, thu, fri]",
    "weekly": "name one weekday: on: sun",
    "monthly": "name a day of the month, 1 to 31: on: 28 (31 means its last day)",
}


class Fact(Frozen):
    """A fact of the bulletin's own for its masthead; an issue file may give another value."""

    label: Line
    value: Line | None = None

    @model_validator(mode="before")
    @classmethod
    def _has_fields(cls, value: Any) -> Any:
        is_text = isinstance(value, str | Localized)
        if is_text or (isinstance(value, dict) and value and not value.keys() & {"label", "value"}):
            what = "a fact has a label and a value"
            raise refuse("fact_type", what, "write {label: {…}, value: {…}}")
        return value


class Bulletin(Frozen):
    """One recurring series."""

    name: Line
    description: Localized | None = None
    cadence: Cadence
    schedule: Schedule
    max_lateness: Span | None = None
    not_with: Slug | None = None
    approval: Approval | None = None
    at_least: AtLeast | None = None
    time_zone: Zone | None = None
    window: WindowSettings | None = None
    late_days: Annotated[int, Field(ge=0, le=366)] = 7
    missing: Literal["show", "hold"] = "show"
    strict: bool = False
    editions: Annotated[list[Slug], Field(min_length=1)] | None = None
    theme: Slug | None = None
    pdf: bool = False
    share_picture: bool = False
    slogan: Line | None = None
    title: Pattern | None = None
    subject: Pattern | None = None
    preheader: Pattern | None = None
    subtitle: Pattern | None = None
    credit: Line | None = None
    footer: Localized | None = None
    facts: dict[Name, Fact] = {}
    masthead: list[str] = ["date"]
    first_number: Annotated[int, Field(ge=0)] = 1
    sections: Annotated[list[SectionSettings], Field(min_length=1)]

    @field_validator("schedule")
    @classmethod
    def _fits_cadence(cls, schedule: Schedule, info: ValidationInfo) -> Schedule:
        cadence, on = info.data.get("cadence"), schedule.on
        fits = {
            "daily": on is None or (isinstance(on, list) and bool(on)),
            "weekly": isinstance(on, str),
            "monthly": isinstance(on, int),
        }
        if cadence is not None and not fits[cadence]:
            what = f"a {cadence} bulletin cannot come out on {_said(on)}"
            if on is None:
                what = f"the schedule does not say on which day this {cadence} bulletin comes out"
            remedy = _REMEDIES[cadence]
            if cadence == "daily" and isinstance(on, str):
                remedy = f"write on: [{on}], or cadence: weekly"
            raise refuse("schedule", what, remedy, "on")
        return schedule

    @field_validator("facts")
    @classmethod
    def _own_names(cls, facts: dict[str, Fact], info: ValidationInfo) -> dict[str, Fact]:
        if info.context is None:  # a frozen issue, older than a fact that every issue has by now
            return facts
        refuse_all(
            [
                refuse(
                    "fact_name",
                    f'"{name}" is a fact that every issue has',
                    f'give yours another name, such as "own_{name}"',
                    name,
                )
                for name in facts
                if name in FACTS
            ]
        )
        return facts

    @field_validator("masthead")
    @classmethod
    def _facts_there(cls, masthead: list[str], info: ValidationInfo) -> list[str]:
        if "facts" not in info.data:  # which have a mistake of their own
            return masthead
        known = (*FACTS, *info.data.get("facts", ()))
        refuse_all(
            [
                refuse("masthead", f'there is no fact "{name}"', nearest(name, known, "facts"), at)
                for at, name in enumerate(masthead)
                if name not in known
            ]
        )
        return masthead

    @field_validator("sections")
    @classmethod
    def _fit_together(cls, sections: list[SectionSettings]) -> list[SectionSettings]:
        refuse_all([*_same_id(sections), *_gathered_twice(sections), *_no_points(sections)])
        return sections

    def section(self, section_id: str) -> SectionSettings | None:
        """The section with that id."""
        return next((each for each in self.sections if each.id == section_id), None)


def _said(on: list[str] | str | int | None) -> str:
    if isinstance(on, list):
        return f"several weekdays ({', '.join(on)})" if on else "no day at all"
    return f'"{on}" alone' if isinstance(on, str) else f"day {on} of the month"


# Sections beside each other ----------------------------------------------------------------------


def _same_id(sections: Sequence[SectionSettings]) -> Iterator[PydanticCustomError]:
    ids = [section.id for section in sections]
    for at, one in enumerate(ids):
        if one in ids[:at]:
            what, remedy = f'two sections have the id "{one}"', "give each section an id of its own"
            yield refuse("section_twice", what, remedy, at, "id")


def _gathered_twice(sections: Sequence[SectionSettings]) -> Iterator[PydanticCustomError]:
    """What is gathered from the whole issue stands in one place."""
    blocks = [section.block for section in sections]
    for at, block in enumerate(blocks):
        if block in ("references", "corrections") and block in blocks[:at]:
            what = f"two sections have the block {block}"
            remedy = f"keep one of the two: it gathers the {block} of the whole issue"
            yield refuse("block_twice", what, remedy, at, "block")


def _no_points(sections: Sequence[SectionSettings]) -> Iterator[PydanticCustomError]:
    """Key points gather sections that are there and have points, each once."""
    has_points = [s.id for s in sections if s.block in ("entries", "prose", "boilerplate")]
    for at, section in enumerate(sections):
        for n, name in enumerate(section.of):
            what = remedy = ""
            if name not in has_points:
                what = f'there is no section "{name}" with entries or a text'
                remedy = nearest(name, has_points, "sections")
            elif name in section.of[:n]:
                what, remedy = f'"{name}" is gathered twice', "delete one of the two"
            if what:
                yield refuse("key_points", what, remedy, at, "of", n)
