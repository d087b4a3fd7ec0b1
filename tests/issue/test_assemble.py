"""An issue from content, history and the slot."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import pytest
from builders import LANGUAGES, both, bulletin, publication, section

from publisher.content.entry import Correction, Entry
from publisher.content.issue_file import IssueFile
from publisher.errors import ContentError, NothingToPublish
from publisher.issue.assemble import Assembled, assemble, order_of
from publisher.issue.choose import History, Pool
from publisher.issue.issue import CorrectionNotice, EntryRevision, Issue, Reason
from publisher.issue.supplies import Supplies
from publisher.language import Localized

PROSE = section("overview", "prose", optional=True)


def entry(name: str, day: str = "26", **changes: Any) -> Entry:
    """An entry of April."""
    data = {"id": f"2026/04/{day}/{name}", "kind": "event", "title": both(name)}
    return Entry.model_validate(data | changes, context=LANGUAGES)


def make(
    *entries: Entry,
    sections: list[dict[str, Any]] | None = None,
    written: Mapping[str, Any] | None = None,
    history: History | None = None,
    broken: Mapping[str, str] | None = None,
    supplies: Supplies | None = None,
    name: str = "2026-04-26",
    **settings: Any,
) -> Assembled:
    """The issue of 26 April from these entries."""
    issue_file = None if written is None else IssueFile.model_validate(written, context=LANGUAGES)
    found = bulletin(*(sections or []), **settings)
    order = order_of(publication(), "daily", found, name, issue_file)
    pool = Pool({each.id: each for each in entries}, broken or {})
    return assemble(order, pool, history, supplies or Supplies())


def issue(*entries: Entry, **options: Any) -> Issue:
    """The assembled issue alone."""
    return make(*entries, **options).issue


def ids(found: Issue) -> list[str]:
    """The entries that it carries, by name."""
    return [each.entry[11:] for each in found.placed()]


def test_the_same_content_makes_the_same_issue() -> None:
    """Assembling is a function of what it is given."""
    found = [entry(name) for name in "abc"]
    assert make(*found) == make(*reversed(found))


def test_slot_day_and_zone() -> None:
    """When it comes out, by the bulletin's clock."""
    found = issue(entry("a"), time_zone="Europe/Berlin")
    assert found.slot == dt.datetime.fromisoformat("2026-04-26T18:00:00+02:00")
    assert (found.day, found.time_zone) == (dt.date(2026, 4, 26), "Europe/Berlin")
    assert issue(entry("a")).time_zone == "Asia/Shanghai"


def test_a_rolling_window() -> None:
    """`window: {days: 7}` covers the issue day and the six before it."""
    found = issue(entry("a", "20"), window={"days": 7}, late_days=0)
    assert (found.window.start, found.window.end) == (dt.date(2026, 4, 20), dt.date(2026, 4, 26))
    assert ids(found) == ["a"]
    assert found.candidates[0].reason is Reason.SELECTED


def test_a_window_to_the_day_before() -> None:
    """`ends: day-before` leaves what is filed today for tomorrow."""
    found = issue(entry("a"), entry("b", "25"), window={"days": 1, "ends": "day-before"})
    assert ids(found) == ["b"]


def test_the_issue_file_overrides_the_window() -> None:
    """With its days and its note."""
    window = {"from": "2026-04-10", "to": "2026-04-12", "note": both("note")}
    found = issue(entry("a", "11"), entry("b"), written={"window": window}, late_days=0)
    assert ids(found) == ["a"]
    assert found.window.start == dt.date(2026, 4, 10)
    assert found.window.note == Localized(both("note"))


def test_a_note_alone_keeps_the_window() -> None:
    """A note needs no days."""
    found = issue(entry("a"), written={"window": {"note": both("note")}})
    assert (found.window.start, found.window.end) == (found.day, found.day)


# Numbers, titles ---------------------------------------------------------------------------------


