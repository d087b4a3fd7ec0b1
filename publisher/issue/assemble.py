"""An issue from content, history and the slot: a pure function.

`choose` decides which entries it carries; here the issue is completed: titles by pattern,
sections with their written parts, references between its entries.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from publisher.config.bulletin import Bulletin, SectionSettings, Select
from publisher.config.publication import Publication
from publisher.content.entry import Entry
from publisher.content.issue_file import IssueFile
from publisher.errors import ContentError, NothingToPublish
from publisher.issue import pattern
from publisher.issue.choose import Choice, History, Order, Pool, is_duplicate
from publisher.issue.issue import Issue, Placed, Section, Window
from publisher.issue.rhythm import rhythm_of
from publisher.issue.window import day_of, period_of, slot_of
from publisher.language import Localized

_PREHEADER_HEADLINES = 3


@dataclass(frozen=True, slots=True)
class Assembled:
    """An issue ready to be frozen, the entries it carries, and what an editor should know."""

    issue: Issue
    entries: tuple[Entry, ...]
    remarks: tuple[str, ...] = ()


def assemble(
    publication: Publication,
    slug: str,
    bulletin: Bulletin,
    name: str,
    *,
    pool: Pool,
    history: History | None = None,
    issue_file: IssueFile | None = None,
) -> Assembled:
    """Assemble the issue `name` of the bulletin `slug`, as of its slot.

    Raises ContentError where a section that must not be empty is, or where a strict bulletin
    meets a broken entry; NothingToPublish where neither an entry nor an issue file is there.
    """
    order = _order(publication, slug, bulletin, name, issue_file)
    choice = Choice(order, pool, history or History())
    choice.decide()
    _refuse_broken(order, choice)
    if not choice.carried() and issue_file is None:
        raise NothingToPublish(
            f"{slug} {name} has no entry between {order.window.start} and {order.window.end}",
            "nothing to do; it is skipped",
        )
    _refuse_empty_sections(order, choice)
    return _complete(order, choice)


def _order(
    publication: Publication, slug: str, bulletin: Bulletin, name: str, written: IssueFile | None
) -> Order:
    rhythm = rhythm_of(bulletin, publication)
    window = window_of(publication, bulletin, name, written)
    slot, day = slot_of(rhythm, name), day_of(rhythm, name)
    return Order(publication, slug, bulletin, name, written or IssueFile(), window, slot, day)


def window_of(
    publication: Publication, bulletin: Bulletin, name: str, written: IssueFile | None
) -> Window:
    """The days that an issue covers: the bulletin's own, or those that the issue file gives."""
    period = period_of(rhythm_of(bulletin, publication), name)
    over = written.window if written else None
    return Window(
        start=(over and over.first) or period.start,
        end=(over and over.last) or period.end,
        note=over.note if over else None,
    )


def _refuse_broken(order: Order, choice: Choice) -> None:
    if order.bulletin.strict and choice.broken:
        told = "\n".join(choice.decided[each].detail for each in choice.broken)
        raise ContentError(
            f"{told}\n{order.slug} {order.name} is strict and was not published",
            "mend it, or set strict: false to publish without it",
        )


def _refuse_empty_sections(order: Order, choice: Choice) -> None:
    for settings in order.bulletin.sections:
        is_filled = settings.block != "entries" or choice.sections[settings.id]
        if not (is_filled or settings.optional):
            name = f"{order.slug} {order.name}"
            raise ContentError(
                f"the section “{settings.id}” of {name} selects nothing: {_wanted(settings)} "
                f"filed between {order.window.start} and {order.window.end} is left for it",
                f"add one, list entries in content/issues/{order.slug}/{order.name}.yaml, "
                "or give the section “optional: true”; "
                f"`publisher explain {name}` says why each entry is out",
            )


def _wanted(settings: SectionSettings) -> str:
    select = settings.select or Select()
    what = "no entry" + (f" of kind {' or '.join(select.kinds)}" if select.kinds else "")
    if select.tags:
        what += f" tagged {' or '.join(select.tags)}"
    if select.min_importance > 1:
        what += f" of importance {select.min_importance} or more"
    return what


