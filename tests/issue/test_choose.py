"""Which entries an issue carries, and why the others are out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

import pytest
from builders import LANGUAGES, both, bulletin, publication, section

from publisher.config.addresses import normal_url
from publisher.content.entry import Entry
from publisher.content.issue_file import IssueFile
from publisher.issue.choose import Choice, History, Order, Pool, is_duplicate
from publisher.issue.issue import EntryRevision, Reason, Window

SLOT = dt.datetime.fromisoformat("2026-04-26T18:00:00+08:00")
DAY = SLOT.date()


def entry(name: str, day: str = "26", **changes: Any) -> Entry:
    """An entry of April with a source of its own."""
    data = {
        "id": f"2026/04/{day}/{name}",
        "kind": "event",
        "title": both(name),
        "sources": [{"url": f"https://example.com/{name}"}],
    }
    return Entry.model_validate(data | changes, context=LANGUAGES)


def choose(
    *entries: Entry,
    sections: Iterable[Mapping[str, Any]] = (),
    listed: Mapping[str, Any] | None = None,
    history: History | None = None,
    broken: Mapping[str, str] | None = None,
    **settings: Any,
) -> Choice:
    """Decide about the issue of 26 April; `listed` is what the issue file says."""
    found = bulletin(*(sections or [section()]), **settings)
    written = IssueFile.model_validate(listed or {}, context=LANGUAGES)
    window = Window(start=DAY, end=DAY)
    order = Order(publication(), "daily", found, "2026-04-26", written, window, SLOT, DAY)
    pool = Pool({each.id: each for each in entries}, broken or {})
    choice = Choice(order, pool, history or History())
    choice.decide()
    return choice


def carried(choice: Choice, section_id: str = "top") -> list[str]:
    """The names of the entries of a section."""
    return [each.id[11:] for each in choice.sections[section_id]]


def why(choice: Choice, name: str, day: str = "26") -> Reason:
    """The reason that is recorded of an entry."""
    return choice.decided[f"2026/04/{day}/{name}"].reason


# What is in reach --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "reason"),
    [("18", None), ("19", Reason.LATE), ("25", Reason.LATE), ("26", Reason.SELECTED), ("27", None)],
)
def test_reach_goes_from_late_days_before_the_window_to_its_end(
    day: str, reason: Reason | None
) -> None:
    """Seven days before the window are looked at once more; what is filed after it is not."""
    decided = choose(entry("a", day)).decided
    assert [one.reason for one in decided.values()] == ([reason] if reason else [])


def test_without_late_days_only_the_window_counts() -> None:
    """`late_days: 0` looks at no earlier day."""
    assert not choose(entry("a", "25"), late_days=0).decided


def test_the_day_it_happened_does_not_matter() -> None:
    """An entry of an old event comes on the day it is filed under."""
    choice = choose(entry("old", happened="2026-03-01"), entry("next", "27", happened="2026-04-26"))
    assert carried(choice) == ["old"]


# Order -------------------------------------------------------------------------------------------


def test_importance_then_day_then_id() -> None:
    """The important first, of these the new, of these by id."""
    found = [
        entry("b", importance=5),
        entry("a", importance=5),
        entry("z", "25", importance=5),
        entry("c", importance=4),
        entry("d", "20"),
    ]
    assert carried(choose(*found)) == ["a", "b", "z", "c", "d"]


def test_the_order_of_files_does_not_matter() -> None:
    """The same entries in another order make the same issue."""
    found = [entry(name, importance=n % 3 + 1) for n, name in enumerate("abcdef")]
    assert choose(*found).decided == choose(*reversed(found)).decided
    assert carried(choose(*found)) == carried(choose(*reversed(found)))


def test_listed_come_first_and_in_their_order() -> None:
    """What the issue file lists stands before what the section selects."""
    listed = {"sections": {"top": {"entries": ["2026/04/26/c", "2026/04/26/b"]}}}
    choice = choose(entry("a", importance=5), entry("b"), entry("c"), listed=listed)
    assert carried(choice) == ["c", "b", "a"]
    assert [why(choice, name) for name in "abc"] == [Reason.SELECTED, Reason.LISTED, Reason.LISTED]


def test_only_the_listed() -> None:
    """`only: true` takes nothing else, and what it leaves may come another day."""
    listed = {"sections": {"top": {"entries": ["2026/04/26/b"], "only": True}}}
    choice = choose(entry("a", importance=5), entry("b"), listed=listed)
    assert carried(choice) == ["b"]
    assert why(choice, "a") is Reason.UNSELECTED


def test_only_without_entries_leaves_the_section_empty() -> None:
    """`only: true` alone is a section that carries nothing this time."""
    assert carried(choose(entry("a"), listed={"sections": {"top": {"only": True}}})) == []


def test_a_listed_entry_may_be_of_any_day() -> None:
    """The issue file reaches further than the window."""
    listed = {"sections": {"top": {"entries": ["2026/04/01/old"]}}}
    choice = choose(entry("old", "01"), listed=listed)
    assert carried(choice) == ["old"]


def test_listed_entries_are_not_counted_out_by_max() -> None:
    """An editor who lists three gets three; the section selects none beside them."""
    listed = {"sections": {"top": {"entries": [f"2026/04/26/{name}" for name in "abc"]}}}
    choice = choose(
        *map(entry, "abcd"), sections=[section(max=2)], listed=listed,
    )  # fmt: skip
    assert carried(choice) == ["a", "b", "c"]
    assert why(choice, "d") is Reason.CAP


# Sections ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("select", "names"),
    [
        ({}, ["a", "b", "c"]),
        ({"kinds": ["signal"]}, ["b"]),
        ({"tags": ["chips", "law"]}, ["a", "c"]),
        ({"min_importance": 4}, ["a"]),
        ({"kinds": ["event"], "tags": ["law"], "min_importance": 2}, ["c"]),
    ],
)
def test_a_section_takes_what_meets_every_condition(
    select: Mapping[str, Any], names: list[str]
) -> None:
    """Kind, any of the tags, and importance, where they are given."""
    found = [
        entry("a", importance=4, tags=["chips"]),
        entry("b", kind="signal"),
        entry("c", tags=["law", "money"]),
    ]
    choice = choose(*found, sections=[section(select=select)])
    assert carried(choice) == names
    assert {why(choice, name) for name in "abc" if name not in names} <= {Reason.UNSELECTED}


def test_an_entry_goes_to_the_first_section_that_takes_it() -> None:
    """An issue carries it once, though two sections would."""
    sections = [section("first", select={"tags": ["law"]}), section("second")]
    choice = choose(entry("a", tags=["law"]), entry("b"), sections=sections)
    assert carried(choice, "first") == ["a"]
    assert carried(choice, "second") == ["b"]


def test_a_listed_entry_is_carried_once() -> None:
    """The section that lists it has it, not the one that would have taken it."""
    listed = {"sections": {"second": {"entries": ["2026/04/26/a"]}}}
    choice = choose(entry("a"), sections=[section("first"), section("second")], listed=listed)
    assert carried(choice, "first") == []
    assert carried(choice, "second") == ["a"]


def test_a_full_section_drops_the_rest_for_good() -> None:
    """The cap keeps the first in order; what is lost to it is final."""
    choice = choose(*map(entry, "abc"), sections=[section(max=2)])
    assert carried(choice) == ["a", "b"]
    assert why(choice, "c") is Reason.CAP
    assert why(choice, "c").is_final


def test_a_full_section_passes_on_what_a_later_one_takes() -> None:
    """Only what no section has room for is lost to the cap."""
    sections = [section("first", max=1), section("second", max=1)]
    choice = choose(*map(entry, "abc"), sections=sections)
    assert carried(choice, "second") == ["b"]
    assert choice.decided["2026/04/26/c"].section == "first"
    assert [why(choice, name) for name in "abc"] == [Reason.SELECTED, Reason.SELECTED, Reason.CAP]


# Once --------------------------------------------------------------------------------------------


def test_what_the_bulletin_carried_does_not_come_again() -> None:
    """A bulletin carries an entry at most once."""
    history = History(carried={"2026/04/26/a": "2026-04-25"})
    choice = choose(entry("a"), entry("b"), history=history)
    assert carried(choice) == ["b"]
    assert choice.decided["2026/04/26/a"].detail == "in 2026-04-25"


def test_a_listed_entry_does_not_come_again_by_itself() -> None:
    """Listing alone does not carry an entry twice; the editor hears of it."""
    listed = {"sections": {"top": {"entries": ["2026/04/26/a"]}}}
    choice = choose(
        entry("a"), listed=listed, history=History(carried={"2026/04/26/a": "2026-04-25"})
    )
    assert why(choice, "a") is Reason.CARRIED
    assert "again: true" in choice.remarks[0]


def test_again_carries_once_more() -> None:
    """`again: true` on a listed entry lifts it."""
    listed = {"sections": {"top": {"entries": [{"id": "2026/04/26/a", "again": True}]}}}
    choice = choose(
        entry("a"), listed=listed, history=History(carried={"2026/04/26/a": "2026-04-25"})
    )
    assert carried(choice) == ["a"]


def test_a_rejected_entry_never_comes_back() -> None:
    """What an earlier issue dropped for good is out, though there is room now."""
    choice = choose(
        entry("a", "25"), history=History(rejected={"2026/04/25/a": "cap in 2026-04-25"})
    )
    assert why(choice, "a", "25") is Reason.REJECTED


def test_listing_brings_a_rejected_entry_back() -> None:
    """It never comes back by itself; an editor may still want it."""
    listed = {"sections": {"top": {"entries": ["2026/04/25/a"]}}}
    history = History(rejected={"2026/04/25/a": "cap in 2026-04-25"})
    assert carried(choose(entry("a", "25"), listed=listed, history=history)) == ["a"]


def test_a_late_entry_says_so() -> None:
    """It was filed under an earlier day, and no issue has carried it."""
    choice = choose(entry("a", "24"), entry("b"))
    assert [why(choice, "a", "24"), why(choice, "b")] == [Reason.LATE, Reason.SELECTED]


# What may not come -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"draft": True}, Reason.DRAFT),
        ({"embargo": "2026-04-26T18:01+08:00"}, Reason.EMBARGO),
        ({"embargo": "2026-04-26T10:00+00:00"}, Reason.SELECTED),  # just at the slot
        ({"embargo": "2026-04-26T09:59+00:00"}, Reason.SELECTED),
    ],
)
def test_what_is_not_ready_waits(changes: Mapping[str, Any], reason: Reason) -> None:
    """A draft, and an embargo that ends after the slot; neither is final."""
    choice = choose(entry("a", **changes))
    assert why(choice, "a") is reason
    assert not reason.is_final


def test_hold_waits_for_the_translation() -> None:
    """`missing: hold` keeps an entry without a title in one of its languages; not for good."""
    half = entry("a", title={"zh": "题"})
    assert why(choose(half, missing="hold"), "a") is Reason.MISSING
    assert why(choose(half, missing="show"), "a") is Reason.SELECTED
    assert not Reason.MISSING.is_final


def test_hold_asks_for_the_languages_of_the_bulletins_editions() -> None:
    """A bulletin in Chinese alone does not wait for English."""
    half = entry("a", title={"zh": "题"})
    assert why(choose(half, missing="hold", editions=["zh"]), "a") is Reason.SELECTED


def test_a_broken_file_is_left_out_and_may_come_later() -> None:
    """It is recorded with what is wrong, and not for good."""
    choice = choose(entry("a"), broken={"2026/04/26/b": "b.yaml:1:1: no title"})
    assert choice.decided["2026/04/26/b"].detail == "b.yaml:1:1: no title"
    assert choice.broken == ["2026/04/26/b"]
    assert not Reason.BROKEN.is_final


def test_a_published_entry_whose_file_broke_since_is_not_broken() -> None:
    """What was published counts, whatever became of the file."""
    frozen = EntryRevision(revision=1, published=SLOT, at=SLOT, entry=entry("a"))
    history = History(frozen={"2026/04/26/a": frozen})
    assert carried(choose(history=history, broken={"2026/04/26/a": "broken"})) == ["a"]


def test_an_edit_of_a_published_entry_is_not_carried() -> None:
    """Another bulletin carries it as it was published."""
    frozen = EntryRevision(revision=1, published=SLOT, at=SLOT, entry=entry("a", importance=1))
    history = History(frozen={"2026/04/26/a": frozen})
    choice = choose(entry("a", title=both("edited"), importance=5), history=history)
    assert choice.sections["top"] == [frozen.entry]


@pytest.mark.parametrize("listed", [[], ["2026/04/26/b"]])
def test_excluded_is_out_for_good(listed: list[str]) -> None:
    """`exclude` of the issue file, whatever else it lists."""
    written = {"exclude": ["2026/04/26/a"], "sections": {"top": {"entries": listed}}}
    choice = choose(entry("a"), entry("b"), listed=written)
    assert carried(choice) == ["b"]
    assert why(choice, "a") is Reason.EXCLUDED
    assert Reason.EXCLUDED.is_final


@pytest.mark.parametrize(
    ("changes", "detail"), [({"draft": True}, "draft: true"), (None, "there is no such entry")]
)
def test_a_listed_entry_that_cannot_come_is_left_out_with_a_remark(
    changes: Mapping[str, Any] | None, detail: str
) -> None:
    """The issue goes out without it, and its editor hears why."""
    found = [entry("a", **changes)] if changes else []
    choice = choose(*found, listed={"sections": {"top": {"entries": ["2026/04/26/a"]}}})
    assert carried(choice) == []
    assert choice.remarks == [f"2026/04/26/a is listed in “top” and left out: {detail}"]


# Duplicates --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("https://example.com/a", "http://www.example.com/a/", True),
        ("https://example.com/a", "https://EXAMPLE.com/a?utm_source=x&utm_medium=y", True),
        ("https://example.com/a?b=1&a=2", "https://m.example.com/a?a=2&b=1#part", True),
        ("https://example.com/a?id=1", "https://example.com/a?id=2", False),
        ("https://example.com/a", "https://example.com/A", False),
        ("https://example.com/a", "https://example.org/a", False),
    ],
)
def test_addresses_are_compared_without_what_changes_no_page(
    one: str, other: str, same: bool
) -> None:
    """Scheme, www, case of the host, the last slash, fragments and tracking do not tell apart."""
    assert (normal_url(one) == normal_url(other)) is same
    first, second = (entry(n, sources=[{"url": url}]) for n, url in (("a", one), ("b", other)))
    assert is_duplicate(first, second) is same


def test_only_the_first_source_counts() -> None:
    """Two reports may quote the same paper further down."""
    second = {"url": "https://example.com/paper"}
    one = entry("a", sources=[{"url": "https://example.com/a"}, second])
    assert not is_duplicate(one, entry("b", sources=[{"url": "https://example.com/b"}, second]))


def test_sources_without_address_are_not_the_same() -> None:
    """Two entries from one publisher are two entries."""
    one, other = (entry(name, sources=[{"publisher": "CNBC"}]) for name in "ab")
    assert not is_duplicate(one, other)


@pytest.mark.parametrize(
    "same", [{"story": "deal"}, {"sources": [{"url": "https://example.com/same"}]}]
)
def test_of_two_that_tell_the_same_the_more_important_stays(same: Mapping[str, Any]) -> None:
    """By story or by first source; the other is out for good."""
    choice = choose(entry("a", importance=2, **same), entry("b", importance=4, **same))
    assert carried(choice) == ["b"]
    assert choice.decided["2026/04/26/a"].detail == "of 2026/04/26/b"
    assert Reason.DUPLICATE.is_final


def test_the_same_in_two_sections_is_no_duplicate() -> None:
    """Across sections both stay (and get a “see also”)."""
    sections = [section("news", select={"kinds": ["event"]}), section("views", select={})]
    choice = choose(
        entry("a", story="deal"), entry("b", story="deal", kind="signal"), sections=sections
    )
    assert [carried(choice, each) for each in ("news", "views")] == [["a"], ["b"]]


def test_listed_entries_may_tell_the_same() -> None:
    """An editor who lists two of a story means both."""
    listed = {"sections": {"top": {"entries": ["2026/04/26/a", "2026/04/26/b"]}}}
    choice = choose(entry("a", story="deal"), entry("b", story="deal"), listed=listed)
    assert carried(choice) == ["a", "b"]


def test_every_candidate_is_recorded_once() -> None:
    """`explain` finds each entry in reach, in or out."""
    found = [entry("a"), entry("b", draft=True), entry("c", "20"), entry("d", "01")]
    choice = choose(*found, broken={"2026/04/25/e": "broken"})
    assert sorted(choice.decided) == [
        "2026/04/20/c", "2026/04/25/e", "2026/04/26/a", "2026/04/26/b",
    ]  # fmt: skip
