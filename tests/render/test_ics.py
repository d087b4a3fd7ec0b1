"""The calendar of coming events: RFC 5545 and RFC 7986, and the same bytes for the same entries."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

import builders
import pytest
from builders import SLOT, both, bulletin, entry, section
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar, Event

from publisher.issue.issue import EntryRevision
from publisher.render.ics import calendar_file

SETTINGS = bulletin(
    section("dates", "calendar", select={}), description=both("What comes"), cadence="daily"
)
LATER = SLOT + dt.timedelta(days=3)


def made(*entries: EntryRevision, edition: str = "en") -> bytes:
    files = calendar_file(builders.views(edition), "daily-ten", SETTINGS, entries, SLOT)
    assert list(files) == [f"{edition}/daily-ten/calendar.ics"]
    return files[f"{edition}/daily-ten/calendar.ics"]


def read(*entries: EntryRevision, edition: str = "en") -> Calendar:
    found = Calendar.from_ical(made(*entries, edition=edition))
    assert isinstance(found, Calendar)
    return found


def event(happened: str = "2026-05-13", edition: str = "en", **changes: Any) -> Event:
    """The only event of a calendar, as a program reads it."""
    (found,) = read(entry("conf", happened=happened, **changes), edition=edition).events
    return found


def day(found: Event, name: str) -> dt.date:
    value = found[name].dt
    assert isinstance(value, dt.date)
    return value


# The calendar ------------------------------------------------------------------------------------


def test_calendar_says_what_it_is() -> None:
    """Name and words for programs old and new, where it is from, how often to look."""
    found = read(entry("conf", happened="2026-05-13"))

    assert found["VERSION"] == "2.0"
    assert found["PRODID"]
    assert str(found["NAME"]) == str(found["X-WR-CALNAME"]) == "Calendar: Daily Ten"
    assert str(found["DESCRIPTION"]) == "What comes (en)"
    assert str(found["URL"]) == "https://news.example.com/en/daily-ten/"
    assert str(found["SOURCE"]) == "https://news.example.com/en/daily-ten/calendar.ics"
    assert found["REFRESH-INTERVAL"].dt == dt.timedelta(days=1)
    assert found["REFRESH-INTERVAL"].params["VALUE"] == "DURATION"


def test_calendar_changed_when_its_newest_part_did() -> None:
    """The newest issue, or a correction since."""
    conf = entry("conf", happened="2026-05-13")
    corrected = conf.model_copy(update={"at": LATER})

    assert read(conf)["LAST-MODIFIED"].dt == SLOT
    assert read(corrected)["LAST-MODIFIED"].dt == LATER


def test_entries_without_a_date_are_left_out() -> None:
    """There is no day to put them on."""
    assert list(read(entry("conf")).events) == []


# An event ----------------------------------------------------------------------------------------


def test_event_is_a_whole_day() -> None:
    """It ends before the next one, and takes nobody's time."""
    found = event("2026-05-13")

    assert (day(found, "DTSTART"), day(found, "DTEND")) == (
        dt.date(2026, 5, 13),
        dt.date(2026, 5, 14),
    )
    assert found["DTSTART"].params["VALUE"] == "DATE"
    assert found["TRANSP"] == "TRANSPARENT"
    assert "STATUS" not in found


def test_event_of_several_days_ends_after_the_last() -> None:
    """RFC 5545, 3.8.2.2: the end is not part of it."""
    found = event("2026-05-30/2026-06-01")

    assert day(found, "DTEND") == dt.date(2026, 6, 2)


def test_event_of_a_month_is_tentative_and_says_so() -> None:
    """The whole month; programs that show no status show the words."""
    found = event("2026-06", "bilingual")

    assert (day(found, "DTSTART"), day(found, "DTEND")) == (
        dt.date(2026, 6, 1),
        dt.date(2026, 7, 1),
    )
    assert found["STATUS"] == "TENTATIVE"
    assert str(found["SUMMARY"]) == (
        "Title conf（中）（具体日期待定） / Title conf (en) (day not yet known)"
    )


def test_event_says_what_it_is_in_the_language_of_the_edition() -> None:
    """By its short title, and what is known of it, with the address of its page."""
    found = event("2026-05-13", "zh", short_title=both("Short"), tags=["funding"])
    url = "https://news.example.com/zh/e/2026/04/26/conf/"

    assert str(found["SUMMARY"]) == "Short（中）"
    assert found["SUMMARY"].params["LANGUAGE"] == "zh-CN"
    assert str(found["DESCRIPTION"]) == f"Summary conf（中）\n\n{url}"
    assert str(found["URL"]) == url
    assert [str(each) for each in found["CATEGORIES"].cats] == ["funding"]


def test_event_of_a_stacked_edition_has_both_languages() -> None:
    """The first one first."""
    found = event("2026-05-13", "bilingual")

    assert str(found["SUMMARY"]) == "Title conf（中） / Title conf (en)"
    assert str(found["DESCRIPTION"]).startswith("Summary conf（中）\n\nSummary conf (en)\n\n")


