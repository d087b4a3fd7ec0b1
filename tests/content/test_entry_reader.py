"""Reading the entries of one run: each once, and those that may be coming without parsing them."""

from __future__ import annotations

import datetime as dt

import pytest
from newsroom import Newsroom

from publisher.content.entry_reader import EntryReader
from publisher.content.load import load_frame

FIRST, LAST = dt.date(2026, 4, 1), dt.date(2026, 4, 30)


def reader_of(newsroom: Newsroom) -> EntryReader:
    return EntryReader(newsroom.root, load_frame(newsroom.root).publication)


def test_what_was_read_stays_as_it_was(newsroom: Newsroom):
    """What was rehearsed is frozen, though a file was saved since."""
    entry_id = newsroom.entry("launch", happened="2026-05-25")
    reader = reader_of(newsroom)
    before = reader.entries([entry_id]), reader.upcoming(FIRST, LAST, LAST)
    (newsroom.root / f"content/entries/{entry_id}.yaml").write_text("title: {", "utf-8")
    assert (reader.entries([entry_id]), reader.upcoming(FIRST, LAST, LAST)) == before
    assert reader_of(newsroom).entries([entry_id]).broken.keys() == {entry_id}


def test_entries_come_in_the_order_in_which_they_are_asked_for(newsroom: Newsroom):
    """Together with why others are not there."""
    one, two = newsroom.entry("one"), newsroom.entry("two")
    found = reader_of(newsroom).entries([two, "2026/04/26/none", one])
    assert list(found.entries) == [two, one]
    assert list(found.broken) == ["2026/04/26/none"]


@pytest.mark.parametrize(
    ("happened", "is_there"),
    [
        ("2026-05-13", True),
        ("2026-05", True),
        ("2026-04-30/2026-05-02", True),
        ("2026-03/2026-05", True),
        ("2027-01", True),
        ("2026-04-30", False),
        ("2026-04", False),
        ("2025-12-31", False),
    ],
)
def test_what_may_be_coming_is_found_without_reading_it(
    newsroom: Newsroom, happened: str, is_there: bool
):
    """By the month in which it ends."""
    entry_id = newsroom.entry("launch", happened=happened)
    found = reader_of(newsroom).upcoming(FIRST, LAST, dt.date(2026, 5, 20))
    assert found == ((entry_id,) if is_there else ())


@pytest.mark.parametrize(
    "line",
    [
        "happened: 2026-05-13",
        "happened:   '2026-05-13'",
        '"happened": "2026-05"',
        "{happened: 2026-05}",
    ],
)
def test_the_date_may_be_written_in_any_way(newsroom: Newsroom, line: str):
    """As YAML has it."""
    newsroom.file("content/entries/2026/04/26/a.yaml", f"{line}\n")
    assert reader_of(newsroom).upcoming(FIRST, LAST, dt.date(2026, 5, 20)) == ("2026/04/26/a",)


def test_what_has_no_date_is_not_coming(newsroom: Newsroom):
    """Nor what was filed on other days."""
    newsroom.entry("one")
    newsroom.entry("two", "2026-03-31", happened="2026-05-13")
    assert reader_of(newsroom).upcoming(FIRST, LAST, dt.date(2026, 5, 20)) == ()
