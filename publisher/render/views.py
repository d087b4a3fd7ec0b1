"""From frozen entries and issues to what a template may use, in one edition.

Pure: the same revisions, edition, strings and links give the same views.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from publisher import markup
from publisher.config.bulletin import Bulletin, SectionSettings
from publisher.config.publication import Kind, Publication
from publisher.content.entry import Correction, Entry, Source, Verification
from publisher.issue.issue import (
    CorrectionNotice,
    EntryRevision,
    Issue,
    IssueRevision,
    Revision,
    Section,
)
from publisher.language import (
    Edition,
    Language,
    Localized,
    format_date,
    format_date_range,
    format_number,
    format_time_zone,
    script_of,
)
from publisher.render import paths
from publisher.render.context import (
    BulletinView,
    CorrectionView,
    EditionLink,
    EditionView,
    EntryView,
    FactView,
    FeedLink,
    FieldView,
    Form,
    IssueView,
    Link,
    Passage,
    PublicationView,
    SectionView,
    SourceView,
    TagView,
    Texts,
    VerificationView,
)
from publisher.render.strings import Strings

FEED_TYPES = {
    "rss": "application/rss+xml",
    "atom": "application/atom+xml",
    "json": "application/feed+json",
}
# A bulletin has all three; a tag has Atom alone.
ALL_FORMS = ("rss", "atom", "json")


@dataclass(frozen=True, slots=True)
class Neighbours:
    """What an issue or entry is tied to, as the archive's index knows it."""

    previous: IssueRevision | None = None
    next: IssueRevision | None = None
    earlier: tuple[EntryRevision, ...] = ()
    carried_in: tuple[IssueRevision, ...] = ()
    editions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Views:
    """Builds the views of one edition; `strings` holds those of each of its languages."""

    publication: Publication
    edition: Edition
    strings: Mapping[str, Strings]
    links: paths.Links
    renderer: markup.Renderer = field(default_factory=markup.Renderer)

    @property
    def t(self) -> Strings:
        """The interface strings of the page's own language."""
        return self.strings[self.edition.first.key]

    # Texts -----------------------------------------------------------------------------------

    def texts(self, value: Localized | str | None, form: Form = "title") -> Texts:
        """A text in the edition's languages; in another one, marked, where it has none of them."""
        if value is None or isinstance(value, str):
            first = self.edition.first
            return Texts([self._passage(first.key, value, form)] if value else ())
        # A name that is the same in both languages stands once.
        texts = {value[each.key]: each.key for each in reversed(self.edition.languages)
                 if each.key in value}  # fmt: skip
        present = [each.key for each in self.edition.languages if each.key in texts.values()]
        if present:
            return Texts(
                self._passage(key, value[key], form, rank=rank) for rank, key in enumerate(present)
            )
        key, text = value.resolve(())
        return Texts([self._passage(key, text, form, is_fallback=True)] if key else ())

    def _passage(
        self, key: str, raw: str, form: Form, *, rank: int = 0, is_fallback: bool = False
    ) -> Passage:
        language = self._language(key)
        return Passage(
            language.tag, language.direction, raw, form, is_fallback, rank, self.renderer
        )

    def _language(self, key: str) -> Language:
        # Nearly every passage is in a language of the edition, whose languages are resolved.
        for language in self.edition.languages:
            if language.key == key:
                return language
        return self.publication.language(key)

    def each(self, text: Callable[[str], str]) -> Texts:
        """A text made anew for each language, from its BCP 47 tag."""
        return Texts(
            self._passage(one.key, text(one.tag), "title", rank=rank)
            for rank, one in enumerate(self.edition.languages)
        )

    def word(self, key: str) -> Texts:
        """An interface string in each language of the edition."""
        return Texts(
            self._passage(one.key, self.strings[one.key](key), "title", rank=rank)
            for rank, one in enumerate(self.edition.languages)
        )

    def date(self, day: dt.date) -> Texts:
        """A day as each language writes it."""
        return self.each(lambda tag: format_date(day, tag))

    def _moment(self, moment: dt.datetime) -> Texts:
        """The day of a point in time, where the publication is."""
        return self.date(moment.astimezone(self.publication.time_zone).date())

    # The frame ---------------------------------------------------------------------------------

    def edition_view(self) -> EditionView:
        """The edition itself."""
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
                self.edition.first.tag, page,
            )
            for form in forms
        )  # fmt: skip

    def bulletin(self, slug: str, settings: Bulletin) -> BulletinView:
        """A bulletin."""
        name, path = self.texts(settings.name), paths.bulletin(self.edition.name, slug)
        return BulletinView(
            slug, name, self.texts(settings.description), settings.cadence,
            self.links.to(path), self.feeds(path, name.text),
            settings.theme or self.publication.theme,
        )  # fmt: skip

    # Entries -----------------------------------------------------------------------------------

    def entry(
        self,
        revision: EntryRevision,
        kinds: Mapping[str, Kind],
        *,
        section: SectionSettings | None = None,
        number: int | None = None,
        see_also: Iterable[EntryRevision] = (),
        near: Neighbours = Neighbours(),
    ) -> EntryView:
        """An entry: with a section's choice of parts, or whole."""
        found, kind = revision.entry, kinds.get(revision.entry.kind)
        fields, plain = self._fields(found, kind, section.fields if section else None)
        return EntryView(
            id=found.id,
            anchor=paths.anchor(revision.id),
            url=self.links.to(paths.entry(self.edition.name, found.id)),
            kind=found.kind,
            kind_name=self.texts(kind.name if kind else found.kind),
            title=self.texts(found.title),
            short_title=self.texts(found.short_title or found.title),
            digest=self.texts(found.digest or found.title),
            summary=self.texts(found.summary, "block"),
            body=self.texts(found.body or found.summary, "block"),
            emoji=found.emoji or "",
            fields=fields,
            plain=plain,
            sources=tuple(self.source(each) for each in found.sources),
            site=next((each.domain for each in found.sources if each.domain), ""),
            tags=tuple(self.tag(each) for each in found.tags),
            importance=found.importance,
            verification=self._verification(found.verification),
            happened=self.each(found.happened.text) if found.happened else Texts(),
            filed=self.date(found.filed),
            filed_iso=found.filed.isoformat(),
            published_iso=_iso(revision.published),
            updated_iso=_iso(self.updated(revision)),
            is_corrected=bool(found.corrections),
            corrections=tuple(self.correction(each) for each in found.corrections),
            story=self.story(found.story) if found.story else None,
            number=number,
            show=frozenset(section.show if section else ()),
            see_also=tuple(self.entry_link(each) for each in see_also),
            earlier=tuple(self.entry_link(each) for each in near.earlier),
            carried_in=tuple(self.issue_link(each) for each in near.carried_in),
            published=self._moment(revision.published),
            updated=self._moment(self.updated(revision)),
        )

    def updated(self, revision: Revision) -> dt.datetime:
        """When this edition last had something new of an entry or an issue."""
        return revision.updated_in(each.key for each in self.edition.languages)

    def _fields(
        self, entry: Entry, kind: Kind | None, wanted: list[str] | None
    ) -> tuple[tuple[FieldView, ...], tuple[FieldView, ...]]:
        declared = kind.fields if kind else {}
        order = [each for each in (wanted or declared) if each in declared]
        texts, plain = [], []
        for name, settings in declared.items():
            if (value := entry.fields.get(name)) is None:
                continue
            is_plain = settings.type == "plain"
            view = FieldView(
                name,
                self.texts(settings.label),
                self.texts(value, "title" if is_plain else "block"),
                is_plain,
            )
            if is_plain:
                plain.append(view)
            elif name in order:
                texts.append(view)
        texts.sort(key=lambda each: order.index(each.name))
        return tuple(texts), tuple(plain)

    def _verification(self, found: Verification | None) -> VerificationView | None:
        if found is None:
            return None
        word = self.word(f"verification_{found.status}")
        return VerificationView(found.status, word, self.texts(found.note, "inline"))

    def source(self, source: Source) -> SourceView:
        """A source, its day in the page's language."""
        tag = self.edition.first.tag
        return SourceView(
            source.publisher or "",
            source.title or "",
            source.url or "",
            source.domain,
            source.lang or "",
            format_date(source.date, tag) if source.date else "",
        )

    def correction(self, correction: Correction) -> CorrectionView:
        """A correction of the thing that is shown."""
        return CorrectionView(
            self.date(correction.date),
            correction.date.isoformat(),
            self.texts(correction.note, "inline"),
        )

    def notice(self, notice: CorrectionNotice) -> CorrectionView:
        """A correction of something that an earlier issue carried."""
        own = self.correction(notice.correction)
        url = self.links.to(paths.entry(self.edition.name, notice.entry))
        return CorrectionView(own.date, own.date_iso, own.note, self.texts(notice.title), url)

    def tag(self, slug: str) -> TagView:
        """A tag, by the label that the publication gives it or its slug."""
        label = self.publication.tags.get(slug, slug)
        return TagView(slug, self.texts(label), self.links.to(paths.tag(self.edition.name, slug)))

    def story(self, slug: str) -> Link:
        """A story, by the label that the publication gives it or its slug."""
        label = self.publication.stories.get(slug, slug.replace("-", " "))
        return Link(self.links.to(paths.story(self.edition.name, slug)), self.texts(label))

    def entry_link(self, revision: EntryRevision) -> Link:
        """A link to an entry's page, with the day it is filed under."""
        found = revision.entry
        note = format_date(found.filed, self.edition.first.tag, "medium")
        url = self.links.to(paths.entry(self.edition.name, found.id))
        return Link(url, self.texts(found.title), note=note)

    # Issues ------------------------------------------------------------------------------------

    def issue_link(self, revision: IssueRevision) -> Link:
        """A link to an issue: its bulletin's name, and its day."""
        found = revision.issue
        url = self.links.to(paths.issue(self.edition.name, found.bulletin, found.name))
        note = format_date(found.day, self.edition.first.tag)
        return Link(url, self.texts(found.settings.name), note=note)

    def issue(
        self,
        revision: IssueRevision,
        entries: Mapping[str, EntryRevision],
        near: Neighbours = Neighbours(),
    ) -> IssueView:
        """An issue; `entries` holds the revision to show of each entry it carries, by id."""
        found, settings = revision.issue, revision.issue.settings
        sections = self._sections(found, entries)
        by_anchor = {view.anchor: view for section in sections for view in section.entries}
        wanted = [each.key for each in self.edition.languages]
        return IssueView(
            id=found.id,
            name=found.name,
            number=found.number,
            bulletin=self.bulletin(found.bulletin, settings),
            title=self.texts(found.title),
            subject=markup.join_lines(found.subject.resolve(wanted)[1]),
            preheader=markup.join_lines(found.preheader.resolve(wanted)[1]),
            subtitle=self.texts(found.subtitle),
            slogan=self.texts(settings.slogan),
            credit=self.texts(settings.credit, "inline"),
            footer=self.texts(settings.footer, "block"),
            date=self.date(found.day),
            date_iso=found.day.isoformat(),
            masthead=tuple(self._fact(name, found) for name in settings.masthead),
            sections=sections,
            references=tuple(self.source(each) for each in found.references),
            notices=tuple(self.notice(each) for each in found.notices),
            corrections=tuple(self.correction(each) for each in found.corrections),
            lead=by_anchor.get(paths.anchor(found.lead or "")),
            url=self.links.to(paths.issue(self.edition.name, found.bulletin, found.name)),
            published_iso=_iso(revision.published),
            updated_iso=_iso(self.updated(revision)),
            previous=self.issue_link(near.previous) if near.previous else None,
            next=self.issue_link(near.next) if near.next else None,
        )

    def _sections(
        self, issue: Issue, entries: Mapping[str, EntryRevision]
    ) -> tuple[SectionView, ...]:
        return tuple(self._section(each, issue, entries) for each in issue.sections)

    def _section(
        self, section: Section, issue: Issue, entries: Mapping[str, EntryRevision]
    ) -> SectionView:
        settings = section.settings
        # An entry that was taken down is no longer among the entries; its place closes up.
        present = [each for each in section.entries if each.entry in entries]
        return SectionView(
            id=settings.id,
            block=settings.block,
            anchor=f"s-{settings.id}",
            title=self.texts(section.title),
            text=self.texts(section.text, "block"),
            items=tuple(self.texts(each, "inline") for each in section.items),
            entries=tuple(
                self.entry(
                    entries[each.entry],
                    issue.kinds,
                    section=settings,
                    number=at if settings.numbered else None,
                    see_also=[entries[other] for other in each.see_also if other in entries],
                )
                for at, each in enumerate(present, 1)
            ),
            numbered=settings.numbered,
            show=frozenset(settings.show),
        )

    def _fact(self, name: str, issue: Issue) -> FactView:
        label = self.t(f"masthead_{name}")
        if name == "window":
            value = self.each(
                lambda tag: format_date_range(issue.window.start, issue.window.end, tag)
            )
            return FactView(name, label, value, self.texts(issue.window.note, "inline"))
        if name == "time_zone":
            return FactView(name, label, self.texts(format_time_zone(issue.time_zone, issue.day)))
        if name == "number":
            return FactView(name, label, self.each(lambda tag: format_number(issue.number, tag)))
        return FactView(name, label, self.date(issue.day), iso=issue.day.isoformat())


def is_cjk(tag: str) -> bool:
    """Whether a language is written in Han characters or kana: its own leading and fonts."""
    return script_of(tag) in {"Hans", "Hant", "Jpan", "Hani"}


def _iso(moment: dt.datetime) -> str:
    """A time to the second: what tells the entries of an issue apart is no news to a reader."""
    return moment.isoformat(timespec="seconds")
