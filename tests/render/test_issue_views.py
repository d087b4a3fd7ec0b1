"""An issue as templates get it: what is numbered, gathered, generated and left out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import builders
import pytest
from builders import both, bulletin, entry, section

from publisher.config.bulletin import Bulletin
from publisher.issue.issue import EntryRevision, Placed
from publisher.render.context_issue import ContentsRow, IssueView, SectionView
from publisher.render.views import Neighbours

Written = Mapping[str, Mapping[str, Any]]
PROSE = {"text": both("First.\n\nSecond.")}
SITE = "https://news.example.com"


def made(
    *sections: Mapping[str, Any],
    entries: tuple[EntryRevision, ...] = (),
    written: Written | None = None,
    edition: str = "en",
    near: Neighbours | None = None,
    settings: Bulletin | None = None,
    **changes: Any,
) -> IssueView:
    """The view of an issue with these sections; entries stand in the first that takes some."""
    settings = settings or bulletin(*sections)
    found = builders.issue(entries, settings, written, **changes)
    by_id = {each.entry.id: each for each in entries}
    return builders.views(edition).issue(found, by_id, near or Neighbours())


def one(*sections: Mapping[str, Any], **options: Any) -> SectionView:
    """The only section of an issue."""
    (found,) = made(*sections, **options).sections
    return found


# What is left out --------------------------------------------------------------------------------


def test_a_section_with_nothing_to_show_is_left_out() -> None:
    """Also what gathers from others and finds nothing."""
    empty = ("contents", "list-of-tables", "references", "corrections", "prose", "related")
    sections = [section(block, block) for block in empty]
    points = section("points", "key-points", of=["prose"])

    assert made(*sections, points).sections == ()


def test_an_entry_that_was_taken_down_leaves_no_gap() -> None:
    """Those behind it move up, and a section that had no other is gone."""
    first, second, third = (entry(name) for name in ("one", "two", "three"))
    issue = builders.issue([first, second, third], bulletin())
    there = {each.entry.id: each for each in (first, third)}

    (top,) = builders.views().issue(issue, there).sections

    assert [(each.number, each.id) for each in top.entries] == [
        (1, first.entry.id),
        (2, third.entry.id),
    ]
    assert builders.views().issue(issue, {}).sections == ()


# Numbers -----------------------------------------------------------------------------------------


def test_numbers_go_on_through_the_issue() -> None:
    """Of entries, and of sections without entries; a section that is empty takes none."""
    settings = [
        section("summary", "prose"),
        section("top", numbered="continued"),
        section("absent", "prose", numbered="continued"),
        section("end", "prose", numbered="continued"),
        section("refs", "references", numbered="continued"),
    ]

    found = made(
        *settings,
        entries=(entry("one"), entry("two")),
        written={"summary": PROSE, "end": PROSE},
    )

    assert [(each.id, each.number, each.numbered) for each in found.sections] == [
        ("summary", None, False),
        ("top", None, True),
        ("end", 3, False),
        ("refs", 4, False),
    ]
    assert [each.number for each in found.entries] == [1, 2]


def test_numbers_of_a_section_begin_with_one() -> None:
    """Those of one section do not count for another."""
    two = [section("top"), section("rest", numbered="continued")]
    settings = bulletin(*two)
    first, second = entry("one"), entry("two")
    written = {"rest": {"entries": [Placed(entry=second.id)]}}
    issue = builders.issue([first], settings, written)

    found = builders.views().issue(issue, {each.id: each for each in (first, second)})

    assert [each.number for each in found.entries] == [1, 1]


def test_tables_and_figures_are_counted_apart() -> None:
    """In the words of the language; one without a label takes no number."""
    labels = ("table", "figure", "none", "figure")
    written = {f"t{at}": {"table": builders.table(label=label)} for at, label in enumerate(labels)}
    sections = [section(each, "table") for each in written]

    for edition, expected in (
        ("zh", ["表1", "图1", "", "图2"]),
        ("en", ["Table 1", "Figure 1", "", "Figure 2"]),
    ):
        found = made(*sections, written=written, edition=edition)
        assert [each.table.label for each in found.sections if each.table] == expected


# Contents ----------------------------------------------------------------------------------------


def short(rows: tuple[ContentsRow, ...]) -> list[Any]:
    """Rows as (number, address, rows below)."""
    return [(each.number, each.url, *([short(each.rows)] if each.rows else [])) for each in rows]


def booklet(depth: str = "entries", numbered: Any = "continued", at: int = 0) -> IssueView:
    """An issue as a book: contents, entries, a conclusion."""
    sections = [section("top", numbered=numbered), section("end", "prose", numbered="continued")]
    sections.insert(at, section("contents", "contents", depth=depth))
    return made(*sections, entries=(entry("one"), entry("two")), written={"end": PROSE})


def contents(issue: IssueView) -> tuple[ContentsRow, ...]:
    return next(each.contents for each in issue.sections if each.block == "contents")


def test_contents_of_a_book_are_its_chapters() -> None:
    """Entries that are numbered through stand in the place of their section."""
    assert short(contents(booklet())) == [
        (1, "#e-2026-04-26-one"),
        (2, "#e-2026-04-26-two"),
        (3, "#s-end"),
    ]


def test_entries_stand_below_their_section() -> None:
    """Where they are not numbered through."""
    assert short(contents(booklet(numbered=True))) == [
        (None, "#s-top", [(1, "#e-2026-04-26-one"), (2, "#e-2026-04-26-two")]),
        (1, "#s-end"),
    ]


def test_contents_may_stop_at_sections() -> None:
    """As the bulletin asks."""
    assert short(contents(booklet("sections"))) == [(None, "#s-top"), (3, "#s-end")]


def test_contents_name_what_comes_after_them() -> None:
    """At the very end, what came before."""
    assert short(contents(booklet(at=1))) == [(3, "#s-end")]
    assert [url for _, url in short(contents(booklet(at=2)))] == [
        "#e-2026-04-26-one",
        "#e-2026-04-26-two",
        "#s-end",
    ]


def test_contents_name_no_section_without_a_title_or_anything_to_show() -> None:
    """Neither can be led to."""
    sections = [
        section("contents", "contents"),
        section("top", title=None),
        section("points", "key-points", of=["absent"]),
        section("absent", "prose"),
        section("end", "prose"),
    ]

    found = made(*sections, entries=(entry(),), written={"end": PROSE})

    assert short(contents(found)) == [(None, "#s-end")]


def test_list_of_tables_has_those_with_a_number() -> None:
    """By caption, else by title, else by the section's."""
    captions = [{"label": "figure"}, {"caption": None, "label": "table"}, {"label": "none"}]
    written = {f"t{at}": {"table": builders.table(**each)} for at, each in enumerate(captions)}
    sections = [section("tables", "list-of-tables"), *(section(each, "table") for each in written)]

    found = made(*sections, written=written).sections[0].tables

    assert [(each.url, each.text.text, each.note) for each in found] == [
        ("#t-t0", "Visits by site (en)", "Figure 1"),
        ("#t-t1", "t1 (en)", "Table 1"),
    ]


