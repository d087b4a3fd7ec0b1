"""What tests of the archive share."""

from __future__ import annotations

import pytest
from builders import both
from shelf import Shelf, written

NOTE = {"date": "2026-04-27", "note": both("wrong")}
CALENDAR = {"id": "dates", "block": "calendar", "select": {}}
OPTIONAL = {"id": "top", "block": "entries", "select": {"tags": ["news"]}, "optional": True}


@pytest.fixture
def shelf() -> Shelf:
    """An empty archive in memory."""
    return Shelf()


@pytest.fixture
def full(shelf: Shelf) -> Shelf:
    """Three dailies and a weekly, with tags, stories, a date, corrections and a rename."""
    shelf.publish(written("a", tags=["x"], story="deal"), written("b"), name="2026-04-26")
    shelf.publish(written("c", day="2026/04/27", tags=["x", "y"]), name="2026-04-27")
    shelf.publish(written("a", tags=["x"], story="deal"), slug="weekly", name="2026-04-27")
    shelf.publish(written("d", day="2026/05/01"), name="2026-05-01")
    shelf.publish(
        written("g", day="2026/05/02", happened="2026-06"), slug="dates", name="2026-05-02",
        sections=[CALENDAR, OPTIONAL], file={},
    )  # fmt: skip
    shelf.revise(written("b", title=both("new"), tags=["y"], corrections=[NOTE]))
    shelf.revise(
        written("e", day="2026/04/27", tags=["x", "y"], aliases=["2026/04/27/c"]),
        "rename", "2026/04/27/c",
    )  # fmt: skip
    return shelf
