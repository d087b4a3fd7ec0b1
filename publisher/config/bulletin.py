"""`content/bulletins/<slug>.yaml`: one recurring series and what its issues consist of."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import (
    BeforeValidator,
    Field,
    ValidationInfo,
    WithJsonSchema,
    field_validator,
    model_validator,
)

from publisher.config.model import Frozen, Line, Name, Slug, TimeOfDay, Zone
from publisher.config.patterns import Pattern
from publisher.config.refusal import called, refuse, refuse_all
from publisher.language import Localized

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

Cadence = Literal["daily", "weekly", "monthly"]
Block = Literal["prose", "list", "entries"]
Show = Literal[
    "emoji", "source", "happened", "summary", "digest", "body", "verification", "fields", "sources"
]
Fact = Literal["date", "time_zone", "window", "number"]


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


class Select(Frozen):
    """Which entries a section takes; every condition that is given must hold."""

    kinds: list[Name] = []
    tags: list[Slug] = []
    min_importance: Annotated[int, Field(ge=1, le=5)] = 1


class SectionSettings(Frozen):
    """A block of every issue of the bulletin."""

    id: Slug
    block: Block
    title: Pattern | None = None
    optional: bool = False
    numbered: bool = False
    select: Select | None = None
    max: Annotated[int, Field(ge=1, le=500)] | None = None
    show: list[Show] = ["summary", "sources"]
    fields: list[Name] | None = None

    @model_validator(mode="after")
    def _settings_fit_block(self) -> SectionSettings:
        if self.block == "entries" and self.select is None:
            raise refuse(
                "section_select",
                f'the section "{self.id}" does not say which entries it takes',
                "add select: {kinds: [event]}, or select: {} for every entry",
            )
        given = [name for name in ("select", "max", "fields") if getattr(self, name) is not None]
        refuse_all(
            [
                refuse(
                    "section_setting",
                    f'"{name}" means nothing in a {self.block} section',
                    "delete it, or write block: entries",
                    name,
                )
                for name in given
                if self.block != "entries"
            ]
        )
        return self


_REMEDIES = {
    "daily": "delete on, or name weekdays: on: [mon, tue, wed, thu, fri]",
    "weekly": "name one weekday: on: sun",
    "monthly": "name a day of the month, 1 to 31: on: 28 (31 means its last day)",
}


class Bulletin(Frozen):
    """One recurring series."""

    name: Line
    description: Localized | None = None
    cadence: Cadence
    schedule: Schedule
    time_zone: Zone | None = None
    window: WindowSettings | None = None
    late_days: Annotated[int, Field(ge=0, le=366)] = 7
    missing: Literal["show", "hold"] = "show"
    strict: bool = False
    editions: Annotated[list[Slug], Field(min_length=1)] | None = None
    theme: Slug | None = None
    slogan: Line | None = None
    title: Pattern | None = None
    subject: Pattern | None = None
    preheader: Pattern | None = None
    subtitle: Pattern | None = None
    credit: Line | None = None
    footer: Localized | None = None
    masthead: list[Fact] = ["date"]
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

    @field_validator("sections")
    @classmethod
    def _ids_once(cls, sections: list[SectionSettings]) -> list[SectionSettings]:
        ids = [section.id for section in sections]
        refuse_all(
            [
                refuse(
                    "section_twice",
                    f'two sections have the id "{one}"',
                    "give each section an id of its own",
                    at,
                    "id",
                )
                for at, one in enumerate(ids)
                if one in ids[:at]
            ]
        )
        return sections

    def section(self, section_id: str) -> SectionSettings | None:
        """The section with that id."""
        return next((each for each in self.sections if each.id == section_id), None)


def _said(on: list[str] | str | int | None) -> str:
    if isinstance(on, list):
        return f"several weekdays ({', '.join(on)})" if on else "no day at all"
    return f'"{on}" alone' if isinstance(on, str) else f"day {on} of the month"
