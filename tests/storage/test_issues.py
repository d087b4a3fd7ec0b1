"""One row per issue: how far it is."""

from __future__ import annotations

import datetime as dt

import pytest
from builders import SLOT
from sqlalchemy.exc import SQLAlchemyError

from publisher.errors import StepFailed
from publisher.storage.database import open_database
from publisher.storage.issues import IssueSteps, StepRow
from publisher.storage.tables import STEPS

NOW = SLOT + dt.timedelta(minutes=5)


@pytest.fixture
def rows(database: str) -> IssueSteps:
    """An empty table."""
    return IssueSteps(open_database(database))


def test_nothing_is_known_at_first(rows: IssueSteps) -> None:
    """No row, no issue."""
    assert rows.get("daily", "2026-04-26") is None
    assert list(rows.all()) == []


def test_an_issue_begins(rows: IssueSteps) -> None:
    """With its slot, as its first attempt."""
    row = rows.start("daily", "2026-04-26", SLOT, NOW)
    assert row == StepRow("daily", "2026-04-26", "started", SLOT)
    assert rows.get("daily", "2026-04-26") == row


def test_the_slot_comes_back_as_the_same_instant(rows: IssueSteps) -> None:
    """With a zone, though SQLite keeps none."""
    rows.start("daily", "2026-04-26", SLOT, NOW)
    found = rows.get("daily", "2026-04-26")
    assert found is not None
    assert found.slot == SLOT
    assert found.slot.tzinfo is not None


def test_an_issue_begins_once_more(rows: IssueSteps) -> None:
    """The next attempt goes on from the step that is there."""
    first = rows.start("daily", "2026-04-26", SLOT, NOW)
    rows.move(first, "held", NOW, "why")
    again = rows.start("daily", "2026-04-26", SLOT, NOW)
    assert again == StepRow("daily", "2026-04-26", "held", SLOT, "why", 2)


@pytest.mark.parametrize("step", STEPS)
def test_what_is_not_frozen_may_be_put_off(rows: IssueSteps, step: str) -> None:
    """A later attempt takes the new slot; what was published keeps its own."""
    rows.start("daily", "2026-04-26", SLOT, NOW, step=step)
    again = rows.start("daily", "2026-04-26", NOW, NOW)
    assert again.slot == (NOW if step in {"started", "held", "skipped"} else SLOT)
    assert rows.get("daily", "2026-04-26") == again


def test_it_can_begin_at_another_step(rows: IssueSteps) -> None:
    """Only where nothing is known of it."""
    row = rows.start("daily", "2026-04-26", SLOT, NOW, step="not-mailed", reason="lost")
    assert rows.get("daily", "2026-04-26") == row
    assert rows.start("daily", "2026-04-26", SLOT, NOW, step="started").step == "not-mailed"


@pytest.mark.parametrize("step", STEPS)
def test_every_step_can_be_written(rows: IssueSteps, step: str) -> None:
    """With its reason."""
    moved = rows.move(rows.start("daily", "2026-04-26", SLOT, NOW), step, NOW, "because")
    assert moved == rows.get("daily", "2026-04-26")
    assert (moved and moved.step, moved and moved.reason) == (step, "because")


def test_no_other_step_can_be_written(rows: IssueSteps) -> None:
    """The table itself knows them."""
    row = rows.start("daily", "2026-04-26", SLOT, NOW)
    with pytest.raises((StepFailed, SQLAlchemyError)):
        rows.move(row, "sent", NOW)


def test_an_older_attempt_is_refused(rows: IssueSteps) -> None:
    """What it writes changes nothing."""
    older = rows.start("daily", "2026-04-26", SLOT, NOW)
    newer = rows.start("daily", "2026-04-26", SLOT, NOW)
    assert rows.move(older, "mailed", NOW) is None
    assert rows.get("daily", "2026-04-26") == newer
    assert rows.move(newer, "frozen", NOW) is not None


@pytest.mark.parametrize("step", STEPS)
def test_what_is_settled_is_not_unfinished(rows: IssueSteps, step: str) -> None:
    """Mailed, not to be mailed, and skipped: nothing is left to do."""
    rows.move(rows.start("daily", "2026-04-26", SLOT, NOW), step, NOW)
    is_settled = step in {"mailed", "not-mailed", "skipped"}
    assert rows.is_settled("daily", "2026-04-26") is is_settled
    assert bool(rows.unfinished()) is not is_settled


def test_what_is_unknown_is_not_settled(rows: IssueSteps) -> None:
    """It was not even begun."""
    assert not rows.is_settled("daily", "2026-04-26")


def test_rows_come_by_slot(rows: IssueSteps) -> None:
    """The oldest first, over all bulletins."""
    for slug, days in (("b", 0), ("a", 1), ("a", 0), ("c", -1)):
        rows.start(slug, f"2026-04-{26 + days}", SLOT + dt.timedelta(days=days), NOW)
    assert [(row.bulletin, row.issue[8:]) for row in rows.all()] == [
        ("c", "25"), ("a", "26"), ("b", "26"), ("a", "27"),
    ]  # fmt: skip


def test_the_rows_after_a_moment(rows: IssueSteps) -> None:
    """Of one bulletin, by slot; what is at the very moment is not after it."""
    day = dt.timedelta(days=1)
    for bulletin, days in (("daily", 2), ("daily", 0), ("daily", 1), ("weekly", 1)):
        slot = SLOT + days * day
        rows.start(bulletin, f"{slot:%Y-%m-%d}", slot, NOW)
    names = [[row.issue for row in rows.after("daily", moment)] for moment in (None, SLOT)]
    assert names == [["2026-04-26", "2026-04-27", "2026-04-28"], ["2026-04-27", "2026-04-28"]]
