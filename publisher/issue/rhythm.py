"""The rhythm of a bulletin, from its settings: what `window` computes with."""

from __future__ import annotations

from publisher.config.bulletin import WEEKDAYS, Bulletin, WindowSettings
from publisher.config.publication import Publication
from publisher.issue.window import Rhythm

_DEFAULT = {
    "daily": WindowSettings(days=1),
    "weekly": WindowSettings(week="this"),
    "monthly": WindowSettings(month="this"),
}


def rhythm_of(bulletin: Bulletin, publication: Publication) -> Rhythm:
    """When the bulletin comes out, and which days each issue covers."""
    window = bulletin.window or _DEFAULT[bulletin.cadence]
    on = bulletin.schedule.on
    return Rhythm(
        cadence=bulletin.cadence,
        at=bulletin.schedule.at,
        on=_on(on),
        zone=bulletin.time_zone or publication.time_zone,
        window="week" if window.week else "month" if window.month else "days",
        days=window.days,
        ends=window.ends,
        which=window.week or window.month or "this",
    )


def _on(on: object) -> frozenset[int] | int:
    if on is None:
        return frozenset(range(7))
    if isinstance(on, list):
        return frozenset(WEEKDAYS.index(day) for day in on)
    return WEEKDAYS.index(on) if isinstance(on, str) else int(str(on))
