"""An issue as it stands in mail: what is a link, and what gives way when it is too long."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import builders
import pytest
from builders import both, bulletin, entry, section

from publisher.issue.issue import Placed
from publisher.render.context_issue import IssueView, SectionView
from publisher.render.shortening import fitted, shortened

TEXT = {"text": both("First paragraph.\n\nSecond paragraph.")}
PAGE = "https://news.example.com/en/daily-ten/2026-04-26/"


def view(**mail: str) -> IssueView:
    """An issue with a block of most kinds; `mail` says how some of them stand in mail."""
    sections = [
        section("contents", "contents"),
        section("points", "key-points", of=["top", "risks"]),
        section("overview", "prose"),
        section("top"),
        section("traffic", "table"),
        section("dates", "calendar", select={}),
        section("end", "prose"),
        section("refs", "references"),
        section("risks", "boilerplate", mail="whole"),
    ]
    settings = bulletin(
        *(each | ({"mail": mail[each["id"]]} if each["id"] in mail else {}) for each in sections)
    )
    one, two, coming = entry("one"), entry("two"), entry("coming", happened="2026-05-13")
    written: Mapping[str, Mapping[str, Any]] = {
        "overview": TEXT,
        "end": TEXT,
        "risks": TEXT,
        "traffic": {"table": builders.table()},
        "dates": {"entries": [Placed(entry=coming.id)]},
    }
    issue = builders.issue([one, two], settings, written)
    return builders.views("en").issue(issue, {each.id: each for each in (one, two, coming)})


def state(issue: IssueView) -> list[str]:
    """What is left of each section that is not whole, in short."""
    found = []
    for each in issue.sections:
        found += [f"{each.id}: {one.title.text}" for one in each.entries if one.is_collapsed]
        if each.is_collapsed or each.in_mail != "whole":
            found.append(f"{each.id}: {'paragraph' if each.is_collapsed else each.in_mail}")
    return found


def given_way(issue: IssueView) -> Iterator[str]:
    """What gives way in each step, in order."""
    before: list[str] = []
    for steps in range(1, 20):
        now = state(shortened(issue, steps))
        if now == before:
            return
        (new,) = [each for each in now if each not in before]
        yield new
        before = now


def urls(section: SectionView) -> list[str]:
    """Every link within the issue that a section has."""
    rows = [row for each in section.contents for row in (each, *each.rows)]
    points = [one for group in section.points for one in (group, *group.points)]
    marks = [mark for each in section.entries for mark in each.marks]
    cited = [link for each in section.references for link in each.cited_by]
    return [each.url for each in (*rows, *points, *marks, *cited, *section.tables)]


def test_what_is_short_enough_is_whole() -> None:
    """Nothing gives way without need."""
    assert state(shortened(view(), 0)) == []


def test_entries_give_way_first_and_then_the_rest() -> None:
    """From the end: entries, prose, tables and standing texts, then what can be looked up."""
    assert list(given_way(view())) == [
        "top: Title two (en)",
        "top: Title one (en)",
        "end: paragraph",
        "overview: paragraph",
        "risks: link",
        "traffic: link",
        "refs: link",
        "dates: link",
    ]


def test_prose_becomes_its_first_paragraph() -> None:
    """In each language."""
    end = next(each for each in shortened(view(), 3).sections if each.id == "end")

    assert end.text.text == "First paragraph."


def test_a_section_for_the_page_alone_is_not_in_mail() -> None:
    """Not even its heading."""
    ids = [each.id for each in shortened(view(traffic="none", top="none"), 0).sections]

    assert "traffic" not in ids
    assert "top" not in ids
    assert "dates" in ids


def test_a_section_that_is_a_link_has_its_heading_alone() -> None:
    """With the address of the rest, whatever a template would show."""
    found = shortened(view(top="link", traffic="link", dates="link"), 0)

    for name in ("top", "traffic", "dates"):
        section_ = next(each for each in found.sections if each.id == name)
        assert (section_.title.text, section_.url) == (f"{name} (en)", f"{PAGE}#s-{name}")
        assert (section_.entries, section_.table, section_.months) == ((), None, ())
    assert found.entries == ()


@pytest.mark.parametrize("mail", ["link", "none"])
@pytest.mark.parametrize("name", ["top", "traffic", "refs", "overview", "dates"])
def test_links_to_what_is_not_in_the_mail_lead_to_the_page(name: str, mail: str) -> None:
    """Contents, key points, marks and back-links: each leads to what is there."""
    found = shortened(view(**{name: mail}), 0)
    there = {f"#{each.anchor}" for each in found.sections}
    there |= {f"#{each.anchor}" for each in found.entries}
    there |= {f"#{one.anchor}" for each in found.sections for one in each.references}

    links = {url for each in found.sections for url in urls(each)}

    assert links
    assert {each for each in links if not each.startswith("https://")} <= there


def test_a_list_of_tables_leads_to_the_page() -> None:
    """A table in mail is a part of the whole one, and has no anchor."""
    settings = bulletin(section("traffic", "table"), section("figures", "list-of-tables"))
    made = builders.issue([], settings, {"traffic": {"table": builders.table()}})
    found = shortened(builders.views("en").issue(made, {}), 0)
    assert [url for each in found.sections for url in urls(each)] == [f"{PAGE}#t-traffic"]


def test_marks_lead_to_the_page_when_the_references_have_given_way() -> None:
    """The last to give way may be what others lead to."""
    found = shortened(view(), 7)

    assert {mark.url for each in found.entries for mark in each.marks} == {f"{PAGE}#r-1"}
    sources = [source.mark for each in found.entries for source in each.sources]
    assert {each.url for each in sources if each} == {f"{PAGE}#r-1"}


# As much as fits ---------------------------------------------------------------------------------


def written(issue: IssueView) -> str:
    """A mail of which each part that is whole has a hundred bytes."""
    return "x" * (1000 - 100 * len(state(issue)))


@pytest.mark.parametrize(("limit", "expected"), [(1000, 0), (999, 1), (900, 1), (650, 4), (200, 8)])
def test_no_more_gives_way_than_must(limit: int, expected: int) -> None:
    """As much as possible within the limit."""
    text, fits = fitted(view(), written, limit)

    assert len(text) == 1000 - 100 * expected
    assert fits


def test_what_never_fits_says_so() -> None:
    """With all that can give way shortened."""
    text, fits = fitted(view(), written, 100)

    assert len(text) == 200
    assert not fits


def test_limit_is_one_of_bytes() -> None:
    """A Chinese character has three."""
    text, _ = fitted(view(), lambda issue: "汉" * (1000 - 100 * len(state(issue))), 2700)

    assert len(text) == 900
