"""`content/calendars/<name>.yaml`: days on which nothing comes out, and days that make up for them.

Some countries move workdays: China's 调休 makes certain Saturdays and Sundays workdays, as the
State Council announces for each year.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, ValidationInfo, WithJsonSchema, model_validator

from publisher.config.model import Day, Frozen, Line
from publisher.config.refusal import called, refuse
from publisher.language import Localized

_DAY = dt.timedelta(days=1)
_LONGEST = 366


def _plain(value: Any, info: ValidationInfo) -> Any:
    """A plain name is the same in every language."""
    languages = (info.context or {}).get("languages", ())
    if isinstance(value, str) and value.strip() and languages:
        return Localized(dict.fromkeys(languages, value))
    return value


DayName = Annotated[
    Line,
    BeforeValidator(_plain),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string", "minLength": 1},
                {
                    "type": "object",
                    "additionalProperties": {"type": "string"},
                    "minProperties": 1,
                },
            ]
        }
    ),
]


class Days(Frozen):
    """One day, or days in a row, and what they are called."""

    name: DayName
    on: Day | None = None
    first: Day | None = Field(None, alias="from")
    last: Day | None = Field(None, alias="to")

    @model_validator(mode="before")
    @classmethod
    def _has_fields(cls, value: Any) -> Any:
        if not isinstance(value, dict):
            what = f"{called(value)} alone is no day of a calendar"
            raise refuse("calendar_day", what, "write {on: 2026-01-01, name: …}")
        return value

    @model_validator(mode="after")
    def _one_form(self) -> Days:
        is_range = self.first is not None or self.last is not None
        if (self.on is not None) == is_range:
            what = "this says neither a day nor days in a row"
            if is_range:
                what = "this says both a day and days in a row"
            raise refuse("calendar_day", what, "write on:, or from: and to:")
        if is_range and (self.first is None or self.last is None):
            given, other = ("from", "to") if self.first else ("to", "from")
            what = f'these days have "{given}", but not "{other}"'
            raise refuse("calendar_day", what, f"add {other}: {self.first or self.last}", given)
        if self.first and self.last and self.last < self.first:
            raise refuse("calendar_day", "the days end before they begin", "swap them", "to")
        if self.first and self.last and (self.last - self.first).days >= _LONGEST:
            raise refuse("calendar_day", "this is longer than a year", "look at the year", "to")
        return self

    def days(self) -> Iterator[dt.date]:
        """Each of the days."""
        day, last = self.on or self.first, self.on or self.last
        while day is not None and last is not None and day <= last:
            yield day
            day += _DAY


class Calendar(Frozen):
    """Holidays, and workdays that make up for them."""

    name: DayName | None = None
    holidays: list[Days] = []
    workdays: list[Days] = []

    @model_validator(mode="after")
    def _not_both(self) -> Calendar:
        off = {day for each in self.holidays for day in each.days()}
        for at, each in enumerate(self.workdays):
            both = next((day for day in each.days() if day in off), None)
            if both is not None:
                what = f"{both} is a holiday and a workday"
                raise refuse("calendar_both", what, "delete one of the two", "workdays", at)
        return self

    @property
    def off(self) -> frozenset[dt.date]:
        """The days without an issue."""
        return frozenset(day for each in self.holidays for day in each.days())

    @property
    def made_up(self) -> frozenset[dt.date]:
        """The days with an issue whatever their weekday is."""
        return frozenset(day for each in self.workdays for day in each.days())

    @property
    def years(self) -> frozenset[int]:
        """The years of which it knows anything."""
        return frozenset(day.year for day in self.off | self.made_up)

    def holiday(self, day: dt.date) -> Localized | None:
        """What a day is called that is a holiday."""
        return next((each.name for each in self.holidays if day in each.days()), None)
