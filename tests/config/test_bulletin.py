"""Bulletins: what an editor may write, and what is said about the rest."""

from __future__ import annotations

import pytest
from builders import publication

from publisher.config.bulletin import Bulletin
from publisher.config.read import parse_bulletin
from publisher.document import parse

SECTIONS = "sections:\n  - {id: top, block: entries, select: {}}\n"
HEAD = "name: {zh: a, en: b}\ncadence: daily\nschedule: {at: '18:00'}\n"


def read(text: str, slug: str = "daily") -> tuple[Bulletin | None, list[str]]:
    """The bulletin of a file, and its problems as ``line:column: what; remedy``."""
    document, found = parse(text.encode(), "x.yaml")
    assert document is not None, found
    bulletin, problems = parse_bulletin(document, slug, publication())
    return bulletin, [str(each).removeprefix("x.yaml:") for each in sorted(problems)]


SCHEDULES = {
    "cadence: daily\nschedule: {at: '25:00'}": [
        '3:16: "25:00" is no time of day; write hours and minutes, such as "08:00" or "20:30"'
    ],
    "cadence: daily\nschedule: {at: 8}": [
        '3:16: "8" is no time of day; write hours and minutes, such as "08:00" or "20:30"'
    ],
    "cadence: daily\nschedule: {at: '8:00', on: sun}": [
        '3:24: a daily bulletin cannot come out on "sun" alone; write on: [sun], or cadence: weekly'
    ],
    "cadence: daily\nschedule: {at: '8:00', on: []}": [
        (
            "3:24: a daily bulletin cannot come out on no day at all; "
            "delete on, or name weekdays: on: [mon, tue, wed, thu, fri]"
        )
    ],
    "cadence: daily\nschedule: {at: '8:00', on: [Monday, xx]}": [
        '3:29: "Monday" is no weekday; write "mon"',
        '3:37: "xx" is no weekday; use mon, tue, wed, thu, fri, sat, sun',
    ],
    "cadence: weekly\nschedule: {at: '8:00'}": [
        (
            "3:1: the schedule does not say on which day this weekly bulletin comes out; "
            "name one weekday: on: sun"
        )
    ],
    "cadence: weekly\nschedule: {at: '8:00', on: [mon, tue]}": [
        (
            "3:24: a weekly bulletin cannot come out on several weekdays (mon, tue); "
            "name one weekday: on: sun"
        )
    ],
    "cadence: monthly\nschedule: {at: '8:00', on: mon}": [
        (
            '3:24: a monthly bulletin cannot come out on "mon" alone; '
            "name a day of the month, 1 to 31: on: 28 (31 means its last day)"
        )
    ],
    "cadence: monthly\nschedule: {at: '8:00', on: 32}": [
        "3:28: no month has a day 32; write 1 to 31 (31 means the last day of each month)"
    ],
    "cadence: dayly\nschedule: {at: '8:00'}": [
        (
            '2:10: "cadence" may not be "dayly"; did you mean "daily"? '
            "(possible: daily, weekly, monthly)"
        )
    ],
    "cadence: daily\nschedule: '8:00'": ['3:11: "8:00" alone is no schedule; write {at: "8:00"}'],
}


@pytest.mark.parametrize(("text", "expected"), SCHEDULES.items())
def test_an_impossible_schedule_is_one_clear_error(text: str, expected: list[str]):
    """What does not fit the cadence is told where it stands, with what would fit."""
    assert read(f"name: {{zh: a, en: b}}\n{text}\n{SECTIONS}")[1] == expected


@pytest.mark.parametrize(
    "text",
    [
        "cadence: daily\nschedule: {at: '8:00', on: [mon, fri]}",
        "cadence: weekly\nschedule: {at: '8:00', on: sun}",
        "cadence: monthly\nschedule: {at: '8:00', on: 31}",
    ],
)
def test_a_schedule_that_fits_is_taken(text: str):
    """Each cadence has its own way to say on which days."""
    bulletin, found = read(f"name: {{zh: a, en: b}}\n{text}\n{SECTIONS}")
    assert bulletin is not None
    assert found == []


