"""Issue files: the written parts of an issue, and what is said about mistakes in them."""

from __future__ import annotations

import pytest
from builders import bulletin, publication, section

from publisher.content.issue_file import IssueFile
from publisher.content.read_issue_file import parse_issue_file
from publisher.document import parse

BULLETIN = bulletin(
    section(),
    section("intro", "prose"),
    section("points", "list"),
    section("risks", "boilerplate", text={"zh": "风险", "en": "Risks"}),
    section("traffic", "table"),
    section("related", "related"),
    section("contents", "contents"),
    facts={"rating": {"label": {"zh": "评级", "en": "Rating"}}},
    masthead=["date", "rating"],
)


def read(text: str) -> tuple[IssueFile | None, list[str]]:
    """The issue file, and its problems as ``line:column: what; remedy``."""
    document, found = parse(text.encode(), "x.yaml")
    assert document is not None, found
    written, problems = parse_issue_file(document, BULLETIN, publication())
    return written, [str(each).removeprefix("x.yaml:") for each in sorted(problems)]


def test_every_part_is_read():
    """An issue file may have every part that the documentation shows."""
    written, found = read(
        """\
window: {from: 2026-04-07, to: 2026-04-13, note: {zh: 一周, en: A week}}
lead: 2026/04/07/one
title: {zh: "{lead}", en: "{lead}, {date:d MMM yyyy}"}
sections:
  intro: {text: {zh: 引言, en: Introduction}}
  points: {items: [{zh: 一, en: One}, {zh: 二, en: Two}]}
  top: {only: true, entries: [2026/04/07/one, {id: 2026/04/08/two, again: true}]}
  risks: {text: {zh: 今天的风险, en: The risks of today}}
  traffic: {table: ai-weekly/2026-w17-traffic}
  related: {related: [{title: {zh: 上一期, en: The last one}, date: 2026-04-17}]}
facts: {rating: {zh: 优于大市, en: Outperform}}
exclude: [2026/04/09/three]
references: [{publisher: CNBC}]
corrections: [{date: 2026-04-14, note: {zh: 更正, en: Corrected}}]
"""
    )
    assert found == []
    assert written is not None
    assert [each.id for each in written.sections["top"].entries] == [
        "2026/04/07/one",
        "2026/04/08/two",
    ]


MISTAKES = {
    "leed: 2026/04/07/one": (
        '1:1: there is no field "leed" here; did you mean "lead"? (fields: publish_at, '
        "approved, window, lead, title, subject, subtitle, preheader, facts, sections, exclude, "
        "references, corrections)"
    ),
    "lead: one": (
        '1:7: "one" is no entry id; '
        "write its folder and file name without .yaml, such as 2026/04/26/some-news"
    ),
    "lead: entries/2026/04/07/one.yaml": (
        '1:7: "entries/2026/04/07/one.yaml" is no entry id; write 2026/04/07/one'
    ),
    "window: {from: 2026-04-13, to: 2026-04-07}": (
        "1:28: the window ends before it begins; swap from and to"
    ),
    "window: {to: 2026-04-07}": '1:10: this window has "to", but not "from"; add from: 2026-04-07',
    "window: {from: 2026-04-31, to: 2026-05-07}": (
        "1:16: the day 2026-04-31 does not exist; that month has the days 01 to 30"
    ),
    "title: {zh: '{nmber}', en: b}": (
        '1:9: there is no placeholder "nmber"; did you mean "number"? (placeholders: bulletin, '
        "issue, date, number, year, week, month, lead, count)"
    ),
    "sections: {tops: {entries: []}}": (
        '1:12: the bulletin has no section "tops"; did you mean "top"? '
        "(its sections: top, intro, points, risks, traffic, related, contents)"
    ),
    "sections: {intro: {items: [{zh: a, en: b}]}}": (
        '1:20: "items" does not belong here: the block of "intro" is prose; '
        "such a section takes text"
    ),
    "sections: {contents: {text: {zh: a, en: b}}}": (
        '1:23: "text" does not belong here: the block of "contents" is contents; '
        "delete it: such a section is made from the bulletin's settings alone"
    ),
    "sections: {traffic: {table: traffic.yaml}}": (
        '1:29: "traffic.yaml" is no name of a table; write traffic'
    ),
    "sections: {related: {related: [{title: {zh: a, en: b}}]}}": (
        '1:32: "date" is missing; add date: …'
    ),
    "facts: {ratin: {zh: a, en: b}}": (
        '1:9: the bulletin has no fact "ratin"; did you mean "rating"? (its facts: rating)'
    ),
    "facts: {date: {zh: a, en: b}}": '1:9: "date" is computed for every issue; delete the line',
    "facts: {rating: {zh: a}}": (
        '1:17: warning: "facts.rating" has no text in en; '
        "add en: …; until then readers get it in zh"
    ),
    "sections: {top: {entries: [12]}}": (
        '1:28: "12" is no entry; write an entry\'s id, such as 2026/04/26/some-news'
    ),
    "sections: {top: {entries: [2026/04/07/a, 2026/04/07/a]}}": (
        "1:42: 2026/04/07/a is listed above already; "
        "delete one of the two: an issue carries an entry once"
    ),
    "sections: {top: {only: maybe}}": '1:24: "only" must be true or false, not "maybe"',
    "sections: {intro: {text: Hello}}": (
        "1:26: this text does not say which language it is in; write {zh: …, en: …}"
    ),
    "sections: {intro: {text: {zh: 引言}}}": (
        '1:26: warning: "sections.intro.text" has no text in en; '
        "add en: …; until then readers get it in zh"
    ),
}


@pytest.mark.parametrize(("text", "expected"), MISTAKES.items())
def test_a_mistake_is_told_at_its_place(text: str, expected: str):
    """One mistake gives one message: where it is, what is wrong, what would be right."""
    assert read(text)[1] == [expected]


def test_what_is_still_to_be_written_is_one_warning_and_left_out():
    """A placeholder never reaches a reader: it counts as not there."""
    written, found = read(
        "sections:\n  intro:\n    text: {zh: 引言, en: …}\n  points:\n    items: [{zh: …, en: …}]\n"
    )
    assert found == [
        (
            "3:24: warning: there are texts still to write: sections.intro.text.en, "
            "sections.points.items.1.zh, sections.points.items.1.en; "
            "write them, or delete their lines; they are left out of the issue until then"
        )
    ]
    assert written is not None
    assert dict(written.sections["intro"].text or {}) == {"zh": "引言"}
    assert written.sections["points"].items == []


def test_a_section_of_entries_is_listed_in_one_place_only():
    """An entry in two sections of an issue would stand there twice."""
    two = bulletin(section(), section("more"))
    text = "sections: {top: {entries: [2026/04/07/a]}, more: {entries: [2026/04/07/a]}}"
    document, _ = parse(text.encode(), "x.yaml")
    assert document is not None
    written, (problem,) = parse_issue_file(document, two, publication())
    assert written is None
    assert problem.what == '2026/04/07/a is listed in "top" already'


def test_what_is_still_to_be_written_is_left_out_everywhere():
    """Facts and related works without a text are not there either."""
    written, _ = read(
        "facts: {rating: {zh: …, en: …}}\n"
        "sections:\n"
        "  related: {related: [{title: {zh: …, en: …}, date: 2026-04-17}]}\n"
        "  risks: {text: {zh: …, en: …}}\n"
    )
    assert written is not None
    assert written.facts == {}
    assert written.sections["related"].related == []
    assert written.sections["risks"].text is None
