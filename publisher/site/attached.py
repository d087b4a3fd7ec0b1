"""Files that go with issues and bulletins: tables, pictures, the calendar of coming events."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from publisher.archive.library import Library
from publisher.config.bulletin import Bulletin
from publisher.issue.issue import Issue, IssueRevision, Section
from publisher.render import paths
from publisher.render.charts.view import picture_of
from publisher.render.codes import pictures
from publisher.render.csv_file import csv_file
from publisher.render.frame import calendar_path
from publisher.render.ics import calendar_file
from publisher.render.tables import Spot, table_view
from publisher.render.views import Views
from publisher.site import pictures as made

KEPT = dt.timedelta(days=366)
"""So long before the newest issue an event must have ended to leave the calendar."""


def tables(views: Views, issue: Issue) -> dict[str, bytes]:
    """The tables of an issue for spreadsheets, in one edition."""
    edition = views.edition.name
    return {
        paths.file_of(paths.table(edition, issue.bulletin, issue.name, each.settings.id)): csv_file(
            views, each.table
        )
        for each in issue.sections
        if each.table is not None
    }


def images(library: Library, issue: Issue) -> dict[str, bytes]:
    """The images of an issue and the pictures of its codes: the same in all editions."""
    shown = {image.blob: image for each in issue.sections for image in each.images.values()}
    found: dict[str, bytes] = pictures(issue)
    for blob in sorted(shown):
        found.update(made.images(library, shown[blob]))
    return found


def figures(views: Views, issue: Issue) -> dict[str, bytes]:
    """The charts of an issue as pictures for mail, in one edition."""
    found: dict[str, bytes] = {}
    for each in issue.sections:
        if each.table is not None and is_drawn(each):
            path = paths.table(views.edition.name, issue.bulletin, issue.name, each.settings.id)
            is_figure = each.settings.block == "figure"
            spot = Spot("", stem=path.removesuffix(".csv"), is_drawn=is_figure)
            view = table_view(views, each.table, spot, views.tokens_of(issue.bulletin))
            charts = [view.chart, *(cell.chart for row in view.rows for cell in row)]
            pictures = (picture_of(chart) for chart in charts if chart is not None)
            found.update((paths.file_of(one.path), one.data) for one in pictures if one)
    return found


def is_drawn(section: Section) -> bool:
    """Whether something of a section's table is drawn: its chart, or the lines of a column."""
    if section.table is None:
        return False
    has_lines = any(each.type == "sparkline" for each in section.table.columns)
    return has_lines or section.settings.block == "figure"


def calendar(
    views: Views, library: Library, slug: str, settings: Bulletin, newest: IssueRevision
) -> Mapping[str, bytes]:
    """The calendar of a bulletin that has one, or had: people are subscribed to it."""
    has_calendar = calendar_path(views.edition.name, slug, settings)
    if not has_calendar and not library.index.has_dates(slug):
        return {}
    keys = library.index.calendar(slug, newest.issue.day - KEPT + dt.timedelta(days=1))
    entries = [library.entry(each) for each in keys]
    return calendar_file(views, slug, settings, entries, newest.published)