SETTINGS = {
    "time_zone: Asia/Beijing": [
        '4:12: "Asia/Beijing" is no time zone that is known; did you mean Asia/Shanghai?'
    ],
    "time_zone: Europe/Berlinn": [
        '4:12: "Europe/Berlinn" is no time zone that is known; did you mean Europe/Berlin?'
    ],
    "time_zone: UTC+8:00x": [
        (
            '4:12: "UTC+8:00x" is no time zone that is known; '
            "use a name of the IANA list, such as Asia/Shanghai or Europe/Berlin"
        )
    ],
    "window: {days: 7, week: this}": [
        (
            "4:19: this window has both days and week; "
            "keep one: {days: 7}, {week: this} or {month: previous}"
        )
    ],
    "window: {}": [
        (
            "4:9: this window does not say how long it is; "
            "write {days: 7}, {week: this} or {month: previous}"
        )
    ],
    "window: {week: last}": ['4:16: "week" may not be "last"; possible: this, previous'],
    "window: {week: this, ends: day-before}": [
        (
            '4:28: warning: "ends" has no effect: a calendar week or month ends when it ends; '
            "delete it, or give the window in days"
        )
    ],
    "at_least: 3": [
        (
            '4:11: "3" alone does not say what becomes of a shorter issue; '
            "write {entries: 3, otherwise: skip}"
        )
    ],
    "at_least: {entries: 0}": ['4:21: "entries" must be at least 1; this is 0'],
    "at_least: {entries: 3, otherwise: roll}": [
        '4:35: "otherwise" may not be "roll"; did you mean "roll-over"? (possible: skip, roll-over)'
    ],
    "editions: [zh, bilingal]": [
        (
            '4:16: the publication has no edition "bilingal"; did you mean "bilingual"? '
            "(editions: zh, en, bilingual)"
        )
    ],
    "titel: {zh: a, en: b}": None,
    "title: {zh: '{bulletn}', en: '{leed} {date:YYYY-MM-DD}'}": [
        (
            '4:9: there is no placeholder "bulletn"; did you mean "bulletin"? (placeholders: '
            "bulletin, issue, date, number, year, week, month, lead, count)"
        ),
        (
            '4:26: "YYYY-MM-DD" is no form of a date; '
            "write y for the year (Y is the year that the week belongs to)"
        ),
        (
            '4:26: there is no placeholder "leed"; did you mean "lead"? (placeholders: bulletin, '
            "issue, date, number, year, week, month, lead, count)"
        ),
    ],
    "title: {zh: '{date:yyyy.mm.dd}', en: b}": [
        '4:9: "yyyy.mm.dd" is no form of a date; write M for the month (m is the minute)'
    ],
    "title: {zh: '{count:03}', en: '{lead'}": [
        '4:9: "count" takes no form after a colon; write {count}',
        '4:27: there is a "{" too many in the text for "en"; write placeholders like this: {date}',
    ],
    "masthead: [date, time]": [
        (
            '4:18: there is no fact "time"; did you mean "time_zone"? '
            "(facts: date, time_zone, window, number)"
        )
    ],
    "facts: {sector: {label: {zh: a, en: b}}}\nmasthead: [sector, sektor]": [
        (
            '5:20: there is no fact "sektor"; did you mean "sector"? '
            "(facts: date, time_zone, window, number, sector)"
        )
    ],
    "facts: {sector: {label: {zh: a, en: b}}}": [
        '4:9: warning: the fact "sector" is not shown; add sector to masthead:'
    ],
    "facts: {sector: {zh: a, en: b}}\nmasthead: [sector]": [
        "4:17: a fact has a label and a value; write {label: {…}, value: {…}}"
    ],
    "facts: {date: {label: {zh: a, en: b}}}\nmasthead: [date]": [
        ('4:9: "date" is a fact that every issue has; give yours another name, such as "own_date"')
    ],
}


@pytest.mark.parametrize(("text", "expected"), SETTINGS.items())
def test_a_mistake_in_a_setting_is_told_at_its_place(text: str, expected: list[str] | None):
    """One mistake gives one message: where it is, what is wrong, what would be right."""
    found = read(f"{HEAD}{text}\n{SECTIONS}")[1]
    if expected is None:
        assert found[0].startswith('4:1: there is no field "titel" here; did you mean "title"?')
    else:
        assert found == expected


