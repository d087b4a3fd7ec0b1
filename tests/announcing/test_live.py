"""Live before mail: an issue is mailed when its pages are there."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import pytest
from newsroom import at

# The fixture `room` is that of conftest.py.
Room = Any
ZH, EN = "/zh/daily/2026-04-26/", "/en/daily/2026-04-26/"


def test_the_write_is_the_proof_by_default(room: Room) -> None:
    """Nobody asks for a page."""
    room.news.entry("one")

    assert room.publish().opened == ("daily 2026-04-26",)
    assert room.pages == []


def test_a_page_of_each_edition_is_looked_at(room: Room) -> None:
    """Once where it is there at once."""
    room.checks()
    room.news.entry("one")

    report = room.publish()

    assert (report.opened, report.mailed, report.waiting) == (("daily 2026-04-26",), 2, ())
    assert room.pages == [ZH, EN]


def test_publish_waits_for_a_page_that_lags(room: Room) -> None:
    """It asks again and again; nothing is mailed before."""
    room.checks("20s")
    room.news.entry("one")
    room.hides = ["/en/"]
    waits: list[Sequence[object]] = []
    app = room.app()

    def wait(waiting: Sequence[object]) -> None:
        assert room.news.mails() == {}
        waits.append(waiting)
        if len(waits) == 2:
            room.hides = []

    app.post.waits = wait
    report = app.publish()

    assert [str(each[0]) for each in waits] == [
        f"daily 2026-04-26: {room.web.url}{EN}: the server answered 404"
    ] * 2
    assert room.pages == [ZH, EN] * 3
    assert (report.published, report.opened, report.mailed, report.waiting) == (
        ("daily 2026-04-26",), ("daily 2026-04-26",), 2, (),
    )  # fmt: skip
    assert len(report.editions) == 2
    assert room.news.steps() == {"daily 2026-04-26": "mailed"}


def test_one_who_is_waited_for_keeps_no_other_back(room: Room) -> None:
    """The service asks once for each run, and mails what is there."""
    room.checks()
    room.news.bulletin("brief")
    room.news.subscribe(bulletin="brief")
    room.news.entry("one")
    room.hides = ["/daily/"]

    report = room.publish(send=False)
    assert report.opened == ("brief 2026-04-26",)
    assert [str(each.wanted) for each in report.waiting] == ["daily 2026-04-26"]
    assert room.news.steps() == {"brief 2026-04-26": "mailed", "daily 2026-04-26": "written"}

    again = room.publish(time="18:06", send=False)
    assert (again.published, again.editions) == ((), ())
    assert len(again.waiting) == 1

    room.hides = []
    assert room.publish(time="18:07", send=False).opened == ("daily 2026-04-26",)


def test_another_revision_is_not_the_page(room: Room) -> None:
    """A cache still has the one before the correction."""
    room.checks()
    entry = room.news.entry("one")
    room.publish(until="live")
    old = room.news.page(f"{EN[1:]}index.html")
    room.app().rows.move(room.app().rows.get("daily", "2026-04-26"), "written", at("2026-04-26"))
    room.news.correct(entry)
    answer = room.web.answer
    cached = type(answer(room.web.asked[0]))(body=old.encode())
    room.web.answer = lambda asked: cached if asked.path == EN else answer(asked)

    (waiting,) = room.publish(time="18:06", send=False).waiting

    mark = re.search('content="(.*?)"', old)
    assert mark is not None
    assert waiting.why == f"{room.web.url}{EN}: another revision is there ({mark[1]})"


def test_a_page_that_is_not_seen_in_time_holds_its_issue(room: Room) -> None:
    """The operator is told once; the site stays as it is, and nothing is mailed."""
    room.checks("10m")
    room.news.entry("one")
    room.hides = ["/"]
    room.publish(time="18:05", send=False)
    assert room.publish(time="18:14", send=False).waiting

    report = room.publish(time="18:15", send=False)

    assert (report.waiting, report.opened) == ((), ())
    assert report.held == (f"daily 2026-04-26: live: {room.web.url}{ZH}: the server answered 404",)
    assert room.news.steps() == {"daily 2026-04-26": "held"}
    (trouble,) = room.troubles()
    assert trouble.key == "live:daily/2026-04-26"
    assert trouble.subject == "Not mailed: daily 2026-04-26 was not seen"
    assert f"{room.web.url}{ZH}: the server answered 404" in trouble.lines
    room.publish(time="18:30", send=False)
    assert room.app().notices.counts() == {("alarm", "queued"): 1}


def test_publish_itself_gives_up_when_the_time_has_passed(room: Room) -> None:
    """It ends with a held issue, and not before."""
    room.checks("1s")
    room.news.entry("one")
    room.hides = ["/"]

    report = room.publish()

    assert len(report.held) == 1
    assert report.waiting == ()
    assert len(room.pages) >= 2


def test_a_held_issue_goes_on_when_its_page_is_seen(room: Room) -> None:
    """By itself, at the next run; the trouble is over."""
    room.checks("10m")
    room.news.entry("one")
    room.hides = ["/"]
    for time in ("18:05", "18:20", "18:40"):
        room.publish(time=time, send=False)
    room.hides = []

    report = room.publish(time="18:45")

    assert (report.held, report.mailed) == ((), 2)
    assert room.troubles() == []


def test_a_held_issue_is_not_mailed_when_it_is_no_news_any_more(room: Room) -> None:
    """It stays published; nobody asks for it again, and the trouble is over."""
    room.checks("10m")
    room.news.entry("one")
    room.hides = ["/"]
    for time in ("18:05", "18:20"):
        room.publish(time=time, send=False)
    room.publish("2026-04-27", "06:30", send=False)

    row = room.app().rows.get("daily", "2026-04-26")
    assert (row.step, row.reason.partition(":")[0]) == ("not-mailed", "late")
    assert room.troubles() == []
    room.web.forget()
    room.hides = []
    assert room.publish("2026-04-27", "06:45").opened == ()
    assert room.pages == []


def test_one_that_is_seen_too_late_is_published_and_not_mailed(room: Room) -> None:
    """Yesterday's news is no news."""
    room.checks("10m")
    room.news.entry("one")
    room.hides = ["/"]
    for time in ("18:05", "18:20"):
        room.publish(time=time, send=False)
    room.hides = []

    assert room.publish("2026-04-27", "06:30").opened == ()
    assert room.news.steps()["daily 2026-04-26"] == "not-mailed"
    assert "issue.live" in room.events


