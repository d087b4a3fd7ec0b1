"""Approvals of issues that are missing."""

from __future__ import annotations

import datetime as dt

import pytest
from newsroom import Newsroom, at

from publisher.content.load import load_frame
from publisher.issue.approvals import deadlines, lacks_approval, missing_approvals

WINDOW = {"from": "2026-04-27", "to": "2026-04-27"}


def warned(newsroom: Newsroom, now: dt.datetime) -> list[str]:
    """What `check` would say at a time."""
    return [str(each) for each in missing_approvals(load_frame(newsroom.root), now)]


def test_who_lacks_an_approval(newsroom: Newsroom) -> None:
    """An issue of a bulletin that asks for it, until its file says so."""
    newsroom.bulletin("daily", approval=True)
    newsroom.bulletin("free")
    newsroom.issue("2026-04-26", approved=True)
    newsroom.issue("2026-04-27", approved=False)
    frame = load_frame(newsroom.root)
    lacking = [lacks_approval(frame, "daily", f"2026-04-{day}") for day in (26, 27, 28)]
    assert lacking == [False, True, True]
    assert not lacks_approval(frame, "free", "2026-04-26")


def test_deadlines_of_one_offs(newsroom: Newsroom) -> None:
    """They come at their own time, and are approved before it."""
    newsroom.bulletin("daily", approval={"by": "2h"})
    newsroom.issue("2026-04-27-launch", publish_at="2026-04-27T12:00+08:00", window=WINDOW)
    found = deadlines(load_frame(newsroom.root), at("2026-04-26", "18:00"), at("2026-04-27"))
    assert sorted(found) == [at("2026-04-27", "10:00"), at("2026-04-27", "16:00")]


def test_a_file_that_is_missing(newsroom: Newsroom) -> None:
    """The place is where the bulletin asks for the approval."""
    newsroom.bulletin("daily", approval={"by": "2h"})
    (said,) = warned(newsroom, at("2026-04-26"))
    assert said == (
        "content/bulletins/daily.yaml:21:14: warning: daily 2026-04-27 is to be approved by "
        "2026-04-27T16:00+08:00, and has no file; `publisher new issue daily 2026-04-27` "
        "starts it; write approved: true there"
    )


def test_a_file_that_does_not_approve(newsroom: Newsroom) -> None:
    """The place is the word that is against it, or the beginning."""
    newsroom.bulletin("daily", approval={"by": "2h"})
    newsroom.issue("2026-04-27", lead="2026/04/27/a", approved=False)
    (said,) = warned(newsroom, at("2026-04-26"))
    assert said == (
        "content/issues/daily/2026-04-27.yaml:3:14: warning: daily 2026-04-27 is to be approved "
        "by 2026-04-27T16:00+08:00; write approved: true, or it is held at its slot"
    )
    newsroom.issue("2026-04-27", approved=True)
    assert warned(newsroom, at("2026-04-26")) == []


@pytest.mark.parametrize(
    ("now", "names"),
    [
        (at("2026-04-26", "15:59"), ["2026-04-26"]),  # the next deadline is a day and a minute off
        (at("2026-04-26", "16:00"), ["2026-04-26", "2026-04-27"]),
        (at("2026-04-26", "17:59"), ["2026-04-26", "2026-04-27"]),
        (at("2026-04-26", "18:00"), ["2026-04-27"]),  # what was due is held, and told elsewhere
    ],
)
def test_from_a_day_before_the_deadline_until_the_slot(
    newsroom: Newsroom, now: dt.datetime, names: list[str]
) -> None:
    """Also past the deadline: it can still be approved."""
    newsroom.bulletin("daily", approval={"by": "2h"})
    said = warned(newsroom, now)
    assert [each.partition("daily ")[2].split()[0] for each in said] == names


def test_a_broken_file_has_its_own_mistake(newsroom: Newsroom) -> None:
    """It is not called missing beside that."""
    newsroom.bulletin("daily", approval=True)
    newsroom.issue("2026-04-27", leed="x", approved=True)
    assert warned(newsroom, at("2026-04-26")) == []


def test_check_warns_of_it(newsroom: Newsroom) -> None:
    """At the time that it is told."""
    newsroom.bulletin("daily", approval=True)
    codes = {each.code for each in newsroom.app(at("2026-04-26")).check()}
    assert "approval" in codes
    newsroom.bulletin("daily")
    assert "approval" not in {each.code for each in newsroom.app(at("2026-04-26")).check()}
