"""The coming events of an issue, by month."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from itertools import groupby

from publisher.formats import format_month
from publisher.issue.issue import EntryRevision
from publisher.render.context import EntryView, Texts
from publisher.render.context_issue import MonthView
from publisher.render.words import Words


def month_views(
    words: Words, entries: Iterable[tuple[EntryRevision, EntryView]], day: dt.date
) -> tuple[MonthView, ...]:
    """Coming events by month; what has begun already stands in the month of the issue's day."""

    def month(pair: tuple[EntryRevision, EntryView]) -> dt.date:
        when = pair[0].entry.happened
        return max(when.start if when else day, day).replace(day=1)

    dated = sorted(entries, key=month)  # stable: the order of the issue within a month
    return tuple(
        MonthView(_label(words, of), tuple(view for _, view in pairs))
        for of, pairs in groupby(dated, month)
    )


def _label(words: Words, month: dt.date) -> Texts:
    return words.each(lambda tag: format_month(month, tag))
