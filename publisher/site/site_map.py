"""The sitemap: a part for each month, one for the fronts and lists, and the index of them.

An entry stands in the part of the month that it is filed under, an issue in that of its day: so
publishing changes few and small files.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from publisher.render import paths
from publisher.render.sitemap import (
    MAX_URLS,
    SitemapUrl,
    addresses,
    file_names,
    sitemap_index,
    sitemap_part,
)
from publisher.site.editions import Editions, Files
from publisher.site.lists import STORIES

_PAGES = "pages"


@dataclass(frozen=True)
class SiteMap:
    """Renders the parts of the sitemap, and the index of them."""

    site: Editions

    def index(self) -> Files:
        """``sitemap.xml``, which names the files of all parts.

        When a month changed is known; the fronts and lists name whatever is there today.
        """
        publication, changed = self.site.publication, self.site.library.index.changed()
        counts = {_PAGES: self._count(self._pages())}
        for month, most in sorted(self._months().items()):
            counts[month] = most if most <= MAX_URLS else self._count(self._month(month))
        files = {
            name: changed.get(part)
            for part, count in counts.items()
            for name in file_names(part, count)
        }
        return sitemap_index(publication.base_url, files)

    def pages(self) -> Files:
        """The part with the fronts and the lists."""
        return sitemap_part(self.site.publication, _PAGES, self._pages())

    def month(self, month: str) -> Files:
        """The part with the entries filed, and the issues of the days, in a month (``2026-04``)."""
        return sitemap_part(self.site.publication, month, self._month(month))

    def _count(self, urls: Iterable[SitemapUrl]) -> int:
        return sum(len(addresses(self.site.publication, url)) for url in urls)

    def _months(self) -> Counter[str]:
        """How many addresses each month has at most: pages that are not indexed count, too."""
        site, found = self.site, Counter[str]()
        for edition in site.editions:
            found.update(dict(site.library.index.counts("month", site.bulletins_of(edition))))
        for slug in site.bulletins:
            for year, month, count in site.library.index.months(slug):
                found[f"{year:04}-{month:02}"] += count * len(site.editions_of(slug))
        return found

    def _month(self, month: str) -> Iterator[SitemapUrl]:
        site, library = self.site, self.site.library
        for key in sorted(
            library.index.entries(site.bulletins, month=month), key=lambda each: each.id
        ):
            revision = library.entry(key)
            found = {name: paths.entry(name, revision.entry.id) for name in site.of_entry(key.id)}
            yield SitemapUrl(found, revision.at)
        for issue in reversed(library.index.issues(since=f"{month}-", until=f"{month}-~")):
            editions = site.editions_of(issue.bulletin)
            found = {name: paths.issue(name, issue.bulletin, issue.name) for name in editions}
            yield SitemapUrl(found, library.issue(issue).at)

    def _pages(self) -> Iterator[SitemapUrl]:
        site, index, slugs = self.site, self.site.library.index, tuple(self.site.bulletins)
        for slug in slugs:
            yield _url(site.editions_of(slug), paths.bulletin, slug)
        for page in (paths.entries, paths.about, paths.feeds):
            yield _url(site.editions, page)
        # Of the stories those on the newest list; the years lead to the others.
        for story, _ in index.stories_told(slugs, limit=STORIES):
            yield _url(site.having(story=story), paths.story, story)
        for tag, _ in index.counts("tag", slugs):
            yield _url(site.having(tag=tag), paths.tag, tag)
        yield SitemapUrl({name: paths.home(name) for name in site.editions}, x_default="/")


def _url(editions: Iterable[str], path: Callable[..., str], *names: str) -> SitemapUrl:
    return SitemapUrl({edition: path(edition, *names) for edition in editions})
