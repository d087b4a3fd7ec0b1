"""Patterns of titles and subjects: ``{lead}【{date:yyyy.MM.dd}】`` filled per language."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass

from publisher.config.publication import Publication
from publisher.language import Localized, format_date, format_month, format_number

_PLACEHOLDER = re.compile(r"\{(\w+)(?::([^}]*))?\}")


@dataclass(frozen=True, slots=True)
class Facts:
    """What a pattern can name."""

    bulletin: Localized
    issue: str
    day: dt.date
    covers: dt.date  # a day of the period that the issue is named after
    number: int
    lead: Localized
    count: int


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
        "number": format_number(facts.number, tag),
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
