"""What comes as a calendar (RFC 5545), for those who plan with one.

An event keeps its UID from one time to the next, so that a program that takes the calendar again
moves it, or takes it away: what was skipped, what fell to a holiday, and the deadline of an
approval that is given are cancelled (3.8.1.11) rather than left out.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import TYPE_CHECKING

from publisher.cli.coming import Coming
from publisher.content.load import Frame
from publisher.language import Localized
from publisher.render.inert import inert

if TYPE_CHECKING:
    from icalendar import Event


def as_calendar(frame: Frame, coming: Iterable[Coming], now: dt.datetime) -> bytes:
    """The issues, and the deadlines of their approvals as events of their own.

    They are no alarms of the issues: a calendar that is subscribed to often loses its alarms.
    """
    from icalendar import Calendar

    publication = frame.publication
    found, name = Calendar(), inert(_said(frame, publication.name))
    found.add("prodid", f"-//{publication.domain}//publisher//EN")
    found.add("version", "2.0")
    found.add("calscale", "GREGORIAN")
    found.add("name", name)
    found.add("x-wr-calname", name)
    for each in coming:
        found.add_component(_issue(frame, each, now))
        if each.approve_by is not None:
            found.add_component(_deadline(frame, each, each.approve_by, now))
    return bytes(found.to_ical())


def _issue(frame: Frame, coming: Coming, now: dt.datetime) -> Event:
    status = "TENTATIVE" if coming.waits else "CONFIRMED"
    if coming.skipped or coming.no_slot:
        status = "CANCELLED"
    event = _event(frame, "issue", coming, coming.slot, now)
    event.add("summary", _title(frame, coming))
    event.add("status", status)
    if coming.remarks:
        event.add("description", inert("\n".join(coming.remarks)))
    return event


def _deadline(frame: Frame, coming: Coming, by: dt.datetime, now: dt.datetime) -> Event:
    event = _event(frame, "approval", coming, by, now)
    event.add("summary", f"Approval: {_title(frame, coming)}")
    event.add("status", "CONFIRMED" if coming.waits else "CANCELLED")
    return event


def _event(frame: Frame, what: str, coming: Coming, at: dt.datetime, now: dt.datetime) -> Event:
    """An event without a length, which takes nobody's time."""
    from icalendar import Event

    event = Event()
    event.add("uid", f"{what}.{coming.bulletin}.{coming.name}@{frame.publication.domain}")
    event.add("dtstamp", now.astimezone(dt.UTC))
    event.add("dtstart", at.astimezone(dt.UTC))
    event.add("transp", "TRANSPARENT")
    return event


def _title(frame: Frame, coming: Coming) -> str:
    return inert(f"{_said(frame, frame.bulletins[coming.bulletin].name)} {coming.name}")


def _said(frame: Frame, text: Localized) -> str:
    return text.resolve(list(frame.publication.languages))[1]
