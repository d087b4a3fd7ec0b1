"""From a frozen issue to what a template may use."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from publisher import markup
from publisher.config.section import Person
from publisher.formats import format_date, format_number
from publisher.issue.issue import (
    CorrectionNotice,
    EntryRevision,
    Issue,
    IssueRevision,
    Placed,
    Related,
    Removed,
    Section,
)
from publisher.render import contents, paths, references
from publisher.render.calendar import month_views
from publisher.render.codes import code_views
from publisher.render.context import CorrectionView, EntryView, Link, SourceView
from publisher.render.context_issue import (
    IssueView,
    PersonView,
    RemovedView,
    SectionView,
    TableView,
)
from publisher.render.entry_views import (
    ALONE,
    Neighbours,
    Place,
    correction_view,
    entry_view,
    source_view,
)
from publisher.render.frame import Frame
from publisher.render.masthead import masthead
from publisher.render.tables import Spot, table_view
from publisher.render.words import iso

EARLIER = 3
"""So many earlier entries of its story stand below an entry of an issue."""


def issue_view(
    frame: Frame,
    revision: IssueRevision,
    entries: Mapping[str, EntryRevision],
    near: Neighbours = ALONE,
) -> IssueView:
    """An issue; `entries` holds the revision to show of each entry it carries, by id."""
    found, settings = revision.issue, revision.issue.settings
    builder = _Sections(frame, found, entries, near)
    sections = builder.views()
    by_anchor = {view.anchor: view for each in sections for view in each.entries if view.anchor}
    blocks = {each.block for each in sections}
    wanted = [each.key for each in frame.edition.languages]
    return IssueView(
        id=found.id,
        name=found.name,
        number=found.number,
        bulletin=frame.bulletin(found.bulletin, settings),
        title=frame.texts(found.title),
        subject=markup.join_lines(found.subject.resolve(wanted)[1]),
        preheader=markup.join_lines(found.preheader.resolve(wanted)[1]),
        subtitle=frame.texts(found.subtitle),
        slogan=frame.texts(settings.slogan),
        credit=frame.texts(settings.credit, "inline"),
        footer=frame.texts(settings.footer, "block"),
        date=frame.date(found.day),
        date_iso=found.day.isoformat(),
        masthead=masthead(frame, found),
        sections=sections,
        references=_references(frame, found),
        notices=() if "corrections" in blocks else builder.notices,
        corrections=tuple(correction_view(frame, each) for each in found.corrections),
        lead=by_anchor.get(paths.anchor(found.lead or "")),
        url=builder.url,
        published_iso=iso(revision.published),
        updated_iso=iso(frame.updated(revision)),
        previous=frame.issue_link(near.previous) if near.previous else None,
        next=frame.issue_link(near.next) if near.next else None,
    )


def _references(frame: Frame, issue: Issue) -> tuple[SourceView, ...]:
    """The sources of the issue as a whole, where no block of references has them."""
    blocks = [each.settings for each in issue.sections if each.settings.block == "references"]
    if any("issue" in each.collect for each in blocks):
        return ()
    return tuple(source_view(frame, each) for each in issue.references)


class _Sections:
    """Builds the sections of an issue in reading order, and numbers what is numbered through."""

    def __init__(
        self,
        frame: Frame,
        issue: Issue,
        entries: Mapping[str, EntryRevision],
        near: Neighbours,
    ) -> None:
        self.frame, self.issue, self.entries, self.near = frame, issue, entries, near
        self.url = frame.links.to(paths.issue(frame.edition.name, issue.bulletin, issue.name))
        self.notices = tuple(notice_view(frame, each) for each in issue.notices)
        self._references = references.collected(frame, issue, entries)
        self._number = 0
        self._tables = {"table": 0, "figure": 0}

    def views(self) -> tuple[SectionView, ...]:
        """The sections that have something to show."""
        found = []
        for section in self.issue.sections:
            view = self._section(section)
            if section.settings.block in contents.GATHERED or not contents.is_empty(view):
                found.append(self._numbered(section, view))
        settings = {each.settings.id: each.settings for each in self.issue.sections}
        return contents.gathered(found, settings)

    def _section(self, section: Section) -> SectionView:
        settings, frame = section.settings, self.frame
        anchor = paths.section_anchor(settings.id)
        view = SectionView(
            id=settings.id,
            block=settings.block,
            anchor=anchor,
            title=frame.texts(section.title),
            text=frame.texts(section.text, "block"),
            items=tuple(frame.texts(each, "inline") for each in section.items),
            entries=tuple(self._entries(section)),
            numbered=settings.numbered is True or bool(settings.numbered and section.entries),
            show=frozenset(settings.show),
            headline=settings.headline,
            in_mail=settings.in_mail,
            url=f"{self.url}#{anchor}",
            table=self._table(section),
            related=tuple(related_link(frame, each, self.near) for each in section.related),
            removed=tuple(self._removed(section)),
        )
        return self._filled(section, view)

    def _filled(self, section: Section, view: SectionView) -> SectionView:
        """The section with what only its block has."""
        settings, frame = section.settings, self.frame
        match settings.block:
            case "references":
                return replace(view, references=self._references.views(frame))
            case "corrections":
                return replace(view, notices=self.notices)
            case "people":
                return replace(view, people=person_views(frame, settings.people))
            case "qr-codes":
                return replace(view, codes=code_views(frame, settings.codes, section.images))
            case "calendar":
                return self._with_months(view)
            case _:
                return view

    def _with_months(self, view: SectionView) -> SectionView:
        path = paths.calendar(self.frame.edition.name, self.issue.bulletin)
        by_id = {each.entry.id: each for each in self.entries.values()}
        months = month_views(
            self.frame, [(by_id[each.id], each) for each in view.entries], self.issue.day
        )
        return replace(view, months=months, calendar_url=self.frame.links.to(path))

    def _numbered(self, section: Section, view: SectionView) -> SectionView:
        """The section with the next number, where its entries have none."""
        if section.settings.numbered != "continued" or view.entries:
            return view
        return replace(view, number=self._next())

    def _next(self) -> int:
        self._number += 1
        return self._number

    # What sections consist of ------------------------------------------------------------------

    def _entries(self, section: Section) -> Iterator[EntryView]:
        # An entry that was taken down is no longer among the entries; its place closes up.
        present = [each for each in section.places()
                   if isinstance(each, Removed) or each.entry in self.entries]  # fmt: skip
        for at, each in enumerate(present, 1):
            numbered = section.settings.numbered
            number = self._next() if numbered == "continued" else at if numbered else None
            if isinstance(each, Removed):
                continue  # the others keep their numbers
            yield entry_view(
                self.frame,
                self.entries[each.entry],
                self.issue.kinds,
                self._place(section, each, number),
            )

    def _removed(self, section: Section) -> Iterator[RemovedView]:
        """A note in the place of each entry that was taken down by law."""
        before = 0
        for each in section.places():
            if isinstance(each, Removed):
                note = self.frame.word("taken_down", date=self.frame.date(each.day))
                yield RemovedView(note, before)
            elif each.entry in self.entries:
                before += 1

    def _place(self, section: Section, placed: Placed, number: int | None) -> Place:
        revision = self.entries[placed.entry]
        is_calendar = section.settings.block == "calendar"
        return Place(
            section=section.settings,
            number=number,
            # The same entry may stand in a calendar and in another section.
            anchor="" if is_calendar else paths.anchor(revision.id),
            see_also=tuple(self.entries[each] for each in placed.see_also if each in self.entries),
            earlier=self.near.earlier_of.get(revision.id, ())[:EARLIER],
            marks=self._references.marks(revision.id),
            mark_of=self._references.mark,
        )

    def _table(self, section: Section) -> TableView | None:
        if (table := section.table) is None:
            return None
        frame, name, label = self.frame, section.settings.id, ""
        if table.label != "none":
            self._tables[table.label] += 1
            number = format_number(self._tables[table.label], frame.lang)
            label = frame.t(f"table_{table.label}", n=number)
        csv = paths.table(frame.edition.name, self.issue.bulletin, self.issue.name, name)
        is_drawn = section.settings.block == "figure"
        stem = csv.removesuffix(".csv")
        spot = Spot(paths.table_anchor(name), label, frame.links.to(csv), stem, is_drawn)
        return table_view(frame, table, spot, frame.tokens_of(self.issue.bulletin))


# Parts -------------------------------------------------------------------------------------------


def notice_view(frame: Frame, notice: CorrectionNotice) -> CorrectionView:
    """A correction of an earlier issue, or of an entry that one carried."""
    edition, url = frame.edition.name, ""
    if notice.entry:
        url = frame.links.to(paths.entry(edition, notice.entry))
    elif notice.issue:
        url = frame.links.to(paths.issue(edition, *notice.issue.split("/", 1)))
    own = correction_view(frame, notice.correction)
    return replace(own, title=frame.texts(notice.title), url=url)


def related_link(frame: Frame, related: Related, near: Neighbours) -> Link:
    """Something to read beside the issue, with its day; without an address where there is none.

    The edition may lack the bulletin of an earlier issue.
    """
    url = related.url or ""
    if related.issue:
        slug, name = related.issue.split("/", 1)
        if near.bulletins is None or slug in near.bulletins:
            url = frame.links.to(paths.issue(frame.edition.name, slug, name))
    return Link(url, frame.texts(related.title), note=format_date(related.day, frame.lang))


def person_views(frame: Frame, people: Iterable[Person]) -> tuple[PersonView, ...]:
    """Those who stand behind the bulletin."""
    return tuple(
        PersonView(
            frame.texts(each.name),
            frame.texts(each.role),
            each.phone or "",
            each.email or "",
            each.licence or "",
        )
        for each in people
    )
