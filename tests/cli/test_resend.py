"""`publisher resend`."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from newsroom import Newsroom
from sqlalchemy import update

from publisher.storage.database import writing
from publisher.storage.subscriber_rows import Consent
from publisher.storage.tables import deliveries, mailings
from publisher.subscribers.addresses import read_address
from publisher.subscribers.subscriber import Choice

Run = Callable[..., tuple[int, str, str]]
DAILY = ("daily", "2026-04-26")
STATES = {"anna": "failed", "ben": "uncertain", "carl": "sent"}


@pytest.fixture(autouse=True)
def mailing(run: Run, newsroom: Newsroom) -> None:
    """A finished mailing: one reader has it, one has not, of one nobody knows."""
    app = newsroom.app()
    ids = {
        name: app.people.add(
            read_address(f"{name}@example.com"), "", [Choice("daily", "zh")],
            Consent("en", ".", "test"), app.now,
        )
        for name in STATES
    }  # fmt: skip
    app.mailings.open(*DAILY, {"zh": b"."}, app.now)
    with writing(app.post.engine) as connection:
        connection.execute(update(mailings).values(state="finished", finished=app.now))
        for name, state in STATES.items():
            theirs = deliveries.c.subscriber_id == ids[name]
            connection.execute(update(deliveries).where(theirs).values(state=state))


def counts(newsroom: Newsroom) -> dict[str, int]:
    found = newsroom.app().mailings
    (mailing,) = found.all()
    return found.counts(mailing.id)


def test_failed_deliveries_are_opened_again(run: Run, newsroom: Newsroom) -> None:
    code, output, errors = run("resend", *DAILY, "--failed", "--yes")
    told = "1 deliveries of daily 2026-04-26 are open again; `publisher publish` sends them\n"
    assert (code, output, errors) == (0, told, "")
    assert counts(newsroom) == {"queued": 1, "uncertain": 1, "sent": 1}
    assert newsroom.app().mailings.all()[0].state == "sending"


def test_uncertain_ones_may_arrive_twice(run: Run, newsroom: Newsroom) -> None:
    _, _, errors = run("resend", *DAILY, "--uncertain", "--yes")
    assert errors == "note: they may arrive twice.\n"
    assert counts(newsroom) == {"queued": 1, "failed": 1, "sent": 1}


def test_it_asks_first(run: Run, newsroom: Newsroom) -> None:
    code, _, errors = run("resend", *DAILY, "--failed", "--uncertain")
    assert (code, "add --yes" in errors) == (2, True)
    assert "queued" not in counts(newsroom)


def test_nothing_to_do_is_said(run: Run) -> None:
    run("resend", *DAILY, "--failed", "--yes")
    _, output, _ = run("resend", *DAILY, "--failed")
    assert output == "daily 2026-04-26: nothing is failed\n"


def test_it_must_be_said_which(run: Run) -> None:
    code, _, errors = run("resend", *DAILY)
    assert (code, "add --failed, --uncertain or both" in errors) == (2, True)
