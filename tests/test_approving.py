"""Issues that need an approval: who is told when, and what becomes of one that comes late."""

from __future__ import annotations

import datetime as dt

import pytest
from newsroom import Newsroom, at

from publisher.storage.troubles import Trouble

KEY = "approval:daily/2026-04-27"
BEFORE, DEADLINE, SLOT = (at("2026-04-27", time) for time in ("15:59", "16:00", "18:00"))


@pytest.fixture
def careful(quick: Newsroom) -> Newsroom:
    """A daily whose issues are approved two hours ahead; the one of the 26th is out."""
    quick.subscribe()
    quick.bulletin("daily", approval={"by": "2h"}, max_lateness="3h")
    quick.entry("first")
    quick.entry("one", "2026-04-27")
    quick.issue("2026-04-26", approved=True)
    quick.publish("2026-04-26")
    return quick


def troubles(newsroom: Newsroom, now: dt.datetime) -> list[Trouble]:
    """What needs a person about approvals, after a run."""
    newsroom.app(now).publish()
    return newsroom.app(now).post.troubles.all("approval:")


@pytest.mark.parametrize(("now", "is_told"), [(BEFORE, False), (DEADLINE, True), (SLOT, True)])
def test_the_operator_is_told_from_the_deadline_on(
    careful: Newsroom, now: dt.datetime, is_told: bool
) -> None:
    """With the file to write into, while there is time."""
    found = troubles(careful, now)
    assert [each.key for each in found] == [KEY] * is_told
    for each in found:
        assert each.subject == "Not approved: daily 2026-04-27"
        assert "approved: true in content/issues/daily/2026-04-27.yaml." in " ".join(each.lines)


def test_an_approval_after_the_deadline_ends_it(careful: Newsroom) -> None:
    """Before the slot nothing was held, and the issue comes on time."""
    assert len(troubles(careful, DEADLINE)) == 1
    careful.issue("2026-04-27", approved=True)
    assert troubles(careful, SLOT - dt.timedelta(minutes=1)) == []
    assert careful.steps() == {"daily 2026-04-26": "mailed"}
    careful.app(SLOT).publish()
    assert careful.steps()["daily 2026-04-27"] == "mailed"


def test_one_that_is_skipped_needs_no_approval(careful: Newsroom) -> None:
    """Neither before its slot nor after it is anybody asked for it."""
    assert len(troubles(careful, DEADLINE)) == 1
    careful.app(DEADLINE).skip("daily", "2026-04-27", "a fair")
    assert troubles(careful, DEADLINE + dt.timedelta(minutes=1)) == []
    assert troubles(careful, SLOT) == []


def test_a_bulletin_that_asks_no_more(careful: Newsroom) -> None:
    """Its issue comes out at the next look."""
    assert len(troubles(careful, SLOT)) == 1
    assert careful.steps()["daily 2026-04-27"] == "held"
    careful.bulletin("daily")
    assert troubles(careful, SLOT) == []
    assert careful.steps()["daily 2026-04-27"] == "mailed"


@pytest.mark.parametrize(("hours", "step"), [(3, "mailed"), (3.1, "not-mailed")])
def test_a_late_approval(careful: Newsroom, hours: float, step: str) -> None:
    """It is published; mail goes out within `max_lateness` of the slot."""
    careful.app(SLOT).publish()
    assert careful.steps()["daily 2026-04-27"] == "held"
    mailed = len(careful.mails())
    careful.issue("2026-04-27", approved=True)
    report = careful.app(SLOT + dt.timedelta(hours=hours)).publish()
    assert report.published == ("daily 2026-04-27",)
    assert careful.steps()["daily 2026-04-27"] == step
    assert (careful.root / "public/zh/daily/2026-04-27/index.html").is_file()
    assert report.mailed == (2 if step == "mailed" else 0)
    assert (len(careful.mails()) > mailed) or step == "not-mailed"


def test_a_file_that_is_broken(careful: Newsroom) -> None:
    """The issue is held for its mistakes: whether it is approved, nobody can tell."""
    careful.issue("2026-04-27", approved=True, leed="x")
    (held,) = careful.app(SLOT).publish().held
    assert "content/issues/daily/2026-04-27.yaml has errors" in held
    assert "is not approved" not in held
    assert careful.steps()["daily 2026-04-27"] == "held"


def test_a_dry_run_tells_nobody(careful: Newsroom) -> None:
    """It says that the issue is held, and leaves nothing behind."""
    app = careful.app(SLOT)
    report = app.publish(dry_run=True)
    assert report.held[0].startswith("daily 2026-04-27 is not approved; write approved: true in")
    assert app.post.troubles.all("approval:") == []
