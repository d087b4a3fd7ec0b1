"""Rendering the targets of the site from the newest revisions in the library."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from publisher.issue.issue import EntryRevision, IssueRevision
from publisher.render import paths
from publisher.render.context import Texts
from publisher.render.feeds import opml
from publisher.render.rows import FeedList, Years
from publisher.render.site_files import headers_file, not_found, root_page
from publisher.render.sitemap import robots, sitemap
from publisher.render.styles import style
from publisher.render.views import ALL_FORMS, Neighbours
from publisher.site import attached
from publisher.site.editions import EditionParts, Editions
from publisher.site.feeds import Channel, files
from publisher.site.site_map import sitemap_urls
from publisher.site.targets import Target

# Lists show so many; older ones are on the pages of their months.
_LATEST = 30
_RECENT = 10
_EARLIER = 5
_TAG_FORMS = ("atom",)

Files = Mapping[str, bytes]


@dataclass(frozen=True)
class Builder:
    """Renders targets: each method the pages and feeds of one kind, in all editions."""

    site: Editions

    def render(self, target: Target) -> Files:
        """The files of a target."""
        method: Callable[..., Files] = _RENDER[target.kind]
        return method(self, *target.name)

    def _each(
        self, editions: Iterable[str], render: Callable[[str, EditionParts], Files]
    ) -> dict[str, bytes]:
        found: dict[str, bytes] = {}
        for edition in editions:
            found.update(render(edition, self.site.parts(edition)))
        return found

    # Issues and entries ------------------------------------------------------------------------

    def _issue(self, slug: str, name: str) -> Files:
        library = self.site.library
        key = library.index.issue(slug, name)
        if key is None:
            return {}
        revision = library.issue(key)
        entries, shown = library.entries_of(revision), self._in_todays_look(revision)

        def render(edition: str, parts: EditionParts) -> Files:
            near = self.site.near_issue(edition, revision)
            page = parts.pages.issue(shown, entries, near)
            return {**page, **attached.tables(parts.pages.views, revision.issue)}

        found = self._each(self.site.editions_of(slug), render)
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

        return self._each(editions, render)

    # Bulletins ---------------------------------------------------------------------------------

    def _issues(
        self, slug: str, *, since: str = "", until: str = "~", limit: int = -1
    ) -> list[IssueRevision]:
        keys = self.site.library.index.issues(slug, since=since, until=until, limit=limit)
        return [self.site.library.issue(key) for key in keys]

    def _bulletin(self, slug: str) -> Files:
        settings, editions = self.site.bulletins[slug], self.site.editions_of(slug)
        years = _years(self.site.library.index.months(slug))
        latest = self._issues(slug, limit=_LATEST)
        carried = [(each, self.site.library.entries_of(each)) for each in latest]

        def render(edition: str, parts: EditionParts) -> Files:
            path, views = paths.bulletin(edition, slug), parts.pages.views
            name, about = views.texts(settings.name), views.texts(settings.description)
            channel = Channel(slug, path, name.line, about.line, editions)
            near = Neighbours(bulletins=self.site.bulletins_of(edition))
            items = [parts.feeds.issue_item(*each, editions, near) for each in carried]
            return {
                **parts.pages.bulletin(slug, settings, latest, years, editions),
                **parts.pages.feed_page(path, name, ALL_FORMS, editions),
                **files(parts.feeds.feed(channel, items, latest[0].published), channel),
                **attached.calendar(views, self.site.library, slug, settings, latest[0]),
            }

        return self._each(editions, render)

    def _year(self, slug: str, year: str) -> Files:
        return self._archive(slug, f"{year}-", int(year), None)

    def _month(self, slug: str, year: str, month: str) -> Files:
        return self._archive(slug, f"{year}-{int(month):02d}-", int(year), int(month))

    def _archive(self, slug: str, prefix: str, year: int, month: int | None) -> Files:
        settings, editions = self.site.bulletins[slug], self.site.editions_of(slug)
        issues = self._issues(slug, since=prefix, until=f"{prefix}~")
        return self._each(
            editions,
            lambda _, parts: parts.pages.archive(slug, settings, issues, year, month, editions),
        )

    # Lists of entries --------------------------------------------------------------------------

    def _list(
        self,
        edition: str,
        limit: int = -1,
        *,
        tag: str | None = None,
        story: str | None = None,
        month: str | None = None,
    ) -> list[EntryRevision]:
        slugs, library = self.site.bulletins_of(edition), self.site.library
        keys = library.index.entries(slugs, tag=tag, story=story, month=month, limit=limit)
        return [library.entry(key) for key in keys]

    def _entries_feed(self, edition: str, channel: Channel, latest: list[EntryRevision]) -> Files:
        kinds, feeds = self.site.publication.kinds, self.site.parts(edition).feeds
        items = [feeds.entry_item(each, kinds, self.site.of_entry(each.id)) for each in latest]
        return files(feeds.feed(channel, items, self._newest(edition, latest)), channel)

    def _newest(self, edition: str, latest: list[EntryRevision]) -> dt.datetime:
        """When the newest entry of an edition came; where it has issues alone, the newest issue."""
        index = self.site.library.index
        slots = (index.issues(slug, limit=1)[0].slot for slug in self.site.bulletins_of(edition))
        return latest[0].published if latest else max(slots)

    def _entries(self) -> Files:
        publication, editions = self.site.publication, self.site.editions

        def render(edition: str, parts: EditionParts) -> Files:
            path, views = paths.entries(edition), parts.pages.views
            name, about = views.texts(publication.name), views.texts(publication.description)
            latest = self._list(edition, _LATEST)
            channel = Channel("entries", path, name.line, about.line, editions)
            return {
                **parts.pages.entries(latest, self._entry_years(edition), editions),
                **parts.pages.feed_page(path, name, ALL_FORMS, editions),
                **self._entries_feed(edition, channel, latest),
            }

        return self._each(editions, render)

    def _entry_years(self, edition: str) -> Years:
        months = self.site.library.index.counts("month", self.site.bulletins_of(edition))
        return _years([(int(m[:4]), int(m[5:]), count) for m, count in reversed(months)])

    def _entries_month(self, month: str) -> Files:
        editions, year, number = self.site.having(month=month), int(month[:4]), int(month[5:])
        return self._each(
            editions,
            lambda edition, parts: parts.pages.entries_month(
                self._list(edition, month=month), year, number, editions
            ),
        )

    def _tag(self, tag: str) -> Files:
        editions = self.site.having(tag=tag)

        def render(edition: str, parts: EditionParts) -> Files:
            path, views = paths.tag(edition, tag), parts.pages.views
            label, listed = views.tag(tag).label, self._list(edition, tag=tag)
            title = f"{label.line} · {views.texts(self.site.publication.name).line}"
            channel = Channel(f"tags/{tag}", path, title, "", editions, _TAG_FORMS)
            return {
                **parts.pages.tag(tag, listed, editions),
                **parts.pages.feed_page(path, label, _TAG_FORMS, editions),
                **self._entries_feed(edition, channel, listed[:_LATEST]),
            }

        return self._each(editions, render)

    def _tags(self) -> Files:
        index, editions = self.site.library.index, self.site.counting("tag")
        return self._each(
            editions,
            lambda edition, parts: parts.pages.tags(
                index.counts("tag", self.site.bulletins_of(edition)), editions
            ),
        )

    def _story(self, story: str) -> Files:
        editions = self.site.having(story=story)

        def render(edition: str, parts: EditionParts) -> Files:
            told = self._list(edition, story=story)[::-1]
            first = {each.id: self._first_issue(edition, each.id) for each in told}
            return parts.pages.story(story, told, first, editions)

        return self._each(editions, render)

    def _first_issue(self, edition: str, entry_id: str) -> IssueRevision:
        """The first issue that carried an entry to the readers of an edition."""
        library, slugs = self.site.library, self.site.bulletins_of(edition)
        keys = library.index.carried_in(entry_id)
        return library.issue(next(each for each in keys if each.bulletin in slugs))

    def _stories(self) -> Files:
        index, editions = self.site.library.index, self.site.counting("story")
        labels = self.site.publication.stories

        def render(edition: str, parts: EditionParts) -> Files:
            counts = index.counts("story", self.site.bulletins_of(edition))
            rows = [(story, count, labels.get(story)) for story, count in counts]
            return parts.pages.stories(rows, editions)

        return self._each(editions, render)

    # The edition as a whole --------------------------------------------------------------------

    def _home(self) -> Files:
        def render(edition: str, parts: EditionParts) -> Files:
            slugs = self.site.bulletins_of(edition)
            latest = [each for slug in slugs for each in self._issues(slug, limit=_RECENT)]
            return parts.pages.home(latest, self.site.editions)

        return self._each(self.site.editions, render)

    def _feeds(self) -> Files:
        def render(edition: str, parts: EditionParts) -> Files:
            lists = dict(self._feed_lists(edition))
            newest = self._newest(edition, self._list(edition, 1))
            feeds = [
                parts.feeds.feed(
                    Channel(name, each.path, each.title.line, forms=each.forms), (), newest
                )
                for name, each in lists.items()
            ]
            title = parts.pages.views.texts(self.site.publication.name).line
            return {
                **parts.pages.feeds(list(lists.values()), self.site.editions),
                paths.file_of(paths.opml(edition)): opml.render(title, feeds),
            }

        return self._each(self.site.editions, render)

    def _feed_lists(self, edition: str) -> Iterator[tuple[str, FeedList]]:
        views, slugs = self.site.parts(edition).pages.views, self.site.bulletins_of(edition)
        yield "entries", FeedList(paths.entries(edition), views.texts(self.site.publication.name))
        for slug in slugs:
            name: Texts = views.texts(self.site.bulletins[slug].name)
            yield slug, FeedList(paths.bulletin(edition, slug), name)
        for tag, _ in self.site.library.index.counts("tag", slugs):
            label = views.tag(tag).label
            yield f"tags/{tag}", FeedList(paths.tag(edition, tag), label, _TAG_FORMS)

    def _frame(self) -> Files:
        """What depends on no entry and no issue."""
        site = self.site
        theme, publication = site.theme_of(site.publication.theme), site.publication
        views = [site.parts(each).pages.views for each in site.editions]
        languages = [publication.language(key) for key in publication.languages]
        found = self._each(site.editions, lambda _, parts: parts.pages.about(site.editions))
        for name in sorted({publication.theme, *map(site.theme_name, site.bulletins)}):
            found.update(style(site.theme_of(name), languages))
        found.update(root_page(views, theme, site.generator))
        found.update(not_found(views, theme, site.generator))
        return {**found, **robots(publication.base_url), **headers_file(publication)}

    def _sitemap(self) -> Files:
        return sitemap(self.site.publication, sitemap_urls(self.site))


_RENDER: dict[str, Callable[..., Files]] = {
    "frame": Builder._frame,
    "entry": Builder._entry,
    "issue": Builder._issue,
    "bulletin": Builder._bulletin,
    "year": Builder._year,
    "month": Builder._month,
    "tag": Builder._tag,
    "tags": Builder._tags,
    "story": Builder._story,
    "stories": Builder._stories,
    "entries": Builder._entries,
    "entries-month": Builder._entries_month,
    "feeds": Builder._feeds,
    "home": Builder._home,
    "sitemap": Builder._sitemap,
}


def _years(months: Iterable[tuple[int, int, int]]) -> list[tuple[int, list[tuple[int, int]]]]:
    """Months, the newest first, grouped by year."""
    found: dict[int, list[tuple[int, int]]] = {}
    for year, month, count in months:
        found.setdefault(year, []).append((month, count))
    return list(found.items())