def _complete(order: Order, choice: Choice) -> Assembled:
    bulletin, written, carried = order.bulletin, order.written, choice.carried()
    lead = next((each for each in carried if each.id == written.lead), None)
    remarks = list(choice.remarks)
    if written.lead and lead is None:
        remarks.append(f"the lead {written.lead} is not in the issue")
    lead = lead or next(iter(carried), None)
    filler = _Filler(order, _facts(order, choice, lead, len(carried)))
    title = filler.fill(written.title or bulletin.title or _default_title(order)) or bulletin.name
    issue = Issue(
        bulletin=order.slug,
        name=order.name,
        number=bulletin.first_number + choice.history.issues,
        slot=order.slot,
        day=order.day,
        time_zone=str(bulletin.time_zone or order.publication.time_zone),
        window=order.window,
        title=title,
        subject=filler.fill(written.subject or bulletin.subject) or title,
        subtitle=filler.fill(written.subtitle or bulletin.subtitle),
        preheader=filler.fill(written.preheader or bulletin.preheader)
        or _preheader(order, lead, [each for each in carried if each is not lead]),
        lead=lead.id if lead else None,
        sections=_sections(order, choice, filler),
        references=written.references,
        notices=list(choice.history.notices),
        corrections=written.corrections,
        candidates=sorted(choice.decided.values(), key=lambda one: one.entry),
        settings=bulletin,
        kinds={
            key: kind
            for key, kind in order.publication.kinds.items()
            if any(each.kind == key for each in carried)
        },
    )
    return Assembled(issue, tuple(carried), tuple(remarks))


def _facts(order: Order, choice: Choice, lead: Entry | None, count: int) -> pattern.Facts:
    return pattern.Facts(
        bulletin=order.bulletin.name,
        issue=order.name,
        day=order.day,
        # A week or month is named after what it covers, which may be over on the issue's day.
        covers=order.day if order.bulletin.cadence == "daily" else order.window.start,
        number=order.bulletin.first_number + choice.history.issues,
        lead=_headline(lead) if lead else order.bulletin.name,
        count=count,
    )


@dataclass(frozen=True, slots=True)
class _Filler:
    """Fills patterns with the facts of the issue."""

    order: Order
    facts: pattern.Facts

    def fill(self, text: Localized | None, count: int | None = None) -> Localized | None:
        if text is None:
            return None
        facts = self.facts if count is None else replace(self.facts, count=count)
        return pattern.fill(text, facts, self.order.publication)


def _headline(entry: Entry) -> Localized:
    """The short title where a language has one, else its title."""
    return Localized({**entry.title, **(entry.short_title or {})})


def _default_title(order: Order) -> Localized:
    return Localized(dict.fromkeys(order.publication.languages, "{bulletin} · {date}"))


def _preheader(order: Order, lead: Entry | None, others: Sequence[Entry]) -> Localized:
    """The first headlines but the lead's, which is in the subject already.

    Of an issue with nothing but its lead, what the lead says in one line; of one without
    entries, what the bulletin is.
    """
    if lead is None:
        return order.bulletin.description or order.bulletin.name
    if not others:
        return lead.digest or lead.title
    first = others[:_PREHEADER_HEADLINES]
    return Localized(
        {
            key: " · ".join(_headline(each).resolve([key])[1] for each in first)
            for key in order.publication.languages
        }
    )


def _sections(order: Order, choice: Choice, filler: _Filler) -> list[Section]:
    """The sections that have something to show, in the bulletin's order."""
    found = []
    for settings in order.bulletin.sections:
        part, entries = order.part(settings.id), choice.sections.get(settings.id, [])
        if part.text or part.items or entries:
            found.append(
                Section(
                    settings=settings,
                    title=filler.fill(settings.title, len(entries) or len(part.items)),
                    text=part.text,
                    items=part.items,
                    entries=[_placed(each, settings.id, choice) for each in entries],
                )
            )
    return found


def _placed(entry: Entry, section: str, choice: Choice) -> Placed:
    frozen = choice.history.frozen.get(entry.id)
    elsewhere = [
        other for key, others in choice.sections.items() if key != section for other in others
    ]
    return Placed(
        entry=entry.id,
        revision=frozen.revision if frozen else 1,
        see_also=[other.id for other in elsewhere if is_duplicate(entry, other)],
    )
