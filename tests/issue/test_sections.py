"""What stands in each section of an issue."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import pytest
from builders import LANGUAGES, both, bulletin, publication, section, table

from publisher.config.section import BLOCKS
from publisher.content.entry import Entry
from publisher.content.issue_file import IssueFile
from publisher.issue.assemble import Assembled, assemble, order_of
from publisher.issue.choose import History, Pool
from publisher.issue.issue import GENERATED, Related, Section
from publisher.issue.supplies import Supplies, image_of
from publisher.language import Localized

TOP = section(select={"kinds": ["event"]}, optional=True)
PEOPLE = [{"name": both("Lin")}]
CODES = [{"url": "https://example.com"}]
SCALE = table("scale")
EARLIER = [
    Related(title=Localized(both(name)), day=dt.date(2026, 4, day), issue=f"daily/2026-04-{day}")
    for name, day in (("third", 25), ("second", 24), ("first", 23))
]


def entry(name: str, **changes: Any) -> Entry:
    """An entry of the day."""
    data = {"id": f"2026/04/26/{name}", "kind": "event", "title": both(name)}
    return Entry.model_validate(data | changes, context=LANGUAGES)


def make(
    *entries: Entry,
    sections: list[dict[str, Any]],
    written: Mapping[str, Any] | None = None,
    supplies: Supplies | None = None,
    **settings: Any,
) -> Assembled:
    """The issue of 26 April, whose file says `written` of each section."""
    issue_file = IssueFile.model_validate({"sections": written or {}}, context=LANGUAGES)
    found = bulletin(*sections, TOP, **settings)
    order = order_of(publication(), "daily", found, "2026-04-26", issue_file)
    pool = Pool({each.id: each for each in entries})
    return assemble(order, pool, None, supplies or Supplies())


def only(*entries: Entry, **options: Any) -> Section:
    """The first section of the issue."""
    return make(*entries, **options).issue.sections[0]


# Texts -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("block", ["prose", "boilerplate"])
def test_the_standing_text_is_used_where_the_issue_file_writes_none(block: str) -> None:
    """In each issue, until an issue writes its own."""
    standing = section("risks", block, text=both("standing"))
    assert only(sections=[standing]).text == Localized(both("standing"))
    own = only(sections=[standing], written={"risks": {"text": both("own")}})
    assert own.text == Localized(both("own"))


@pytest.mark.parametrize("block", [each for each in BLOCKS if each not in GENERATED])
def test_a_section_with_nothing_to_show_is_left_out(block: str) -> None:
    """Of whatever block."""
    select = {"select": {}} if block in ("entries", "calendar") else {}
    empty = section("empty", block, optional=True) | select
    assert make(sections=[empty]).issue.sections == []


@pytest.mark.parametrize("block", GENERATED)
def test_a_section_that_is_made_from_others_is_always_there(block: str) -> None:
    """Whether it has something to show, only rendering can tell."""
    needs = {"key-points": {"of": ["top"]}, "people": {"people": PEOPLE},
             "qr-codes": {"codes": CODES}}  # fmt: skip
    assert only(sections=[section("made", block) | needs.get(block, {})]).settings.id == "made"


# Tables and images -------------------------------------------------------------------------------


def test_a_table_is_part_of_the_issue() -> None:
    """As a whole: a frozen issue needs no other file."""
    supplies = Supplies(tables={"traffic": table()})
    found = make(sections=[section("traffic", "table")], supplies=supplies)
    assert found.issue.sections[0].table == table()
    assert found.remarks == ()


def test_a_forgotten_table_is_remarked() -> None:
    """Unless its section is optional; the issue comes out all the same."""
    sections = [section("traffic", "table"), section("rates", "table", optional=True)]
    made = make(entry("a"), sections=sections)
    assert made.remarks == ("the section “traffic” has no table this time: it is left out",)
    assert [each.settings.id for each in made.issue.sections] == ["top"]


def test_images_are_handed_over_with_the_issue() -> None:
    """The issue names the blob and its size; the bytes go beside it."""
    image, alt = image_of(b"bytes", "png", 64, 48), both("A code")
    codes = section("codes", "qr-codes", codes=[{"image": "account.png", "alt": alt}])
    made = make(sections=[codes], supplies=Supplies(images={"account.png": (image, b"bytes")}))
    assert made.issue.sections[0].images == {"account.png": image}
    assert made.blobs == {image.blob: b"bytes"}


# Related works -----------------------------------------------------------------------------------


def test_written_works_come_before_earlier_issues() -> None:
    """These fill what room is left of `max`."""
    work = {"title": both("By hand"), "date": "2026-01-02", "url": "https://example.com/work"}
    found = only(
        sections=[section("related", "related", max=3)],
        written={"related": {"related": [work]}},
        supplies=Supplies(related={"related": EARLIER}),
    )
    assert [each.title["en"] for each in found.related] == [
        "By hand (en)", "third (en)", "second (en)",
    ]  # fmt: skip
    assert [(each.issue, each.url) for each in found.related[:2]] == [
        (None, "https://example.com/work"), ("daily/2026-04-25", None),
    ]  # fmt: skip


def test_written_works_are_never_cut() -> None:
    """Whoever writes six wants six."""
    works = [{"title": both(f"{n}"), "date": "2026-01-02"} for n in range(6)]
    found = only(
        sections=[section("related", "related")],
        written={"related": {"related": works}},
        supplies=Supplies(related={"related": EARLIER}),
    )
    assert [each.title["en"] for each in found.related] == [f"{n} (en)" for n in range(6)]


# Facts and counts --------------------------------------------------------------------------------


def test_facts_of_the_issue() -> None:
    """The issue file's value, else the bulletin's; one without a value is left out."""
    facts = {
        "sector": {"label": both("Sector"), "value": both("Internet")},
        "rating": {"label": both("Rating"), "value": both("Hold")},
        "price": {"label": both("Price")},
    }
    issue_file = IssueFile.model_validate({"facts": {"rating": both("Buy")}}, context=LANGUAGES)
    order = order_of(publication(), "daily", bulletin(TOP, facts=facts), "2026-04-26", issue_file)
    assert assemble(order, Pool({})).issue.facts == {
        "sector": Localized(both("Internet")), "rating": Localized(both("Buy")),
    }  # fmt: skip


COUNT = {"title": both("{count}")}


def test_a_title_counts_what_its_section_shows() -> None:
    """Rows of a table, related works, people, codes, dates."""
    sections = [
        section("traffic", "table") | COUNT,
        section("related", "related") | COUNT,
        section("people", "people", people=PEOPLE) | COUNT,
        section("dates", "calendar", select={"kinds": ["signal"]}) | COUNT,
    ]
    supplies = Supplies(tables={"traffic": table()}, related={"related": EARLIER})
    dates = [entry(name, kind="signal", happened="2026-05-01") for name in "abcd"]
    found = make(*dates, sections=sections, supplies=supplies).issue
    assert [each.title["en"] for each in found.sections if each.title] == [
        "2 (en)", "3 (en)", "1 (en)", "4 (en)",
    ]  # fmt: skip


# Calendars ---------------------------------------------------------------------------------------


DATES = section("dates", "calendar", select={"kinds": ["signal"]})
NEWS = section("news", select={"kinds": ["event"]})


def test_dates_are_shown_and_frozen_like_news() -> None:
    """With their kinds; but they are neither counted nor do they lead."""
    made = make(
        entry("date", kind="signal", happened="2026-05-01", importance=5), entry("a"),
        sections=[DATES, NEWS],
        subject=both("{lead} {count}"),
    )  # fmt: skip
    issue = made.issue
    assert [each.entry[11:] for each in issue.dates()] == ["date"]
    assert [each.id[11:] for each in made.entries] == ["date", "a"]
    assert (issue.lead, issue.subject["en"]) == ("2026/04/26/a", "a (en) 1 (en)")
    assert list(issue.kinds) == ["event", "signal"]


def test_an_entry_in_news_and_calendar_is_frozen_once() -> None:
    """Where it first stands, and it does not point to itself."""
    both_ways = entry("a", happened="2026-05-01", story="deal")
    sections = [DATES | {"select": {}}, section("news", select={})]
    made = make(both_ways, sections=sections)
    assert [each.id for each in made.entries] == ["2026/04/26/a"]
    assert [each.see_also for each in made.issue.placed()] == [[], []]
    assert len(made.issue.news()) == len(made.issue.dates()) == 1


def test_two_dates_of_one_story_are_both_shown() -> None:
    """A story may have many days."""
    dates = [entry(name, kind="signal", happened="2026-05-01", story="deal") for name in "ab"]
    found = only(*dates, sections=[DATES])
    assert [(each.entry[11:], each.see_also) for each in found.entries] == [("a", []), ("b", [])]


def test_a_calendar_drops_nothing_for_good() -> None:
    """Room comes with each day."""
    found = make(
        entry("a", kind="signal", happened="2026-05-01"),
        entry("b", kind="signal", happened="2026-05-02"),
        sections=[DATES | {"max": 1}, NEWS | {"optional": True}],
    ).issue
    assert found.dropped() == []
    assert len(found.candidates) > 1


def test_a_date_that_is_excluded_is_dropped_for_good() -> None:
    """Later issues do not show it either."""
    order = order_of(
        publication(), "daily", bulletin(DATES), "2026-04-26",
        IssueFile.model_validate({"exclude": ["2026/04/26/a"]}, context=LANGUAGES),
    )  # fmt: skip
    found = entry("a", kind="signal", happened="2026-05-01")
    issue = assemble(order, Pool({found.id: found}), History()).issue
    assert [(one.entry, one.reason) for one in issue.dropped()] == [(found.id, "excluded")]
