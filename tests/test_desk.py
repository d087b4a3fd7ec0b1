"""From the content on disk to an assembled issue, and into the archive."""

from __future__ import annotations

import pytest
from builders import both
from newsroom import TOP, Newsroom, at

from publisher.desk import Desk, Prepared
from publisher.errors import ContentError
from publisher.issue.issue import Candidate, Section

NEWS = TOP | {"select": {"kinds": ["event"]}, "optional": True}
DATES = {
    "id": "dates",
    "block": "calendar",
    "title": both("Dates"),
    "select": {"kinds": ["signal"]},
}
TRAFFIC = {"id": "traffic", "block": "table", "title": both("Traffic")}
SCALE = {"id": "scale", "block": "table", "table": "scale"}
RELATED = {"id": "related", "block": "related", "title": both("Related")}
CODES = {"id": "codes", "block": "qr-codes",
         "codes": [{"image": "account.png", "alt": both("Code")}]}  # fmt: skip


def desk(newsroom: Newsroom) -> Desk:
    """The desk of the publication as it lies there."""
    return newsroom.app().desk


def prepare(newsroom: Newsroom, name: str = "2026-04-26") -> Prepared:
    """The daily's issue, from what lies there now."""
    return desk(newsroom).prepare("daily", name)


def section(prepared: Prepared, section_id: str) -> Section:
    """A section of the issue."""
    return next(
        each for each in prepared.assembled.issue.sections if each.settings.id == section_id
    )


def dates(newsroom: Newsroom, name: str = "2026-04-26") -> list[str]:
    """What stands in the calendar of an issue."""
    return [each.entry[11:] for each in section(prepare(newsroom, name), "dates").entries]


# Dates -------------------------------------------------------------------------------------------


@pytest.fixture
def calendar(quick: Newsroom) -> Newsroom:
    """A daily with a calendar, and an issue file, so that it comes out without news."""
    quick.bulletin("daily", sections=[NEWS, DATES], late_days=0)
    for day in ("26", "27", "28"):
        quick.issue(f"2026-04-{day}")
    return quick


def test_dates_filed_long_ago_are_found(calendar: Newsroom) -> None:
    """In the year before the end of the window, not earlier."""
    for name, filed in (("a", "2025-04-24"), ("b", "2025-04-25"), ("c", "2026-04-27")):
        calendar.entry(name, filed, kind="signal", happened="2026-05-01")
    assert dates(calendar) == ["b"]


def test_a_date_comes_again_until_it_is_over(calendar: Newsroom) -> None:
    """As what was published, though its file is gone."""
    entry = calendar.entry("a", kind="signal", happened="2026-04-28", title=both("first"))
    calendar.publish("2026-04-26")
    calendar.edit(entry, title=both("edited"))
    assert dates(calendar, "2026-04-27") == ["a"]
    (calendar.root / f"content/entries/{entry}.yaml").unlink()
    calendar.publish("2026-04-27")
    assert [each.entry for each in calendar.issue_of("2026-04-27").issue.dates()] == [entry]
    calendar.publish("2026-04-28")
    assert calendar.issue_of("2026-04-28").issue.dates() == []
    assert calendar.entry_of(entry).revision == 1


def test_a_date_of_another_bulletin_is_shown(calendar: Newsroom) -> None:
    """Dates that anybody published, as far as the calendar looks and selects."""
    calendar.bulletin("weekly", schedule={"at": "08:00"})
    entry = calendar.entry("a", "2026-04-25", kind="signal", happened="2026-05-01")
    calendar.entry("far", "2026-04-25", kind="signal", happened="2027-05-01")
    calendar.publish("2026-04-25", "08:05")
    (calendar.root / f"content/entries/{entry}.yaml").unlink()
    assert dates(calendar) == ["a"]


def test_a_renamed_date_is_one_date(calendar: Newsroom) -> None:
    """By the id under which it was published; the issue file may name it by either."""
    entry = calendar.entry("a", kind="signal", happened="2026-05-01")
    calendar.publish("2026-04-26")
    calendar.rename(entry, "2026/04/26/b")
    assert dates(calendar, "2026-04-27") == ["a"]
    calendar.issue("2026-04-27", exclude=["2026/04/26/b"])
    found = prepare(calendar, "2026-04-27").assembled.issue
    assert found.dates() == []
    assert Candidate(
        entry=entry, reason="excluded", section="dates", detail="by the issue file"
    ) in (found.candidates)


def test_a_broken_date_is_reported(calendar: Newsroom) -> None:
    """Loudly, with its place; of one that was published, the archive still knows the day."""
    entry = calendar.entry("a", kind="signal", happened="2026-05-01")
    calendar.entry("b", "2026-01-01", kind="signal", happened="2026-05-02", importance=9)
    assert dates(calendar) == ["a"]
    assert "entries/2026/01/01/b.yaml" in str(prepare(calendar).problems[0])
    calendar.publish("2026-04-26")
    calendar.edit(entry, importance=9)
    assert dates(calendar, "2026-04-27") == ["a"]


def test_a_date_may_become_news(calendar: Newsroom) -> None:
    """On a later day within reach, as if no calendar had shown it."""
    calendar.bulletin("daily", sections=[NEWS | {"select": {"tags": ["x"]}}, DATES], late_days=3)
    entry = calendar.entry("a", kind="signal", happened="2026-04-28")
    calendar.publish("2026-04-26")
    assert [each.entry for each in calendar.issue_of().issue.dates()] == [entry]
    calendar.correct(entry, tags=["x"])
    calendar.publish("2026-04-27")
    issue = calendar.issue_of("2026-04-27").issue
    assert [each.entry for each in issue.news()] == [entry]
    assert [each.entry for each in issue.notices] == [entry]


