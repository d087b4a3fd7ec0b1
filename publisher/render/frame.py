"""What stands around entries and issues: the publication, its editions, bulletins and feeds."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from publisher.config.bulletin import Bulletin
from publisher.formats import format_date
from publisher.issue.issue import EntryRevision, IssueRevision
from publisher.language import Edition
from publisher.render import paths
from publisher.render.context import (
    BulletinView,
    EditionLink,
    EditionView,
    FeedLink,
    Link,
    PublicationView,
    TagView,
)
from publisher.render.words import Words

FEED_TYPES = {
    "rss": "application/rss+xml",
    "atom": "application/atom+xml",
    "json": "application/feed+json",
}
# A bulletin has all three; a tag has Atom alone.
ALL_FORMS = ("rss", "atom", "json")


CALENDAR_TYPE = "text/calendar"


def calendar_path(edition: str, slug: str, settings: Bulletin) -> str:
    """The calendar of a bulletin; nothing where it has none."""
    has_calendar = any(each.block == "calendar" for each in settings.sections)
    return paths.calendar(edition, slug) if has_calendar else ""


@dataclass(frozen=True, slots=True)
class Frame(Words):
    """Builds the views of what stands around entries and issues, and links to them."""

    def edition_view(self) -> EditionView:
        """The edition itself."""
        return self.kept("edition", self._edition_view)

    def _edition_view(self) -> EditionView:
        first = self.edition.first
        return EditionView(
            self.edition.name,
            self._label(self.edition),
            first.tag,
            first.direction,
            tuple(each.tag for each in self.edition.languages),
            self.edition.is_stacked,
        )

    @staticmethod
    def _label(edition: Edition) -> str:
        return edition.label.resolve([each.key for each in edition.languages])[1]

    def publication_view(self) -> PublicationView:
        """Who publishes this."""
        return self.kept("publication", self._publication_view)

    def _publication_view(self) -> PublicationView:
        found = self.publication
        return PublicationView(
            self.texts(found.name),
            self.texts(found.description),
            self.texts(found.about, "block"),
            self.texts(found.postal_address),
            found.contact,
            self.links.to(paths.home(self.edition.name)),
            self.links.to(paths.about(self.edition.name)),
        )

    def switch(
        self, editions: Iterable[str], path: Callable[[str], str]
    ) -> tuple[EditionLink, ...]:
        """The same thing in each of the editions that have it, in the publication's order."""
        wanted = set(editions)
        found = []
        for name in self.publication.editions:
            if name in wanted:
                edition = self.publication.edition(name)
                found.append(
                    EditionLink(
                        name,
                        self._label(edition),
                        edition.first.tag,
                        self.links.to(path(name)),
                        name == self.edition.name,
                        edition.is_stacked,
                    )
                )
        return tuple(found)

    def feeds(
        self, list_path: str, title: str, forms: Iterable[str] = ALL_FORMS
    ) -> tuple[FeedLink, ...]:
        """The feeds of a list, each with the page that explains it."""
        page = self.links.to(paths.feed_page(list_path))
        return tuple(
            FeedLink(
                form, FEED_TYPES[form], title, self.links.to(paths.feed(list_path, form)),
                self.lang, page,
            )
            for form in forms
        )  # fmt: skip

    def bulletin(self, slug: str, settings: Bulletin) -> BulletinView:
        """A bulletin."""
        name, path = self.texts(settings.name), paths.bulletin(self.edition.name, slug)
        calendar = calendar_path(self.edition.name, slug, settings)
        return BulletinView(
            slug, name, self.texts(settings.description), settings.cadence,
            self.links.to(path), self.feeds(path, name.text),
            settings.theme or self.publication.theme,
            self.links.to(calendar) if calendar else "",
        )  # fmt: skip

    # Links to what has a page of its own --------------------------------------------------------

    def tag(self, slug: str) -> TagView:
        """A tag, by the label that the publication gives it or its slug."""
        return self.kept(("tag", slug), lambda: self._tag(slug))

    def _tag(self, slug: str) -> TagView:
        label = self.publication.tags.get(slug, slug)
        return TagView(slug, self.texts(label), self.links.to(paths.tag(self.edition.name, slug)))

    def story(self, slug: str) -> Link:
        """A story, by the label that the publication gives it or its slug."""
        label = self.publication.stories.get(slug, slug.replace("-", " "))
        return Link(self.links.to(paths.story(self.edition.name, slug)), self.texts(label))

    def entry_link(self, revision: EntryRevision) -> Link:
        """A link to an entry's page, with the day it is filed under."""
        found = revision.entry
        note = format_date(found.filed, self.lang, "medium")
        url = self.links.to(paths.entry(self.edition.name, found.id))
        return Link(url, self.texts(found.title), note=note)

    def issue_link(self, revision: IssueRevision) -> Link:
        """A link to an issue: its bulletin's name, and its day."""
        found = revision.issue
        url = self.links.to(paths.issue(self.edition.name, found.bulletin, found.name))
        return Link(url, self.texts(found.settings.name), note=format_date(found.day, self.lang))