def test_numbers_count_from_the_first() -> None:
    """The bulletin's first number, and one more for each issue."""
    assert issue(entry("a")).number == 1
    assert issue(entry("a"), first_number=100, history=History(issues=7)).number == 107


def test_title_without_pattern() -> None:
    """The bulletin's name and the date, as each language writes it."""
    assert issue(entry("a")).title == Localized(
        {"zh": "每日十条 · 2026年4月26日", "en": "Daily Ten · April 26, 2026"}
    )


def test_the_issue_files_patterns_go_before_the_bulletins() -> None:
    """Each of title, subject, subtitle and preheader; the subject falls back to the title."""
    names = ("title", "subject", "subtitle", "preheader")
    settings = {name: both(f"bulletin {name}") for name in names}
    found = issue(entry("a"), written={"title": both("own title")}, **settings)
    assert found.title["en"] == "own title (en)"
    assert found.subject["en"] == "bulletin subject (en)"
    assert found.subtitle == Localized(both("bulletin subtitle"))
    assert found.preheader["en"] == "bulletin preheader (en)"
    assert issue(entry("a"), title=both("T {number}")).subject["en"] == "T 1 (en)"


def test_patterns_name_the_issues_facts() -> None:
    """The lead's short title and the number of entries are known to the subject."""
    lead = entry("a", importance=5, short_title={"en": "short"})
    found = issue(lead, entry("b"), subject=both("{lead} {count}"))
    assert dict(found.subject) == {"zh": "a（中） 2（中）", "en": "short 2 (en)"}


def test_a_section_title_counts_its_own() -> None:
    """`{count}` in a section's title is of that section."""
    sections = [
        section("first", select={"tags": ["x"]}, title=both("{count}")),
        section("second", title=both("{count}")),
    ]
    found = issue(entry("a", tags=["x"]), entry("b"), entry("c"), sections=sections)
    assert [each.title["en"] for each in found.sections if each.title] == ["1 (en)", "2 (en)"]


def test_the_first_entry_leads() -> None:
    """Unless the issue file names another one."""
    found = [entry("a"), entry("b")]
    assert issue(*found).lead == "2026/04/26/a"
    assert issue(*found, written={"lead": "2026/04/26/b"}).lead == "2026/04/26/b"


def test_a_lead_that_is_not_in_the_issue() -> None:
    """The first entry leads, and the editor hears of it."""
    made = make(entry("a"), written={"lead": "2026/04/20/gone"})
    assert made.issue.lead == "2026/04/26/a"
    assert made.remarks == ("the lead 2026/04/20/gone is not in the issue",)


def test_the_preheader_names_what_the_subject_does_not() -> None:
    """The first three headlines after the lead's."""
    found = issue(*map(entry, "abcde"), written={"lead": "2026/04/26/b"})
    assert found.preheader["en"] == "a (en) · c (en) · d (en)"


def test_the_preheader_of_a_single_entry() -> None:
    """What the entry says in one line: a text is never empty."""
    assert issue(entry("a", digest=both("digest"))).preheader == Localized(both("digest"))
    assert issue(entry("a")).preheader == Localized(both("a"))


def test_the_preheader_without_entries() -> None:
    """What the bulletin is."""
    written = {"sections": {"overview": {"text": both("text")}}}
    assert issue(sections=[PROSE], written=written).preheader["en"] == "Daily Ten"


# Sections ----------------------------------------------------------------------------------------


def test_written_parts_stand_in_their_sections() -> None:
    """Prose, list items and entries, in the bulletin's order."""
    sections = [PROSE, section("points", "list", numbered=True), section()]
    written = {"sections": {"points": {"items": [both("one")]}, "overview": {"text": both("t")}}}
    found = issue(entry("a"), sections=sections, written=written)
    assert [each.settings.id for each in found.sections] == ["overview", "points", "top"]
    assert found.sections[0].text == Localized(both("t"))
    assert found.sections[1].items == [Localized(both("one"))]