# Tables and images -------------------------------------------------------------------------------


def test_tables_are_read_where_the_issue_names_them(quick: Newsroom) -> None:
    """Its own and the standing one; others may be broken."""
    quick.bulletin("daily", sections=[TOP, TRAFFIC, SCALE])
    quick.entry("one")
    for name in ("w17/traffic", "scale"):
        quick.table(name)
    quick.file("content/data/unrelated.yaml", "{")
    quick.issue("2026-04-26", sections={"traffic": {"table": "w17/traffic"}})
    found = prepare(quick)
    names = [each.table.name for each in found.assembled.issue.sections if each.table]
    assert names == ["w17/traffic", "scale"]
    assert quick.publish().published == ("daily 2026-04-26",)


def test_a_table_that_is_not_there(quick: Newsroom) -> None:
    """The issue waits; the message names the file, and where it is asked for."""
    quick.bulletin("daily", sections=[TOP, SCALE])
    quick.entry("one")
    with pytest.raises(ContentError) as caught:
        prepare(quick)
    told = str(caught.value)
    assert "daily 2026-04-26 cannot come out without the table scale" in told
    assert told.startswith("content/data/scale.yaml:1:1: there is no such file")
    assert "(asked for in content/bulletins/daily.yaml:" in told
    quick.bulletin("other", sections=[TOP])
    report = quick.publish()
    assert (report.published, len(report.held)) == (("other 2026-04-26",), 1)


def test_a_broken_table_is_told_with_its_place(quick: Newsroom) -> None:
    """Every problem of it, and which line of the issue file names it."""
    quick.bulletin("daily", sections=[TOP, TRAFFIC])
    quick.entry("one")
    quick.table("traffic", rows=[{"site": both("One"), "visits": "many"}])
    quick.issue("2026-04-26", sections={"traffic": {"table": "traffic"}})
    with pytest.raises(ContentError) as caught:
        prepare(quick)
    first, last = str(caught.value).splitlines()[0], str(caught.value).splitlines()[-1]
    assert first.startswith("content/data/traffic.yaml:")
    assert "without the table traffic (asked for in content/issues/daily/2026-04-26.yaml:4:" in last


def test_an_image_is_frozen_with_the_issue(quick: Newsroom) -> None:
    """Its bytes among the blobs; another file of the same name changes nothing published."""
    quick.bulletin("daily", sections=[TOP, CODES])
    quick.entry("one")
    data = quick.image("account.png")
    quick.publish()
    (image,) = quick.issue_of().issue.sections[1].images.values()
    assert quick.app().library.blob(image.blob) == data
    assert (image.width, image.height) == (8, 8)
    quick.image("account.png", colour=255)
    assert quick.app().build().changed == ()


def test_an_image_that_is_not_there(quick: Newsroom) -> None:
    """Is told like a table."""
    quick.bulletin("daily", sections=[TOP, CODES])
    quick.entry("one")
    with pytest.raises(ContentError, match=r"account\.png .*asked for in content/bulletins/daily"):
        prepare(quick)


def test_a_rehearsal_reads_images_through(quick: Newsroom) -> None:
    """And keeps those that it freezes to itself."""
    quick.bulletin("daily", sections=[TOP, CODES])
    quick.entry("one")
    data = quick.image()
    with desk(quick).rehearsal() as rehearsal:
        issue = rehearsal.freeze(rehearsal.prepare("daily", "2026-04-26")).issue
        blob = issue.sections[1].images["account.png"].blob
        assert rehearsal.library.blob(blob) == data
    assert desk(quick).library.store.get(f"blobs/{blob}") is None
    quick.publish()
    with desk(quick).rehearsal() as rehearsal:
        assert rehearsal.library.blob(blob) == data


# Earlier issues ----------------------------------------------------------------------------------


def test_earlier_issues_are_linked(quick: Newsroom) -> None:
    """Of the bulletin itself, or those that are named; the newest first, with their titles."""
    quick.bulletin("daily", sections=[TOP, RELATED | {"max": 3}], title=both("Daily {number}"))
    both_of_them = RELATED | {"bulletins": ["daily", "early"], "max": 3}
    quick.bulletin("early", schedule={"at": "08:00"}, sections=[TOP, both_of_them])
    for day in ("24", "25", "26"):
        quick.entry(f"e{day}", f"2026-04-{day}")
        quick.publish(f"2026-04-{day}")
    found = quick.issue_of().issue.sections[1].related
    assert [each.issue for each in found] == ["daily/2026-04-25", "daily/2026-04-24"]
    assert (found[0].title["en"], found[0].day.isoformat()) == ("Daily 2 (en)", "2026-04-25")
    mixed = quick.issue_of(bulletin="early").issue.sections[1].related
    assert [each.issue for each in mixed] == [
        "daily/2026-04-25", "early/2026-04-25", "daily/2026-04-24",
    ]  # fmt: skip


def test_without_earlier_issues_there_is_no_section(quick: Newsroom) -> None:
    """In a first issue."""
    quick.bulletin("daily", sections=[TOP, RELATED])
    quick.entry("one")
    assert [each.settings.id for each in prepare(quick).assembled.issue.sections] == ["top"]


def test_a_missing_table_waits_and_comes(quick: Newsroom) -> None:
    """When it is there, the next run publishes the issue."""
    quick.bulletin("daily", sections=[TOP, SCALE])
    quick.entry("one")
    assert quick.publish().published == ()
    quick.table("scale")
    assert quick.app(at("2026-04-26", "18:30")).publish().published == ("daily 2026-04-26",)
