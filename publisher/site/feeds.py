"""Feeds from frozen issues and entries: what stands in them, and under which ids."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from publisher.config.publication import Kind
from publisher.issue.issue import EntryRevision, IssueRevision
from publisher.memo import Memo
from publisher.render import paths
from publisher.render.context import Texts
from publisher.render.cover import cover_url
from publisher.render.feeds.item import Alternate, Feed, History, Item, limit
from publisher.render.theme import Theme
from publisher.render.views import ALL_FORMS, ALONE, Neighbours, Views
from publisher.site.feed_parts import Near, Part


@dataclass(frozen=True, slots=True)
class Channel:
    """A list that has a feed: what its id is made from, its path, and what it is called.

    Where it `has_hub`, the publication's hub is told whenever something new is in it.
    """

    name: str
    path: str
    title: str
    description: str = ""
    editions: Collection[str] = ()
    forms: tuple[str, ...] = ALL_FORMS
    has_hub: bool = False


class Head(NamedTuple):
    """Where the archives of a feed begin, and how many of its items are in none yet.

    Those must be in the feed itself, or no reader could get at them.
    """

    newest: Part | None
    unarchived: int


WITHOUT_ARCHIVES = Head(None, 1)


@dataclass(frozen=True, slots=True)
class FeedMaker:
    """Makes the feeds of one edition; `views` has absolute links, `theme` is the publication's."""

    views: Views
    theme: Theme
    version: str
    _items: Memo = field(default_factory=lambda: Memo(1000), repr=False, compare=False)

    def issue_item(
        self,
        revision: IssueRevision,
        entries: Mapping[str, EntryRevision],
        editions: Collection[str],
        near: Neighbours = ALONE,
    ) -> Item:
        """An issue as an item: whole, with its first headlines as the summary."""
        views, found = self.views, revision.issue
        view = views.issue(revision, entries, near)
        own, newest = views.updated(revision), _newest(views, revision, entries)
        return Item(
            id=self._id(found.id),
            url=view.url,
            title=view.title.line or view.bulletin.name.line,
            summary=view.preheader,
            content_html=self._render("issue", issue=view),
            published=revision.published,
            # A correction of an entry shows in every issue that carries it.
            updated=max(own, newest),
            language=_language(view.title, views),
            authors=(views.publication_view().name.line,),
            alternates=self._alternates(
                editions, lambda name: paths.issue(name, found.bulletin, found.name)
            ),
            image_url=cover_url(views, view) if found.settings.share_picture else "",
        )

    def entry_item(
        self, revision: EntryRevision, kinds: Mapping[str, Kind], editions: Collection[str]
    ) -> Item:
        """An entry as an item: whole, with its digest or summary as the summary."""
        key = revision.id, revision.revision, tuple(editions)
        return self._items(key, lambda: self._entry_item(revision, kinds, editions))

    def _entry_item(
        self, revision: EntryRevision, kinds: Mapping[str, Kind], editions: Collection[str]
    ) -> Item:
        views, found = self.views, revision.entry
        view = views.entry(revision, kinds)
        return Item(
            id=self._id(revision.id),
            url=view.url,
            title=view.title.line,
            summary=(view.digest if found.digest else view.summary or view.title).line,
            content_html=self._render("entry", entry=view),
            published=revision.published,
            updated=views.updated(revision),
            language=_language(view.title, views),
            authors=(views.publication_view().name.line,),
            tags=tuple((each.slug, each.label.line) for each in view.tags),
            alternates=self._alternates(editions, lambda name: paths.entry(name, found.id)),
            external_url=next((each.url for each in view.sources if each.url), ""),
        )

    def feed(
        self,
        channel: Channel,
        items: Iterable[Item],
        created: dt.datetime,
        head: Head = WITHOUT_ARCHIVES,
        *,
        is_newest_first: bool = False,
    ) -> Feed:
        """The feed of a list; `created` dates one without items."""
        views, path = self.views, channel.path
        address = {
            form: views.links.to(paths.feed(path, form)) if form in channel.forms else ""
            for form in ALL_FORMS
        }
        return Feed(
            id=self._id(channel.name),
            rss_url=address["rss"],
            atom_url=address["atom"],
            json_url=address["json"],
            page_url=views.links.to(path),
            title=channel.title,
            description=channel.description or channel.title,
            language=views.edition.first.tag,
            items=limit(items, least=head.unarchived, is_newest_first=is_newest_first),
            created=created,
            generator_version=self.version,
            authors=(views.publication_view().name.line,),
            alternates=self._alternates(
                channel.editions, lambda each: paths.in_edition(path, each)
            ),
            hub=(views.publication.websub_hub or "") if channel.has_hub else "",
            tags_url=views.links.to(paths.tags(views.edition.name)),
            history=History(previous=self._archive(channel, head.newest)),
        )

    def archive(self, channel: Channel, items: Iterable[Item], near: Near) -> Feed:
        """A closed part of the feed of a list (RFC 5005 §4), of which no hub has to tell."""
        found = sorted(items, key=lambda item: item.id)
        found.sort(key=lambda item: item.published, reverse=True)
        feed = self.feed(channel, (), found[0].published)
        before, after = self._archive(channel, near.before), self._archive(channel, near.after)
        return dataclasses.replace(
            feed,
            atom_url=self._archive(channel, near.part),
            items=tuple(found),
            hub="",
            history=History(previous=before, next=after, current=feed.atom_url),
        )

    def _archive(self, channel: Channel, part: Part | None) -> str:
        path = part and paths.feed_archive(channel.path, part.month, part.number)
        return self.views.links.to(path) if path else ""

    def _id(self, what: str) -> str:
        # RFC 4151; never derived from an address of the site.
        return f"tag:{self.views.publication.authority}:{what}/{self.views.edition.name}"

    def _render(self, template: str, **data: object) -> str:
        views = self.views
        text = self.theme.render(
            f"feed/{template}.html",
            t=views.t,
            edition=views.edition_view(),
            publication=views.publication_view(),
            **data,
        )
        return "\n".join(line for line in text.splitlines() if line.strip())

    def _alternates(
        self, editions: Collection[str], path: Callable[[str], str]
    ) -> tuple[Alternate, ...]:
        views = self.views
        return tuple(
            Alternate(each.url, each.lang, each.label)
            for each in views.switch(editions, path)
            if not each.is_current
        )


def files(feed: Feed, channel: Channel) -> dict[str, bytes]:
    """The feed in each of its forms, by file."""
    return {
        paths.file_of(paths.feed(channel.path, form)): _rendered(feed, form)
        for form in channel.forms
    }


def archive_file(feed: Feed, channel: Channel, part: Part) -> dict[str, bytes]:
    """An archive of a feed, which is Atom alone: the RFC defines archives for it."""
    path = paths.feed_archive(channel.path, part.month, part.number)
    return {paths.file_of(path): _rendered(feed, "atom")}


def _rendered(feed: Feed, form: str) -> bytes:
    # Late: most commands write no feed, and feedgen brings lxml and dateutil.
    from publisher.render.feeds import atom, json, rss

    return {"rss": rss.render, "atom": atom.render, "json": json.render}[form](feed)


def _newest(
    views: Views, revision: IssueRevision, entries: Mapping[str, EntryRevision]
) -> dt.datetime:
    """When the entries of an issue last had something new since they came out."""
    moved = [(views.updated(each), each.published) for each in entries.values()]
    return max((new for new, first in moved if new > first), default=revision.published)


def _language(title: Texts, views: Views) -> str:
    return title.first.lang if title.first else views.edition.first.tag
