"""The picture that stands for an issue where its address is shared (Open Graph): as SVG.

Pure: no disk, no clock, and no PNG yet; that is made in `publisher.site.covers`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from urllib.parse import urlsplit

from publisher.formats import format_number
from publisher.render import paths
from publisher.render.boxes import Setting, fit
from publisher.render.context import NO_TEXTS, EntryView, Texts
from publisher.render.context_cover import Box, CoverView
from publisher.render.context_issue import IssueView
from publisher.render.context_page import SharePicture
from publisher.render.inert import inert
from publisher.render.pictographs import without_pictographs
from publisher.render.styles import Face, faces
from publisher.render.theme import Theme
from publisher.render.views import Views
from publisher.render.words import is_cjk

TEMPLATE = "share/cover.svg"
WIDTH, HEIGHT = 1200, 630
"""px, 1.91 to 1.  The SVG says half of it: what draws makes two px of each."""
HEADLINES = 3
_LANGUAGES = 2  # a picture that is seen at a third of its size has room for no more


def picture(views: Views, issue: IssueView) -> SharePicture:
    """Where the picture of an issue is, and what it says for those who do not see it."""
    said = cover_view(views, issue)
    parts = (said.above, said.heading, said.facts, *(said.headlines or (said.summary,)))
    words = without_pictographs(inert(" · ".join(each.line for each in parts if each)))
    return SharePicture(cover_url(views, issue), WIDTH, HEIGHT, " ".join(words.split()))


def cover_url(views: Views, issue: IssueView) -> str:
    """The absolute address of the picture of an issue."""
    path = paths.cover(views.edition.name, issue.bulletin.slug, issue.name)
    return views.links.absolute_to(path)


def cover(theme: Theme, views: Views, issue: IssueView) -> str:
    """The picture as SVG; raises ThemeError."""
    publication = views.publication
    found = faces(
        theme,
        [publication.language(key) for key in publication.languages],
        ("paper", "text"), ("paper_heading", "heading"),
    )  # fmt: skip
    svg = theme.render(
        TEMPLATE, cover=cover_view(views, issue), issue=issue, box=_box, face=_face_of(found),
        t=views.t, word=views.word, edition=views.edition_view(),
        publication=views.publication_view(),
    )  # fmt: skip
    return without_pictographs(inert(svg))


def cover_view(views: Views, issue: IssueView) -> CoverView:
    """What the picture says, in the first two languages of the edition."""
    entries = _first_entries(issue)
    name, title = issue.bulletin.name, issue.title
    says_more = _says_more(issue, entries)
    above = name if says_more and name.line not in title.line else NO_TEXTS
    numbers = tuple(each.number or 0 for each in entries)
    return CoverView(
        width=WIDTH,
        height=HEIGHT,
        above=_shown(above),
        heading=_shown(title if says_more else name),
        facts=_shown(_facts(views, issue)),
        headlines=tuple(_shown(each.short_title) for each in entries),
        numbers=numbers if numbers == tuple(range(1, len(numbers) + 1)) else (),
        summary=NO_TEXTS if entries else _shown(issue.subtitle or issue.bulletin.description),
        host=urlsplit(views.publication.base_url).hostname or "",
    )


def _first_entries(issue: IssueView) -> tuple[EntryView, ...]:
    """As they are numbered; where they are not, the lead and then the others in reading order."""
    first = issue.entries[:HEADLINES]
    if tuple(each.number for each in first) == tuple(range(1, len(first) + 1)):
        return first
    found = {each.id: each for each in (*filter(None, [issue.lead]), *issue.entries)}
    return tuple(found.values())[:HEADLINES]


def _says_more(issue: IssueView, entries: Iterable[EntryView]) -> bool:
    """Whether the title says anything that name, day and headlines do not.

    One with the headline of the lead in it is told beside the picture, and needs no repeating.
    """
    title = issue.title.line
    told = (*entries, *filter(None, [issue.lead]))
    if any(text and text in title for each in told for text in _titles(each)):
        return False
    year, month, day = issue.date_iso.split("-")
    for known in (
        issue.bulletin.name.line, *(each.line for each in issue.date), issue.name,
        issue.date_iso, f"{year}.{month}.{day}", f"{year}/{month}/{day}",
    ):  # fmt: skip
        title = title.replace(known, "")
    return re.search(r"\w", title) is not None


def _titles(entry: EntryView) -> tuple[str, str]:
    return entry.title.line, entry.short_title.line


def _facts(views: Views, issue: IssueView) -> Texts:
    """The day, and the number where the masthead has it."""
    if issue.number is None or all(each.name != "number" for each in issue.masthead):
        return issue.date
    number = issue.number
    numbers = {
        one.tag: views.strings[one.key]("cover_number", n=format_number(number, one.tag))
        for one in views.edition.languages
    }
    days = {each.lang: each.text for each in issue.date}

    def said(tag: str) -> str:
        between = "·" if is_cjk(tag) else " · "  # as wide as a Han character in its fonts
        return f"{days.get(tag, issue.date.text)}{between}{numbers[tag]}"

    return views.each(said)


def _shown(texts: Texts) -> Texts:
    return Texts(texts[:_LANGUAGES])


# What the template calls --------------------------------------------------------------------------


def _box(
    texts: Texts | tuple[Texts, ...],
    room: tuple[int, int],
    sizes: tuple[int, ...],
    most: int = 2,
    leading: float = 1.3,
    second: float = 0.68,
    gap: float = 0.6,
) -> Box:
    """Texts in a box: see `publisher.render.boxes`."""
    whole = (texts,) if isinstance(texts, Texts) else texts
    return fit(whole, room, sizes, most, Setting(second, leading, gap))


def _face_of(found: Iterable[Face]) -> Callable[[str], Face]:
    """Tells the fonts of a language by its tag."""
    by_tag = {each.tag: each for each in found}
    return lambda tag: by_tag[tag]
