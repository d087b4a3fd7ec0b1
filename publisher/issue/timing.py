"""The day and the slot of an issue, by its name: of the schedule, or a one-off beside it."""

from __future__ import annotations

import datetime as dt

from publisher.config.bulletin import Bulletin
from publisher.config.publication import Publication
from publisher.content.issue_file import IssueFile
from publisher.content.load import Frame, issue_path
from publisher.content.one_off import is_one_off, one_off_day
from publisher.errors import ContentError
from publisher.issue.rhythm import rhythm_of
from publisher.issue.window import Period, Rhythm, day_of, in_zone, period_of, slot_of


def day_of_issue(rhythm: Rhythm, name: str) -> dt.date:
    """The day on which an issue comes out, in the zone of the rhythm.

    Raises ValueError for what is neither the name of an issue of this cadence nor of a one-off.
    """
    return one_off_day(name) if is_one_off(name) else day_of(rhythm, name)


def period_of_issue(rhythm: Rhythm, name: str) -> Period:
    """The days an issue covers when its file says nothing else; of a one-off, its day."""
    if is_one_off(name):
        day = one_off_day(name)
        return Period(day, day)
    return period_of(rhythm, name)


def slot_of_issue(
    publication: Publication, slug: str, bulletin: Bulletin, name: str, written: IssueFile | None
) -> dt.datetime:
    """When an issue is due, with the offset of its zone at that instant.

    Raises ValueError as `day_of_issue` does, and ContentError for a one-off without a file: it
    is the file that says when.
    """
    rhythm = rhythm_of(bulletin, publication)
    if not is_one_off(name):
        return slot_of(rhythm, name)
    one_off_day(name)
    if written is None or written.publish_at is None:
        raise ContentError(
            f"there is no file {issue_path(slug, name)}",
            f"a one-off issue needs one: `publisher new issue {slug} {name}` starts it",
        )
    return in_zone(rhythm.zone, written.publish_at)


def slot_in(frame: Frame, slug: str, name: str) -> dt.datetime:
    """When an issue of the content is due; raises as `slot_of_issue` does."""
    if is_one_off(name) and (slug, name) in frame.broken_issue_files:
        raise ContentError(f"{issue_path(slug, name)} has errors", "`publisher check` names them")
    written = frame.issue_files.get((slug, name))
    return slot_of_issue(frame.publication, slug, frame.bulletins[slug], name, written)


def one_offs(frame: Frame, slug: str) -> dict[str, dt.datetime]:
    """The one-off issues of a bulletin that have a file, with their slots."""
    return {
        name: slot_in(frame, slug, name)
        for (owner, name), written in frame.issue_files.items()
        if owner == slug and written.is_one_off
    }
