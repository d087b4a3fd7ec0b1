"""An issue from content, history and the slot: a pure function.

`choose` decides which entries it carries, `upcoming` which dates its calendars show, `sections`
composes what stands where; here the issue is completed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from publisher.config.bulletin import Bulletin
from publisher.config.publication import Kind, Publication
from publisher.content.entry import Entry
from publisher.content.issue_file import IssueFile
from publisher.issue import pattern
from publisher.issue.choose import Choice, History, Order, Pool
from publisher.issue.issue import Candidate, Issue, Reason, Section, Window
from publisher.issue.refuse import refuse
from publisher.issue.rhythm import rhythm_of
from publisher.issue.sections import Composer, facts_said
from publisher.issue.supplies import Supplies
from publisher.issue.timing import day_of_issue, period_of_issue, slot_of_issue
from publisher.issue.upcoming import Calendars, calendars
from publisher.language import Localized

_PREHEADER_HEADLINES = 3
_PATTERNS = ("title", "subject", "subtitle", "preheader")
_NOTHING = Supplies()


@dataclass(frozen=True, slots=True)
class Assembled:
    """An issue ready to be frozen, the entries it shows, and what an editor should know.

    `entries` has each once, in reading order; `blobs` are the bytes of its images, by name.
    """

    issue: Issue
    entries: tuple[Entry, ...]
    remarks: tuple[str, ...] = ()
    blobs: Mapping[str, bytes] = field(default_factory=dict)


def assemble(
    order: Order,
    pool: Pool,
    history: History | None = None,
    supplies: Supplies = _NOTHING,
) -> Assembled:
    """Assemble an issue, as of its slot.

    `pool` and the frozen entries of `history` hold the dates that calendars may show as well.
    Raises ContentError where a section that must not be empty is, or where a strict bulletin
    meets a broken entry; NothingToPublish where neither an entry nor an issue file is there.
    """
    choice = Choice(order, pool, history or History())
    choice.decide()
    dates = calendars(choice)
    refuse(order, choice, dates)
    return _complete(order, choice, dates, supplies)


def order_of(
    publication: Publication,
    slug: str,
    bulletin: Bulletin,
    name: str,
    written: IssueFile | None = None,
) -> Order:
    """What is asked for by the name of an issue: when it comes out, what it covers.

    Raises ContentError for a one-off issue without a file.
    """
    slot = slot_of_issue(publication, slug, bulletin, name, written)
    day = day_of_issue(rhythm_of(bulletin, publication), name)
    window = window_of(publication, bulletin, name, written)
    is_written, written = written is not None, written or IssueFile()
    return Order(publication, slug, bulletin, name, written, window, slot, day, is_written)


def window_of(
    publication: Publication, bulletin: Bulletin, name: str, written: IssueFile | None
) -> Window:
    """The days that an issue covers: the bulletin's own, or those that the issue file gives."""
    period = period_of_issue(rhythm_of(bulletin, publication), name)
    over = written.window if written else None
    return Window(
        start=(over and over.first) or period.start,
        end=(over and over.last) or period.end,
        note=over.note if over else None,
    )


def _complete(order: Order, choice: Choice, dates: Calendars, supplies: Supplies) -> Assembled:
    bulletin, written, carried = order.bulletin, order.written, choice.carried()
    lead = next((each for each in carried if each.id == written.lead), None)
    remarks = list(choice.remarks)
    if written.lead and lead is None:
        remarks.append(f"the lead {written.lead} is not in the issue")
    lead = lead or next(iter(carried), None)
    number = None if written.is_one_off else bulletin.first_number + choice.history.issues
    filler = _filler(order, number, len(carried), lead)
    composer = Composer(order, choice, dates, supplies, filler)
    standing = {name: _standing(getattr(bulletin, name), number) for name in _PATTERNS}
    title = filler.fill(written.title or standing["title"] or _default_title(order))
    title = title or bulletin.name
    issue = Issue(
        bulletin=order.slug,
        name=order.name,
        number=number,
        slot=order.slot,
        day=order.day,
        time_zone=str(bulletin.time_zone or order.publication.time_zone),
        window=order.window,
        title=title,
        subject=filler.fill(written.subject or standing["subject"]) or title,
        subtitle=filler.fill(written.subtitle or standing["subtitle"]),
        preheader=filler.fill(written.preheader or standing["preheader"])
        or _preheader(order, lead, [each for each in carried if each is not lead]),
        lead=lead.id if lead else None,
        facts=facts_said(bulletin, written),
        sections=composer.sections(),
        references=written.references,
        notices=list(choice.history.notices),
        corrections=written.corrections,
        candidates=_candidates(choice, dates),
        settings=bulletin,
    )
    entries = _in_order(issue, [*carried, *dates.entries()])
    issue = issue.model_copy(update={"kinds": _kinds(order, entries)})
    blobs = _blobs(issue.sections, supplies)
    return Assembled(issue, entries, (*remarks, *composer.remarks()), blobs)


def _standing(text: Localized | None, number: int | None) -> Localized | None:
    """A pattern of the bulletin, unless it asks for a number that the issue does not have."""
    asks = text is not None and any("{number}" in one for one in text.values())
    return None if asks and number is None else text


def _filler(order: Order, number: int | None, count: int, lead: Entry | None) -> pattern.Filler:
    headline = _headline(lead) if lead else None
    facts = pattern.facts_of(
        order.bulletin, order.name, order.day, order.window.start, number, count, headline
    )
    return pattern.Filler(facts, order.publication)


def _candidates(choice: Choice, dates: Calendars) -> list[Candidate]:
    """What was decided of news and of dates; of an entry that is only a date, that alone."""
    told = [
        one
        for one in dates.candidates
        if one.entry not in choice.decided or choice.decided[one.entry].reason is not one.reason
    ]
    only_dates = {one.entry for one in told}
    news = [
        one
        for one in choice.decided.values()
        if one.reason is not Reason.UNSELECTED or one.entry not in only_dates
    ]
    return sorted([*news, *told], key=lambda one: one.entry)


def _in_order(issue: Issue, entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """Each entry once, where it first stands in the issue."""
    found = {each.id: each for each in entries}
    return tuple(found[name] for name in dict.fromkeys(each.entry for each in issue.placed()))


def _kinds(order: Order, entries: Iterable[Entry]) -> dict[str, Kind]:
    used = {each.kind for each in entries}
    return {key: kind for key, kind in order.publication.kinds.items() if key in used}


def _blobs(sections: Iterable[Section], supplies: Supplies) -> dict[str, bytes]:
    names = {name for section in sections for name in section.images}
    found = (supplies.images[name] for name in sorted(names))
    return {image.blob: data for image, data in found}


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
