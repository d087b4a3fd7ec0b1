"""The web pages of one edition, from frozen revisions: ``{file: bytes}``.

Pure: no disk, no clock.  The same revisions, themes and settings give the same bytes.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from publisher.config.bulletin import Bulletin
from publisher.config.publication import Kind
from publisher.issue.issue import EntryRevision, IssueRevision
from publisher.language import Localized
from publisher.render import paths, rows
from publisher.render.context import EntryView, Link, Texts
from publisher.render.context_page import Page, Site
from publisher.render.files import pdf_view
from publisher.render.head import Feeds, Head, make_page, policy_of, revision_mark, search_policy
from publisher.render.heads import Heads
from publisher.render.inert import inert
from publisher.render.rows import FeedList, Years
from publisher.render.sign_up import sign_up, subscribe_url
from publisher.render.theme import Theme
from publisher.render.views import ALL_FORMS, ALONE, Neighbours, Views

Files = Mapping[str, bytes]


def make_site(
    views: Views,
    bulletins: Iterable[tuple[str, Bulletin]],
    *,
    has_tags: bool,
    has_stories: bool,
) -> Site:
    """What every page of an edition links to."""
    to, edition = views.links.to, views.edition.name
    return Site(
        bulletins=tuple(views.bulletin(slug, settings) for slug, settings in bulletins),
        home_url=to(paths.home(edition)),
        entries_url=to(paths.entries(edition)),
        tags_url=to(paths.tags(edition)),
        stories_url=to(paths.stories(edition)),
        about_url=to(paths.about(edition)),
        feeds_url=to(paths.feeds(edition)),
        search_url=to(paths.search(edition)),
        style_url=to(paths.style(views.publication.theme)),
        subscribe_url=subscribe_url(views),
        has_stories=has_stories,
        has_tags=has_tags,
    )


def page_file(
    theme: Theme, template: str, views: Views, page: Page, *, policy: str = "", **data: Any
) -> Files:
    """A page in its file; `data` is what its template may use beside what every page has.

    `policy` stands in for the Content-Security-Policy of the site, where a page needs another.
    """
    text = theme.render(
        f"web/{template}.html",
        t=views.t,
        word=views.word,
        edition=views.edition_view(),
        publication=views.publication_view(),
        page=page,
        policy=policy or policy_of(views.publication),
        **data,
    )
    return {paths.file_of(page.path): inert(text).encode()}


@dataclass(frozen=True, slots=True)
class Pages:
    """Renders the pages of one edition.

    `editions` of each method names the editions in which the same thing exists.
    """

    themes: Mapping[str, Theme]
    views: Views
    site: Site
    generator: str

    # Issues and bulletins ----------------------------------------------------------------------

    def issue(
        self,
        revision: IssueRevision,
        entries: Mapping[str, EntryRevision],
        near: Neighbours = ALONE,
    ) -> Files:
        """An issue; `entries` holds the revision to show of each entry it carries, by id."""
        issue, found = self.views.issue(revision, entries, near), revision.issue
        head = self._heads.issue(issue, found.day, found.settings, near.editions)
        head = dataclasses.replace(head, revision=revision_mark(revision, entries))
        pdf = pdf_view(self.views, found, near)
        return self._page("issue", head, issue.bulletin.theme, issue=issue, pdf=pdf)

    def bulletin(
        self,
        slug: str,
        settings: Bulletin,
        latest: Sequence[IssueRevision],
        years: Years,
        editions: Collection[str] = (),
    ) -> Files:
        """The front of a bulletin: what it is, its newest issues, its years and months."""
        views, edition = self.views, self.views.edition.name
        view = views.bulletin(slug, settings)
        head = self._heads.bulletin(slug, settings, latest, editions)
        archive = rows.years(
            views, years, lambda day: paths.month(edition, slug, day),
            lambda year: paths.year(edition, slug, year),
        )  # fmt: skip
        found = rows.issue_rows(views, latest)
        return self._page(
            "bulletin", head, view.theme, bulletin=view, issues=found, years=archive,
            form=sign_up(views, self.site, slug),
        )  # fmt: skip

    def archive(
        self,
        slug: str,
        settings: Bulletin,
        issues: Sequence[IssueRevision],
        year: int,
        month: int | None = None,
        editions: Collection[str] = (),
    ) -> Files:
        """All issues of a bulletin in a year, or in one month of it."""
        view, found = self.views.bulletin(slug, settings), rows.issue_rows(self.views, issues)
        head = self._heads.archive(slug, settings, issues, year, month, editions)
        period = self._heads.period(year, month)
        return self._page("archive", head, view.theme, bulletin=view, issues=found, period=period)

    # Entries, tags, stories --------------------------------------------------------------------

    def entry(
        self,
        revision: EntryRevision,
        kinds: Mapping[str, Kind],
        near: Neighbours = ALONE,
        theme: str = "",
    ) -> Files:
        """An entry, whole, with what came before it and where it was published."""
        entry = self.views.entry(revision, kinds, near=near)
        return self._page("entry", self._heads.entry(entry, near.editions), theme, entry=entry)

    def entries(
        self, latest: Sequence[EntryRevision], months: Years, editions: Collection[str] = ()
    ) -> Files:
        """The newest entries of all bulletins, and the months."""
        edition, found = self.views.edition.name, self._entry_views(latest)
        archive = rows.years(
            self.views, months, lambda day: paths.entries_month(edition, day),
            lambda year: paths.entries_year(edition, year),
        )  # fmt: skip
        title = self.views.t("site_all_entries")
        path = paths.entries(edition)
        head = self._heads.listing("entries", path, title, editions, entries=found)
        return self._page("entries", head, entries=found, years=archive)

    def entries_year(
        self, year: int, months: Sequence[tuple[int, int]], editions: Collection[str] = ()
    ) -> Files:
        """The months of a year, each with the number of entries filed in it."""
        edition, period = self.views.edition.name, str(year)
        archive = rows.years(
            self.views, [(year, months)], lambda day: paths.entries_month(edition, day)
        )
        up = Link(self.site.entries_url, self.views.word("site_entries"))
        path = paths.entries_year(edition, year)
        title = self.views.t("site_entries_month", period=period)
        head = self._heads.listing("entries", path, title, editions, above=(up,))
        return self._page("entries_year", head, years=archive, period=period)

    def entries_month(
        self,
        entries: Sequence[EntryRevision],
        year: int,
        month: int,
        editions: Collection[str] = (),
    ) -> Files:
        """All entries filed in one month."""
        period, found = self._heads.period(year, month), rows.entry_rows(self.views, entries)
        path = paths.entries_month(self.views.edition.name, dt.date(year, month, 1))
        up = Link(self.site.entries_url, self.views.word("site_entries"))
        title = self.views.t("site_entries_month", period=period)
        head = self._heads.listing("entries", path, title, editions, above=(up,))
        return self._page("entries_month", head, entries=found, period=period)

    def tags(self, counts: Sequence[tuple[str, int]], editions: Collection[str] = ()) -> Files:
        """All tags."""
        path, title = paths.tags(self.views.edition.name), self.views.t("tags")
        head = self._heads.listing("tags", path, title, editions)
        return self._page("tags", head, tags=rows.tag_rows(self.views, counts))

    def tag(
        self,
        slug: str,
        entries: Sequence[EntryRevision],
        editions: Collection[str] = (),
        years: Sequence[tuple[int, int]] = (),
    ) -> Files:
        """The newest entries with a tag; its years, with their counts, where these are not all."""
        views, path = self.views, paths.tag(self.views.edition.name, slug)
        tag, found = views.tag(slug), self._entry_views(entries)
        feeds = Feeds(path, views.publication.tags.get(slug, slug), ("atom",), editions)
        head = self._heads.listing(
            "tag", path, views.t("site_tag_title", tag=tag.label.line), editions,
            entries=found, above=(Link(self.site.tags_url, views.word("tags")),), feeds=(feeds,),
        )  # fmt: skip
        own = views.feeds(path, tag.label.line, feeds.forms)
        archive = rows.year_rows(
            views, years, lambda year: paths.tag_year(views.edition.name, slug, year)
        )
        count = sum(each for _, each in years) or len(found)
        return self._page("tag", head, tag=tag, entries=found, feeds=own, years=archive, n=count)

    def tag_year(
        self,
        slug: str,
        year: int,
        entries: Sequence[EntryRevision],
        editions: Collection[str] = (),
        counts: Sequence[tuple[int, int]] = (),
    ) -> Files:
        """All entries with a tag that are filed in a year, by their months.

        Where these have pages of their own, `counts` says how many stand in each instead.
        """
        views, edition = self.views, self.views.edition.name
        tag, path = views.tag(slug), paths.tag_year(edition, slug, year)
        title = f"{views.t('site_tag_title', tag=tag.label.line)}, {year}"
        above = Link(self.site.tags_url, views.word("tags")), Link(tag.url, tag.label)
        head = self._heads.listing("tag", path, title, editions, above=above)
        archive = rows.years(
            views, [(year, counts)] if counts else [],
            lambda day: paths.tag_month(edition, slug, day),
        )  # fmt: skip
        return self._page(
            "tag_year", head, tag=tag, months=rows.by_month(views, entries), years=archive,
            n=sum(each for _, each in counts) or len(entries), period=str(year),
        )  # fmt: skip

    def tag_month(
        self,
        slug: str,
        year: int,
        month: int,
        entries: Sequence[EntryRevision],
        editions: Collection[str] = (),
    ) -> Files:
        """All entries with a tag that are filed in one month."""
        views, edition, period = (
            self.views,
            self.views.edition.name,
            self._heads.period(year, month),
        )
        tag, path = views.tag(slug), paths.tag_month(edition, slug, dt.date(year, month, 1))
        title = f"{views.t('site_tag_title', tag=tag.label.line)}, {period}"
        above = Link(self.site.tags_url, views.word("tags")), Link(tag.url, tag.label)
        head = self._heads.listing("tag", path, title, editions, above=above)
        year_url = views.links.to(paths.tag_year(edition, slug, year))
        return self._page(
            "tag_month", head, tag=tag, entries=rows.entry_rows(views, entries), period=period,
            year_url=year_url,
        )  # fmt: skip

    def stories(
        self,
        stories: Sequence[tuple[str, int, Localized | None]],
        editions: Collection[str] = (),
        years: Sequence[tuple[int, int]] = (),
        year: int | None = None,
    ) -> Files:
        """Stories, of all years or of one: slug, number of entries, title where it is known.

        `years` are those with a page of their own, and how many stories each has.
        """
        edition, title = self.views.edition.name, self.views.t("site_stories")
        path, above = paths.stories(edition), tuple[Link, ...]()
        if year is not None:
            path, title = paths.stories_year(edition, year), f"{title}, {year}"
            above = (Link(self.site.stories_url, self.views.word("site_stories")),)
        head = self._heads.listing("stories", path, title, editions, above=above)
        archive = rows.year_rows(self.views, years, lambda each: paths.stories_year(edition, each))
        return self._page(
            "stories", head, stories=rows.story_rows(self.views, stories), years=archive,
            period=str(year or ""),
        )  # fmt: skip

    def story(
        self,
        slug: str,
        entries: Sequence[EntryRevision],
        carried: Mapping[str, IssueRevision],
        editions: Collection[str] = (),
    ) -> Files:
        """A story as a time line, the oldest entry first.

        `carried` holds the issue that was the first to tell of each entry, by its id.
        """
        views, path = self.views, paths.story(self.views.edition.name, slug)
        kinds, story = views.publication.kinds, views.story(slug)
        found = tuple(
            views.entry(each, kinds, near=Neighbours(carried_in=(carried[each.id],)))
            for each in entries
        )
        head = self._heads.listing(
            "story", path, views.t("site_story_title", story=story.text.line), editions,
            entries=found, above=(Link(self.site.stories_url, views.word("site_stories")),),
        )  # fmt: skip
        return self._page("story", head, story=story, entries=found)

    # The edition as a whole --------------------------------------------------------------------

    def home(self, latest: Sequence[IssueRevision], editions: Collection[str] = ()) -> Files:
        """The newest issue of each bulletin, and the issues before."""
        fronts, recent = rows.fronts(self.views, self.site.bulletins, latest)
        return self._page(
            "home", self._heads.home(editions), fronts=fronts, issues=recent,
            form=sign_up(self.views, self.site),
        )  # fmt: skip

    def about(self, editions: Collection[str] = ()) -> Files:
        """What this is, who makes it, how to reach them."""
        views, title = self.views, self.views.t("site_about")
        description = views.texts(views.publication.about, "block").line or title
        path = paths.about(views.edition.name)
        return self._page("about", self._heads.plain("about", path, title, description, editions))

    def search(self, editions: Collection[str] = ()) -> Files:
        """The search; where its index was not made yet, the page says so."""
        views, title = self.views, self.views.t("search")
        name, text = views.edition.name, views.t("search_text")
        head = self._heads.plain("search", paths.search(name), title, text, editions)
        head = dataclasses.replace(head, is_noindex=True)
        return self._page(
            "search", head, policy=search_policy(views.publication),
            script_url=views.links.to(paths.search_script()),
        )  # fmt: skip

    def feeds(self, lists: Sequence[FeedList], editions: Collection[str] = ()) -> Files:
        """All feeds of the edition; what has one form (a tag) takes one line below the others."""
        views, edition = self.views, self.views.edition.name
        title, description = views.t("site_feeds"), views.t("feed_explained")
        head = self._heads.plain("feeds", paths.feeds(edition), title, description, editions)
        found = [(len(each.forms), rows.feed_list(views, each)) for each in lists]
        return self._page(
            "feeds", head, opml_url=views.links.to(paths.opml(edition)),
            lists=tuple(each for forms, each in found if forms > 1),
            lesser=tuple(each for forms, each in found if forms == 1),
        )  # fmt: skip

    def feed_page(
        self,
        list_path: str,
        title: Texts,
        forms: tuple[str, ...] = ALL_FORMS,
        editions: Collection[str] = (),
    ) -> Files:
        """How to subscribe to one list: browsers show a feed as source, or not at all."""
        found = rows.feed_list(self.views, FeedList(list_path, title, forms))
        return self._page("feed", self._heads.feed(found, list_path, forms, editions), list=found)

    def redirect(self, old: str, new: str) -> Files:
        """The page of an entry that was renamed: from its old id to its new one."""
        views, edition = self.views, self.views.edition.name
        target, title = paths.entry(edition, new), views.t("site_moved")
        path = paths.entry(edition, old)
        head = Head(kind="redirect", path=path, title=title, description=title, is_noindex=True)
        page = dataclasses.replace(
            make_page(views, head), canonical=views.links.absolute_to(target), switch=()
        )
        return self._write("redirect", page, target=views.links.to(target))

    # Helpers -----------------------------------------------------------------------------------

    @property
    def _heads(self) -> Heads:
        return Heads(self.views, self.site)

    def _entry_views(self, entries: Iterable[EntryRevision]) -> tuple[EntryView, ...]:
        kinds = self.views.publication.kinds
        return tuple(self.views.entry(each, kinds) for each in entries)

    def _page(self, template: str, head: Head, theme: str = "", **data: Any) -> Files:
        return self._write(template, make_page(self.views, head), theme, **data)

    def _write(self, template: str, page: Page, theme: str = "", **data: Any) -> Files:
        views = self.views
        name = theme or views.publication.theme
        style = views.links.to(paths.style(name))
        site = dataclasses.replace(self.site, style_url=style)
        return page_file(
            self.themes[name], template, views, page, site=site, generator=self.generator, **data
        )
