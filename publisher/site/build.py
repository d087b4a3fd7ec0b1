"""The site from the archive: what there is to render, and what must be rendered again.

A *target* is one thing of the site (an issue, an entry, a tag …) in all its editions.  A full
build renders every target; after a change only those that the new records of the log touch.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from publisher import markup
from publisher.archive.index import IssueKey
from publisher.archive.library import Library
from publisher.archive.records import LogRecord
from publisher.config.bulletin import Bulletin
from publisher.config.publication import Publication
from publisher.issue.issue import EntryRevision, IssueRevision
from publisher.render import paths
from publisher.render.pages import Pages, make_site
from publisher.render.rows import FeedList
from publisher.render.site_files import headers_file, not_found, root_page
from publisher.render.sitemap import SitemapUrl, robots, sitemap
from publisher.render.styles import style
from publisher.render.theme import Theme
from publisher.render.views import ALL_FORMS, Neighbours, Views
from publisher.site.feeds import FeedMaker, files

# Lists show so many; older ones are on the pages of their months.
_LATEST = 30
_EARLIER = 5

Files = Mapping[str, bytes]


class Target(NamedTuple):
    """One thing of the site, in all its editions: its kind, and what names it."""

    kind: str
    name: tuple[str, ...] = ()


@dataclass(frozen=True)
class EditionParts:
    """What renders one edition."""

    pages: Pages
    feeds: FeedMaker


@dataclass
class Builder:
    """Renders targets from the newest revisions in the library."""

    publication: Publication
    library: Library
    theme_of: Callable[[str], Theme]
    version: str
    renderer: markup.Renderer = field(default_factory=markup.Renderer)

    @property
    def generator(self) -> str:
        """What the site says it was made by."""
        return f"publisher {self.version}"

    @cached_property
    def bulletins(self) -> dict[str, Bulletin]:
        """Every bulletin with an issue, as its newest issue knows it."""
        return {slug: self.library.settings(slug) for slug in self.library.index.bulletins()}

    @cached_property
    def editions(self) -> tuple[str, ...]:
        """The editions in which something was published, in the publication's order."""
        used = {name for slug in self.bulletins for name in self.editions_of(slug)}
        return tuple(each for each in self.publication.editions if each in used)

    def editions_of(self, slug: str) -> tuple[str, ...]:
        """The editions of a bulletin that the publication still declares."""
        chosen = self.bulletins[slug].editions
        return tuple(each for each in self.publication.editions if chosen is None or each in chosen)

    def bulletins_of(self, edition: str) -> tuple[str, ...]:
        """The bulletins that an edition has."""
        return tuple(each for each in self.bulletins if edition in self.editions_of(each))

    def theme_name(self, slug: str) -> str:
        """The theme of a bulletin: its newest issue's, for all its issues."""
        return self.bulletins[slug].theme or self.publication.theme

    # The frame of an edition -------------------------------------------------------------------

    def parts(self, edition: str) -> EditionParts:
        """What renders an edition; made once."""
        if edition not in self._parts:
            self._parts[edition] = self._make_parts(edition)
        return self._parts[edition]

    @cached_property
    def _parts(self) -> dict[str, EditionParts]:
        return {}

    def _make_parts(self, edition: str) -> EditionParts:
        index, slugs = self.library.index, self.bulletins_of(edition)
        views, absolute = self.views(edition, absolute=False), self.views(edition, absolute=True)
        site = make_site(
            views,
            [(slug, self.bulletins[slug]) for slug in slugs],
            has_tags=bool(index.counts("tag", slugs)),
            has_stories=bool(index.counts("story", slugs)),
        )
        names = {self.publication.theme, *(self.theme_name(slug) for slug in slugs)}
        themes = {name: self.theme_of(name) for name in sorted(names)}
        pages = Pages(themes, views, site, self.generator)
        return EditionParts(
            pages, FeedMaker(absolute, themes[self.publication.theme], self.version)
        )

    def views(self, edition: str, *, absolute: bool) -> Views:
        """The views of an edition, with links for pages or absolute ones for feeds and mail."""
        found = self.publication.edition(edition)
        theme = self.theme_of(self.publication.theme)
        return Views(
            self.publication,
            found,
            {each.key: theme.strings(each) for each in found.languages},
            paths.Links(self.publication.base_url, absolute=absolute),
            self.renderer,
        )

    def fingerprint(self) -> str:
        """What every page depends on: where it differs from last time, all are rendered again."""
        names = {self.publication.theme, *map(self.theme_name, self.bulletins)}
        frames = [
            (name, parts.pages.site.has_tags, parts.pages.site.has_stories)
            for name in self.editions
            for parts in (self.parts(name),)
        ]
        told = [
            self.version,
            self.publication.model_dump(mode="json"),
            {slug: each.model_dump(mode="json") for slug, each in self.bulletins.items()},
            [[(t, dict(texts)) for t, texts in self.theme_of(n).chain] for n in sorted(names)],
            frames,
        ]
        text = json.dumps(told, ensure_ascii=False, sort_keys=True, default=str)
        return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()

    # Targets -----------------------------------------------------------------------------------

    def everything(self) -> Iterator[Target]:
        """Every target, each after those that it links to."""
        index, slugs = self.library.index, tuple(self.bulletins)
        yield Target("frame")
        for key in index.all_entries():
            yield Target("entry", (key.id,))
        for issue in index.issues():
            yield Target("issue", (issue.bulletin, issue.name))
        for slug in slugs:
            yield from self._archive_targets(slug, index.months(slug))
        for kind in ("tag", "story"):
            for name, _ in index.counts(kind, slugs):
                yield Target(kind, (name,))
        for month, _ in index.counts("month", slugs):
            yield Target("entries-month", (month,))
        yield from _FRONT

    @staticmethod
    def _archive_targets(slug: str, months: Iterable[tuple[int, int, int]]) -> Iterator[Target]:
        found = list(months)
        for year, month, _ in found:
            yield Target("month", (slug, str(year), str(month)))
        for year in sorted({year for year, _, _ in found}):
            yield Target("year", (slug, str(year)))
        yield Target("bulletin", (slug,))

    def touched(self, records: Iterable[LogRecord]) -> list[Target]:
        """The targets that new records of the log change, in the order of `everything`."""
        index = self.library.index
        found: dict[Target, None] = {}
        entries: set[str] = set()
        issues: set[IssueKey] = set()
        for record in records:
            entries |= {entry_id for entry_id, _ in record.entries}
            if record.bulletin and record.issue:
                issues |= {
                    key for key in [index.issue(record.bulletin, record.issue)] if key is not None
                }
        for key in sorted(issues, key=lambda each: (each.slot, each.bulletin)):
            issues |= {each for each in index.neighbours(key) if each is not None}
        for entry_id in sorted(entries):
            issues |= set(index.carried_in(entry_id))
        own = [self._entry(each) for each in sorted(entries)]
        stories = sorted({each.entry.story for each in own if each.entry.story})
        for story in stories:
            entries |= {key.id for key in index.entries(self.bulletins, story=story)}
        found.update({Target("entry", (each,)): None for each in sorted(entries)})
        for key in sorted(issues, key=lambda each: (each.slot, each.bulletin)):
            found[Target("issue", (key.bulletin, key.name))] = None
        for key in sorted(issues, key=lambda each: (each.slot, each.bulletin)):
            months = [(key.day.year, key.day.month, 0)]
            found.update(dict.fromkeys(self._archive_targets(key.bulletin, months)))
        for tag in sorted({tag for each in own for tag in each.entry.tags}):
            found[Target("tag", (tag,))] = None
        found.update({Target("story", (each,)): None for each in stories})
        for month in sorted({f"{each.entry.filed:%Y-%m}" for each in own}):
            found[Target("entries-month", (month,))] = None
        found.update(dict.fromkeys(_FRONT))
        return list(found)

    def render(self, target: Target) -> Files:
        """The files of a target."""
        method: Callable[..., Files] = _RENDER[target.kind]
        return method(self, *target.name)

    # Issues and entries --------------------------------------------------------------------------

    def _entry(self, entry_id: str) -> EntryRevision:
        return self.library.newest([entry_id])[entry_id]

    def _issue_page(self, slug: str, name: str) -> Files:
        key = self.library.index.issue(slug, name)
        if key is None:
            return {}
        revision = self.library.issue(key)
        entries = self.library.entries_of(revision)
        before, after = (
            self.library.issue(each) if each else None
            for each in self.library.index.neighbours(key)
        )
        near = Neighbours(before, after, editions=self.editions_of(slug))
        shown = self._with_newest_theme(revision)
        return self._each(near.editions, lambda parts: parts.pages.issue(shown, entries, near))

    def _with_newest_theme(self, revision: IssueRevision) -> IssueRevision:
        """The issue in the look that its bulletin has today: looks are not frozen."""
        issue, slug = revision.issue, revision.issue.bulletin
        settings = issue.settings.model_copy(update={"theme": self.theme_name(slug)})
        return revision.model_copy(
            update={"issue": issue.model_copy(update={"settings": settings})}
        )

    def entry_editions(self, entry_id: str) -> tuple[str, ...]:
        """The editions of the bulletins that carried an entry."""
        slugs = {key.bulletin for key in self.library.index.carried_in(entry_id)}
        return tuple(
            each
            for each in self.publication.editions
            if any(each in self.editions_of(slug) for slug in slugs)
        )

    def _entry_page(self, entry_id: str) -> Files:
        revision = self._entry(entry_id)
        keys = self.library.index.carried_in(entry_id)
        editions = self.entry_editions(entry_id)
        first = self.library.issue(keys[0])
        theme = self.theme_name(first.issue.bulletin)
        found: dict[str, bytes] = {}
        for edition in editions:
            slugs = self.bulletins_of(edition)
            carried = [self.library.issue(key) for key in keys if key.bulletin in slugs]
            near = Neighbours(
                earlier=self._earlier(revision, slugs),
                carried_in=tuple(carried),
                editions=editions,
            )
            pages = self.parts(edition).pages
            found |= pages.entry(revision, first.issue.kinds, near, theme)
            for alias in self.library.index.aliases(entry_id):
                found |= pages.redirect(alias, revision.entry.id)
        return found

    def _earlier(
        self, revision: EntryRevision, slugs: Collection[str]
    ) -> tuple[EntryRevision, ...]:
        story = revision.entry.story
        if not story:
            return ()
        told = [self.library.entry(key) for key in self.library.index.entries(slugs, story=story)]
        return tuple(each for each in told if each.published < revision.published)[:_EARLIER]

    # Lists ---------------------------------------------------------------------------------------

    def _issues(self, slug: str, since: str = "", until: str = "~", limit: int = -1):  # type: ignore[no-untyped-def]
        keys = self.library.index.issues(slug, since=since, until=until, limit=limit)
        return [self.library.issue(key) for key in keys]

    def _bulletin_pages(self, slug: str) -> Files:
        settings, editions = self.bulletins[slug], self.editions_of(slug)
        years = _years(self.library.index.months(slug))
        latest = self._issues(slug, limit=_LATEST)
        carried = [(each, self.library.entries_of(each)) for each in latest]
        found: dict[str, bytes] = {}
        for edition in editions:
            parts, path = self.parts(edition), paths.bulletin(edition, slug)
            found |= parts.pages.bulletin(slug, settings, latest, years, editions)
            views = parts.feeds.views
            title = views.texts(settings.name)
            found |= parts.pages.feed_page(path, parts.pages.views.texts(settings.name),
                                           ALL_FORMS, editions)  # fmt: skip
            feed = parts.feeds.feed(
                slug, path, title.line, views.texts(settings.description).line,
                [parts.feeds.issue_item(each, entries, editions) for each, entries in carried],
                created=latest[0].published, editions=editions,
            )  # fmt: skip
            found |= files(feed, path)
        return found

    def _year(self, slug: str, year: str) -> Files:
        issues = self._issues(slug, f"{year}-", f"{year}~")
        editions = self.editions_of(slug)
        return self._each(
            editions,
            lambda parts: parts.pages.archive(
                slug, self.bulletins[slug], issues, int(year), None, editions
            ),
        )

    def _month(self, slug: str, year: str, month: str) -> Files:
        prefix = f"{year}-{int(month):02d}"
        issues, editions = self._issues(slug, f"{prefix}-", f"{prefix}~"), self.editions_of(slug)
        return self._each(
            editions,
            lambda parts: parts.pages.archive(
                slug, self.bulletins[slug], issues, int(year), int(month), editions
            ),
        )

    def _having(self, **what: str) -> tuple[str, ...]:
        """The editions in which a list has at least one entry."""
        index = self.library.index
        return tuple(
            each
            for each in self.editions
            if index.entries(self.bulletins_of(each), limit=1, **what)  # type: ignore[arg-type]
        )

    def _list(self, edition: str, limit: int = -1, **what: str) -> list[EntryRevision]:
        keys = self.library.index.entries(
            self.bulletins_of(edition),
            limit=limit,
            **what,  # type: ignore[arg-type]
        )
        return [self.library.entry(key) for key in keys]

    def _entries_pages(self) -> Files:
        found: dict[str, bytes] = {}
        for edition in self.editions:
            parts, path = self.parts(edition), paths.entries(edition)
            latest = self._list(edition, _LATEST)
            months = self.library.index.counts("month", self.bulletins_of(edition))
            years = _years([(int(m[:4]), int(m[5:]), n) for m, n in reversed(months)])
            title = parts.pages.views.texts(self.publication.name)
            found |= parts.pages.entries(latest, years, self.editions)
            found |= parts.pages.feed_page(path, title, ALL_FORMS, self.editions)
            description = parts.feeds.views.texts(self.publication.description).line
            found |= self._entries_feed(
                parts, "entries", path, title.line, description, latest, self.editions, ALL_FORMS
            )
        return found

    def _entries_feed(
        self,
        parts: EditionParts,
        name: str,
        path: str,
        title: str,
        description: str,
        latest: list[EntryRevision],
        editions: Collection[str],
        forms: tuple[str, ...],
    ) -> Files:
        items = [
            parts.feeds.entry_item(each, self.publication.kinds, self.entry_editions(each.id))
            for each in latest
        ]
        feed = parts.feeds.feed(
            name, path, title, description, items,
            created=latest[0].published, editions=editions, forms=forms,
        )  # fmt: skip
        return files(feed, path, forms)

    def _entries_month(self, month: str) -> Files:
        editions = self._having(month=month)
        found: dict[str, bytes] = {}
        for edition in editions:
            listed = self._list(edition, month=month)
            found |= self.parts(edition).pages.entries_month(
                listed, int(month[:4]), int(month[5:]), editions
            )
        return found

    def _tag_pages(self, tag: str) -> Files:
        editions = self._having(tag=tag)
        found: dict[str, bytes] = {}
        for edition in editions:
            parts, path = self.parts(edition), paths.tag(edition, tag)
            listed, title = self._list(edition, tag=tag), self._tag_title(edition, tag)
            found |= parts.pages.tag(tag, listed, editions)
            found |= parts.pages.feed_page(path, title, ("atom",), editions)
            found |= self._entries_feed(
                parts, f"tags/{tag}", path, self._feed_title(edition, title.line), "",
                listed[:_LATEST], editions, ("atom",),
            )  # fmt: skip
        return found

    def _tag_title(self, edition: str, tag: str):  # type: ignore[no-untyped-def]
        return self.parts(edition).pages.views.tag(tag).label

    def _feed_title(self, edition: str, title: str) -> str:
        name = self.parts(edition).feeds.views.texts(self.publication.name).line
        return f"{title} · {name}"

    def _tags(self) -> Files:
        index = self.library.index
        editions = [each for each in self.editions if index.counts("tag", self.bulletins_of(each))]
        found: dict[str, bytes] = {}
        for edition in editions:
            counts = index.counts("tag", self.bulletins_of(edition))
            found |= self.parts(edition).pages.tags(counts, editions)
        return found

    def _story(self, story: str) -> Files:
        editions = self._having(story=story)
        found: dict[str, bytes] = {}
        for edition in editions:
            told = list(reversed(self._list(edition, story=story)))
            found |= self.parts(edition).pages.story(story, told, editions)
        return found

    def _stories(self) -> Files:
        index = self.library.index
        editions = [
            each for each in self.editions if index.counts("story", self.bulletins_of(each))
        ]
        found: dict[str, bytes] = {}
        for edition in editions:
            slugs = self.bulletins_of(edition)
            rows = [
                (story, count, self.publication.stories.get(story))
                for story, count in index.counts("story", slugs)
            ]
            found |= self.parts(edition).pages.stories(rows, editions)
        return found

    # The edition as a whole ------------------------------------------------------------------------

    def _home(self) -> Files:
        found: dict[str, bytes] = {}
        for edition in self.editions:
            slugs = self.bulletins_of(edition)
            latest = [each for slug in slugs for each in self._issues(slug, limit=10)]
            found |= self.parts(edition).pages.home(latest, self.editions)
        return found

    def _feeds(self) -> Files:
        found: dict[str, bytes] = {}
        for edition in self.editions:
            lists = list(self._feed_lists(edition))
            parts = self.parts(edition)
            found |= parts.pages.feeds([each for _, each in lists], self.editions)
            found |= self._opml(edition, lists)
        return found

    def _feed_lists(self, edition: str) -> Iterator[tuple[str, FeedList]]:
        views = self.parts(edition).pages.views
        yield "entries", FeedList(paths.entries(edition), views.texts(self.publication.name))
        for slug in self.bulletins_of(edition):
            name = views.texts(self.bulletins[slug].name)
            yield slug, FeedList(paths.bulletin(edition, slug), name)
        for tag, _ in self.library.index.counts("tag", self.bulletins_of(edition)):
            yield (
                f"tags/{tag}",
                FeedList(paths.tag(edition, tag), views.tag(tag).label, ("atom",)),
            )

    def _opml(self, edition: str, lists: list[tuple[str, FeedList]]) -> Files:
        from publisher.render.feeds import opml

        maker = self.parts(edition).feeds
        newest = self._list(edition, 1)[0].published
        feeds = [
            maker.feed(name, each.path, each.title.line, "", (), created=newest, editions=(),
                       forms=each.forms)
            for name, each in lists
        ]  # fmt: skip
        title = maker.views.texts(self.publication.name).line
        return {paths.file_of(paths.opml(edition)): opml.render(title, feeds)}

    def _frame(self) -> Files:
        """What depends on no entry and no issue."""
        theme = self.theme_of(self.publication.theme)
        editions = [self.parts(each).pages.views for each in self.editions]
        languages = [self.publication.language(key) for key in self.publication.languages]
        names = {self.publication.theme, *map(self.theme_name, self.bulletins)}
        found: dict[str, bytes] = {}
        for name in sorted(names):
            found |= style(self.theme_of(name), languages)
        for edition in self.editions:
            found |= self.parts(edition).pages.about(self.editions)
        found |= root_page(editions, theme, self.generator)
        found |= not_found(editions, theme, self.generator)
        return found | robots(self.publication.base_url) | headers_file()

    def _sitemap(self) -> Files:
        return sitemap(self.publication, self._sitemap_urls())

    def _sitemap_urls(self) -> Iterator[SitemapUrl]:
        index = self.library.index

        def everywhere(editions: Iterable[str], path: Callable[[str], str]) -> Mapping[str, str]:
            return {name: path(name) for name in editions}

        for entry in reversed(index.all_entries()):
            revision = self.library.entry(entry)
            editions = self.entry_editions(entry.id)
            current = revision.entry.id
            yield SitemapUrl(
                everywhere(editions, lambda e, c=current: paths.entry(e, c)), revision.at
            )
        for issue in reversed(index.issues()):
            key, revised = issue, self.library.issue(issue)
            yield SitemapUrl(
                everywhere(
                    self.editions_of(issue.bulletin),
                    lambda e, k=key: paths.issue(e, k.bulletin, k.name),
                ),
                revised.at,
            )
        for slug in self.bulletins:
            yield SitemapUrl(
                everywhere(self.editions_of(slug), lambda e, s=slug: paths.bulletin(e, s))
            )
        for page in (paths.entries, paths.about, paths.feeds):
            yield SitemapUrl(everywhere(self.editions, page))
        for story, _ in index.counts("story", tuple(self.bulletins)):
            yield SitemapUrl(
                everywhere(self._having(story=story), lambda e, s=story: paths.story(e, s))
            )
        for tag, _ in index.counts("tag", tuple(self.bulletins)):
            yield SitemapUrl(everywhere(self._having(tag=tag), lambda e, t=tag: paths.tag(e, t)))
        yield SitemapUrl(everywhere(self.editions, paths.home), x_default="/")

    def _each(
        self, editions: Iterable[str], render: Callable[[EditionParts], Files]
    ) -> dict[str, bytes]:
        found: dict[str, bytes] = {}
        for edition in editions:
            found |= render(self.parts(edition))
        return found


# What stands at the front of the site: it changes with every issue.
_FRONT = tuple(Target(kind) for kind in ("tags", "stories", "entries", "feeds", "home", "sitemap"))

_RENDER: dict[str, Callable[..., Files]] = {
    "frame": Builder._frame,
    "entry": Builder._entry_page,
    "issue": Builder._issue_page,
    "bulletin": Builder._bulletin_pages,
    "year": Builder._year,
    "month": Builder._month,
    "tag": Builder._tag_pages,
    "tags": Builder._tags,
    "story": Builder._story,
    "stories": Builder._stories,
    "entries": Builder._entries_pages,
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
