"""Bringing people in from files, in a real database."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from publisher.errors import ContentError
from publisher.importing import Imported, Importing, Wish
from publisher.storage.arrivals import Arrived
from publisher.storage.database import open_database
from publisher.storage.subscribers import People
from publisher.subscribers.addresses import read_address
from publisher.subscribers.csv_read import Terms
from publisher.subscribers.csv_write import lines_of, write_lines
from publisher.subscribers.tokens import make_keys

NOW = dt.datetime(2026, 5, 1, 8, tzinfo=dt.UTC)
EDITIONS = {"daily": ("zh", "en"), "weekly": ("zh", "en")}
HEADER = "address,name,bulletin,edition,state,confirmed,source\n"
ANNA = read_address("anna@example.com")
MAILCHIMP = (
    "Email Address,First Name,OPTIN_TIME,OPTIN_IP,CONFIRM_TIME,CONFIRM_IP\n"
    "anna@example.com,Anna,2015-03-16 14:40:00,192.0.2.1,2015-03-16 14:40:47,192.0.2.2\n"
    "ben@example.com,Ben,,,2015-03-16 14:40:47,\n"
)


@pytest.fixture
def importing(swift: Path, database: str) -> Importing:
    people = People(open_database(database))
    return Importing(people, make_keys(), swift)


def bring(
    importing: Importing, text: str, *bulletins: str, confirmed: bool = False, skip: bool = False
) -> Imported:
    terms = Terms(EDITIONS, bulletins, "en" if bulletins else "")
    wish = Wish("some/people.csv", terms, confirmed, skip)
    return importing.run(text.encode().splitlines(keepends=True), wish, NOW)


def line(address: str, state: str = "active", bulletin: str = "daily", source: str = "") -> str:
    return f"{address},A,{bulletin},zh,{state},2026-04-01T10:00:00+02:00,{source}\n"


def exported(people: People) -> str:
    return "".join(write_lines(each for who in people.walk() for each in lines_of(who)))


def test_several_lines_of_an_address_are_one_person(importing: Importing) -> None:
    done = bring(
        importing, HEADER + line("anna@example.com") + line("Anna@example.com", bulletin="weekly")
    )
    assert done.arrived == Arrived(people=1, subscriptions=2)
    found = importing.people.find(ANNA)
    assert found is not None
    assert [each.bulletin for each in found.subscriptions] == ["daily", "weekly"]


def test_a_second_time_changes_nothing(importing: Importing) -> None:
    text = HEADER + line("anna@example.com") + line("ben@example.com", "paused")
    bring(importing, text)
    before = exported(importing.people)
    assert bring(importing, text).arrived == Arrived(known=2)
    assert exported(importing.people) == before


def test_who_is_there_keeps_what_they_have(importing: Importing) -> None:
    """Also that they have left: no file brings anybody back."""
    bring(importing, HEADER + line("anna@example.com", source="form"))
    found = importing.people.find(ANNA)
    assert found is not None
    importing.people.move(found.id, "daily", "ended", NOW, "one-click")
    text = "address,name\nanna@example.com,Other\n"
    done = bring(importing, text, "daily", "weekly", confirmed=True)
    assert done.arrived == Arrived(subscriptions=1, known=1)
    again = importing.people.find(ANNA)
    assert again is not None
    assert (again.name, again.source) == ("A", "form")
    assert [each.state for each in again.subscriptions] == ["ended", "active"]


def test_one_bad_line_imports_nothing(importing: Importing) -> None:
    text = HEADER + line("anna@example.com") + line("no address") + line("ben@example.com", "x")
    with pytest.raises(ContentError) as caught:
        bring(importing, text)
    told = str(caught.value).splitlines()
    assert [each.split(": ")[0] for each in told[:2]] == [
        "some/people.csv:3:1",
        "some/people.csv:4:28",
    ]
    assert told[2].startswith("nothing was imported: 2 of 3 lines are wrong; mend them, or add")
    assert list(importing.people.walk()) == []


def test_the_others_are_imported_where_that_is_asked_for(importing: Importing) -> None:
    text = HEADER + line("anna@example.com") + line("no address") + line("ben@example.com")
    done = bring(importing, text, skip=True)
    assert done.arrived == Arrived(people=2, subscriptions=2)
    assert [each.line for each in done.problems] == [3]


def test_a_file_that_ends_in_rubbish_is_never_imported_in_part(importing: Importing) -> None:
    text = HEADER + line("no address") + line("anna@example.com") + 'ben@example.com,"A\n'
    with pytest.raises(ContentError) as caught:
        bring(importing, text, skip=True)
    assert [getattr(each, "line", 0) for each in caught.value.problems] == [2, 4]
    assert list(importing.people.walk()) == []


def test_nobody_becomes_a_reader_without_proof(importing: Importing) -> None:
    with pytest.raises(ContentError, match="does not prove that 1 of 2 people agreed") as caught:
        bring(importing, MAILCHIMP, "daily")
    assert "the first is in line 3" in str(caught.value)
    assert "--confirmed" in str(caught.value)
    assert list(importing.people.walk()) == []


def test_proof_of_another_program_is_kept(importing: Importing) -> None:
    done = bring(importing, MAILCHIMP, "daily", skip=True)
    assert dict(done.left_out) == {"without proof of consent": 1}
    found = importing.people.find(ANNA)
    assert found is not None
    (proof,) = importing.people.consents(found.id)
    assert proof["asked"] == "2015-03-16T14:40:00+00:00"
    assert proof["asked_from"] == "192.0.2.1"
    assert proof["confirmed"] == "2015-03-16T14:40:47+00:00"
    assert proof["confirmed_from"] == "192.0.2.2"
    assert proof["source"] == "import: people.csv"
    assert "people.csv, line 2, a file of Mailchimp" in str(proof["shown"])
    assert found.subscriptions[0].confirmed == dt.datetime(2015, 3, 16, 14, 40, 47, tzinfo=dt.UTC)


def test_what_the_operator_asserts_is_kept_as_that(importing: Importing) -> None:
    bring(importing, "address\nanna@example.com\n", "daily", confirmed=True)
    found = importing.people.find(ANNA)
    assert found is not None
    (proof,) = importing.people.consents(found.id)
    assert "The operator asserts that this person asked for these mails" in str(proof["shown"])
    assert proof["confirmed"] == NOW.isoformat()


def test_who_was_forgotten_is_counted_and_left_out(importing: Importing) -> None:
    hashed = importing.keys.suppression_hash(ANNA.match)
    importing.people.forget(ANNA, hashed, NOW)
    done = bring(importing, HEADER + line("ANNA@example.com") + line("ben@example.com"))
    assert done.arrived == Arrived(people=1, subscriptions=1, forgotten=1)
    assert importing.people.find(ANNA) is None


@pytest.mark.parametrize(
    ("state", "standing", "becomes"),
    [("ended", "ok", "ended"), ("dead", "dead", "active"), ("complained", "complained", "ended")],
)
def test_who_gets_no_mail_stays_so(
    importing: Importing, state: str, standing: str, becomes: str
) -> None:
    bring(importing, HEADER + line("anna@example.com", state))
    found = importing.people.find(ANNA)
    assert found is not None
    assert (found.state, found.subscriptions[0].state) == (standing, becomes)
    assert importing.people.active("daily") == {}


def test_who_never_confirmed_is_left_out(importing: Importing) -> None:
    done = bring(importing, HEADER + line("anna@example.com", "pending"))
    assert dict(done.left_out) == {"never confirmed": 1}
    assert importing.people.find(ANNA) is None


def test_an_export_makes_the_same_installation(importing: Importing, swift: Path) -> None:
    states = ["active", "paused", "ended", "suspended", "dead", "complained"]
    text = HEADER + "".join(
        line(f"r{number}@example.com", state, source=f"form {number}")
        for number, state in enumerate(states * 300)
    )
    bring(importing, text)
    first = exported(importing.people)
    assert first.count("\n") == 1801
    other = Importing(
        People(open_database(f"sqlite:///{swift / 'other.sqlite'}")), make_keys(), swift
    )
    bring(other, first)
    assert exported(other.people) == first
