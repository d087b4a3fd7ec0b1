"""Rolling over: an issue covers the days of those before it that had too few entries."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace

from publisher.content.issue_file import IssueFile
from publisher.issue.assemble import window_of
from publisher.issue.choose import Order
from publisher.issue.issue import Window

Shortages = Callable[[str, dt.datetime | None, dt.datetime], Iterable[str]]
"""By bulletin: the issues with ``after < slot < until`` that were skipped for want of entries."""


def no_shortages(bulletin: str, after: dt.datetime | None, until: dt.datetime) -> Iterable[str]:
    """Nothing was skipped."""
    return ()


def may_roll(order: Order) -> bool:
    """Whether an issue covers the days of shorter ones: those of the schedule, if they shall.

    Where its file gives the days of the window, those count.
    """
    least, over = order.bulletin.at_least, order.written.window
    is_given = order.written.is_one_off or (over is not None and over.first is not None)
    return least is not None and least.otherwise == "roll-over" and not is_given


def roll(order: Order, names: Iterable[str], files: Mapping[tuple[str, str], IssueFile]) -> Order:
    """The order with the days of issues that were too short; `files` are those of issues."""
    earlier = dict(_windows(order, names, files))
    if not earlier:
        return order
    start = min(order.window.start, *(each.start for each in earlier.values()))
    window = order.window.model_copy(update={"start": start, "takes_over": list(earlier)})
    return replace(order, window=window)


def _windows(
    order: Order, names: Iterable[str], files: Mapping[tuple[str, str], IssueFile]
) -> Iterator[tuple[str, Window]]:
    for name in names:
        written = files.get((order.slug, name))
        try:
            yield name, window_of(order.publication, order.bulletin, name, written)
        except ValueError:  # of a time when the bulletin had another cadence
            continue