def test_an_empty_section_is_left_out() -> None:
    """An optional section without an entry, and prose that nobody wrote."""
    sections = [PROSE, section(), section("rest", select={"kinds": ["signal"]}, optional=True)]
    assert [each.settings.id for each in issue(entry("a"), sections=sections).sections] == ["top"]


def test_a_section_that_must_not_be_empty() -> None:
    """One clear error: which section, what it asked for, what to do."""
    sections = [
        section("rest", select={"kinds": ["signal"], "tags": ["x", "y"], "min_importance": 4}),
        section(),
    ]
    with pytest.raises(ContentError) as caught:
        issue(entry("a"), sections=sections)
    assert "the section “rest” of daily 2026-04-26 selects nothing" in str(caught.value)
    assert "of kind signal tagged x or y of importance 4 or more" in str(caught.value)
    assert "optional: true" in str(caught.value)


def test_nothing_at_all_is_no_issue() -> None:
    """Neither an entry nor an issue file: there is nothing to publish, and nothing wrong."""
    with pytest.raises(NothingToPublish, match="daily 2026-04-26 has no entry between 2026-04-26"):
        issue()


def test_dates_alone_are_no_issue() -> None:
    """They were in the last one already; unless dates are all that the bulletin has."""
    calendar = section("dates", "calendar", select={"kinds": ["signal"]})
    date = entry("a", kind="signal", happened="2026-05-01")
    news = section("top", select={"kinds": ["event"]}, optional=True)
    with pytest.raises(NothingToPublish):
        issue(date, sections=[calendar, news])
    assert ids(issue(date, sections=[calendar])) == ["a"]
    with pytest.raises(NothingToPublish):
        issue(sections=[calendar])


def test_an_issue_file_alone_can_be_an_issue() -> None:
    """Commentary without entries."""
    written = {"sections": {"overview": {"text": both("text")}}}
    sections = [PROSE, section(optional=True)]
    assert issue(sections=sections, written=written).lead is None


def test_a_broken_entry_is_left_out() -> None:
    """The rest goes out."""
    found = issue(entry("a"), broken={"2026/04/26/b": "b is broken"})
    assert ids(found) == ["a"]


def test_strict_stops_for_a_broken_entry() -> None:
    """`strict: true` publishes nothing while one in its window is broken."""
    with pytest.raises(ContentError, match="b is broken\ndaily 2026-04-26 is strict"):
        issue(entry("a"), broken={"2026/04/26/b": "b is broken"}, strict=True)


def test_strict_minds_a_broken_date() -> None:
    """It would be missing from the calendar, however long ago it was filed; it is told once."""
    calendar = section("dates", "calendar", select={"kinds": ["signal"]})
    broken = {"2026/04/26/b": "b is broken", "2026/01/01/c": "c is broken"}
    with pytest.raises(ContentError, match=r"^b is broken\nc is broken\ndaily 2026-04-26"):
        issue(entry("a"), sections=[section(), calendar], broken=broken, strict=True)


def test_strict_does_not_mind_what_is_out_of_reach() -> None:
    """An old broken file holds nobody."""
    assert ids(issue(entry("a"), broken={"2026/04/01/b": "broken"}, strict=True)) == ["a"]


def test_see_also_across_sections() -> None:
    """Two entries of one story in two sections name each other."""
    sections = [section("news", select={"kinds": ["event"]}), section("views")]
    found = issue(
        entry("a", story="deal"),
        entry("b", kind="signal", story="deal"),
        entry("c", kind="signal"),
        sections=sections,
    )  # fmt: skip
    assert {each.entry: each.see_also for each in found.placed()} == {
        "2026/04/26/a": ["2026/04/26/b"],
        "2026/04/26/b": ["2026/04/26/a"],
        "2026/04/26/c": [],
    }


