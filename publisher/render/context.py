"""What a template may use: the contract with theme authors.

Everything here is immutable and already in the reader's language.  A field may be added; one
that is here is kept.  docs/themes.md lists them, made from this file by ``make docs``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from markupsafe import Markup

from publisher import markup

Form = Literal["title", "inline", "block"]


@dataclass(frozen=True, slots=True)
class Passage:
    """One text in one language.

    `form` says what it was written as: ``title`` is plain text, ``inline`` one paragraph of
    Markdown, ``block`` several.
    """

    lang: str
    dir: str
    raw: str
    form: Form = "title"
    is_fallback: bool = False
    rank: int = 0
    renderer: markup.Renderer | None = field(default=None, repr=False, compare=False)

    @property
    def text(self) -> str:
        """Plain text: one line for a title, paragraphs for a block."""
        if self.form == "title":
            return " ".join(markup.join_lines(self.raw).split())
        return markup.plain(self.raw)

    @property
    def line(self) -> str:
        """One line of plain text, without markup or addresses."""
        return self.text if self.form == "title" else markup.strip(self.raw)

    @property
    def html(self) -> Markup:
        """Clean HTML: escaped text for a title, without a paragraph for inline text."""
        if self.form == "title" or self.renderer is None:
            return Markup.escape(self.text)
        render = self.renderer.inline if self.form == "inline" else self.renderer.block
        return Markup(render(self.raw))  # noqa: S704  cleaned by publisher.markup


class Texts(tuple[Passage, ...]):
    """A text in the languages of the edition, in its order; empty where there is none.

    `{{ entry.title }}` prints the first; loop over it to print all, each with its `lang`.
    """

    __slots__ = ()

    @property
    def first(self) -> Passage | None:
        """The passage in the first language."""
        return self[0] if self else None

    @property
    def rest(self) -> tuple[Passage, ...]:
        """The passages after the first."""
        return tuple(self[1:])

    @property
    def text(self) -> str:
        """The first passage as plain text, or nothing."""
        return self[0].text if self else ""

    @property
    def line(self) -> str:
        """The first passage as one line, or nothing."""
        return self[0].line if self else ""

    def __str__(self) -> str:
        return self.text

    def __html__(self) -> Markup:
        return self[0].html if self else Markup("")


@dataclass(frozen=True, slots=True)
class Link:
    """A link within the publication: `lang` where the target is in another language."""

    url: str
    text: Texts
    lang: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class EditionLink:
    """The same thing in an edition: for the switch, and for hreflang."""

    name: str
    label: str
    lang: str
    url: str
    is_current: bool
    is_stacked: bool


@dataclass(frozen=True, slots=True)
class SourceView:
    """A source: any of the parts may be empty, never all of publisher, url and site."""

    publisher: str
    title: str
    url: str
    site: str
    lang: str
    date: str


@dataclass(frozen=True, slots=True)
class FieldView:
    """A labelled paragraph of an entry."""

    name: str
    label: Texts
    text: Texts
    is_plain: bool


@dataclass(frozen=True, slots=True)
class VerificationView:
    """How far a claim is verified: the status, its word, and a remark."""

    status: str
    word: Texts
    note: Texts


@dataclass(frozen=True, slots=True)
class CorrectionView:
    """What was corrected, and when."""

    date: Texts
    date_iso: str
    note: Texts
    title: Texts = Texts()
    url: str = ""


@dataclass(frozen=True, slots=True)
class TagView:
    """A tag with the address of its page."""

    slug: str
    label: Texts
    url: str


@dataclass(frozen=True, slots=True)
class EntryView:
    """An entry, in a section of an issue, in a list or on its own page."""

    id: str
    anchor: str
    url: str
    kind: str
    kind_name: Texts
    title: Texts
    short_title: Texts
    digest: Texts
    summary: Texts
    body: Texts
    emoji: str
    fields: tuple[FieldView, ...]
    plain: tuple[FieldView, ...]
    sources: tuple[SourceView, ...]
    site: str
    tags: tuple[TagView, ...]
    importance: int
    verification: VerificationView | None
    happened: Texts
    filed: Texts
    filed_iso: str
    published_iso: str
    updated_iso: str
    is_corrected: bool
    corrections: tuple[CorrectionView, ...]
    story: Link | None
    number: int | None = None
    show: frozenset[str] = frozenset()
    see_also: tuple[Link, ...] = ()
    earlier: tuple[Link, ...] = ()
    carried_in: tuple[Link, ...] = ()
    is_collapsed: bool = False
    published: Texts = Texts()
    updated: Texts = Texts()


@dataclass(frozen=True, slots=True)
class SectionView:
    """A block of an issue; `block` names the template that shows it."""

    id: str
    block: str
    anchor: str
    title: Texts
    text: Texts
    items: tuple[Texts, ...]
    entries: tuple[EntryView, ...]
    numbered: bool
    show: frozenset[str]
    is_collapsed: bool = False


@dataclass(frozen=True, slots=True)
class FactView:
    """A fact of the masthead: the name (date, time_zone, window, number), label, value, remark."""

    name: str
    label: str
    value: Texts
    note: Texts = Texts()
    iso: str = ""


@dataclass(frozen=True, slots=True)
class FeedLink:
    """A feed: its form (rss, atom, json), media type, name and addresses."""

    form: str
    type: str
    title: str
    url: str
    lang: str
    page_url: str


@dataclass(frozen=True, slots=True)
class BulletinView:
    """A bulletin as its newest issue knows it."""

    slug: str
    name: Texts
    description: Texts
    cadence: str
    url: str
    feeds: tuple[FeedLink, ...]
    theme: str


@dataclass(frozen=True, slots=True)
class IssueView:
    """An issue with all its blocks."""

    id: str
    name: str
    number: int
    bulletin: BulletinView
    title: Texts
    subject: str
    preheader: str
    subtitle: Texts
    slogan: Texts
    credit: Texts
    footer: Texts
    date: Texts
    date_iso: str
    masthead: tuple[FactView, ...]
    sections: tuple[SectionView, ...]
    references: tuple[SourceView, ...]
    notices: tuple[CorrectionView, ...]
    corrections: tuple[CorrectionView, ...]
    lead: EntryView | None
    url: str
    published_iso: str
    updated_iso: str
    previous: Link | None = None
    next: Link | None = None

    @property
    def entries(self) -> tuple[EntryView, ...]:
        """Every entry, in reading order."""
        return tuple(each for section in self.sections for each in section.entries)


@dataclass(frozen=True, slots=True)
class PublicationView:
    """Who publishes this."""

    name: Texts
    description: Texts
    about: Texts
    postal_address: Texts
    contact: str
    home_url: str
    about_url: str


@dataclass(frozen=True, slots=True)
class EditionView:
    """The edition that is being rendered: its first language is the page's."""

    name: str
    label: str
    lang: str
    dir: str
    languages: tuple[str, ...]
    is_stacked: bool


