"""The references of an issue: every source once, numbered, with links to where it is cited."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from publisher import markup
from publisher.config.addresses import normal_url
from publisher.config.section import SectionSettings
from publisher.content.entry import Entry, Source
from publisher.content.table import Table
from publisher.issue.issue import EntryRevision, Issue, Section
from publisher.language import Localized
from publisher.render import paths
from publisher.render.context import Link, Mark
from publisher.render.context_issue import ReferenceView
from publisher.render.entry_views import source_view
from publisher.render.frame import Frame

Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Reference:
    number: int
    source: Source
    cited_by: dict[str, Link] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class References:
    """The references of an issue in the order in which they are met."""

    found: Mapping[Key, _Reference] = field(default_factory=dict)

    def views(self, frame: Frame) -> tuple[ReferenceView, ...]:
        """The references as a list."""
        return tuple(
            ReferenceView(
                each.number,
                paths.reference_anchor(each.number),
                source_view(frame, each.source),
                tuple(each.cited_by.values()),
            )
            for each in self.found.values()
        )

    def mark(self, source: Source) -> Mark | None:
        """Where a source stands among the references."""
        found = self.found.get(key_of(source))
        return _mark(found) if found else None

    def marks(self, entry_id: str) -> tuple[Mark, ...]:
        """The references that an entry cites."""
        return tuple(_mark(each) for each in self.found.values() if entry_id in each.cited_by)


def _mark(reference: _Reference) -> Mark:
    return Mark(reference.number, f"#{paths.reference_anchor(reference.number)}")


def key_of(source: Source) -> Key:
    """What tells one source from another: its address, else what is known of it."""
    if source.url:
        return (normal_url(source.url),)
    return (source.publisher or "", source.title or "", source.site or "")


def collected(frame: Frame, issue: Issue, entries: Mapping[str, EntryRevision]) -> References:
    """The references of an issue that has a block of them; else none.

    `entries` holds the revision to show of each entry, by id.
    """
    block = next((each for each in issue.sections if each.settings.block == "references"), None)
    if block is None:
        return References()
    collector = _Collector(frame, issue, entries, block.settings)
    given = issue.references if "issue" in block.settings.collect else []
    comes_first = block.settings.collect[:1] == ["issue"]
    for source in given if comes_first else ():
        collector.add(source)
    for section in issue.sections:
        collector.add_section(section)
    for source in () if comes_first else given:
        collector.add(source)
    return References(collector.found)


class _Collector:
    """Goes through an issue as a reader does."""

    def __init__(
        self,
        frame: Frame,
        issue: Issue,
        entries: Mapping[str, EntryRevision],
        settings: SectionSettings,
    ) -> None:
        self.found: dict[Key, _Reference] = {}
        self._frame, self._entries, self._title = frame, entries, issue.title
        self._collect = settings.collect
        placed = [
            (section.settings, entries[each.entry].entry)
            for section in issue.sections
            for each in section.entries
            if each.entry in entries
        ]
        sources = [source for _, entry in placed for source in entry.sources]
        # What an editor wrote about a source says more than the words of a link.
        self._written = {key_of(each): each for each in reversed([*sources, *issue.references])}
        self._listed: set[Key] = set()
        if "entries" not in self._collect:
            shown = [entry for settings, entry in placed if "sources" in settings.show]
            self._listed = {key_of(source) for entry in shown for source in entry.sources}

    def add(self, source: Source, cited_in: str = "", link: Link | None = None) -> None:
        """Add a source, unless it is there; and where it is cited."""
        key = key_of(source)
        if key in self._listed:
            return
        number = len(self.found) + 1
        reference = self.found.setdefault(key, _Reference(number, self._written.get(key, source)))
        if link is not None:
            reference.cited_by.setdefault(cited_in, link)

    def add_section(self, section: Section) -> None:
        """Add what a section cites: its texts, then each of its entries."""
        frame, settings = self._frame, section.settings
        anchor = paths.section_anchor(settings.id)
        title = frame.texts(section.title) or frame.texts(self._title)
        if "prose" in self._collect:
            for source in self._linked(_texts_of_section(section)):
                self.add(source, anchor, Link(f"#{anchor}", title))
        for placed in section.entries:
            if placed.entry in self._entries:
                self._add_entry(settings, self._entries[placed.entry])

    def _add_entry(self, settings: SectionSettings, revision: EntryRevision) -> None:
        found, frame = revision.entry, self._frame
        url = f"#{paths.anchor(revision.id)}"
        if settings.block == "calendar":  # it may stand in another section, too
            url = frame.links.to(paths.entry(frame.edition.name, found.id))
        link = Link(url, frame.texts(found.title))
        if "entries" in self._collect:
            for source in found.sources:
                self.add(source, revision.id, link)
        if "prose" in self._collect:
            for source in self._linked(_texts_of_entry(settings, found)):
                self.add(source, revision.id, link)

    def _linked(self, texts: Iterator[Localized | str]) -> Iterator[Source]:
        """The links in texts, in the edition's languages, but for those to pages of our own."""
        own = self._frame.publication.base_url
        for text in texts:
            for passage in self._frame.texts(text, "block"):
                for words, url in markup.links(passage.raw):
                    is_own = url == own or url.startswith(f"{own}/")
                    if url.startswith(("http://", "https://")) and not is_own:
                        title = words if words != url else None
                        yield Source.model_construct(title=title, url=url)


def _texts_of_section(section: Section) -> Iterator[Localized | str]:
    if section.text is not None:
        yield section.text
    yield from section.items
    if section.table is not None:
        yield from _texts_of_table(section.table)


def _texts_of_table(table: Table) -> Iterator[Localized | str]:
    for row in table.rows:
        for at, cell in enumerate(row):
            text = cell and (cell.text or cell.value)
            if text and not table.columns[at].is_number:
                yield text
    if table.note is not None:
        yield table.note


def _texts_of_entry(settings: SectionSettings, entry: Entry) -> Iterator[Localized | str]:
    """The texts of an entry that its section shows."""
    if "summary" in settings.show and entry.summary is not None:
        yield entry.summary
    if "body" in settings.show and (body := entry.body or entry.summary) is not None:
        yield body
    if "fields" in settings.show:
        names = entry.fields if settings.fields is None else settings.fields
        texts = (entry.fields.get(each) for each in names)
        yield from (each for each in texts if isinstance(each, Localized))
    if "verification" in settings.show and entry.verification and entry.verification.note:
        yield entry.verification.note