def test_a_published_entry_keeps_its_revision() -> None:
    """A bulletin that carries what another one published refers to the newest revision."""
    frozen = EntryRevision(
        revision=3, published=issue(entry("a")).slot, at=issue(entry("a")).slot, entry=entry("a")
    )
    found = issue(entry("a"), entry("b"), history=History(frozen={"2026/04/26/a": frozen}))
    assert {each.entry[11:]: each.revision for each in found.placed()} == {"a": 3, "b": 1}


# The record --------------------------------------------------------------------------------------


def test_every_candidate_is_frozen_with_the_issue() -> None:
    """In the order of ids, with the reason."""
    found = issue(entry("b", draft=True), entry("a"), entry("c", kind="signal"),
                  sections=[section(select={"kinds": ["event"]})])  # fmt: skip
    assert [(one.entry[11:], one.reason.value) for one in found.candidates] == [
        ("a", "selected"), ("b", "draft"), ("c", "unselected"),
    ]  # fmt: skip


def test_a_date_is_recorded_as_a_date() -> None:
    """That no section took it as news is no news; that one did, or another issue, is."""
    calendar = section("dates", "calendar", select={"tags": ["x"]})
    dated = {"tags": ["x"], "happened": "2026-05-01"}
    found = issue(
        entry("a", **dated), entry("b", kind="signal", **dated), entry("c", **dated),
        entry("d", kind="signal", tags=["x"], happened="2026-04-01"),
        entry("e", kind="signal", tags=["x"]), entry("f", kind="signal", draft=True, **dated),
        sections=[section(select={"kinds": ["event"]}), calendar],
        history=History(carried={"2026/04/26/c": "2026-04-25"}),
    )  # fmt: skip
    assert [(one.entry[11:], one.reason.value, one.section) for one in found.candidates] == [
        ("a", "selected", "top"), ("a", "upcoming", "dates"),
        ("b", "upcoming", "dates"),
        ("c", "carried", None), ("c", "upcoming", "dates"),
        ("d", "over", "dates"),
        ("e", "unselected", None),
        ("f", "draft", None),
    ]  # fmt: skip
    assert "the calendar “dates” would, with a date under happened:" in found.candidates[6].detail


def test_notices_of_earlier_issues_are_carried() -> None:
    """Corrections made since the last issue."""
    correction = Correction.model_validate(
        {"date": "2026-04-26", "note": both("wrong")}, context=LANGUAGES
    )
    notice = CorrectionNotice(
        entry="2026/04/25/x", title=Localized(both("x")), correction=correction
    )
    assert issue(entry("a"), history=History(notices=(notice,))).notices == [notice]


def test_settings_and_kinds_are_frozen_with_the_issue() -> None:
    """A snapshot of the bulletin, and the kinds of the entries it carries."""
    found = issue(entry("a", kind="signal"), slogan=both("slogan"))
    assert found.settings.slogan == Localized(both("slogan"))
    assert list(found.kinds) == ["signal"]


def test_references_and_corrections_of_the_issue_file() -> None:
    """They are parts of the issue."""
    written = {
        "references": [{"publisher": "CNBC"}],
        "corrections": [{"date": "2026-04-26", "note": both("wrong")}],
    }
    found = issue(entry("a"), written=written)
    assert found.references[0].publisher == "CNBC"
    assert found.corrections[0].note == Localized(both("wrong"))


# One-off issues ----------------------------------------------------------------------------------

AT = {"publish_at": "2026-04-26T09:30+08:00"}
TWO = [section("top", select={"kinds": ["event"]}), section("rest")]


def one_off(*entries: Entry, written: Mapping[str, Any], **options: Any) -> Assembled:
    """A one-off issue of 26 April."""
    return make(*entries, written=AT | dict(written), name="2026-04-26-launch", **options)


