"""The coming events of a bulletin as a calendar that programs subscribe to (RFC 5545, RFC 7986).

The same entries give the same bytes: every time in it is that of a revision, none is the clock's.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import TYPE_CHECKING

from publisher.config.bulletin import Bulletin
from publisher.content.when import When
from publisher.issue.issue import EntryRevision
from publisher.render import paths
from publisher.render.context import Texts
from publisher.render.frame import Frame
from publisher.render.inert import inert

if TYPE_CHECKING:
    from icalendar import Calendar, Event

_EVERY = dt.timedelta(days=1)
"""How often a program should look again."""


def calendar_file(
    frame: Frame,
    slug: str,
    settings: Bulletin,
    entries: Iterable[EntryRevision],
    updated: dt.datetime,
) -> dict[str, bytes]:
    """The calendar of a bulletin, by file; `updated` is when its newest issue came out.

    Entries that do not say when they happen are left out.
    """
    path = paths.calendar(frame.edition.name, slug)
    dated = [each for each in entries if each.entry.happened]
    calendar = _calendar(frame, slug, settings, max([updated, *(each.at for each in dated)]))
    for revision in dated:
        if revision.entry.happened:
            calendar.add_component(_event(frame, revision, revision.entry.happened))
    return {paths.file_of(path): calendar.to_ical()}


def _calendar(frame: Frame, slug: str, settings: Bulletin, updated: dt.datetime) -> Calendar:
    # Imported here: few bulletins have a calendar.
    from icalendar import Calendar

    edition, domain = frame.edition.name, frame.publication.domain
    name = frame.t("calendar_of", bulletin=frame.texts(settings.name).line)
    about = frame.texts(settings.description).line
    found = Calendar()
    found.add("prodid", f"-//{domain}//publisher//{frame.lang}")
    found.add("version", "2.0")
    found.add("calscale", "GREGORIAN")
    found.add("uid", f"{slug}.{edition}@{domain}")
    found.add("last-modified", updated.astimezone(dt.UTC))
    for key, text in (("name", name), ("x-wr-calname", name), ("description", about),
                      ("x-wr-caldesc", about)):  # fmt: skip
        if text:
            found.add(key, inert(text), parameters=_language(frame, key))
    found.add("url", frame.links.absolute_to(paths.bulletin(edition, slug)))
    address = frame.links.absolute_to(paths.calendar(edition, slug))
    found.add("source", address, parameters={"VALUE": "URI"})
    found.add("refresh-interval", _EVERY, parameters={"VALUE": "DURATION"})
    found.add("x-published-ttl", "P1D")
    return found


def _language(frame: Frame, key: str) -> dict[str, str]:
    return {} if key.startswith("x-") else {"LANGUAGE": frame.lang}


def _event(frame: Frame, revision: EntryRevision, when: When) -> Event:
    from icalendar import Event

    entry, edition = revision.entry, frame.edition.name
    url = frame.links.absolute_to(paths.entry(edition, entry.id))
    changed = revision.at.astimezone(dt.UTC)
    found = Event()
    found.add("uid", f"{revision.id.replace('/', '-')}.{edition}@{frame.publication.domain}")
    found.add("dtstamp", changed)
    found.add("last-modified", changed)
    found.add("created", revision.published.astimezone(dt.UTC))
    found.add("sequence", revision.revision - 1)
    found.add("dtstart", when.start)
    found.add("dtend", when.end + dt.timedelta(days=1))  # the first day after it
    found.add("summary", _summary(frame, revision, when), parameters={"LANGUAGE": frame.lang})
    about = "\n\n".join([*(each.text for each in _about(frame, revision)), url])
    found.add("description", inert(about), parameters={"LANGUAGE": frame.lang})
    found.add("url", url)
    if entry.tags:
        found.add("categories", [inert(frame.tag(each).label.line) for each in entry.tags])
    if when.is_month:
        found.add("status", "TENTATIVE")
    found.add("transp", "TRANSPARENT")
    return found


def _summary(frame: Frame, revision: EntryRevision, when: When) -> str:
    """What the event is, in each language; and that only the month is known."""
    entry = revision.entry
    titles = frame.texts(entry.short_title or entry.title)
    said = [each.line for each in titles]
    if when.is_month:
        keys = {one.tag: one.key for one in frame.edition.languages}
        said = [
            frame.strings[keys.get(each.lang, frame.edition.first.key)](
                "calendar_month_only", title=each.line
            )
            for each in titles
        ]
    return inert(" / ".join(said))


def _about(frame: Frame, revision: EntryRevision) -> Texts:
    entry = revision.entry
    if entry.summary is not None:
        return frame.texts(entry.summary, "block")
    return frame.texts(entry.digest)
