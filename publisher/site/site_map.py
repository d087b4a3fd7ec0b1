"""Every page of the site, for search engines: the oldest first, so that parts stay as they are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from publisher.render import paths
from publisher.render.sitemap import SitemapUrl
from publisher.site.editions import Editions


def sitemap_urls(site: Editions) -> Iterator[SitemapUrl]:
    """The pages of entries, issues, lists and the fronts, each in the editions that have it."""
    yield from _entries(site)
    yield from _issues(site)
    index, slugs = site.library.index, tuple(site.bulletins)
    for slug in slugs:
        yield _url(site.editions_of(slug), paths.bulletin, slug)
    for page in (paths.entries, paths.about, paths.feeds):
        yield _url(site.editions, page)
    for story, _ in index.counts("story", slugs):
        yield _url(site.having(story=story), paths.story, story)
    for tag, _ in index.counts("tag", slugs):
        yield _url(site.having(tag=tag), paths.tag, tag)
    yield SitemapUrl({name: paths.home(name) for name in site.editions}, x_default="/")


def _entries(site: Editions) -> Iterator[SitemapUrl]:
    for key in site.library.index.all_entries():
        revision = site.library.entry(key)
        found = {name: paths.entry(name, revision.entry.id) for name in site.of_entry(key.id)}
        yield SitemapUrl(found, revision.at)


def _issues(site: Editions) -> Iterator[SitemapUrl]:
    for key in reversed(site.library.index.issues()):
        editions = site.editions_of(key.bulletin)
        found = {name: paths.issue(name, key.bulletin, key.name) for name in editions}
        yield SitemapUrl(found, site.library.issue(key).at)


def _url(editions: Iterable[str], path: Callable[..., str], *names: str) -> SitemapUrl:
    return SitemapUrl({edition: path(edition, *names) for edition in editions})
