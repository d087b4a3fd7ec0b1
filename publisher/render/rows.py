"""The rows of lists: issues, months and years, tags and stories, feeds."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from publisher.formats import format_month, format_number
from publisher.issue.issue import EntryRevision, IssueRevision
from publisher.language import Localized
from publisher.render import paths
from publisher.render.context import BulletinView, EntryView, Link, Texts
from publisher.render.context_page import (
    CountRow,
    EntryRow,
    FeedListView,
    IssueRow,
    MonthRow,
    YearRow,
)
from publisher.render.views import ALL_FORMS, Views

# Years with their months, each with how many stand in it; the newest first.
Years = Sequence[tuple[int, Sequence[tuple[int, int]]]]

# A front names the months of so many years; those of the others are on the pages of the years.
WITH_MONTHS = 2


@dataclass(frozen=True, slots=True)
class FeedList:
    """A list that has feeds: its path in the edition, its name, the forms of its feeds."""

    path: str
    title: Texts
    forms: tuple[str, ...] = ALL_FORMS


def feed_list(views: Views, found: FeedList) -> FeedListView:
    """A list with its feeds, their addresses whole: they are there to be copied."""
    whole = dataclasses.replace(views, links=paths.Links(views.links.base_url, absolute=True))
    return FeedListView(
        found.title,
        views.links.to(found.path),
        views.links.to(paths.feed_page(found.path)),
        whole.feeds(found.path, found.title.line, found.forms),
    )


def issue_row(views: Views, revision: IssueRevision) -> IssueRow:
    """An issue in a list."""
    issue, edition = revision.issue, views.edition.name
    bulletin = views.links.to(paths.bulletin(edition, issue.bulletin))
    return IssueRow(
        url=views.links.to(paths.issue(edition, issue.bulletin, issue.name)),
        name=issue.name,
        number=issue.number,
        title=views.texts(issue.title),
        date=views.date(issue.day),
        date_iso=issue.day.isoformat(),
        bulletin=Link(bulletin, views.texts(issue.settings.name)),
        count=len(issue.news()),
        summary=views.texts(issue.preheader),
    )


def issue_rows(views: Views, issues: Iterable[IssueRevision]) -> tuple[IssueRow, ...]:
    """Issues in a list, the newest first."""
    return tuple(issue_row(views, each) for each in newest_first(issues))


def newest_first(issues: Iterable[IssueRevision]) -> list[IssueRevision]:
    """Each issue once, in the order of their slots, the newest first."""
    once = {revision.issue.id: revision for revision in issues}
    return sorted(once.values(), key=lambda each: (each.issue.slot, each.issue.id), reverse=True)


def fronts(
    views: Views, bulletins: Iterable[BulletinView], issues: Iterable[IssueRevision]
) -> tuple[tuple[tuple[BulletinView, IssueRow], ...], tuple[IssueRow, ...]]:
    """The newest issue of each bulletin, in the order of the bulletins; and the other issues."""
    ordered = newest_first(issues)
    newest: dict[str, IssueRevision] = {}
    for revision in ordered:
        newest.setdefault(revision.issue.bulletin, revision)
    others = [each for each in ordered if newest[each.issue.bulletin] is not each]
    paired = [
        (bulletin, issue_row(views, newest[bulletin.slug]))
        for bulletin in bulletins
        if bulletin.slug in newest
    ]
    return tuple(paired), issue_rows(views, others)


def years(
    views: Views,
    found: Years,
    month: Callable[[dt.date], str],
    year: Callable[[int], str] | None = None,
) -> tuple[YearRow, ...]:
    """The years of an archive; `month` and `year` give the paths.

    The newest years have their months; all have them where a year has no page of its own.
    """
    tag, to = views.edition.first.tag, views.links.to
    rows = []
    for place, (number, months) in enumerate(found):
        days = [(dt.date(number, each, 1), count) for each, count in months]
        rows.append(
            YearRow(
                to(year(number)) if year else "",
                str(number),
                sum(count for _, count in days),
                tuple(
                    MonthRow(to(month(day)), format_month(day, tag), n)
                    for day, n in days
                    if year is None or place < WITH_MONTHS
                ),
            )
        )
    return tuple(rows)


def year_rows(
    views: Views, counts: Iterable[tuple[int, int]], path: Callable[[int], str]
) -> tuple[YearRow, ...]:
    """Years with how many stand in each, without their months."""
    return tuple(YearRow(views.links.to(path(each)), str(each), n, ()) for each, n in counts)


def tag_rows(views: Views, counts: Iterable[tuple[str, int]]) -> tuple[CountRow, ...]:
    """The tags, each with its label."""
    found = ((views.tag(slug), count) for slug, count in counts)
    return tuple(CountRow(tag.url, tag.label, count) for tag, count in found)


def story_rows(
    views: Views, stories: Iterable[tuple[str, int, Localized | None]]
) -> tuple[CountRow, ...]:
    """The stories, each by its title or, without one, by the label of the publication."""
    rows = []
    for slug, count, title in stories:
        link = views.story(slug)
        rows.append(CountRow(link.url, views.texts(title) or link.text, count))
    return tuple(rows)


def by_month(
    views: Views, entries: Iterable[EntryRevision]
) -> tuple[tuple[str, tuple[EntryRow, ...]], ...]:
    """Entries as short rows under the months that they are filed under, the newest first."""
    found: dict[str, list[EntryRevision]] = {}
    for each in entries:
        found.setdefault(f"{each.entry.filed:%Y-%m}", []).append(each)
    tag, months = views.edition.first.tag, sorted(found.items(), reverse=True)
    return tuple(
        (format_month(listed[0].entry.filed, tag), entry_rows(views, listed))
        for _, listed in months
    )


def entry_rows(views: Views, entries: Iterable[EntryRevision]) -> tuple[EntryRow, ...]:
    """Entries as short rows, by the days that they are filed under, the newest first."""
    to, edition = views.links.to, views.edition.name
    ordered = sorted((each.entry for each in entries), key=lambda each: each.filed, reverse=True)
    return tuple(
        EntryRow(to(paths.entry(edition, each.id)), views.texts(each.title), each.filed.isoformat())
        for each in ordered
    )


def named_urls(views: Views, entries: Iterable[EntryView]) -> list[tuple[str, str]]:
    """Title and absolute address of each entry."""
    edition = views.edition.name
    return [
        (each.title.line, views.links.absolute_to(paths.entry(edition, each.id)))
        for each in entries
    ]


def counted(views: Views, key: str, number: int) -> str:
    """A number with its word, in the page's language: ``10条``, ``1 entry``."""
    text = views.t(key, n=number)
    # The plural form is chosen by the number, which is then written the language's way.
    return text.replace(str(number), format_number(number, views.edition.first.tag), 1)
