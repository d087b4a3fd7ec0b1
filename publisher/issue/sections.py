"""What stands in each section of an issue: its entries, its written parts, its supplies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from publisher.config.bulletin import Bulletin
from publisher.config.section import TABLED, SectionSettings
from publisher.content.entry import Entry
from publisher.content.issue_file import IssueFile, SectionPart
from publisher.issue.choose import Choice, Order, is_duplicate
from publisher.issue.issue import Image, Placed, Related, Section
from publisher.issue.pattern import Filler
from publisher.issue.supplies import MOST_RELATED, Supplies, images_named
from publisher.issue.upcoming import Calendars
from publisher.language import Localized


def facts_said(bulletin: Bulletin, written: IssueFile) -> dict[str, Localized]:
    """The value of each fact of the bulletin that has one; the issue file's goes first."""
    said = {name: written.facts.get(name) or fact.value for name, fact in bulletin.facts.items()}
    return {name: value for name, value in said.items() if value is not None}


def works_written(part: SectionPart) -> list[Related]:
    """The related works that an issue file names."""
    return [Related(title=one.title, day=one.date, url=one.url) for one in part.related]


def count_of(section: Section) -> int:
    """How many things a section shows: `{count}` in its title."""
    settings, table = section.settings, section.table
    parts: Sequence[Sequence[object]] = (
        section.entries, section.items, table.rows if table else (), section.related,
        settings.people, settings.codes,
    )  # fmt: skip
    return next((len(each) for each in parts if each), 0)


@dataclass(frozen=True, slots=True)
class Composer:
    """Composes the sections of one issue from what was chosen, written and supplied."""

    order: Order
    choice: Choice
    dates: Calendars
    supplies: Supplies
    filler: Filler

    def sections(self) -> list[Section]:
        """The sections that have something to show, in the bulletin's order."""
        made = [self._section(each) for each in self.order.bulletin.sections]
        return [
            each.model_copy(update={"title": self.filler.fill(each.settings.title, count_of(each))})
            for each in made
            if not each.is_empty
        ]

    def remarks(self) -> list[str]:
        """The sections that an editor may have forgotten."""
        return [
            f"the section “{each.id}” has no table this time: it is left out"
            for each in self.order.bulletin.sections
            if each.block in TABLED and not each.optional and each.id not in self.supplies.tables
        ]

    def _section(self, settings: SectionSettings) -> Section:
        part = self.order.part(settings.id)
        return Section(
            settings=settings,
            text=part.text or settings.text,
            items=part.items,
            entries=self._placed(settings),
            table=self.supplies.tables.get(settings.id),
            related=self._related(settings, part),
            images=self._images(settings),
        )

    def _placed(self, settings: SectionSettings) -> list[Placed]:
        news = self.choice.sections.get(settings.id, [])
        dates = self.dates.sections.get(settings.id, [])
        return [
            *(self._place(each, self._see_also(each, settings.id)) for each in news),
            *(self._place(each, []) for each in dates),
        ]

    def _place(self, entry: Entry, see_also: list[str]) -> Placed:
        frozen = self.choice.history.frozen.get(entry.id)
        revision = frozen.revision if frozen else 1
        return Placed(entry=entry.id, revision=revision, see_also=see_also)

    def _see_also(self, entry: Entry, section: str) -> list[str]:
        """The entries of other sections that tell the same."""
        others = (found for key, found in self.choice.sections.items() if key != section)
        return [each.id for found in others for each in found if is_duplicate(entry, each)]

    def _related(self, settings: SectionSettings, part: SectionPart) -> list[Related]:
        """What the issue file names, and earlier issues for what room is left."""
        named = works_written(part)
        room = max(0, (settings.max or MOST_RELATED) - len(named))
        return [*named, *self.supplies.related.get(settings.id, ())[:room]]

    def _images(self, settings: SectionSettings) -> dict[str, Image]:
        return {name: self.supplies.images[name][0] for name in images_named([settings])}
