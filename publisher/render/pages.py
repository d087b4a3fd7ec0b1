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
from publisher.language import Localized, format_date, format_month
from publisher.render import json_ld, paths, rows
from publisher.render.context import EntryView, IssueView, Link, Page, Site, Texts
from publisher.render.feeds.item import clean
from publisher.render.head import POLICY, Feeds, Head, make_page
from publisher.render.rows import FeedList, Years
from publisher.render.theme import Theme
from publisher.render.views import ALL_FORMS, Neighbours, Views

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
        style_url=to(paths.style(views.publication.theme)),
        has_stories=has_stories,
        has_tags=has_tags,
    )


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
        near: Neighbours = Neighbours(),
    ) -> Files:
        """An issue; `entries` holds the revision to show of each entry it carries, by id."""
        views, found = self.views, revision.issue
        issue = views.issue(revision, entries, near)
        path = paths.issue(views.edition.name, found.bulletin, found.name)
        description = issue.preheader or issue.title.line
        head = Head(
            kind="issue",
            path=path,
            title=self._issue_title(issue, found.day),
            description=description,
            editions=near.editions,
            crumbs=(self._home(), self._bulletin(found.bulletin, found.settings)),
            feeds=self._bulletin_feeds(found.bulletin, found.settings, near.editions),
            data=(json_ld.issue(views, issue, path, description),),
            og_type="article",
            published=issue.published_iso,
            updated=issue.updated_iso,
        )
        return self._page("issue", head, issue.bulletin.theme, issue=issue)

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
        found = [rows.issue_row(views, each) for each in rows.newest_first(latest)]
        head = Head(
            kind="bulletin",
            path=paths.bulletin(edition, slug),
            title=view.name.line,
            description=view.description.line or view.name.line,
            editions=editions,
            crumbs=(self._home(),),
            feeds=self._bulletin_feeds(slug, settings, editions),
            data=(self._issues_data(paths.bulletin(edition, slug), view.name.line, latest),),
        )
        archive = rows.years(
            views, years, lambda day: paths.month(edition, slug, day),
            lambda year: paths.year(edition, slug, year),
        )  # fmt: skip
        return self._page(
            "bulletin", head, view.theme, bulletin=view, issues=tuple(found), years=archive
        )

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
        views, edition = self.views, self.views.edition.name
        view = views.bulletin(slug, settings)
        name, day = str(year), dt.date(year, month or 1, 1)
        path, up = paths.year(edition, slug, year), [self._home(), self._bulletin(slug, settings)]
        if month:
            up.append(Link(views.links.to(path), views.texts(name)))
            name, path = self._month(day), paths.month(edition, slug, day)
        title = views.t("site_archive_title", bulletin=view.name.line, period=name)
        head = Head(
            kind="archive",
            path=path,
            title=title,
            description=f"{title} · {rows.counted(views, 'issues_n', len(issues))}",
            editions=editions,
            crumbs=tuple(up),
            feeds=self._bulletin_feeds(slug, settings, editions),
            data=(self._issues_data(path, title, issues),),
        )
        found = tuple(rows.issue_row(views, each) for each in rows.newest_first(issues))
        return self._page("archive", head, view.theme, bulletin=view, issues=found, period=name)

    # Entries, tags, stories --------------------------------------------------------------------

    def entry(
        self,
        revision: EntryRevision,
        kinds: Mapping[str, Kind],
        near: Neighbours = Neighbours(),
        theme: str = "",
    ) -> Files:
        """An entry, whole, with what came before it and where it was published."""
        views = self.views
        entry = views.entry(revision, kinds, near=near)
        path = paths.entry(views.edition.name, entry.id)
        description = (entry.summary or entry.digest).line
        head = Head(
            kind="entry",
            path=path,
            title=entry.title.line,
            description=description,
            editions=near.editions,
            crumbs=(self._home(), self._entries()),
            feeds=self._feeds(near.editions),
            data=(json_ld.news_article(views, entry, path, description),),
            og_type="article",
            published=entry.published_iso,
            updated=entry.updated_iso,
        )
        return self._page("entry", head, theme, entry=entry)

    def entries(
        self, latest: Sequence[EntryRevision], months: Years, editions: Collection[str] = ()
    ) -> Files:
        """The newest entries of all bulletins, and the months."""
        edition = self.views.edition.name
        archive = rows.years(
            self.views, months, lambda day: paths.entries_month(edition, day)
        )
        title = self.views.t("site_all_entries")
        found = self._entry_views(latest)
        head = self._list_head("entries", paths.entries(edition), title, found, editions)
        return self._page("entries", head, entries=found, years=archive, period="")

    def entries_month(
        self,
        entries: Sequence[EntryRevision],
        year: int,
        month: int,
        editions: Collection[str] = (),
    ) -> Files:
        """All entries filed in one month."""
        day = dt.date(year, month, 1)
        name, found = self._month(day), self._entry_views(entries)
        title = self.views.t("site_entries_month", period=name)
        path = paths.entries_month(self.views.edition.name, day)
        head = self._list_head("entries", path, title, found, editions, self._entries())
        return self._page("entries", head, entries=found, years=(), period=name)

    def tags(self, counts: Sequence[tuple[str, int]], editions: Collection[str] = ()) -> Files:
        """All tags."""
        head = self._list_head(
            "tags", paths.tags(self.views.edition.name), self.views.t("tags"), (), editions
        )
        return self._page("tags", head, tags=rows.tag_rows(self.views, counts))

    def tag(
        self, slug: str, entries: Sequence[EntryRevision], editions: Collection[str] = ()
    ) -> Files:
        """The entries with a tag."""
        views, edition = self.views, self.views.edition.name
        tag, found = views.tag(slug), self._entry_views(entries)
        path = paths.tag(edition, slug)
        up = Link(views.links.to(paths.tags(edition)), views.word("tags"))
        title = views.t("site_tag_title", tag=tag.label.line)
        head = self._list_head("tag", path, title, found, editions, up)
        label = views.publication.tags.get(slug, slug)
        own = Feeds(path, label, ("atom",), editions)
        head = dataclasses.replace(head, feeds=(own, *head.feeds))
        feeds = views.feeds(path, tag.label.line, ("atom",))
        return self._page("tag", head, tag=tag, entries=found, feeds=feeds)

    def stories(
        self,
        stories: Sequence[tuple[str, int, Localized | None]],
        editions: Collection[str] = (),
    ) -> Files:
        """All stories: slug, number of entries, title where it is known."""
        title, path = self.views.t("site_stories"), paths.stories(self.views.edition.name)
        head = self._list_head("stories", path, title, (), editions)
        return self._page("stories", head, stories=rows.story_rows(self.views, stories))

    def story(
        self, slug: str, entries: Sequence[EntryRevision], editions: Collection[str] = ()
    ) -> Files:
        """A story as a time line, the oldest entry first."""
        views, edition = self.views, self.views.edition.name
        story, found = views.story(slug), self._entry_views(entries)
        up = Link(views.links.to(paths.stories(edition)), views.word("site_stories"))
        title = views.t("site_story_title", story=story.text.line)
        head = self._list_head("story", paths.story(edition, slug), title, found, editions, up)
        return self._page("story", head, story=story, entries=found)

    # The edition as a whole --------------------------------------------------------------------

    def home(self, latest: Sequence[IssueRevision], editions: Collection[str] = ()) -> Files:
        """The newest issue of each bulletin, and the ones before; the oldest may be left out."""
        views, path = self.views, paths.home(self.views.edition.name)
        fronts, recent = rows.fronts(views, self.site.bulletins, latest)
        name = views.texts(views.publication.name).line
        head = Head(
            kind="home",
            path=path,
            title=name,
            description=views.texts(views.publication.description).line or name,
            editions=editions,
            feeds=self._feeds(editions),
            data=(json_ld.website(views, path),),
            x_default="/",
        )
        return self._page("home", head, fronts=fronts, issues=recent)

    def about(self, editions: Collection[str] = ()) -> Files:
        """What this is, who makes it, how to reach them."""
        views = self.views
        about = views.texts(views.publication.about, "block").line
        title, path = views.t("site_about"), paths.about(views.edition.name)
        head = dataclasses.replace(
            self._list_head("about", path, title, (), editions), data=(), description=about or title
        )
        return self._page("about", head)

    def feeds(self, lists: Sequence[FeedList], editions: Collection[str] = ()) -> Files:
        """All feeds of the edition."""
        views, edition = self.views, self.views.edition.name
        found = tuple(rows.feed_list(views, each) for each in lists)
        title = views.t("site_feeds")
        head = self._list_head("feeds", paths.feeds(edition), title, (), editions)
        head = dataclasses.replace(head, data=(), description=views.t("feed_explained"))
        opml = views.links.to(paths.opml(edition))
        return self._page("feeds", head, lists=found, opml_url=opml)

    def feed_page(
        self,
        list_path: str,
        title: Texts,
        forms: tuple[str, ...] = ALL_FORMS,
        editions: Collection[str] = (),
    ) -> Files:
        """How to subscribe to one list: browsers show a feed as source, or not at all."""
        views = self.views
        found = rows.feed_list(views, FeedList(list_path, title, forms))
        named = views.t("feed_of", list=title.line)
        head = Head(
            kind="feed",
            path=paths.feed_page(list_path),
            title=named,
            description=f"{named}: {views.t('feed_explained')}",
            editions=editions,
            crumbs=(self._home(), Link(self.site.feeds_url, views.word("site_feeds"))),
            feeds=(Feeds(list_path, title.line, forms, editions),),
        )
        return self._page("feed", head, list=found)

    def redirect(self, old: str, new: str) -> Files:
        """The page of an entry that was renamed: from its old id to its new one."""
        views, edition = self.views, self.views.edition.name
        target = paths.entry(edition, new)
        head = Head(
            kind="redirect", path=paths.entry(edition, old), title=views.t("site_moved"),
            description=views.t("site_moved"), is_noindex=True,
        )  # fmt: skip
        page = make_page(views, head)
        page = dataclasses.replace(page, canonical=views.links.absolute_to(target), switch=())
        return self._write("redirect", page, target=views.links.to(target))

    # Helpers -----------------------------------------------------------------------------------

    def _page(self, template: str, head: Head, theme: str = "", **data: Any) -> Files:
        return self._write(template, make_page(self.views, head), theme, **data)

    def _write(self, template: str, page: Page, theme: str = "", **data: Any) -> Files:
        views = self.views
        name = theme or views.publication.theme
        style = views.links.to(paths.style(name))
        text = self.themes[name].render(
            f"web/{template}.html",
            t=views.t,
            word=views.word,
            edition=views.edition_view(),
            publication=views.publication_view(),
            page=page,
            site=dataclasses.replace(self.site, style_url=style),
            generator=self.generator,
            policy=POLICY,
            **data,
        )
        return {paths.file_of(page.path): clean(text).encode()}

    def _list_head(
        self,
        kind: str,
        path: str,
        title: str,
        entries: Sequence[EntryView],
        editions: Collection[str],
        *above: Link,
    ) -> Head:
        views = self.views
        listed = rows.named_urls(views, entries)
        count = f" · {rows.counted(views, 'entries_n', len(entries))}" if entries else ""
        name = views.texts(views.publication.name).line
        return Head(
            kind=kind,
            path=path,
            title=title,
            description=f"{title}{count} · {name}",
            editions=editions,
            crumbs=(self._home(), *above),
            feeds=self._feeds(editions),
            data=(json_ld.collection(views, path, title, listed),),
        )

    def _issues_data(
        self, path: str, title: str, issues: Iterable[IssueRevision]
    ) -> json_ld.Node:
        views = self.views
        listed = [
            (
                views.texts(each.issue.title).line,
                views.links.absolute_to(
                    paths.issue(views.edition.name, each.issue.bulletin, each.issue.name)
                ),
            )
            for each in rows.newest_first(issues)
        ]
        return json_ld.collection(views, path, title, listed)

    def _issue_title(self, issue: IssueView, day: dt.date) -> str:
        """The title with the issue's date, unless it says it already: titles are unique."""
        title, tag = issue.title.line, self.views.edition.first.tag
        known = (issue.name, issue.name.replace("-", "."), format_date(day, tag))
        return title if any(each in title for each in known) else f"{title} · {issue.name}"

    def _entry_views(self, entries: Iterable[EntryRevision]) -> tuple[EntryView, ...]:
        kinds = self.views.publication.kinds
        return tuple(self.views.entry(each, kinds) for each in entries)

    def _month(self, day: dt.date) -> str:
        return format_month(day, self.views.edition.first.tag)

    def _home(self) -> Link:
        return Link(self.site.home_url, self.views.word("site_home"))

    def _entries(self) -> Link:
        return Link(self.site.entries_url, self.views.word("site_entries"))

    def _bulletin(self, slug: str, settings: Bulletin) -> Link:
        path = paths.bulletin(self.views.edition.name, slug)
        return Link(self.views.links.to(path), self.views.texts(settings.name))

    def _feeds(self, editions: Collection[str]) -> tuple[Feeds, ...]:
        path = paths.entries(self.views.edition.name)
        return (Feeds(path, self.views.publication.name, ALL_FORMS, editions),)

    def _bulletin_feeds(
        self, slug: str, settings: Bulletin, editions: Collection[str]
    ) -> tuple[Feeds, ...]:
        path = paths.bulletin(self.views.edition.name, slug)
        return (Feeds(path, settings.name, ALL_FORMS, editions), *self._feeds(editions))