# Key points --------------------------------------------------------------------------------------


def test_key_points_are_what_each_entry_says_in_one_line() -> None:
    """Numbered within their section; of a text, its first paragraph."""
    sections = [
        section("points", "key-points", of=["end", "top"]),
        section("top", numbered=False),
        section("end", "prose"),
    ]
    entries = (entry("one", digest=both("In short")), entry("two"))

    text, group = made(*sections, entries=entries, written={"end": PROSE}).sections[0].points

    assert (text.url, text.text.text, text.points) == ("#s-end", "First.", ())
    assert (group.url, group.title.text, bool(group.text)) == ("#s-top", "top (en)", False)
    assert [(each.number, each.text.text, each.url) for each in group.points] == [
        (1, "In short (en)", "#e-2026-04-26-one"),
        (2, "Title two (en)", "#e-2026-04-26-two"),
    ]


# Calendar ----------------------------------------------------------------------------------------


def dates(*happened: str, day: str = "2026-04-26") -> SectionView:
    """A calendar in an issue of a day."""
    entries = {f"d{at}": entry(f"d{at}", happened=each) for at, each in enumerate(happened)}
    settings = bulletin(section("dates", "calendar", select={}))
    placed = [Placed(entry=each.id) for each in entries.values()]
    issue = builders.issue((), settings, {"dates": {"entries": placed}}, day=day)
    by_id = {each.id: each for each in entries.values()}
    (found,) = builders.views("en").issue(issue, by_id).sections
    return found