def test_event_keeps_its_identity_when_it_is_corrected_and_renamed() -> None:
    """Programs put the new one in the place of the old: same UID, higher number, later stamp."""
    first = entry("conf", happened="2026-05-13")
    renamed = entry("conference", happened="2026-05-14").model_copy(
        update={"identity": first.id, "revision": 3, "at": LATER}
    )

    (old,), (new,) = read(first).events, read(renamed).events

    assert old["UID"] == new["UID"] == "2026-04-26-conf.en@news.example.com"
    assert (old["SEQUENCE"], new["SEQUENCE"]) == (0, 2)
    assert (old["DTSTAMP"].dt, new["DTSTAMP"].dt) == (SLOT, LATER)
    assert new["LAST-MODIFIED"].dt == LATER
    assert new["CREATED"].dt == SLOT
    assert str(new["URL"]).endswith("/2026/04/26/conference/")


def test_editions_have_identities_of_their_own() -> None:
    """A reader may subscribe to two."""
    assert event(edition="zh")["UID"] != event(edition="en")["UID"]


def test_identity_does_not_depend_on_the_address_of_the_site() -> None:
    """The site may move; the events stay the same."""
    moved = builders.publication(base_url="https://elsewhere.example.org")
    conf = entry("conf", happened="2026-05-13")
    (data,) = calendar_file(
        builders.views("en", moved), "daily-ten", SETTINGS, [conf], SLOT
    ).values()

    assert b"UID:2026-04-26-conf.en@news.example.com\r\n" in data


# The bytes ---------------------------------------------------------------------------------------

# RFC 5545, 3.4, 3.6.1 and 3.8; what may stand there once at most.
REQUIRED = {
    "VCALENDAR": {"VERSION", "PRODID"},
    "VEVENT": {"UID", "DTSTAMP", "DTSTART", "SUMMARY", "SEQUENCE", "URL"},
}


def faults(data: bytes) -> list[str]:
    """What a validator would say: lines, nesting, properties that are absent or double."""
    found = []
    *lines, last = data.split(b"\r\n")
    if last or b"\n" in b"".join(lines) or b"\r" in b"".join(lines):
        found.append("lines do not end with CRLF")
    found += [f"longer than 75 octets: {line!r}" for line in lines if len(line) > 75]
    for line in lines:
        try:
            line.decode()
        except UnicodeDecodeError:
            found.append(f"a character is torn: {line!r}")
    unfolded = data.replace(b"\r\n ", b"").decode().splitlines()
    stack: list[tuple[str, list[str]]] = []
    for line in unfolded:
        name = line.replace(";", ":").partition(":")[0]
        if name == "BEGIN":
            stack.append((line.partition(":")[2], []))
        elif name == "END":
            component, names = stack.pop()
            found += [f"{component} lacks {each}" for each in REQUIRED[component] - {*names}]
            found += [f"{each} twice" for each in set(names) if names.count(each) > 1]
        else:
            stack[-1][1].append(name)
    return found + [f"{component} is open" for component, _ in stack]


LONG = {"zh": "国务院常务会议讨论通过人工智能产业发展规划" * 8, "en": "A very long title, " * 20}


@pytest.mark.parametrize("edition", ["zh", "en", "bilingual"])
def test_bytes_are_as_the_standard_wants_them(edition: str) -> None:
    """Lines of at most 75 octets, no character torn in two; everything that must be there."""
    entries = [
        entry("conf", happened="2026-05-13", title=LONG, summary=LONG),
        entry("launch", happened="2026-06", title=both("a; b, c: \\ d")),
        entry("fair", happened="2026-05-30/2026-06-01", tags=["a", "b"]),
    ]

    assert faults(made(*entries, edition=edition)) == []


def test_bytes_are_the_same_each_time() -> None:
    """No clock, no chance."""
    entries = [entry("a", happened="2026-05-13"), entry("b", happened="2026-06")]

    assert made(*entries) == made(*entries)


def test_links_are_absolute_whatever_the_page_has() -> None:
    """A calendar program knows no base address."""
    views = builders.views("en")
    relative = dataclasses.replace(views, links=dataclasses.replace(views.links, absolute=False))
    conf = entry("conf", happened="2026-05-13")

    (data,) = calendar_file(relative, "daily-ten", SETTINGS, [conf], SLOT).values()

    assert data == made(conf)


@given(st.text(min_size=1).filter(str.strip))
def test_whatever_stands_in_a_title_the_calendar_can_be_read(title: str) -> None:
    """Commas, semicolons, backslashes, line breaks and emoji come back as they went in."""
    text = {"zh": title, "en": title}
    conf = entry("conf", happened="2026-05-13", title=text, summary=text)
    shown = builders.views("en").entry(conf, {}).title.line

    data = made(conf)

    assert faults(data) == []
    (found,) = Calendar.from_ical(data).walk("VEVENT")
    kept = "".join(each for each in shown if each.isprintable())
    assert "".join(each for each in str(found["SUMMARY"]) if each.isprintable()) == kept
