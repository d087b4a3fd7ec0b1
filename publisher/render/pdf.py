"""An issue as it is printed: HTML and styles for paper, and what a PDF says about itself.

Pure: no disk, no clock, and no PDF yet; that is made in `publisher.site.weasy`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate
from unicodedata import east_asian_width

from publisher.render.context import EntryView, PublicationView
from publisher.render.context_issue import ContentsRow, IssueView, SectionView
from publisher.render.inert import inert
from publisher.render.styles import faces
from publisher.render.theme import Theme
from publisher.render.views import Views

TEMPLATE = "pdf/issue.html"
STYLE = "pdf/style.css"
_LEFT, _RIGHT = 36, 72
"""Columns of the running heads; the smallest paper has some 110."""


@dataclass(frozen=True, slots=True)
class Printable:
    """An issue for paper.  Times are those of the issue, in ISO 8601; nothing is of today."""

    html: str
    css: str
    url: str  # of the issue's page, which relative addresses are below
    title: str
    author: str
    description: str
    keywords: tuple[str, ...]
    lang: str
    created: str
    modified: str
    generator: str


def printable(theme: Theme, views: Views, issue: IssueView, generator: str) -> Printable:
    """An issue for paper, whose links must be absolute; raises ThemeError."""
    edition, publication = views.edition_view(), views.publication_view()
    html = theme.render(
        TEMPLATE, issue=issue, contents=outline(issue), heads=_heads(publication, issue),
        t=views.t, word=views.word, edition=edition, publication=publication,
    )  # fmt: skip
    return Printable(
        html=_tight(inert(html)),
        css=_style(theme, views),
        url=issue.url,
        title=inert(issue.title.line),
        author=inert(publication.name.line),
        description=inert(issue.preheader or issue.subtitle.line),
        keywords=tuple(dict.fromkeys(inert(each) for each in _keywords(issue))),
        lang=edition.lang,
        created=issue.published_iso,
        modified=issue.updated_iso,
        generator=generator,
    )


# WeasyPrint makes an empty line of white space that follows a block among text.
_BETWEEN = re.compile(
    r"(</(?:article|dd|div|dl|figure|h[1-6]|li|nav|ol|p|section|table|ul)>)\s+(?=<)"
)


def _tight(html: str) -> str:
    """The HTML without white space after blocks, where it says nothing."""
    return _BETWEEN.sub(r"\1", html)


def _style(theme: Theme, views: Views) -> str:
    """The style sheet, in fonts for paper: a file takes its own along, whoever reads it."""
    publication = views.publication
    languages = [publication.language(key) for key in publication.languages]
    found = faces(theme, languages, ("paper", "text"), ("paper_heading", "heading"))
    face = next(each for each in found if each.tag == views.edition.first.tag)
    return theme.render(STYLE, name=theme.name, faces=found, face=face)


def _heads(publication: PublicationView, issue: IssueView) -> tuple[str, str]:
    """What runs above each page, left and right: each a line that has room there."""
    return _cut(publication.name.line, _LEFT), _cut(issue.title.line, _RIGHT)


def _cut(line: str, columns: int) -> str:
    """The line in so many columns, of which a Han character takes two; Latin ends at a word."""
    wide = (2 if east_asian_width(each) in "WF" else 1 for each in line)
    fitting = sum(1 for each in accumulate(wide) if each <= columns)
    if fitting == len(line):
        return line
    cut = line[: fitting - 1]
    space = cut.rfind(" ")
    return (cut[:space] if space > fitting // 2 else cut).rstrip(" ,，、;；|｜") + "…"


def _keywords(issue: IssueView) -> Iterator[str]:
    for entry in issue.entries:
        for tag in entry.tags:
            # Commas stand between them.
            yield tag.label.line.replace(",", " ")


# The contents ------------------------------------------------------------------------------------


def outline(issue: IssueView) -> tuple[ContentsRow, ...]:
    """What the cover lists: the issue's own contents, else each section with its entries.

    A bulletin's own contents leave out what stands before them; on paper all comes after them.
    """
    own = [each for each in issue.sections if each.block == "contents"]
    if not own:
        return tuple(row for each in issue.sections for row in _rows(each))
    listed = {row.url for row in own[0].contents}
    before = issue.sections[: issue.sections.index(own[0])]
    missing = (_row(each) for each in before if each.title and f"#{each.anchor}" not in listed)
    return (*missing, *own[0].contents)


def _rows(section: SectionView) -> Iterator[ContentsRow]:
    entries = tuple(_entry_row(each) for each in section.entries if each.anchor)
    if section.title:
        yield _row(section, entries)
    else:
        yield from entries


def _row(section: SectionView, entries: tuple[ContentsRow, ...] = ()) -> ContentsRow:
    return ContentsRow(f"#{section.anchor}", section.title, section.number, entries)


def _entry_row(entry: EntryView) -> ContentsRow:
    return ContentsRow(f"#{entry.anchor}", entry.short_title, entry.number)
