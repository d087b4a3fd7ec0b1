"""`content/bulletins/<slug>.yaml`: one recurring series and what its issues consist of."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import Field, model_validator

from publisher.config.model import Frozen, Name, Slug, TimeOfDay, Zone, refuse
from publisher.language import Localized

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
PLACEHOLDERS = frozenset(
    {"bulletin", "issue", "date", "number", "year", "week", "month", "lead", "count"}
)

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
Block = Literal["prose", "list", "entries"]
Show = Literal[
    "emoji", "source", "happened", "summary", "digest", "body", "verification", "fields", "sources"
]
Fact = Literal["date", "time_zone", "window", "number"]


class Schedule(Frozen):
    """When issues come out, in the bulletin's time zone."""

    at: TimeOfDay
    on: list[Weekday] | Weekday | Annotated[int, Field(ge=1, le=31)] | None = None


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
            raise refuse(
                "window",
                "a window needs one of days, week and month"
                + (f", and has {' and '.join(given)}" if given else ""),
                "write {days: 7}, {week: this} or {month: previous}",
            )
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
    title: Localized | None = None
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
                f"the section “{self.id}” does not say which entries it takes",
                "add select: {kinds: [event]}, or select: {} for every entry",
            )
        for name in ("select", "max", "fields"):
            if self.block != "entries" and getattr(self, name) is not None:
                raise refuse(
                    "section_setting",
                    f"“{name}” has no meaning in a section of block {self.block}",
                    "leave it out, or make it a section of block entries",
                )
        return self


class Bulletin(Frozen):
    """One recurring series."""

    name: Localized
    description: Localized | None = None
    cadence: Literal["daily", "weekly", "monthly"]
    schedule: Schedule
    time_zone: Zone | None = None
    window: WindowSettings | None = None
    late_days: Annotated[int, Field(ge=0, le=366)] = 7
    missing: Literal["show", "hold"] = "show"
    strict: bool = False
    editions: Annotated[list[str], Field(min_length=1)] | None = None
    theme: Slug | None = None
    slogan: Localized | None = None
    title: Localized | None = None
    subject: Localized | None = None
    preheader: Localized | None = None
    subtitle: Localized | None = None
    credit: Localized | None = None
    footer: Localized | None = None
    masthead: list[Fact] = ["date"]
    first_number: Annotated[int, Field(ge=0)] = 1
    sections: Annotated[list[SectionSettings], Field(min_length=1)]

    @model_validator(mode="after")
    def _schedule_fits_cadence(self) -> Bulletin:
        on = self.schedule.on
        wrong = {
            "daily": isinstance(on, (int, str)) or on == [],
            "weekly": not isinstance(on, str),
            "monthly": not isinstance(on, int),
        }[self.cadence]
        if wrong:
            remedy = {
                "daily": "leave “on” out, or name weekdays: on: [mon, tue, wed, thu, fri]",
                "weekly": "name one weekday: on: sun",
                "monthly": "name a day of the month, 1 to 31: on: 28 (31 means its last day)",
            }[self.cadence]
            raise refuse(
                "schedule", f"a {self.cadence} bulletin cannot come out “on: {on}”", remedy
            )
        return self

    @model_validator(mode="after")
    def _section_ids_once(self) -> Bulletin:
        seen: set[str] = set()
        for section in self.sections:
            if section.id in seen:
                raise refuse(
                    "section_twice",
                    f"two sections have the id “{section.id}”",
                    "give each section an id of its own",
                )
            seen.add(section.id)
        return self

    @model_validator(mode="after")
    def _patterns_known(self) -> Bulletin:
        for name in ("title", "subject", "preheader", "subtitle"):
            check_pattern(getattr(self, name), name)
        for section in self.sections:
            check_pattern(section.title, f"title of section {section.id}")
        return self

    def section(self, section_id: str) -> SectionSettings | None:
        """The section with that id."""
        return next((each for each in self.sections if each.id == section_id), None)


def check_pattern(pattern: Localized | None, where: str) -> None:
    """Refuse placeholders that no pattern knows."""
    for text in (pattern or {}).values():
        for name in re.findall(r"\{([^}:]*)(?::[^}]*)?\}", text):
            if name not in PLACEHOLDERS:
                raise refuse(
                    "placeholder",
                    f"the {where} uses a placeholder “{name}” that does not exist",
                    "use one of " + ", ".join(sorted(PLACEHOLDERS)),
                )
