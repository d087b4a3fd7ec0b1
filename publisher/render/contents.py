"""What is gathered from the sections of an issue: contents, list of tables, key points."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from publisher.config.section import SectionSettings
from publisher.render.context import NO_TEXTS, EntryView, Link
from publisher.render.context_issue import ContentsRow, PointGroup, PointView, SectionView
from publisher.render.paragraphs import first_paragraphs

Settings = Mapping[str, SectionSettings]

GATHERED = ("contents", "list-of-tables", "key-points")


def gathered(sections: Iterable[SectionView], settings: Settings) -> tuple[SectionView, ...]:
    """The sections with those filled that gather from the others; the empty ones left out."""
    found = list(sections)
    tables = tuple(_tables(found))
    by_id = {each.id: each for each in found}
    filled = [_filled(each, settings[each.id], tables, by_id) for each in found]
    there = [each for each in filled if each.block == "contents" or not is_empty(each)]
    # Last: the contents name only what is there.
    listed = [
        replace(each, contents=_contents(each, there, settings))
        if each.block == "contents"
        else each
        for each in there
    ]
    return tuple(each for each in listed if not is_empty(each))


def is_empty(section: SectionView) -> bool:
    """Whether a section has nothing to show."""
    return not (
        section.text
        or section.items
        or section.entries
        or section.removed
        or section.table
        or section.references
        or section.related
        or section.people
        or section.codes
        or section.notices
        or section.tables
        or section.points
        or section.contents
    )


def _filled(
    section: SectionView,
    settings: SectionSettings,
    tables: tuple[Link, ...],
    sections: Mapping[str, SectionView],
) -> SectionView:
    if section.block == "list-of-tables":
        return replace(section, tables=tables)
    if section.block == "key-points":
        groups = (_points(sections[each]) for each in settings.of if each in sections)
        return replace(section, points=tuple(each for each in groups if each.points or each.text))
    return section


def _tables(sections: Iterable[SectionView]) -> Iterator[Link]:
    """The tables that have a number."""
    for each in sections:
        if each.table is not None and each.table.label:
            text = each.table.caption or each.table.title or each.title
            yield Link(f"#{each.table.anchor}", text, note=each.table.label)


def _points(section: SectionView) -> PointGroup:
    """What each entry says in one line; of a text, its first paragraph."""
    points = tuple(
        PointView(number, each.digest, f"#{each.anchor}")
        for number, each in enumerate(section.entries, 1)
    )
    text = NO_TEXTS if points else first_paragraphs(section.text)
    return PointGroup(section.title, f"#{section.anchor}", points, text)


# Contents ----------------------------------------------------------------------------------------


def _contents(
    contents: SectionView, sections: list[SectionView], settings: Settings
) -> tuple[ContentsRow, ...]:
    """The titled sections after the contents; all others, where they stand last."""
    place = next(at for at, each in enumerate(sections) if each.id == contents.id)
    titled = [[each for each in some if each.title and each.block != "contents"]
              for some in (sections[place + 1 :], sections[:place])]  # fmt: skip
    with_entries = settings[contents.id].depth == "entries"
    return tuple(
        row
        for each in titled[0] or titled[1]
        for row in _rows(each, settings[each.id], with_entries=with_entries)
    )


def _rows(
    section: SectionView, settings: SectionSettings, *, with_entries: bool
) -> tuple[ContentsRow, ...]:
    """The row of a section, with its entries below it.

    Where they are numbered through the issue they stand in its place, as chapters do in a book.
    """
    entries = tuple(_entry_row(each) for each in section.entries if each.anchor)
    if not with_entries:
        entries = ()
    if entries and settings.numbered == "continued":
        return entries
    return (ContentsRow(f"#{section.anchor}", section.title, section.number, entries),)


def _entry_row(entry: EntryView) -> ContentsRow:
    return ContentsRow(f"#{entry.anchor}", entry.short_title, entry.number)
