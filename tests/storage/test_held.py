"""What is held on one person, from a real database."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from sqlalchemy import Engine, insert

from publisher.storage.database import open_database, writing
from publisher.storage.mailings import Mailings
from publisher.storage.notices import Notices
from publisher.storage.subscriber_rows import Consent
from publisher.storage.subscribers import People
from publisher.storage.tables import feedback, metadata
from publisher.subscribers.addresses import read_address
from publisher.subscribers.subscriber import Choice

NOW = dt.datetime(2026, 5, 1, 8, tzinfo=dt.UTC)
ANNA = read_address("anna@example.com")
SHOWN = Consent("en", "Send me the daily.", "form", "192.0.2.7")


@pytest.fixture
def engine(database: str) -> Engine:
    return open_database(database)


def fill(engine: Engine) -> None:
    """Something of Anna in every table."""
    people, choice = People(engine), Choice("daily", "zh")
    who = people.add(ANNA, "Anna", [choice], SHOWN, NOW)
    people.ask(ANNA, "", [Choice("weekly", "zh")], SHOWN, "secret-token", NOW, NOW)
    mailing = Mailings(engine).open("daily", "2026-05-01", {"zh": b"."}, NOW)
    Notices(engine).queue("welcome", ANNA, b"a link: secret-link", NOW, subscriber=who)
    with writing(engine) as connection:
        connection.execute(
            insert(feedback).values(
                key="secret-key", kind="bounce", verdict="soft", mailing_id=mailing.id,
                subscriber_id=who, detail="full", created=NOW,
            )
        )  # fmt: skip


def test_every_table_with_people_in_it_is_told(engine: Engine) -> None:
    """A table that is added later is not forgotten here."""
    fill(engine)
    held = People(engine).held(ANNA)
    assert held is not None
    of_people = {table.name for table in metadata.sorted_tables if "subscriber_id" in table.columns}
    assert {name for name, value in held.items() if isinstance(value, list)} == of_people
    assert all(held[name] for name in of_people)


def test_it_is_plain_data_without_secrets(engine: Engine) -> None:
    fill(engine)
    text = json.dumps(People(engine).held(ANNA))
    assert "192.0.2.7" in text
    assert "Send me the daily." in text
    assert '"issue": "2026-05-01"' in text
    assert "2026-05-01T08:00:00+00:00" in text
    assert "secret" not in text


def test_mails_to_somebody_who_is_no_subscriber_are_told(engine: Engine) -> None:
    Notices(engine).queue("alarm", ANNA, b".", NOW)
    held = People(engine).held(ANNA)
    assert held is not None
    assert held.keys() == {"notices"}


def test_nothing_is_held_on_others(engine: Engine) -> None:
    fill(engine)
    assert People(engine).held(read_address("ben@example.com")) is None
