"""People, their choices and the proof of their consent, in a real database."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from sqlalchemy import Engine, insert, select, update

from publisher.storage.database import open_database, reading, writing
from publisher.storage.mailings import Mailings
from publisher.storage.notices import Notices
from publisher.storage.subscriber_rows import Consent
from publisher.storage.subscribers import People
from publisher.storage.tables import deliveries, feedback, mailings, notices
from publisher.subscribers.addresses import read_address
from publisher.subscribers.standing import Standing
from publisher.subscribers.subscriber import Choice
from publisher.subscribers.tokens import make_keys

NOW = dt.datetime(2026, 5, 1, 8, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
ANNA = read_address("Anna@example.com")
DAILY_ZH, DAILY_EN = Choice("daily", "zh"), Choice("daily", "en")
SHOWN = Consent("en", "Send me the daily.", "form", "192.0.2.7")


@pytest.fixture
def engine(database: str) -> Engine:
    return open_database(database)


@pytest.fixture
def people(engine: Engine) -> People:
    return People(engine)


def ask(people: People, *choices: Choice, token: str = "t1", now: dt.datetime = NOW) -> int:
    return people.ask(ANNA, "Anna", choices, SHOWN, token, now, now + 7 * DAY)


def test_who_asked_gets_nothing_until_they_confirm(people: People) -> None:
    ask(people, DAILY_ZH)
    found = people.find(ANNA)
    assert found is not None
    assert [each.state for each in found.subscriptions] == ["pending"]
    assert people.active("daily") == {}


def test_confirming_makes_active_and_keeps_the_proof(people: People) -> None:
    who = ask(people, DAILY_ZH)
    confirmed = people.confirm("t1", NOW + DAY, "192.0.2.8")
    assert confirmed is not None
    assert confirmed.choices == (DAILY_ZH,)
    assert people.active("daily") == {"zh": 1}
    (proof,) = people.consents(who)
    assert proof["shown"] == "Send me the daily."
    assert proof["asked"] == "2026-05-01T08:00:00+00:00"
    assert proof["asked_from"] == "192.0.2.7"
    assert proof["confirmed"] == "2026-05-02T08:00:00+00:00"
    assert proof["confirmed_from"] == "192.0.2.8"


def test_a_confirmation_works_once(people: People) -> None:
    ask(people, DAILY_ZH)
    assert people.confirm("t1", NOW) is not None
    assert people.confirm("t1", NOW) is None


def test_a_confirmation_expires(people: People) -> None:
    ask(people, DAILY_ZH)
    assert people.asked_for("t1", NOW + 6 * DAY) is not None
    assert people.asked_for("t1", NOW + 8 * DAY) is None
    assert people.confirm("t1", NOW + 8 * DAY) is None
    assert people.active("daily") == {}


def test_asking_again_leaves_an_active_subscription_as_it_is_until_confirmed(
    people: People,
) -> None:
    ask(people, DAILY_ZH)
    people.confirm("t1", NOW)
    ask(people, DAILY_EN, token="t2", now=NOW + DAY)
    assert people.active("daily") == {"zh": 1}
    people.confirm("t2", NOW + DAY)
    assert people.active("daily") == {"en": 1}


def test_who_never_confirmed_is_dropped(people: People) -> None:
    ask(people, DAILY_ZH)
    assert people.purge(NOW + 6 * DAY) == 0
    assert people.purge(NOW + 8 * DAY) == 1
    assert people.find(ANNA) is None


def test_dropping_what_was_never_confirmed_leaves_what_was(people: People) -> None:
    ask(people, DAILY_ZH)
    people.confirm("t1", NOW)
    ask(people, Choice("weekly", "en"), token="t2")
    assert people.purge(NOW + 8 * DAY) == 0
    found = people.find(ANNA)
    assert found is not None
    assert [each.bulletin for each in found.subscriptions] == ["daily"]


def test_somebody_who_left_and_asked_again_is_not_dropped(people: People) -> None:
    who = ask(people, DAILY_ZH)
    people.confirm("t1", NOW)
    people.move(who, "daily", "ended", NOW, "one-click")
    ask(people, DAILY_ZH, token="t2")
    assert people.purge(NOW + 8 * DAY) == 0
    assert people.find(ANNA) is not None


def test_the_same_mailbox_in_another_spelling_is_the_same_person(people: People) -> None:
    first = ask(people, DAILY_ZH)
    second = people.add(read_address("anna@EXAMPLE.com"), "", [DAILY_EN], SHOWN, NOW)
    assert first == second


def test_pausing_and_going_on(people: People) -> None:
    who = people.add(ANNA, "", [DAILY_ZH], SHOWN, NOW)
    assert people.move(who, "daily", "paused", NOW)
    assert people.active("daily") == {}
    assert people.move(who, "daily", "active", NOW)
    assert people.active("daily") == {"zh": 1}


def test_an_illegal_move_changes_nothing(people: People) -> None:
    who = ask(people, DAILY_ZH)
    assert not people.move(who, "daily", "paused", NOW)
    assert not people.move(who, "weekly", "ended", NOW)
    assert not people.move(123, "daily", "ended", NOW)


def test_another_edition_keeps_the_state(people: People) -> None:
    who = people.add(ANNA, "", [DAILY_ZH], SHOWN, NOW)
    assert people.choose(who, DAILY_EN, NOW)
    assert not people.choose(who, DAILY_EN, NOW)
    assert people.active("daily") == {"en": 1}


def test_a_dead_address_gets_nothing_and_keeps_its_choices(people: People) -> None:
    who = people.add(ANNA, "", [DAILY_ZH], SHOWN, NOW)
    assert people.stand(who, Standing("dead"), NOW) == "dead"
    assert people.active("daily") == {}
    ask(people, DAILY_ZH)
    people.confirm("t1", NOW)
    assert people.active("daily") == {"zh": 1}


def test_a_complaint_ends_every_subscription(people: People) -> None:
    who = people.add(ANNA, "", [DAILY_ZH, Choice("weekly", "zh")], SHOWN, NOW)
    people.stand(who, Standing("complained"), NOW)
    found = people.get(who)
    assert found is not None
    assert {each.state for each in found.subscriptions} == {"ended"}


def test_forgetting_leaves_no_row_and_a_hash(people: People) -> None:
    who = people.add(ANNA, "Anna", [DAILY_ZH], SHOWN, NOW)
    hashed = make_keys().suppression_hash(ANNA.match)
    assert people.forget(ANNA, hashed, NOW)
    assert people.get(who) is None
    assert people.consents(who) == []
    assert people.is_suppressed(hashed)
    assert not people.forget(ANNA, hashed, NOW)
    assert people.lift(hashed)
    assert not people.is_suppressed(hashed)


TRACES = (b"anna@example.com", b"unverwechselbar", b"192.0.2.99", b"mailbox of 4711")


def fill_with_anna(engine: Engine) -> None:
    """Anna among others in every table that can hold anything of her."""
    people = People(engine)
    for number in range(300):
        person = read_address(f"reader{number}@example.org")
        people.add(person, f"Reader {number}", [DAILY_ZH], SHOWN, NOW)
    who = people.add(ANNA, "Anna Unverwechselbar", [DAILY_ZH], SHOWN, NOW)
    people.ask(ANNA, "", [DAILY_EN], Consent("en", "…", "form", "192.0.2.99"), "t", NOW, NOW + DAY)
    mailing = Mailings(engine).open("daily", "2026-05-01", {"zh": b"."}, NOW)
    refused = "450 Anna@example.com: the mailbox of 4711 is full"
    with writing(engine) as connection:
        connection.execute(update(mailings).values(reason=f"the relay says: {refused}"))
        connection.execute(
            update(deliveries)
            .where(deliveries.c.subscriber_id == who)
            .values(reply=refused, state="deferred")
        )
        for number, subscriber in enumerate((who, None)):
            connection.execute(
                insert(feedback).values(
                    key=str(number), kind="bounce", verdict="soft", mailing_id=mailing.id,
                    subscriber_id=subscriber, detail=refused, created=NOW,
                )
            )  # fmt: skip
    message = b"To: Anna Unverwechselbar <Anna@example.com>\r\n\r\n" + b"x" * 20_000
    Notices(engine).queue("welcome", ANNA, message, NOW, subscriber=who)
    Notices(engine).queue("confirm", ANNA, message, NOW)


def traces(folder: Path) -> list[bytes]:
    """What of Anna is in the database file or beside it."""
    files = [each.read_bytes().lower() for each in folder.iterdir() if each.is_file()]
    assert any(b"reader1@example.org" in each for each in files)
    return [trace for trace in TRACES if any(trace in each for each in files)]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_no_byte_of_a_forgotten_person_is_left_in_the_database(
    people: People, engine: Engine, swift: Path
) -> None:
    fill_with_anna(engine)
    assert traces(swift) == list(TRACES)
    people.forget(ANNA, "0" * 64, NOW)
    assert people.leave_no_trace()
    assert traces(swift) == []


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_reader_of_the_database_keeps_traces_until_it_is_done(
    people: People, engine: Engine, swift: Path
) -> None:
    """Then they can be removed by trying once more."""
    fill_with_anna(engine)
    with reading(engine) as connection:
        assert connection.execute(select(notices)).first() is not None
        assert people.forget(ANNA, "0" * 64, NOW, patience=0.01)
        assert not people.leave_no_trace(0.01)
        assert traces(swift) != []
    assert people.leave_no_trace()
    assert traces(swift) == []


def test_what_a_forgotten_person_was_to_get_is_skipped(people: People, engine: Engine) -> None:
    fill_with_anna(engine)
    people.forget(ANNA, "0" * 64, NOW)
    (mailing,) = Mailings(engine).all()
    (row,) = Mailings(engine).deliveries(mailing.id, ["skipped"])
    assert (row.address, row.reply) == ("", "erased")
    assert "erased with a person" in mailing.reason


def test_people_are_walked_through_in_pages(people: People) -> None:
    everybody = [
        (read_address(f"r{number:04}@example.com"), "", [(DAILY_ZH, "active")], SHOWN)
        for number in range(1203)
    ]
    assert people.take_all(everybody, NOW) == 1203  # type: ignore[arg-type]
    assert len({each.id for each in people.walk()}) == 1203
    assert len(list(people.walk(limit=700))) == 700
    assert [each.address for each in people.walk(search="r0042")] == ["r0042@example.com"]
    assert list(people.walk(edition="en")) == []


def test_a_fact_of_the_installation_is_kept_as_it_was_first_said(people: People) -> None:
    assert people.fact("suppression-key", "abc") == "abc"
    assert people.fact("suppression-key", "def") == "abc"
