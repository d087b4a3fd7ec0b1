"""What there is and what waits, counted at a price that does not grow with time."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from sqlalchemy import Engine, event, insert, text, update

from publisher.storage.database import open_database, writing
from publisher.storage.gauges import Gauges
from publisher.storage.issues import IssueSteps
from publisher.storage.mailings import Mailings
from publisher.storage.subscriber_rows import Consent
from publisher.storage.subscribers import People
from publisher.storage.tables import calls, deliveries, mailings
from publisher.subscribers.addresses import read_address
from publisher.subscribers.subscriber import Choice

NOW = dt.datetime(2026, 5, 1, 8, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def engine(database: str) -> Engine:
    return open_database(database)


@pytest.fixture
def gauges(engine: Engine) -> Gauges:
    return Gauges(engine)


def open_mailing(engine: Engine, readers: int = 3, issue: str = "2026-05-01") -> int:
    """A mailing of the daily to so many readers."""
    shown, people = Consent("en", "…", "form"), People(engine)
    found = [read_address(f"{issue}-{each}@example.com") for each in range(readers)]
    taken = [(each, "", [(Choice("daily", "zh"), "active")], shown) for each in found]
    people.take_all(taken, NOW)  # type: ignore[arg-type]
    return Mailings(engine).open("daily", issue, {"zh": b"zh"}, NOW).id


def change(engine: Engine, mailing: int, at: int, **values: object) -> None:
    """Change the delivery at a place in the order of the ledger."""
    found = [each.subscriber for each in Mailings(engine).deliveries(mailing)]
    with writing(engine) as connection:
        connection.execute(
            update(deliveries)
            .where(deliveries.c.mailing_id == mailing, deliveries.c.subscriber_id == found[at])
            .values(**values)
        )


def test_a_mailing_by_state(engine: Engine, gauges: Gauges) -> None:
    """What is due, since when, and what left within the last minutes."""
    mailing, now = open_mailing(engine, 4), NOW + HOUR
    seconds = int(now.timestamp())
    change(engine, mailing, 0, state="sent", changed=seconds - 60)
    change(engine, mailing, 1, state="sent", changed=seconds - 600)
    change(engine, mailing, 2, state="deferred", due=seconds + 60)

    ((found, progress),) = gauges.mailings(5, now)
    assert found.id == mailing
    assert progress.counts == {"sent": 2, "deferred": 1, "queued": 1}
    assert (progress.due, progress.oldest, progress.lately) == (1, NOW, 1)


def test_a_paused_mailing_is_not_late(engine: Engine, gauges: Gauges) -> None:
    """Nothing of it is due before somebody resumes it."""
    mailing = open_mailing(engine)
    Mailings(engine).pause(mailing, "paused by the operator")

    ((_, progress),) = gauges.mailings(5, NOW + HOUR)
    assert (progress.due, progress.oldest) == (0, None)


def test_what_waits_for_its_canary_is_not_due(engine: Engine, gauges: Gauges) -> None:
    """Slices that are not released yet."""
    mailing = open_mailing(engine)
    with writing(engine) as connection:
        connection.execute(update(mailings).where(mailings.c.id == mailing).values(released=0))

    ((_, progress),) = gauges.mailings(5, NOW + HOUR)
    assert progress.due == 0


def test_the_newest_and_all_that_are_under_way(engine: Engine, gauges: Gauges) -> None:
    """An old mailing that is still paused is not forgotten behind newer ones."""
    old = open_mailing(engine, issue="2026-04-01")
    Mailings(engine).pause(old, "why")
    for day in range(2, 6):
        newer = Mailings(engine).open("weekly", f"2026-W0{day}", {}, NOW).id

    found = [mailing.id for mailing, _ in gauges.mailings(2, NOW)]
    assert found == [newer, newer - 1, old]


def test_uncertain_deliveries_of_all_mailings(engine: Engine, gauges: Gauges) -> None:
    """A person has to decide about each."""
    mailing = open_mailing(engine)
    change(engine, mailing, 1, state="uncertain")

    assert gauges.uncertain() == 1


def test_uncertain_deliveries_are_found_without_reading_the_ledger(swift: Path) -> None:
    """By an index that holds nothing else."""
    engine, plans = open_database(f"sqlite:///{swift / 'plans.sqlite'}"), list[str]()

    def explain(connection: object, cursor: object, statement: str, *_: object) -> None:
        if "deliveries" in statement and not statement.startswith("EXPLAIN"):
            rows = connection.execute(text(f"EXPLAIN QUERY PLAN {statement}"))  # type: ignore[attr-defined]
            plans.extend(row.detail for row in rows)

    event.listen(engine, "before_cursor_execute", explain)
    Gauges(engine).uncertain()

    assert len(plans) == 1
    assert "ix_deliveries_uncertain" in plans[0]


def test_issues_by_step(engine: Engine, gauges: Gauges) -> None:
    """And the newest of them, by slot."""
    steps = IssueSteps(engine)
    for day, step in (("2026-05-01", "held"), ("2026-05-02", "mailed"), ("2026-05-03", "mailed")):
        slot = dt.datetime.fromisoformat(f"{day}T10:00+00:00")
        steps.start("daily", day, slot, NOW, step=step, reason="why")

    assert gauges.steps() == {"held": 1, "mailed": 2}
    assert [each.issue for each in gauges.newest_issues(2)] == ["2026-05-03", "2026-05-02"]


def test_calls_that_were_given_up_are_told_for_a_day(engine: Engine, gauges: Gauges) -> None:
    """The rows stay as a log; an old failure is no news."""
    for number, (state, age) in enumerate([("queued", 0), ("failed", 2), ("failed", 30)]):
        moment = NOW - age * HOUR
        with writing(engine) as connection:
            connection.execute(
                insert(calls).values(
                    key=str(number), kind="hook", event="live", url="https://x", body="",
                    state=state, due=moment, created=moment, changed=moment,
                )
            )  # fmt: skip

    assert gauges.calls(NOW) == (1, 1)


def test_people_by_state_and_choice(engine: Engine, gauges: Gauges) -> None:
    """Numbers only."""
    open_mailing(engine, 3)

    assert gauges.subscribers() == {"ok": 3}
    assert gauges.subscriptions() == {("daily", "zh", "active"): 3}


def test_which_database_it_is(engine: Engine, gauges: Gauges) -> None:
    """Its kind and its own version."""
    kind, version = gauges.version()

    assert kind == engine.dialect.name
    assert version[0].isdigit()
