"""What a template may use of an issue: its blocks, and the issue itself.

A part of the contract with theme authors (see ``context``).
"""

from __future__ import annotations

from dataclasses import dataclass, field

from markupsafe import Markup

from publisher.render.context import (
    NO_TEXTS,
    BulletinView,
    CorrectionView,
    EntryView,
    Link,
    SourceView,
    Texts,
)
from publisher.render.drawing import Drawn


@dataclass(frozen=True, slots=True)
class ChartView:
    """A chart, or the sparkline of a cell.  All are empty where it could not be drawn here."""

    kind: str  # bar, grouped-bar, line, area or sparkline
    alt: str  # what it shows, in words
    # Underscored, so that the sandbox keeps templates from it.
    _drawn: Drawn = field(repr=False, compare=False)
    text: str = ""  # of a sparkline: its first and its last number

    @property
    def wide(self) -> Markup:
        """An SVG for pages and paper; its colours have classes: ``f-accent``, ``s-series-2``."""
        return self._drawn.page(narrow=False)

    @property
    def narrow(self) -> Markup:
        """The same for a phone."""
        return self._drawn.page(narrow=True)

    @property
    def image_url(self) -> str:
        """A picture for mail, of twice as many px as `width` and `height` say."""
        return self._drawn.url() if self._drawn.picture() else ""

    @property
    def width(self) -> int:
        """Px of the picture as it is shown."""
        return self._drawn.size()[0]

    @property
    def height(self) -> int:
        """Px of the picture as it is shown."""
        return self._drawn.size()[1]


@dataclass(frozen=True, slots=True)
class HeaderView:
    """A cell of a table's header: a column, or a group of several."""

    label: Texts
    columns: int  # over how many it reaches
    rows: int
    is_number: bool  # aligned at the end


@dataclass(frozen=True, slots=True)
class CellView:
    """A cell of a table, ready to print."""

    text: Texts  # empty where there is no data
    columns: int = 1  # over how many it reaches
    rows: int = 1
    is_number: bool = False  # aligned at the end
    is_header: bool = False  # names its row
    direction: str = ""  # up, down or flat, where the number is a change
    word: str = ""  # the direction in words, for those who do not see it
    spoken: str = ""  # a duration in whole words
    chart: ChartView | None = None  # a sparkline


@dataclass(frozen=True, slots=True)
class TableView:
    """A table: of an issue's page, or what of it stands in mail."""

    anchor: str  # its HTML id
    label: str  # Figure 1; or nothing
    title: Texts
    caption: Texts
    period: Texts
    as_of: Texts
    note: Texts
    header: tuple[tuple[HeaderView, ...], ...]  # one row, or two where columns are grouped
    rows: tuple[tuple[CellView, ...], ...]  # cells that others reach over are left out
    csv_url: str
    chart: ChartView | None = None  # where the section draws it
    in_mail: TableView | None = None  # the columns and rows that stand in mail
    rows_left_out: int = 0  # in mail
    columns_left_out: int = 0


@dataclass(frozen=True, slots=True)
class ContentsRow:
    """A line of the contents: a section, or an entry of one."""

    url: str  # #s-companies
    text: Texts
    number: int | None = None
    rows: tuple[ContentsRow, ...] = ()  # its entries


@dataclass(frozen=True, slots=True)
class ReferenceView:
    """A source among the references: numbered, and with links back to where it is cited."""

    number: int
    anchor: str  # r-3
    source: SourceView
    cited_by: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class PointView:
    """A key point: what an entry says in one line."""

    number: int
    text: Texts
    url: str  # #e-2026-04-24-…


@dataclass(frozen=True, slots=True)
class PointGroup:
    """The key points of one section; of a text, its first paragraph."""

    title: Texts
    url: str  # of the section
    points: tuple[PointView, ...]
    text: Texts


@dataclass(frozen=True, slots=True)
class MonthView:
    """The coming events of a month."""

    label: Texts
    entries: tuple[EntryView, ...]


@dataclass(frozen=True, slots=True)
class PersonView:
    """Somebody who stands behind the bulletin."""

    name: Texts
    role: Texts
    phone: str
    email: str
    licence: str


