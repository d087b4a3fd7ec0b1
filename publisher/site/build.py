"""Rendering the targets of the site from the newest revisions in the library."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from publisher.archive.records import tombstones
from publisher.issue.issue import IssueRevision
from publisher.render.site_files import headers_file, not_found, root_page
from publisher.render.sitemap import robots
from publisher.render.styles import script, style
from publisher.render.views import ALL_FORMS, Neighbours
from publisher.site import attached
from publisher.site.editions import EditionParts, Editions, Files
from publisher.site.feed_archives import FeedArchives
from publisher.site.feeds import files
from publisher.site.gone import gone_files
from publisher.site.lists import Lists, by_year
from publisher.site.site_map import SiteMap
from publisher.site.targets import LATEST, Target

_RECENT = 10  # issues of each bulletin on the home page
_EARLIER = 5  # entries of its story on an entry's page


@dataclass(frozen=True)
class Builder:
    """Renders targets: each method the pages and feeds of one kind, in all editions."""

    site: Editions

    @cached_property
    def _archives(self) -> FeedArchives:
        return FeedArchives(self.site)

    def render(self, target: Target) -> Files:
        """The files of a target."""
        if target.kind in _LISTS:
            return _LISTS[target.kind](Lists(self.site), *target.name)
        if target.kind == "feed-archive":
            return self._archives.archive(*target.name)
        if target.kind in _SITE_MAP:
            return _SITE_MAP[target.kind](SiteMap(self.site), *target.name)
        return _RENDER[target.kind](self, *target.name)

    # Issues and entries ------------------------------------------------------------------------

    def _issue(self, slug: str, name: str) -> Files:
        library = self.site.library
        revision = library.published(slug, name)
        if revision is None:
            return {}
        entries, shown = library.entries_of(revision), self._in_todays_look(revision)

        def render(edition: str, parts: EditionParts) -> Files:
            near = self.site.near_issue(edition, revision)
            page = parts.pages.issue(shown, entries, near)
            views = parts.pages.views
            beside = self.site.beside.files(self.site, revision, edition)
            own = attached.tables(views, shown.issue) | attached.figures(views, shown.issue)
            return {**beside, **page, **own}

        found = self.site.each(self.site.editions_of(slug), render)
        return {**found, **attached.images(library, revision.issue)}

    def _in_todays_look(self, revision: IssueRevision) -> IssueRevision:
        """The issue in the theme that its bulletin has today: looks are not frozen."""
        issue = revision.issue
        settings = issue.settings.model_copy(update={"theme": self.site.theme_name(issue.bulletin)})
        return revision.model_copy(
            update={"issue": issue.model_copy(update={"settings": settings})}
        )

    def _entry(self, entry_id: str) -> Files:
        library = self.site.library
        revision = library.newest([entry_id])[entry_id]
        issues = [library.issue(key) for key in library.index.carried_in(entry_id)]
        first = issues[0].issue
        editions, theme = self.site.of_entry(entry_id), self.site.theme_name(first.bulletin)
        aliases = library.index.aliases(entry_id)

        def render(edition: str, parts: EditionParts) -> Files:
            slugs = self.site.bulletins_of(edition)
            near = Neighbours(
                earlier=self.site.earlier(edition, revision, _EARLIER),
                carried_in=tuple(each for each in issues if each.issue.bulletin in slugs),
                editions=editions,
            )
            found = dict(parts.pages.entry(revision, first.kinds, near, theme))
            for alias in aliases:
                found.update(parts.pages.redirect(alias, revision.entry.id))
            return found

        return self.site.each(editions, render)

    # Bulletins ---------------------------------------------------------------------------------

    def _issues(
        self, slug: str, *, since: str = "", until: str = "~", limit: int = -1
    ) -> list[IssueRevision]:
        keys = self.site.library.index.issues(slug, since=since, until=until, limit=limit)
        return [self.site.library.issue(key) for key in keys]

    def _bulletin(self, slug: str) -> Files:
        settings, editions = self.site.bulletins[slug], self.site.editions_of(slug)
        years = by_year(self.site.library.index.months(slug))
        latest = self._issues(slug, limit=LATEST)
        entries_of = self.site.library.entries_of

        def render(edition: str, parts: EditionParts) -> Files:
            views, archives = parts.pages.views, self._archives
            channel, name = archives.channel(edition, slug), views.texts(settings.name)
            near = Neighbours(bulletins=self.site.bulletins_of(edition))
            # Thirty issues, of which a feed takes ten: the others are not made.
            items = (
                parts.feeds.issue_item(each, entries_of(each), editions, near) for each in latest
            )
            head, newest = archives.head(edition, slug), latest[0].published
            feed = parts.feeds.feed(channel, items, newest, head, is_newest_first=True)
            return {
                **parts.pages.bulletin(slug, settings, latest, years, editions),
                **parts.pages.feed_page(channel.path, name, ALL_FORMS, editions),
                **files(feed, channel),
                **attached.calendar(views, self.site.library, slug, settings, latest[0]),
            }

        return self.site.each(editions, render)

    def _year(self, slug: str, year: str) -> Files:
        return self._archive(slug, f"{year}-", int(year), None)

    def _month(self, slug: str, year: str, month: str) -> Files:
        return self._archive(slug, f"{year}-{int(month):02d}-", int(year), int(month))

    def _archive(self, slug: str, prefix: str, year: int, month: int | None) -> Files:
        settings, editions = self.site.bulletins[slug], self.site.editions_of(slug)
        issues = self._issues(slug, since=prefix, until=f"{prefix}~")
        return self.site.each(
            editions,
            lambda _, parts: parts.pages.archive(slug, settings, issues, year, month, editions),
        )

    # The edition as a whole --------------------------------------------------------------------

    def _home(self) -> Files:
        def render(edition: str, parts: EditionParts) -> Files:
            slugs = self.site.bulletins_of(edition)
            latest = [each for slug in slugs for each in self._issues(slug, limit=_RECENT)]
            return parts.pages.home(latest, self.site.editions)

        return self.site.each(self.site.editions, render)

    def _frame(self) -> Files:
        """What depends on no entry and no issue."""
        site = self.site
        theme, publication = site.theme_of(site.publication.theme), site.publication
        views = [site.parts(each).pages.views for each in site.editions]
        languages = [publication.language(key) for key in publication.languages]
        found = site.each(
            site.editions,
            lambda _, parts: {
                **parts.pages.about(site.editions), **parts.pages.search(site.editions),
            },
        )  # fmt: skip
        found.update(script(theme))
        for name in sorted({publication.theme, *map(site.theme_name, site.bulletins)}):
            found.update(style(site.theme_of(name), languages))
        found.update(root_page(views, theme, site.generator))
        found.update(not_found(views, theme, site.generator))
        stones = tombstones(site.library.store)
        found.update(gone_files(stones, publication.editions, publication.base_url))
        return {**found, **robots(publication.base_url), **headers_file(publication)}


_RENDER: dict[str, Callable[..., Files]] = {
    "frame": Builder._frame,
    "entry": Builder._entry,
    "issue": Builder._issue,
    "bulletin": Builder._bulletin,
    "year": Builder._year,
    "month": Builder._month,
    "home": Builder._home,
}

_LISTS: dict[str, Callable[..., Files]] = {
    "tag": Lists.tag,
    "tag-year": Lists.tag_year,
    "tag-month": Lists.tag_month,
    "tags": Lists.tags,
    "story": Lists.story,
    "stories": Lists.stories,
    "stories-year": Lists.stories_year,
    "entries": Lists.entries,
    "entries-month": Lists.entries_month,
    "entries-year": Lists.entries_year,
    "feeds": Lists.feeds,
}

_SITE_MAP: dict[str, Callable[..., Files]] = {
    "sitemap": SiteMap.index,
    "sitemap-pages": SiteMap.pages,
    "sitemap-month": SiteMap.month,
}
