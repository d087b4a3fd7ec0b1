"""The editions of the site: what was published in which, and what renders each of them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Any

from publisher import markup
from publisher.archive.library import Library
from publisher.config.bulletin import Bulletin
from publisher.config.publication import Publication
from publisher.errors import UsageError
from publisher.issue.issue import EntryRevision, Issue, IssueRevision
from publisher.render import paths
from publisher.render.drawing import NOTHING, Drawing
from publisher.render.issue_views import EARLIER
from publisher.render.pages import Pages, make_site
from publisher.render.theme import Theme
from publisher.render.views import Neighbours, Views
from publisher.site.beside import Beside
from publisher.site.feeds import FeedMaker

Files = Mapping[str, bytes]


@dataclass(frozen=True)
class EditionParts:
    """What renders one edition."""

    pages: Pages
    feeds: FeedMaker


@dataclass
class Editions:
    """What was published in which edition, and what renders each of them."""

    publication: Publication
    library: Library
    theme_of: Callable[[str], Theme]
    version: str
    renderer: markup.Renderer = field(default_factory=markup.Renderer)
    drawing: Drawing = NOTHING
    beside: Beside = field(default_factory=Beside)

    @property
    def generator(self) -> str:
        """What the site says it was made by."""
        return f"publisher {self.version}"

    @cached_property
    def newest(self) -> dict[str, Issue]:
        """The newest issue of every bulletin that has one."""
        index, issue = self.library.index, self.library.issue
        return {slug: issue(index.issues(slug, limit=1)[0]).issue for slug in index.bulletins()}

    @cached_property
    def bulletins(self) -> dict[str, Bulletin]:
        """Every bulletin with an issue, as its newest issue knows it."""
        return {slug: issue.settings for slug, issue in self.newest.items()}

    @cached_property
    def editions(self) -> tuple[str, ...]:
        """The editions in which something was published, in the publication's order."""
        used = {name for slug in self.bulletins for name in self.editions_of(slug)}
        return tuple(each for each in self.publication.editions if each in used)

    def editions_of(self, slug: str) -> tuple[str, ...]:
        """The editions of a bulletin that the publication still declares."""
        chosen = self.bulletins[slug].editions
        return tuple(each for each in self.publication.editions if chosen is None or each in chosen)

    def refuse_unknown(self, slug: str, edition: str) -> None:
        """Raise UsageError where a bulletin does not have an edition of that name."""
        known = self.editions_of(slug)
        if edition not in known:
            raise UsageError(f"{slug} has no edition “{edition}”", f"use one of {', '.join(known)}")

    def bulletins_of(self, edition: str) -> tuple[str, ...]:
        """The bulletins that an edition has."""
        if edition not in self._bulletins_of:
            found = (each for each in self.bulletins if edition in self.editions_of(each))
            self._bulletins_of[edition] = tuple(found)
        return self._bulletins_of[edition]

    @cached_property
    def _bulletins_of(self) -> dict[str, tuple[str, ...]]:
        return {}

    def theme_name(self, slug: str) -> str:
        """The theme of a bulletin: its newest issue's, for all its issues."""
        return self.bulletins[slug].theme or self.publication.theme

    # The frame of an edition -------------------------------------------------------------------

    def parts(self, edition: str) -> EditionParts:
        """What renders an edition; made once."""
        if edition not in self._parts:
            self._parts[edition] = self._make_parts(edition)
        return self._parts[edition]

    def each(
        self, editions: Iterable[str], render: Callable[[str, EditionParts], Files]
    ) -> dict[str, bytes]:
        """The files that something renders for each of some editions."""
        found: dict[str, bytes] = {}
        for edition in editions:
            found.update(render(edition, self.parts(edition)))
        return found

    @cached_property
    def _parts(self) -> dict[str, EditionParts]:
        return {}

    def _make_parts(self, edition: str) -> EditionParts:
        index, slugs = self.library.index, self.bulletins_of(edition)
        views, absolute = self.views(edition, absolute=False), self.views(edition, absolute=True)
        site = make_site(
            views,
            [(slug, self.bulletins[slug]) for slug in slugs],
            has_tags=index.has("tag", slugs),
            has_stories=index.has("story", slugs),
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
            self.drawing,
            self._tokens_of,
        )

    def _tokens_of(self, slug: str) -> Mapping[str, Any]:
        """The tokens of a bulletin's theme; of the publication's before its first issue."""
        name = self.theme_name(slug) if slug in self.bulletins else self.publication.theme
        return self.theme_of(name).tokens

    # Where things exist ------------------------------------------------------------------------

    def of_entry(self, entry_id: str) -> tuple[str, ...]:
        """The editions of the bulletins that carried an entry."""
        slugs = {key.bulletin for key in self.library.index.carried_in(entry_id)}
        return tuple(
            each
            for each in self.publication.editions
            if any(each in self.editions_of(slug) for slug in slugs)
        )

    # What stands near it -----------------------------------------------------------------------

    def earlier(
        self, edition: str, revision: EntryRevision, limit: int, without: Collection[str] = ()
    ) -> tuple[EntryRevision, ...]:
        """What an edition had published before an entry in its story, the newest first."""
        if revision.entry.story is None:
            return ()
        keys = self.library.index.entries(
            self.bulletins_of(edition),
            story=revision.entry.story,
            before=revision.published,
            limit=limit + len(without),
        )
        found = [key for key in keys if key.id not in without][:limit]
        return tuple(self.library.entry(key) for key in found)

    def near_issue(self, edition: str, revision: IssueRevision) -> Neighbours:
        """The issues before and after one, and what came before its entries in their stories."""
        issue, library = revision.issue, self.library
        key = library.index.issue(issue.bulletin, issue.name)
        before, after = library.index.neighbours(key) if key else (None, None)
        entries = library.entries_of(revision)
        told = {
            name: self.earlier(edition, each, EARLIER, entries) for name, each in entries.items()
        }
        return Neighbours(
            library.issue(before) if before else None,
            library.issue(after) if after else None,
            editions=self.editions_of(issue.bulletin),
            earlier_of={name: found for name, found in told.items() if found},
            bulletins=self.bulletins_of(edition),
            beside=self.beside.sizes(self, revision, edition),
        )

    def having(
        self, *, tag: str | None = None, story: str | None = None, month: str | None = None
    ) -> tuple[str, ...]:
        """The editions in which a tag, story and month have at least one entry each."""
        index = self.library.index
        wanted = [
            (what, value)
            for what, value in (("tag", tag), ("story", story), ("month", month))
            if value is not None
        ]

        @cache  # most editions have the same bulletins
        def has_all(slugs: tuple[str, ...]) -> bool:
            return all(index.has(what, slugs, value) for what, value in wanted)

        return tuple(each for each in self.editions if has_all(self.bulletins_of(each)))

    def counting(self, what: str) -> tuple[str, ...]:
        """The editions that have a tag, or a story, at all."""
        index = self.library.index
        return tuple(each for each in self.editions if index.has(what, self.bulletins_of(each)))