@dataclass(frozen=True, slots=True)
class CodeView:
    """A QR code: drawn (`svg`) for pages, or an image; mail takes `image_url` for both."""

    svg: Markup  # empty where it was given as an image
    image_url: str
    width: int  # px
    height: int
    alt: str
    label: Texts
    note: Texts
    url: str  # where it leads, if that is known
    srcset: str = ""  # the image for screens of several densities, for ``<img srcset>``
    webp: str = ""  # the same as WebP, for ``<source srcset>``


@dataclass(frozen=True, slots=True)
class NoteView:
    """An address that a text leads to, written out where there can be no links."""

    number: int  # it stands as [3] where the link would be
    text: str  # the title of the link, else its words
    url: str  # or a mail address


@dataclass(frozen=True, slots=True)
class RemovedView:
    """A note where an entry stood that was taken down by law."""

    text: Texts
    before: int  # the place, from 0, of the entry that comes after it


@dataclass(frozen=True, slots=True)
class SectionView:
    """A block of an issue; `block` names the template that shows it."""

    id: str  # as the bulletin names it
    block: str  # prose, list, entries, table …
    anchor: str  # its HTML id
    title: Texts
    text: Texts  # of prose
    items: tuple[Texts, ...]  # of a list
    entries: tuple[EntryView, ...]
    numbered: bool
    show: frozenset[str]  # parts of its entries to show
    is_collapsed: bool = False  # in a mail that is too long: first paragraph only
    number: int | None = None  # where sections are numbered through
    headline: str = "heading"  # of its entries: heading, or run-in at the start of the text
    in_mail: str = "whole"  # whole, link or none
    url: str = ""  # of the section on the issue's page
    table: TableView | None = None
    months: tuple[MonthView, ...] = ()  # of a calendar
    calendar_url: str = ""  # its .ics feed
    contents: tuple[ContentsRow, ...] = ()
    tables: tuple[Link, ...] = ()  # numbered tables: #t-traffic, caption, Figure 1
    references: tuple[ReferenceView, ...] = ()
    points: tuple[PointGroup, ...] = ()
    related: tuple[Link, ...] = ()  # note: the day; url may be empty
    people: tuple[PersonView, ...] = ()
    codes: tuple[CodeView, ...] = ()
    notices: tuple[CorrectionView, ...] = ()  # corrections of earlier issues
    removed: tuple[RemovedView, ...] = ()


@dataclass(frozen=True, slots=True)
class FactView:
    """A fact of the masthead: date, time_zone, window, number, or one of the bulletin's own."""

    name: str
    label: str
    value: Texts
    note: Texts = NO_TEXTS
    iso: str = ""  # of a date


@dataclass(frozen=True, slots=True)
class IssueView:
    """An issue with all its blocks."""

    id: str  # curious-spark/2026-04-26
    name: str  # 2026-04-26
    number: int | None  # none: a one-off issue
    bulletin: BulletinView
    title: Texts
    subject: str  # of the mail, in the edition's first language
    preheader: str  # what mail programs show beside the subject
    subtitle: Texts
    slogan: Texts
    credit: Texts
    footer: Texts
    date: Texts  # of the issue day
    date_iso: str  # 2026-04-26
    masthead: tuple[FactView, ...]  # the facts that the bulletin asks for
    sections: tuple[SectionView, ...]  # those that have something to show
    references: tuple[SourceView, ...]  # of the issue as a whole; none where a block has them
    notices: tuple[CorrectionView, ...]  # of earlier issues; none where a block has them
    corrections: tuple[CorrectionView, ...]  # of this issue
    lead: EntryView | None  # the entry in the subject
    url: str  # of its page
    published_iso: str  # the slot
    updated_iso: str  # when readers should look again
    previous: Link | None = None
    next: Link | None = None

    @property
    def entries(self) -> tuple[EntryView, ...]:
        """Every entry but those of calendars, in reading order."""
        return tuple(
            each
            for section in self.sections
            if section.block != "calendar"
            for each in section.entries
        )
