"""`publisher mailings`."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable

import pytest
from newsroom import Newsroom, at

from publisher.deliver.ledger import Mailing
from publisher.storage.ledger import DatabaseLedger
from publisher.storage.mailing_opening import Canary
from publisher.storage.subscriber_rows import Consent
from publisher.subscribers.addresses import read_address
from publisher.subscribers.subscriber import Choice

Run = Callable[..., tuple[int, str, str]]
DAILY = ("daily", "2026-04-26")


@pytest.fixture
def mailing(run: Run, newsroom: Newsroom) -> Mailing:
    """A mailing to three readers that was opened and not sent."""
    app = newsroom.app()
    for number in range(3):
        address = read_address(f"r{number}@example.com")
        choice = Choice("daily", "zh")
        app.people.add(address, "", [choice], Consent("en", ".", "test"), app.now)
    return app.mailings.open(*DAILY, {"zh": b".", "en": b"."}, app.now)


def test_nothing_was_mailed(run: Run) -> None:
    assert run("mailings", "list")[1] == "nothing was mailed\n"


def test_mailings_are_listed_with_their_counts(run: Run, mailing: Mailing) -> None:
    head, row = run("mailings", "list")[1].splitlines()
    assert head.split()[:6] == ["bulletin", "issue", "state", "opened", "recipients", "sent"]
    assert row.split()[:6] == [*DAILY, "open", "2026-04-26", "10:05Z", "3"]


def test_mailings_are_listed_as_json(run: Run, mailing: Mailing) -> None:
    (listed,) = json.loads(run("mailings", "list", "--format", "json")[1])
    assert listed == {
        "bulletin": "daily", "issue": "2026-04-26", "state": "open", "reason": "",
        "opened": "2026-04-26T10:05:00+00:00", "finished": None, "resumes": None,
        "waits_until": None, "recipients": 3,
        "sent": 0, "deferred": 0, "failed": 0, "skipped": 0, "uncertain": 0, "bounced": 0,
    }  # fmt: skip
    assert run("mailings", "list", "--state", "paused")[1] == "nothing was mailed\n"


def test_a_pause_of_the_operator_ends_by_the_operator(run: Run, mailing: Mailing) -> None:
    _, output, _ = run("mailings", "pause", *DAILY, "--reason", "wrong  figures")
    again = "`publisher mailings resume daily 2026-04-26` lets it go on"
    assert output == f"daily 2026-04-26 is paused; {again}\n"
    assert "paused by the operator: wrong figures" in run("mailings", "list")[1]
    _, output, _ = run("mailings", "resume", *DAILY)
    assert output.startswith("daily 2026-04-26 goes on: ")


def test_a_pause_that_ends_by_itself_says_when(
    run: Run, newsroom: Newsroom, mailing: Mailing
) -> None:
    ledger = DatabaseLedger(newsroom.app().post.engine)
    now = at("2026-04-26")
    ledger.pause(mailing.id, "the relay refuses everything", now, now + dt.timedelta(minutes=5))
    last = run("mailings", "list")[1].splitlines()[-1]
    assert last == (
        "daily 2026-04-26 is paused: the relay refuses everything; "
        "it goes on by itself at 2026-04-26 10:10Z"
    )


def test_a_mailing_that_waits_after_its_canary_says_until_when(
    run: Run, newsroom: Newsroom, mailing: Mailing
) -> None:
    app = newsroom.app()
    opened = app.mailings.open("daily", "2026-04-27", {"zh": b"."}, app.now, Canary(0.5))
    DatabaseLedger(app.post.engine).release(opened.id, app.now, dt.timedelta(hours=1))
    last = run("mailings", "list")[1].splitlines()[-1]
    assert last == "daily 2026-04-27 waits after its canary until 2026-04-26 11:05Z"


def test_what_cannot_go_on_is_refused(run: Run, mailing: Mailing) -> None:
    code, _, errors = run("mailings", "resume", *DAILY)
    assert (code, "is open" in errors) == (2, True)


def test_cancelling_asks_first(run: Run, newsroom: Newsroom, mailing: Mailing) -> None:
    code, _, errors = run("mailings", "cancel", *DAILY)
    assert (code, "add --yes" in errors) == (2, True)
    assert newsroom.app().mailings.get(mailing.id).state == "open"


def test_a_cancelled_mailing_is_over(run: Run, newsroom: Newsroom, mailing: Mailing) -> None:
    _, output, _ = run("mailings", "cancel", *DAILY, "--yes")
    assert output == "daily 2026-04-26 is cancelled: 0 have it, 3 do not\n"
    assert newsroom.app().mailings.get(mailing.id).state == "cancelled"
    code, _, errors = run("mailings", "cancel", *DAILY)
    assert (code, "is cancelled" in errors) == (2, True)


def test_unknown_mailings_are_refused(run: Run) -> None:
    for command in ("pause", "resume", "cancel"):
        code, _, errors = run("mailings", command, *DAILY)
        assert (code, "daily 2026-04-26 was not mailed" in errors) == (2, True)
    assert 'did you mean "daily"?' in run("mailings", "pause", "dayly", "2026-04-26")[2]
