"""A special issue on its way: checked, rehearsed, published, and told from the regular ones."""

from __future__ import annotations

import json
from email import message_from_bytes, policy
from typing import Any

import pytest
from builders import both
from newsroom import TOP, Newsroom, at

LAUNCH = "2026-04-26-launch"
MOMENT = "2026-04-26T09:30+08:00"
TITLE = both("The launch")


@pytest.fixture
def room(newsroom: Newsroom) -> Newsroom:
    """A daily with one entry in its newest regular issue, and two for today."""
    newsroom.bulletin("daily", masthead=["date", "number"], title=both("Daily {number}"))
    newsroom.entry("old", "2026-04-25")
    newsroom.publish("2026-04-25")
    newsroom.entry("one")
    newsroom.entry("two")
    return newsroom


def special(room: Newsroom, *names: str, **parts: Any) -> None:
    """Write the file of the one-off issue, which lists entries of today."""
    listed = {"top": {"entries": [f"2026/04/26/{name}" for name in names]}} if names else {}
    room.issue(LAUNCH, **({"publish_at": MOMENT, "title": TITLE, "sections": listed} | parts))


def test_it_is_published_beside_the_regular_ones(room: Newsroom) -> None:
    """At its time; what it carries does not come again, and the numbers go on."""
    special(room, "one")
    assert room.app().check() == ()
    assert room.publish(time="09:25").published == ()
    assert room.publish(time="09:30").published == (f"daily {LAUNCH}",)
    assert room.publish().published == ("daily 2026-04-26",)
    assert (room.carried(LAUNCH), room.carried()) == (["one"], ["two"])
    numbers = [room.issue_of(name).issue.number for name in ("2026-04-25", LAUNCH, "2026-04-26")]
    assert numbers == [1, None, 2]
    assert set(room.steps().values()) == {"mailed"}


def test_its_page_feed_and_mail(room: Newsroom) -> None:
    """At its address, in the feed of the bulletin, with a link from its neighbours."""
    special(room, "one")
    room.publish(time="09:30")
    room.publish()
    page = room.page(f"en/daily/{LAUNCH}/index.html")
    assert "The launch (en)" in page
    assert "None" not in page
    assert f"/en/daily/{LAUNCH}/" in room.page("en/daily/2026/04/index.html")
    for name in ("2026-04-25", "2026-04-26"):
        assert f"/en/daily/{LAUNCH}/" in room.page(f"en/daily/{name}/index.html")
    items = json.loads(room.page("en/daily/feed.json"))["items"]
    assert [each["url"].split("/")[-2] for each in items] == ["2026-04-26", LAUNCH, "2026-04-25"]
    letters = [message_from_bytes(raw, policy=policy.default) for raw in room.mails().values()]
    assert "The launch (en)" in [letter["Subject"] for letter in letters]


def test_a_window_takes_entries_from_the_regular_issue(room: Newsroom) -> None:
    """But what found it full is left to that."""
    room.bulletin("daily", sections=[TOP | {"max": 1}])
    special(room, window={"from": "2026-04-26", "to": "2026-04-26"})
    room.publish(time="09:30")
    room.publish()
    assert sorted(room.carried(LAUNCH) + room.carried()) == ["one", "two"]


def test_a_backfill_takes_it_in_its_turn(room: Newsroom) -> None:
    """Before the regular issue of its day."""
    special(room, "one")
    room.issue("2026-04-26", title=both("Regular"))
    report = room.publish("2026-05-26", all_files=True)
    assert report.published == (f"daily {LAUNCH}", "daily 2026-04-26")


def test_one_that_is_late_is_published_and_not_mailed(room: Newsroom) -> None:
    """After the twelve hours of a daily; it takes its place among those that came since."""
    room.publish()
    room.entry("three")
    special(room, "three")
    room.publish("2026-04-26", "21:31")
    assert room.steps()[f"daily {LAUNCH}"] == "not-mailed"
    assert room.page(f"en/daily/{LAUNCH}/index.html")
    for name in ("2026-04-25", "2026-04-26"):
        assert f"/en/daily/{LAUNCH}/" in room.page(f"en/daily/{name}/index.html")
    assert room.app().build().changed == ()


def test_one_that_was_held_and_put_off_is_mailed(room: Newsroom) -> None:
    """Lateness counts from the time that its file says now."""
    moments = "2026-04-26T00:30+08:00", "2026-04-26T14:00+08:00"
    special(room, "missing", publish_at=moments[0])
    assert len(room.publish(time="00:30").held) == 1
    special(room, "one", publish_at=moments[1])
    assert room.publish(time="13:59").held == ()
    assert room.steps()[f"daily {LAUNCH}"] == "held"
    room.publish(time="14:00")
    assert room.steps()[f"daily {LAUNCH}"] == "mailed"


def test_one_that_was_held_and_taken_back_is_forgotten(room: Newsroom) -> None:
    """Without its file, nothing asks for it."""
    special(room, "missing")
    assert len(room.publish(time="09:30").held) == 1
    (room.root / f"content/issues/daily/{LAUNCH}.yaml").unlink()
    assert room.publish(time="10:00").held == ()


def test_a_correction_is_told_once(room: Newsroom) -> None:
    """By the issue that comes next, which is the one-off."""
    room.correct("2026/04/25/old", "2026-04-26")
    special(room, "one")
    room.publish("2026-04-26", "08:00")
    room.publish(time="09:30")
    room.publish()
    assert len(room.issue_of(LAUNCH).issue.notices) == 1
    assert room.issue_of().issue.notices == []


def test_its_own_corrections_are_told_by_the_next_issue(room: Newsroom) -> None:
    """As those of any issue."""
    special(room, "one")
    room.publish(time="09:30")
    special(room, "one", corrections=[{"date": "2026-04-26", "note": both("Wrong")}])
    room.publish(time="10:00")
    room.publish()
    (notice,) = room.issue_of().issue.notices
    assert notice.issue == f"daily/{LAUNCH}"


def test_it_can_be_looked_at_before(room: Newsroom) -> None:
    """By `explain`, `render` and the proof that `preview` shows."""
    special(room, "one")
    app = room.app(at("2026-04-26", "08:00"))
    issue, is_frozen = app.explain("daily", LAUNCH)
    assert (issue.number, is_frozen) == (None, False)
    assert app.render("daily", LAUNCH, "en")[0].subject == "The launch (en)"
    assert f"en/daily/{LAUNCH}/index.html" in app.proof("daily", LAUNCH).files
    assert LAUNCH in [wanted.name for wanted, _ in app.due(1)]


def test_a_skipped_one_off_stays_out(room: Newsroom) -> None:
    """With --backfill, too."""
    special(room, "one")
    room.app(at("2026-04-26", "08:00")).skip("daily", LAUNCH)
    room.publish(time="09:30")
    room.publish(time="10:00", all_files=True)
    assert room.steps()[f"daily {LAUNCH}"] == "skipped"
    assert not (room.root / f"public/en/daily/{LAUNCH}").exists()
