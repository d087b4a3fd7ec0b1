"""An operator's decision that an issue does not come out, or is not mailed."""

from __future__ import annotations

import pytest
from builders import SLOT
from newsroom import Newsroom, at

from publisher.errors import UsageError
from publisher.skipping import is_skipped, lift, skip
from publisher.storage.issues import IssueSteps, StepRow

ISSUE = ("daily", "2026-04-26", SLOT)
NOW = at("2026-04-26", "12:00")


@pytest.fixture
def rows(quick: Newsroom) -> IssueSteps:
    """The rows of a publication that has published nothing."""
    return quick.app().rows


def row(step: str, reason: str) -> StepRow:
    """A row at a step."""
    return StepRow("daily", "2026-04-26", step, SLOT, reason)


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (None, False),
        (row("skipped", "skipped by the operator"), True),
        (row("not-mailed", "skipped by the operator: why"), True),
        (row("skipped", "skipped 2026-04-26 has no entry between …"), False),
        (row("skipped", "skipped by the operators 2026-04-26 has no entry"), False),
        (row("held", "skipped by the operator"), False),
        (row("not-mailed", "late: its slot was …"), False),
    ],
)
def test_an_operators_skip_is_told_from_others(found: StepRow | None, expected: bool) -> None:
    """By step and reason, whatever a bulletin is called."""
    assert is_skipped(found) is expected


@pytest.mark.parametrize(
    ("reason", "expected"),
    [
        ("", "skipped by the operator"),
        ("  a\nholiday ", "skipped by the operator: a holiday"),
    ],
)
def test_a_skip_is_remembered_with_its_reason(rows: IssueSteps, reason: str, expected: str) -> None:
    """In one line; it settles the issue."""
    made = skip(rows, ISSUE, NOW, reason, is_frozen=False)
    assert (made.step, made.reason) == ("skipped", expected)
    assert rows.get("daily", "2026-04-26") == made
    assert rows.is_settled("daily", "2026-04-26")


@pytest.mark.parametrize("step", ["started", "held", "skipped"])
def test_what_was_begun_may_be_skipped(rows: IssueSteps, step: str) -> None:
    """Held for a mistake, or skipped because there was nothing to publish."""
    rows.start(*ISSUE, NOW, step=step, reason="daily 2026-04-26 has no entry")
    assert is_skipped(skip(rows, ISSUE, NOW, is_frozen=False))
    assert is_skipped(rows.get("daily", "2026-04-26"))


def test_a_skip_may_be_given_another_reason(rows: IssueSteps) -> None:
    """The newest counts."""
    skip(rows, ISSUE, NOW, "one", is_frozen=False)
    assert skip(rows, ISSUE, NOW, "two", is_frozen=False).reason.endswith(": two")


@pytest.mark.parametrize("step", ["", "started", "frozen", "written", "live", "announced"])
def test_a_frozen_issue_is_not_mailed(rows: IssueSteps, step: str) -> None:
    """However far it is; also where its row was lost."""
    if step:
        rows.start(*ISSUE, NOW, step=step)
    made = skip(rows, ISSUE, NOW, is_frozen=True)
    assert (made.step, rows.get("daily", "2026-04-26")) == ("not-mailed", made)


def test_what_is_not_mailed_anyway_keeps_its_reason(rows: IssueSteps) -> None:
    """Nothing is left to skip."""
    rows.start(*ISSUE, NOW, step="not-mailed", reason="late: its slot was long ago")
    assert skip(rows, ISSUE, NOW, "why", is_frozen=True).reason == "late: its slot was long ago"


def test_what_was_mailed_cannot_be_skipped(rows: IssueSteps) -> None:
    """The remedy stops what is not sent yet."""
    rows.start(*ISSUE, NOW, step="mailed")
    with pytest.raises(UsageError, match="was mailed already") as caught:
        skip(rows, ISSUE, NOW, is_frozen=True)
    assert "`publisher mailings cancel daily 2026-04-26`" in caught.value.remedy


def test_a_skip_is_lifted(rows: IssueSteps) -> None:
    """Then the issue has something left to do."""
    skip(rows, ISSUE, NOW, "why", is_frozen=False)
    made = lift(rows, "daily", "2026-04-26", NOW)
    assert (made.step, made.reason) == ("started", "")
    assert [each[:2] for each in rows.unfinished()] == [("daily", "2026-04-26")]


@pytest.mark.parametrize(
    ("step", "reason"),
    [("", ""), ("held", "why"), ("skipped", "daily 2026-04-26 has no entry"), ("mailed", "")],
)
def test_nothing_else_is_lifted(rows: IssueSteps, step: str, reason: str) -> None:
    """Only what an operator has decided."""
    if step:
        rows.start(*ISSUE, NOW, step=step, reason=reason)
    with pytest.raises(UsageError, match="is not skipped"):
        lift(rows, "daily", "2026-04-26", NOW)


def test_what_was_published_stays_without_a_mail(rows: IssueSteps) -> None:
    """Its readers have seen it in feeds by now."""
    skip(rows, ISSUE, NOW, is_frozen=True)
    with pytest.raises(UsageError, match="was published without a mail"):
        lift(rows, "daily", "2026-04-26", NOW)