def test_coming_events_stand_by_month() -> None:
    """What has begun already stands in the month of the issue."""
    found = dates("2026-03-30/2026-05-02", "2026-04-28", "2026-05-13", "2026-05")

    assert [(each.label.text, [one.happened.text for one in each.entries])
            for each in found.months] == [
        ("April 2026", ["March 30 – May 2, 2026", "April 28, 2026"]),
        ("May 2026", ["May 13, 2026", "May 2026"]),
    ]  # fmt: skip
    assert found.calendar_url == f"{SITE}/en/daily-ten/calendar.ics"


def test_entries_of_a_calendar_have_no_place_of_their_own() -> None:
    """They may stand in another section as well, which an id may not."""
    assert [each.anchor for each in dates("2026-05-13").entries] == [""]


def test_entries_of_a_calendar_are_not_among_those_of_the_issue() -> None:
    """They come again in every issue: no news."""
    event = entry(happened="2026-05-13")
    settings = bulletin(section("dates", "calendar", select={}))
    issue = builders.issue((), settings, {"dates": {"entries": [Placed(entry=event.id)]}})

    assert builders.views().issue(issue, {event.id: event}).entries == ()


def test_bulletin_with_a_calendar_has_its_address() -> None:
    """One without has none."""
    assert made(section()).bulletin.calendar_url == ""
    found = made(section("dates", "calendar", select={})).bulletin.calendar_url
    assert found == f"{SITE}/en/daily-ten/calendar.ics"


# Masthead ----------------------------------------------------------------------------------------


def facts(edition: str = "en", **changes: Any) -> list[tuple[str, str, str]]:
    """The masthead of an issue."""
    own = {
        "sector": {"label": both("Sector"), "value": both("Internet")},
        "rating": {"label": both("Rating")},
    }
    masthead = ["date", "sector", "rating", "window", "number", "time_zone"]
    settings = bulletin(facts=own, masthead=masthead)
    found = made(settings=settings, edition=edition, **changes).masthead
    return [(each.name, each.label, each.value.text) for each in found]


def test_masthead_has_the_facts_of_the_bulletin() -> None:
    """Among those of every issue; one without a value is left out."""
    assert facts(number=1024) == [
        ("date", "Date", "April 26, 2026"),
        ("sector", "Sector (en)", "Internet (en)"),
        ("window", "Period covered", "April 26, 2026"),
        ("number", "Issue", "1,024"),
        ("time_zone", "Time zone", "Asia/Shanghai (UTC+8)"),
    ]


def test_a_one_off_issue_has_no_number_in_its_masthead() -> None:
    """The other facts stay."""
    assert [name for name, _, _ in facts(number=None)] == ["date", "sector", "window", "time_zone"]


def test_an_issue_may_have_facts_of_its_own() -> None:
    """They go before those of the bulletin."""
    found = facts(facts={"rating": both("Hold"), "sector": both("Media")})

    assert ("rating", "Rating (en)", "Hold (en)") in found
    assert ("sector", "Sector (en)", "Media (en)") in found


def test_days_that_are_covered_are_one_range() -> None:
    """As the language writes it."""
    week = {"start": "2026-04-20", "end": "2026-04-26"}

    assert ("window", "覆盖窗口", "2026年4月20日至26日") in facts("zh", window=week)
    assert ("window", "Period covered", "April 20 – 26, 2026") in facts("en", window=week)


