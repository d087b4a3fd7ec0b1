"""An issue as it stands in mail: what belongs to the page is a link, and a long one gives way.

The order in which parts give way: from the last entry backwards an entry becomes its headline and
a link; then from the last back a section of prose becomes its first paragraph and a link; then
tables and standing texts, and at the very last references and the like, become links.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from publisher.render.context import NO_TEXTS, EntryView, Link, Mark
from publisher.render.context_issue import ContentsRow, IssueView, PointGroup, SectionView
from publisher.render.paragraphs import first_paragraphs, has_more

# What gives way after entries and prose; the first of them first.
_LINKED = (
    ("table", "figure", "boilerplate"),
    ("references", "calendar", "list-of-tables", "related", "people", "qr-codes"),
)

Url = Callable[[str], str]
Step = tuple[str, ...]
"""What gives way: an entry ("entry", section, anchor), a prose or any other section."""


def fitted(issue: IssueView, render: Callable[[IssueView], str], limit: int) -> tuple[str, bool]:
    """What is rendered of an issue with as few parts shortened as fit into `limit` bytes.

    And whether it fits: not even with everything shortened, where it does not.
    """
    whole = render(shortened(issue, 0))
    last = len(list(_giving_way(issue)))
    if size(whole) <= limit or not last:
        return whole, size(whole) <= limit
    steps = bisect_left(
        range(1, last), True, key=lambda each: size(render(shortened(issue, each))) <= limit
    )
    found = render(shortened(issue, steps + 1))
    return found, size(found) <= limit


def size(text: str) -> int:
    """Bytes of a text as mail has it: each line ends in CR and LF (RFC 5322, section 2.1)."""
    return len(text.encode()) + text.count("\n")


def shortened(issue: IssueView, steps: int) -> IssueView:
    """The issue as it stands in mail, with the first `steps` of what gives way shortened."""
    given = set(list(_giving_way(issue))[:steps])
    sections = [_without(each, given) for each in issue.sections if each.in_mail != "none"]
    return _relinked(replace(issue, sections=tuple(sections)))


def _giving_way(issue: IssueView) -> Iterator[Step]:
    """The parts that can be shortened, the first to give way first."""
    last_first = [each for each in reversed(issue.sections) if each.in_mail == "whole"]
    for section in last_first:
        if section.block == "entries":
            for entry in reversed(section.entries):
                yield "entry", section.id, entry.anchor
    for section in last_first:
        if section.block == "prose" and has_more(section.text):
            yield "prose", section.id
    for blocks in _LINKED:
        for section in last_first:
            if section.block in blocks:
                yield "link", section.id


def _without(section: SectionView, given: set[Step]) -> SectionView:
    """A section without what has given way."""
    if section.in_mail == "link" or ("link", section.id) in given:
        return _as_link(section)
    if ("prose", section.id) in given:
        return replace(section, text=first_paragraphs(section.text), is_collapsed=True)
    entries = tuple(
        replace(each, is_collapsed=True) if ("entry", section.id, each.anchor) in given else each
        for each in section.entries
    )
    return replace(section, entries=entries)


def _as_link(section: SectionView) -> SectionView:
    """A section of which the heading is left: the rest is on the page."""
    return replace(
        section, in_mail="link", text=NO_TEXTS, items=(), entries=(), table=None, months=(),
        contents=(), tables=(), references=(), points=(), related=(), people=(), codes=(),
        notices=(),
    )  # fmt: skip


# Links to what is not in the mail lead to the page -----------------------------------------------


def _relinked(issue: IssueView) -> IssueView:
    there = {f"#{each}" for each in _anchors(issue.sections)}

    def url(found: str) -> str:
        return issue.url + found if found.startswith("#") and found not in there else found

    return replace(issue, sections=tuple(_with_urls(each, url) for each in issue.sections))


def _anchors(sections: Iterable[SectionView]) -> Iterator[str]:
    for section in sections:
        if section.title:  # The heading has the anchor; a table of mail has none.
            yield section.anchor
        yield from (each.anchor for each in section.entries)
        yield from (each.anchor for each in section.references)


def _with_urls(section: SectionView, url: Url) -> SectionView:
    """The section with its links within the issue changed."""
    return replace(
        section,
        contents=tuple(_row(each, url) for each in section.contents),
        tables=tuple(_link(each, url) for each in section.tables),
        points=tuple(_group(each, url) for each in section.points),
        references=tuple(
            replace(each, cited_by=tuple(_link(one, url) for one in each.cited_by))
            for each in section.references
        ),
        entries=tuple(_entry(each, url) for each in section.entries),
        months=tuple(
            replace(each, entries=tuple(_entry(one, url) for one in each.entries))
            for each in section.months
        ),
    )


def _link(link: Link, url: Url) -> Link:
    return replace(link, url=url(link.url))


def _row(row: ContentsRow, url: Url) -> ContentsRow:
    return replace(row, url=url(row.url), rows=tuple(_row(each, url) for each in row.rows))


def _group(group: PointGroup, url: Url) -> PointGroup:
    points = tuple(replace(each, url=url(each.url)) for each in group.points)
    return replace(group, url=url(group.url), points=points)


def _entry(entry: EntryView, url: Url) -> EntryView:
    if not entry.marks:
        return entry
    return replace(
        entry,
        marks=tuple(_mark(each, url) for each in entry.marks),
        sources=tuple(
            replace(each, mark=_mark(each.mark, url)) if each.mark else each
            for each in entry.sources
        ),
    )


def _mark(mark: Mark, url: Url) -> Mark:
    return replace(mark, url=url(mark.url))
