"""Patterns of titles and subjects: ``{lead}【{date:yyyy.MM.dd}】`` filled per language."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from publisher.config.bulletin import Bulletin
from publisher.config.publication import Publication
from publisher.formats import format_date, format_month, format_number
from publisher.language import Localized

_PLACEHOLDER = re.compile(r"\{(\w+)(?::([^}]*))?\}")


@dataclass(frozen=True, slots=True)
class Facts:
    """What a pattern can name."""

    bulletin: Localized
    issue: str
    day: dt.date
    covers: dt.date  # a day of the period that the issue is named after
    number: int | None  # None: a one-off issue, which is named after its day
    lead: Localized
    count: int


def facts_of(
    bulletin: Bulletin,
    issue: str,
    day: dt.date,
    begins: dt.date,
    number: int | None,
    count: int,
    lead: Localized | None = None,
) -> Facts:
    """The facts of an issue whose window begins on a day; without a lead, its bulletin's name."""
    # A week or month is named after what it covers, which may be over on the issue's day.
    covers = day if bulletin.cadence == "daily" or number is None else begins
    return Facts(bulletin.name, issue, day, covers, number, lead or bulletin.name, count)


@dataclass(frozen=True, slots=True)
class Filler:
    """Fills the patterns of one issue."""

    facts: Facts
    publication: Publication

    def fill(self, text: Localized | None, count: int | None = None) -> Localized | None:
        """A pattern with the issue's facts, or with a count of its own; None for None."""
        if text is None:
            return None
        facts = self.facts if count is None else replace(self.facts, count=count)
        return fill(text, facts, self.publication)


def fill(pattern: Localized, facts: Facts, publication: Publication) -> Localized:
    """The pattern with its placeholders filled, in each language it is written in.

    A date takes a CLDR pattern after a colon: ``{date:yyyy.MM.dd}``.
    """
    return Localized(
        {
            key: _fill(text, _values(facts, key, publication.languages[key].tag), facts.day,
                       publication.languages[key].tag)
            for key, text in pattern.items()
        }
    )  # fmt: skip


def _values(facts: Facts, key: str, tag: str) -> Mapping[str, str]:
    week = facts.covers.isocalendar()
    return {
        "bulletin": facts.bulletin.resolve([key])[1],
        "issue": facts.issue,
        "date": format_date(facts.day, tag),
        "number": "" if facts.number is None else format_number(facts.number, tag),
        "year": str(week.year if "W" in facts.issue else facts.covers.year),
        "week": str(week.week),
        "month": format_month(facts.covers, tag),
        "lead": facts.lead.resolve([key])[1],
        "count": format_number(facts.count, tag),
    }


def _fill(text: str, values: Mapping[str, str], day: dt.date, tag: str) -> str:
    def replace(match: re.Match[str]) -> str:
        name, form = match.groups()
        if name == "date" and form:
            return format_date(day, tag, form)
        return values.get(name, match[0])

    return _PLACEHOLDER.sub(replace, text)
