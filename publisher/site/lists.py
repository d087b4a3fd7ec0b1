"""Lists of entries, by date, tag and story, and the list of all feeds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from publisher.issue.issue import EntryRevision, IssueRevision
from publisher.language import Localized
from publisher.render import paths
from publisher.render.context import Texts
from publisher.render.feeds import opml
from publisher.render.rows import FeedList, Years
from publisher.render.views import ALL_FORMS
from publisher.site.editions import EditionParts, Editions, Files
from publisher.site.feed_archives import FeedArchives
from publisher.site.feed_parts import ENTRIES
from publisher.site.feeds import WITHOUT_ARCHIVES, Channel, Head, files
from publisher.site.targets import LATEST, is_divided

# The list of stories shows so many; the years lead to the others.
STORIES = 100
_TAG_FORMS = ("atom",)
# The feed of a tag has so many entries, and all that came in the days before the newest: who looks
# once a week misses none.  Each stands whole in the feeds of all its tags.
TAG_FEED, _TAG_DAYS = 10, dt.timedelta(days=7)


@dataclass(frozen=True)
class Lists:
    """Renders lists: each method the pages and feeds of one kind, in all editions."""

    site: Editions

    def _list(
        self,
        edition: str,
        limit: int = -1,
        *,
        tag: str | None = None,
        story: str | None = None,
        month: str | None = None,
        year: int | None = None,
    ) -> list[EntryRevision]:
        slugs, library = self.site.bulletins_of(edition), self.site.library
        keys = library.index.entries(
            slugs, tag=tag, story=story, month=month, year=year, limit=limit
        )
        return [library.entry(key) for key in keys]

    def _entries_feed(
        self,
        edition: str,
        channel: Channel,
        latest: list[EntryRevision],
        head: Head = WITHOUT_ARCHIVES,
    ) -> Files:
        kinds, feeds = self.site.publication.kinds, self.site.parts(edition).feeds
        items = [feeds.entry_item(each, kinds, self.site.of_entry(each.id)) for each in latest]
        return files(feeds.feed(channel, items, self._newest(edition, latest), head), channel)

    def _newest(self, edition: str, latest: list[EntryRevision]) -> dt.datetime:
        """When the newest entry of an edition came; where it has issues alone, the newest issue."""
        index = self.site.library.index
        slots = (index.issues(slug, limit=1)[0].slot for slug in self.site.bulletins_of(edition))
        return latest[0].published if latest else max(slots)

    def entries(self) -> Files:
        """The newest entries, with their feeds."""
        publication, editions = self.site.publication, self.site.editions

        def render(edition: str, parts: EditionParts) -> Files:
            archives, name = FeedArchives(self.site), parts.pages.views.texts(publication.name)
            channel, latest = archives.channel(edition, ENTRIES), self._list(edition, LATEST)
            head = archives.head(edition, ENTRIES)
            return {
                **parts.pages.entries(latest, self._entry_years(edition), editions),
                **parts.pages.feed_page(channel.path, name, ALL_FORMS, editions),
                **self._entries_feed(edition, channel, latest, head),
            }

        return self.site.each(editions, render)

    def _entry_years(self, edition: str) -> Years:
        months = self.site.library.index.counts("month", self.site.bulletins_of(edition))
        return by_year([(int(m[:4]), int(m[5:]), count) for m, count in reversed(months)])

    def entries_year(self, year: str) -> Files:
        """The months of a year that have entries."""
        months = {each: dict(self._entry_years(each)).get(int(year)) for each in self.site.editions}
        editions = tuple(each for each, found in months.items() if found)
        return self.site.each(
            editions,
            lambda edition, parts: parts.pages.entries_year(
                int(year), months[edition] or (), editions
            ),
        )

    def entries_month(self, month: str) -> Files:
        """The entries of a month (``2026-04``)."""
        editions, year, number = self.site.having(month=month), int(month[:4]), int(month[5:])
        return self.site.each(
            editions,
            lambda edition, parts: parts.pages.entries_month(
                self._list(edition, month=month), year, number, editions
            ),
        )

    def tag(self, tag: str) -> Files:
        """The newest entries with a tag, their feed, and the years where there are more."""
        editions = self.site.having(tag=tag)

        def render(edition: str, parts: EditionParts) -> Files:
            path, views = paths.tag(edition, tag), parts.pages.views
            label, listed = views.tag(tag).label, self._list(edition, LATEST, tag=tag)
            title = f"{label.line} · {views.texts(self.site.publication.name).line}"
            channel = Channel(f"tags/{tag}", path, title, "", editions, _TAG_FORMS)
            return {
                **parts.pages.tag(tag, listed, editions, self._tag_years(edition, tag)),
                **parts.pages.feed_page(path, label, _TAG_FORMS, editions),
                **self._entries_feed(edition, channel, _recent(listed)),
            }

        return self.site.each(editions, render)

    def _tag_years(self, edition: str, tag: str) -> list[tuple[int, int]]:
        """The years of a tag that have pages: none where its first page has all its entries."""
        years = self.site.library.index.years(tag, self.site.bulletins_of(edition))
        return years if sum(count for _, count in years) > LATEST else []

    def tag_year(self, tag: str, year: str) -> Files:
        """The entries with a tag that are filed in a year."""
        number = int(year)
        editions = tuple(
            each for each in self.site.editions if number in dict(self._tag_years(each, tag))
        )
        index = self.site.library.index
        divided = is_divided(index, tag, number)

        def render(edition: str, parts: EditionParts) -> Files:
            if divided:
                counts = index.tag_months(tag, number, self.site.bulletins_of(edition))
                return parts.pages.tag_year(tag, number, (), editions, counts)
            listed = self._list(edition, tag=tag, year=number)
            return parts.pages.tag_year(tag, number, listed, editions)

        return self.site.each(editions, render)

    def tag_month(self, tag: str, month: str) -> Files:
        """The entries with a tag that are filed in a month (``2026-04``) of a divided year."""
        year, number = int(month[:4]), int(month[5:])
        if not is_divided(self.site.library.index, tag, year):
            return {}
        found = {
            each: self._list(each, tag=tag, month=month)
            for each in self.site.editions
            if year in dict(self._tag_years(each, tag))
        }
        editions = tuple(each for each, listed in found.items() if listed)
        return self.site.each(
            editions,
            lambda edition, parts: parts.pages.tag_month(
                tag, year, number, found[edition], editions
            ),
        )

    def tags(self) -> Files:
        """Every tag."""
        index, editions = self.site.library.index, self.site.counting("tag")
        return self.site.each(
            editions,
            lambda edition, parts: parts.pages.tags(
                index.counts("tag", self.site.bulletins_of(edition)), editions
            ),
        )

    def story(self, story: str) -> Files:
        """The time line of a story."""
        editions = self.site.having(story=story)

        def render(edition: str, parts: EditionParts) -> Files:
            told = self._list(edition, story=story)[::-1]
            first = {each.id: self._first_issue(edition, each.id) for each in told}
            return parts.pages.story(story, told, first, editions)

        return self.site.each(editions, render)

    def _first_issue(self, edition: str, entry_id: str) -> IssueRevision:
        """The first issue that carried an entry to the readers of an edition."""
        library, slugs = self.site.library, self.site.bulletins_of(edition)
        keys = library.index.carried_in(entry_id)
        return library.issue(next(each for each in keys if each.bulletin in slugs))

    def stories(self) -> Files:
        """The stories that were told on last, and the years of all."""
        index, editions = self.site.library.index, self.site.counting("story")
        years = cache(index.story_years)  # most editions have the same bulletins

        def render(edition: str, parts: EditionParts) -> Files:
            slugs = self.site.bulletins_of(edition)
            told = self._titled(index.stories_told(slugs, limit=STORIES))
            return parts.pages.stories(told, editions, years(slugs))

        return self.site.each(editions, render)

    def stories_year(self, year: str) -> Files:
        """The stories with entries filed in a year, and how many each has there."""
        index, number = self.site.library.index, int(year)
        told = {
            each: index.stories_told(self.site.bulletins_of(each), year=number)
            for each in self.site.editions
        }
        editions = tuple(each for each, found in told.items() if found)
        return self.site.each(
            editions,
            lambda edition, parts: parts.pages.stories(
                self._titled(told[edition]), editions, year=number
            ),
        )

    def _titled(
        self, stories: Iterable[tuple[str, int]]
    ) -> list[tuple[str, int, Localized | None]]:
        labels = self.site.publication.stories
        return [(story, count, labels.get(story)) for story, count in stories]

    def feeds(self) -> Files:
        """Every list that has feeds, as a page and as OPML."""

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

        return self.site.each(self.site.editions, render)

    def _feed_lists(self, edition: str) -> Iterator[tuple[str, FeedList]]:
        views, slugs = self.site.parts(edition).pages.views, self.site.bulletins_of(edition)
        yield "entries", FeedList(paths.entries(edition), views.texts(self.site.publication.name))
        for slug in slugs:
            name: Texts = views.texts(self.site.bulletins[slug].name)
            yield slug, FeedList(paths.bulletin(edition, slug), name)
        for tag, _ in self.site.library.index.counts("tag", slugs):
            label = views.tag(tag).label
            yield f"tags/{tag}", FeedList(paths.tag(edition, tag), label, _TAG_FORMS)


def _recent(latest: list[EntryRevision]) -> list[EntryRevision]:
    """Of the newest entries of a tag, those for its feed."""
    since = latest[0].published - _TAG_DAYS if latest else None
    return [
        each for at, each in enumerate(latest)
        if at < TAG_FEED or (since is not None and each.published >= since)
    ]  # fmt: skip


def by_year(months: Iterable[tuple[int, int, int]]) -> list[tuple[int, list[tuple[int, int]]]]:
    """Months, the newest first, grouped by year."""
    found: dict[int, list[tuple[int, int]]] = {}
    for year, month, count in months:
        found.setdefault(year, []).append((month, count))
    return list(found.items())