# Related, corrections, people --------------------------------------------------------------------

RELATED = [
    {"title": both("Earlier"), "day": "2026-04-19", "issue": "weekly/2026-W16"},
    {"title": both("Paper"), "day": "2026-04-01", "url": "https://example.org/paper"},
    {"title": both("In print"), "day": "2026-03-01"},
]


def related(near: Neighbours | None = None) -> list[tuple[str, str]]:
    written = {"more": {"related": RELATED}}
    found = one(section("more", "related"), written=written, near=near).related
    return [(each.text.text, each.url) for each in found]


def test_related_works_lead_to_issues_or_elsewhere() -> None:
    """Or nowhere: what was in print is named."""
    assert related() == [
        ("Earlier (en)", f"{SITE}/en/weekly/2026-W16/"),
        ("Paper (en)", "https://example.org/paper"),
        ("In print (en)", ""),
    ]
    day = one(section("more", "related"), written={"more": {"related": RELATED}}).related[0].note
    assert day == "April 19, 2026"


def test_an_issue_that_the_edition_lacks_is_named_without_a_link() -> None:
    """A bulletin may have other editions than the one that names it."""
    assert related(Neighbours(bulletins=("daily-ten",)))[0] == ("Earlier (en)", "")


NOTE = {"date": "2026-04-26", "note": both("It was 3")}
NOTICES = [
    {"entry": "2026/04/20/one", "title": both("Entry"), "correction": NOTE},
    {"issue": "daily-ten/2026-04-25", "title": both("Issue"), "correction": NOTE},
]


def test_corrections_lead_to_what_was_corrected() -> None:
    """An entry or an issue."""
    assert [(each.title.text, each.url) for each in made(section(), notices=NOTICES).notices] == [
        ("Entry (en)", f"{SITE}/en/e/2026/04/20/one/"),
        ("Issue (en)", f"{SITE}/en/daily-ten/2026-04-25/"),
    ]


def test_corrections_stand_in_their_block() -> None:
    """Then not below the issue, too."""
    found = made(section("fixes", "corrections"), notices=NOTICES)

    assert found.notices == ()
    assert len(found.sections[0].notices) == 2


def test_people_have_what_is_known_of_them() -> None:
    """Name and role in the reader's language, the rest as it is."""
    ann = {"name": both("Ann"), "role": both("Analyst"), "email": "ann@example.com"}

    (found,) = one(section("team", "people", people=[ann])).people

    assert (found.name.text, found.role.text) == ("Ann (en)", "Analyst (en)")
    assert (found.phone, found.email, found.licence) == ("", "ann@example.com", "")


# Entries -----------------------------------------------------------------------------------------


def test_entry_of_an_issue_names_what_came_before_in_its_story() -> None:
    """The three that the archive names first."""
    told = tuple(entry(f"t{at}") for at in range(5))
    found = entry("one", story="deal")

    issue = made(section(), entries=(found,), near=Neighbours(earlier_of={found.id: told}))

    assert [each.text.text for each in issue.entries[0].earlier] == [
        f"Title t{at} (en)" for at in range(3)
    ]


@pytest.mark.parametrize(
    ("block", "mail", "expected"),
    [("prose", None, "whole"), ("boilerplate", None, "link"), ("boilerplate", "whole", "whole")],
)
def test_section_says_how_it_stands_in_mail(block: str, mail: str | None, expected: str) -> None:
    """Standing texts are a link, unless the bulletin says otherwise."""
    settings = section("part", block, **({"mail": mail} if mail else {}))

    found = one(settings, written={"part": PROSE})

    assert found.in_mail == expected
    assert found.url == f"{SITE}/en/daily-ten/2026-04-26/#s-part"


def test_headlines_may_run_into_the_text() -> None:
    """As the section asks."""
    settings = section("top", headline="run-in")

    assert one(settings, entries=(entry(),)).headline == "run-in"
