"""`publisher deliveries`."""

from __future__ import annotations

import csv
from collections.abc import Callable

import pytest
from newsroom import Newsroom
from sqlalchemy import update

from publisher.storage.database import writing
from publisher.storage.subscriber_rows import Consent
from publisher.storage.tables import deliveries
from publisher.subscribers.addresses import read_address
from publisher.subscribers.subscriber import Choice

Run = Callable[..., tuple[int, str, str]]
DAILY = ("daily", "2026-04-26")
REPLIES = {"anna": ("failed", "=550 no\r\n such user"), "ben": ("sent", "250 ok")}


@pytest.fixture(autouse=True)
def mailing(run: Run, newsroom: Newsroom) -> None:
    """A mailing that reached one reader and failed for another."""
    app = newsroom.app()
    ids = {
        name: app.people.add(
            read_address(f"{name}@example.com"), "", [Choice("daily", "zh")],
            Consent("en", ".", "test"), app.now,
        )
        for name in REPLIES
    }  # fmt: skip
    app.mailings.open(*DAILY, {"zh": b"."}, app.now)
    with writing(app.post.engine) as connection:
        for name, (state, reply) in REPLIES.items():
            connection.execute(
                update(deliveries)
                .where(deliveries.c.subscriber_id == ids[name])
                .values(state=state, reply=reply, attempts=1)
            )


def test_counts_are_those_of_each_mailing(run: Run) -> None:
    head, row = run("deliveries")[1].splitlines()
    assert dict(zip(head.split(), row.split(), strict=True)) == {
        "bulletin": "daily", "issue": "2026-04-26", "recipients": "2", "sent": "1",
        "deferred": "0", "failed": "1", "skipped": "0", "uncertain": "0", "bounced": "0",
    }  # fmt: skip


def test_each_reader_has_a_line(run: Run) -> None:
    lines = sorted(run("deliveries", *DAILY)[1].splitlines(), key=lambda line: line.split()[1])
    assert [line.split()[1:5] for line in lines] == [
        ["failed", "zh", "1", "a…@example.com"],
        ["sent", "zh", "1", "b…@example.com"],
    ]
    assert lines[0].endswith("=550 no such user")


def test_lines_can_be_those_of_some_states(run: Run) -> None:
    _, output, _ = run("deliveries", *DAILY, "--status", "failed", "--addresses")
    assert "anna@example.com" in output
    assert "ben@" not in output


def test_csv_is_safe_for_spreadsheets(run: Run) -> None:
    """What a server answered may begin like a formula."""
    _, output, _ = run("deliveries", *DAILY, "--csv", "--status", "failed")
    (row,) = csv.DictReader(output.splitlines())
    assert row == {
        "address": "a…@example.com", "edition": "zh", "state": "failed", "attempts": "1",
        "changed": "2026-04-26T10:05:00Z", "bounced": "", "reply": "'=550 no such user",
    }  # fmt: skip


def test_an_erased_person_has_no_address(run: Run) -> None:
    run("subscribers", "forget", "ben@example.com", "--yes")
    assert "(erased)" in run("deliveries", *DAILY, "--status", "sent")[1]


def test_options_need_an_issue(run: Run) -> None:
    for arguments in (("daily",), ("--csv",), ("--status", "failed")):
        code, _, errors = run("deliveries", *arguments)
        assert (code, "which issue is meant?" in errors) == (2, True)


def test_an_issue_that_was_not_mailed_is_refused(run: Run) -> None:
    code, _, errors = run("deliveries", "daily", "2026-04-25")
    assert (code, "daily 2026-04-25 was not mailed" in errors) == (2, True)
