"""What is wrong now and needs a person."""

from __future__ import annotations

import datetime as dt

import pytest

from publisher.storage.database import open_database
from publisher.storage.troubles import AGAIN, Troubles

NOW = dt.datetime(2026, 5, 1, 8, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def troubles(database: str) -> Troubles:
    return Troubles(open_database(database))


def test_a_new_trouble_is_told(troubles: Troubles) -> None:
    """A person hears of it at once."""
    assert troubles.see("pull", "The remote cannot be reached", ["no route to host"], NOW)


def test_what_goes_on_is_not_told_again(troubles: Troubles) -> None:
    """The same trouble a minute later is no news."""
    troubles.see("pull", "The remote cannot be reached", [], NOW)

    assert not troubles.see("pull", "The remote cannot be reached", [], NOW + HOUR)


def test_what_still_goes_on_after_a_day_is_told_once_more(troubles: Troubles) -> None:
    """Nobody forgets a trouble that lasts."""
    troubles.see("pull", "The remote cannot be reached", [], NOW)

    assert troubles.see("pull", "The remote cannot be reached", [], NOW + AGAIN)
    assert not troubles.see("pull", "The remote cannot be reached", [], NOW + AGAIN + HOUR)


def test_a_trouble_keeps_its_beginning_and_takes_the_newest_words(troubles: Troubles) -> None:
    """What is listed says since when, and how it stands now."""
    troubles.see("pull", "The remote cannot be reached", ["timed out"], NOW)
    troubles.see("pull", "The remote cannot be reached", ["refused", "by the host"], NOW + HOUR)

    (found,) = troubles.all()
    assert (found.since, found.seen) == (NOW, NOW + HOUR)
    assert found.lines == ("refused", "by the host")


def test_a_trouble_that_is_over_is_news_when_it_comes_back(troubles: Troubles) -> None:
    """An end is an end."""
    troubles.see("pull", "The remote cannot be reached", [], NOW)

    assert troubles.end("pull")
    assert troubles.all() == []
    assert troubles.see("pull", "The remote cannot be reached", [], NOW + HOUR)


def test_ending_what_never_was_does_nothing(troubles: Troubles) -> None:
    """A step that goes well says so without asking first."""
    assert not troubles.end("pull")


def test_troubles_are_listed_by_what_they_are_about(troubles: Troubles) -> None:
    """A prefix picks those of one kind."""
    troubles.see("held:daily/2026-05-01", "Held", [], NOW)
    troubles.see("pull", "The remote cannot be reached", [], NOW)

    assert [each.key for each in troubles.all("held:")] == ["held:daily/2026-05-01"]
