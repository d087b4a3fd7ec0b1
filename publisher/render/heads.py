"""What the pages of an edition say of themselves: titles, ways up, feeds, data for machines."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from publisher.config.bulletin import Bulletin
from publisher.formats import format_date, format_month
from publisher.issue.issue import IssueRevision
from publisher.render import json_ld, paths, rows
from publisher.render.context import EntryView, Link
from publisher.render.context_issue import IssueView
from publisher.render.context_page import FeedListView, SharePicture, Site
from publisher.render.frame import calendar_path
from publisher.render.head import Feeds, Head
from publisher.render.views import ALL_FORMS, Views


@dataclass(frozen=True, slots=True)
class Heads:
    """Makes the heads of one edition's pages."""

    views: Views
    site: Site

    @property
    def edition(self) -> str:
        """The name of the edition."""
        return self.views.edition.name

    # Issues and bulletins ----------------------------------------------------------------------

    def issue(
        self, issue: IssueView, day: dt.date, settings: Bulletin, editions: Collection[str]
    ) -> Head:
        """Of an issue."""
        slug = issue.bulletin.slug
        path = paths.issue(self.edition, slug, issue.name)
        description = issue.preheader or issue.title.line
        shared = self._picture(issue) if settings.share_picture else None
        return Head(
            kind="issue",
            path=path,
            title=self._issue_title(issue, day),
            description=description,
            editions=editions,
            crumbs=(self._home(), self._bulletin(slug, settings)),
            feeds=self._bulletin_feeds(slug, settings, editions),
            data=(json_ld.issue(self.views, issue, path, description, shared),),
            og_type="article",
            published=issue.published_iso,
            updated=issue.updated_iso,
            picture=shared,
        )

    def _picture(self, issue: IssueView) -> SharePicture:
        from publisher.render.cover import picture

        return picture(self.views, issue)

    def _issue_title(self, issue: IssueView, day: dt.date) -> str:
        """The title with the issue's date, unless it says it already: titles are unique."""
        title, tag = issue.title.line, self.views.edition.first.tag
        known = (issue.name, issue.name.replace("-", "."), format_date(day, tag))
        return title if any(each in title for each in known) else f"{title} · {issue.name}"

    def bulletin(
        self,
        slug: str,
        settings: Bulletin,
        issues: Iterable[IssueRevision],
        editions: Collection[str],
    ) -> Head:
        """Of the front of a bulletin."""
        name = self.views.texts(settings.name).line
        path = paths.bulletin(self.edition, slug)
        return Head(
            kind="bulletin",
            path=path,
            title=name,
            description=self.views.texts(settings.description).line or name,
            editions=editions,
            crumbs=(self._home(),),
            feeds=self._bulletin_feeds(slug, settings, editions),
            data=(self._issues_data(path, name, issues),),
        )

    def archive(
        self,
        slug: str,
        settings: Bulletin,
        issues: Sequence[IssueRevision],
        year: int,
        month: int | None,
        editions: Collection[str],
    ) -> Head:
        """Of a year of a bulletin, or of a month."""
        views, up = self.views, [self._home(), self._bulletin(slug, settings)]
        path = paths.year(self.edition, slug, year)
        if month:
            up.append(Link(views.links.to(path), views.texts(str(year))))
            path = paths.month(self.edition, slug, dt.date(year, month, 1))
        name, period = views.texts(settings.name).line, self.period(year, month)
        title = views.t("site_archive_title", bulletin=name, period=period)
        return Head(
            kind="archive",
            path=path,
            title=title,
            description=f"{title} · {rows.counted(views, 'issues_n', len(issues))}",
            editions=editions,
            crumbs=tuple(up),
            feeds=self._bulletin_feeds(slug, settings, editions),
            data=(self._issues_data(path, title, issues),),
        )

    def period(self, year: int, month: int | None) -> str:
        """A year or a month as the language writes it."""
        if month is None:
            return str(year)
        return format_month(dt.date(year, month, 1), self.views.edition.first.tag)

    # Entries and lists of them -----------------------------------------------------------------

    def entry(self, entry: EntryView, editions: Collection[str]) -> Head:
        """Of an entry."""
        path = paths.entry(self.edition, entry.id)
        description = (entry.summary or entry.digest).line
        return Head(
            kind="entry",
            path=path,
            title=entry.title.line,
            description=description,
            editions=editions,
            crumbs=(self._home(), Link(self.site.entries_url, self.views.word("site_entries"))),
            feeds=self._feeds(editions),
            data=(json_ld.news_article(self.views, entry, path, description),),
            og_type="article",
            published=entry.published_iso,
            updated=entry.updated_iso,
        )

    def listing(
        self,
        kind: str,
        path: str,
        title: str,
        editions: Collection[str],
        *,
        entries: Sequence[EntryView] = (),
        above: tuple[Link, ...] = (),
        feeds: tuple[Feeds, ...] = (),
    ) -> Head:
        """Of a list of entries, tags or stories."""
        views = self.views
        count = f" · {rows.counted(views, 'entries_n', len(entries))}" if entries else ""
        name = views.texts(views.publication.name).line
        return Head(
            kind=kind,
            path=path,
            title=title,
            description=f"{title}{count} · {name}",
            editions=editions,
            crumbs=(self._home(), *above),
            feeds=(*feeds, *self._feeds(editions)),
            data=(json_ld.collection(views, path, title, rows.named_urls(views, entries)),),
        )

    def plain(
        self, kind: str, path: str, title: str, description: str, editions: Collection[str]
    ) -> Head:
        """Of a page that is neither news nor a list of them."""
        return Head(
            kind=kind, path=path, title=title, description=description, editions=editions,
            crumbs=(self._home(),), feeds=self._feeds(editions),
        )  # fmt: skip

    def home(self, editions: Collection[str]) -> Head:
        """Of the home page: readers of other languages begin at the root."""
        views, path = self.views, paths.home(self.edition)
        name = views.texts(views.publication.name).line
        return Head(
            kind="home",
            path=path,
            title=name,
            description=views.texts(views.publication.description).line or name,
            editions=editions,
            feeds=self._feeds(editions),
            data=(json_ld.website(views, path),),
            x_default="/",
        )

    def feed(
        self, listed: FeedListView, path: str, forms: tuple[str, ...], editions: Collection[str]
    ) -> Head:
        """Of the page that explains the feeds of a list."""
        title = self.views.t("feed_of", list=listed.title.line)
        return Head(
            kind="feed",
            path=paths.feed_page(path),
            title=title,
            description=f"{title} · {self.views.t('feed_explained')}",
            editions=editions,
            crumbs=(self._home(), Link(self.site.feeds_url, self.views.word("site_feeds"))),
            feeds=(Feeds(path, listed.title.line, forms, editions),),
        )

    # Helpers -----------------------------------------------------------------------------------

    def _issues_data(self, path: str, title: str, issues: Iterable[IssueRevision]) -> json_ld.Node:
        views = self.views
        found = (each.issue for each in rows.newest_first(issues))
        listed = [
            (
                views.texts(each.title).line,
                views.links.absolute_to(paths.issue(self.edition, each.bulletin, each.name)),
            )
            for each in found
        ]
        return json_ld.collection(views, path, title, listed)

    def _home(self) -> Link:
        return Link(self.site.home_url, self.views.word("site_home"))

    def _bulletin(self, slug: str, settings: Bulletin) -> Link:
        path = paths.bulletin(self.edition, slug)
        return Link(self.views.links.to(path), self.views.texts(settings.name))

    def _feeds(self, editions: Collection[str]) -> tuple[Feeds, ...]:
        path = paths.entries(self.edition)
        return (Feeds(path, self.views.publication.name, ALL_FORMS, editions),)

    def _bulletin_feeds(
        self, slug: str, settings: Bulletin, editions: Collection[str]
    ) -> tuple[Feeds, ...]:
        path = paths.bulletin(self.edition, slug)
        calendar = calendar_path(self.edition, slug, settings)
        own = Feeds(path, settings.name, ALL_FORMS, editions, calendar)
        return (own, *self._feeds(editions))
