"""Days, times of day, points in time and time zones as editors write them."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from difflib import get_close_matches
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from pydantic_core import PydanticCustomError

from publisher.config.refusal import called, refuse


def zone(value: Any) -> ZoneInfo:
    """A time zone by its name in the IANA list."""
    if isinstance(value, ZoneInfo):
        return value
    try:
        return ZoneInfo(str(value))
    except (KeyError, ValueError, OSError):
        raise refuse(
            "time_zone", f"{called(value)} is no time zone that is known", _nearest_zone(str(value))
        ) from None


# What people call zones by, and what the IANA list has them under.
_ZONES = {
    "asia/beijing": "Asia/Shanghai",
    "asia/peking": "Asia/Shanghai",
    "beijing": "Asia/Shanghai",
    "asia/shenzhen": "Asia/Shanghai",
    "asia/guangzhou": "Asia/Shanghai",
    "cst": "Asia/Shanghai or America/Chicago",
    "jst": "Asia/Tokyo",
    "cet": "Europe/Berlin",
    "pst": "America/Los_Angeles",
    "pt": "America/Los_Angeles",
    "edt": "America/New_York",
}


def _nearest_zone(value: str) -> str:
    wanted = value.lower().replace(" ", "_")
    near = _ZONES.get(wanted)
    if near is None:
        known = {zone.lower(): zone for zone in sorted(available_timezones())}
        cities = {zone.rpartition("/")[2]: zone for zone in known}
        close = get_close_matches(wanted, [*known, *cities], n=1, cutoff=0.75)
        near = known[cities.get(close[0], close[0])] if close else None
    listed = "use a name of the IANA list, such as Asia/Shanghai or Europe/Berlin"
    return f"did you mean {near}?" if near else listed


_SPAN = re.compile(r"(\d{1,5})\s*([mhd])")
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}


def span(value: Any) -> dt.timedelta:
    """A time span such as ``30m``, ``12h`` or ``2d``."""
    if isinstance(value, dt.timedelta):
        return value
    match = _SPAN.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None:
        raise refuse("time_span", f"{called(value)} is no time span", "write 30m, 12h or 2d")
    return dt.timedelta(**{_UNITS[match[2]]: int(match[1])})


def said(length: dt.timedelta) -> str:
    """A time span as it is written, in the largest unit that says it whole."""
    minutes = int(length.total_seconds()) // 60
    for size, unit in ((1440, "d"), (60, "h")):
        if minutes and minutes % size == 0:
            return f"{minutes // size}{unit}"
    return f"{minutes}m"


DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_OTHER_DATE = re.compile(
    r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?|(\d{4})(\d{2})(\d{2})"
)


def day(value: Any) -> dt.date:
    """A day written ``2026-04-26``; a refusal that says why for any other text."""
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return value
    match = DATE.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise refuse("bad_date", f"{called(value)} is no date", _date_remedy(str(value)))
    try:
        return dt.date(*map(int, match.groups()))
    except ValueError:
        raise _no_such_day(value, *map(int, match.groups())) from None


def _date_remedy(value: str) -> str:
    if other := _OTHER_DATE.fullmatch(value.strip()):
        year, month, day = (int(each) for each in other.groups() if each)
        return f"write {year:04}-{month:02}-{day:02}"
    return "write year-month-day, such as 2026-04-26"


def _no_such_day(value: str, year: int, month: int, day: int) -> PydanticCustomError:
    remedy = "write year-month-day, such as 2026-04-26"
    if not 1 <= month <= 12:
        remedy = f"months are 01 to 12, and this says {month:02}"
        if 1 <= day <= 12:
            remedy += f"; did you mean {year:04}-{day:02}-{month:02}?" if month <= 31 else ""
    elif year:
        last = calendar.monthrange(year, month)[1]
        remedy = f"that month has the days 01 to {last}"
    return refuse("bad_date", f"the day {value} does not exist", remedy)


def time(value: Any) -> dt.time:
    """A time of day written ``08:00``."""
    if isinstance(value, dt.time):
        return value
    # Seconds are what a frozen issue has.
    match = re.fullmatch(r"(\d{1,2}):(\d{2})(?::00)?", value) if isinstance(value, str) else None
    if match is None or int(match[1]) > 23 or int(match[2]) > 59:
        remedy = 'write hours and minutes, such as "08:00" or "20:30"'
        raise refuse("bad_time", f"{called(value)} is no time of day", remedy)
    return dt.time(int(match[1]), int(match[2]))


def moment(value: Any) -> dt.datetime:
    """A point in time with its offset from UTC, written ``2026-04-26T06:00+08:00``."""
    written = value
    if isinstance(value, str):
        try:
            value = dt.datetime.fromisoformat(value)
        except ValueError:
            value = None
    if not isinstance(value, dt.datetime):
        remedy = "write it such as 2026-04-26T06:00+08:00"
        raise refuse("moment", f"{called(written)} is no point in time", remedy)
    if value.tzinfo is None:
        raise refuse(
            "moment_naive",
            "this point in time does not say in which time zone it is",
            f"add the offset from UTC, such as {value.isoformat(timespec='minutes')}+08:00",
        )
    return value
