"""What a template may use: the contract with theme authors.

Here is what pages, mail and feeds share: texts, entries, sources, links.  ``context_page`` has
pages and lists, ``context_issue`` issues and their blocks.  All of it is immutable and already in
the reader's language.  A field may be added; one that is there is kept.  docs/themes.md lists
them, made from these files by ``make docs``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
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

    lang: str  # its BCP 47 tag: zh-CN
    dir: str  # ltr or rtl
    raw: str  # as it was written
    form: Form = "title"  # title, inline or block
    is_fallback: bool = False  # the edition's own languages have none
    rank: int = 0  # 0 for the edition's first language, 1 for the next
    # Underscored, so that the sandbox keeps templates from it.
    _renderer: markup.Renderer = field(default_factory=markup.Renderer, repr=False, compare=False)

    @property
    def text(self) -> str:
        """Plain text: one line for a title, paragraphs for a block."""
        return _one_line(self.raw) if self.form == "title" else markup.plain(self.raw)

    @property
    def line(self) -> str:
        """One line of plain text, without markup or addresses."""
        return self.text if self.form == "title" else self._renderer.line(self.raw)

    @property
    def html(self) -> Markup:
        """Clean HTML: escaped text for a title, without a paragraph for inline text."""
        if self.form == "title":
            return _escaped(self.raw)
        render = self._renderer.inline if self.form == "inline" else self._renderer.block
        return Markup(render(self.raw))  # noqa: S704  cleaned by publisher.markup


# A title stands on its page some ten times, and those of bulletins and tags on every page.
@lru_cache(maxsize=4096)
def _one_line(raw: str) -> str:
    return " ".join(markup.join_lines(raw).split())


@lru_cache(maxsize=4096)
def _escaped(raw: str) -> Markup:
    return Markup.escape(_one_line(raw))


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


NO_TEXTS = Texts()


@dataclass(frozen=True, slots=True)
class Link:
    """A link within the publication: `lang` where the target is in another language."""

    url: str
    text: Texts  # what the link says
    lang: str = ""
    note: str = ""  # a date or the like, in the page's language


@dataclass(frozen=True, slots=True)
class EditionLink:
    """The same thing in an edition: for the switch, and for hreflang."""

    name: str  # the slug: zh
    label: str  # what readers call it
    lang: str  # of its first language
    url: str
    is_current: bool
    is_stacked: bool  # has several languages


@dataclass(frozen=True, slots=True)
class Mark:
    """A number that leads to a reference of the issue."""

    number: int
    url: str  # #r-3


@dataclass(frozen=True, slots=True)
class SourceView:
    """A source: any of the parts may be empty, never all of publisher, url and site."""

    publisher: str  # CNBC
    title: str  # of what was published there
    url: str
    site: str  # the bare domain: cnbc.com
    lang: str  # of the source
    date: str  # in the page's language
    mark: Mark | None = None  # its number among the references of the issue


@dataclass(frozen=True, slots=True)
class FieldView:
    """A labelled paragraph of an entry."""

    name: str  # as publication.yaml declares it
    label: Texts
    text: Texts
    is_plain: bool  # one text for all languages


@dataclass(frozen=True, slots=True)
class VerificationView:
    """How far a claim is verified: the status, its word, and a remark."""

    status: str  # verified, signal, mixed or unverified
    word: Texts  # the status in words
    note: Texts


@dataclass(frozen=True, slots=True)
class CorrectionView:
    """What was corrected, and when."""

    date: Texts
    date_iso: str  # 2026-04-27
    note: Texts  # what was corrected
    title: Texts = NO_TEXTS  # of the entry, in a list of corrections
    url: str = ""  # of that entry


@dataclass(frozen=True, slots=True)
class TagView:
    """A tag with the address of its page."""

    slug: str
    label: Texts
    url: str


@dataclass(frozen=True, slots=True)
class EntryView:
    """An entry, in a section of an issue, in a list or on its own page."""

    id: str  # 2026/04/26/google-anthropic
    anchor: str  # its HTML id in an issue, page and mail alike; none in a calendar
    url: str  # of its page
    kind: str  # the kind's name: event
    kind_name: Texts  # the kind in words
    title: Texts
    short_title: Texts  # else the title
    digest: Texts  # one line; else the title
    summary: Texts  # a paragraph
    body: Texts  # the long form; else the summary
    emoji: str  # or nothing
    fields: tuple[FieldView, ...]  # labelled paragraphs that the section shows
    plain: tuple[FieldView, ...]  # fields that are one text for all languages
    sources: tuple[SourceView, ...]
    site: str  # the first source's domain
    tags: tuple[TagView, ...]
    importance: int  # 1 to 5
    verification: VerificationView | None
    happened: Texts  # the event's own date, if given
    filed: Texts  # the day it is filed under
    filed_iso: str  # 2026-04-26
    published_iso: str  # when the first issue carried it
    updated_iso: str  # when readers should look again
    is_corrected: bool
    corrections: tuple[CorrectionView, ...]
    story: Link | None  # the page of its story
    number: int | None = None  # its place in a numbered section
    show: frozenset[str] = frozenset()  # parts that its section shows: summary, fields …
    see_also: tuple[Link, ...] = ()  # entries of this issue that tell the same
    earlier: tuple[Link, ...] = ()  # what came before in its story
    carried_in: tuple[Link, ...] = ()  # the issues that carry it
    is_collapsed: bool = False  # in a mail that is too long: headline only
    published: Texts = NO_TEXTS  # the day of published_iso
    updated: Texts = NO_TEXTS  # the day of updated_iso
    marks: tuple[Mark, ...] = ()  # where its sources stand among the references of the issue


@dataclass(frozen=True, slots=True)
class FeedLink:
    """A feed: its form (rss, atom, json; calendar in a page's head), type, name and addresses."""

    form: str  # rss, atom, json or calendar
    type: str  # media type
    title: str
    url: str
    lang: str
    page_url: str  # of the page that explains it


@dataclass(frozen=True, slots=True)
class BulletinView:
    """A bulletin as its newest issue knows it."""

    slug: str
    name: Texts
    description: Texts
    cadence: str  # daily, weekly or monthly
    url: str  # of its front page
    feeds: tuple[FeedLink, ...]
    theme: str  # the theme's name
    calendar_url: str = ""  # its .ics feed, where it has a calendar


@dataclass(frozen=True, slots=True)
class PublicationView:
    """Who publishes this."""

    name: Texts
    description: Texts
    about: Texts
    postal_address: Texts
    contact: str  # a mail address
    home_url: str
    about_url: str


@dataclass(frozen=True, slots=True)
class EditionView:
    """The edition that is being rendered: its first language is the page's."""

    name: str  # the slug: bilingual
    label: str  # what readers call it
    lang: str  # of its first language
    dir: str  # ltr or rtl
    languages: tuple[str, ...]  # all their tags
    is_stacked: bool  # has several languages