def test_a_one_off_comes_at_its_time() -> None:
    """On its day, without a number, and without taking one."""
    found = one_off(
        entry("a"), written={"window": {"from": "2026-04-26", "to": "2026-04-26"}},
        history=History(issues=7),
    ).issue  # fmt: skip
    assert found.slot == dt.datetime.fromisoformat("2026-04-26T09:30:00+08:00")
    assert (found.day, found.number) == (dt.date(2026, 4, 26), None)
    assert ids(found) == ["a"]


def test_a_one_off_with_a_window_chooses_as_any_issue() -> None:
    """Listed entries first, then what its days hold, and nothing late."""
    window = {"from": "2026-04-20", "to": "2026-04-21"}
    found = one_off(
        entry("a", "20"), entry("b"), entry("c", "25"), entry("late", "19"),
        written={"window": window, "sections": {"top": {"entries": ["2026/04/25/c"]}}},
    ).issue  # fmt: skip
    assert ids(found) == ["c", "a"]
    assert (found.window.start, found.window.end) == (dt.date(2026, 4, 20), dt.date(2026, 4, 21))


def test_a_one_off_without_a_window_carries_what_it_lists() -> None:
    """Nothing else is looked at; sections without a listed entry are left out."""
    found = one_off(
        entry("a"), entry("b"), sections=TWO,
        written={"sections": {"rest": {"entries": ["2026/04/26/b"]}}},
    ).issue  # fmt: skip
    assert [each.settings.id for each in found.sections] == ["rest"]
    assert [(one.entry[11:], one.reason) for one in found.candidates] == [("b", Reason.LISTED)]


def test_a_one_off_of_which_nothing_is_left_is_held() -> None:
    """With why each listed entry is out."""
    carried = History(carried={"2026/04/26/a": "2026-04-25"})
    with pytest.raises(ContentError, match="daily 2026-04-26-launch has no entry left") as caught:
        one_off(
            entry("a"), history=carried,
            written={"sections": {"top": {"entries": ["2026/04/26/a"]}}},
        )  # fmt: skip
    assert "left out: in 2026-04-25" in caught.value.what
    assert "content/issues/daily/2026-04-26-launch.yaml" in caught.value.remedy


def test_a_one_off_without_a_file_is_refused() -> None:
    """Nothing says when it comes out."""
    with pytest.raises(ContentError, match="there is no file"):
        make(entry("a"), name="2026-04-26-launch")


@pytest.mark.parametrize("name", ["title", "subject", "subtitle", "preheader"])
def test_a_pattern_with_a_number_is_not_used_for_a_one_off(name: str) -> None:
    """It has none; its own texts and the other patterns are."""
    written = {"sections": {"top": {"entries": ["2026/04/26/a"]}}}
    numbered = one_off(entry("a"), written=written, **{name: both("No. {number}")}).issue
    plain = one_off(entry("a"), written=written, **{name: both("On {date}")}).issue
    assert "No." not in str(getattr(numbered, name))
    assert getattr(plain, name)["en"] == "On April 26, 2026 (en)"


def test_the_week_of_a_one_off_is_that_of_its_day() -> None:
    """Whatever days it covers."""
    window = {"from": "2026-03-01", "to": "2026-04-25"}
    found = one_off(
        entry("a", "20"), written={"window": window, "title": both("{month}")},
        cadence="monthly", schedule={"at": "18:00", "on": 1},
    ).issue  # fmt: skip
    assert found.title["en"] == "April 2026 (en)"


def test_a_one_off_drops_nothing_for_good() -> None:
    """What found it full, or was excluded, may come in the issues of the schedule."""
    window = {"from": "2026-04-26", "to": "2026-04-26"}
    options: dict[str, Any] = {"sections": [section(max=1)]}
    entries, exclude = [entry("a"), entry("b"), entry("c")], ["2026/04/26/c"]
    regular = make(*entries, written={"exclude": exclude}, **options).issue
    special = one_off(*entries, written={"window": window, "exclude": exclude}, **options).issue
    assert [each.entry[11:] for each in regular.dropped()] == ["b", "c"]
    assert ids(special) == ["a"]
    assert special.dropped() == []