def test_who_asks_for_an_end_is_not_kept_waiting(room: Room) -> None:
    """The rest is for the next run."""
    room.checks()
    room.news.entry("one")
    room.hides = ["/"]
    app = room.app()
    app.post.waits = lambda waiting: app.post.stop.set()

    report = app.publish()

    assert len(report.waiting) == 1
    assert room.news.steps() == {"daily 2026-04-26": "written"}


def test_an_operator_may_decide_not_to_mail_what_is_held(room: Room) -> None:
    """The trouble ends with the next run."""
    room.checks("10m")
    room.news.entry("one")
    room.hides = ["/"]
    for time in ("18:05", "18:20"):
        room.publish(time=time, send=False)

    room.app().skip("daily", "2026-04-26")
    room.publish(time="18:40", send=False)

    assert room.news.steps() == {"daily 2026-04-26": "not-mailed"}
    assert room.troubles() == []


@pytest.mark.parametrize("until", ["frozen", "written"])
def test_nobody_looks_before_the_step_is_asked_for(room: Room, until: str) -> None:
    """What is written may be put in place by somebody else first."""
    room.checks()
    room.news.entry("one")
    room.publish(until=until)

    assert room.pages == []
    assert room.pinged == []
    assert room.publish(time="18:10").mailed == 2


def test_a_held_issue_gives_way_to_one_that_was_mailed_meanwhile(room: Room) -> None:
    """Its page is seen at last: it is told of as any other, and not mailed."""
    room.checks(timeout="0s")
    room.news.bulletin("daily", max_lateness="3d", late_days=0)
    room.news.entry("one")
    room.news.entry("two", "2026-04-27")
    room.hides = ["/2026-04-26/"]
    assert len(room.publish(send=False).held) == 1
    assert room.publish("2026-04-27", send=False).opened == ("daily 2026-04-27",)
    room.hides.clear()
    assert room.publish("2026-04-27", "19:00", send=False).opened == ()
    row = room.app().rows.get("daily", "2026-04-26")
    assert row is not None
    assert (row.step, row.reason) == (
        "not-mailed", "a newer issue was mailed already: 2026-04-27",
    )  # fmt: skip
    assert [one.key for one in room.troubles()] == ["late:daily/2026-04-26"]
