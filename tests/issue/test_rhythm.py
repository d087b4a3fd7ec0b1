"""From a bulletin's settings to the rhythm that windows are computed with."""

from __future__ import annotations

from typing import Any

import pytest
from builders import bulletin, publication

from publisher.issue.rhythm import rhythm_of


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({}, {"on": frozenset(range(7)), "window": "days", "days": 1, "ends": "issue-day"}),
        ({"schedule": {"at": "08:00", "on": ["mon", "fri"]}}, {"on": frozenset({0, 4})}),
        (
            {"cadence": "weekly", "schedule": {"at": "08:00", "on": "sun"}},
            {"on": 6, "window": "week", "which": "this"},
        ),
        (
            {"cadence": "monthly", "schedule": {"at": "08:00", "on": 31}},
            {"on": 31, "window": "month", "which": "this"},
        ),
        ({"window": {"days": 7, "ends": "day-before"}}, {"days": 7, "ends": "day-before"}),
        (
            {
                "cadence": "weekly",
                "schedule": {"at": "8:00", "on": "mon"},
                "window": {"week": "previous"},
            },
            {"window": "week", "which": "previous"},
        ),
        (
            {
                "cadence": "monthly",
                "schedule": {"at": "8:00", "on": 1},
                "window": {"month": "previous"},
            },
            {"window": "month", "which": "previous", "on": 1},
        ),
    ],
)
def test_settings(settings: dict[str, Any], expected: dict[str, Any]) -> None:
    """Days, weekdays and windows, with what holds where nothing is said."""
    rhythm = rhythm_of(bulletin(**settings), publication())
    assert {name: getattr(rhythm, name) for name in expected} == expected


def test_the_zone_is_the_publications_unless_the_bulletin_has_its_own() -> None:
    """08:00 is said on the bulletin's clock."""
    assert rhythm_of(bulletin(), publication()).zone.key == "Asia/Shanghai"
    own = bulletin(time_zone="Europe/Berlin")
    assert rhythm_of(own, publication()).zone.key == "Europe/Berlin"
