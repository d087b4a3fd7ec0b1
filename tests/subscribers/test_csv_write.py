"""Files of people as they are written, and read back."""

from __future__ import annotations

import csv
import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.subscribers.addresses import read_address, read_name
from publisher.subscribers.csv_formats import bare, protected
from publisher.subscribers.csv_read import SOURCE_LENGTH, Person, Terms, read_people
from publisher.subscribers.csv_write import Line, lines_of, write_lines, write_row
from publisher.subscribers.subscriber import (
    Subscriber,
    SubscriberState,
    Subscription,
    SubscriptionState,
)

NOW = dt.datetime(2026, 5, 1, 8, tzinfo=dt.UTC)
TERMS = Terms({"daily": ("zh", "en"), "weekly": ("en",)})

choices = st.sampled_from([("daily", "zh"), ("daily", "en"), ("weekly", "en")])
lines = st.builds(
    lambda number, local, name, choice, state, confirmed, source: Line(
        read_address(f"{local}{number}@example.com").text, read_name(name), *choice, state,
        confirmed, read_name(source)[:SOURCE_LENGTH].strip(),
    ),
    st.integers(0, 10**9),
    st.sampled_from(["a", "+a", "=a", "-a", "'a", "'=a", "é", "'''-"]),
    st.text(max_size=40) | st.sampled_from(["=1+1", "'=1", "''@x", '"', "a;b", "＝1"]),
    choices,
    st.sampled_from(["active", "paused", "ended", "suspended", "dead", "complained"]),
    st.none() | st.datetimes(timezones=st.just(dt.UTC)),
    st.text(max_size=80),
)  # fmt: skip


@given(st.lists(lines, unique_by=lambda line: line.address.casefold()))
def test_what_is_written_is_read_back_the_same(written: list[Line]) -> None:
    data = "".join(write_lines(written)).encode().splitlines(keepends=True)
    read = list(read_people(data, "people.csv", TERMS))
    assert [as_line(each) for each in read if isinstance(each, Person)] == written
    assert len(read) == len(written)


def as_line(person: Person) -> Line:
    (choice,) = person.choices
    return Line(
        person.address.text, person.name, choice.bulletin, choice.edition, person.state,
        person.proof.confirmed if person.proof else None, person.source,
    )  # fmt: skip


@given(st.text())
def test_protecting_a_cell_can_be_undone(cell: str) -> None:
    assert bare(protected(cell)) == cell


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@a", "\t=1", "'=1", "＝1"])
def test_no_cell_is_a_formula(cell: str) -> None:
    (row,) = csv.reader([write_row([cell])])
    assert row == [f"'{cell}"]


def test_the_file_has_our_columns_and_crlf() -> None:
    line = Line("a@example.com", "A, B", "daily", "zh", "active", NOW, "form")
    assert "".join(write_lines([line])) == (
        "address,name,bulletin,edition,state,confirmed,source\r\n"
        'a@example.com,"A, B",daily,zh,active,2026-05-01T08:00:00+00:00,form\r\n'
    )


@pytest.mark.parametrize(
    ("address", "subscription", "written"),
    [
        ("ok", "paused", "paused"),
        ("dead", "active", "dead"),
        ("dead", "ended", "ended"),
        ("suspended", "pending", "pending"),
        ("complained", "ended", "complained"),
    ],
)
def test_the_state_says_whether_mail_may_be_sent(
    address: SubscriberState, subscription: SubscriptionState, written: str
) -> None:
    """Who complained, or has a dead address, is no reader wherever the file is read."""
    choice = Subscription("daily", "zh", subscription, NOW, NOW, NOW)
    person = Subscriber(1, "a@example.com", "A", address, NOW, NOW, subscriptions=(choice,))
    (line,) = lines_of(person)
    assert line.state == written
