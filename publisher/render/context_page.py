"""What a template may use of a page: its head, what it links to, and the rows of lists.

A part of the contract with theme authors (see ``context``).
"""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from publisher.render.context import NO_TEXTS, BulletinView, EditionLink, FeedLink, Link, Texts


@dataclass(frozen=True, slots=True)
class IssueRow:
    """An issue in a list."""

    url: str
    name: str  # 2026-04-26
    number: int | None  # none: a one-off issue
    title: Texts
    date: Texts
    date_iso: str  # 2026-04-26
    bulletin: Link
    count: int  # how many entries
    summary: Texts = NO_TEXTS


@dataclass(frozen=True, slots=True)
class FileView:
    """A file beside an issue's page: its PDF."""

    url: str
    label: str  # PDF (0.6 MB)
    type: str  # application/pdf


@dataclass(frozen=True, slots=True)
class EntryRow:
    """An entry in a long list: what it takes to find it, and no more."""

    url: str
    title: Texts
    filed_iso: str  # 2026-04-26


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
    dir: str  # ltr or rtl
    title: Texts
    text: Texts
    editions: tuple[EditionLink, ...]


@dataclass(frozen=True, slots=True)
class SharePicture:
    """The picture that stands for a page where its address is shared (Open Graph)."""

    url: str  # absolute
    width: int  # px
    height: int
    alt: str  # what it says


@dataclass(frozen=True, slots=True)
class Page:
    """The head of a page: `name` is its own title, `title` that with the publication's."""

    kind: str  # issue, entry, home, tag …
    path: str  # below the base URL: /en/about/
    url: str  # as links have it
    name: str  # its own title
    title: str  # for the browser's tab
    description: str  # for search engines
    canonical: str  # its absolute address
    is_noindex: bool  # not for search engines
    alternates: tuple[EditionLink, ...]  # translations: hreflang
    switch: tuple[EditionLink, ...]  # the same thing in other editions
    feeds: tuple[FeedLink, ...]  # for <link rel=alternate>
    json_ld: Markup  # schema.org data
    og_type: str  # article or website
    published_iso: str = ""
    updated_iso: str = ""
    crumbs: tuple[Link, ...] = ()  # the way here from the home page
    og_locale: str = ""  # zh_CN
    og_locale_alternates: tuple[str, ...] = ()
    revision: str = ""  # of an issue: changes with every correction
    picture: SharePicture | None = None  # for those who share its address


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
    search_url: str
    style_url: str  # of the theme's style sheet
    has_stories: bool
    has_tags: bool
    subscribe_url: str = ""  # of the page to subscribe on, where there is one