BLOCKS = {
    "{id: a, block: entries}": [
        (
            '5:5: the section "a" does not say which entries it takes; '
            "add select: {kinds: [event]}, or select: {} for every entry"
        )
    ],
    "{id: a, block: prose, max: 3, select: {}}": [
        (
            '5:27: "max" means nothing in a prose section; '
            "delete it, or write block: entries or calendar or related"
        ),
        (
            '5:35: "select" means nothing in a prose section; '
            "delete it, or write block: entries or calendar"
        ),
    ],
    "{id: a, block: lists}": [
        (
            '5:20: "block" may not be "lists"; did you mean "list"? (possible: prose, list, '
            "entries, table, figure, calendar, contents, list-of-tables, references, key-points, "
            "related, people, boilerplate, qr-codes, corrections)"
        )
    ],
    "{id: Top, block: prose}": ['5:10: "Top" cannot stand in a web address; write "top"'],
    "{id: a, block: entries, select: {kinds: [evnt]}}": [
        (
            '5:46: the section "a" selects nothing: there is no kind "evnt"; did you mean "event"? '
            "(kinds: event, signal)"
        )
    ],
    "{id: a, block: entries, select: {kinds: [signal]}, show: [fields], fields: [why]}": [
        '5:81: no entry of the section "a" has a field "why"; fields: handle, verdict'
    ],
    "{id: a, block: entries, select: {}, show: [summary], fields: [why]}": [
        (
            '5:66: warning: the section "a" names fields, but does not show them; '
            "add fields to show:, or delete this line"
        )
    ],
    "{id: a, block: entries, select: {min_importance: 9}}": [
        '5:54: "min_importance" must be at most 5; this is 9'
    ],
    "{id: a, block: prose}\n  - {id: a, block: prose}\n  - {id: a, block: list}": [
        '6:6: two sections have the id "a"; give each section an id of its own',
        '7:6: two sections have the id "a"; give each section an id of its own',
    ],
}


@pytest.mark.parametrize(("text", "expected"), BLOCKS.items())
def test_a_mistake_in_a_section_is_told_at_its_place(text: str, expected: list[str]):
    """A section that selects nothing, or holds what means nothing there, is one clear error."""
    assert read(f"{HEAD}sections:\n  - {text}\n")[1] == expected


@pytest.mark.parametrize(
    ("slug", "expected"),
    [
        ("tags", ('1:1: a bulletin cannot be called "tags": the site uses that address; '
                 "rename the file")),
        ("AI_weekly", ('1:1: the file name "AI_weekly" cannot stand in a web address; '
                      "rename it to ai-weekly.yaml")),
    ],
)  # fmt: skip
def test_the_name_of_the_file_becomes_part_of_addresses(slug: str, expected: str):
    """A bulletin's file name is a slug that the site does not use itself."""
    assert read(HEAD + SECTIONS, slug)[1] == [expected]


def test_a_frozen_bulletin_is_read_again():
    """Issues keep the settings of their day as JSON; the same settings come back."""
    bulletin, _ = read(HEAD + "title: {zh: '{lead}', en: '{date:yyyy}'}\n" + SECTIONS)
    assert bulletin is not None
    assert Bulletin.model_validate_json(bulletin.model_dump_json()) == bulletin


def test_a_mistake_in_a_fact_is_not_told_again_where_it_is_shown():
    """A masthead that names a broken fact is right in itself."""
    found = read(f"{HEAD}facts: {{sector: {{labl: {{zh: a}}}}}}\nmasthead: [sector]\n{SECTIONS}")[1]
    assert [each.split(":")[0] for each in found] == ["4"]


def test_a_fact_that_every_issue_has_by_now_is_read_in_a_frozen_one():
    """A later version may know a fact that a bulletin once had for its own."""
    bulletin, _ = read(
        f"{HEAD}facts: {{own: {{label: {{zh: a, en: b}}}}}}\nmasthead: [own]\n{SECTIONS}"
    )
    assert bulletin is not None
    frozen = bulletin.model_dump_json().replace('"own"', '"number"')
    assert list(Bulletin.model_validate_json(frozen).facts) == ["number"]