@dataclass(frozen=True, slots=True)
class IssueRow:
    """An issue in a list."""

    url: str
    name: str
    number: int
    title: Texts
    date: Texts
    date_iso: str
    bulletin: Link
    count: int
    summary: Texts = Texts()


@dataclass(frozen=True, slots=True)
class MonthRow:
    """A month or year of an archive, with how many stand in it."""

    url: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class YearRow:
    """A year of an archive with its months; `url` is empty where the year has no page."""

    url: str
    label: str
    count: int
    months: tuple[MonthRow, ...]


@dataclass(frozen=True, slots=True)
class CountRow:
    """A tag or story in a list, with how many entries it has."""

    url: str
    label: Texts
    count: int


@dataclass(frozen=True, slots=True)
class FeedListView:
    """A list that has feeds: its name, its page, the page that explains its feeds, the feeds."""

    title: Texts
    url: str
    page_url: str
    feeds: tuple[FeedLink, ...]


@dataclass(frozen=True, slots=True)
class Welcome:
    """A language on the pages that belong to no edition: its words, and its editions' homes."""

    lang: str
    dir: str
    title: Texts
    text: Texts
    editions: tuple[EditionLink, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """The head of a page: `name` is its own title, `title` that with the publication's."""

    kind: str
    path: str
    url: str
    name: str
    title: str
    description: str
    canonical: str
    is_noindex: bool
    alternates: tuple[EditionLink, ...]
    switch: tuple[EditionLink, ...]
    feeds: tuple[FeedLink, ...]
    json_ld: Markup
    og_type: str
    published_iso: str = ""
    updated_iso: str = ""
    crumbs: tuple[Link, ...] = ()
    og_locale: str = ""
    og_locale_alternates: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Site:
    """What every page links to."""

    bulletins: tuple[BulletinView, ...]
    home_url: str
    entries_url: str
    tags_url: str
    stories_url: str
    about_url: str
    feeds_url: str
    style_url: str
    has_stories: bool
    has_tags: bool
