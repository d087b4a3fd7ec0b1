"""Settings of the site: compressed copies, search, processes."""

from __future__ import annotations

import datetime as dt

import pytest

from publisher.config.settings_site import read_site
from publisher.config.settings_types import SiteSettings
from publisher.errors import SettingsError


def test_nothing_is_compressed_or_searched_unless_asked_for() -> None:
    """Without settings the site is pages alone."""
    assert read_site({}) == SiteSettings((), None, 0)


def test_copies_come_in_one_order() -> None:
    """However they are written, the same copies are made."""
    assert read_site({"PUBLISHER_COMPRESS": "br, gz"}).compressed == ("gz", "br")


def test_a_time_of_day_for_the_search() -> None:
    """The search has a time of its own."""
    assert read_site({"PUBLISHER_SEARCH": "03:30"}).search == dt.time(3, 30)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PUBLISHER_COMPRESS", "zip"),
        ("PUBLISHER_SEARCH", "24:00"),
        ("PUBLISHER_SEARCH", "3:30"),
        ("PUBLISHER_SEARCH", "on"),
        ("PUBLISHER_PROCESSES", "-1"),
        ("PUBLISHER_PROCESSES", "65"),
    ],
)
def test_what_cannot_be_is_refused(name: str, value: str) -> None:
    """A slip is told with its name and what would be right."""
    with pytest.raises(SettingsError, match=name):
        read_site({name: value})
