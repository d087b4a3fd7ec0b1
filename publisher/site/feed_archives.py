"""The archives of the feeds (RFC 5005 §4): with them, a feed can be read back to its beginning.

They are Atom alone: of the three forms it is the one for which the RFC defines them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from publisher.memo import Memo
from publisher.render import paths
from publisher.render.feeds.item import Item
from publisher.render.views import Neighbours
from publisher.site.editions import Editions, Files
from publisher.site.feed_parts import ENTRIES, Part, Parts, entry_parts, issue_parts
from publisher.site.feeds import Channel, Head, archive_file

_REMEMBERED = 100  # months of feeds


@dataclass(frozen=True)
class FeedArchives:
    """Renders archives, in all editions, and tells feeds where these begin."""

    site: Editions
    _parts_of: Memo = field(default_factory=lambda: Memo(_REMEMBERED), repr=False, compare=False)

    def archive(self, feed: str, month: str, number: str) -> Files:
        """A closed part of a feed, in the editions in which it is closed."""
        site, found = self.site, dict[str, bytes]()
        for edition in site.editions if feed == ENTRIES else site.editions_of(feed):
            near = self._parts(edition, feed).near(month, int(number))
            if near is not None:
                channel, maker = self.channel(edition, feed), site.parts(edition).feeds
                document = maker.archive(channel, self._items(edition, feed, near.part), near)
                found.update(archive_file(document, channel, near.part))
        return found

    def head(self, edition: str, feed: str) -> Head:
        """What a feed itself has to have, and where its archives begin."""
        closed, last = self._parts(edition, feed).newest()
        return Head(closed, len(last.names) if last else 1)

    def channel(self, edition: str, feed: str) -> Channel:
        """The feed of all entries, or that of a bulletin."""
        site, views = self.site, self.site.parts(edition).pages.views
        if feed == ENTRIES:
            path, editions = paths.entries(edition), site.editions
        else:
            path, editions = paths.bulletin(edition, feed), site.editions_of(feed)
        known = site.publication if feed == ENTRIES else site.bulletins[feed]
        name, about = views.texts(known.name), views.texts(known.description)
        return Channel(feed, path, name.line, about.line, editions, has_hub=True)

    def _parts(self, edition: str, feed: str) -> Parts:
        index = self.site.library.index
        if feed == ENTRIES:
            found = entry_parts(index, self.site.bulletins_of(edition))
        else:
            found = issue_parts(index, feed)

        # Each archive of a month asks for the month, and for those beside it.
        def weighed(month: str) -> tuple[tuple[str, int], ...]:
            return self._parts_of((edition, feed, month), lambda: tuple(found.weighed(month)))

        return replace(found, weighed=weighed)

    def _items(self, edition: str, feed: str, part: Part) -> Iterator[Item]:
        site, library, maker = self.site, self.site.library, self.site.parts(edition).feeds
        if feed == ENTRIES:
            for each in library.newest(part.names).values():
                yield maker.entry_item(each, site.publication.kinds, site.of_entry(each.id))
            return
        near, editions = Neighbours(bulletins=site.bulletins_of(edition)), site.editions_of(feed)
        for name in part.names:
            if (issue := library.published(feed, name)) is not None:
                yield maker.issue_item(issue, library.entries_of(issue), editions, near)
